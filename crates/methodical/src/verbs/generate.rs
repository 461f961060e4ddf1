//! `generate`: from descriptions to crates, or a check that they are up to date.
//!
//! Everything is computed before anything is written. If one description has errors, no file of any is touched.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use methodical_diagnostic::Diagnostics;
use methodical_generate::{Files, Generator, Package};
use serde_json::json;

use super::starter::{self, Begun, Workspace};
use crate::cli::{Common, Format, Generation};
use crate::config::{self, Api, Config, FILE_NAME};
use crate::crates;
use crate::paths::{absolute, relative};
use crate::pipeline::{self, Contract, Reading};
use crate::progress::Progress;
use crate::write::{self, Comparison};
use crate::{Exit, report};

/// Writes what methodical.toml names; with `--check` writes nothing, and fails if anything would be written.
///
/// # Errors
///
/// There is no configuration, or a file or standard output cannot be read or written.
pub fn generate(common: &Common, arguments: &Generation) -> anyhow::Result<Exit> {
    let start = Instant::now();
    let Some(common) = &prepared(common, arguments)? else {
        return Ok(Exit::Failure);
    };
    let Some(config) = super::configuration(common)? else {
        return Ok(Exit::Usage);
    };
    let mut run = Run { check: arguments.generate.check, verbose: arguments.verbose, ..Run::default() };
    for api in &config.apis {
        run.read(common, &config, api)?;
    }
    if run.failed {
        run.tell(common, start.elapsed())?;
        return Ok(Exit::Failure);
    }
    run.compare(&config)?;
    if !arguments.generate.check {
        run.write()?;
    }
    run.tell(common, start.elapsed())?;
    let current = run.outputs.iter().all(|output| output.comparison.is_current());
    // The program ends with this: to take apart what a large description has become would be for nothing.
    std::mem::forget(run);
    Ok(if arguments.generate.check && !current { Exit::Failure } else { Exit::Success })
}

/// What is there, and what ought to be.
pub(super) struct Checked {
    /// The contracts that were read, in the order of the configuration; `None` where one has errors, which have been reported.
    pub(super) readings: Vec<Option<Reading>>,
    /// Files that are stale, missing or orphaned.
    pub(super) stale: Vec<PathBuf>,
}

/// Holds all crates to their descriptions, and says nothing but errors.
///
/// # Errors
///
/// A file cannot be read.
pub(super) fn check(common: &Common, config: &Config) -> anyhow::Result<Checked> {
    let mut run = Run { check: true, quiet: true, ..Run::default() };
    let mut sound = Vec::new();
    for api in &config.apis {
        run.failed = false;
        run.read(common, config, api)?;
        sound.push(!run.failed);
    }
    run.compare(config)?;
    let mut stale = Vec::new();
    for output in &run.outputs {
        let Comparison { missing, stale: old, outdated, foreign, .. } = &output.comparison;
        let paths = [missing, old, outdated, foreign].into_iter().flatten();
        stale.extend(paths.map(|path| output.folder.join(path)));
    }
    let readings = run.readings.into_iter().zip(sound).map(|(reading, sound)| sound.then_some(reading));
    Ok(Checked { readings: readings.collect(), stale })
}

/// The command line with the configuration that it asks to be read: with a DESCRIPTION that of the folder that it is generated
/// into, which is written if there is none. `None` if the description cannot be read, which has been reported.
fn prepared(common: &Common, arguments: &Generation) -> anyhow::Result<Option<Common>> {
    let (Some(description), Some(out)) = (&arguments.description, &arguments.out) else {
        return Ok(Some(common.clone()));
    };
    let path = out.join(FILE_NAME);
    if path.exists() {
        ensure_same(&path, out, description)?;
    } else {
        let Some(written) = super::init::write(common, description, &arguments.source, out)? else { return Ok(None) };
        report::complain(format!("wrote {}\n{}", path.display(), written.runtimes).trim_end());
    }
    Ok(Some(Common { config: Some(path), ..common.clone() }))
}

