//! `promises`: what each operation promises, in sentences, with the place that declares each.

use anyhow::ensure;
use methodical_diagnostic::{Locator, Origin, Place};
use methodical_document::nearest;
use methodical_model::{Api, render_promises, report_promises};

use crate::cli::{Common, Format, Promises};
use crate::{Exit, report};

/// Shows the promises. Diagnostics go to standard error, so that standard output holds nothing else.
///
/// # Errors
///
/// The description is not there, or has no operation that was asked for.
pub fn promises(common: &Common, arguments: &Promises) -> anyhow::Result<Exit> {
    if arguments.guarantees {
        return super::guarantees(common, arguments);
    }
    let Some(inputs) = super::inputs(common, &arguments.description.descriptions)? else {
        return Ok(Exit::Usage);
    };
    let mut exit = Exit::Success;
    for wanted in inputs {
        let mut reading = wanted.read();
        report::show_text(common, &reading.diagnostics, &reading.documents);
        if reading.diagnostics.has_errors() {
            exit = Exit::Failure;
        }
        let Some(contract) = &mut reading.contract else {
            continue;
        };
        select(&mut contract.api, &arguments.operations)?;
        let locator = Locator::new(&reading.documents);
        let locate = |origin: &Origin| locator.line(&Place::Key(origin.clone()));
        match common.format {
            Format::Text | Format::Markdown | Format::Sarif | Format::Github => {
                report::print(&render_promises(&contract.api, &locate))?
            }
            Format::Json => {
                let report = report_promises(&contract.api, &locate);
                report::print(&serde_json::to_string_pretty(&report)?)?;
            }
        }
    }
    Ok(exit)
}

fn select(api: &mut Api, names: &[String]) -> anyhow::Result<()> {
    for name in names {
        let mut known = api.operations.iter().map(|operation| operation.name.wire.as_str());
        let near = nearest(name, known.clone()).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        ensure!(known.any(|known| known == name), "no operation has the operationId `{name}`{near}");
    }
    if !names.is_empty() {
        api.operations.retain(|operation| names.contains(&operation.name.wire));
    }
    Ok(())
}
