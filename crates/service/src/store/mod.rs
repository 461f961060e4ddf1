//! Where everything is kept: in one file of the service's own, or in PostgreSQL, which several
//! instances may share.
//!
//! Handlers see neither. They read and write through the runtime's transactions over [`Database`],
//! so what they promise holds on both.

#[cfg(test)]
mod conformance;
mod embedded;
mod merge;
mod migrations;
mod postgres;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use methodical_server::{KeyRange, RateCounter, Reads, Store, StoreError, Writes};
use thiserror::Error;

pub use self::embedded::{EmbeddedStore, FileError, Snapshot, UnitOfWork};
pub use self::migrations::MigrationError;
use self::migrations::Progress;
use self::postgres::PostgresRates;
pub use self::postgres::{Address, AddressError, PostgresRead, PostgresStore, PostgresWrite, ServerError};

/// Where a [`Database`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file in this folder.
    Folder(PathBuf),
    /// On a PostgreSQL server.
    Server(Box<Address>),
}

/// The store of the service, whichever engine keeps it.
#[derive(Debug, Clone)]
pub enum Database {
    /// One file, for one instance.
    Embedded(EmbeddedStore),
    /// A PostgreSQL server, for any number of instances.
    Postgres(PostgresStore),
}

/// A view of a [`Database`] that nothing can be written by.
#[derive(Debug)]
pub enum Read {
    /// Of the file.
    Embedded(Snapshot),
    /// Of the server's database.
    Postgres(PostgresRead),
}

/// Changes to a [`Database`] that are committed together or not at all.
#[derive(Debug)]
pub enum Write {
    /// To the file.
    Embedded(UnitOfWork),
    /// To the server's database.
    Postgres(Box<PostgresWrite>),
}

/// A database that cannot be used. Each message says what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The server cannot be used.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A later version of the service wrote it.
    #[error(
        "{place} has the schema {found}, and this version of stacklets knows schemas up to {known}: \
         use the version that wrote it, or a later one"
    )]
    Newer {
        /// Where.
        place: Place,
        /// The schema it has.
        found: u32,
        /// The last that is known.
        known: u32,
    },
    /// What is there cannot be brought to what this version needs.
    #[error("{place} cannot be brought from the schema {from} to the next ({what}); nothing of that step was kept")]
    Migration {
        /// Where.
        place: Place,
        /// What it has still.
        from: u32,
        /// What the step is for.
        what: &'static str,
        /// What went wrong.
        source: MigrationError,
    },
    /// Opening was interrupted.
    #[error("opening {place} was interrupted")]
    Interrupted {
        /// Where.
        place: Place,
        /// By what.
        source: tokio::task::JoinError,
    },
}

impl Database {
    /// Opens the store at a place, makes it where there is none, and brings it to what this version
    /// of the service needs.
    ///
    /// # Errors
    /// When it cannot be reached, belongs to somebody else or a later version, or is damaged.
    pub async fn connect(place: &Place) -> Result<Database, OpenError> {
        Database::connect_by(place, EmbeddedStore::open).await
    }

    /// Opens a store that must be there. On a server there always is one: whoever made the database
    /// meant one to be.
    ///
    /// # Errors
    /// As [`Database::connect`]; and when there is none.
    pub async fn connect_existing(place: &Place) -> Result<Database, OpenError> {
        Database::connect_by(place, EmbeddedStore::open_existing).await
    }

    async fn connect_by(
        place: &Place,
        open: fn(&Path) -> Result<(EmbeddedStore, u32), FileError>,
    ) -> Result<Database, OpenError> {
        match place {
            Place::Folder(folder) => {
                let folder = folder.clone();
                // It reads the file, which blocks.
                let opened = tokio::task::spawn_blocking(move || open(&folder)).await;
                let interrupted = |source| OpenError::Interrupted { place: place.clone(), source };
                let (store, version) = opened.map_err(interrupted)??;
                migrations::run(Database::Embedded(store), place, Progress::Embedded(version), &migrations::ALL).await
            }
            Place::Server(address) => {
                let (store, schema) = PostgresStore::open(address).await?;
                migrations::run(Database::Postgres(store), place, Progress::Postgres(schema), &migrations::ALL).await
            }
        }
    }

    /// Opens the embedded store in a folder of a test's own.
    #[cfg(test)]
    pub(crate) fn open(folder: &Path) -> Result<Database, FileError> {
        EmbeddedStore::open(folder).map(|(store, _)| Database::Embedded(store))
    }

