//! Operations: those that come, go or have another method, and what an operation is by itself.

use methodical_model::{Api, DiffSeverity, Operation};

use super::message::Message;
use super::{Pair, Plane};
use crate::matching::title;
use crate::{Change, ChangeKind, PromiseChange, PromiseVerdict, Reach, WireLevel, WireVerdict};

pub(crate) fn removed(old: &Api, operation: &Operation, reach: Reach) -> Change {
    let witness = Message::request(old, operation).witness(reach.way);
    let announced = match (operation.sunset, operation.deprecated) {
        (Some(day), _) => format!(" It was announced to end on {day}."),
        (None, true) => " It was deprecated.".to_owned(),
        (None, false) => String::new(),
    };
    Change {
        old: Some(operation.origin.clone()),
        before: Some(title(operation)),
        wire: Some(WireVerdict::broken("Requests to it are not answered any more.", witness)),
        promises: Some(verdict(PromiseChange::Withdrawn, DiffSeverity::Breaks)),
        ends: operation.sunset,
        reach: vec![reach],
        ..Change::new(
            ChangeKind::OperationRemoved,
            format!("The operation is gone, and all that it promised.{announced}"),
        )
    }
}

pub(crate) fn added(operation: &Operation, reach: Reach) -> Change {
    Change {
        new: Some(operation.origin.clone()),
        after: Some(title(operation)),
        reach: vec![reach],
        wire: Some(WireVerdict::plain(WireLevel::Compatible)),
        promises: Some(verdict(PromiseChange::Introduced, DiffSeverity::Strengthens)),
        ..Change::new(ChangeKind::OperationAdded, "The operation is new.")
    }
}

/// What held for the old method and not for the new one is named beside it, rule by rule.
pub(crate) fn method_changed(api: &Api, old: &Operation, new: &Operation, reach: Reach) -> Change {
    let kept = |rule| new.promises.iter().any(|promise| promise.rule == rule);
    let lost = old.promises.iter().map(|promise| promise.rule).filter(|rule| !kept(*rule));
    let promises =
        PromiseVerdict { consequences: lost.collect(), ..verdict(PromiseChange::MeaningChanged, DiffSeverity::Breaks) };
    let witness = Message::request(api, old).witness(reach.way);
    Change {
        old: Some(old.origin.clone()),
        new: Some(new.origin.clone()),
        before: Some(old.method.as_str().to_owned()),
        after: Some(new.method.as_str().to_owned()),
        reach: vec![reach],
        wire: Some(WireVerdict::broken("Requests with the old method are refused.", witness)),
        promises: Some(promises),
        ..Change::new(ChangeKind::MethodChanged, format!("It is {} now.", new.method.as_str()))
    }
}

/// All that an operation promised, at once.
fn verdict(kind: PromiseChange, severity: DiffSeverity) -> PromiseVerdict {
    let message = match kind {
        PromiseChange::Introduced => "All that it promises is new.",
        PromiseChange::Withdrawn => "All that it promised is withdrawn.",
        PromiseChange::MeaningChanged | PromiseChange::Weakened | PromiseChange::Strengthened => {
            "It promises what its method does."
        }
    };
    promise(kind, severity, message)
}

/// What became of something that no rule of the catalogue is about.
pub(super) fn promise(kind: PromiseChange, severity: DiffSeverity, message: &str) -> PromiseVerdict {
    let message = message.to_owned();
    PromiseVerdict { severity, kind, rule: None, message, consequences: Vec::new(), also: Vec::new() }
}

/// What is said of an operation that both versions have.
pub(super) fn compare(plane: &Plane<'_>, pair: &Pair<'_>, found: &mut Vec<Change>) {
    let (old, new) = (pair.old, pair.new);
    let mut add = |kind, before: Option<&str>, after: Option<&str>, wire, message: String| {
        found.push(Change {
            old: Some(old.origin.clone()),
            new: Some(new.origin.clone()),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
            reach: vec![pair.reach.clone()],
            wire,
            ..Change::new(kind, message)
        });
    };
    let compatible = || Some(WireVerdict::plain(WireLevel::Compatible));
    // What both versions leave to be made up is no name that anybody was told.
    if old.name.wire != new.name.wire && (old.has_id || new.has_id) {
        let message = format!("It is called `{}` now, and was `{}`.", new.name.wire, old.name.wire);
        add(ChangeKind::OperationIdChanged, Some(&old.name.wire), Some(&new.name.wire), None, message);
    }
    let (home, other) = (&plane.old.tag(old.tag).name.wire, &plane.new.tag(new.tag).name.wire);
    let [before, after] = [old, new].map(|operation| operation.tags.join(", "));
    if home != other {
        let message = format!("It is at home in the tag `{other}` now, and was in `{home}`.");
        add(ChangeKind::TagsChanged, Some(home), Some(other), None, message);
    } else if is_another_set(&old.tags, &new.tags) {
        let words = |tags: &str| if tags.is_empty() { "none".to_owned() } else { format!("`{tags}`") };
        let message = format!("Its tags are {} now, and were {}.", words(&after), words(&before));
        add(ChangeKind::TagsChanged, Some(&before), Some(&after), None, message);
    }
    match (old.deprecated, new.deprecated) {
        (false, true) => {
            add(ChangeKind::OperationDeprecated, None, None, compatible(), "It is deprecated now.".to_owned());
        }
        (true, false) => {
            let message = "It is no longer deprecated.".to_owned();
            add(ChangeKind::OperationUndeprecated, None, None, compatible(), message);
        }
        (true, true) | (false, false) => {}
    }
    for (name, other) in old.path.parameters().zip(new.path.parameters()).filter(|(name, other)| name != other) {
        let message = format!("The path parameter `{name}` is called `{other}` now; URLs stay as they are.");
        add(ChangeKind::PathParameterRenamed, Some(name), Some(other), None, message);
    }
}

fn is_another_set(old: &[String], new: &[String]) -> bool {
    old.iter().any(|tag| !new.contains(tag)) || new.iter().any(|tag| !old.contains(tag))
}
