//! Which descriptions there are: the rows of a table, or the files of a folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

/// One description.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What it is counted under.
    pub(crate) set: String,
    /// What it is called.
    pub(crate) name: String,
    /// Its entry file.
    pub(crate) path: PathBuf,
    /// The folder that its references may lead within, where it has one of its own beside the manifest.
    pub(crate) root: Option<PathBuf>,
    /// Whether it is wrong on purpose.
    pub(crate) negative: bool,
    /// What its crates' names begin with, unlike any other's.
    pub(crate) slug: String,
}

/// Reads a manifest, or lists a folder: then every JSON or YAML file in it is a description.
///
/// # Errors
///
/// It is not there, or the table lacks a column that is needed.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Entry>> {
    let mut entries = if path.is_dir() { list(path)? } else { parse(path)? };
    ensure!(!entries.is_empty(), "{} names no description", path.display());
    let mut taken = BTreeSet::new();
    for entry in &mut entries {
        entry.slug = slug(&entry.name, &taken);
        taken.insert(entry.slug.clone());
    }
    Ok(entries)
}

fn parse(path: &Path) -> anyhow::Result<Vec<Entry>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("there is no manifest {}", path.display()))?;
    let folder = std::path::absolute(path)?.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        let index = header.iter().position(|column| *column == name);
        index.with_context(|| format!("{} has no column `{name}`", path.display()))
    };
    let (set, name, entry, negative) = (column("set")?, column("name")?, column("entry")?, column("negative")?);
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |index: usize| cells.get(index).copied().with_context(|| format!("a row is too short: {line}"));
        Ok(Entry {
            set: cell(set)?.to_owned(),
            name: cell(name)?.to_owned(),
            path: folder.join(cell(entry)?),
            root: own_folder(Path::new(cell(entry)?)).map(|root| folder.join(root)),
            negative: cell(negative)? == "yes",
            slug: String::new(),
        })
    });
    rows.collect()
}

/// `real/shop` of `real/shop/api/openapi.yaml`.
fn own_folder(entry: &Path) -> Option<PathBuf> {
    let parts: Vec<_> = entry.components().collect();
    (parts.len() > 2).then(|| parts[..2].iter().collect())
}

fn list(folder: &Path) -> anyhow::Result<Vec<Entry>> {
    let folder = std::path::absolute(folder)?;
    let set = folder.file_name().map_or_else(|| "folder".to_owned(), |name| name.to_string_lossy().into_owned());
    let mut entries = Vec::new();
    for file in std::fs::read_dir(&folder)? {
        let path = file?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_file() && matches!(extension, "json" | "yaml" | "yml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            entries.push(Entry { set: set.clone(), name, path, root: None, negative: false, slug: String::new() });
        }
    }
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(entries)
}

/// The name as the middle of a crate's name, told apart from those that are taken.
fn slug(name: &str, taken: &BTreeSet<String>) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-");
    let others = (2..).map(|number| format!("{slug}-{number}"));
    std::iter::once(slug.clone()).chain(others).find(|slug| !taken.contains(slug)).unwrap_or(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_crates_are_sound_and_distinct() {
        let taken = BTreeSet::from(["v31-a".to_owned(), "v31-a-2".to_owned()]);
        assert_eq!(slug("v31--A", &taken), "v31-a-3");
        assert_eq!(slug("01_v31.Ü", &BTreeSet::new()), "01-v31");
    }
}
