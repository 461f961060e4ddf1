//! `promises --guarantees`: each rule with its operations, how it is held, and the tests that show it.

use anyhow::Context;

use crate::Exit;
use crate::cli::{Common, Format, Promises};
use crate::config::{self, Guarantees};
use crate::guarantees::markers::{self, Markers};
use crate::guarantees::{Table, TableReport, render_markdown, render_text, report, summary};
use crate::report::{complain, print, show_text};

/// Shows the table of each description. Fails if a description or a marker is wrong, and with `--check` if a test is
/// missing.
///
/// # Errors
///
/// A description or a folder of tests is not there.
pub(crate) fn guarantees(common: &Common, arguments: &Promises) -> anyhow::Result<Exit> {
    let Some(inputs) = super::inputs(common, &arguments.description.descriptions)? else {
        return Ok(Exit::Usage);
    };
    let Some((wanted, found)) = find_tests(common, arguments)? else {
        return Ok(Exit::Usage);
    };
    show_text(common, &found.diagnostics, &found.texts);
    let mut exit = if found.diagnostics.has_errors() { Exit::Failure } else { Exit::Success };
    for one in inputs {
        let reading = one.read();
        show_text(common, &reading.diagnostics, &reading.documents);
        let Some(contract) = reading.contract.filter(|_| !reading.diagnostics.has_errors()) else {
            exit = Exit::Failure;
            continue;
        };
        let table = report(&Table::new(&contract.api, &found.shown, wanted.require));
        match common.format {
            Format::Text if arguments.check => print(&summary(&table))?,
            Format::Text | Format::Sarif | Format::Github => print(&render_text(&table))?,
            Format::Markdown => print(&render_markdown(&table))?,
            Format::Json => print(&serde_json::to_string_pretty(&table)?)?,
        }
        if arguments.check && tell_gaps(&table) {
            exit = Exit::Failure;
        }
    }
    Ok(exit)
}

/// The tests of the command line, else those of the configuration. Who names a description needs no configuration.
fn find_tests(common: &Common, arguments: &Promises) -> anyhow::Result<Option<(Guarantees, Markers)>> {
    let here = std::env::current_dir().context("the working folder is gone")?;
    let named = !arguments.description.descriptions.is_empty();
    if named && common.config.is_none() && config::find(&here).is_err() {
        let wanted = Guarantees { tests: arguments.tests.clone(), ..Guarantees::default() };
        let found = markers::read("".as_ref(), &wanted.tests)?;
        return Ok(Some((wanted, found)));
    }
    let Some(config) = super::configuration(common)? else {
        return Ok(None);
    };
    let found = if arguments.tests.is_empty() {
        markers::read(&config.folder, &config.guarantees.tests)?
    } else {
        markers::read("".as_ref(), &arguments.tests)?
    };
    Ok(Some((config.guarantees, found)))
}

/// Whether a promised rule that needs a test has none; it is said on standard error.
fn tell_gaps(table: &TableReport) -> bool {
    for gap in &table.gaps {
        complain(&format!("{}: no test shows {gap}", table.title));
    }
    !table.gaps.is_empty()
}
