//! What a new version of a contract does: to messages on the wire, to Rust code against the generated crates, and to the
//! promises of the old version.
//!
//! Two models are compared and not two documents: what inlining, renaming or splitting files does to a text is nothing
//! here. The unit is the fact, found at its root: one [`Change`], which says what it reaches and what it does on each
//! plane. How grave a change to a promise is stands in the catalogue, beside the rule.

mod change;
mod facts;
mod fingerprint;
mod join;
mod kind;
mod lattice;
mod ledger;
mod matching;
mod policy;
mod promises;
mod render;
pub mod report;
#[allow(dead_code, unused_imports, reason = "what operations say builds on it")]
mod schema;
mod wire;

use methodical_model::{Api, Operation};

pub use change::{
    Change, PromiseChange, PromiseVerdict, Reach, RustLevel, RustVerdict, Way, WireLevel, WireVerdict, Witness,
};
pub use kind::ChangeKind;
pub use ledger::{Acceptance, Doubt, Ledger, LedgerError};
pub use policy::{Limit, LimitError, Plane, Policy};
pub use render::{Locate, render_text};

/// All that a new version changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// The changes, each once: the gravest first, then by kind, rule and subject.
    pub changes: Vec<Change>,
}

/// Compares two versions of an API.
pub fn compare(old: &Api, new: &Api) -> Review {
    let mut facts = facts::Facts::default();
    let matched = matching::operations(&old.operations, &new.operations);
    for (old_operation, new_operation) in &matched.pairs {
        let reach = reach(old, old_operation);
        let found = promises::compare(old_operation, new_operation);
        join::join(Vec::new(), found, &reach).into_iter().for_each(|change| facts.add(change));
    }
    for (old_operation, new_operation) in &matched.moved {
        facts.add(wire::operation::method_changed(old_operation, new_operation, reach(old, old_operation)));
    }
    for operation in &matched.gone {
        facts.add(wire::operation::removed(operation, reach(old, operation)));
    }
    for operation in &matched.come {
        facts.add(wire::operation::added(operation, reach(new, operation)));
    }
    Review { changes: facts.finish() }
}

/// An operation as a whole, as something that a change reaches.
fn reach(api: &Api, operation: &Operation) -> Reach {
    Reach {
        operation: matching::title(operation),
        id: operation.name.wire.clone(),
        tag: api.tag(operation.tag).name.wire.clone(),
        place: String::new(),
        way: Way::Request,
    }
}
