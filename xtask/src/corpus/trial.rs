//! Programs of many descriptions, written, compiled and tried: only those that have changed since they were tried, and each
//! within a limit of time, so that one cannot hold up all. What is not tried is said with the reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::child::{self, End, Limits};
use super::compile::{self, Compiler, Unit};
use super::generate::Generator;
use super::manifest::Entry;
use super::record::Outcome;
use super::toolkit::Methodical;
use super::{Choice, file};

/// What all such verbs are told.
#[derive(Debug, Clone, Args)]
pub(crate) struct Trying {
    #[command(flatten)]
    choice: Choice,
    /// Which values are drawn.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many seconds may go into drawing the values of one description, about; what they do not suffice for is left out.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    draw_limit: u64,
    /// How many disagreements of one kind are shown; the results have all.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) show: usize,
    /// How many processes at once; by default as many as there are processors.
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Try again what an earlier run has tried and nothing has changed since.
    #[arg(long)]
    fresh: bool,
}

/// The program of one description, with what is tried by it.
pub(crate) struct Program<T> {
    pub(crate) name: String,
    /// The same as a name of a file.
    pub(crate) slug: String,
    /// The folder of all that decides what comes of it.
    pub(crate) output: PathBuf,
    /// Its crates, by what they are; `program` is among them.
    pub(crate) folders: BTreeMap<String, PathBuf>,
    /// How many lines of Rust was generated.
    lines: u64,
    pub(crate) tried: T,
}

/// What is kept of one that was tried.
pub(crate) trait Kept: Serialize + DeserializeOwned {
    /// The digest of all that was tried.
    fn digest(&self) -> &str;
}

/// What came of all.
pub(crate) struct Tried<R> {
    pub(crate) records: Vec<R>,
    /// The descriptions that were not tried though they are not wrong on purpose, each with the reason.
    pub(crate) failed: Vec<String>,
}

/// A kind of trial.
pub(crate) struct Trial<'a> {
    pub(crate) trying: &'a Trying,
    /// Where crates, results and artifacts are kept.
    pub(crate) out: PathBuf,
    /// Which crates programs need.
    pub(crate) crates: &'static [&'static str],
    /// The crate that programs link, which has what they have in common.
    pub(crate) harness: PathBuf,
    /// Whether it has no workspace of its own.
    pub(crate) is_member: bool,
}

