//! Files as they were at a revision of a git repository, in a folder of their own for as long as they are looked at.
//!
//! They are read from the objects of the repository: no working tree and no index is touched, nothing comes from a
//! network, and no filter of the repository's runs.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, bail, ensure};

/// A git repository.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The top of its working tree.
    top: PathBuf,
}

/// A revision of a repository that is there.
#[derive(Debug, Clone)]
pub struct Revision {
    repository: Repository,
    /// As it was written: `main`, `v1.2.0`, `HEAD~1`.
    pub name: String,
    commit: String,
}

/// A folder that is removed when nobody looks at it any more.
#[derive(Debug)]
pub struct Checkout {
    folder: PathBuf,
    revision: String,
}

/// A file of a revision.
struct Entry {
    object: String,
    path: String,
}

impl Repository {
    /// The repository that a folder lies in.
    ///
    /// # Errors
    ///
    /// It lies in none, or there is no git.
    pub fn of(folder: &Path) -> anyhow::Result<Repository> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let output = run(Command::new("git").current_dir(folder).args(["rev-parse", "--show-toplevel"]))?;
        ensure!(output.status.success(), "{} is in no git repository", folder.display());
        Ok(Repository { top: PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end()) })
    }

    /// The revision with this name; `None` where there is none.
    ///
    /// # Errors
    ///
    /// Git cannot be run.
    pub fn revision(&self, name: &str) -> anyhow::Result<Option<Revision>> {
        let wanted = format!("{name}^{{commit}}");
        let output = run(self.git().args(["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]))?;
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(output.status.success().then(|| Revision { repository: self.clone(), name: name.to_owned(), commit }))
    }

    /// The latest tag in the history of the working tree, or the latest that matches a pattern.
    ///
    /// # Errors
    ///
    /// Git cannot be run.
    pub fn last_tag(&self, pattern: Option<&str>) -> anyhow::Result<Option<Revision>> {
        let mut command = self.git();
        command.args(["describe", "--tags", "--abbrev=0"]);
        if let Some(pattern) = pattern {
            command.args(["--match", pattern]);
        }
        let output = run(&mut command)?;
        let tag = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() { self.revision(&tag) } else { Ok(None) }
    }

    /// The commit before the one that is checked out, for where there is no release yet.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn commit_before(&self) -> anyhow::Result<Revision> {
        let before = self.revision("HEAD~1")?;
        before.context("there is no tag and no commit before this one to compare with: name a revision or a file")
    }

    /// The files that are not as they were committed, as git names them.
    ///
    /// # Errors
    ///
    /// Git cannot be run.
    pub fn uncommitted(&self) -> anyhow::Result<Vec<String>> {
        let output = run(self.git().args(["status", "--porcelain", "-z", "--no-renames"]))?;
        ensure!(output.status.success(), "git does not say what has changed");
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.split('\0').filter_map(|entry| entry.get(3..)).map(str::to_owned).collect())
    }

    /// Puts a tag with a message on the commit that is checked out.
    ///
    /// # Errors
    ///
    /// Git refuses.
    pub fn tag(&self, name: &str, message: &str) -> anyhow::Result<()> {
        let mut command = self.git();
        command.args(["tag", "--annotate", "--cleanup=verbatim", "--message", message, "--", name]);
        let output = run(&mut command)?;
        ensure!(
            output.status.success(),
            "git does not make the tag {name}: {}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
        Ok(())
    }

    /// A path as it is from the top of the repository.
    ///
    /// # Errors
    ///
    /// It does not lie in the repository.
    pub fn within(&self, path: &Path) -> anyhow::Result<PathBuf> {
        let top = fs_err::canonicalize(&self.top)?;
        let whole = crate::paths::normalised(&crate::paths::absolute(path)?);
        // A file that is gone by now still has a folder, and what links lead to must not matter.
        let seen = whole.ancestors().find_map(|known| Some((known, fs_err::canonicalize(known).ok()?)));
        let (known, real) = seen.context("there is no working folder")?;
        let rest = whole.strip_prefix(known).unwrap_or(Path::new(""));
        let path = if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        let within = path.strip_prefix(&top);
        Ok(within.with_context(|| format!("{} is not in the repository {}", path.display(), top.display()))?.to_owned())
    }

    fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.top).env("GIT_NO_LAZY_FETCH", "1").env("GIT_OPTIONAL_LOCKS", "0");
        command
    }
}

impl Revision {
    /// Whether it is the same commit as another.
    pub fn is_at(&self, other: &Revision) -> bool {
        self.commit == other.commit
    }

