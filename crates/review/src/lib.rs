//! What a new version of a contract does: to messages on the wire, to Rust code against the generated crates, and to the
//! promises of the old version.
//!
//! Two models are compared and not two documents: what inlining, renaming or splitting files does to a text is nothing
//! here. The unit is the fact, found at its root: one [`Change`], which says what it reaches and what it does on each
//! plane. How grave a change to a promise is stands in the catalogue, beside the rule.

mod change;
mod changelog;
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
mod verdict;
mod wire;

use methodical_model::{Api, Operation, Stability};

pub use change::{Change, PromiseChange, PromiseVerdict, Reach, RustVerdict, Way, WireLevel, WireVerdict, Witness};
pub use changelog::changelog;
pub use kind::ChangeKind;
pub use ledger::{Acceptance, Doubt, Ledger, LedgerError};
pub use policy::{Limit, LimitError, Plane, Policy};
pub use verdict::Verdict;

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
    let mut facts = facts::Facts::default();
    let pairs: Vec<_> = matched.pairs.iter().map(|(one, other)| wire::Pair::new(old, one, other)).collect();
    let (sent, found) = wire::webhook::matched(old, new, &matched);
    // What an operation with another method promises is said as a whole.
    let moved = matched.moved.iter().filter(|(one, other)| one.body.is_some() == other.body.is_some());
    let beside: Vec<_> = sent.into_iter().chain(moved.map(|(one, other)| wire::Pair::new(old, one, other))).collect();
    let is_promised = |pair: &&wire::Pair<'_>| pair.old.stability.is_promised();
    let plane = wire::Plane::new(old, new);
    facts.extend(plane.whole());
    facts.extend(found);
    facts.extend(compare_all(plane, pairs.iter().filter(is_promised), beside.iter().filter(is_promised)));
    facts.extend(matched.moved.iter().map(|(one, other)| {
        let change = wire::operation::method_changed(old, one, other, wire::reach(old, one));
        settled(change, one)
    }));
    facts.extend(matched.gone.iter().map(|operation| {
        let change = wire::operation::removed(old, operation, wire::reach(old, operation));
        settled(change, operation)
    }));
    facts.extend(matched.come.iter().map(|operation| {
        let change = wire::operation::added(operation, wire::reach(new, operation));
        settled(change, operation)
    }));
    // What reaches operations of both kinds is known by now, and reaches more places.
    for level in Stability::ALL.into_iter().filter(|level| !level.is_promised()) {
        let is_so = |pair: &&wire::Pair<'_>| pair.old.stability == level;
        let is_any = pairs.iter().chain(&beside).any(|pair| pair.old.stability == level);
        let plane = is_any.then(|| wire::Plane::new(old, new));
        let found = plane.map(|plane| compare_all(plane, pairs.iter().filter(is_so), beside.iter().filter(is_so)));
        facts.extend(found.into_iter().flatten().map(|change| wire::lifecycle::unpromised(change, level)));
    }
    Review { changes: facts.finish() }
}

/// What became of operations, and of those beside them whose promises are not compared: what the server sends, and what has another method.
fn compare_all<'p, 'a: 'p>(
    mut plane: wire::Plane<'a>,
    pairs: impl Iterator<Item = &'p wire::Pair<'a>>,
    beside: impl Iterator<Item = &'p wire::Pair<'a>>,
) -> Vec<Change> {
    let (mut found, mut operations) = (Vec::new(), Vec::new());
    for pair in pairs {
        let promises = promises::compare(pair.old, pair.new);
        found.extend(join::join(plane.compare(pair), promises, &pair.reach));
        operations.push((pair.old, pair.new));
    }
    for pair in beside {
        found.extend(plane.compare(pair));
    }
    found.extend(join::refused(plane.finish(), &operations));
    found
}

/// What became of an operation, as far as anybody could rely on it.
fn settled(change: Change, operation: &Operation) -> Change {
    let level = operation.stability;
    if level.is_promised() { change } else { wire::lifecycle::unpromised(change, level) }
}
