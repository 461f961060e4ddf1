//! `fuzz`: descriptions that are a little wrong, made of a corpus, through all stages from reading to generation. Each is read
//! by the program that users have, in a process of its own, so that an overflown stack and a hang are seen as well as a panic.
//! What fails is made small and kept.
//!
//! Cases follow from the seed alone. There is no feedback from coverage: that needs a compiler other than the one that this
//! repository is built with, and a corpus of real descriptions reaches more than an empty file grows into.

mod mutate;
mod reduce;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::Args;
use methodical::Exit;
use serde_json::Value;

use crate::corpus::child::{End, Limits};
use crate::corpus::toolkit::Methodical;
use crate::corpus::{self, manifest};
use methodical_fidelity::random::Random;

/// The arguments of `fuzz`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Fuzz {
    /// Where the seeds come from: manifests as those of `corpus`, or folders of descriptions.
    #[arg(default_values = [corpus::DEFAULT])]
    seeds: Vec<PathBuf>,
    /// How long.
    #[arg(long, value_name = "N", default_value_t = 5)]
    minutes: u64,
    /// How many cases at most.
    #[arg(long, value_name = "N", default_value_t = u64::MAX, hide_default_value = true)]
    cases: u64,
    /// What the cases follow from: the same seed makes the same ones.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many processes at once.
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
    /// Only seeds that are no larger, in kibibytes: large ones take long and show little more.
    #[arg(long, value_name = "KIB", default_value_t = 48)]
    largest: u64,
    /// Where cases that fail are kept.
    #[arg(long, value_name = "FOLDER", default_value = "target/fuzz")]
    out: PathBuf,
    /// The program `methodical` to run. If none is given, this one does what it does.
    #[arg(long, value_name = "FILE")]
    methodical: Option<PathBuf>,
}

/// What one case may take: far more than any of this size needs. It is the address space that is limited, of which the
/// allocator reserves a gibibyte and each thread the whole of its stack.
const LIMITS: Limits = Limits { time: Duration::from_secs(20), memory: 4096 };

/// How often a smaller case is tried for one that fails.
const PATIENCE: usize = 400;

/// A description that cases are made of.
struct Seed {
    text: String,
    /// Its tree, unless it is not even YAML.
    tree: Option<Value>,
}

/// Makes cases until the time is over, and fails if one of them made the program fail.
///
/// # Errors
///
/// There are no seeds, or the machine refuses.
pub(crate) fn run(arguments: &Fuzz) -> anyhow::Result<Exit> {
    let seeds = seeds(arguments)?;
    let methodical = Methodical::new(arguments.methodical.as_deref())?;
    let out = std::path::absolute(&arguments.out)?;
    let deadline = Instant::now() + Duration::from_secs(arguments.minutes * 60);
    let (cases, found) = (AtomicU64::new(0), Mutex::new(BTreeMap::new()));
    println!("{} seeds, seed {}, {} minutes", seeds.len(), arguments.seed, arguments.minutes);
    let work = |worker: usize| -> anyhow::Result<()> {
        let place = Place::new(&methodical, &out.join(format!("worker-{worker}")))?;
        while Instant::now() < deadline {
            let case = cases.fetch_add(1, Ordering::Relaxed);
            if case >= arguments.cases {
                return Ok(());
            }
            let bytes = make(&seeds, &mut Random::of(arguments.seed, case));
            if let Some(failure) = place.try_out(&bytes)? {
                keep(&place, &out, case, bytes, &failure, &found)?;
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..arguments.jobs.max(1)).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|_| anyhow::bail!("a worker failed")))
    })?;
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("{} cases; {} ways to fail", cases.into_inner().min(arguments.cases), found.len());
    for (failure, (path, times)) in &found {
        println!("  {times:>5}  {failure}\n         {}", path.display());
    }
    Ok(if found.is_empty() { Exit::Success } else { Exit::Failure })
}

