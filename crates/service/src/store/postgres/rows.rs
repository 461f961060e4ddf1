//! What a unit of work has read, and what it will write: kept here until it is committed, so that
//! nothing is asked twice and all changes are sent at once.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Bound;

use bytes::Bytes;
use methodical_server::KeyRange;

use super::read::Entry;
use crate::store::merge::Merge;

/// Per table and key, what was read and what is to be there.
#[derive(Debug, Default)]
pub(super) struct Rows(BTreeMap<&'static str, BTreeMap<Vec<u8>, Row>>);

#[derive(Debug)]
struct Row {
    stored: Option<Bytes>,
    now: Option<Bytes>,
}

/// All changes, sorted.
#[derive(Debug, Default)]
pub(super) struct Changes<'r> {
    pub(super) put: Columns<'r>,
    pub(super) values: Vec<&'r [u8]>,
    pub(super) removed: Columns<'r>,
}

impl Changes<'_> {
    /// All that is changed.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let tables = self.put.tables.iter().chain(&self.removed.tables);
        tables.copied().zip(self.put.keys.iter().chain(&self.removed.keys).copied())
    }
}

/// Tables and keys, as the statements take them.
#[derive(Debug, Default)]
pub(super) struct Columns<'r> {
    pub(super) tables: Vec<&'static str>,
    pub(super) keys: Vec<&'r [u8]>,
}

/// What changes have done to a range.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Balance {
    pub(super) added: u64,
    pub(super) removed: u64,
    pub(super) replaced: u64,
}

impl Row {
    fn is_changed(&self) -> bool {
        self.stored != self.now
    }
}

impl Rows {
    /// The value under a key, if it was read or set before.
    pub(super) fn value(&self, table: &'static str, key: &[u8]) -> Option<Option<Bytes>> {
        self.0.get(table)?.get(key).map(|row| row.now.clone())
    }

    /// Notes what was read. What was changed since is not read anew.
    pub(super) fn read(&mut self, table: &'static str, key: &[u8], stored: Option<Bytes>) {
        let rows = self.0.entry(table).or_default();
        rows.entry(key.to_vec()).or_insert_with(|| Row { now: stored.clone(), stored });
    }

    /// Changes what was read.
    pub(super) fn change(&mut self, table: &'static str, key: &[u8], now: Option<Bytes>) {
        if let Some(row) = self.0.get_mut(table).and_then(|rows| rows.get_mut(key)) {
            row.now = now;
        }
    }

    fn changed<'r>(
        &'r self,
        table: &'static str,
        range: &KeyRange,
    ) -> impl Iterator<Item = (&'r Vec<u8>, &'r Row)> + use<'r> {
        // An inverted range, which is empty, would make `BTreeMap::range` panic.
        let bounds =
            (!range.is_empty()).then(|| (Bound::Included(range.from.clone()), Bound::Excluded(range.to.clone())));
        let rows = self.0.get(table).zip(bounds);
        rows.into_iter().flat_map(|(rows, bounds)| rows.range(bounds)).filter(|(_, row)| row.is_changed())
    }

    pub(super) fn balance(&self, table: &'static str, range: &KeyRange) -> Balance {
        let mut balance = Balance::default();
        for (_, row) in self.changed(table, range) {
            match (&row.stored, &row.now) {
                (None, Some(_)) => balance.added += 1,
                (Some(_), None) => balance.removed += 1,
                (Some(_), Some(_)) | (None, None) => balance.replaced += 1,
            }
        }
        balance
    }

    /// The part of a range that a page shows: `stored`, the beginning of what the database has, with
    /// the changes over it.
    pub(super) fn page(
        &self,
        table: &'static str,
        range: &KeyRange,
        stored: Vec<Entry>,
        skip: u64,
        limit: usize,
    ) -> Vec<Entry> {
        let changes = self.changed(table, range).map(|(key, row)| (key, &row.now));
        Merge::new(stored.into_iter().map(Ok::<Entry, Infallible>), changes)
            .flatten()
            .skip(usize::try_from(skip).unwrap_or(usize::MAX))
            .take(limit)
            .collect()
    }

    pub(super) fn changes(&self) -> Changes<'_> {
        let mut changes = Changes::default();
        for (table, rows) in &self.0 {
            for (key, row) in rows.iter().filter(|(_, row)| row.is_changed()) {
                let columns = if row.now.is_some() { &mut changes.put } else { &mut changes.removed };
                columns.tables.push(table);
                columns.keys.push(key);
                changes.values.extend(row.now.as_deref());
            }
        }
        changes
    }
}
