//! The command line that users have.

use std::path::{Path, PathBuf};

use super::child::{self, Ended, Limits};

/// The verb of this program behind which the whole command line of `methodical` stands.
pub(crate) const VERB: &str = "methodical";

/// A program that generates, as users run it.
#[derive(Debug, Clone)]
pub(crate) struct Methodical {
    program: PathBuf,
    verb: Option<&'static str>,
}

impl Methodical {
    /// The program `methodical` at a path; if none is given, this one, which has all of it and needs no other build.
    ///
    /// # Errors
    ///
    /// The system does not say where this program is.
    pub(crate) fn new(given: Option<&Path>) -> std::io::Result<Self> {
        Ok(match given {
            Some(program) => Self { program: std::path::absolute(program)?, verb: None },
            None => Self { program: std::env::current_exe()?, verb: Some(VERB) },
        })
    }

    /// Runs it, with its output in files of `folder`.
    ///
    /// # Errors
    ///
    /// It cannot be started, or its output cannot be kept.
    pub(crate) fn run(&self, arguments: &[&str], folder: &Path, limits: Limits) -> anyhow::Result<Ended> {
        let arguments: Vec<&str> = self.verb.into_iter().chain(arguments.iter().copied()).collect();
        child::run(&self.program, &arguments, folder, limits)
    }
}