fn seeds(arguments: &Fuzz) -> anyhow::Result<Vec<Seed>> {
    let mut seeds = Vec::new();
    for source in &arguments.seeds {
        ensure!(source.exists(), "=== NOTHING WAS TRIED: there is no corpus at {} ===", source.display());
        for entry in manifest::read(source)? {
            let small = std::fs::metadata(&entry.path).is_ok_and(|file| file.len() <= arguments.largest * 1024);
            if let Some(text) = std::fs::read_to_string(&entry.path).ok().filter(|_| small) {
                let tree = serde_yaml::from_str(&text).ok();
                seeds.push(Seed { text, tree });
            }
        }
    }
    ensure!(!seeds.is_empty(), "no seed is small enough");
    Ok(seeds)
}

/// Two cases of three are made of the tree.
fn make(seeds: &[Seed], random: &mut Random) -> Vec<u8> {
    let Some(seed) = random.choose(seeds) else { return Vec::new() };
    match &seed.tree {
        Some(tree) if random.below(3) > 0 => {
            let mut tree = tree.clone();
            mutate::tree(&mut tree, random);
            tree.to_string().into_bytes()
        }
        Some(_) | None => mutate::text(&seed.text, random),
    }
}

/// Where one worker tries cases out.
struct Place<'p> {
    methodical: &'p Methodical,
    folder: PathBuf,
}

impl<'p> Place<'p> {
    fn new(methodical: &'p Methodical, folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let configuration = "[[api]]\nname = \"case\"\ndescription = \"openapi.yaml\"\noutput = \"out\"\n\n\
                             [api.package]\nversion = \"0.1.0\"\nlicense = \"MIT\"\n";
        std::fs::write(folder.join("methodical.toml"), configuration)?;
        Ok(Self { methodical, folder: folder.to_owned() })
    }

    /// How the program fails on a description, if it does. `--check` generates all and writes nothing.
    fn try_out(&self, bytes: &[u8]) -> anyhow::Result<Option<String>> {
        std::fs::write(self.folder.join("openapi.yaml"), bytes)?;
        let arguments = ["generate", "--check", "--format", "json"];
        Ok(match self.methodical.run(&arguments, &self.folder, LIMITS)?.end {
            End::Exited(0 | 1) => None,
            End::Exited(code) => Some(format!("exit code {code}")),
            End::Panicked(said) => Some(format!("panic: {said}")),
            End::Aborted(said) => Some(format!("abort: {said}")),
            End::TimedOut => Some("no end within the limit of time".to_owned()),
        })
    }
}

/// Ways to fail, each with the file that shows it and how often it was met.
type Found = Mutex<BTreeMap<String, (PathBuf, u64)>>;

/// Keeps a case that fails as no other did before, as small as it becomes.
fn keep(place: &Place<'_>, out: &Path, case: u64, bytes: Vec<u8>, failure: &str, found: &Found) -> anyhow::Result<()> {
    let kind = kind(failure);
    let path = out.join(format!("case-{case}.yaml"));
    {
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, times)) = found.get_mut(&kind) {
            *times += 1;
            return Ok(());
        }
        found.insert(kind.clone(), (path.clone(), 1));
    }
    println!("case {case}: {failure}");
    std::fs::write(&path, &bytes)?;
    let same =
        |bytes: &[u8]| place.try_out(bytes).is_ok_and(|other| other.is_some_and(|other| self::kind(&other) == kind));
    let patience = if failure.starts_with("no end") { PATIENCE / 20 } else { PATIENCE };
    Ok(std::fs::write(&path, reduce::reduce(bytes, patience, same))?)
}

/// What two failures of one kind have in common: where a panic was, without what it said of its input.
fn kind(failure: &str) -> String {
    let place = failure.strip_prefix("panic: ").and_then(|said| said.split_whitespace().next());
    place.map_or_else(|| failure.to_owned(), |place| format!("panic at {place}"))
}
