//! What a release leaves behind: notes for people, and the description as one file, which the next version is compared with.

use std::path::{Path, PathBuf};

use crate::release::{CHANGELOG, section};

use super::Package;

/// One release of one API.
pub(crate) struct Release<'a> {
    /// The name of its tag.
    pub(crate) tag: &'a str,
    /// The API.
    pub(crate) api: &'a str,
    /// The version of its description.
    pub(crate) version: &'a str,
    /// Its crates, each with whether its version is a new one.
    pub(crate) crates: Vec<(&'a Package, bool)>,
    /// The description as one document.
    pub(crate) bundle: &'a str,
}

impl Release<'_> {
    /// The notes, as Markdown: what the CHANGELOGs say of what is new.
    pub(crate) fn notes(&self) -> String {
        let mut text = format!("# {} {}\n", self.api, self.version);
        for (package, _) in self.crates.iter().filter(|(_, is_new)| *is_new) {
            let file = fs_err::read_to_string(package.folder().join(CHANGELOG)).unwrap_or_default();
            let said = section(&file, &package.version).unwrap_or_default().replace("\n### ", "\n#### ");
            let said = said.strip_prefix("### ").map_or(said.clone(), |rest| format!("#### {rest}"));
            text.push_str(&format!("\n## {}\n\n{said}\n", package.title()));
        }
        let same = self.crates.iter().filter(|(_, is_new)| !is_new).map(|(package, _)| package.title());
        let same: Vec<String> = same.collect();
        if !same.is_empty() {
            text.push_str(&format!("\nAs they were: {}.\n", same.join(", ")));
        }
        text
    }
}

/// Writes notes and description into a folder, and says where.
///
/// # Errors
///
/// A file cannot be written.
pub(crate) fn write(folder: &Path, release: &Release<'_>) -> std::io::Result<[PathBuf; 2]> {
    fs_err::create_dir_all(folder)?;
    let name = release.tag.replace('/', "-");
    let files = [folder.join(format!("{name}.md")), folder.join(format!("{name}.json"))];
    fs_err::write(&files[0], release.notes())?;
    fs_err::write(&files[1], release.bundle)?;
    Ok(files)
}
