//! The store on disk: one file, embedded, transactional ([`redb`] underneath).
//!
//! A unit of work is a snapshot and a list of changes kept in memory; the file is written only by
//! its commit, in one redb transaction, on a thread where blocking is allowed. So a handler may
//! await in a unit of work, panic in it or drop it, and the file has not been touched; and the cost
//! of a refused request is nothing. Writers take turns, from beginning to commit, which makes every
//! unit of work serialisable and a conflict impossible. Readers never wait.

mod error;
mod open;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use methodical_server::{Store, StoreError};
use redb::{Database, ReadableDatabase};
use tokio::sync::Mutex;

use self::error::failed;
pub use self::open::FileError;
pub use self::read::Snapshot;
pub use self::write::UnitOfWork;

/// A store in one file.
///
/// Every commit is on disk when it is acknowledged (`fsync`). The file belongs to one process at a
/// time; a second one is told so.
#[derive(Clone)]
pub struct EmbeddedStore {
    database: Arc<Database>,
    /// Held by the unit of work that may commit next. Fair: writers are served in order.
    turn: Arc<Mutex<()>>,
}

impl EmbeddedStore {
    /// Opens the store in `folder`, and makes it (and the folder) where there is none.
    ///
    /// Blocks: a file that is not very large is verified as a whole.
    pub fn open(folder: &Path) -> Result<(EmbeddedStore, u32), FileError> {
        open::open_or_create(folder).map(EmbeddedStore::over)
    }

    /// Opens the store in `folder`, which must be there.
    pub fn open_existing(folder: &Path) -> Result<(EmbeddedStore, u32), FileError> {
        open::open_existing(folder).map(EmbeddedStore::over)
    }

    fn over((database, version): (Database, u32)) -> (EmbeddedStore, u32) {
        (EmbeddedStore { database: Arc::new(database), turn: Arc::default() }, version)
    }

    fn snapshot(&self) -> Result<Snapshot, StoreError> {
        self.database.begin_read().map(Snapshot::new).map_err(failed)
    }
}

impl fmt::Debug for EmbeddedStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EmbeddedStore").finish_non_exhaustive()
    }
}

impl Store for EmbeddedStore {
    type Read = Snapshot;
    type Write = UnitOfWork;

    async fn read(&self) -> Result<Snapshot, StoreError> {
        self.snapshot()
    }

    /// Waits for its turn: until the unit of work before it is committed or dropped. A task that
    /// asks for a second one while it holds the first waits for itself.
    async fn write(&self) -> Result<UnitOfWork, StoreError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        // The snapshot is taken in turn, so it contains every commit before this one.
        Ok(UnitOfWork::new(self.snapshot()?, Arc::clone(&self.database), turn))
    }
}
