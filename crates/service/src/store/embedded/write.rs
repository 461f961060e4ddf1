//! Writing: a snapshot, the changes to it in memory, and the turn to commit them.

use std::collections::BTreeMap;
use std::convert::identity;
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;
use methodical_server::{KeyRange, Reads, StoreError, Writes};
use redb::{Database, StorageError};
use tokio::sync::OwnedMutexGuard;

use super::error::undecided;
use super::open::note_version;
use super::read::{Snapshot, definition, length, page};
use crate::store::merge::{Entry, Merge};

/// Per table and key, the new value, or `None` where the key was removed.
type Changes = BTreeMap<&'static str, BTreeMap<Vec<u8>, Option<Bytes>>>;

/// Changes that become visible together, by [`Writes::commit`], or not at all.
#[derive(Debug)]
pub struct UnitOfWork {
    snapshot: Snapshot,
    changes: Changes,
    database: Arc<Database>,
    turn: OwnedMutexGuard<()>,
    version: Option<u32>,
}

impl UnitOfWork {
    pub(super) fn new(snapshot: Snapshot, database: Arc<Database>, turn: OwnedMutexGuard<()>) -> UnitOfWork {
        UnitOfWork { snapshot, changes: Changes::new(), database, turn, version: None }
    }

    /// Sets the version of the schema, by the same commit.
    pub(crate) fn set_version(&mut self, version: u32) {
        self.version = Some(version);
    }

    fn value(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        match self.changes.get(table).and_then(|changes| changes.get(key)) {
            Some(changed) => Ok(changed.clone()),
            None => self.snapshot.value(table, key),
        }
    }

    fn change(&mut self, table: &'static str, key: &[u8], value: Option<Bytes>) -> Result<Option<Bytes>, StoreError> {
        let before = self.value(table, key)?;
        self.changes.entry(table).or_default().insert(key.to_vec(), value);
        Ok(before)
    }

    fn entries<'a>(
        &'a self,
        table: &'static str,
        range: &KeyRange,
    ) -> Result<impl Iterator<Item = Result<Entry, StorageError>> + use<'a>, StoreError> {
        let stored = self.snapshot.entries(table, range)?;
        // An inverted range, which is empty, would make `BTreeMap::range` panic.
        let bounds =
            (!range.is_empty()).then(|| (Bound::Included(range.from.clone()), Bound::Excluded(range.to.clone())));
        let changes = self.changes.get(table).zip(bounds);
        let changes = changes.into_iter().flat_map(|(changes, bounds)| changes.range(bounds));
        Ok(Merge::new(stored, changes))
    }
}

impl Reads for UnitOfWork {
    async fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.value(table, key)
    }

    async fn scan(
        &self,
        table: &'static str,
        range: KeyRange,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        page(self.entries(table, &range)?, skip, limit, identity)
    }

    async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
        length(self.entries(table, &range)?)
    }
}

impl Writes for UnitOfWork {
    async fn put(&mut self, table: &'static str, key: &[u8], value: Bytes) -> Result<Option<Bytes>, StoreError> {
        self.change(table, key, Some(value))
    }

    async fn remove(&mut self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.change(table, key, None)
    }

    /// Once begun, a commit is carried to its end and keeps the turn until then, also when the
    /// caller stops waiting for it.
    async fn commit(self) -> Result<(), StoreError> {
        let UnitOfWork { snapshot, changes, database, turn, version } = self;
        drop(snapshot);
        if changes.is_empty() && version.is_none() {
            return Ok(());
        }
        let commit = tokio::task::spawn_blocking(move || {
            let result = apply(&database, changes, version);
            drop(turn);
            result
        });
        commit.await.map_err(undecided)?.map_err(undecided)
    }
}

fn apply(database: &Database, changes: Changes, version: Option<u32>) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    for (table, changes) in changes {
        let mut table = transaction.open_table(definition(table))?;
        for (key, value) in changes {
            match value {
                Some(value) => table.insert(&key[..], &value[..])?,
                None => table.remove(&key[..])?,
            };
        }
    }
    if let Some(version) = version {
        note_version(&transaction, version)?;
    }
    // Durability::Immediate, redb's default: on disk when this returns.
    Ok(transaction.commit()?)
}
