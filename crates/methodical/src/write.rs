//! From files in memory to files on disk: one comparison behind both `generate` and `generate --check`.
//!
//! An unchanged file is left untouched, so that nothing is rebuilt for it. An orphan is removed only if its first lines
//! say that it was generated; anything else may be somebody's work, and is reported.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use methodical_generate::is_generated;

/// How the files on disk stand to the files that ought to be there. Paths are relative to the output folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Ought to be there, and are not.
    pub missing: Vec<PathBuf>,
    /// Are there with other content.
    pub stale: Vec<PathBuf>,
    /// Are there, and were written by an earlier run.
    pub outdated: Vec<PathBuf>,
    /// Are there, and no run has written them.
    pub foreign: Vec<PathBuf>,
    /// Are there as they ought to be.
    pub unchanged: Vec<PathBuf>,
}

impl Comparison {
    /// Whether everything is as it ought to be.
    pub fn is_current(&self) -> bool {
        [&self.missing, &self.stale, &self.outdated, &self.foreign].iter().all(|paths| paths.is_empty())
    }
}

/// Compares what lies in `folders` of `output` with `files`.
///
/// # Errors
///
/// A folder or file cannot be read.
pub fn compare(output: &Path, folders: &[PathBuf], files: &BTreeMap<PathBuf, String>) -> std::io::Result<Comparison> {
    let mut comparison = Comparison::default();
    for (path, text) in files {
        let list = match read_bytes(&output.join(path))? {
            None => &mut comparison.missing,
            Some(bytes) if bytes == text.as_bytes() => &mut comparison.unchanged,
            Some(_) => &mut comparison.stale,
        };
        list.push(path.clone());
    }
    for path in files_below(output, folders)? {
        if files.contains_key(&path) {
            continue;
        }
        let bytes = read_bytes(&output.join(&path))?.unwrap_or_default();
        let list = if is_generated(&bytes) { &mut comparison.outdated } else { &mut comparison.foreign };
        list.push(path);
    }
    Ok(comparison)
}

/// Makes `output` hold `files`: writes what is missing or stale, removes what an earlier run has left.
///
/// # Errors
///
/// A file cannot be written or removed.
pub fn write(output: &Path, files: &BTreeMap<PathBuf, String>, comparison: &Comparison) -> std::io::Result<()> {
    for path in comparison.missing.iter().chain(&comparison.stale) {
        let target = output.join(path);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(target, &files[path])?;
    }
    for path in &comparison.outdated {
        let target = output.join(path);
        fs::remove_file(&target)?;
        remove_empty_folders(output, target.parent());
    }
    Ok(())
}

fn read_bytes(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// All files below `folders` of `output`, relative to `output` and sorted. What cargo itself leaves behind (`target`,
/// `Cargo.lock`) is passed over.
fn files_below(output: &Path, folders: &[PathBuf]) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = folders.to_vec();
    while let Some(relative) = folders.pop() {
        let absolute = output.join(&relative);
        if !absolute.is_dir() {
            continue;
        }
        for entry in fs::read_dir(absolute)? {
            let entry = entry?;
            let name = entry.file_name();
            if name == "target" || name == "Cargo.lock" {
                continue;
            }
            let path = relative.join(name);
            let list = if entry.file_type()?.is_dir() { &mut folders } else { &mut found };
            list.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn remove_empty_folders(output: &Path, start: Option<&Path>) {
    for folder in start.into_iter().flat_map(Path::ancestors) {
        // `remove_dir` refuses a folder that holds anything: exactly what is wanted here.
        if folder == output || fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> BTreeMap<PathBuf, String> {
        entries.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect()
    }

    #[test]
    fn every_kind_of_difference_is_told_apart_and_mended() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let output = folder.path();
        let generated = format!("// {}\n", methodical_generate::MARK);
        let before =
            [("a/same.rs", "same"), ("a/stale.rs", "old"), ("a/old/gone.rs", &generated), ("mine.txt", "mine")];
        for (path, text) in before {
            fs::create_dir_all(output.join(path).parent().unwrap_or(output))?;
            fs::write(output.join(path), text)?;
        }
        let wanted = files(&[("a/same.rs", "same"), ("a/stale.rs", "new"), ("a/missing.rs", "missing")]);
        let comparison = compare(output, &[PathBuf::new()], &wanted)?;
        let path = |text: &str| vec![PathBuf::from(text)];
        assert_eq!(comparison.unchanged, path("a/same.rs"));
        assert_eq!(comparison.stale, path("a/stale.rs"));
        assert_eq!(comparison.missing, path("a/missing.rs"));
        assert_eq!(comparison.outdated, path("a/old/gone.rs"));
        assert_eq!(comparison.foreign, path("mine.txt"));

        write(output, &wanted, &comparison)?;
        let after = compare(output, &[PathBuf::new()], &wanted)?;
        assert_eq!(after.unchanged.len(), 3);
        assert_eq!(after.foreign, path("mine.txt"), "what no run has written is never removed");
        assert!(!output.join("a/old").exists(), "a folder that became empty goes too");
        Ok(())
    }
}
