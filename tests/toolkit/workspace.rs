//! Where things lie in the repository, and a copy of its contract to work on.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder with copies of `spec/` and of what `methodical.toml` says of it, in which the command line runs.
pub(crate) struct Workspace {
    folder: TempDir,
}

impl Workspace {
    pub(crate) fn new() -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        copy(&repository().join("spec"), &folder.path().join("spec"))?;
        for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
            std::fs::copy(repository().join(file), folder.path().join(file))?;
        }
        let configuration = std::fs::read_to_string(repository().join("methodical.toml"))?;
        std::fs::write(folder.path().join("methodical.toml"), of_the_flagship(&configuration))?;
        Ok(Self { folder })
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub(crate) fn replace(&self, file: &str, old: &str, new: &str) -> std::io::Result<()> {
        let path = self.path(file);
        let text = std::fs::read_to_string(&path)?;
        assert!(text.contains(old), "{file} holds no {old:?} that could be edited");
        std::fs::write(path, text.replacen(old, new, 1))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::methodical(self.folder.path(), arguments)
    }
}

/// What a run of the command line printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs the command line in a folder.
    pub(crate) fn methodical(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_methodical"));
        let command = command.args(arguments).current_dir(folder).env_remove("NO_COLOR");
        Run::of(command.output().expect("the binary that cargo has just built starts"))
    }

    fn of(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The paths on lines that begin with `word`, sorted.
    pub(crate) fn paths(&self, word: &str) -> Vec<&str> {
        let lines = self.stdout.lines().map(str::trim_start);
        let mut paths: Vec<_> = lines.filter_map(|line| line.strip_prefix(word)?.strip_prefix("  ")).collect();
        paths.sort_unstable();
        paths
    }
}

/// The configuration without the API that only tests have, whose description is not copied.
fn of_the_flagship(configuration: &str) -> String {
    let (flagship, rest) = configuration.split_once("# A small description").expect("the second API has a comment");
    let (_, last) = rest.split_once("\n# Where the tests").expect("the tests are told of last");
    format!("{flagship}# Where the tests{last}")
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
