//! Webhooks and callbacks: what the API's server sends. Who receives them must understand what comes, and what they answer
//! must be understood.

use std::collections::HashMap;

use methodical_model::{Api, Method, Operation, Receiver};

use super::pair::{Pair, reach};
use crate::matching::Matched;
use crate::{Change, ChangeKind, WireLevel, WireVerdict};

/// What makes a request that the server sends the same in two versions.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Webhook(&'a str, Method),
    /// By the operation that asks for it, in the names of the new version.
    Callback(&'a str, &'a str, Method),
}

/// The requests of two versions, matched, and what came and went.
pub(crate) fn matched<'a>(old: &'a Api, new: &'a Api, operations: &Matched<'a>) -> (Vec<Pair<'a>>, Vec<Change>) {
    let pairs = operations.pairs.iter().chain(&operations.moved);
    let names: HashMap<&str, &str> = pairs.map(|(old, new)| (old.name.wire.as_str(), new.name.wire.as_str())).collect();
    let mut waiting: HashMap<Key<'_>, Vec<&Operation>> = HashMap::new();
    for operation in new.webhooks.iter().rev() {
        if let Some(key) = key(operation, |of| of) {
            waiting.entry(key).or_default().push(operation);
        }
    }
    let (mut pairs, mut found) = (Vec::new(), Vec::new());
    for operation in &old.webhooks {
        let key = key(operation, |of| names.get(of).copied().unwrap_or(of));
        match key.and_then(|key| waiting.get_mut(&key)?.pop()) {
            Some(other) => {
                found.extend(url_changed(old, operation, other));
                pairs.push(Pair::new(old, operation, other));
            }
            None => found.push(removed(old, operation)),
        }
    }
    let mut come: Vec<&Operation> = waiting.into_values().flatten().collect();
    come.sort_by_key(|operation| &operation.origin);
    found.extend(come.into_iter().map(|operation| added(new, operation)));
    (pairs, found)
}

fn key<'a>(operation: &'a Operation, rename: impl Fn(&'a str) -> &'a str) -> Option<Key<'a>> {
    Some(match operation.receiver.as_ref()? {
        Receiver::Webhook { name } => Key::Webhook(name, operation.method),
        Receiver::Callback { of, name, .. } => Key::Callback(rename(of), name, operation.method),
    })
}

fn name(operation: &Operation) -> (bool, &str) {
    match &operation.receiver {
        Some(Receiver::Callback { name, .. }) => (true, name),
        Some(Receiver::Webhook { name }) => (false, name),
        None => (false, &operation.name.wire),
    }
}

/// Nobody has to receive what does not come, but who waits for it waits in vain.
fn removed(api: &Api, operation: &Operation) -> Change {
    let (is_callback, name) = name(operation);
    let kind = if is_callback { ChangeKind::CallbackRemoved } else { ChangeKind::WebhookRemoved };
    Change {
        old: Some(operation.origin.clone()),
        before: Some(format!("{} {name}", operation.method.as_str())),
        reach: vec![reach(api, operation)],
        wire: Some(WireVerdict::because(WireLevel::Risky, "Who waits for it waits in vain.")),
        ..Change::new(kind, format!("`{name}` is not sent any more."))
    }
}

fn added(api: &Api, operation: &Operation) -> Change {
    let (is_callback, name) = name(operation);
    let (kind, wire) = if is_callback {
        let reason = "Whoever made the call receives it, and may not know it.";
        (ChangeKind::CallbackAdded, WireVerdict::because(WireLevel::Risky, reason))
    } else {
        (ChangeKind::WebhookAdded, WireVerdict::plain(WireLevel::Compatible))
    };
    Change {
        new: Some(operation.origin.clone()),
        after: Some(format!("{} {name}", operation.method.as_str())),
        reach: vec![reach(api, operation)],
        wire: Some(wire),
        ..Change::new(kind, format!("`{name}` is sent now."))
    }
}

fn url_changed(api: &Api, old: &Operation, new: &Operation) -> Option<Change> {
    let url = |operation: &'_ Operation| match &operation.receiver {
        Some(Receiver::Callback { url, .. }) => Some(url.clone()),
        Some(Receiver::Webhook { .. }) | None => None,
    };
    let (before, after) = (url(old)?, url(new)?);
    let (_, name) = name(old);
    (before != after)
        .then(|| Change {
            old: Some(old.origin.clone()),
            new: Some(new.origin.clone()),
            reach: vec![reach(api, old)],
            wire: Some(WireVerdict::because(WireLevel::Risky, "Who waits at the old URL waits in vain.")),
            ..Change::new(
                ChangeKind::CallbackUrlChanged,
                format!("`{name}` goes to `{after}` now, and went to `{before}`."),
            )
        })
        .map(|change| Change { before: Some(before), after: Some(after), ..change })
}
