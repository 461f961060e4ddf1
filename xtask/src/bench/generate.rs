//! How long the program takes to generate, how much memory, and whether both grow with the description and no faster.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Args;
use methodical::Exit;

use super::growth::Growth;
use crate::corpus::child::{self, End, Limits};
use crate::corpus::manifest::Entry;

/// The arguments of `bench generate`.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// A corpus: a table of descriptions, or a folder of them.
    #[arg(long, value_name = "MANIFEST")]
    manifest: Option<PathBuf>,
    /// The descriptions of the corpus that are measured alone, beside the flagship.
    #[arg(long, value_name = "NAME", default_values = ["oxide-nexus", "github"])]
    of: Vec<String>,
    /// How often each of these is generated.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Leave out how it grows over the whole corpus.
    #[arg(long)]
    short: bool,
    /// The program to run, instead of the one that is built for it.
    #[arg(long, value_name = "FILE")]
    methodical: Option<PathBuf>,
}

/// What one run of the program came to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) seconds: f64,
    /// In mebibytes.
    pub(super) peak: u64,
    pub(super) operations: u64,
}

/// More than any description needs.
pub(super) const LIMITS: Limits = Limits { time: Duration::from_secs(600), memory: 32 << 10 };

pub(super) fn run(arguments: &Generate) -> anyhow::Result<Exit> {
    let program = super::program(arguments.methodical.as_deref())?;
    let entries = super::corpus(arguments.manifest.as_deref())?;
    let folder = std::env::temp_dir().join(format!("methodical-bench-{}", std::process::id()));
    let measured = measure(arguments, &program, &entries, &folder);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("could not remove what was generated")?;
    }
    measured.map(|()| Exit::Success)
}

fn measure(arguments: &Generate, program: &Path, entries: &[Entry], folder: &Path) -> anyhow::Result<()> {
    println!("types, client and server, into an empty folder; the median of {} runs\n", arguments.rounds);
    println!("{:<24} {:>10} {:>9}  {:<16} {:>9}", "", "operations", "seconds", "(from, to)", "peak MiB");
    let named = entries.iter().filter(|entry| arguments.of.contains(&entry.name)).cloned();
    for entry in std::iter::once(super::flagship()?).chain(named) {
        let runs: Vec<Run> =
            (0..arguments.rounds).map(|_| generate(program, &entry, folder)).collect::<anyhow::Result<_>>()?;
        let mut seconds: Vec<f64> = runs.iter().map(|run| run.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        let [Some(first), Some(last)] = [runs.first(), runs.last()] else { continue };
        let peak = runs.iter().map(|run| run.peak).max().unwrap_or(last.peak);
        let spread = format!("({:.2}, {:.2})", seconds[0], seconds[seconds.len() - 1]);
        let median = seconds[seconds.len() / 2];
        println!("{:<24} {:>10} {median:>9.2}  {spread:<16} {peak:>9}", entry.name, first.operations);
    }
    if !arguments.short && !entries.is_empty() {
        grow(program, entries, folder)?;
    }
    Ok(())
}

fn grow(program: &Path, entries: &[Entry], folder: &Path) -> anyhow::Result<()> {
    let mut growth = Growth::default();
    let mut refused = 0;
    for entry in entries {
        match generate(program, entry, folder) {
            Ok(run) => growth.note(run.operations, run.seconds),
            Err(_) => refused += 1,
        }
    }
    growth.print();
    if refused > 0 {
        println!("{refused} descriptions have errors, and nothing is written for them");
    }
    Ok(())
}

/// How often it has generated.
static RUNS: AtomicUsize = AtomicUsize::new(0);

/// Generates once, into an empty folder.
///
/// # Errors
///
/// The program refuses the description, or fails.
pub(super) fn generate(program: &Path, entry: &Entry, folder: &Path) -> anyhow::Result<Run> {
    // A new folder each time, none of which is removed before the end: where many files have just been removed, some file systems
    // take a second longer to make as many.
    let folder = &folder.join(RUNS.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir_all(folder)?;
    let (description, runtimes) =
        (entry.path.display().to_string(), std::path::absolute("crates")?.display().to_string());
    let mut arguments = vec!["generate", &description, "--out", "out", "--name", "measured", "--runtime", &runtimes];
    let root = entry.root.as_ref().map(|root| root.display().to_string());
    arguments.extend(root.iter().flat_map(|root| ["--root", root]));
    let ended = child::run(program, &arguments, folder, LIMITS)?;
    let failed = || format!("{} could not be generated: {}", entry.name, ended.stderr.trim());
    ensure!(ended.end == End::Exited(0), failed());
    let operations =
        operations(&ended.stdout).with_context(|| format!("it does not tell how many operations: {}", ended.stdout))?;
    Ok(Run { seconds: ended.took.as_secs_f64(), peak: ended.peak, operations })
}

/// `read x.yaml (x): 1 file, 1,098 operations, 156 types`.
fn operations(told: &str) -> Option<u64> {
    let line = told.lines().find(|line| line.starts_with("read "))?;
    let (before, _) = line.split_once(" operation")?;
    before.rsplit(' ').next()?.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::operations;

    #[test]
    fn the_number_of_operations_is_told() {
        assert_eq!(operations("read spec/openapi.yaml (a): 130 files, 98 operations, 156 types\n"), Some(98));
        assert_eq!(operations("x\nread a.yaml (a): 1 file, 1 operation, 0 types; 2 warnings"), Some(1));
        assert_eq!(operations("read a.json (a): 1 file, 1,223 operations, 2,912 types"), Some(1223));
        assert_eq!(operations("nothing"), None);
    }
}
