//! A connection while a transaction has it, and how it comes back.
//!
//! PostgreSQL answers what is sent on a connection in the order of sending, and the driver sends
//! what a future is about when it is first polled. So `BEGIN` and `ROLLBACK` need not be waited for:
//! whatever is sent after them is carried out after them, by this transaction or by the next that
//! gets the connection. A transaction costs no round trip but those of its statements.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use deadpool::managed::Object;
use futures_util::FutureExt as _;
use futures_util::future::join;
use methodical_server::StoreError;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use super::connect::{Connection, Manager};
use super::error::failed;
use super::locks::{Manner, Wanted};

/// A transaction that was begun and has not ended. Dropped, it is rolled back.
pub(super) struct Session {
    /// `None` once it has ended.
    connection: Option<Object<Manager>>,
    /// How many answers are waited for, or were and are no more.
    unanswered: AtomicUsize,
}

impl Session {
    /// Begins a transaction by the statement `begin`.
    pub(super) fn begin(connection: Object<Manager>, begin: &'static str) -> Session {
        send(&connection, begin);
        Session { connection: Some(connection), unanswered: AtomicUsize::new(0) }
    }

    /// The connection, for statements.
    pub(super) fn connection(&self) -> Result<&Connection, StoreError> {
        let ended = || StoreError::Other("the transaction has ended".into());
        self.connection.as_deref().ok_or_else(ended)
    }

    /// Asks by a prepared statement.
    pub(super) async fn query(
        &self,
        statement: impl Fn(&Connection) -> &Statement + Send,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        let connection = self.connection()?;
        let answer = connection.client.query(statement(connection), parameters);
        self.wait_for(answer).await.map_err(failed)
    }

    /// Takes locks and asks, in one round trip: what is asked is seen as it is when they are held.
    pub(super) async fn lock_and_query(
        &self,
        wanted: &Wanted,
        statement: impl Fn(&Connection) -> &Statement + Send,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        if wanted.is_empty() {
            return self.query(statement, parameters).await;
        }
        let connection = self.connection()?;
        let lock = lock(connection, wanted);
        // Joined, they are first polled in this order, and so sent in it.
        let answers = join(lock, connection.client.query(statement(connection), parameters));
        let (locked, rows) = self.wait_for(answers).await;
        locked.and(rows).map_err(failed)
    }

    /// Waits for the answer to what is sent. A caller that gives up waiting is seen by the count.
    pub(super) async fn wait_for<T>(&self, answer: impl Future<Output = T> + Send) -> T {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        let answer = answer.await;
        self.unanswered.fetch_sub(1, Ordering::Relaxed);
        answer
    }

    /// The transaction has been ended by a statement, or with its connection.
    pub(super) fn has_ended(mut self) {
        drop(self.connection.take());
    }
}

/// Takes locks.
pub(super) async fn lock(connection: &Connection, wanted: &Wanted) -> Result<(), Error> {
    let Wanted { shared, exclusive, manner } = wanted;
    let statement = match manner {
        Manner::Wait => &connection.statements.lock,
        Manner::Fail => &connection.statements.lock_at_once,
    };
    connection.client.execute(statement, &[shared, exclusive]).await.map(drop)
}

/// Sends a statement without waiting for the answer. That it may fail needs no care: what makes it
/// fail makes everything fail that is sent after it.
fn send(connection: &Connection, statement: &str) {
    let _: Option<Result<(), Error>> = connection.client.batch_execute(statement).now_or_never();
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        if *self.unanswered.get_mut() == 0 {
            send(&connection, "ROLLBACK");
        } else {
            // Somebody gave up waiting, and whoever came next would wait in their place. What was
            // sent is still carried out, a commit too; then the connection is closed.
            drop(Object::take(connection));
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("unanswered", &self.unanswered).finish_non_exhaustive()
    }
}
