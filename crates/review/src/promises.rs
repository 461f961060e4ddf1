//! The promises of one operation in two versions.

use methodical_diagnostic::Origin;
use methodical_model::rules::{ERROR_DECLARED, RATE_429_RETRY_AFTER};
use methodical_model::{DiffSeverity, Effect, Operation, Promise, RuleId};

use crate::lattice::{self, Comparison};
use crate::{Change, PromiseChange, PromiseVerdict, Reach};

/// What became of one promise of an operation, before it is a change or a part of one.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) kind: PromiseChange,
    pub(crate) severity: DiffSeverity,
    pub(crate) rule: Option<RuleId>,
    pub(crate) message: String,
    pub(crate) old: Option<Origin>,
    pub(crate) new: Option<Origin>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) consequences: Vec<RuleId>,
}

/// All that became of the promises of one operation, consequences under what they follow from.
pub(crate) fn compare(old: &Operation, new: &Operation) -> Vec<Finding> {
    let find = |operation: &'_ Operation, rule| operation.promises.iter().position(|promise| promise.rule == rule);
    let mut changes = Vec::new();
    for promise in &old.promises {
        match find(new, promise.rule) {
            Some(index) => changes.extend(changed(promise, &new.promises[index])),
            None => changes.push(withdrawn(promise)),
        }
    }
    let introduced = new.promises.iter().filter(|promise| find(old, promise.rule).is_none());
    changes.extend(introduced.map(introduce));
    let mut changes = fold_consequences(changes);
    changes.extend(effect(old, new, &changes));
    changes
}

fn finding(kind: PromiseChange, severity: DiffSeverity, rule: RuleId, message: String) -> Finding {
    Finding {
        kind,
        severity,
        rule: Some(rule),
        message,
        old: None,
        new: None,
        before: None,
        after: None,
        consequences: Vec::new(),
    }
}

impl Finding {
    /// The verdict that it is about a fact.
    pub(crate) fn verdict(&self) -> PromiseVerdict {
        PromiseVerdict {
            severity: self.severity,
            kind: self.kind,
            rule: self.rule,
            message: self.message.clone(),
            consequences: self.consequences.clone(),
            also: Vec::new(),
        }
    }

    /// A change that is this and nothing else.
    pub(crate) fn into_change(self, reach: Reach) -> Change {
        let promises = Some(self.verdict());
        let subject = self.rule.map_or("effect", RuleId::as_str).to_owned();
        let Finding { kind, message, old, new, before, after, .. } = self;
        Change { subject, old, new, before, after, reach: vec![reach], promises, ..Change::new(kind.kind(), message) }
    }
}

fn rule_title(rule: RuleId) -> &'static str {
    rule.rule().map_or("", |rule| rule.title)
}

fn withdrawn(promise: &Promise) -> Finding {
    let severity = promise.rule.rule().map_or(DiffSeverity::Weakens, |rule| rule.changes.withdrawn);
    let message = format!("No longer declared: {}.", rule_title(promise.rule));
    let old = promise.declared_by.clone();
    Finding { old, ..finding(PromiseChange::Withdrawn, severity, promise.rule, message) }
}

fn introduce(promise: &Promise) -> Finding {
    let severity = promise.rule.rule().map_or(DiffSeverity::Strengthens, |rule| rule.changes.introduced);
    let message = format!("Newly declared: {}.", rule_title(promise.rule));
    let new = promise.declared_by.clone();
    Finding { new, ..finding(PromiseChange::Introduced, severity, promise.rule, message) }
}

/// The gravest of what happened to the parameters of a promise that both versions have.
fn changed(old: &Promise, new: &Promise) -> Option<Finding> {
    if old.rule == ERROR_DECLARED || old.rule == RATE_429_RETRY_AFTER {
        return statuses(old, new);
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
        Comparison::Stronger => (PromiseChange::Strengthened, DiffSeverity::Strengthens),
        Comparison::Weaker => (PromiseChange::Weakened, weakened),
        Comparison::Other => (PromiseChange::MeaningChanged, weakened),
    };
    let message = format!("`{name}` was {from}, and is {to}: {}.", rule_title(old.rule));
    let (before, after) = (Some(format!("{name}: {from}")), Some(format!("{name}: {to}")));
    Some(Finding { before, after, ..between(finding(kind, severity, old.rule, message), old, new) })
}

/// More statuses to answer with are less of a promise; more statuses that carry a field are more of one.
fn statuses(old: &Promise, new: &Promise) -> Option<Finding> {
    let (before, after) = (old.parameter("statuses")?, new.parameter("statuses")?);
    let (before, after) = (lattice::set(before), lattice::set(after));
    let list = |statuses: Vec<&str>| statuses.join(", ");
    let (added, gone) =
        (list(after.difference(&before).copied().collect()), list(before.difference(&after).copied().collect()));
    let (lost, won) = if old.rule == ERROR_DECLARED { (&added, &gone) } else { (&gone, &added) };
    let (kind, severity) = match (lost.is_empty(), won.is_empty()) {
        (true, true) => return None,
        (true, false) => (PromiseChange::Strengthened, DiffSeverity::Strengthens),
        (false, _) => {
            (PromiseChange::Weakened, old.rule.rule().map_or(DiffSeverity::Weakens, |rule| rule.changes.weakened))
        }
    };
    let parts = [("added", &added), ("gone", &gone)].into_iter().filter(|(_, statuses)| !statuses.is_empty());
    let parts: Vec<_> = parts.map(|(what, statuses)| format!("{statuses} {what}")).collect();
    let message = format!("{}: {}.", parts.join(", "), rule_title(old.rule));
    let (before, after) = ((!gone.is_empty()).then_some(gone), (!added.is_empty()).then_some(added));
    Some(Finding { before, after, ..between(finding(kind, severity, old.rule, message), old, new) })
}

fn between(finding: Finding, old: &Promise, new: &Promise) -> Finding {
    Finding { old: old.declared_by.clone(), new: new.declared_by.clone(), ..finding }
}

/// A rule that went because one that it depends on did is named under that one, whose severity is then the graver.
fn fold_consequences(changes: Vec<Finding>) -> Vec<Finding> {
    let roots: Vec<Option<usize>> = changes
        .iter()
        .map(|change| {
            let depends_on = change.rule.and_then(RuleId::rule).map_or(&[][..], |rule| rule.depends_on);
            let folds = matches!(change.kind, PromiseChange::Withdrawn | PromiseChange::Introduced);
            let cause = |other: &Finding| {
                let same_way = if change.kind == PromiseChange::Introduced {
                    other.kind == change.kind
                } else {
                    other.kind.is_loss()
                };
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
    let mut folded: Vec<Option<Finding>> = changes.iter().cloned().map(Some).collect();
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
fn effect(old: &Operation, new: &Operation, changes: &[Finding]) -> Option<Finding> {
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
        (PromiseChange::Weakened, DiffSeverity::Breaks)
    } else {
        (PromiseChange::Strengthened, DiffSeverity::Strengthens)
    };
    Some(Finding {
        kind,
        severity,
        rule: None,
        message: format!("It was {}, and is {}.", words[before], words[after]),
        old: old.semantics.origin("effect").cloned(),
        new: new.semantics.origin("effect").cloned(),
        before: Some(words[before].to_owned()),
        after: Some(words[after].to_owned()),
        consequences: Vec::new(),
    })
}
