//! Reaching the server for the first time, and what a person is told when that fails.
//!
//! The connection made here is the one that migrates: it has no limits of time, since it may wait
//! for another instance that migrates at the same moment.

use futures_util::future::try_join4;
use thiserror::Error;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::address::Address;
use super::connect::Connector;

/// The first version that knows how to tell what became of a transaction.
const OLDEST: u32 = 13;

/// A server that cannot be used. Each message says what to do; none has the password.
#[derive(Debug, Error)]
pub enum ServerError {
    /// Nobody answers.
    #[error("the PostgreSQL server of {address} cannot be reached (is it running, and is the address right?)")]
    Unreachable {
        /// Where.
        address: Box<Address>,
        /// Why.
        source: tokio_postgres::Error,
    },
    /// It does not know us.
    #[error(
        "the PostgreSQL server of {address} refuses the user or the password (\
         both are in the URL of --store, or the password in PGPASSWORD)"
    )]
    Refused {
        /// Where.
        address: Box<Address>,
        /// Why.
        source: tokio_postgres::Error,
    },
    /// There is no such database.
    #[error("there is no such database as {address}: make it by `createdb`, or name another one in --store")]
    NoDatabase {
        /// Where.
        address: Box<Address>,
    },
    /// It lacks something.
    #[error("the database {address} cannot be used: {reason}")]
    Unfit {
        /// Where.
        address: Box<Address>,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// Anything else.
    #[error("the database {address} cannot be opened")]
    Failed {
        /// Where.
        address: Box<Address>,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ServerError {
    pub(super) fn failed(address: &Address, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        ServerError::Failed { address: Box::new(address.clone()), source: source.into() }
    }

    fn of(address: &Address, source: tokio_postgres::Error) -> ServerError {
        let address = Box::new(address.clone());
        match source.code() {
            None => ServerError::Unreachable { address, source },
            Some(code) if code.code().starts_with("28") => ServerError::Refused { address, source },
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => ServerError::NoDatabase { address },
            Some(_) => ServerError::Failed { address, source: Box::new(source) },
        }
    }
}

/// A connection to a server that has what is needed.
pub(super) async fn reach(connector: &Connector, address: &Address) -> Result<Client, ServerError> {
    let client = connector.connect().await.map_err(|error| ServerError::of(address, error))?;
    check(&client, address).await?;
    Ok(client)
}

async fn check(client: &Client, address: &Address) -> Result<(), ServerError> {
    let unfit = |reason: String| Err(ServerError::Unfit { address: Box::new(address.clone()), reason });
    let (version, encoding, read_only, durable) = try_join4(
        show(client, "SHOW server_version_num"),
        show(client, "SHOW server_encoding"),
        show(client, "SHOW transaction_read_only"),
        show(client, "SELECT CASE WHEN current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off' THEN 'on' END"),
    )
    .await
    .map_err(|error| ServerError::failed(address, error))?;
    let major = version.parse::<u32>().unwrap_or_default() / 10_000;
    if major < OLDEST {
        return unfit(format!("the server is of version {major}, and {OLDEST} is the oldest that will do"));
    }
    if encoding != "UTF8" {
        return unfit(format!(
            "its encoding is {encoding} and not UTF8: make one by `createdb --encoding UTF8 --template template0`"
        ));
    }
    if read_only == "on" {
        return unfit("the server takes no writes, as a standby does: name its primary in --store".to_owned());
    }
    if durable != "on" {
        tracing::warn!(%address, "fsync or synchronous_commit is off: what is acknowledged may be lost in a crash");
    }
    Ok(())
}

/// The one value that a statement shows.
async fn show(client: &Client, statement: &str) -> Result<String, tokio_postgres::Error> {
    let messages = client.simple_query(statement).await?;
    for message in &messages {
        if let SimpleQueryMessage::Row(row) = message {
            return Ok(row.get(0).unwrap_or_default().to_owned());
        }
    }
    Ok(String::new())
}
