//! What a unit of work keeps account of while a handler works with it, so that a handler which passes over something cannot
//! succeed all the same: that a precondition did not hold, that the store failed, and which records its facts speak of.

use std::collections::BTreeSet;

use crate::fault::Fault;
use crate::key::Key;
use crate::store::StoreError;

/// The account of one unit of work.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) compared: Compared,
    failed: Option<Failed>,
    settled: BTreeSet<(&'static str, Key)>,
}

/// What became of the request's preconditions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Compared {
    /// They have not been compared with any target.
    #[default]
    Not,
    /// They held for each.
    Held,
    /// They did not hold for one.
    Stale,
}

#[derive(Debug, Clone, Copy)]
enum Failed {
    Conflict,
    Otherwise,
}

impl Ledger {
    pub(crate) fn compared(&mut self, holds: bool) {
        self.compared = match (self.compared, holds) {
            (Compared::Stale, _) | (_, false) => Compared::Stale,
            (Compared::Not | Compared::Held, true) => Compared::Held,
        };
    }

    /// Notes a failure of the store. What a transaction did after it is lost, whatever the store says to a commit.
    pub(crate) fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            let failed = if matches!(error, StoreError::Conflict) { Failed::Conflict } else { Failed::Otherwise };
            self.failed.get_or_insert(failed);
        }
        result
    }

    /// Nothing may be committed after a failure that was noted.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match self.failed {
            None => Ok(()),
            Some(Failed::Conflict) => Err(StoreError::Conflict),
            Some(Failed::Otherwise) => {
                Err(StoreError::Other("a failure of the store was passed over and the work went on".into()))
            }
        }
    }

    /// A fact speaks of this record: what was stored, and under which tag.
    pub(crate) fn settle(&mut self, table: &'static str, key: &Key) {
        self.settled.insert((table, key.clone()));
    }

    /// Whether the record may still be changed. Else what was said of it would not be true any more.
    pub(crate) fn check_open(&self, table: &'static str, key: &Key) -> Result<(), Fault> {
        // A look-up needs an owned key; a unit of work that has settled nothing needs no look-up.
        let settled = !self.settled.is_empty() && self.settled.contains(&(table, key.clone()));
        if settled { Err(Fault::TargetChanged { table }) } else { Ok(()) }
    }
}
