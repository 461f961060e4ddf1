//! Opening the file, and what a person is told when that fails.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::{
    Builder, Database, DatabaseError, ReadableDatabase, StorageError, TableDefinition, TableError, WriteTransaction,
};
use thiserror::Error;

use crate::files;
use crate::store::migrations::LAST;

/// The store's name in the data folder.
const FILE: &str = "store.redb";
/// Under which the schema's version is kept; the name is the first release's.
const FORMAT_KEY: &str = "format";
const ABOUT: TableDefinition<'_, &str, u32> = TableDefinition::new("about-this-store");
/// redb would take a gigabyte.
const CACHE_BYTES: usize = 64 * 1024 * 1024;
/// Takes about a second to read.
const VERIFIED_BYTES: u64 = 256 * 1024 * 1024;

/// A store that cannot be opened. Each message says what to do.
#[derive(Debug, Error)]
pub enum FileError {
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
}

pub(super) fn open_or_create(folder: &Path) -> Result<(Database, u32), FileError> {
    files::create_private_folder(folder).map_err(|source| FileError::Folder { folder: folder.to_owned(), source })?;
    let path = folder.join(FILE);
    files::touch_private(&path).map_err(|source| FileError::Inaccessible { path: path.clone(), source })?;
    let database = attempt(&path, |builder| builder.create(&path))?;
    let version = find_version(&path, &database)?;
    Ok((database, version))
}

pub(super) fn open_existing(folder: &Path) -> Result<(Database, u32), FileError> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Err(FileError::Missing { folder: folder.to_owned() });
    }
    let database = attempt(&path, |builder| builder.open(&path))?;
    let version = find_version(&path, &database)?;
    Ok((database, version))
}

/// Whether the whole file is read and verified, so that damage is found here and not by a request. A
/// large one that was closed in order is trusted: reading it would take seconds at each start.
fn is_verified(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() <= VERIFIED_BYTES)
}

/// redb answers damage that it foresaw by an error; for what it did not foresee its documentation
/// announces panics, and a damaged file is input like any other.
fn attempt(path: &Path, open: impl FnOnce(&Builder) -> Result<Database, DatabaseError>) -> Result<Database, FileError> {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(is_verified(path));
    match catch_unwind(AssertUnwindSafe(|| open(&builder))) {
        Ok(result) => result.map_err(|error| describe(path, error)),
        Err(_panic) => Err(damaged(path, "its structure is inconsistent")),
    }
}

fn describe(path: &Path, error: DatabaseError) -> FileError {
    if let DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch = error {
        return FileError::Locked { path: path.to_owned() };
    }
    if let DatabaseError::Storage(StorageError::Io(source)) = error {
        let kind = source.kind();
        return if kind == io::ErrorKind::InvalidData || kind == io::ErrorKind::UnexpectedEof {
            damaged(path, source)
        } else {
            FileError::Inaccessible { path: path.to_owned(), source }
        };
    }
    damaged(path, error)
}

fn damaged(path: &Path, reason: impl ToString) -> FileError {
    FileError::Damaged { path: path.to_owned(), reason: reason.to_string() }
}

/// The schema that the store has. A new one has the last: there is nothing in it to migrate.
fn find_version(path: &Path, database: &Database) -> Result<u32, FileError> {
    match read_version(database).map_err(|error| damaged(path, error))? {
        Some(0) => Err(damaged(path, "its schema 0 never existed")),
        Some(found) => Ok(found),
        None => {
            write_version(database, LAST).map_err(|error| damaged(path, error))?;
            Ok(LAST)
        }
    }
}

fn read_version(database: &Database) -> Result<Option<u32>, redb::Error> {
    match database.begin_read()?.open_table(ABOUT) {
        Ok(table) => Ok(table.get(FORMAT_KEY)?.map(|value| value.value())),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn write_version(database: &Database, version: u32) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    note_version(&transaction, version)?;
    transaction.commit()?;
    Ok(())
}

/// Notes the schema's version in a transaction that changes it.
pub(super) fn note_version(transaction: &WriteTransaction, version: u32) -> Result<(), redb::Error> {
    transaction.open_table(ABOUT)?.insert(FORMAT_KEY, version)?;
    Ok(())
}
