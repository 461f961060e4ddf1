//! What a failure of redb means to the runtime.

use std::error::Error as StdError;

use methodical_server::StoreError;
use redb::Error;

/// A failure while reading, or before a commit: nothing has been changed.
pub(super) fn failed(error: impl Into<Error>) -> StoreError {
    let error = error.into();
    if matches!(error, Error::Corrupted(_)) {
        StoreError::Corrupt(Box::new(error))
    } else {
        StoreError::Unavailable(Box::new(error))
    }
}

/// A failure of a commit: whether it reached the disk is not known.
pub(super) fn undecided(error: impl Into<Box<dyn StdError + Send + Sync>>) -> StoreError {
    StoreError::Undecided(error.into())
}
