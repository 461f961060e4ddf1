//! The crates of many descriptions through the compiler: a scratch workspace with one target folder, filled with as many
//! as one run of cargo may hold, which goes on at errors and tells each by the crate that it is of.
//!
//! What has compiled is remembered by the digest of its sources and of the runtimes', and its artifacts are thrown away:
//! those of a large corpus would fill a disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::generate::files;
use super::record::{Compilation, Status, Verdict};

/// The scratch workspace.
pub(crate) struct Compiler {
    /// The folder of its manifest: cargo looks for it above its members.
    pub(crate) workspace: PathBuf,
    /// Where artifacts go.
    pub(crate) target: PathBuf,
    /// What cargo is asked to do: `check`, `clippy` for its lints too, or `build`.
    pub(crate) command: &'static str,
    /// How many processes cargo may start; its own choice without.
    pub(crate) jobs: Option<usize>,
    /// Crates that units need beside their own.
    pub(crate) shared: Vec<PathBuf>,
    /// What stands for the runtimes and the compiler in a digest.
    pub(crate) base: String,
}

/// The crates of one description.
pub(crate) struct Unit {
    /// What it is called.
    pub(crate) name: String,
    /// The folders of its crates, by what they are: `types`, `client`, `server`.
    pub(crate) folders: BTreeMap<String, PathBuf>,
    /// The digest of what is compiled.
    pub(crate) digest: String,
    /// How much it is, so that a batch is not too much.
    pub(crate) lines: u64,
}

/// How many lines one run of cargo is given, and how many descriptions.
const BATCH: (u64, usize) = (120_000, 40);

impl Compiler {
    /// The digest of a description's crates, with the runtimes and the compiler that they are compiled with.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub(crate) fn digest(&self, output: &Path) -> anyhow::Result<String> {
        let mut digest = Sha256::new();
        digest.update(self.command);
        digest.update(&self.base);
        add(&mut digest, output)?;
        Ok(hexadecimal(digest))
    }

    /// Compiles everything, in batches, and tells of each unit as soon as it is known.
    ///
    /// # Errors
    ///
    /// Cargo cannot be started, or the teller fails.
    pub(crate) fn compile(
        &self,
        units: &[Unit],
        mut tell: impl FnMut(&Unit, Compilation) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if !units.is_empty() {
            crate::cargo::fetch()?;
        }
        let mut rest = units;
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch(rest));
            println!("compiling {} to {} of {}", units.len() - rest.len() + 1, units.len() - later.len(), units.len());
            self.compile_batch(batch, &mut tell)?;
            self.clean(batch);
            rest = later;
        }
        Ok(())
    }

    /// Where cargo refuses a whole batch, because of one manifest in it, the halves are tried each alone.
    fn compile_batch(
        &self,
        batch: &[Unit],
        tell: &mut impl FnMut(&Unit, Compilation) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        match (self.cargo(batch)?, batch) {
            (Ok(verdicts), _) => {
                for unit in batch {
                    let of = |folder| verdicts.get(folder).cloned().unwrap_or_default();
                    let crates = unit.folders.iter().map(|(kind, folder)| (kind.clone(), of(folder))).collect();
                    tell(unit, Compilation { digest: unit.digest.clone(), crates })?;
                }
                Ok(())
            }
            (Err(refusal), [unit]) => {
                let failed = Verdict { status: Status::Failed, first_error: Some(refusal), ..Verdict::default() };
                let mut crates: BTreeMap<_, _> =
                    unit.folders.keys().map(|kind| (kind.clone(), Verdict::default())).collect();
                if let Some(mut first) = crates.first_entry() {
                    first.insert(failed);
                }
                // Cargo may have refused for a reason of this machine's, so this is not remembered.
                tell(unit, Compilation { digest: String::new(), crates })
            }
            (Err(_), _) => {
                let (one, other) = batch.split_at(batch.len() / 2);
                self.compile_batch(one, tell)?;
                self.compile_batch(other, tell)
            }
        }
    }

    /// Runs cargo on a batch: the verdicts by folder, or why cargo did not even begin.
    fn cargo(&self, batch: &[Unit]) -> anyhow::Result<Result<BTreeMap<PathBuf, Verdict>, String>> {
        self.write_workspace(batch)?;
        let mut command = crate::cargo::command();
        command.arg(self.command);
        // A program says which features of the crates it needs; as members of the workspace they would have all.
        let programs: Vec<&str> = batch
            .iter()
            .filter_map(|unit| unit.folders.get("program")?.file_name()?.to_str())
            .flat_map(|name| ["--package", name])
            .collect();
        if programs.is_empty() {
            command.arg("--workspace");
        }
        command.args(programs).args(["--keep-going", "--offline", "--quiet", "--message-format=json"]);
        if let Some(jobs) = self.jobs {
            command.arg(format!("--jobs={jobs}"));
        }
        command.current_dir(&self.workspace).env("CARGO_TARGET_DIR", &self.target).env("CARGO_INCREMENTAL", "0");
        let output = command.stdin(Stdio::null()).output().context("could not start cargo")?;
        let stdout = String::from_utf8_lossy(&output.stdout);
        let verdicts = read(&stdout, self.command == "clippy");
        if verdicts.is_empty() && !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).take(6).collect();
            return Ok(Err(format!("cargo: {}", lines.join(" "))));
        }
        Ok(Ok(verdicts))
    }

    fn write_workspace(&self, batch: &[Unit]) -> anyhow::Result<()> {
        let folders = batch.iter().flat_map(|unit| unit.folders.values()).chain(&self.shared);
        let members: Vec<String> =
            folders.map(|folder| format!("  {},\n", Value::from(folder.display().to_string()))).collect();
        let text = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n\n[profile.dev]\ndebug = false\n",
            members.concat()
        );
        fs::create_dir_all(&self.workspace)?;
        fs::write(self.workspace.join("Cargo.toml"), text)?;
        // The versions are the repository's: those are here, and no network is needed.
        fs::copy("Cargo.lock", self.workspace.join("Cargo.lock"))?;
        Ok(())
    }

    /// Removes what was compiled of a batch. What cannot be removed is only in the way.
    fn clean(&self, batch: &[Unit]) {
        let folders = batch.iter().flat_map(|unit| unit.folders.values());
        let names: Vec<String> = folders.filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned())).collect();
        let ours = |file: &str| {
            let stem =
                file.strip_prefix("lib").unwrap_or(file).rsplit_once('-').map(|(stem, _)| stem.replace('_', "-"));
            stem.is_some_and(|stem| names.contains(&stem))
        };
        let built = std::env::var_os("CARGO_BUILD_BUILD_DIR").map_or_else(|| self.target.clone(), PathBuf::from);
        for folder in ["debug/deps", "debug/.fingerprint"] {
            for entry in fs::read_dir(built.join(folder)).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_name().to_str().is_some_and(ours) {
                    let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                }
            }
        }
    }
}

