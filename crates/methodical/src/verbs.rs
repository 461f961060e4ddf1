//! The verbs: each is the pipeline and what it asks of the result.

mod bundle;
mod generate;
mod guarantees;
mod lint;
mod promises;
mod review;

pub use bundle::bundle;
pub use generate::generate;
pub(crate) use guarantees::guarantees;
pub use lint::lint;
pub use promises::promises;
pub use review::review;

use std::path::PathBuf;

use anyhow::{Context, ensure};

use crate::cli::Common;
use crate::config::{self, Config, Reading};
use crate::report;

/// The configuration that the command line names or that is found; `None` when it is wrong, which has been reported.
fn configuration(common: &Common) -> anyhow::Result<Option<Config>> {
    let path = match &common.config {
        Some(path) => path.clone(),
        None => relative(config::find(&std::env::current_dir().context("the working folder is gone")?)?),
    };
    match config::read(&path)? {
        Reading::Sound(config) => Ok(Some(config)),
        Reading::Wrong(diagnostics, text) => {
            report::show(common, &diagnostics, &text)?;
            Ok(None)
        }
    }
}

/// The entry files to read: those named, or those of the configuration.
fn entries(common: &Common, named: &[PathBuf]) -> anyhow::Result<Option<Vec<PathBuf>>> {
    if !named.is_empty() {
        for path in named {
            ensure!(path.is_file(), "{} is not there or is no file", path.display());
        }
        return Ok(Some(named.to_vec()));
    }
    let config = configuration(common).context("no description is named on the command line")?;
    Ok(config.map(|config| config.apis.iter().map(|api| config.folder.join(&api.description)).collect()))
}

/// The path as seen from the working folder, if it lies below: shorter names in diagnostics.
fn relative(path: PathBuf) -> PathBuf {
    let working = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&working).map(PathBuf::from).unwrap_or(path)
}
