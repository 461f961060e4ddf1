//! Changes as a person reads them.

use std::fmt::Write;

use methodical_diagnostic::Origin;
use methodical_model::RuleId;

use crate::{Change, ChangeKind};

/// How many operations are named before the rest is counted.
const NAMED: usize = 3;

/// Names the file and line of an origin in one of the two versions.
#[derive(Clone, Copy)]
pub struct Locate<'a> {
    /// In the old version.
    pub old: &'a dyn Fn(&Origin) -> String,
    /// In the new one.
    pub new: &'a dyn Fn(&Origin) -> String,
}

/// Each change on a few lines: severity, rule and kind; operations; the sentence; places; consequences.
pub fn render_text(changes: &[Change], locate: Locate<'_>) -> String {
    let mut text = String::new();
    for change in changes {
        // Writing to a string cannot fail.
        let _ = render(&mut text, change, locate);
    }
    text
}

fn render(text: &mut String, change: &Change, locate: Locate<'_>) -> std::fmt::Result {
    let rule = change.rule.map_or_else(String::new, |rule| format!(" {rule}"));
    writeln!(text, "{}:{rule} {}", change.severity.as_str(), change.kind.as_str())?;
    writeln!(text, "  {}", operations(&change.operations))?;
    writeln!(text, "  {}", change.message)?;
    if !change.consequences.is_empty() {
        let names: Vec<_> = change.consequences.iter().copied().map(RuleId::as_str).collect();
        let verb = match change.kind {
            ChangeKind::Introduced | ChangeKind::Strengthened | ChangeKind::OperationAdded => "with it",
            ChangeKind::OperationRemoved
            | ChangeKind::MethodChanged
            | ChangeKind::Withdrawn
            | ChangeKind::Weakened
            | ChangeKind::MeaningChanged => "lost with it",
        };
        writeln!(text, "  {verb}: {}", names.join(", "))?;
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

fn operations(operations: &[String]) -> String {
    let (named, rest) = operations.split_at(operations.len().min(NAMED));
    let names = named.join(", ");
    if rest.is_empty() { names } else { format!("{names} and {} more", rest.len()) }
}

impl ChangeKind {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OperationRemoved => "operation removed",
            Self::MethodChanged => "method changed",
            Self::Withdrawn => "withdrawn",
            Self::Weakened => "weakened",
            Self::MeaningChanged => "changed meaning",
            Self::Introduced => "introduced",
            Self::Strengthened => "strengthened",
            Self::OperationAdded => "operation added",
        }
    }
}
