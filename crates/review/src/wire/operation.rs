//! Operations that come, go, or have another method.

use methodical_model::{DiffSeverity, Operation};

use crate::matching::title;
use crate::{Change, ChangeKind, PromiseChange, PromiseVerdict, Reach, Way, WireLevel, WireVerdict, Witness};

pub(crate) fn removed(operation: &Operation, reach: Reach) -> Change {
    Change {
        old: Some(operation.origin.clone()),
        before: Some(title(operation)),
        reach: vec![reach],
        wire: Some(WireVerdict::broken("Requests to it are not answered any more.", request_line(operation))),
        promises: Some(verdict(PromiseChange::Withdrawn, DiffSeverity::Breaks)),
        ..Change::new(ChangeKind::OperationRemoved, "The operation is gone, and all that it promised.")
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
pub(crate) fn method_changed(old: &Operation, new: &Operation, reach: Reach) -> Change {
    let kept = |rule| new.promises.iter().any(|promise| promise.rule == rule);
    let lost = old.promises.iter().map(|promise| promise.rule).filter(|rule| !kept(*rule));
    let promises =
        PromiseVerdict { consequences: lost.collect(), ..verdict(PromiseChange::MeaningChanged, DiffSeverity::Breaks) };
    Change {
        old: Some(old.origin.clone()),
        new: Some(new.origin.clone()),
        before: Some(old.method.as_str().to_owned()),
        after: Some(new.method.as_str().to_owned()),
        reach: vec![reach],
        wire: Some(WireVerdict::broken("Requests with the old method are refused.", request_line(old))),
        promises: Some(promises),
        ..Change::new(ChangeKind::MethodChanged, format!("It is {} now.", new.method.as_str()))
    }
}

fn verdict(kind: PromiseChange, severity: DiffSeverity) -> PromiseVerdict {
    PromiseVerdict { severity, kind, rule: None, consequences: Vec::new(), also: Vec::new() }
}

fn request_line(operation: &Operation) -> Witness {
    Witness { direction: Way::Request, text: format!("{} HTTP/1.1\n", title(operation)) }
}
