//! What is known of one description: kept as a file, so that a run that was stopped goes on where it was.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// What came of one description.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) set: String,
    pub(crate) name: String,
    pub(crate) negative: bool,
    pub(crate) generation: Generation,
    /// `None` as long as it was not compiled.
    pub(crate) compilation: Option<Compilation>,
}

/// What `methodical generate` made of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Generation {
    pub(crate) outcome: Outcome,
    pub(crate) operations: u64,
    pub(crate) types: u64,
    /// What could not be said in Rust, if the program counts it.
    pub(crate) fallbacks: Option<u64>,
    /// Of how many places with schemas.
    #[serde(default)]
    pub(crate) places: Option<u64>,
    /// How often each error and each warning was reported, by its code.
    pub(crate) errors: BTreeMap<String, u64>,
    pub(crate) warnings: BTreeMap<String, u64>,
    /// The first error, with its place.
    pub(crate) first_error: Option<String>,
    /// Lines of Rust in each crate, by `types`, `client`, `server`.
    pub(crate) lines: BTreeMap<String, u64>,
    pub(crate) seconds: f64,
    /// The most memory that it was seen to hold, in mebibytes.
    pub(crate) peak: u64,
}

/// How a generation ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// Crates were written.
    Generated,
    /// The description was refused, with diagnostics.
    #[default]
    Refused,
    /// The program failed as it never may: a panic, an abort, a hang. This is what it said.
    Crashed(String),
}

/// What the compiler made of the crates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Compilation {
    /// The digest of all that was compiled: what has the same is not compiled again.
    pub(crate) digest: String,
    /// By crate: `types`, `client`, `server`.
    pub(crate) crates: BTreeMap<String, Verdict>,
}

/// What the compiler made of one crate.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) status: Status,
    /// How often each error was reported, by the compiler's code.
    pub(crate) errors: BTreeMap<String, u64>,
    pub(crate) first_error: Option<String>,
    /// How often each lint was reported, where that was asked for.
    pub(crate) lints: BTreeMap<String, u64>,
}

/// Whether a crate compiles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// It does.
    Compiled,
    /// It does not.
    Failed,
    /// It was not tried, because what it depends on does not.
    #[default]
    Blocked,
}

impl Compilation {
    pub(crate) fn is_whole(&self) -> bool {
        self.crates.values().all(|verdict| verdict.status == Status::Compiled)
    }
}

impl Record {
    /// Whether crates were written.
    pub(crate) fn is_generated(&self) -> bool {
        self.generation.outcome == Outcome::Generated
    }

    /// Whether crates were written and all of them compile.
    pub(crate) fn is_compiled(&self) -> bool {
        self.is_generated() && self.compilation.as_ref().is_some_and(Compilation::is_whole)
    }

    /// The record that an earlier run kept.
    pub(crate) fn read(path: &Path) -> Option<Record> {
        serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
    }

    /// Keeps it, with what an earlier run compiled if this one compiled nothing: the digest tells whether that still holds.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(crate) fn keep(&self, path: &Path) -> anyhow::Result<()> {
        let compilation = self.compilation.clone().or_else(|| Record::read(path)?.compilation);
        let record = Record { compilation, ..self.clone() };
        Ok(std::fs::write(path, serde_json::to_string_pretty(&record)?)?)
    }
}
