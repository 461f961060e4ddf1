//! The store on a PostgreSQL server, which several instances may share: whatever must be true of all
//! of them together (units of work, numbers, the rate limit) is decided by the server.

mod address;
mod connect;
mod error;
mod locks;
mod open;
mod rate;
mod read;
mod rows;
mod schema;
mod session;
mod sql;
mod write;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use deadpool::managed::{Object, Pool};
use methodical_server::{Store, StoreError};
use tokio_postgres::error::SqlState;

pub use self::address::{Address, AddressError};
use self::connect::{Connector, Manager};
use self::error::{failed, unconnected};
use self::locks::{Attempt, Locks};
pub use self::open::ServerError;
pub(super) use self::rate::PostgresRates;
pub use self::read::PostgresRead;
pub(super) use self::schema::Schema;
use self::session::Session;
pub use self::write::PostgresWrite;

/// How many connections an instance has at most. PostgreSQL allows a hundred in all unless it is
/// told otherwise, and more than a few for each of its cores make it slower.
const CONNECTIONS: usize = 16;

/// A store in a database of a PostgreSQL server.
#[derive(Clone)]
pub struct PostgresStore(Arc<Inner>);

struct Inner {
    pool: Pool<Manager>,
    connector: Connector,
    /// Tells this store from others in the same database.
    number: u32,
    /// The sequences that are known to be there.
    sequences: Mutex<BTreeSet<&'static str>>,
}

impl PostgresStore {
    /// Reaches the server, and takes the lock under which the database is made what this version
    /// needs; see [`super::migrations`].
    pub(super) async fn open(address: &Address) -> Result<(PostgresStore, Schema), ServerError> {
        let connector = Connector::new(address).map_err(|error| ServerError::failed(address, error))?;
        let client = open::reach(&connector, address).await?;
        let pool = connector.clone().pool(CONNECTIONS).map_err(|error| ServerError::failed(address, error))?;
        let schema = Schema::lock(client).await.map_err(|error| ServerError::failed(address, error))?;
        let number = schema.number().await.map_err(|error| ServerError::failed(address, error))?;
        Ok((PostgresStore(Arc::new(Inner { pool, connector, number, sequences: Mutex::default() })), schema))
    }

    /// A connection outside of a transaction.
    async fn connection(&self) -> Result<Object<Manager>, StoreError> {
        self.0.pool.get().await.map_err(unconnected)
    }

    async fn begin(&self, statement: &'static str, attempt: Attempt) -> Result<PostgresWrite, StoreError> {
        let session = Session::begin(self.connection().await?, statement);
        Ok(PostgresWrite::new(session, self.clone(), Locks::new(self.0.number, attempt)))
    }

    /// Begins a unit of work that nobody else writes beside, without limits of time.
    pub(super) async fn write_alone(&self) -> Result<PostgresWrite, StoreError> {
        self.begin(sql::BEGIN_MIGRATION, Attempt::Again).await
    }

    /// The answer to a statement with one parameter, if there is one.
    async fn ask(&self, statement: &str, parameter: &str) -> Option<String> {
        let connection = self.connection().await.ok()?;
        let row = connection.client.query_one(statement, &[&parameter]).await.ok()?;
        row.try_get(0).ok()?
    }

    /// The name of a sequence, which is there. It is made by a connection of its own: made by the
    /// transaction that counts, it would go with it, and others would wait for that.
    async fn sequence(&self, sequence: &'static str) -> Result<String, StoreError> {
        let name = format!("\"stacklets_numbers_of_{}\"", sequence.replace('"', "\"\""));
        if self.sequences().contains(sequence) {
            return Ok(name);
        }
        let client = self.0.connector.connect().await.map_err(failed)?;
        match client.batch_execute(&format!("CREATE SEQUENCE IF NOT EXISTS {name}")).await {
            Ok(()) => {}
            // Two that make it at once: `IF NOT EXISTS` looks before it makes.
            Err(error) if error.code().is_some_and(is_there) => {}
            Err(error) => return Err(failed(error)),
        }
        self.sequences().insert(sequence);
        Ok(name)
    }

    fn sequences(&self) -> std::sync::MutexGuard<'_, BTreeSet<&'static str>> {
        self.0.sequences.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_there(code: &SqlState) -> bool {
    *code == SqlState::DUPLICATE_TABLE || *code == SqlState::UNIQUE_VIOLATION
}

impl Store for PostgresStore {
    type Read = PostgresRead;
    type Write = PostgresWrite;

    async fn read(&self) -> Result<PostgresRead, StoreError> {
        Ok(PostgresRead::new(Session::begin(self.connection().await?, sql::BEGIN_READ)))
    }

    async fn write(&self) -> Result<PostgresWrite, StoreError> {
        self.begin(sql::BEGIN_WRITE, Attempt::First).await
    }

    async fn write_again(&self, conflicts: u32) -> Result<PostgresWrite, StoreError> {
        let statement = if conflicts < sql::PATIENCE { sql::BEGIN_WRITE } else { sql::BEGIN_ALONE };
        self.begin(statement, Attempt::Again).await
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresStore").field("pool", &self.0.pool.status()).finish_non_exhaustive()
    }
}
