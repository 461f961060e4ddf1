//! Snapshots that no test reads any more: each would be believed, and nothing holds it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The variable by which insta is told where to note each snapshot that a test reads.
pub(crate) const REFERENCES: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// The snapshots below `folders` that are not named in the file that the tests wrote.
///
/// # Errors
///
/// A folder cannot be read, or the tests wrote nothing.
pub(crate) fn unreferenced(references: &Path, folders: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let text = std::fs::read_to_string(references).context("the tests noted no snapshot that they read")?;
    let read: BTreeSet<PathBuf> = text.lines().filter_map(|line| Path::new(line).canonicalize().ok()).collect();
    let mut found = Vec::new();
    for folder in folders {
        collect(Path::new(folder), &mut found)?;
    }
    found.retain(|path| path.canonicalize().is_ok_and(|path| !read.contains(&path)));
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "snap") {
            found.push(path);
        }
    }
    Ok(())
}
