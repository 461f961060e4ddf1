//! `exchange`: the generated client of each description of a corpus calls the generated server of the same over HTTP, with values
//! drawn from the schemas as their author wrote them. The handler has to be given what the client was called with, and the client
//! has to come to what the handler answered. What came of each description is kept, so that a run goes on where another was
//! stopped.

mod other;
mod prepare;
mod sayable;
mod table;
mod values;

use std::path::PathBuf;

use clap::Args;
use methodical::Exit;

use crate::corpus::child::End;
use crate::corpus::generate::{CRATES, CRATES_AND_PROGENITOR};
use crate::corpus::trial::{Kept, Program, Trial, Trying};
use prepare::{Calls, Much, Sources};
use table::{Kind, Record};

/// The arguments of `exchange`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Exchange {
    #[command(flatten)]
    trying: Trying,
    /// How many operations of one description are tried at most, by chance those or others; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 60)]
    operations: usize,
    /// How often an operation is called at least.
    #[arg(long, value_name = "N", default_value_t = 6)]
    calls: usize,
    /// Have progenitor's client make the same calls, and hold what it sends and comes to against ours.
    #[arg(long)]
    progenitor: bool,
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
    let sources = Sources { harness: std::path::absolute("tests/exchange")?, runtimes: std::path::absolute("crates")? };
    let much = Much { seed: arguments.trying.seed, operations: arguments.operations, calls: arguments.calls };
    let trial = Trial {
        trying: &arguments.trying,
        out: std::path::absolute(&arguments.out)?,
        crates: if arguments.progenitor { &CRATES_AND_PROGENITOR } else { &CRATES },
        harness: sources.harness.clone(),
        is_member: false,
    };
    let tried = trial.run(
        |generator, entry, deadline| prepare::description(generator, entry, much, deadline, &sources),
        |program: &Program<Calls>, digest, target| {
            let cases = program.folders["program"].join("cases.json").display().to_string();
            let (outcomes, end) = program.lines_of(target, &[&cases])?;
            program.remove(target)?;
            Ok(Record::of(program, digest, &outcomes, (end != End::Exited(0)).then(|| format!("{end:?}"))))
        },
    )?;
    table::print(&tried.records, &tried.failed, arguments.trying.show);
    println!("what is known of each is in {}", trial.out.join("results").display());
    let is_wrong = |record: &Record| Kind::WRONG.iter().any(|kind| record.count(*kind) > 0);
    Ok(if tried.failed.is_empty() && !tried.records.iter().any(is_wrong) { Exit::Success } else { Exit::Failure })
}

impl Kept for Record {
    fn digest(&self) -> &str {
        &self.digest
    }
}
