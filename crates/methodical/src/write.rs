//! From files in memory to files on disk: one comparison behind both `generate` and `generate --check`.
//!
//! An unchanged file is left untouched, so that nothing is rebuilt for it. An orphan is removed only if its first lines
//! say that it was generated; anything else may be somebody's work, and is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use fs_err as fs;
use methodical_generate::is_generated;

use crate::release::CHANGELOG;

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
    if !output.exists() {
        comparison.missing = files.keys().cloned().collect();
        return Ok(comparison);
    }
    let wanted: Vec<(&PathBuf, &String)> = files.iter().collect();
    let found =
        on_all_cores(
            &wanted,
            |(path, text)| Ok(read_bytes(&output.join(path))?.map(|bytes| bytes == text.as_bytes())),
        )?;
    for ((path, _), is_current) in wanted.into_iter().zip(found) {
        let list = match is_current {
            None => &mut comparison.missing,
            Some(true) => &mut comparison.unchanged,
            Some(false) => &mut comparison.stale,
        };
        list.push(path.clone());
    }
    let crates: BTreeSet<&Path> = files.keys().filter_map(|path| path.iter().next().map(Path::new)).collect();
    for path in files_below(output, folders)? {
        // A crate's CHANGELOG lies beside what is generated, and is its history: no run can write that again.
        let is_changelog = path.file_name().is_some_and(|name| name == CHANGELOG)
            && path.parent().is_some_and(|folder| crates.contains(folder));
        if is_changelog || files.contains_key(&path) {
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
    let written: Vec<&PathBuf> = comparison.missing.iter().chain(&comparison.stale).collect();
    let folders: BTreeSet<&Path> = written.iter().filter_map(|path| path.parent()).collect();
    for folder in folders {
        fs::create_dir_all(output.join(folder))?;
    }
    on_all_cores(&written, |path| fs::write(output.join(path), &files[*path]))?;
    for path in &comparison.outdated {
        let target = output.join(path);
        fs::remove_file(&target)?;
        remove_empty_folders(output, target.parent());
    }
    Ok(())
}

/// Does the same to each of many things. Most of the time of reading and writing many files is the operating system's, for each.
fn on_all_cores<T: Sync, R: Send>(
    things: &[T],
    work: impl Fn(&T) -> std::io::Result<R> + Sync,
) -> std::io::Result<Vec<R>> {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let share = things.len().div_ceil(cores).max(1);
    let work = |things: &[T]| things.iter().map(&work).collect::<std::io::Result<Vec<R>>>();
    let done: std::io::Result<Vec<Vec<R>>> = std::thread::scope(|scope| {
        let started: Vec<_> = things.chunks(share).map(|share| scope.spawn(move || work(share))).collect();
        let ended = started.into_iter().map(|share| share.join().unwrap_or_else(|panic| resume_unwind(panic)));
        ended.collect()
    });
    Ok(done?.into_iter().flatten().collect())
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
        let generated = "// Generated by `methodical generate` from a.yaml; edits are lost.\n";
        let before = [
            ("a/same.rs", "same"),
            ("a/stale.rs", "old"),
            ("a/old/gone.rs", generated),
            ("mine.txt", "// Generated by another.\n"),
            ("a/CHANGELOG.md", "# Changes\n"),
            ("gone/CHANGELOG.md", "# Changes of what is not generated any more\n"),
        ];
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
        let foreign = [path("gone/CHANGELOG.md"), path("mine.txt")].concat();
        assert_eq!(comparison.foreign, foreign);

        write(output, &wanted, &comparison)?;
        let after = compare(output, &[PathBuf::new()], &wanted)?;
        assert_eq!(after.unchanged.len(), 3);
        assert_eq!(after.foreign, foreign, "what no run has written is never removed");
        assert!(!output.join("a/old").exists(), "a folder that became empty goes too");
        Ok(())
    }
}
