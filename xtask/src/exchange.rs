//! `exchange`: the generated client of each description of a corpus calls the generated server of the same over HTTP, with values
//! drawn from the schemas as their author wrote them. The handler has to be given what the client was called with, and the client
//! has to come to what the handler answered. What came of each description is kept, so that a run goes on where another was
//! stopped.

mod other;
mod prepare;
mod sayable;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use methodical::Exit;
use serde_json::Value;

use crate::corpus::child::Limits;
use crate::corpus::compile::{self, Compiler};
use crate::corpus::generate::{CRATES, CRATES_AND_PROGENITOR, Generator};
use crate::corpus::record::Outcome;
use crate::corpus::trial::{self, Kept, Program};
use crate::corpus::{self, Choice};
use prepare::{Much, Prepared, Sources};
use table::{Kind, Record};

/// The arguments of `exchange`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Exchange {
    #[command(flatten)]
    choice: Choice,
    /// Which values are drawn.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many operations of one description are tried, about: whole tags, by chance those or others; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 60)]
    operations: usize,
    /// How often an operation is called at least.
    #[arg(long, value_name = "N", default_value_t = 6)]
    calls: usize,
    /// Have progenitor's client make the same calls, and hold what it sends and comes to against ours.
    #[arg(long)]
    progenitor: bool,
    /// How many of each kind of difference are shown; the results have all.
    #[arg(long, value_name = "N", default_value_t = 5)]
    show: usize,
    /// How many processes at once; by default as many as there are processors.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Try again what an earlier run has tried and nothing has changed since.
    #[arg(long)]
    fresh: bool,
    /// Where crates, results and artifacts are kept.
    #[arg(long, value_name = "FOLDER", default_value = "target/exchange")]
    out: PathBuf,
}

/// Tries all, and fails if something that was sent was heard or read as something else, or anything crashed.
///
/// # Errors
///
/// There is no such manifest, or the machine refuses.
pub(crate) fn run(arguments: &Exchange) -> anyhow::Result<Exit> {
    let entries = arguments.choice.entries()?;
    let out = std::path::absolute(&arguments.out)?;
    std::fs::create_dir_all(out.join("results"))?;
    let sources = Sources { harness: std::path::absolute("tests/exchange")?, runtimes: std::path::absolute("crates")? };
    let generator = Generator {
        program: corpus::build(false)?,
        runtimes: sources.runtimes.clone(),
        work: out.join("work"),
        limits: Limits { time: Duration::from_secs(300), memory: 4096 },
        crates: if arguments.progenitor { &CRATES_AND_PROGENITOR } else { &CRATES },
    };
    let much = Much { seed: arguments.seed, operations: arguments.operations, calls: arguments.calls };
    println!("drawing calls of {} descriptions", entries.len());
    let prepared = corpus::on_all(arguments.jobs, &entries, |entry| {
        let generation = generator.generate(entry)?;
        if generation.outcome != Outcome::Generated {
            return Ok(None);
        }
        let mut prepared = prepare::description(&generator, entry, much, &sources)?;
        prepared.lines = generation.lines.values().sum();
        Ok(Some(prepared))
    })?;
    let prepared: Vec<Prepared> = prepared.into_iter().flatten().collect();
    let compiler = Compiler {
        workspace: out.clone(),
        target: out.join("target"),
        command: "build",
        jobs: arguments.jobs,
        shared: Vec::new(),
        base: compile::base(&generator.runtimes)?,
    };
    let (records, failed) = trial::try_all(arguments.fresh, &out, &compiler, &prepared, |one, digest| {
        Ok(Record::of(one, digest, &play(one, &compiler.target)?))
    })?;
    table::print(&records, &failed, arguments.show);
    println!("what is known of each is in {}", out.join("results").display());
    let is_wrong = |record: &Record| Kind::WRONG.iter().any(|kind| record.count(*kind) > 0);
    Ok(if failed.is_empty() && !records.iter().any(is_wrong) { Exit::Success } else { Exit::Failure })
}

impl Program for Prepared {
    fn names(&self) -> (&str, &str) {
        (&self.name, &self.slug)
    }

    fn output(&self) -> &Path {
        &self.output
    }

    fn crates(&self) -> (&BTreeMap<String, PathBuf>, u64) {
        (&self.folders, self.lines)
    }
}

impl Kept for Record {
    fn digest(&self) -> &str {
        &self.digest
    }
}

/// Runs the program, and says what came of each case, by the native client and by the other if that was asked; fewer if it ended before.
fn play(one: &Prepared, target: &Path) -> anyhow::Result<Vec<Vec<Value>>> {
    let name = format!("exchange-{}", one.slug);
    let program = target.join("debug").join(&name).with_extension(std::env::consts::EXE_EXTENSION);
    let cases = one.folders["program"].join("cases.json");
    let output = Command::new(&program).arg(cases).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.with_context(|| format!("could not start {}", program.display()))?;
    std::fs::remove_file(&program).with_context(|| format!("could not remove {}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).context("it answers in JSON")).collect()
}
