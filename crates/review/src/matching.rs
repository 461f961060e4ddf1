//! Which operation of the new version is which of the old one.
//!
//! The name of a path parameter is no part of a URL, so paths are compared with the names left out. Where exactly one
//! operation of a path went and one came, it is the same one with another method.

use methodical_model::{Api, DiffSeverity, Operation, PathSegment};

use crate::{Change, ChangeKind};

pub(crate) struct Matched<'a> {
    pub(crate) pairs: Vec<(&'a Operation, &'a Operation)>,
    pub(crate) changes: Vec<Change>,
}

pub(crate) fn operations<'a>(old: &'a Api, new: &'a Api) -> Matched<'a> {
    let same = |one: &Operation, other: &Operation| one.method == other.method && shape(one) == shape(other);
    let mut pairs = Vec::new();
    let mut gone = Vec::new();
    for operation in &old.operations {
        match new.operations.iter().find(|other| same(operation, other)) {
            Some(other) => pairs.push((operation, other)),
            None => gone.push(operation),
        }
    }
    let is_new = |other: &&Operation| !old.operations.iter().any(|operation| same(operation, other));
    let mut come: Vec<&Operation> = new.operations.iter().filter(is_new).collect();

    let mut changes = Vec::new();
    for operation in &gone {
        let alone = gone.iter().filter(|other| shape(other) == shape(operation)).count() == 1;
        let mut here = come.iter().enumerate().filter(|(_, other)| shape(other) == shape(operation));
        match (alone, here.next().map(|(index, _)| index), here.next()) {
            (true, Some(index), None) => changes.push(method_changed(operation, come.remove(index))),
            (_, Some(_) | None, _) => changes.push(removed(operation)),
        }
    }
    changes.extend(come.into_iter().map(added));
    Matched { pairs, changes }
}

/// The path with the names of parameters left out.
fn shape(operation: &Operation) -> Vec<Vec<Option<&str>>> {
    operation.path.segments.iter().map(|segment| segment.iter().map(literal).collect()).collect()
}

fn literal(part: &PathSegment) -> Option<&str> {
    match part {
        PathSegment::Literal(text) => Some(text),
        PathSegment::Parameter(_) => None,
    }
}

/// `PUT /tags/{name}`.
pub(crate) fn title(operation: &Operation) -> String {
    format!("{} {}", operation.method.as_str(), operation.path.text)
}

fn removed(operation: &Operation) -> Change {
    Change {
        kind: ChangeKind::OperationRemoved,
        severity: DiffSeverity::Breaks,
        operations: vec![title(operation)],
        rule: None,
        message: "The operation is gone, and all that it promised.".to_owned(),
        old: Some(operation.origin.clone()),
        new: None,
        consequences: Vec::new(),
    }
}

fn added(operation: &Operation) -> Change {
    Change {
        kind: ChangeKind::OperationAdded,
        severity: DiffSeverity::Strengthens,
        operations: vec![title(operation)],
        rule: None,
        message: "The operation is new.".to_owned(),
        old: None,
        new: Some(operation.origin.clone()),
        consequences: Vec::new(),
    }
}

/// What held for the old method and not for the new one is named beside it, rule by rule.
fn method_changed(old: &Operation, new: &Operation) -> Change {
    let kept = |rule| new.promises.iter().any(|promise| promise.rule == rule);
    let lost = old.promises.iter().map(|promise| promise.rule).filter(|rule| !kept(*rule));
    Change {
        kind: ChangeKind::MethodChanged,
        severity: DiffSeverity::Breaks,
        operations: vec![title(old)],
        rule: None,
        message: format!("It is {} now.", new.method.as_str()),
        old: Some(old.origin.clone()),
        new: Some(new.origin.clone()),
        consequences: lost.collect(),
    }
}
