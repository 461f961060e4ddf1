//! The command line of Methodical as a library, so that `methodical` and a repository's own `xtask` run the same code.
//!
//! One run is one [`pipeline`]: read, bundle, lower, check, and then what the verb asks for. Every verb returns an
//! [`Exit`]; the machine's errors (a folder that cannot be written) are `anyhow`, the author's are diagnostics.

pub mod cli;
pub mod config;
mod crates;
pub mod explain;
pub mod guarantees;
mod paths;
pub mod pipeline;
pub mod progress;
mod publish;
mod release;
pub mod report;
pub mod revision;
pub mod verbs;
pub mod write;

pub use cli::{Cli, run};

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Success,
    /// The description has errors, generated files are out of date, or a review found a broken promise.
    Failure,
    /// The command line or the configuration is wrong.
    Usage,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Success => Self::SUCCESS,
            Exit::Failure => Self::from(1),
            Exit::Usage => Self::from(2),
        }
    }
}
