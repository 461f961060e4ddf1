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
pub mod report;
mod schema;
pub mod surface;
mod wire;

use methodical_model::Api;

pub use change::{Change, PromiseChange, PromiseVerdict, Reach, RustVerdict, Way, WireLevel, WireVerdict, Witness};
pub use kind::ChangeKind;
pub use ledger::{Acceptance, Doubt, Ledger, LedgerError};
pub use policy::{Limit, LimitError, Plane, Policy};

pub use schema::SchemaChangeKind;

/// All that a new version changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// The changes, each once: the gravest first, then by kind, rule and subject.
    pub changes: Vec<Change>,
}

/// Compares two versions of an API.
pub fn compare(old: &Api, new: &Api) -> Review {
    let matched = matching::operations(&old.operations, &new.operations);
    let mut plane = wire::Plane::new(old, new);
    let mut facts = facts::Facts::default();
    let mut add = |changes: Vec<Change>| changes.into_iter().for_each(|change| facts.add(change));
    for (old_operation, new_operation) in &matched.pairs {
        let pair = wire::Pair::new(old, old_operation, new_operation);
        let promises = promises::compare(old_operation, new_operation);
        add(join::join(plane.compare(&pair), promises, &pair.reach));
    }
    let (sent, found) = wire::webhook::matched(old, new, &matched);
    add(found);
    for pair in &sent {
        add(plane.compare(pair));
    }
    for (one, other) in &matched.moved {
        add(vec![wire::operation::method_changed(old, one, other, wire::reach(old, one))]);
    }
    for operation in &matched.gone {
        add(vec![wire::operation::removed(old, operation, wire::reach(old, operation))]);
    }
    for operation in &matched.come {
        add(vec![wire::operation::added(operation, wire::reach(new, operation))]);
    }
    add(plane.whole());
    add(join::refused(plane.finish(), &matched.pairs));
    Review { changes: facts.finish() }
}
