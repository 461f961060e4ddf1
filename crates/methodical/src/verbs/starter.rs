//! The user's own crates beside the generated ones: written where there is nothing yet, and never again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use methodical_generate::{Generator, Package, RuntimeSource, Starter};

use crate::config::{Api, Config, Crate};
use crate::paths::{relative, slashes};

/// A workspace of the user's, and what belongs in it.
pub(super) struct Workspace {
    folder: PathBuf,
    files: Vec<(PathBuf, String)>,
    name: String,
    has_server: bool,
}

/// What became of a workspace.
pub(super) struct Begun {
    /// What was written, by file or folder of the workspace, each with the number of its files.
    pub(super) written: BTreeMap<PathBuf, usize>,
    /// What to do next.
    pub(super) next: String,
}

/// The workspace that an API asks for, if it does.
///
/// # Errors
///
/// There is no working folder.
pub(super) fn workspace(
    config: &Config,
    api: &Api,
    generator: &Generator<'_>,
    package: &Package,
) -> std::io::Result<Option<Workspace>> {
    let Some(folder) = &api.starter else { return Ok(None) };
    let here = folder == Path::new(".");
    let folder = if here { config.folder.clone() } else { config.folder.join(folder) };
    let has_server = api.crates.contains(&Crate::Server);
    let starter = Starter {
        output: slashes(&relative(&folder, &config.folder.join(&api.output))?),
        description: slashes(&relative(&folder, &config.folder.join(&api.description))?),
        client: api.asks_methodical(),
        server: has_server,
    };
    let path = match &api.runtime.path {
        Some(path) if path.is_absolute() => Some(slashes(path)),
        Some(path) => Some(format!("../{}", slashes(&relative(&folder, &config.folder.join(path))?))),
        None => None,
    };
    let runtime = RuntimeSource { path, ..package.runtime.clone() };
    let files = generator.starter(&Package { runtime, ..package.clone() }, &starter);
    Ok(Some(Workspace { folder, files: files.into_iter().collect(), name: api.name.clone(), has_server }))
}

impl Workspace {
    /// Writes what is not there. A crate of the user's is begun whole or not at all: files that they have removed from it do
    /// not come back.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub(super) fn begin(&self) -> anyhow::Result<Begun> {
        let is_new = |path: &Path| {
            let first = path.components().next().map(|part| self.folder.join(part));
            first.is_none_or(|first| !first.exists())
        };
        let new: Vec<&(PathBuf, String)> = self.files.iter().filter(|(path, _)| is_new(path)).collect();
        for (path, text) in &new {
            let path = self.folder.join(path);
            path.parent().map_or(Ok(()), fs_err::create_dir_all)?;
            fs_err::write(path, text)?;
        }
        let mut written = BTreeMap::new();
        for first in new.iter().filter_map(|(path, _)| path.components().next()) {
            *written.entry(self.folder.join(first)).or_default() += 1;
        }
        Ok(Begun { written, next: self.next() })
    }

    fn next(&self) -> String {
        let there = self.folder.as_os_str().is_empty() || self.folder == Path::new(".");
        let enter = if there { String::new() } else { format!("cd {} && ", self.folder.display()) };
        let run =
            if self.has_server { format!("cargo run -p {}-service", self.name) } else { "cargo check".to_owned() };
        format!("{enter}{run}")
    }
}
