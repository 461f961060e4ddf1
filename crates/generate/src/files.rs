//! What a generation comes to: files by path, in order, nothing written yet.

use std::collections::{BTreeMap, btree_map};
use std::path::{Path, PathBuf};

/// The files of one crate, by path relative to the crate's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<PathBuf, String>);

impl Files {
    /// The text of one file.
    pub fn get(&self, path: impl AsRef<Path>) -> Option<&str> {
        self.0.get(path.as_ref()).map(String::as_str)
    }

    /// All files, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.0.iter().map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// Adds a file; another under the same path is replaced.
    pub fn insert(&mut self, path: impl Into<PathBuf>, text: String) {
        self.0.insert(path.into(), text);
    }
}

impl IntoIterator for Files {
    type Item = (PathBuf, String);
    type IntoIter = btree_map::IntoIter<PathBuf, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
