//! The verbs: each is the pipeline and what it asks of the result.

mod bundle;
mod generate;
mod guarantees;
mod init;
mod lint;
mod promises;
mod review;
mod starter;

pub use bundle::bundle;
pub use generate::generate;
pub(crate) use guarantees::guarantees;
pub use init::init;
pub use lint::lint;
pub use promises::promises;
pub use review::review;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use methodical_document::Inputs;

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

/// What to read: the entry files that are named, or the descriptions of the configuration.
fn inputs(common: &Common, named: &[PathBuf]) -> anyhow::Result<Option<Vec<Inputs>>> {
    if !named.is_empty() {
        return Ok(Some(named.iter().map(|path| named_inputs(common, path)).collect::<anyhow::Result<_>>()?));
    }
    let config = configuration(common).context("no description is named on the command line")?;
    let of_config = |config: Config| {
        let inputs = config.apis.iter().map(|api| api.inputs(&config.folder));
        inputs.map(|inputs| with_arguments(common, inputs)).collect()
    };
    Ok(config.map(of_config))
}

/// What to read of a description that the command line names.
fn named_inputs(common: &Common, path: &Path) -> anyhow::Result<Inputs> {
    ensure!(path.is_file(), "{} is not there or is no file", path.display());
    Ok(with_arguments(common, Inputs::of(path)))
}

/// Adds what the command line says of every description.
fn with_arguments(common: &Common, mut inputs: Inputs) -> Inputs {
    inputs.overlays.extend(common.overlays.iter().cloned());
    inputs.root = common.root.clone().or(inputs.root);
    inputs
}

/// The path as seen from the working folder, if it lies below: shorter names in diagnostics.
fn relative(path: PathBuf) -> PathBuf {
    let working = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&working).map(PathBuf::from).unwrap_or(path)
}
