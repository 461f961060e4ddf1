//! `lint`: what is wrong or doubtful in a description.

use std::path::Path;

use methodical_diagnostic::{
    Diagnostics, SarifRule, Severity, Sources, Tool, render_github, render_json_of_all, render_sarif,
};

use crate::cli::{Common, Description, Format};
use crate::explain::{Entry, entries};
use crate::pipeline::Reading;
use crate::{Exit, report};

/// Reads each description and reports everything that every stage finds. Fails if anything is an error.
///
/// # Errors
///
/// A named description is not there, or there is neither one named nor a configuration.
pub fn lint(common: &Common, arguments: &Description) -> anyhow::Result<Exit> {
    let Some(wanted) = super::inputs(common, &arguments.descriptions)? else {
        return Ok(Exit::Usage);
    };
    let mut exit = Exit::Success;
    let mut readings = Vec::new();
    for wanted in wanted {
        let reading = wanted.read();
        tell(common, &wanted.inputs.entry, &reading)?;
        if reading.diagnostics.has_errors() {
            exit = Exit::Failure;
        }
        if matches!(common.format, Format::Sarif | Format::Json) {
            readings.push(reading);
        }
    }
    match common.format {
        Format::Sarif => report::print(&sarif(&readings))?,
        Format::Json => report::print(&render_json_of_all(&runs(&readings)))?,
        Format::Text | Format::Markdown | Format::Github => {}
    }
    Ok(exit)
}

fn tell(common: &Common, entry: &Path, reading: &Reading) -> std::io::Result<()> {
    match common.format {
        // One text for all of them.
        Format::Sarif | Format::Json => Ok(()),
        Format::Github => {
            let commands = render_github(&reading.diagnostics, &reading.documents);
            if commands.is_empty() { Ok(()) } else { report::print(&commands) }
        }
        Format::Text | Format::Markdown => {
            report::show(common, &reading.diagnostics, &reading.documents)?;
            let summary = reading.diagnostics.summary();
            let found = if summary.is_empty() { "nothing to report".to_owned() } else { summary };
            report::print(&format!("{}: {found}", entry.display()))
        }
    }
}

fn sarif(readings: &[Reading]) -> String {
    let tool = Tool { name: "methodical lint", version: env!("CARGO_PKG_VERSION"), url: env!("CARGO_PKG_REPOSITORY") };
    let rules: Vec<SarifRule> = entries().into_iter().filter_map(rule).collect();
    render_sarif(tool, &rules, &runs(readings))
}

/// What was found, description by description.
fn runs(readings: &[Reading]) -> Vec<(&Diagnostics, &dyn Sources)> {
    readings.iter().map(|reading| (&reading.diagnostics, &reading.documents as &dyn Sources)).collect()
}

/// What has a severity can be the rule of a result.
fn rule(entry: Entry) -> Option<SarifRule> {
    let severity = match entry.severity? {
        "note" => Severity::Note,
        "warning" => Severity::Warning,
        _ => Severity::Error,
    };
    let manual = format!("{}\n\n{}", entry.manual, entry.remedy);
    Some(SarifRule { code: entry.name, summary: entry.summary, manual, severity })
}
