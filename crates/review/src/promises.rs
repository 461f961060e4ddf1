//! The promises of one operation in two versions.

use methodical_model::rules::{ERROR_DECLARED, RATE_429_RETRY_AFTER};
use methodical_model::{DiffSeverity, Effect, Operation, Promise, RuleId};

use crate::lattice::{self, Comparison};
use crate::matching::title;
use crate::{Change, ChangeKind};

/// All changes to the promises of one operation, consequences under what they follow from.
pub(crate) fn compare(old: &Operation, new: &Operation) -> Vec<Change> {
    let find = |operation: &'_ Operation, rule| operation.promises.iter().position(|promise| promise.rule == rule);
    let mut changes = Vec::new();
    for promise in &old.promises {
        match find(new, promise.rule) {
            Some(index) => changes.extend(changed(old, promise, &new.promises[index])),
            None => changes.push(withdrawn(old, promise)),
        }
    }
    let introduced = new.promises.iter().filter(|promise| find(old, promise.rule).is_none());
    changes.extend(introduced.map(|promise| introduce(old, promise)));
    let mut changes = fold_consequences(changes);
    changes.extend(effect(old, new, &changes));
    changes
}

fn change(kind: ChangeKind, severity: DiffSeverity, operation: &Operation, rule: RuleId, message: String) -> Change {
    let operations = vec![title(operation)];
    Change { kind, severity, operations, rule: Some(rule), message, old: None, new: None, consequences: Vec::new() }
}

fn rule_title(rule: RuleId) -> &'static str {
    rule.rule().map_or("", |rule| rule.title)
}

fn withdrawn(operation: &Operation, promise: &Promise) -> Change {
    let severity = promise.rule.rule().map_or(DiffSeverity::Weakens, |rule| rule.changes.withdrawn);
    let message = format!("No longer declared: {}.", rule_title(promise.rule));
    let old = promise.declared_by.clone();
    Change { old, ..change(ChangeKind::Withdrawn, severity, operation, promise.rule, message) }
}

fn introduce(operation: &Operation, promise: &Promise) -> Change {
    let severity = promise.rule.rule().map_or(DiffSeverity::Strengthens, |rule| rule.changes.introduced);
    let message = format!("Newly declared: {}.", rule_title(promise.rule));
    let new = promise.declared_by.clone();
    Change { new, ..change(ChangeKind::Introduced, severity, operation, promise.rule, message) }
}

/// The gravest of what happened to the parameters of a promise that both versions have.
fn changed(operation: &Operation, old: &Promise, new: &Promise) -> Option<Change> {
    if old.rule == ERROR_DECLARED || old.rule == RATE_429_RETRY_AFTER {
        return statuses(operation, old, new);
    }
    let names = old.parameters.iter().chain(&new.parameters).map(|(name, _)| *name);
    let mut names: Vec<_> = names.collect();
    names.dedup();
    let compared = names.into_iter().map(|name| {
        let (old, new) = (old.parameter(name), new.parameter(name));
        (lattice::compare(name, old, new), name, old.unwrap_or("nothing"), new.unwrap_or("nothing"))
    });
    let rank = |comparison| match comparison {
        Comparison::Same => 0,
        Comparison::Stronger => 1,
        Comparison::Other => 2,
        Comparison::Weaker => 3,
    };
    let (comparison, name, from, to) = compared.max_by_key(|(comparison, ..)| rank(*comparison))?;
    let weakened = old.rule.rule().map_or(DiffSeverity::Weakens, |rule| rule.changes.weakened);
    let (kind, severity) = match comparison {
        Comparison::Same => return None,
        Comparison::Stronger => (ChangeKind::Strengthened, DiffSeverity::Strengthens),
        Comparison::Weaker => (ChangeKind::Weakened, weakened),
        Comparison::Other => (ChangeKind::MeaningChanged, weakened),
    };
    let message = format!("`{name}` was {from}, and is {to}: {}.", rule_title(old.rule));
    Some(between(change(kind, severity, operation, old.rule, message), old, new))
}

