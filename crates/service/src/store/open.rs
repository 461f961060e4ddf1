//! Opening the file, and what a person is told when that fails.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::{Builder, Database, DatabaseError, ReadableDatabase, StorageError, TableDefinition, TableError};
use thiserror::Error;

use crate::files;

/// The store's name in the data folder.
const FILE: &str = "store.redb";
/// What this version writes. To be raised when records change so that an older service would
/// misread them.
const FORMAT: u32 = 1;
const FORMAT_KEY: &str = "format";
const ABOUT: TableDefinition<'_, &str, u32> = TableDefinition::new("about-this-store");
/// redb would take a gigabyte.
const CACHE_BYTES: usize = 64 * 1024 * 1024;

/// A store that cannot be opened. Each message says what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder cannot be made.
    #[error("the data folder {} cannot be made (choose another by --data)", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is no store, and this command does not make one.
    #[error(
        "there is no store in {}: `stacklets serve` makes one; \
         if the service keeps its data elsewhere, say where by --data", folder.display()
    )]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// Another process has it.
    #[error(
        "the store {} is in use by another process, probably a running `stacklets serve`: \
         stop that one, or give this one a folder of its own by --data", path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// It may not be read or written.
    #[error("the store {} cannot be opened", path.display())]
    Inaccessible {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is not what was written.
    #[error(
        "the store {} is damaged ({reason}): \
         restore it from a backup, or move it away to begin with an empty one", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// A later version of the service wrote it.
    #[error(
        "the store {} has format {found}, and this version of stacklets knows formats up to {FORMAT}: \
         use the version that wrote it, or a later one", path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format it has.
        found: u32,
    },
}

pub(super) fn open_or_create(folder: &Path) -> Result<Database, OpenError> {
    files::create_private_folder(folder).map_err(|source| OpenError::Folder { folder: folder.to_owned(), source })?;
    let path = folder.join(FILE);
    files::touch_private(&path).map_err(|source| OpenError::Inaccessible { path: path.clone(), source })?;
    let database = attempt(&path, |builder| builder.create(&path))?;
    check_format(&path, &database)?;
    Ok(database)
}

pub(super) fn open_existing(folder: &Path) -> Result<Database, OpenError> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Err(OpenError::Missing { folder: folder.to_owned() });
    }
    let database = attempt(&path, |builder| builder.open(&path))?;
    check_format(&path, &database)?;
    Ok(database)
}

/// redb answers damage that it foresaw by an error; for what it did not foresee its documentation
/// announces panics, and a damaged file is input like any other.
fn attempt(path: &Path, open: impl FnOnce(&Builder) -> Result<Database, DatabaseError>) -> Result<Database, OpenError> {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    match catch_unwind(AssertUnwindSafe(|| open(&builder))) {
        Ok(result) => result.map_err(|error| describe(path, error)),
        Err(_panic) => Err(damaged(path, "its structure is inconsistent")),
    }
}

fn describe(path: &Path, error: DatabaseError) -> OpenError {
    if let DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch = error {
        return OpenError::Locked { path: path.to_owned() };
    }
    if let DatabaseError::Storage(StorageError::Io(source)) = error {
        let kind = source.kind();
        return if kind == io::ErrorKind::InvalidData || kind == io::ErrorKind::UnexpectedEof {
            damaged(path, source)
        } else {
            OpenError::Inaccessible { path: path.to_owned(), source }
        };
    }
    damaged(path, error)
}

fn damaged(path: &Path, reason: impl ToString) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), reason: reason.to_string() }
}

fn check_format(path: &Path, database: &Database) -> Result<(), OpenError> {
    match read_format(database).map_err(|error| damaged(path, error))? {
        Some(FORMAT) => Ok(()),
        Some(found) if found > FORMAT => Err(OpenError::Newer { path: path.to_owned(), found }),
        Some(found) => Err(damaged(path, format!("its format {found} never existed"))),
        None => write_format(database).map_err(|error| damaged(path, error)),
    }
}

fn read_format(database: &Database) -> Result<Option<u32>, redb::Error> {
    match database.begin_read()?.open_table(ABOUT) {
        Ok(table) => Ok(table.get(FORMAT_KEY)?.map(|value| value.value())),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn write_format(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(ABOUT)?.insert(FORMAT_KEY, FORMAT)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::store) fn write_later_format(folder: &Path) {
        let transaction = open_or_create(folder).unwrap().begin_write().unwrap();
        transaction.open_table(ABOUT).unwrap().insert(FORMAT_KEY, FORMAT + 1).unwrap();
        transaction.commit().unwrap();
    }
}
