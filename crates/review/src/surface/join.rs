//! The Rust plane joins the others: what the crates lose by a change of the contract is that change's verdict in Rust, and what only the
//! crates notice is a change of its own.
//!
//! A fact belongs to the change at the same node; else to the only one inside of it, as a status that is gone decides what a method
//! returns, wherever the response is written; else to that of the operation or component that it lies in, if the whole of it came, went
//! or moved.

use methodical_diagnostic::Origin;
use methodical_model::{Api, Operation};

use super::{RustFact, RustLevel};
use crate::facts::order;
use crate::wire::reach;
use crate::{Change, ChangeKind, Review, RustVerdict};

impl Review {
    /// The review of `old` and `new`, with what their crates differ by.
    #[must_use]
    pub fn with_rust(mut self, old: &Api, new: &Api, facts: Vec<RustFact>) -> Review {
        let places: Vec<Place> = self.changes.iter().map(Place::of).collect();
        for fact in facts {
            let operation = operation_at(old, fact.old.as_ref()).or_else(|| operation_at(new, fact.new.as_ref()));
            match find(&places, &fact, operation.as_deref()) {
                Some(index) => add(&mut self.changes[index], fact),
                None => self.changes.push(own(old, new, fact)),
            }
        }
        order(&mut self.changes);
        self
    }
}

/// Where a change is, on both sides.
struct Place {
    old: Option<Origin>,
    new: Option<Origin>,
    /// The one operation that it reaches, if it is no change of a schema.
    operation: Option<String>,
    /// Whether it is a change of messages, and not of promises alone.
    is_of_wire: bool,
    /// Whether all of a node came, went or moved.
    is_whole: bool,
}

/// What happens to an operation as a whole.
const WHOLE: [ChangeKind; 7] = [
    ChangeKind::OperationAdded,
    ChangeKind::OperationRemoved,
    ChangeKind::MethodChanged,
    ChangeKind::WebhookAdded,
    ChangeKind::WebhookRemoved,
    ChangeKind::CallbackAdded,
    ChangeKind::CallbackRemoved,
];

impl Place {
    fn of(change: &Change) -> Place {
        let is_of_schema = matches!(change.kind, ChangeKind::Schema(_));
        // What concerns promises alone is no reason for another signature.
        let is_of_wire = is_of_schema || change.kind < ChangeKind::PromiseWithdrawn;
        let is_whole = WHOLE.contains(&change.kind) || is_of_wire && component_of(change).is_some();
        let operation = match change.operations().as_slice() {
            [only] if !is_of_schema => Some((*only).to_owned()),
            [] | [_] | [_, _, ..] => None,
        };
        Place { old: change.old.clone(), new: change.new.clone(), operation, is_of_wire, is_whole }
    }

    fn is_at(&self, fact: &RustFact) -> bool {
        let same = |own: &Option<Origin>, other: &Option<Origin>| own.is_some() && own == other;
        same(&self.old, &fact.old) || same(&self.new, &fact.new)
    }

    fn is_inside(&self, fact: &RustFact) -> bool {
        lies_in(self.old.as_ref(), fact.old.as_ref()) || lies_in(self.new.as_ref(), fact.new.as_ref())
    }

    fn is_around(&self, fact: &RustFact) -> bool {
        lies_in(fact.old.as_ref(), self.old.as_ref()) || lies_in(fact.new.as_ref(), self.new.as_ref())
    }
}

fn component_of(change: &Change) -> Option<&Origin> {
    let origin = change.old.as_ref().or(change.new.as_ref())?;
    origin.pointer.as_str().starts_with("/components/").then_some(origin)
}

/// Whether a node is below another one of the same version.
fn lies_in(inner: Option<&Origin>, outer: Option<&Origin>) -> bool {
    inner.zip(outer).is_some_and(|(inner, outer)| {
        let below = inner.pointer.strip_prefix(&outer.pointer);
        inner.document == outer.document && below.is_some_and(|below| !below.is_root())
    })
}

/// The operation that is written at a place.
fn operation_at(api: &Api, origin: Option<&Origin>) -> Option<String> {
    let operation = api.operations.iter().find(|operation| Some(&operation.origin) == origin)?;
    Some(reach(api, operation).operation)
}

fn find(places: &[Place], fact: &RustFact, operation: Option<&str>) -> Option<usize> {
    let all = |is_it: &dyn Fn(&Place) -> bool| -> Vec<usize> {
        places
            .iter()
            .enumerate()
            .filter(|(_, place)| place.is_of_wire && is_it(place))
            .map(|(index, _)| index)
            .collect()
    };
    if let Some(first) = all(&|place| place.is_at(fact)).first() {
        return Some(*first);
    }
    if let [only] = all(&|place| place.is_inside(fact)).as_slice() {
        return Some(*only);
    }
    let of_operation = |place: &Place| operation.is_some() && place.operation.as_deref() == operation;
    if let [only] = all(&of_operation).as_slice() {
        return Some(*only);
    }
    // The innermost is the last word.
    let around = all(&|place| place.is_whole && place.is_around(fact));
    around.into_iter().max_by_key(|index| {
        let place = &places[*index];
        place.old.as_ref().or(place.new.as_ref()).map_or(0, |origin| origin.pointer.as_str().len())
    })
}

fn add(change: &mut Change, fact: RustFact) {
    let level = fact.level();
    let verdict = change.rust.get_or_insert_with(|| RustVerdict { level, items: Vec::new() });
    verdict.level = verdict.level.max(level);
    verdict.items.extend(fact.items);
    verdict.items.sort_by_key(|item| std::cmp::Reverse(item.level));
}

/// A change that only the crates notice.
fn own(old: &Api, new: &Api, fact: RustFact) -> Change {
    let first = fact.items.first();
    let path = first.map_or_else(String::new, |item| item.path.clone());
    let came = fact.items.iter().all(|item| item.before.is_none());
    let went = fact.items.iter().all(|item| item.after.is_none());
    let (kind, message) = match (&fact.renamed, fact.level()) {
        (Some((old, new)), _) => {
            (ChangeKind::RustRenamed, format!("`{old}` is called `{new}` now, and all that mentions it."))
        }
        (None, RustLevel::Meaning) => (ChangeKind::RustMeaningChanged, format!("`{path}` means something else.")),
        (None, _) if came => (ChangeKind::RustAdded, format!("`{path}` is new.")),
        (None, _) if went => (ChangeKind::RustRemoved, format!("`{path}` is gone.")),
        (None, RustLevel::Compatible | RustLevel::Breaking) => {
            (ChangeKind::RustChanged, format!("`{path}` is not what it was."))
        }
    };
    let of = |api: &Api, origin: Option<&Origin>| -> Vec<crate::Reach> {
        let is_reached = |operation: &&Operation| {
            let own = Some(&operation.origin);
            origin == own || lies_in(origin, own)
        };
        api.operations.iter().filter(is_reached).map(|operation| reach(api, operation)).collect()
    };
    let mut reach = of(old, fact.old.as_ref());
    if reach.is_empty() {
        reach = of(new, fact.new.as_ref());
    }
    Change {
        subject: path,
        old: fact.old.clone(),
        new: fact.new.clone(),
        before: first.and_then(|item| item.before.clone()),
        after: first.and_then(|item| item.after.clone()),
        reach,
        rust: Some(RustVerdict { level: fact.level(), items: fact.items }),
        ..Change::new(kind, message)
    }
}