/// More statuses to answer with are less of a promise; more statuses that carry a field are more of one.
fn statuses(operation: &Operation, old: &Promise, new: &Promise) -> Option<Change> {
    let (before, after) = (old.parameter("statuses")?, new.parameter("statuses")?);
    let (before, after) = (lattice::set(before), lattice::set(after));
    let list = |statuses: Vec<&str>| statuses.join(", ");
    let (added, gone) =
        (list(after.difference(&before).copied().collect()), list(before.difference(&after).copied().collect()));
    let (lost, won) = if old.rule == ERROR_DECLARED { (&added, &gone) } else { (&gone, &added) };
    let (kind, severity) = match (lost.is_empty(), won.is_empty()) {
        (true, true) => return None,
        (true, false) => (ChangeKind::Strengthened, DiffSeverity::Strengthens),
        (false, _) => {
            (ChangeKind::Weakened, old.rule.rule().map_or(DiffSeverity::Weakens, |rule| rule.changes.weakened))
        }
    };
    let parts = [("added", &added), ("gone", &gone)].into_iter().filter(|(_, statuses)| !statuses.is_empty());
    let parts: Vec<_> = parts.map(|(what, statuses)| format!("{statuses} {what}")).collect();
    let message = format!("{}: {}.", parts.join(", "), rule_title(old.rule));
    Some(between(change(kind, severity, operation, old.rule, message), old, new))
}

fn between(change: Change, old: &Promise, new: &Promise) -> Change {
    Change { old: old.declared_by.clone(), new: new.declared_by.clone(), ..change }
}

/// A rule that went because one that it depends on did is named under that one, whose severity is then the graver.
fn fold_consequences(changes: Vec<Change>) -> Vec<Change> {
    let lost = |kind| matches!(kind, ChangeKind::Withdrawn | ChangeKind::Weakened | ChangeKind::MeaningChanged);
    let roots: Vec<Option<usize>> = changes
        .iter()
        .map(|change| {
            let depends_on = change.rule.and_then(RuleId::rule).map_or(&[][..], |rule| rule.depends_on);
            let folds = matches!(change.kind, ChangeKind::Withdrawn | ChangeKind::Introduced);
            let cause = |other: &Change| {
                let same_way =
                    if change.kind == ChangeKind::Introduced { other.kind == change.kind } else { lost(other.kind) };
                same_way && other.rule.is_some_and(|rule| depends_on.contains(&rule))
            };
            changes.iter().position(cause).filter(|_| folds)
        })
        .collect();
    let root_of = |mut index: usize| {
        // The catalogue has no circles, so this ends; a test of the model says so.
        while let Some(next) = roots[index] {
            index = next;
        }
        index
    };
    let mut folded: Vec<Option<Change>> = changes.iter().cloned().map(Some).collect();
    for (index, change) in changes.iter().enumerate() {
        let root = root_of(index);
        if root == index {
            continue;
        }
        folded[index] = None;
        if let Some(cause) = &mut folded[root] {
            cause.consequences.extend(change.rule);
            cause.severity = cause.severity.max(change.severity);
        }
    }
    folded.into_iter().flatten().collect()
}

/// Whether a client may still repeat it. Said only where no rule's change has said it already.
fn effect(old: &Operation, new: &Operation, changes: &[Change]) -> Option<Change> {
    let rank = |operation: &Operation| match (operation.effect, operation.idempotency.is_some()) {
        (Effect::Safe, _) => 3,
        (Effect::Idempotent, _) => 2,
        (Effect::Unsafe, true) => 1,
        (Effect::Unsafe, false) => 0,
    };
    let (before, after) = (rank(old), rank(new));
    let said =
        |prefix: &str| changes.iter().filter_map(|change| change.rule).any(|rule| rule.as_str().starts_with(prefix));
    if before == after
        || ["GET-SAFE", "QUERY-SAFE", "IDEM-", "PUT-IDEMPOTENT", "DELETE-IDEMPOTENT"].into_iter().any(said)
    {
        return None;
    }
    let words = ["unsafe", "unsafe and repeatable under a key", "idempotent", "safe"];
    let (kind, severity) = if after < before {
        (ChangeKind::Weakened, DiffSeverity::Breaks)
    } else {
        (ChangeKind::Strengthened, DiffSeverity::Strengthens)
    };
    Some(Change {
        kind,
        severity,
        operations: vec![title(old)],
        rule: None,
        message: format!("It was {}, and is {}.", words[before], words[after]),
        old: old.semantics.origin("effect").cloned(),
        new: new.semantics.origin("effect").cloned(),
        consequences: Vec::new(),
    })
}
