//! Changes on a few lines each, with pointers for places: what snapshots keep of them, whatever becomes of the reports.

use std::fmt::Write;

use methodical_diagnostic::Origin;
use methodical_model::RuleId;

use methodical_review::{Change, PromiseVerdict, RustVerdict};

/// How many operations are named before the rest is counted.
const NAMED: usize = 3;

/// Names the file and line of an origin in one of the two versions.
#[derive(Clone, Copy)]
pub(crate) struct Locate<'a> {
    /// In the old version.
    pub(crate) old: &'a dyn Fn(&Origin) -> String,
    /// In the new one.
    pub(crate) new: &'a dyn Fn(&Origin) -> String,
}

/// Each change on a few lines: how grave it is and what it is; operations; the sentence; each plane's verdict; places.
pub(crate) fn render_text(changes: &[Change], locate: Locate<'_>) -> String {
    let mut text = String::new();
    for change in changes {
        // Writing to a string cannot fail.
        let _ = render(&mut text, change, locate);
    }
    text
}

fn render(text: &mut String, change: &Change, locate: Locate<'_>) -> std::fmt::Result {
    writeln!(text, "{}: {}", change.gravity().as_str(), change.kind.as_str())?;
    writeln!(text, "  {}", operations(&change.operations()))?;
    writeln!(text, "  {}", change.message)?;
    if let Some(wire) = &change.wire {
        let reason = wire.reason.as_deref().unwrap_or(change.kind.summary());
        writeln!(text, "  on the wire {}: {reason}", wire.level.as_str())?;
        if let Some(witness) = &wire.witness {
            witness.text.trim_end().lines().try_for_each(|line| writeln!(text, "  | {line}"))?;
        }
    }
    if let Some(rust) = &change.rust {
        render_rust(text, rust)?;
    }
    if let Some(promises) = &change.promises {
        render_promises(text, promises)?;
    }
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => {
            writeln!(text, "  {} -> {}", (locate.old)(old), (locate.new)(new))
        }
        (Some(old), None) => writeln!(text, "  was declared at {}", (locate.old)(old)),
        (None, Some(new)) => writeln!(text, "  declared at {}", (locate.new)(new)),
        (None, None) => Ok(()),
    }
}

/// The gravest items, each with its signature on both sides.
fn render_rust(text: &mut String, verdict: &RustVerdict) -> std::fmt::Result {
    let (named, rest) = verdict.items.split_at(verdict.items.len().min(NAMED));
    for item in named {
        writeln!(text, "  in Rust {}: {}", item.level.as_str(), item.path)?;
        for (mark, side) in [('-', &item.before), ('+', &item.after)] {
            side.iter().try_for_each(|side| writeln!(text, "    {mark} {side}"))?;
        }
    }
    if rest.is_empty() { Ok(()) } else { writeln!(text, "  and {} items more", rest.len()) }
}

fn render_promises(text: &mut String, verdict: &PromiseVerdict) -> std::fmt::Result {
    let rule = verdict.rule.map_or("all that it promised", RuleId::as_str);
    writeln!(text, "  {}: {rule} {}", verdict.severity.as_str(), verdict.kind.as_str())?;
    if !verdict.consequences.is_empty() {
        let names: Vec<_> = verdict.consequences.iter().copied().map(RuleId::as_str).collect();
        let verb = if verdict.kind.is_loss() { "lost with it" } else { "with it" };
        writeln!(text, "  {verb}: {}", names.join(", "))?;
    }
    verdict.also.iter().try_for_each(|(kind, rule)| writeln!(text, "  also {rule} {}", kind.as_str()))
}

fn operations(operations: &[&str]) -> String {
    let (named, rest) = operations.split_at(operations.len().min(NAMED));
    let names = named.join(", ");
    if rest.is_empty() { names } else { format!("{names} and {} more", rest.len()) }
}
