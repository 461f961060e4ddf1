//! What can go wrong inside a unit of work: faults of ours or of the store, and refusals that follow from facts.

use std::time::Duration;

use crate::store::StoreError;

/// Something failed that is not the caller's doing. Handlers pass it on with `?`; the runtime answers 503 or 500, or
/// repeats the unit of work after a conflict. Its text goes to the log and never to the caller.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored record is not what its type expects.
    #[error("a record of the table `{table}` cannot be read")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// What was wrong.
        source: serde_json::Error,
    },
    /// A value cannot be written as JSON.
    #[error("a value cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
    /// A record was changed by the same unit of work after it had been read as a target or after a fact had been made of it, or
    /// belongs to another unit of work.
    #[error("a record of the table `{table}` was changed behind what the unit of work says of it")]
    TargetChanged {
        /// The table.
        table: &'static str,
    },
    /// The system has no randomness to give.
    #[error("no randomness is to be had")]
    Randomness(#[source] getrandom::Error),
    /// Something outside that a handler needs is not there just now; the caller is told to come back.
    #[error("{detail}")]
    Unavailable {
        /// For the log.
        detail: String,
        /// When to come back.
        after: Duration,
    },
    /// Anything else that a handler could not do.
    #[error("{detail}")]
    Other {
        /// For the log.
        detail: String,
    },
}

impl Fault {
    /// Whether repeating the unit of work may succeed.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(StoreError::Conflict))
    }
}

/// Why the runtime would not change the target of a request. The statuses follow from it.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// `If-Match` or `If-None-Match` does not hold for the target: 412.
    #[error("the condition of the request does not hold for the resource as it is now")]
    Stale,
    /// There is no target: 404.
    #[error("there is no such resource")]
    Absent,
    /// An object to be created is already there: 409.
    #[error("there is already such a resource")]
    Exists {
        /// Which of the objects to be created, counted from 0.
        member: usize,
    },
    /// Something failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Fault(Fault::Store(error))
    }
}
