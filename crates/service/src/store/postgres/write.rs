//! Writing: reads as they are needed, changes kept until the commit, and then everything at once.
//!
//! What is read is [locked](super::locks) in the same round trip, and what is changed with the commit.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{join, join5};
use methodical_server::{KeyRange, Reads, StoreError, Writes};
use tokio_postgres::Error;

use super::PostgresStore;
use super::connect::Connection;
use super::error::{failed, is_answered};
use super::locks::{Locks, Wanted};
use super::read::{Entry, entries, length, unexpected, value};
use super::rows::{Changes, Rows};
use super::session::{Session, lock};
use super::sql;

/// How often and how soon the server is asked what became of a commit.
const ATTEMPTS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(250);

/// Changes that become visible together, by [`Writes::commit`], or not at all.
#[derive(Debug)]
pub struct PostgresWrite {
    session: Session,
    rows: Mutex<Rows>,
    locks: Mutex<Locks>,
    version: Option<u32>,
    store: PostgresStore,
}

/// How an attempt to commit ended.
enum Commit {
    Done,
    /// Refused: nothing was changed.
    Refused(Error),
    /// The connection was lost over it; perhaps the transaction's number is known.
    Lost(Error, Option<String>),
}

impl PostgresWrite {
    pub(super) fn new(session: Session, store: PostgresStore, locks: Locks) -> PostgresWrite {
        PostgresWrite { session, rows: Mutex::default(), locks: Mutex::new(locks), version: None, store }
    }

    /// Sets the version of the schema, by the same commit.
    pub(crate) fn set_version(&mut self, version: u32) {
        self.version = Some(version);
    }

    /// A panic in between leaves nothing half-done: each use is one call.
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locks(&self) -> MutexGuard<'_, Locks> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn value(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let known = self.rows().value(table, key);
        if let Some(value) = known {
            return Ok(value);
        }
        let wanted = self.locks().read_key(table, key);
        let stored = value(&self.session, &wanted, table, key).await?;
        self.rows().read(table, key, stored.clone());
        Ok(stored)
    }

    async fn change(
        &mut self,
        table: &'static str,
        key: &[u8],
        now: Option<Bytes>,
    ) -> Result<Option<Bytes>, StoreError> {
        let before = self.value(table, key).await?;
        self.rows().change(table, key, now);
        Ok(before)
    }
}

impl Reads for PostgresWrite {
    async fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.value(table, key).await
    }

    async fn scan(
        &self,
        table: &'static str,
        range: KeyRange,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let wanted = self.locks().read_range(table, &range);
        let balance = self.rows().balance(table, &range);
        if balance == Default::default() {
            let page = entries(&self.session, &wanted, table, &range, skip, limit).await?;
            let mut rows = self.rows();
            page.iter().for_each(|(key, value)| rows.read(table, key, Some(value.clone())));
            return Ok(page);
        }
        // So much of the range that the page is full whatever was removed from it.
        let removed = usize::try_from(balance.removed).unwrap_or(usize::MAX);
        let passed = usize::try_from(skip).unwrap_or(usize::MAX);
        let enough = limit.saturating_add(passed).saturating_add(removed);
        let stored = entries(&self.session, &wanted, table, &range, 0, enough).await?;
        Ok(self.rows().page(table, &range, stored, skip, limit))
    }

    async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
        let wanted = self.locks().read_range(table, &range);
        let stored = length(&self.session, &wanted, table, &range).await?;
        let balance = self.rows().balance(table, &range);
        Ok((stored + balance.added).saturating_sub(balance.removed))
    }
}

impl Writes for PostgresWrite {
    async fn put(&mut self, table: &'static str, key: &[u8], value: Bytes) -> Result<Option<Bytes>, StoreError> {
        self.change(table, key, Some(value)).await
    }

    async fn remove(&mut self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.change(table, key, None).await
    }

    /// From a sequence of the server's, which nobody waits for and nobody conflicts over. What is
    /// rolled back leaves a gap.
    async fn next_number(&mut self, sequence: &'static str) -> Result<u64, StoreError> {
        let name = self.store.sequence(sequence).await?;
        let rows = self.session.query(|connection| &connection.statements.next_number, &[&name]).await?;
        let number: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0)).map_err(unexpected)?;
        Ok(number.unsigned_abs())
    }

    /// All changes and the commit are sent before the first answer is waited for: one round trip.
    /// From then on the commit is carried out, also when nobody waits for it any more.
    async fn commit(self) -> Result<(), StoreError> {
        let PostgresWrite { session, rows, locks, version, store } = self;
        let rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        let end = {
            let connection = session.connection()?;
            let changes = rows.changes();
            let locks = locks.into_inner().unwrap_or_else(PoisonError::into_inner);
            let wanted = locks.change(changes.keys());
            session.wait_for(send(connection, &wanted, &changes, version)).await
        };
        session.has_ended();
        match end {
            Commit::Done => Ok(()),
            Commit::Refused(error) => Err(failed(error)),
            Commit::Lost(error, None) => Err(StoreError::Undecided(Box::new(error))),
            Commit::Lost(error, Some(transaction)) => fate(&store, error, &transaction).await,
        }
    }
}

/// Sends all of it: futures that are joined are first polled in their order.
async fn send(connection: &Connection, wanted: &Wanted, changes: &Changes<'_>, version: Option<u32>) -> Commit {
    let Connection { client, statements } = connection;
    let Changes { put, values, removed } = changes;
    if put.keys.is_empty() && removed.keys.is_empty() && version.is_none() {
        return match client.batch_execute("COMMIT").await {
            Ok(()) => Commit::Done,
            Err(error) => Commit::Refused(error),
        };
    }
    let lock = async {
        match wanted.is_empty() {
            true => Ok(()),
            false => lock(connection, wanted).await,
        }
    };
    let put = async {
        match put.keys.is_empty() {
            true => Ok(()),
            false => client.execute(&statements.put, &[&put.tables, &put.keys, values]).await.map(drop),
        }
    };
    let remove = async {
        match removed.keys.is_empty() {
            true => Ok(()),
            false => client.execute(&statements.remove, &[&removed.tables, &removed.keys]).await.map(drop),
        }
    };
    let set_version = async {
        match version {
            None => Ok(()),
            Some(version) => {
                client.batch_execute(&format!("INSERT INTO stacklets_schema (version) VALUES ({version})")).await
            }
        }
    };
    let number = client.query_one(&statements.transaction, &[]);
    let statements = join5(lock, put, remove, set_version, number);
    let ((lock, put, remove, set_version, number), commit) = join(statements, client.batch_execute("COMMIT")).await;
    let number = number.and_then(|row| row.try_get::<_, String>(0));
    let known = number.as_ref().ok().cloned();
    // After one that failed, all others fail, and the commit rolls back and calls that a success.
    match lock.and(put).and(remove).and(set_version).and(number).and(commit) {
        Ok(()) => Commit::Done,
        Err(error) if is_answered(&error) => Commit::Refused(error),
        Err(error) => Commit::Lost(error, known),
    }
}

/// Asks the server, on another connection, what became of a transaction.
async fn fate(store: &PostgresStore, lost: Error, transaction: &str) -> Result<(), StoreError> {
    for _ in 0..ATTEMPTS {
        match store.ask(sql::FATE, transaction).await.as_deref() {
            Some("committed") => return Ok(()),
            Some("aborted") => return Err(StoreError::Unavailable(Box::new(lost))),
            Some(_) | None => tokio::time::sleep(BETWEEN).await,
        }
    }
    Err(StoreError::Undecided(Box::new(lost)))
}
