//! What was kept by earlier versions of the service, brought to what this one needs: step by step,
//! at the start, by one instance while the others wait.
//!
//! A step that was released never changes; what it got wrong, a later one puts right. A step is
//! written to [`ALL`] and raises the schema by one. It is kept with its number or not at all. An
//! empty embedded store is at the last one from the beginning; an empty database on a server goes
//! through all of them, which find nothing to do but make tables.

mod m0001_tables;
mod m0002_projects;
mod m0003_stacklets;
mod m0004_expiring_keys;

use bytes::Bytes;
use methodical_server::{BoxFuture, Key, Reads as _, StoreError, Writes as _};
use serde_json::Value;
use thiserror::Error;

use super::postgres::Schema;
use super::{Database, OpenError, Place, Write};

/// Every step there is; the first leads to schema 1. The embedded store's schema 1 is that of the
/// first release.
pub(super) const ALL: [Step; 4] = [
    Step { what: "the tables", change: Change::Tables(m0001_tables::STATEMENTS) },
    Step { what: "projects", change: Change::Records(m0002_projects::migrate) },
    Step { what: "stacklets", change: Change::Records(m0003_stacklets::migrate) },
    Step { what: "the keys that expire", change: Change::Records(m0004_expiring_keys::migrate) },
];

/// What the last step leads to.
pub(super) const LAST: u32 = ALL.len() as u32;

/// From one schema to the next.
pub(super) struct Step {
    /// What it is for: words for the log.
    pub(super) what: &'static str,
    /// What is done.
    pub(super) change: Change,
}

/// What a step does.
pub(super) enum Change {
    /// Statements for PostgreSQL. The embedded store has its tables as they are needed.
    Tables(&'static str),
    /// Records are rewritten, in one unit of work.
    Records(Migrate),
}

/// Rewrites records.
pub(super) type Migrate = for<'u> fn(&'u mut Write) -> BoxFuture<'u, Result<(), MigrationError>>;

/// A step that failed.
#[derive(Debug, Error)]
pub enum MigrationError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record cannot be read or written.
    #[error("a record of `{table}` cannot be read")]
    Record {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The server refused a statement.
    #[error("the server refused a statement")]
    Statement(#[from] tokio_postgres::Error),
}

/// Which schema there is, and what keeps others from changing it meanwhile.
pub(super) enum Progress {
    /// The file's, which belongs to this process.
    Embedded(u32),
    /// The server's, which is locked.
    Postgres(Schema),
}

impl Progress {
    async fn version(&self) -> Result<u32, MigrationError> {
        match self {
            Progress::Embedded(version) => Ok(*version),
            Progress::Postgres(schema) => Ok(schema.version().await?),
        }
    }
}

/// Carries out the steps that are missing.
pub(super) async fn run(
    database: Database,
    place: &Place,
    progress: Progress,
    steps: &[Step],
) -> Result<Database, OpenError> {
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let failed = |from, what| move |source| OpenError::Migration { place: place.clone(), from, what, source };
    let found = progress.version().await.map_err(failed(0, "reading the schema"))?;
    if found > known {
        return Err(OpenError::Newer { place: place.clone(), found, known });
    }
    for (from, step) in (0..).zip(steps).skip(found as usize) {
        let carried_out = carry_out(&database, &progress, step, from + 1);
        carried_out.await.map_err(failed(from, step.what))?;
        tracing::info!(schema = from + 1, what = step.what, %place, "migrated");
    }
    Ok(database)
}

async fn carry_out(database: &Database, progress: &Progress, step: &Step, to: u32) -> Result<(), MigrationError> {
    match (&step.change, progress) {
        (Change::Tables(statements), Progress::Postgres(schema)) => Ok(schema.change(statements, to).await?),
        (Change::Tables(_), Progress::Embedded(_)) => rewrite(database, to, |_| Box::pin(async { Ok(()) })).await,
        (Change::Records(migrate), Progress::Postgres(_) | Progress::Embedded(_)) => {
            rewrite(database, to, *migrate).await
        }
    }
}

/// While nobody else writes, so that there is no conflict: instances of an earlier version may be at
/// work still.
async fn rewrite(database: &Database, to: u32, migrate: Migrate) -> Result<(), MigrationError> {
    let mut unit = database.write_alone().await?;
    migrate(&mut unit).await?;
    unit.set_version(to);
    Ok(unit.commit().await?)
}

/// Changes every record of a table, as JSON: a type of today would misread what it is to repair.
pub(super) async fn for_each(
    unit: &mut Write,
    table: &'static str,
    mut change: impl FnMut(&mut Value) + Send,
) -> Result<(), MigrationError> {
    let unreadable = |source| MigrationError::Record { table, source };
    for (key, bytes) in unit.scan(table, Key::all(), 0, usize::MAX).await? {
        let mut record: Value = serde_json::from_slice(&bytes).map_err(unreadable)?;
        change(&mut record);
        let bytes = serde_json::to_vec(&record).map_err(unreadable)?;
        unit.put(table, &key, Bytes::from(bytes)).await?;
    }
    Ok(())
}
