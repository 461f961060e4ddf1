//! `lint`: what is wrong or doubtful in a description.

use crate::cli::{Common, Description, Format};
use crate::{Exit, pipeline, report};

/// Reads each description and reports everything that every stage finds. Fails if anything is an error.
///
/// # Errors
///
/// A named description is not there, or there is neither one named nor a configuration.
pub fn lint(common: &Common, arguments: &Description) -> anyhow::Result<Exit> {
    let Some(inputs) = super::inputs(common, &arguments.descriptions)? else {
        return Ok(Exit::Usage);
    };
    let mut exit = Exit::Success;
    for inputs in inputs {
        let reading = pipeline::read_from(&inputs);
        report::show(common, &reading.diagnostics, &reading.documents)?;
        if common.format == Format::Text {
            let summary = reading.diagnostics.summary();
            let found = if summary.is_empty() { "nothing to report".to_owned() } else { summary };
            report::print(&format!("{}: {found}", inputs.entry.display()))?;
        }
        if reading.diagnostics.has_errors() {
            exit = Exit::Failure;
        }
    }
    Ok(exit)
}
