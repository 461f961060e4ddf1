//! What a description is read from: its entry file, and what its user says of the files around it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of a description, before any is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// The entry file.
    pub entry: PathBuf,
    /// The folder within which files may be read; without it, that of the entry.
    pub root: Option<PathBuf>,
    /// Files that stand for documents elsewhere, by URI without fragment. A URI that ends in `/` stands for a folder.
    pub references: BTreeMap<String, PathBuf>,
    /// Overlays, applied to the entry one after the other.
    pub overlays: Vec<PathBuf>,
}

impl Inputs {
    /// A description that is its entry file and what lies in the folder of that.
    pub fn of(entry: impl Into<PathBuf>) -> Self {
        Self { entry: entry.into(), ..Self::default() }
    }

    /// The folder within which files may be read, and the path of the entry from there. An error where the entry does not
    /// lie in the folder that was named; then its own counts.
    pub(crate) fn place(&self) -> (PathBuf, PathBuf, Result<(), &Path>) {
        let own = || {
            let folder = self.entry.parent().unwrap_or(Path::new("")).to_owned();
            (folder, self.entry.file_name().map_or_else(|| self.entry.clone(), PathBuf::from))
        };
        let Some(root) = &self.root else {
            let (folder, file) = own();
            return (folder, file, Ok(()));
        };
        match within(&self.entry, root) {
            Some(file) => (root.clone(), file, Ok(())),
            None => {
                let (folder, file) = own();
                (folder, file, Err(root))
            }
        }
    }
}

/// The path of a file from a folder, as written or, where that does not tell, as the file system sees it.
fn within(file: &Path, folder: &Path) -> Option<PathBuf> {
    let is_plain = |path: &Path| path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if let Some(file) = file.strip_prefix(folder).ok().filter(|file| is_plain(file)) {
        return Some(file.to_owned());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let (folder, file) = (fs_err::canonicalize(folder).ok()?, fs_err::canonicalize(file).ok()?);
    file.strip_prefix(folder).ok().map(Path::to_owned)
}
