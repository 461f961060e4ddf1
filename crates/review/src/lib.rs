//! What a new version of a description does to the promises of the old one.
//!
//! Compared are the sets of promises and not the documents: a 404 that is gone from a DELETE is no line of YAML here
//! but "DELETE no longer says that there was nothing to delete". How grave a change is stands in the catalogue, beside
//! the rule. Schemas, parameters and media types are other planes and are not compared yet.

mod lattice;
mod matching;
mod promises;
mod render;

use methodical_diagnostic::Origin;
use methodical_model::{Api, DiffSeverity, RuleId};

pub use render::{Locate, render_text};

/// A change to what is promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// What it does to clients.
    pub severity: DiffSeverity,
    /// The operations that it happened to, by method and path of the old version (of the new, for an added one).
    pub operations: Vec<String>,
    /// The rule whose promise changed; `None` where an operation as such did.
    pub rule: Option<RuleId>,
    /// The change in a sentence.
    pub message: String,
    /// Where the old promise was declared.
    pub old: Option<Origin>,
    /// Where the new one is.
    pub new: Option<Origin>,
    /// Rules that changed with it because they follow from it.
    pub consequences: Vec<RuleId>,
}

/// What happened to a promise, or to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The operation is gone.
    OperationRemoved,
    /// The operation has another method on the same path.
    MethodChanged,
    /// The promise is no longer declared.
    Withdrawn,
    /// It is declared, and promises less.
    Weakened,
    /// It is declared, and promises something else.
    MeaningChanged,
    /// It was not declared before.
    Introduced,
    /// It promises more.
    Strengthened,
    /// The operation is new.
    OperationAdded,
}

impl Change {
    /// Whether a review should fail on it: a client may rely on what was there.
    pub fn fails(&self) -> bool {
        match self.severity {
            DiffSeverity::Breaks | DiffSeverity::Weakens => true,
            DiffSeverity::Strengthens => false,
        }
    }
}

/// All changes from `old` to `new`: the gravest first, then in the order of the catalogue.
pub fn compare(old: &Api, new: &Api) -> Vec<Change> {
    let matched = matching::operations(old, new);
    let mut changes = matched.changes;
    for (old, new) in matched.pairs {
        changes.extend(promises::compare(old, new));
    }
    let mut changes = united(changes);
    changes.sort_by_cached_key(|change| {
        let position = change.rule.map(RuleId::position);
        (std::cmp::Reverse(change.severity), change.kind, position, change.operations.clone())
    });
    changes
}

/// One change that happened to several operations in the same way is one change.
fn united(changes: Vec<Change>) -> Vec<Change> {
    let mut united: Vec<Change> = Vec::new();
    for change in changes {
        let same = |other: &&mut Change| {
            other.rule.is_some()
                && (other.kind, other.severity, other.rule) == (change.kind, change.severity, change.rule)
                && (&other.message, &other.consequences) == (&change.message, &change.consequences)
        };
        match united.iter_mut().find(same) {
            Some(other) => other.operations.extend(change.operations),
            None => united.push(change),
        }
    }
    united
}
