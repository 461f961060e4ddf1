//! Paths as they are written into files: from one folder to another, the same text on every platform.

use std::io;
use std::path::{Component, Path, PathBuf};

/// `to` as seen from the folder `from`; both are as seen from the working folder.
///
/// # Errors
///
/// There is no working folder.
pub(crate) fn relative(from: &Path, to: &Path) -> io::Result<PathBuf> {
    let (from, to) = (normalised(&absolute(from)?), normalised(&absolute(to)?));
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = (shared..from.components().count()).map(|_| Component::ParentDir);
    let relative: PathBuf = up.chain(to.components().skip(shared)).collect();
    Ok(if relative.as_os_str().is_empty() { PathBuf::from(".") } else { relative })
}

/// The path without `.`, and with every `..` taken back.
pub(crate) fn normalised(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => normal.push(part),
        }
    }
    normal
}

/// The same text on every platform: it goes into generated files.
pub(crate) fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// An empty path is the working folder.
pub(crate) fn absolute(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(Path::new(".").join(path))
}