/// A folder that was made of another description is not written over by mistake.
fn ensure_same(path: &Path, out: &Path, description: &Path) -> anyhow::Result<()> {
    let config::Reading::Sound(config) = config::read(path)? else { return Ok(()) };
    let wanted = relative(out, description)?;
    let is_same = |api: &Api| relative(out, &out.join(&api.description)).is_ok_and(|named| named == wanted);
    ensure!(
        config.apis.iter().any(is_same),
        "{} is of another description: choose another folder, or run `methodical generate` in that one",
        path.display()
    );
    Ok(())
}

/// What one run has read, and is about to write.
#[derive(Default)]
struct Run {
    check: bool,
    verbose: bool,
    /// Whether to say nothing but errors.
    quiet: bool,
    workspaces: Vec<Workspace>,
    begun: Vec<Begun>,
    read: Vec<Source>,
    /// What they were read from, kept to the end.
    readings: Vec<Reading>,
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
    /// Places whose types are wider than their schemas, of all places with schemas.
    fallbacks: usize,
    places: usize,
    diagnostics: Vec<serde_json::Value>,
    /// How many errors and warnings.
    found: String,
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
        let progress = Progress::start(format!("reading {}", inputs.entry.display()));
        let mut reading = pipeline::read_at(&inputs, &config.levels(api));
        drop(progress);
        if !(common.strict || api.strict) {
            reading.diagnostics.soften();
        }
        let package = crates::package(config, api)?;
        let sound = reading.contract.as_ref().filter(|_| !reading.diagnostics.has_errors());
        let second = sound.and_then(|contract| crates::second_client(api, contract, &package));
        let second = second.map(|(files, diagnostics)| {
            reading.diagnostics.extend(diagnostics);
            reading.diagnostics.sort(&reading.documents);
            files
        });
        match (self.quiet && !reading.diagnostics.has_errors(), self.verbose) {
            (true, _) => {}
            (false, true) => report::show_text(common, &reading.diagnostics, &reading.documents),
            (false, false) => report::show_folded(common, &reading.diagnostics, &reading.documents),
        }
        let contract = reading.contract.as_ref();
        self.read.push(Source {
            api: api.name.clone(),
            files: reading.documents.files().count(),
            operations: contract.map_or(0, |contract| contract.api.operations.len()),
            types: contract.map_or(0, |contract| contract.api.types.len()),
            fallbacks: fallbacks(&reading.diagnostics),
            places: contract.map_or(0, |contract| contract.api.schema_places()),
            diagnostics: match common.format {
                Format::Json => as_json(&reading.diagnostics, &reading),
                Format::Text | Format::Markdown | Format::Sarif | Format::Github => Vec::new(),
            },
            found: reading.diagnostics.summary(),
            entry: inputs.entry,
        });
        match contract {
            Some(contract) if !reading.diagnostics.has_errors() => {
                let progress = Progress::start(format!("generating {}", api.name));
                let generator = Generator::new(&contract.api);
                let workspace = starter::workspace(config, api, &generator, &package)?;
                self.add(config, api, &generator, contract, &package, second);
                self.workspaces.extend(workspace);
                drop(progress);
            }
            Some(_) | None => self.failed = true,
        }
        self.readings.push(reading);
        Ok(())
    }

    fn add(
        &mut self,
        config: &Config,
        api: &Api,
        generator: &Generator<'_>,
        contract: &Contract,
        package: &Package,
        second: Option<Files>,
    ) {
        let folder = config.folder.join(&api.output);
        let index = self.outputs.iter().position(|output| output.folder == folder).unwrap_or_else(|| {
            let (crates, files, comparison) = Default::default();
            self.outputs.push(Output { folder, crates, files, comparison });
            self.outputs.len() - 1
        });
        let output = &mut self.outputs[index];
        let second = second.map(|files| (crates::PROGENITOR, files));
        for (suffix, files) in crates::expand(api, generator, contract, package).into_iter().chain(second) {
            let name = PathBuf::from(format!("{}-{suffix}", api.name));
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

    fn write(&mut self) -> anyhow::Result<()> {
        let _progress = Progress::start("writing");
        for output in &self.outputs {
            write::write(&output.folder, &output.files, &output.comparison)
                .with_context(|| format!("could not write to {}", output.folder.display()))?;
        }
        for workspace in &self.workspaces {
            self.begun.push(workspace.begin()?);
        }
        Ok(())
    }

    fn tell(&self, common: &Common, took: Duration) -> std::io::Result<()> {
        report::print(&match common.format {
            Format::Text | Format::Markdown | Format::Sarif | Format::Github => self.to_lines(took).join("\n"),
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
            let new = if self.verbose || self.check { Vec::new() } else { output.new_crates() };
            lines.extend(new.iter().map(|(name, files)| {
                format!("{:>9}  {} ({})", "created", output.folder.join(name).display(), count(*files, "file"))
            }));
            let is_told = |path: &&PathBuf| !new.iter().any(|(name, _)| path.starts_with(name));
            for (word, paths) in words {
                let paths = paths.iter().filter(is_told);
                lines.extend(paths.map(|path| format!("{word:>9}  {}", output.folder.join(path).display())));
            }
            if !foreign.is_empty() {
                let last = foreign.len();
                lines.push(format!("           no run has written the last {last}; move or delete by hand"));
            }
        }
        for begun in &self.begun {
            lines.extend(
                begun
                    .written
                    .iter()
                    .map(|(path, files)| format!("{:>9}  {} ({})", "yours", path.display(), count(*files, "file"))),
            );
        }
        lines.push(self.summary(took));
        let begun = self.begun.iter().filter(|begun| !begun.written.is_empty());
        lines.extend(begun.map(|begun| format!("next: {}", begun.next)));
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

/// What lowering says of a place for which there is no Rust type but a wider one.
const WIDER: [&str; 4] = ["model/alias-circle", "model/mixed-composition", "model/not-in-types", "model/too-deep"];

/// How many places there are of which that is said; of one it may be said for several reasons.
fn fallbacks(diagnostics: &Diagnostics) -> usize {
    let wider = diagnostics.iter().filter(|found| WIDER.contains(&found.code));
    wider.map(|found| &found.place).collect::<std::collections::HashSet<_>>().len()
}

impl Source {
    fn to_line(&self) -> String {
        let (files, types) = (count(self.files, "file"), count(self.types, "type"));
        let operations = count(self.operations, "operation");
        let found = if self.found.is_empty() { String::new() } else { format!("; {}", self.found) };
        let wider = match self.fallbacks {
            0 => String::new(),
            fallbacks => {
                let are = if fallbacks == 1 { "is wider than its schema" } else { "are wider than their schemas" };
                format!(" ({} of {} {are})", grouped(fallbacks), count(self.places, "place"))
            }
        };
        format!("read {} ({}): {files}, {operations}, {types}{wider}{found}", self.entry.display(), self.api)
    }

    fn to_json(&self) -> serde_json::Value {
        json!({ "api": self.api, "description": self.entry, "files": self.files, "operations": self.operations,
            "types": self.types, "fallbacks": self.fallbacks, "places": self.places, "diagnostics": self.diagnostics })
    }
}

impl Output {
    /// The crates that are wholly new, each with the number of its files: nobody reads a list of all of them.
    fn new_crates(&self) -> Vec<(PathBuf, usize)> {
        let within = |name: &PathBuf, paths: &[PathBuf]| paths.iter().filter(|path| path.starts_with(name)).count();
        let all: Vec<PathBuf> = self.files.keys().cloned().collect();
        let counts = self.crates.iter().map(|name| (name, within(name, &all), within(name, &self.comparison.missing)));
        counts.filter(|(_, all, missing)| all == missing).map(|(name, all, _)| (name.clone(), all)).collect()
    }

    fn to_json(&self) -> serde_json::Value {
        let Comparison { missing, stale, outdated, foreign, unchanged } = &self.comparison;
        json!({ "folder": self.folder, "missing": missing, "stale": stale, "outdated": outdated, "foreign": foreign,
            "unchanged": unchanged.len() })
    }
}

fn as_json(diagnostics: &Diagnostics, reading: &Reading) -> Vec<serde_json::Value> {
    let text = methodical_diagnostic::render_json(diagnostics, &reading.documents);
    serde_json::from_str(&text).unwrap_or_default()
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// `3,481`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}
