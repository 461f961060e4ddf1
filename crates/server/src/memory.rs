//! A store in memory, for tests and examples: readers see a snapshot, writers come one after the other.
//!
//! A commit replaces one shared pointer, so a reader never sees half of a transaction. A table is copied when it is first
//! written in a transaction, which is cheap for what this store is meant for.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::store::{KeyRange, Reads, Store, StoreError, Writes};

type Table = BTreeMap<Vec<u8>, Bytes>;
type Tables = BTreeMap<&'static str, Arc<Table>>;

/// A store that lives as long as the process.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    committed: Arc<RwLock<Arc<Tables>>>,
    writer: Arc<Mutex<()>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A poisoned lock still holds a whole snapshot: commits replace it in one assignment.
    fn snapshot(&self) -> Arc<Tables> {
        Arc::clone(&self.committed.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store for MemoryStore {
    type Read = MemoryRead;
    type Write = MemoryWrite;

    async fn read(&self) -> Result<MemoryRead, StoreError> {
        Ok(MemoryRead { tables: self.snapshot() })
    }

    async fn write(&self) -> Result<MemoryWrite, StoreError> {
        let turn = Arc::clone(&self.writer).lock_owned().await;
        Ok(MemoryWrite { tables: Tables::clone(&self.snapshot()), store: self.clone(), _turn: turn })
    }
}

/// A snapshot of a [`MemoryStore`].
#[derive(Debug, Clone)]
pub struct MemoryRead {
    tables: Arc<Tables>,
}

/// The changes of one writer to a [`MemoryStore`].
#[derive(Debug)]
pub struct MemoryWrite {
    tables: Tables,
    store: MemoryStore,
    /// Held until the transaction ends, so that writers are serial.
    _turn: OwnedMutexGuard<()>,
}

fn get(tables: &Tables, table: &'static str, key: &[u8]) -> Option<Bytes> {
    tables.get(table)?.get(key).cloned()
}

/// `BTreeMap::range` panics on an inverted range, so that one becomes empty.
fn bounds(range: KeyRange) -> Range<Vec<u8>> {
    if range.is_empty() { Vec::new()..Vec::new() } else { range.from..range.to }
}

fn scan(tables: &Tables, table: &'static str, range: KeyRange, skip: u64, limit: usize) -> Vec<(Bytes, Bytes)> {
    let Some(rows) = tables.get(table) else {
        return Vec::new();
    };
    rows.range(bounds(range))
        .skip(usize::try_from(skip).unwrap_or(usize::MAX))
        .take(limit)
        .map(|(key, value)| (Bytes::copy_from_slice(key), value.clone()))
        .collect()
}

fn count(tables: &Tables, table: &'static str, range: KeyRange) -> u64 {
    tables.get(table).map_or(0, |rows| rows.range(bounds(range)).count() as u64)
}

impl Reads for MemoryRead {
    async fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        Ok(get(&self.tables, table, key))
    }

    async fn scan(
        &self,
        table: &'static str,
        range: KeyRange,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        Ok(scan(&self.tables, table, range, skip, limit))
    }

    async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
        Ok(count(&self.tables, table, range))
    }
}

impl Reads for MemoryWrite {
    async fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        Ok(get(&self.tables, table, key))
    }

    async fn scan(
        &self,
        table: &'static str,
        range: KeyRange,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        Ok(scan(&self.tables, table, range, skip, limit))
    }

    async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
        Ok(count(&self.tables, table, range))
    }
}

impl Writes for MemoryWrite {
    async fn put(&mut self, table: &'static str, key: &[u8], value: Bytes) -> Result<Option<Bytes>, StoreError> {
        let rows = Arc::make_mut(self.tables.entry(table).or_default());
        Ok(rows.insert(key.to_vec(), value))
    }

    async fn remove(&mut self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let rows = Arc::make_mut(self.tables.entry(table).or_default());
        Ok(rows.remove(key))
    }

    async fn commit(self) -> Result<(), StoreError> {
        let mut committed = self.store.committed.write().unwrap_or_else(PoisonError::into_inner);
        *committed = Arc::new(self.tables);
        Ok(())
    }
}
