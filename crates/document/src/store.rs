//! Where files come from: a folder on disk, or texts in memory. Both know a file by its path from the entry's folder.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::reference::ELSEWHERE;

/// The largest file that is read. Places are 32 bits wide.
const LARGEST: u64 = 1 << 30;

/// Why a file has no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReadError {
    NotFound,
    /// A link in the folder leads out of it.
    Outside,
    /// The byte from which on it is not UTF-8.
    NotUtf8(usize),
    Other(String),
}

/// A folder of files.
pub(crate) trait Store {
    /// The text of a file, without a byte order mark.
    fn read(&self, key: &str) -> Result<String, ReadError>;

    /// The name by which a person knows a file.
    fn name(&self, key: &str) -> String;

    /// The names of the files in a folder.
    fn list(&self, folder: &str) -> Vec<String>;
}

/// A folder on disk, and folders that stand for others elsewhere.
pub(crate) struct Disk {
    folder: PathBuf,
    entry: String,
    elsewhere: Vec<PathBuf>,
}

impl Disk {
    pub(crate) fn new(folder: &Path, entry: &str) -> Self {
        Self { folder: folder.to_owned(), entry: entry.to_owned(), elsewhere: Vec::new() }
    }

    /// Lets files stand for documents elsewhere. Gives the path of each by its URI, which for a folder ends in `/`.
    pub(crate) fn with_elsewhere(mut self, references: &BTreeMap<String, PathBuf>) -> (Self, BTreeMap<String, String>) {
        let mut keys = BTreeMap::new();
        for (uri, path) in references {
            let is_folder = uri.ends_with('/');
            let folder = if is_folder { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
            let file = if is_folder { None } else { path.file_name() };
            let file = file.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            keys.insert(uri.clone(), format!("{ELSEWHERE}{}/{file}", self.elsewhere.len()));
            self.elsewhere.push(folder.to_owned());
        }
        (self, keys)
    }

    /// The folder that a path counts from, and the rest of it.
    fn split<'s>(&'s self, key: &'s str) -> (&'s Path, &'s str) {
        let elsewhere = key.strip_prefix(ELSEWHERE).and_then(|key| {
            let (number, file) = key.split_once('/')?;
            Some((self.elsewhere.get(number.parse::<usize>().ok()?)?.as_path(), file))
        });
        elsewhere.unwrap_or((&self.folder, key))
    }

    /// The path of a file, if it really lies below its folder. The entry itself may be a link to anywhere.
    fn path(&self, key: &str) -> Result<PathBuf, ReadError> {
        let (folder, file) = self.split(key);
        let root = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let path = root.join(file);
        let real = fs_err::canonicalize(&path).map_err(describe)?;
        let inside = key == self.entry || real.starts_with(fs_err::canonicalize(root).map_err(describe)?);
        if inside { Ok(path) } else { Err(ReadError::Outside) }
    }
}

impl Store for Disk {
    fn read(&self, key: &str) -> Result<String, ReadError> {
        let file = fs_err::File::open(self.path(key)?).map_err(describe)?;
        let length = file.metadata().map_or(0, |metadata| metadata.len().min(LARGEST));
        // One more than there is, so that reading notices the end without asking for more room.
        let mut bytes = Vec::with_capacity(usize::try_from(length + 1).unwrap_or_default());
        // The standard library's own file need not have that room zeroed first.
        let (file, _) = file.into_parts();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(describe)?;
        if bytes.len() as u64 > LARGEST {
            return Err(ReadError::Other("it is larger than 1 GiB".to_owned()));
        }
        let text = String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))?;
        Ok(without_mark(text))
    }

    fn name(&self, key: &str) -> String {
        let (folder, file) = self.split(key);
        folder.join(file).display().to_string()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let (root, folder) = self.split(folder);
        let Ok(entries) = fs_err::read_dir(root.join(folder)) else {
            return Vec::new();
        };
        let mut names: Vec<_> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn describe(error: std::io::Error) -> ReadError {
    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
        return ReadError::NotFound;
    }
    ReadError::Other(error.kind().to_string())
}

fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// Texts in memory.
pub(crate) struct Memory {
    folder: String,
    files: BTreeMap<String, String>,
}

impl Memory {
    pub(crate) fn new(folder: &str, files: &[(&str, &str)]) -> Self {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let inside = files.iter().filter_map(|(name, text)| {
            let key = name.strip_prefix(&prefix)?.to_owned();
            Some((key, without_mark((*text).to_owned())))
        });
        Self { files: inside.collect(), folder: prefix }
    }
}

impl Store for Memory {
    fn read(&self, key: &str) -> Result<String, ReadError> {
        self.files.get(key).cloned().ok_or(ReadError::NotFound)
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.folder)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let in_folder = |key: &&String| key.rsplit_once('/').map_or("", |(folder, _)| folder) == folder;
        let name = |key: &String| key.rsplit('/').next().unwrap_or_default().to_owned();
        self.files.keys().filter(in_folder).map(name).collect()
    }
}
