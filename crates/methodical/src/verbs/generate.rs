//! `generate`: from descriptions to crates, or a check that they are up to date.
//!
//! Everything is computed before anything is written. If one description has errors, no file of any is touched.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use methodical_diagnostic::Diagnostics;
use methodical_generate::{self as generator, Files, LicenseFile, Package, RuntimeSource};
use serde_json::json;

use crate::cli::{Common, Format, Generate};
use crate::config::{Api, Config, Crate};
use crate::pipeline::{self, Contract, Reading};
use crate::write::{self, Comparison};
use crate::{Exit, report};

/// Writes what methodical.toml names; with `--check` writes nothing, and fails if anything would be written.
///
/// # Errors
///
/// There is no configuration, or a file or standard output cannot be read or written.
pub fn generate(common: &Common, arguments: &Generate) -> anyhow::Result<Exit> {
    let start = Instant::now();
    let Some(config) = super::configuration(common)? else {
        return Ok(Exit::Usage);
    };
    let mut run = Run { check: arguments.check, ..Run::default() };
    for api in &config.apis {
        run.read(common, &config, api)?;
    }
    if run.failed {
        run.tell(common, start.elapsed())?;
        return Ok(Exit::Failure);
    }
    run.compare(&config)?;
    if !arguments.check {
        run.write()?;
    }
    run.tell(common, start.elapsed())?;
    let current = run.outputs.iter().all(|output| output.comparison.is_current());
    Ok(if arguments.check && !current { Exit::Failure } else { Exit::Success })
}

/// What one run has read, and is about to write.
#[derive(Default)]
struct Run {
    check: bool,
    read: Vec<Source>,
    outputs: Vec<Output>,
    failed: bool,
}

/// A description that was read.
struct Source {
    api: String,
    entry: PathBuf,
    files: usize,
    operations: usize,
    types: usize,
    diagnostics: Vec<serde_json::Value>,
}

/// A folder that crates are written to, and all files that belong there.
struct Output {
    folder: PathBuf,
    crates: Vec<PathBuf>,
    files: BTreeMap<PathBuf, String>,
    comparison: Comparison,
}

impl Run {
    fn read(&mut self, common: &Common, config: &Config, api: &Api) -> anyhow::Result<()> {
        let inputs = super::with_arguments(common, api.inputs(&config.folder));
        let mut reading = pipeline::read_from(&inputs);
        if !(common.strict || api.strict) {
            reading.diagnostics.soften();
        }
        report::show_text(common, &reading.diagnostics, &reading.documents);
        let contract = reading.contract.as_ref();
        self.read.push(Source {
            api: api.name.clone(),
            files: reading.documents.files().count(),
            operations: contract.map_or(0, |contract| contract.api.operations.len()),
            types: contract.map_or(0, |contract| contract.api.types.len()),
            diagnostics: as_json(&reading.diagnostics, &reading),
            entry: inputs.entry,
        });
        match contract {
            Some(contract) if !reading.diagnostics.has_errors() => {
                let package = package(config, api)?;
                self.add(config, api, contract, &package);
            }
            Some(_) | None => self.failed = true,
        }
        Ok(())
    }

    fn add(&mut self, config: &Config, api: &Api, contract: &Contract, package: &Package) {
        let folder = config.folder.join(&api.output);
        let index = self.outputs.iter().position(|output| output.folder == folder).unwrap_or_else(|| {
            let (crates, files, comparison) = Default::default();
            self.outputs.push(Output { folder, crates, files, comparison });
            self.outputs.len() - 1
        });
        let output = &mut self.outputs[index];
        for kind in &api.crates {
            let name = PathBuf::from(format!("{}-{}", api.name, kind.suffix()));
            let files = expand(*kind, api, contract, package);
            output.files.extend(files.into_iter().map(|(path, text)| (name.join(path), text)));
            output.crates.push(name);
        }
    }

