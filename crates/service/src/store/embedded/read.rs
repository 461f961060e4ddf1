//! Reading: one redb read transaction, which is a snapshot and hinders nobody.
//!
//! A read is done where it is awaited, without handing it to another thread: it takes microseconds
//! from the cache, and a page from disk takes less than the detour would.

use std::ops::Bound;

use bytes::Bytes;
use methodical_server::{KeyRange, Reads, StoreError};
use redb::{OwnedAccessGuard, ReadOnlyTable, ReadTransaction, StorageError, TableDefinition, TableError};

use super::error::failed;
use crate::store::merge::Entry;

/// A table for reading.
type Rows = ReadOnlyTable<&'static [u8], &'static [u8]>;

/// The tables of requests: bytes to bytes, the name is the record's.
pub(super) fn definition(table: &'static str) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table)
}

/// A key and its value, where they lie.
type Row = (OwnedAccessGuard<&'static [u8]>, OwnedAccessGuard<&'static [u8]>);

/// The store as it was at one moment.
pub struct Snapshot(ReadTransaction);

impl Snapshot {
    pub(super) fn new(transaction: ReadTransaction) -> Snapshot {
        Snapshot(transaction)
    }

    /// A table that nobody has written to yet is an empty one.
    fn table(&self, table: &'static str) -> Result<Option<Rows>, StoreError> {
        match self.0.open_table(definition(table)) {
            Ok(table) => Ok(Some(table)),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) fn value(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let Some(table) = self.table(table)? else {
            return Ok(None);
        };
        let value = table.get_owned(key).map_err(failed)?;
        Ok(value.map(|value| Bytes::copy_from_slice(value.value())))
    }

    pub(super) fn entries(
        &self,
        table: &'static str,
        range: &KeyRange,
    ) -> Result<impl Iterator<Item = Result<Entry, StorageError>> + use<>, StoreError> {
        let rows = self.rows(table, range)?;
        Ok(rows.map(|row| row.map(copied)))
    }

    /// The rows where they lie: whoever counts or skips them need not copy them.
    fn rows(
        &self,
        table: &'static str,
        range: &KeyRange,
    ) -> Result<impl Iterator<Item = Result<Row, StorageError>> + use<>, StoreError> {
        let table = if range.is_empty() { None } else { self.table(table)? };
        let bounds = (Bound::Included(&range.from[..]), Bound::Excluded(&range.to[..]));
        let found = table.map(|table| table.range_owned::<&[u8]>(bounds)).transpose();
        Ok(found.map_err(failed)?.into_iter().flatten())
    }
}

fn copied((key, value): Row) -> Entry {
    (Bytes::copy_from_slice(key.value()), Bytes::copy_from_slice(value.value()))
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

/// The part of `entries` that a page shows; the others are passed by.
pub(super) fn page<T>(
    entries: impl Iterator<Item = Result<T, StorageError>>,
    skip: u64,
    limit: usize,
    taken: impl Fn(T) -> Entry,
) -> Result<Vec<Entry>, StoreError> {
    // Skipped by hand: `Iterator::skip` would skip an error as well.
    let mut left = skip;
    let mut page = Vec::new();
    if limit == 0 {
        return Ok(page);
    }
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if left > 0 {
            left -= 1;
        } else if page.len() < limit {
            page.push(taken(entry));
        }
        if left == 0 && page.len() == limit {
            break;
        }
    }
    Ok(page)
}

pub(super) fn length<T>(entries: impl Iterator<Item = Result<T, StorageError>>) -> Result<u64, StoreError> {
    entries.map(|entry| entry.map(|_| 1).map_err(failed)).sum()
}

impl Reads for Snapshot {
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
        page(self.rows(table, &range)?, skip, limit, copied)
    }

    async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
        length(self.rows(table, &range)?)
    }
}
