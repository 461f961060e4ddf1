//! Reading: each read is a statement, and all of one transaction see one snapshot, that of the first
//! statement.

use bytes::Bytes;
use methodical_server::{KeyRange, Reads, StoreError};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::locks::Wanted;
use super::session::Session;

/// A key and its value.
pub(super) type Entry = (Bytes, Bytes);

/// The database as it was when it was first asked.
#[derive(Debug)]
pub struct PostgresRead(Session);

impl PostgresRead {
    pub(super) fn new(session: Session) -> PostgresRead {
        PostgresRead(session)
    }
}

/// The value under a key.
pub(super) async fn value(
    session: &Session,
    wanted: &Wanted,
    table: &str,
    key: &[u8],
) -> Result<Option<Bytes>, StoreError> {
    let rows = session.lock_and_query(wanted, |connection| &connection.statements.get, &[&table, &key]).await?;
    rows.first().map(|row| bytes(row, 0)).transpose()
}

/// A part of a range, in the order of its keys.
pub(super) async fn entries(
    session: &Session,
    wanted: &Wanted,
    table: &str,
    range: &KeyRange,
    skip: u64,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let skip = i64::try_from(skip).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let parameters: [&(dyn ToSql + Sync); 5] = [&table, &range.from, &range.to, &skip, &limit];
    let rows = session.lock_and_query(wanted, |connection| &connection.statements.scan, &parameters).await?;
    rows.iter().map(|row| Ok((bytes(row, 0)?, bytes(row, 1)?))).collect()
}

/// How many keys lie in a range.
pub(super) async fn length(
    session: &Session,
    wanted: &Wanted,
    table: &str,
    range: &KeyRange,
) -> Result<u64, StoreError> {
    let parameters: [&(dyn ToSql + Sync); 3] = [&table, &range.from, &range.to];
    let rows = session.lock_and_query(wanted, |connection| &connection.statements.count, &parameters).await?;
    let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0)).map_err(unexpected)?;
    Ok(count.unsigned_abs())
}

fn bytes(row: &Row, column: usize) -> Result<Bytes, StoreError> {
    row.try_get::<_, &[u8]>(column).map(Bytes::copy_from_slice).map_err(unexpected)
}

/// An answer that is not what the statement asks for.
pub(super) fn unexpected(error: tokio_postgres::Error) -> StoreError {
    StoreError::Corrupt(Box::new(error))
}

impl Reads for PostgresRead {
    async fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        value(&self.0, &Wanted::default(), table, key).await
    }

    async fn scan(
        &self,
        table: &'static str,
        range: KeyRange,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        entries(&self.0, &Wanted::default(), table, &range, skip, limit).await
    }

    async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
        length(&self.0, &Wanted::default(), table, &range).await
    }
}