/// How many of the next units make a batch: at least one.
fn batch(units: &[Unit]) -> usize {
    let (most_lines, most_units) = BATCH;
    let mut lines = 0;
    let fits = units.iter().take(most_units).take_while(|unit| {
        lines += unit.lines;
        lines <= most_lines
    });
    fits.count().max(1)
}

/// The verdicts by folder of a crate, from what cargo writes; with its lints, if they count.
fn read(messages: &str, count_lints: bool) -> BTreeMap<PathBuf, Verdict> {
    let mut verdicts: BTreeMap<PathBuf, Verdict> = BTreeMap::new();
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let Some(manifest) = message["manifest_path"].as_str() else { continue };
        let Some(folder) = Path::new(manifest).parent() else { continue };
        if message["target"]["kind"][0] == "custom-build" {
            continue;
        }
        match message["reason"].as_str() {
            Some("compiler-artifact") => {
                verdicts.entry(folder.to_owned()).or_default().status = Status::Compiled;
            }
            Some("compiler-message") if count_lints || message["message"]["level"] != "warning" => {
                note(verdicts.entry(folder.to_owned()).or_default(), &message["message"]);
            }
            Some(_) | None => {}
        }
    }
    verdicts
}

fn note(verdict: &mut Verdict, message: &Value) {
    let code = message["code"]["code"].as_str();
    match message["level"].as_str() {
        Some("error" | "error: internal compiler error") => {
            let text = message["message"].as_str().unwrap_or_default();
            if text.starts_with("aborting due to") {
                return;
            }
            verdict.status = Status::Failed;
            verdict.first_error.get_or_insert_with(|| describe(code, text, &message["spans"]));
            *verdict.errors.entry(code.unwrap_or("without code").to_owned()).or_default() += 1;
        }
        Some("warning") => {
            if let Some(code) = code {
                *verdict.lints.entry(code.to_owned()).or_default() += 1;
            }
        }
        Some(_) | None => {}
    }
}

/// `E0433: message (src/pets.rs:3)`.
fn describe(code: Option<&str>, text: &str, spans: &Value) -> String {
    let mut spans = spans.as_array().into_iter().flatten();
    let place = spans.find(|span| span["is_primary"] == true).map(|span| {
        let file = span["file_name"].as_str().unwrap_or_default();
        let file = file.rsplit_once("/src/").map_or(file, |(_, rest)| rest);
        format!(" (src/{file}:{})", span["line_start"])
    });
    let line = text.lines().next().unwrap_or_default();
    format!("{}{line}{}", code.map(|code| format!("{code}: ")).unwrap_or_default(), place.unwrap_or_default())
}

/// The digest of what all crates are compiled with: the sources of the runtimes and of the crate that drives them, if there is
/// one, the versions of their dependencies, and the compiler.
///
/// # Errors
///
/// A file cannot be read.
pub(crate) fn base(runtimes: &Path, harness: Option<&Path>) -> anyhow::Result<String> {
    let mut digest = Sha256::new();
    for name in ["wire", "client", "server"] {
        digest.update(fs::read(runtimes.join(name).join("Cargo.toml"))?);
        add(&mut digest, &runtimes.join(name).join("src"))?;
    }
    if let Some(harness) = harness {
        add(&mut digest, harness)?;
    }
    digest.update(fs::read("Cargo.lock")?);
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    digest.update(Command::new(rustc).arg("--version").output().context("could not start rustc")?.stdout);
    Ok(hexadecimal(digest))
}

fn add(digest: &mut Sha256, folder: &Path) -> anyhow::Result<()> {
    for file in files(folder)? {
        digest.update(file.strip_prefix(folder)?.to_string_lossy().as_bytes());
        digest.update([0]);
        digest.update(fs::read(&file)?);
        digest.update([0]);
    }
    Ok(())
}

fn hexadecimal(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
