//! The changes of a review as they are found: a fact that is found again reaches one more place and is no second change.

use std::cmp::Reverse;
use std::collections::HashMap;

use methodical_diagnostic::Origin;
use methodical_model::DiffSeverity;

use crate::{Change, ChangeKind, PromiseVerdict, WireLevel};

/// What makes two findings one fact: both sides, and the same verdicts.
#[derive(PartialEq, Eq, Hash)]
struct Root {
    kind: ChangeKind,
    old: Option<Origin>,
    new: Option<Origin>,
    before: Option<String>,
    after: Option<String>,
    wire: Option<WireLevel>,
    /// Two sets of promises are equal where the sentences are, which name rules and values.
    message: String,
    /// Of a change to a promise alone what follows from it may be more in one operation than in another.
    promises: Option<PromiseVerdict>,
}

/// Facts, each once.
#[derive(Default)]
pub(crate) struct Facts {
    changes: Vec<Change>,
    known: HashMap<Root, usize>,
}

impl Facts {
    /// Adds findings.
    pub(crate) fn extend(&mut self, changes: impl IntoIterator<Item = Change>) {
        changes.into_iter().for_each(|change| self.add(change));
    }

    /// Adds a finding: a new fact, or more reach of a known one. What is known of operations that can be relied on weighs more than what
    /// it does to others.
    fn add(&mut self, change: Change) {
        if change.unstable.is_some()
            && let Some(known) = self.changes.iter_mut().find(|known| is_same_fact(known, &change))
        {
            known.reach.extend(change.reach);
            return;
        }
        let root = Root::of(&change);
        match self.known.get(&root) {
            Some(index) => {
                let known = &mut self.changes[*index];
                known.reach.extend(change.reach);
                unite(known.promises.as_mut(), change.promises);
            }
            None => {
                self.known.insert(root, self.changes.len());
                self.changes.push(change);
            }
        }
    }

    /// All facts: the gravest first, then by kind, rule and subject.
    pub(crate) fn finish(self) -> Vec<Change> {
        let mut changes = self.changes;
        changes.iter_mut().for_each(settle);
        order(&mut changes);
        changes
    }
}

/// The gravest first, then by kind, rule and subject.
pub(crate) fn order(changes: &mut [Change]) {
    changes.sort_by_cached_key(|change| {
        let rule = change.promises.as_ref().and_then(|verdict| verdict.rule);
        let position = rule.map(methodical_model::RuleId::position);
        let severity = change.promises.as_ref().map(|verdict| verdict.severity);
        (
            Reverse(change.gravity()),
            change.kind,
            Reverse(severity),
            position,
            change.subject.clone(),
            change.message.clone(),
        )
    });
}

/// What follows from one loss in several operations, at its gravest.
fn unite(known: Option<&mut PromiseVerdict>, other: Option<PromiseVerdict>) {
    if let (Some(known), Some(other)) = (known, other) {
        known.severity = known.severity.max(other.severity);
        for rule in other.consequences {
            if !known.consequences.contains(&rule) {
                known.consequences.push(rule);
            }
        }
    }
}

fn is_same_fact(one: &Change, other: &Change) -> bool {
    let is_same = one.kind == other.kind && one.message == other.message;
    is_same && (&one.old, &one.new, &one.before, &one.after) == (&other.old, &other.new, &other.before, &other.after)
}

impl Root {
    fn of(change: &Change) -> Root {
        // A promise is declared in many places at once: what unites its changes is what they say.
        let has_place = !change.kind.is_promise();
        Root {
            kind: change.kind,
            old: change.old.clone().filter(|_| has_place),
            new: change.new.clone().filter(|_| has_place),
            before: change.before.clone(),
            after: change.after.clone(),
            wire: change.wire.as_ref().map(|verdict| verdict.level),
            message: change.message.clone(),
            promises: change.promises.clone().map(|verdict| match has_place {
                true => verdict,
                false => PromiseVerdict { severity: DiffSeverity::Strengthens, consequences: Vec::new(), ..verdict },
            }),
        }
    }
}

/// Puts the reach in order, and names what is shared by its component.
fn settle(change: &mut Change) {
    change.reach.sort();
    change.reach.dedup();
    let component = change.old.as_ref().or(change.new.as_ref()).and_then(component);
    if let Some(component) = component.filter(|_| change.subject.is_empty()) {
        change.subject = component;
    } else if change.subject.is_empty()
        && let Some(first) = change.reach.first()
    {
        let place = if first.place.is_empty() { String::new() } else { format!(" > {}", first.place) };
        change.subject = format!("{}{place}", first.operation);
    }
}

/// The place within `components`, if it lies there.
fn component(origin: &Origin) -> Option<String> {
    let place = origin.pointer.as_str().strip_prefix("/components/")?;
    Some(place.to_owned())
}