    fn compare(&mut self, config: &Config) -> anyhow::Result<()> {
        for output in &mut self.outputs {
            // An output folder that holds the configuration holds the user's own sources too.
            let shared = absolute(&config.folder)?.starts_with(absolute(&output.folder)?);
            let folders = if shared { output.crates.clone() } else { vec![PathBuf::new()] };
            output.comparison = write::compare(&output.folder, &folders, &output.files)?;
        }
        Ok(())
    }

    fn write(&self) -> anyhow::Result<()> {
        for output in &self.outputs {
            write::write(&output.folder, &output.files, &output.comparison)
                .with_context(|| format!("could not write to {}", output.folder.display()))?;
        }
        Ok(())
    }

    fn tell(&self, common: &Common, took: Duration) -> std::io::Result<()> {
        report::print(&match common.format {
            Format::Text | Format::Markdown => self.to_lines(took).join("\n"),
            Format::Json => format!("{:#}", self.to_json(took)),
        })
    }

    fn to_lines(&self, took: Duration) -> Vec<String> {
        let mut lines: Vec<String> = self.read.iter().map(Source::to_line).collect();
        if self.failed {
            lines.push("nothing was written: the description has errors".to_owned());
            return lines;
        }
        for output in &self.outputs {
            let Comparison { missing, stale, outdated, foreign, .. } = &output.comparison;
            let words = if self.check {
                [("missing", missing), ("stale", stale), ("orphaned", outdated), ("orphaned", foreign)]
            } else {
                [("created", missing), ("updated", stale), ("removed", outdated), ("not ours", foreign)]
            };
            for (word, paths) in words {
                lines.extend(paths.iter().map(|path| format!("{word:>9}  {}", output.folder.join(path).display())));
            }
            if !foreign.is_empty() {
                let last = foreign.len();
                lines.push(format!("           no run has written the last {last}; move or delete by hand"));
            }
        }
        lines.push(self.summary(took));
        lines
    }

    fn summary(&self, took: Duration) -> String {
        let sum = |list: fn(&Comparison) -> usize| self.outputs.iter().map(|output| list(&output.comparison)).sum();
        let changes: usize = sum(|c| c.missing.len() + c.stale.len() + c.outdated.len());
        let foreign: usize = sum(|c| c.foreign.len());
        let unchanged = count(sum(|c| c.unchanged.len()), "file");
        let took = format!("{:.2} s", took.as_secs_f64());
        let changed = count(changes + if self.check { foreign } else { 0 }, "file");
        match (self.check, changes, foreign) {
            (true, 0, 0) => format!("up to date: {unchanged}, in {took}"),
            (true, _, _) => format!("out of date: {changed}; {unchanged} up to date, in {took}"),
            (false, 0, _) => format!("nothing changed: {unchanged} already up to date, in {took}"),
            (false, _, _) => format!("changed {changed}, left {unchanged} untouched, in {took}"),
        }
    }

    fn to_json(&self, took: Duration) -> serde_json::Value {
        let read: Vec<_> = self.read.iter().map(Source::to_json).collect();
        let outputs: Vec<_> = self.outputs.iter().map(Output::to_json).collect();
        json!({ "check": self.check, "failed": self.failed, "read": read, "outputs": outputs, "seconds": took.as_secs_f64() })
    }
}

impl Source {
    fn to_line(&self) -> String {
        let (files, types) = (count(self.files, "file"), count(self.types, "type"));
        let operations = count(self.operations, "operation");
        format!("read {} ({}): {files}, {operations}, {types}", self.entry.display(), self.api)
    }

    fn to_json(&self) -> serde_json::Value {
        json!({ "api": self.api, "description": self.entry, "files": self.files, "operations": self.operations,
            "types": self.types, "diagnostics": self.diagnostics })
    }
}

impl Output {
    fn to_json(&self) -> serde_json::Value {
        let Comparison { missing, stale, outdated, foreign, unchanged } = &self.comparison;
        json!({ "folder": self.folder, "missing": missing, "stale": stale, "outdated": outdated, "foreign": foreign,
            "unchanged": unchanged.len() })
    }
}

