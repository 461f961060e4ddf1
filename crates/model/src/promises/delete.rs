//! DELETE. `RECREATE-AFTER-DELETE` is declared by the 201 of PUT and stands there.

use super::reading::{Reading, title};
use crate::rules::{
    DELETE_ATOMIC_MISSING, DELETE_CHILDREN, DELETE_EFFECTIVE, DELETE_IDEMPOTENT, DELETE_NO_PRECHECK, DELETE_ONCE,
    DELETE_TARGET_ONLY, RECREATE_AFTER_DELETE,
};
use crate::{Children, Effect, Method, OnMissing, ParameterRole, Response};

pub(super) fn infer(reading: &mut Reading<'_>) {
    match reading.method() {
        Method::Delete => delete(reading),
        Method::Put => recreate(reading),
        Method::Get
        | Method::Head
        | Method::Post
        | Method::Patch
        | Method::Options
        | Method::Trace
        | Method::Query
        | Method::Other(_) => {}
    }
}

fn delete(reading: &mut Reading<'_>) {
    if let Some(success) = reading.first_of(&[204, 200]) {
        effective(reading, success);
        missing(reading, success);
        target_only(reading);
    }
    no_precheck(reading);
    if reading.operation.semantics.effect != Some(Effect::Unsafe) {
        let sentence = format!("Repeating {} changes nothing more.", reading.title());
        reading.holds(DELETE_IDEMPOTENT, None, sentence);
    }
    children(reading);
}

fn effective(reading: &mut Reading<'_>, success: &Response) {
    let Some(read) = reading.reader().filter(|read| read.declares(404)) else {
        return;
    };
    let sentence = format!("Once it has succeeded, {} answers 404.", title(read));
    reading.holds(DELETE_EFFECTIVE, Some(&success.origin), sentence);
}

/// The statuses decide; `onMissing` completes them, and lint reports where it contradicts them.
fn missing(reading: &mut Reading<'_>, success: &Response) {
    let absent = reading.operation.response(404);
    let declared = reading.operation.semantics.on_missing;
    let by_status = if absent.is_some() { OnMissing::NotFound } else { OnMissing::Silent };
    let policy = declared.unwrap_or(by_status);
    let origin = absent.map_or(&success.origin, |response| &response.origin);
    let origin = reading.word("onMissing").unwrap_or(origin);
    let sentence = match (policy, absent.is_some_and(|response| !response.contents.is_empty())) {
        (OnMissing::NotFound, true) => {
            "If there is nothing to delete, it says so itself: 404 with a message. No look beforehand is needed."
        }
        (OnMissing::NotFound, false) => {
            "If there is nothing to delete, it says so itself with 404. No look beforehand is needed."
        }
        (OnMissing::Silent, _) => "If there is nothing to delete, it succeeds all the same, and does not say so.",
    };
    let promise = reading.holds(DELETE_ATOMIC_MISSING, Some(origin), sentence);
    promise.parameters.push(("onMissing", policy.as_str().to_owned()));
    if policy == OnMissing::NotFound {
        let sentence = "Of simultaneous DELETEs of one resource exactly one succeeds; the others are told 404.";
        reading.holds(DELETE_ONCE, Some(origin), sentence);
    }
}

fn no_precheck(reading: &mut Reading<'_>) {
    let demanded = reading.operation.parameter(ParameterRole::IfMatch).is_some_and(|parameter| parameter.required);
    if !demanded && !reading.operation.declares(428) {
        let sentence = format!("{} needs no request before it.", reading.title());
        reading.holds(DELETE_NO_PRECHECK, None, sentence);
    }
}

fn target_only(reading: &mut Reading<'_>) {
    let children = reading.operation.semantics.children;
    let sentence = match children {
        Some(Children::Cascade) => "Nothing goes but the target and its children.",
        Some(Children::Refuse | Children::Orphan) | None => "Nothing goes but the target.",
    };
    let origin = reading.word("children");
    reading.holds(DELETE_TARGET_ONLY, origin, sentence);
}

/// A 409 means children only where paths below the item show that there can be any.
fn children(reading: &mut Reading<'_>) {
    let below = format!("{}/", reading.operation.path.text);
    let has_below = || reading.api.operations.iter().any(|other| other.path.text.starts_with(&below));
    let conflict = reading.operation.response(409).filter(|_| has_below());
    let by_status = conflict.map(|response| (Children::Refuse, &response.origin));
    let declared = reading.operation.semantics.children.zip(reading.word("children"));
    let Some((children, origin)) = declared.or(by_status) else {
        return;
    };
    let sentence = match children {
        Children::Refuse => "Something that has children is not deleted: 409.",
        Children::Cascade => "Children are deleted too.",
        Children::Orphan => "Children stay, detached.",
    };
    reading.holds(DELETE_CHILDREN, Some(origin), sentence).parameters.push(("children", children.as_str().to_owned()));
}

fn recreate(reading: &mut Reading<'_>) {
    let Some(created) = reading.operation.response(201).filter(|_| reading.neighbour(Method::Delete).is_some()) else {
        return;
    };
    let sentence = "After DELETE it creates afresh (201), and nothing of the old state shows.";
    reading.holds(RECREATE_AFTER_DELETE, Some(&created.origin), sentence);
}
