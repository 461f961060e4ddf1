//! How long a review takes, how much memory, and whether both grow with the description and no faster: each description against a copy
//! of it with a handful of edits.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use methodical::Exit;
use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, Inputs, bundle};
use serde_json::{Map, Value, json};

use super::generate::LIMITS;
use super::growth::Growth;
use super::peers;
use crate::corpus::child::{self, End};
use crate::corpus::manifest::Entry;

/// The arguments of `bench review`.
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// A corpus: a table of descriptions, or a folder of them.
    #[arg(long, value_name = "MANIFEST")]
    manifest: Option<PathBuf>,
    /// The descriptions of the corpus that are reviewed, beside the flagship.
    #[arg(long, value_name = "NAME", default_values = ["oxide-nexus", "stripe-2023-09", "github"])]
    of: Vec<String>,
    /// Review all descriptions of the corpus too, once each, and show how the cost grows.
    #[arg(long)]
    all: bool,
    /// How often each of those that are named is reviewed.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The program to run, instead of the one that is built for it.
    #[arg(long, value_name = "FILE")]
    methodical: Option<PathBuf>,
}

/// Every so many schemas one is edited.
const EVERY: usize = 50;

pub(super) fn run(arguments: &Review) -> anyhow::Result<Exit> {
    let program = super::program(arguments.methodical.as_deref())?;
    let folder = tempfile::tempdir()?;
    let entries = super::corpus(arguments.manifest.as_deref())?;
    let chosen = entries.iter().filter(|entry| arguments.of.contains(&entry.name)).cloned();
    let redocly = peers::program("redocly");
    println!("whole process, the median of {} runs; the copy has an edit in every {EVERY}th schema", arguments.rounds);
    if redocly.is_none() {
        println!("redocly is not installed (npm install @redocly/cli): nothing to compare with");
    }
    println!("\n{:<24} {:>8} {:>8} {:>9} {:>9}   redocly diff", "", "KiB", "changes", "seconds", "peak MiB");
    for entry in std::iter::once(super::flagship()?).chain(chosen) {
        let Some(pair) = Pair::of(&entry, folder.path())? else {
            println!("{:<24} left out: it cannot be read", entry.name);
            continue;
        };
        let ours = pair.review(&program, arguments.rounds)?;
        let theirs = redocly.as_ref().map(|redocly| pair.diff(redocly)).transpose()?;
        let theirs = theirs.map_or_else(String::new, |(seconds, peak)| {
            format!("{seconds:.2} s, {peak} MiB: {:.1} times as long", seconds / ours.seconds)
        });
        let Measured { changes, seconds, peak } = ours;
        println!("{:<24} {:>8} {changes:>8} {seconds:>9.2} {peak:>9}   {theirs}", entry.name, pair.size >> 10);
    }
    if arguments.all && !entries.is_empty() {
        grow(&program, &entries, folder.path())?;
    }
    Ok(Exit::Success)
}

/// Shows what a review costs for each operation of a description, over the whole corpus.
fn grow(program: &Path, entries: &[Entry], folder: &Path) -> anyhow::Result<()> {
    let mut growth = Growth::default();
    let mut refused = 0;
    for entry in entries {
        let pair = Pair::of(entry, folder)?;
        match pair.and_then(|pair| Some((pair.operations, pair.review(program, 1).ok()?))) {
            Some((operations, measured)) => growth.note(operations, measured.seconds),
            None => refused += 1,
        }
    }
    growth.print();
    if refused > 0 {
        println!("{refused} descriptions have errors, and are not reviewed");
    }
    Ok(())
}

struct Measured {
    changes: usize,
    seconds: f64,
    peak: u64,
}

/// A description as one file, and its edited copy.
struct Pair {
    old: PathBuf,
    new: PathBuf,
    folder: PathBuf,
    size: usize,
    operations: u64,
}

impl Pair {
    /// `None` for a description that cannot be read.
    fn of(entry: &Entry, folder: &Path) -> anyhow::Result<Option<Pair>> {
        let inputs = Inputs { root: entry.root.clone(), ..Inputs::of(&entry.path) };
        let mut diagnostics = Diagnostics::new();
        let documents = Documents::read_from(&inputs, &mut diagnostics);
        let Some(bundle) = bundle(&documents, &mut diagnostics) else { return Ok(None) };
        let text = bundle.to_json();
        let mut description: Value = serde_json::from_str(&text)?;
        let operations = operations(&description);
        edit(&mut description);
        let (old, new) = (folder.join("old.json"), folder.join("new.json"));
        std::fs::write(&old, &text)?;
        std::fs::write(&new, serde_json::to_string_pretty(&description)?)?;
        Ok(Some(Pair { old, new, folder: folder.to_owned(), size: text.len(), operations }))
    }

    fn review(&self, program: &Path, rounds: usize) -> anyhow::Result<Measured> {
        let mut seconds = Vec::new();
        let (mut peak, mut changes) = (0, 0);
        for _ in 0..rounds.max(1) {
            let arguments =
                ["review", &self.old.display().to_string(), &self.new.display().to_string(), "--format", "json"];
            let ended = child::run(program, &arguments, &self.folder, LIMITS)?;
            ensure!(matches!(ended.end, End::Exited(0 | 1)), "the review failed: {}", ended.stderr.trim());
            let report: Value = serde_json::from_str(&ended.stdout).context("the review is no JSON")?;
            changes = report["changes"].as_array().map_or(0, Vec::len);
            seconds.push(ended.took.as_secs_f64());
            peak = peak.max(ended.peak);
        }
        seconds.sort_by(f64::total_cmp);
        Ok(Measured { changes, seconds: seconds[seconds.len() / 2], peak })
    }

    /// What redocly takes for the same, once.
    fn diff(&self, redocly: &Path) -> anyhow::Result<(f64, u64)> {
        let arguments = ["diff", &self.old.display().to_string(), &self.new.display().to_string()];
        let ended = child::run(redocly, &arguments, &self.folder, LIMITS)?;
        Ok((ended.took.as_secs_f64(), ended.peak))
    }
}

/// How many operations the paths of a bundle have.
fn operations(description: &Value) -> u64 {
    const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
    let items = description["paths"].as_object().into_iter().flat_map(Map::values).filter_map(Value::as_object);
    let of_item = |item: &Map<String, Value>| {
        let others = item.get("additionalOperations").and_then(Value::as_object).map_or(0, Map::len);
        METHODS.iter().filter(|method| item.contains_key(**method)).count() + others
    };
    items.map(of_item).sum::<usize>() as u64
}

/// In every [`EVERY`]th schema with properties, one more property; in every second of these, one is required that was not.
fn edit(description: &mut Value) {
    let Some(schemas) = description.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    let with_properties = schemas.values_mut().filter(|schema| schema["properties"].is_object());
    for (index, schema) in with_properties.step_by(EVERY).enumerate() {
        let Some(properties) = schema["properties"].as_object_mut() else { continue };
        properties.insert("measured".to_owned(), json!({ "type": "string" }));
        if index % 2 == 0 {
            let required = schema
                .as_object_mut()
                .map(|schema: &mut Map<String, Value>| schema.entry("required").or_insert(json!([])));
            if let Some(required) = required.and_then(Value::as_array_mut) {
                required.push(json!("measured"));
            }
        }
    }
}
