//! The verbs: each is the pipeline and what it asks of the result.

mod bundle;
mod explain;
mod generate;
mod guarantees;
mod init;
mod lint;
mod promises;
mod publish;
mod review;
mod starter;

pub use bundle::bundle;
pub use explain::explain;
pub use generate::generate;
pub(crate) use guarantees::guarantees;
pub use init::init;
pub use lint::lint;
pub use promises::promises;
pub use publish::publish;
pub use review::review;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use methodical_document::Inputs;
use methodical_lint::Levels;

use crate::cli::Common;
use crate::config::{self, Api, Config};
use crate::paths::absolute;
use crate::pipeline::{self, Reading};
use crate::report;

/// The configuration that the command line names or that is found; `None` when it is wrong, which has been reported.
fn configuration(common: &Common) -> anyhow::Result<Option<Config>> {
    let path = match &common.config {
        Some(path) => path.clone(),
        None => relative(config::find(&std::env::current_dir().context("the working folder is gone")?)?),
    };
    match config::read(&path)? {
        config::Reading::Sound(config) => Ok(Some(*config)),
        config::Reading::Wrong(diagnostics, text) => {
            report::show(common, &diagnostics, &text)?;
            Ok(None)
        }
    }
}

/// A description to read, and how grave the rules of lint are for it.
struct Wanted {
    inputs: Inputs,
    levels: Levels,
}

impl Wanted {
    fn of_api(common: &Common, config: &Config, api: &Api) -> Self {
        Self { inputs: with_arguments(common, api.inputs(&config.folder)), levels: config.levels(api) }
    }

    fn read(&self) -> Reading {
        pipeline::read_at(&self.inputs, &self.levels)
    }
}

/// What to read: the entry files that are named, or the descriptions of the configuration.
///
/// The levels of rules are the configuration's also where a file is named: those of the API whose entry it is, else those for all.
fn inputs(common: &Common, named: &[PathBuf]) -> anyhow::Result<Option<Vec<Wanted>>> {
    if named.is_empty() {
        let config = configuration(common).context("no description is named on the command line")?;
        return Ok(config.map(|config| config.apis.iter().map(|api| Wanted::of_api(common, &config, api)).collect()));
    }
    let there = common.config.is_some() || config::find(&std::env::current_dir().unwrap_or_default()).is_ok();
    let config = if there { configuration(common)? } else { Some(Config::default()) };
    let Some(config) = config else { return Ok(None) };
    let wanted = named.iter().map(|path| {
        let inputs = named_inputs(common, path)?;
        let entry = absolute(path)?;
        let mut apis = config.apis.iter();
        let api = apis.find(|api| absolute(&config.folder.join(&api.description)).is_ok_and(|known| known == entry));
        let levels = api.map_or_else(|| config.lint.levels(), |api| config.levels(api));
        Ok(Wanted { inputs, levels })
    });
    Ok(Some(wanted.collect::<anyhow::Result<_>>()?))
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
