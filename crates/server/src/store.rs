//! What the runtime asks of a database: ordered tables of bytes, in transactions that own what they need.
//!
//! Transactions are values without a lifetime: an `async fn` over a lifetime-generic associated type is not `Send` today
//! (rust-lang/rust#100013). A read transaction has no method that writes; that absence is what makes a GET safe.

use std::error::Error;
use std::future::Future;

use bytes::Bytes;

use crate::key::Key;

/// The table of the numbers last given out.
const SEQUENCES: &str = "methodical.sequences";

/// A transactional database of ordered tables.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a transactional store",
    note = "implement `Store` with a `Read` and a `Write` transaction, or begin with `MemoryStore`"
)]
pub trait Store: Clone + Send + Sync + 'static {
    /// A read-only transaction: one unchanging view of all tables.
    type Read: Reads;
    /// A transaction that writes; nobody sees its changes before it commits.
    type Write: Writes;

    /// Begins a read-only transaction.
    ///
    /// # Errors
    /// When the database cannot be reached.
    fn read(&self) -> impl Future<Output = Result<Self::Read, StoreError>> + Send;

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// When the database cannot be reached.
    fn write(&self) -> impl Future<Output = Result<Self::Write, StoreError>> + Send;

    /// Begins a transaction that writes, for a unit of work that has met `conflicts` of them so far, one or more. A store in
    /// which somebody could lose every race lets those who have lost go first here.
    ///
    /// # Errors
    /// When the database cannot be reached.
    fn write_again(&self, conflicts: u32) -> impl Future<Output = Result<Self::Write, StoreError>> + Send {
        let _ = conflicts;
        self.write()
    }
}

/// The reading half of a transaction. It must be `Sync`, because handlers hold a reference to it over an `.await`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a transaction that reads",
    note = "handlers of every method read through a transaction of the store"
)]
pub trait Reads: Send + Sync + 'static {
    /// The value under `key`.
    ///
    /// # Errors
    /// When the table cannot be read.
    fn get(&self, table: &'static str, key: &[u8]) -> impl Future<Output = Result<Option<Bytes>, StoreError>> + Send;

    /// Keys and values of a range in the order of the keys: `limit` of them at most, after the first `skip`.
    ///
    /// # Errors
    /// When the table cannot be read.
    fn scan(
        &self,
        table: &'static str,
        range: KeyRange,
        skip: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<(Bytes, Bytes)>, StoreError>> + Send;

    /// How many keys lie in a range.
    ///
    /// # Errors
    /// When the table cannot be read.
    fn count(&self, table: &'static str, range: KeyRange) -> impl Future<Output = Result<u64, StoreError>> + Send;
}

/// The writing half of a transaction. Dropped without [`commit`](Writes::commit), it has changed nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is read-only",
    label = "this transaction has no method that writes",
    note = "handlers of GET and HEAD are read-only by the contract (rule GET-SAFE)"
)]
pub trait Writes: Reads {
    /// Sets the value under `key` and gives the one that was there.
    ///
    /// # Errors
    /// When the table cannot be written, or another writer was faster.
    fn put(
        &mut self,
        table: &'static str,
        key: &[u8],
        value: Bytes,
    ) -> impl Future<Output = Result<Option<Bytes>, StoreError>> + Send;

    /// Removes `key` and gives the value that was there.
    ///
    /// # Errors
    /// When the table cannot be written, or another writer was faster.
    fn remove(
        &mut self,
        table: &'static str,
        key: &[u8],
    ) -> impl Future<Output = Result<Option<Bytes>, StoreError>> + Send;

    /// The next number of a sequence, from 1. What a committed transaction was given is never given again; a number that was
    /// given to one that was not committed may be, or may stay unused.
    ///
    /// A store that has sequences of its own gives them here: kept in a table, as by default, a sequence is one key that all
    /// who count must change.
    ///
    /// # Errors
    /// When the sequence cannot be read or written, or has no number left.
    fn next_number(&mut self, sequence: &'static str) -> impl Future<Output = Result<u64, StoreError>> + Send {
        async move {
            let key = Key::new(sequence);
            let last = match self.get(SEQUENCES, key.as_bytes()).await? {
                None => 0,
                Some(bytes) => {
                    serde_json::from_slice::<u64>(&bytes).map_err(|error| StoreError::Corrupt(error.into()))?
                }
            };
            let used_up = || StoreError::Other(format!("the sequence `{sequence}` has no number left").into());
            let next = last.checked_add(1).ok_or_else(used_up)?;
            self.put(SEQUENCES, key.as_bytes(), Bytes::from(next.to_string())).await?;
            Ok(next)
        }
    }

    /// Makes the changes durable and visible, all or none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the changes cannot be put in an order with those of others: nothing was changed, and
    /// the runtime repeats the unit of work. [`StoreError::Undecided`] when the store cannot say whether they were made
    /// durable, which any other error denies.
    fn commit(self) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Keys from `from` (included) to `to` (excluded).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key that may lie in the range.
    pub from: Vec<u8>,
    /// The first key beyond the range.
    pub to: Vec<u8>,
}

impl KeyRange {
    /// Whether no key can lie in the range. A store must not hand an inverted range to an ordered map that refuses it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.from >= self.to
    }
}

/// What a store reports.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached just now; nothing was changed.
    #[error("the store is not available")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// Another transaction was faster; nothing was changed, and repeating the unit of work may succeed.
    #[error("another transaction changed the same data")]
    Conflict,
    /// What was read is not what was written.
    #[error("the store is damaged")]
    Corrupt(#[source] Box<dyn Error + Send + Sync>),
    /// A commit was asked for, and whether it was carried out is not known.
    #[error("whether the changes were kept is not known")]
    Undecided(#[source] Box<dyn Error + Send + Sync>),
    /// Anything else; nothing was changed.
    #[error("the store failed")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}