    /// Whether there is a file at a path from the top.
    ///
    /// # Errors
    ///
    /// Git cannot be run.
    pub fn has(&self, path: &Path) -> anyhow::Result<bool> {
        let object = format!("{}:{}", self.commit, crate::paths::slashes(path));
        Ok(run(self.repository.git().args(["cat-file", "-e", &object]))?.status.success())
    }

    /// The text of a file at a path from the top; `None`: there is none, or it is no text.
    ///
    /// # Errors
    ///
    /// Git cannot be run.
    pub fn read(&self, path: &Path) -> anyhow::Result<Option<String>> {
        let object = format!("{}:{}", self.commit, crate::paths::slashes(path));
        let output = run(self.repository.git().args(["cat-file", "blob", &object]))?;
        Ok(String::from_utf8(output.stdout).ok().filter(|_| output.status.success()))
    }

    /// Where a path from the top lies in the working tree.
    ///
    /// # Errors
    ///
    /// There is no working tree.
    pub fn today(&self, path: &Path) -> anyhow::Result<PathBuf> {
        Ok(fs_err::canonicalize(&self.repository.top)?.join(path))
    }

    /// Puts the files below some paths (from the top) into a folder, which has the same paths.
    ///
    /// # Errors
    ///
    /// Git or the file system refuses.
    pub fn check_out(&self, paths: &[PathBuf]) -> anyhow::Result<Checkout> {
        let checkout = Checkout::new(&self.name)?;
        let entries = self.entries(paths)?;
        let mut command = self.repository.git();
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("could not start git")?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (mut input, output) = input.zip(output).context("git has no standard input or output")?;
        let names: String = entries.iter().map(|entry| format!("{}\n", entry.object)).collect();
        // Git answers while it is asked, so it must not be asked by who waits for its answers.
        let asking = std::thread::spawn(move || input.write_all(names.as_bytes()));
        let written = checkout.write(&entries, BufReader::new(output));
        let asked = asking.join().is_ok_and(|asked| asked.is_ok());
        child.wait().context("could not wait for git")?;
        written?;
        ensure!(asked, "git did not take the names of all files");
        Ok(checkout)
    }

    fn entries(&self, paths: &[PathBuf]) -> anyhow::Result<Vec<Entry>> {
        let mut command = self.repository.git();
        command.args(["ls-tree", "-r", "-z", "--full-tree", &self.commit]);
        let is_all = paths.iter().any(|path| path.as_os_str().is_empty());
        if !is_all {
            command.arg("--").args(paths);
        }
        let output = run(&mut command)?;
        ensure!(output.status.success(), "git does not list the files of {}", self.name);
        let text = String::from_utf8_lossy(&output.stdout);
        let entry = |line: &str| {
            let (head, path) = line.split_once('\t')?;
            let mut parts = head.split(' ');
            // Links and submodules are not followed.
            let is_file = parts.next().is_some_and(|mode| mode.starts_with("100"));
            let object = parts.nth(1)?.to_owned();
            is_file.then(|| Entry { object, path: path.to_owned() })
        };
        Ok(text.split('\0').filter_map(entry).collect())
    }
}

impl Checkout {
    fn new(revision: &str) -> anyhow::Result<Checkout> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("methodical-revision-{}-{count}", std::process::id()));
        fs_err::create_dir_all(&folder)?;
        Ok(Checkout { folder, revision: revision.to_owned() })
    }

    /// Where a path from the top of the repository is now.
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// A name as a person knows it: `main:spec/openapi.yaml`, wherever the file lies now.
    pub fn name(&self, name: &str) -> String {
        let folder = self.folder.display().to_string();
        match name.strip_prefix(&folder) {
            Some(path) => format!("{}:{}", self.revision, path.trim_start_matches(['/', '\\'])),
            None => name.to_owned(),
        }
    }

    fn write(&self, entries: &[Entry], mut output: impl BufRead) -> anyhow::Result<()> {
        for entry in entries {
            let mut head = String::new();
            output.read_line(&mut head)?;
            let size = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
            let Some(size) = size else { bail!("git has no {}: {}", entry.path, head.trim_end()) };
            let mut content = vec![0; size + 1];
            output.read_exact(&mut content)?;
            content.pop();
            let path = self.folder.join(&entry.path);
            if let Some(parent) = path.parent() {
                fs_err::create_dir_all(parent)?;
            }
            fs_err::write(path, content)?;
        }
        Ok(())
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        // What stays behind lies in the folder for temporary files; there is nobody to tell.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn run(command: &mut Command) -> anyhow::Result<Output> {
    command.stdin(Stdio::null()).output().context("could not start git, which revisions are read with")
}
