//! The log: to standard error, so that standard output belongs to what a command answers.

use std::io::IsTerminal;

use thiserror::Error;
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// A log that cannot be set up.
#[derive(Debug, Error)]
pub enum LogError {
    /// The filter is not one.
    #[error("`{filter}` is no log filter; write for example `warn` or `info,methodical_server=debug`")]
    Filter {
        /// What was given.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// There is a log already.
    #[error("the log is already set up")]
    Twice(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Starts the log of this process.
pub fn start(filter: &str, format: LogFormat) -> Result<(), LogError> {
    let parsed =
        EnvFilter::builder().parse(filter).map_err(|source| LogError::Filter { filter: filter.to_owned(), source })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Human => log.try_init(),
        // One object a line: what happened, and in which request, whose fields stand under `span`.
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
    }
    .map_err(LogError::Twice)
}