impl Trial<'_> {
    /// Tries all: `prepare` writes the program of a description whose crates have been generated, with values that are drawn
    /// until the deadline, and `one` tries it, where the artifacts are.
    ///
    /// # Errors
    ///
    /// There is no such manifest, or the machine refuses.
    pub(crate) fn run<T: Send, R: Kept>(
        &self,
        prepare: impl Fn(&Generator, &Entry, Instant) -> anyhow::Result<(BTreeMap<String, PathBuf>, T)> + Sync,
        mut one: impl FnMut(&Program<T>, &str, &Path) -> anyhow::Result<R>,
    ) -> anyhow::Result<Tried<R>> {
        let Trying { choice, draw_limit, jobs, .. } = self.trying;
        let entries = choice.entries()?;
        std::fs::create_dir_all(self.out.join("results"))?;
        let generator = Generator {
            methodical: Methodical::new(None)?,
            runtimes: std::path::absolute("crates")?,
            work: self.out.join("work"),
            limits: Limits { time: Duration::from_secs(300), memory: 4096 },
            crates: self.crates,
        };
        println!("drawing values of {} descriptions", entries.len());
        let drawing = Instant::now();
        let prepared = super::on_all(*jobs, &entries, |entry| {
            let generation = generator.generate(entry)?;
            if generation.outcome != Outcome::Generated {
                let reason = generation.first_error.unwrap_or_else(|| format!("{:?}", generation.outcome));
                return Ok(Err((!entry.negative).then(|| format!("{}: not generated: {reason}", entry.name))));
            }
            let deadline = Instant::now() + Duration::from_secs(*draw_limit);
            let (folders, tried) = prepare(&generator, entry, deadline)?;
            Ok(Ok(Program {
                name: entry.name.clone(),
                slug: entry.slug.clone(),
                output: generator.output(entry),
                folders,
                lines: generation.lines.values().sum(),
                tried,
            }))
        })?;
        println!("drawn in {} s", drawing.elapsed().as_secs());
        let mut tried = Tried { records: Vec::new(), failed: Vec::new() };
        let mut programs = Vec::new();
        for one in prepared {
            match one {
                Ok(program) => programs.push(program),
                Err(reason) => tried.failed.extend(reason),
            }
        }
        let compiler = Compiler {
            workspace: self.out.clone(),
            target: self.out.join("target"),
            command: "build",
            jobs: *jobs,
            shared: self.is_member.then(|| self.harness.clone()).into_iter().collect(),
            base: compile::base(&generator.runtimes, Some(&self.harness))?,
        };
        self.compile(&compiler, &programs, &mut tried, |program, digest| one(program, digest, &compiler.target))?;
        Ok(tried)
    }

    /// Compiles and tries what has changed, or with `fresh` all.
    fn compile<T, R: Kept>(
        &self,
        compiler: &Compiler,
        programs: &[Program<T>],
        tried: &mut Tried<R>,
        mut one: impl FnMut(&Program<T>, &str) -> anyhow::Result<R>,
    ) -> anyhow::Result<()> {
        let mut units = Vec::new();
        let mut by_slug = BTreeMap::new();
        for program in programs {
            let digest = compiler.digest(&program.output)?;
            let text = std::fs::read_to_string(file(&self.out, &program.slug)).unwrap_or_default();
            let earlier = serde_json::from_str(&text).ok().filter(|record: &R| record.digest() == digest);
            match earlier.filter(|_| !self.trying.fresh) {
                Some(record) => tried.records.push(record),
                None => {
                    by_slug.insert(program.slug.as_str(), program);
                    let (name, folders) = (program.slug.clone(), program.folders.clone());
                    units.push(Unit { name, folders, digest, lines: program.lines });
                }
            }
        }
        println!("{} to compile and try; {} unchanged", units.len(), tried.records.len());
        compiler.compile(&units, |unit, compilation| {
            let program = by_slug.get(unit.name.as_str()).context("a unit is of a description")?;
            if !compilation.is_whole() {
                let reason = compilation.crates.values().find_map(|verdict| verdict.first_error.as_deref());
                tried.failed.push(format!("{}: {}", program.name, reason.unwrap_or("it does not compile")));
                return Ok(());
            }
            let record = one(program, &unit.digest)?;
            std::fs::write(file(&self.out, &program.slug), serde_json::to_string_pretty(&record)?)?;
            tried.records.push(record);
            Ok(())
        })
    }
}

/// What a program may use that plays calls or holds types.
const LIMITS: Limits = Limits { time: Duration::from_secs(60), memory: 4096 };

impl<T> Program<T> {
    /// Runs it, with these arguments: the lines that it writes, each as what it stands for, and how it ended.
    ///
    /// # Errors
    ///
    /// It cannot be started, or writes something else.
    pub(crate) fn lines_of<L: DeserializeOwned>(
        &self,
        target: &Path,
        arguments: &[&str],
    ) -> anyhow::Result<(Vec<L>, End)> {
        let ended = child::run(&self.binary(target), arguments, &self.work(), LIMITS)?;
        // What it was stopped in the middle of is no line.
        let lines = ended.stdout.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let lines = lines.map(|line| serde_json::from_str(line).context("it answers in JSON"));
        Ok((lines.collect::<anyhow::Result<Vec<L>>>()?, ended.end))
    }

    /// A folder for what comes of running it: nothing in it is part of the digest.
    pub(crate) fn work(&self) -> PathBuf {
        self.output.parent().map(Path::to_path_buf).unwrap_or_default()
    }

    fn binary(&self, target: &Path) -> PathBuf {
        let name = self.folders["program"].file_name().unwrap_or_default();
        target.join("debug").join(name).with_extension(std::env::consts::EXE_EXTENSION)
    }

    /// Removes the program, which is large.
    pub(crate) fn remove(&self, target: &Path) -> anyhow::Result<()> {
        let program = self.binary(target);
        std::fs::remove_file(&program).with_context(|| format!("could not remove {}", program.display()))
    }
}
