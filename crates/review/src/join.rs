//! What the planes found in one operation, put together where it is one fact.
//!
//! A promise is declared at a place. Where that place came or went on the wire, the change to the promise is a part of that
//! fact; where nothing on the wire changed, it is a fact of its own.

use std::collections::HashSet;

use methodical_diagnostic::Origin;
use methodical_model::rules::{AUTH_CHALLENGE, AUTH_ENFORCED, AUTH_NO_ORACLE, ERROR_DECLARED, INVALID_REFUSED};
use methodical_model::{DiffSeverity, Operation, RuleId};

use crate::matching::title;
use crate::promises::Finding;
use crate::{Change, ChangeKind, PromiseChange, PromiseVerdict, Reach, Way, WireLevel};

/// The changes of one operation: those of the wire with what they do to promises, and the promises that changed by
/// themselves.
pub(crate) fn join(wire: Vec<Change>, promises: Vec<Finding>, reach: &Reach) -> Vec<Change> {
    let mut changes = wire;
    let mut alone = Vec::new();
    for finding in promises {
        if finding.rule == Some(ERROR_DECLARED) && join_statuses(&mut changes, &finding) {
            continue;
        }
        match root(&changes, &finding).and_then(|index| changes.get_mut(index)) {
            Some(change) => attach(change, finding.verdict()),
            None => alone.push(finding.into_change(reach.clone())),
        }
    }
    changes.extend(alone);
    changes
}

/// What breaks in a request is refused now, where operations promise that what is valid is not: that promise changes with it.
pub(crate) fn refused(mut changes: Vec<Change>, pairs: &[(&Operation, &Operation)]) -> Vec<Change> {
    let promises = |operation: &Operation| operation.promises.iter().any(|promise| promise.rule == INVALID_REFUSED);
    let promising = pairs.iter().filter(|(old, new)| promises(old) && promises(new));
    let titles: HashSet<String> = promising.map(|(old, _)| title(old)).collect();
    for change in &mut changes {
        let witness = change.wire.as_ref().filter(|verdict| verdict.level == WireLevel::Breaking);
        let witness = witness.and_then(|verdict| verdict.witness.as_ref());
        let breaks = witness.is_some_and(|witness| witness.direction == Way::Request);
        let mut asked = change.reach.iter().filter(|reach| reach.way == Way::Request);
        if breaks && asked.any(|reach| titles.contains(&reach.operation)) {
            let severity = INVALID_REFUSED.rule().map_or(DiffSeverity::Breaks, |rule| rule.changes.weakened);
            let message = "What was valid is refused now.".to_owned();
            let (kind, rule) = (PromiseChange::MeaningChanged, Some(INVALID_REFUSED));
            let verdict = PromiseVerdict { severity, kind, rule, message, consequences: Vec::new(), also: Vec::new() };
            attach(change, verdict);
        }
    }
    changes
}

/// The change that a finding is a part of.
fn root(changes: &[Change], finding: &Finding) -> Option<usize> {
    let is_root = |change: &Change| match finding.rule {
        Some(AUTH_ENFORCED | AUTH_CHALLENGE | AUTH_NO_ORACLE) => is_security(change.kind),
        Some(_) => {
            let went = finding.kind.is_loss() && change.new.is_none() && lies_in(&finding.old, &change.old);
            let came = change.old.is_none() && lies_in(&finding.new, &change.new);
            went || came || is_part(change.kind) && finding.old.is_some() && finding.old == change.old
        }
        None => false,
    };
    changes.iter().position(is_root)
}

fn lies_in(place: &Option<Origin>, holder: &Option<Origin>) -> bool {
    let (Some(place), Some(holder)) = (place, holder) else { return false };
    place.document == holder.document && place.pointer.strip_prefix(&holder.pointer).is_some()
}

/// Whether it is about a part that both versions have, and at which a promise is declared: a header that is optional now.
fn is_part(kind: ChangeKind) -> bool {
    use ChangeKind as Kind;
    let parts = [Kind::ResponseHeaderOptional, Kind::ResponseHeaderRequired, Kind::LinkChanged];
    parts.contains(&kind) || [Kind::ParameterOptional, Kind::ParameterRequired].contains(&kind)
}

fn is_security(kind: ChangeKind) -> bool {
    kind == ChangeKind::SecurityTightened
        || kind == ChangeKind::SecurityRelaxed
        || kind == ChangeKind::SecuritySchemeChanged
}

/// That only declared statuses occur is weakened by each status that came, and strengthened by each that went.
fn join_statuses(changes: &mut [Change], finding: &Finding) -> bool {
    let mut joined = false;
    for change in changes {
        let (kind, severity) = if change.kind == ChangeKind::ResponseAdded && finding.after.is_some() {
            (PromiseChange::Weakened, finding.severity)
        } else if change.kind == ChangeKind::ResponseRemoved && finding.before.is_some() {
            (PromiseChange::Strengthened, DiffSeverity::Strengthens)
        } else {
            continue;
        };
        attach(change, PromiseVerdict { kind, severity, ..finding.verdict() });
        joined = true;
    }
    joined
}

/// Adds a verdict to a change: the gravest is its own, the others stand beside it.
fn attach(change: &mut Change, verdict: PromiseVerdict) {
    let Some(known) = change.promises.take() else {
        change.promises = Some(verdict);
        return;
    };
    let is_graver = (verdict.severity, verdict.kind.is_loss()) > (known.severity, known.kind.is_loss());
    let (mut first, second) = if is_graver { (verdict, known) } else { (known, verdict) };
    let with_it = |rule: RuleId| (second.kind, rule);
    first.also.extend(second.rule.map(with_it));
    first.also.extend(second.consequences.into_iter().map(with_it));
    first.also.extend(second.also);
    change.promises = Some(first);
}