    /// Begins a unit of work that nobody else writes beside, however long it takes.
    async fn write_alone(&self) -> Result<Write, StoreError> {
        match self {
            Database::Embedded(store) => store.write().await.map(Write::Embedded),
            Database::Postgres(store) => {
                Box::pin(store.write_alone()).await.map(|unit| Write::Postgres(Box::new(unit)))
            }
        }
    }

    /// What counts requests for all instances together, if there may be several.
    #[must_use]
    pub fn rate_counter(&self) -> Option<Arc<dyn RateCounter>> {
        match self {
            Database::Embedded(_) => None,
            Database::Postgres(store) => Some(Arc::new(PostgresRates::new(store.clone()))),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder(folder) => write!(formatter, "the store in {}", folder.display()),
            Place::Server(address) => write!(formatter, "the database {address}"),
        }
    }
}

/// What speaks to a server is boxed: it keeps 30 kB at hand, which each future around it would carry for the embedded
/// store too, and a request has several dozen around.
impl Store for Database {
    type Read = Read;
    type Write = Write;

    async fn read(&self) -> Result<Read, StoreError> {
        match self {
            Database::Embedded(store) => store.read().await.map(Read::Embedded),
            Database::Postgres(store) => Box::pin(store.read()).await.map(Read::Postgres),
        }
    }

    async fn write(&self) -> Result<Write, StoreError> {
        match self {
            Database::Embedded(store) => store.write().await.map(Write::Embedded),
            Database::Postgres(store) => Box::pin(store.write()).await.map(|unit| Write::Postgres(Box::new(unit))),
        }
    }

    async fn write_again(&self, conflicts: u32) -> Result<Write, StoreError> {
        match self {
            Database::Embedded(store) => store.write_again(conflicts).await.map(Write::Embedded),
            Database::Postgres(store) => {
                Box::pin(store.write_again(conflicts)).await.map(|unit| Write::Postgres(Box::new(unit)))
            }
        }
    }
}

impl Write {
    /// Sets the version of the schema, by the same commit.
    fn set_version(&mut self, version: u32) {
        match self {
            Write::Embedded(unit) => unit.set_version(version),
            Write::Postgres(unit) => unit.set_version(version),
        }
    }
}

/// What reads is asked the same, whichever engine is behind it. A conversation with a server is a
/// large future; boxed, it makes none of those larger that handlers are made of.
macro_rules! reads {
    ($transaction:ident) => {
        impl Reads for $transaction {
            async fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
                match self {
                    $transaction::Embedded(inner) => inner.get(table, key).await,
                    $transaction::Postgres(inner) => Box::pin(inner.get(table, key)).await,
                }
            }

            async fn scan(
                &self,
                table: &'static str,
                range: KeyRange,
                skip: u64,
                limit: usize,
            ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
                match self {
                    $transaction::Embedded(inner) => inner.scan(table, range, skip, limit).await,
                    $transaction::Postgres(inner) => Box::pin(inner.scan(table, range, skip, limit)).await,
                }
            }

            async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
                match self {
                    $transaction::Embedded(inner) => inner.count(table, range).await,
                    $transaction::Postgres(inner) => Box::pin(inner.count(table, range)).await,
                }
            }
        }
    };
}

reads!(Read);
reads!(Write);

impl Writes for Write {
    async fn put(&mut self, table: &'static str, key: &[u8], value: Bytes) -> Result<Option<Bytes>, StoreError> {
        match self {
            Write::Embedded(unit) => unit.put(table, key, value).await,
            Write::Postgres(unit) => Box::pin(unit.put(table, key, value)).await,
        }
    }

    async fn remove(&mut self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        match self {
            Write::Embedded(unit) => unit.remove(table, key).await,
            Write::Postgres(unit) => Box::pin(unit.remove(table, key)).await,
        }
    }

    async fn next_number(&mut self, sequence: &'static str) -> Result<u64, StoreError> {
        match self {
            Write::Embedded(unit) => unit.next_number(sequence).await,
            Write::Postgres(unit) => Box::pin(unit.next_number(sequence)).await,
        }
    }

    async fn commit(self) -> Result<(), StoreError> {
        match self {
            Write::Embedded(unit) => unit.commit().await,
            Write::Postgres(unit) => Box::pin(unit.commit()).await,
        }
    }
}
