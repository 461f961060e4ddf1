//! Files that only the owner may read: the development key, the development token, the data folder.
//!
//! A file is written beside its place and then moved there, so a crash leaves the old one or the
//! new one, and its permissions are narrow from the first byte on. The service runs on Unix only:
//! these permissions and the admin socket's are how it keeps its secrets.

use std::io::{self, Write};
use std::path::Path;

/// Makes a folder, and those above it, that only the owner may enter. One that is there is left as
/// it is: its owner has decided.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file that only the owner may read, in place of the one that may be there.
pub(crate) fn write_private(path: &Path, contents: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    // What an interrupted start left behind keeps its own permissions, whatever is asked for below.
    remove_if_there(&beside)?;
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(contents)?;
    file.sync_all()?;
    fs_err::rename(&beside, path)
}

/// Makes an empty file that only the owner may read, where there is none.
pub(crate) fn touch_private(path: &Path) -> io::Result<()> {
    let mut options = fs_err::OpenOptions::new();
    options.append(true).create(true);
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Narrows the permissions of what is there to its owner's.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    fs_err::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

/// Removes a file; that there is none is as good.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
