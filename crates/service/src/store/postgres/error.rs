//! What a failure of PostgreSQL, or of the way to it, means to the runtime.

use deadpool::managed::PoolError;
use methodical_server::StoreError;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

/// A failure before a commit was asked for: nothing has been changed.
pub(super) fn failed(error: Error) -> StoreError {
    let Some(said) = error.as_db_error() else {
        // Not the server but the connection, or what was read from it.
        return StoreError::Unavailable(Box::new(error));
    };
    if is_conflict(said) {
        return StoreError::Conflict;
    }
    if *said.code() == SqlState::DATA_CORRUPTED || *said.code() == SqlState::INDEX_CORRUPTED {
        return StoreError::Corrupt(Box::new(error));
    }
    // Classes of SQLSTATE: connections, resources, operators, the system. Each passes.
    if ["08", "53", "57", "58"].iter().any(|class| said.code().code().starts_with(class)) {
        return StoreError::Unavailable(Box::new(error));
    }
    StoreError::Other(Box::new(error))
}

/// The division by zero is that of [`LOCK_AT_ONCE`](super::sql::LOCK_AT_ONCE). A statement after one
/// that failed reports that the transaction has failed (25P02): what had no answer of its own can
/// only have been a lock.
fn is_conflict(said: &DbError) -> bool {
    let codes = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::IN_FAILED_SQL_TRANSACTION,
        SqlState::DIVISION_BY_ZERO,
    ];
    codes.contains(said.code())
}

/// A failure of the pool: no connection was to be had.
pub(super) fn unconnected(error: PoolError<Error>) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

/// Whether the server answered a statement, rather than vanish over it. The server may end a
/// connection and say so, and then it is not known what it did before.
pub(super) fn is_answered(error: &Error) -> bool {
    let fatal = |said: &DbError| {
        let severity = said.parsed_severity();
        severity.is_none_or(|severity| matches!(severity, Severity::Fatal | Severity::Panic))
    };
    error.as_db_error().is_some_and(|said| !fatal(said))
}
