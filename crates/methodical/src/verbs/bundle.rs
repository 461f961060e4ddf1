//! `bundle`: a description of many files as one.

use std::path::Path;

use anyhow::ensure;
use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, bundle as bring_together};

use crate::cli::{Bundle, Common, Format};
use crate::{Exit, report};

/// Writes the bundle, as YAML unless JSON is asked for. A description with errors is not written: it would look sound.
///
/// # Errors
///
/// The description is not there, or the output cannot be written.
pub fn bundle(common: &Common, arguments: &Bundle) -> anyhow::Result<Exit> {
    let Some(inputs) = super::inputs(common, arguments.description.as_slice())? else {
        return Ok(Exit::Usage);
    };
    ensure!(inputs.len() == 1, "methodical.toml names {} descriptions; say which one to bundle", inputs.len());
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read_from(&inputs[0].inputs, &mut diagnostics);
    let bundle = bring_together(&documents, &mut diagnostics);
    diagnostics.sort(&documents);
    report::show_text(common, &diagnostics, &documents);
    let Some(bundle) = bundle.filter(|_| !diagnostics.has_errors()) else {
        return Ok(Exit::Failure);
    };
    let as_json = common.format == Format::Json || arguments.output.as_deref().is_some_and(is_json);
    let text = if as_json { bundle.to_json() } else { bundle.to_yaml() };
    match &arguments.output {
        Some(path) => fs_err::write(path, text)?,
        None => report::print(&text)?,
    }
    Ok(Exit::Success)
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}
