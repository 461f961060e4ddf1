//! `review`: what a new version of a description does to the promises of the old one.

use methodical_diagnostic::{Locator, Origin, Place};
use methodical_model::{DiffSeverity, RuleId};
use methodical_review::{Change, Locate, WireLevel, compare, render_text};
use serde_json::json;

use crate::cli::{Common, Format, Review};
use crate::{Exit, pipeline, report};

/// Compares two versions. Fails if a promise is withdrawn, weakened or changed in meaning.
///
/// # Errors
///
/// A description is not there.
pub fn review(common: &Common, arguments: &Review) -> anyhow::Result<Exit> {
    let old = super::named_inputs(common, &arguments.old)?;
    let new = super::named_inputs(common, &arguments.new)?;
    let readings = [old, new].map(|inputs| pipeline::read_from(&inputs));
    let mut sound = true;
    for reading in &readings {
        if reading.diagnostics.has_errors() {
            report::show_text(common, &reading.diagnostics, &reading.documents);
            sound = false;
        }
    }
    let contracts = readings.each_ref().map(|reading| reading.contract.as_ref());
    let ([Some(old), Some(new)], true) = (contracts, sound) else {
        return Ok(Exit::Failure);
    };
    let changes = compare(&old.api, &new.api).changes;
    let locators = readings.each_ref().map(|reading| Locator::new(&reading.documents));
    let [old, new] = &locators;
    let locate = Locate { old: &|origin| line(old, origin), new: &|origin| line(new, origin) };
    match common.format {
        Format::Text | Format::Markdown if changes.is_empty() => report::print("nothing has changed")?,
        Format::Text | Format::Markdown => report::print(&render_text(&changes, locate))?,
        Format::Json => report::print(&format!("{:#}", to_json(&changes, locate)))?,
    }
    Ok(if changes.iter().any(fails) { Exit::Failure } else { Exit::Success })
}

fn line(locator: &Locator<'_>, origin: &Origin) -> String {
    locator.line(&Place::Key(origin.clone()))
}

/// Something that a client could rely on went.
fn fails(change: &Change) -> bool {
    let wire = change.wire.as_ref().is_some_and(|verdict| verdict.level == WireLevel::Breaking);
    wire || change.promises.as_ref().is_some_and(|verdict| verdict.severity > DiffSeverity::Strengthens)
}

/// An array of changes, each with its verdict on each plane.
fn to_json(changes: &[Change], locate: Locate<'_>) -> serde_json::Value {
    let ids = |rules: &[RuleId]| rules.iter().copied().map(RuleId::as_str).collect::<Vec<_>>();
    let change = |change: &Change| {
        json!({
            "kind": change.kind.as_str(),
            "fingerprint": change.fingerprint(),
            "level": change.gravity().as_str(),
            "fails": fails(change),
            "subject": change.subject,
            "operations": change.operations(),
            "message": change.message,
            "old": change.old.as_ref().map(locate.old),
            "new": change.new.as_ref().map(locate.new),
            "before": change.before,
            "after": change.after,
            "wire": change.wire.as_ref().map(|verdict| json!({
                "level": verdict.level.as_str(),
                "reason": verdict.reason,
                "witness": verdict.witness.as_ref().map(|witness| &witness.text),
            })),
            "promises": change.promises.as_ref().map(|verdict| json!({
                "severity": verdict.severity.as_str(),
                "kind": verdict.kind.as_str(),
                "rule": verdict.rule.map(RuleId::as_str),
                "consequences": ids(&verdict.consequences),
            })),
        })
    };
    changes.iter().map(change).collect()
}