fn expand(kind: Crate, api: &Api, contract: &Contract, package: &Package) -> Files {
    let model = &contract.api;
    match kind {
        Crate::Types => generator::types(model, package),
        Crate::Client => generator::client(model, package),
        Crate::Server => {
            let description = api.embed_description.then(|| contract.bundle.to_value());
            generator::server(model, package, description)
        }
    }
}

fn package(config: &Config, api: &Api) -> anyhow::Result<Package> {
    let package = &api.package;
    let license_files = package.license_files.iter().map(|path| {
        let text = fs_err::read_to_string(config.folder.join(path))?;
        let name = path.file_name().context("a licence file needs a name")?;
        Ok(LicenseFile { name: name.to_string_lossy().into_owned(), text })
    });
    Ok(Package {
        prefix: api.name.clone(),
        version: package.version.clone(),
        license: package.license.clone(),
        license_files: license_files.collect::<anyhow::Result<_>>()?,
        repository: package.repository.clone(),
        authors: package.authors.clone(),
        rust_version: package.rust_version.clone(),
        keywords: package.keywords.clone(),
        runtime: RuntimeSource { version: api.runtime.version.clone(), path: runtime_path(config, api)? },
        source: slashes(&api.description),
        command: api.command.clone(),
    })
}

/// The runtimes' folder as seen from a generated crate, which lies one level below the output. An absolute path stays
/// what it is.
fn runtime_path(config: &Config, api: &Api) -> std::io::Result<Option<String>> {
    let Some(path) = &api.runtime.path else { return Ok(None) };
    if path.is_absolute() {
        return Ok(Some(slashes(path)));
    }
    let from = normalised(&absolute(&config.folder.join(&api.output))?);
    let to = normalised(&absolute(&config.folder.join(path))?);
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    // One step more than the output is deep: the crate's own folder.
    let up = (shared..=from.components().count()).map(|_| Component::ParentDir);
    let relative: PathBuf = up.chain(to.components().skip(shared)).collect();
    Ok(Some(slashes(&relative)))
}

/// The path without `.`, and with every `..` taken back.
fn normalised(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => normal.push(part),
        }
    }
    normal
}

/// The same text on every platform: it goes into generated files.
fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// An empty path is the working folder.
fn absolute(path: &Path) -> std::io::Result<PathBuf> {
    std::path::absolute(Path::new(".").join(path))
}

fn as_json(diagnostics: &Diagnostics, reading: &Reading) -> Vec<serde_json::Value> {
    let text = methodical_diagnostic::render_json(diagnostics, &reading.documents);
    serde_json::from_str(&text).unwrap_or_default()
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, path: &str, expect: &str) {
        let text = format!(
            "[[api]]\nname = \"a\"\ndescription = \"a.yaml\"\noutput = {output:?}\n[api.package]\nversion = \"1.0.0\"\n\
             license = \"MIT\"\n[api.runtime]\npath = {path:?}\n"
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("here/methodical.toml");
        fs_err::create_dir_all(folder.path().join("here")).expect("a folder in it");
        fs_err::write(&file, text).expect("a file in it");
        let crate::config::Reading::Sound(config) = crate::config::read(&file).expect("it is there") else {
            panic!("the configuration is wrong");
        };
        let found = runtime_path(&config, &config.apis[0]).expect("a working folder");
        assert_eq!(found.as_deref(), Some(expect), "output {output:?}, path {path:?}");
    }

    #[test]
    fn runtimes_are_found_from_wherever_the_crates_lie() {
        check("generated", "crates", "../../crates");
        check(".", "crates", "../crates");
        check("./a/b/", "../crates", "../../../../crates");
        check("../gen", "crates", "../../here/crates");
        check("gen/api", "gen/crates", "../../crates");
        check("gen", "/opt/crates", "/opt/crates");
    }
}
