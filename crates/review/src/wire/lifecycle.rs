//! How settled something is, and how long it will be there.
//!
//! Nobody may rely on an operation that is a draft or an alpha: what becomes of it is told, and hurts nobody. A day on which something
//! ends (`x-sunset`) is a promise until then, so an earlier one is a break, and what is gone by then is none.

use methodical_model::{Day, DiffSeverity, Stability};

use super::message::Message;
use super::operation::promise;
use super::{Pair, Plane};
use crate::{Change, ChangeKind, PromiseChange, WireLevel, WireVerdict};

/// Whether an operation is more or less settled now, and ends on another day.
pub(super) fn compare(plane: &Plane<'_>, pair: &Pair<'_>, found: &mut Vec<Change>) {
    let sides = |change: Change| Change {
        old: Some(pair.old.origin.clone()),
        new: Some(pair.new.origin.clone()),
        reach: vec![pair.reach.clone()],
        ..change
    };
    found.extend(stability(plane, pair).map(sides));
    let witness = || Message::request(plane.old, pair.old).witness(pair.request());
    let days = (pair.old.sunset, pair.new.sunset);
    found.extend(sunset("It", days, pair.new.deprecated, witness).map(sides));
}

fn stability(plane: &Plane<'_>, pair: &Pair<'_>) -> Option<Change> {
    let (old, new) = (pair.old.stability, pair.new.stability);
    let (kind, wire, promises) = if new > old {
        (ChangeKind::StabilityRaised, WireVerdict::plain(WireLevel::Compatible), PromiseChange::Strengthened)
    } else if new == old {
        return None;
    } else {
        let witness = Message::request(plane.old, pair.old).witness(pair.request());
        let reason = format!("That this is served as before was promised as `{}`.", old.as_str());
        (ChangeKind::StabilityLowered, WireVerdict::broken(reason, witness), PromiseChange::Weakened)
    };
    let severity = if new > old { DiffSeverity::Strengthens } else { DiffSeverity::Breaks };
    let message = format!("It is {} now, and was {}.", level(new), level(old));
    Some(Change {
        before: Some(old.as_str().to_owned()),
        after: Some(new.as_str().to_owned()),
        wire: Some(wire),
        promises: Some(promise(promises, severity, "Whether it stays as it is.")),
        ..Change::new(kind, message)
    })
}

fn level(stability: Stability) -> String {
    format!("`{}`", stability.as_str())
}

/// Whether something ends on another day.
pub(super) fn sunset(
    subject: &str,
    (old, new): (Option<Day>, Option<Day>),
    is_deprecated: bool,
    witness: impl FnOnce() -> crate::Witness,
) -> Option<Change> {
    let (message, wire) = match (old, new) {
        (Some(old), Some(new)) if new < old => {
            let reason = format!("It was to be there until {old}.");
            (format!("{subject} ends on {new} now, and not on {old}."), WireVerdict::broken(reason, witness()))
        }
        (Some(old), Some(new)) if new > old => {
            (format!("{subject} ends on {new} now, and not on {old}."), WireVerdict::plain(WireLevel::Compatible))
        }
        (None, Some(new)) => (format!("{subject} ends on {new}."), WireVerdict::plain(WireLevel::Compatible)),
        (Some(old), None) if is_deprecated => {
            let reason = "That it is there until then is not said any more, and it is deprecated still.";
            (format!("{subject} is not said to end on {old} any more."), WireVerdict::because(WireLevel::Risky, reason))
        }
        (Some(old), None) => {
            (format!("{subject} is not said to end on {old} any more."), WireVerdict::plain(WireLevel::Compatible))
        }
        (None, None) | (Some(_), Some(_)) => return None,
    };
    Some(Change {
        before: old.map(|day| day.to_string()),
        after: new.map(|day| day.to_string()),
        wire: Some(wire),
        ..Change::new(ChangeKind::SunsetChanged, message)
    })
}

/// What became of an operation that was not meant to be relied on.
pub(crate) fn unpromised(change: Change, stability: Stability) -> Change {
    let is_settled = |word: &String| Stability::parse(word).is_some_and(Stability::is_promised);
    if change.kind == ChangeKind::StabilityRaised && change.after.as_ref().is_some_and(is_settled) {
        return change;
    }
    let reason = format!("It was marked as `{}`, so nobody could rely on it.", stability.as_str());
    Change {
        wire: change.wire.map(|_| WireVerdict::because(WireLevel::Compatible, reason)),
        promises: None,
        unstable: Some(stability),
        ..change
    }
}
