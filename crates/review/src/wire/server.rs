//! Servers: every URL that served the API must serve it still. How their entries are called means nothing.

use std::collections::BTreeSet;

use methodical_model::Server;

use super::message::{Message, path};
use super::{Pair, Plane};
use crate::{Change, ChangeKind, Way, WireLevel, WireVerdict};

/// The servers of the description.
pub(super) fn compare(plane: &Plane<'_>) -> Vec<Change> {
    let mut found = Vec::new();
    between(&plane.old.servers, &plane.new.servers, &mut found);
    for change in &mut found {
        if let (Some(verdict), Some(operation)) = (&mut change.wire, plane.old.operations.first())
            && verdict.level == WireLevel::Breaking
            && let Some(url) = &change.before
        {
            let message = Message::request(plane.old, operation).to(url, &path(plane.old, operation));
            verdict.witness = Some(message.witness(Way::Request));
        }
    }
    // Without an operation there is nothing to ask for at any URL.
    found.retain(|change| !is_unshown(change));
    found
}

/// The servers of an operation that has its own, in one version at least.
pub(super) fn compare_own(plane: &Plane<'_>, pair: &Pair<'_>, found: &mut Vec<Change>) {
    if pair.old.servers.is_empty() && pair.new.servers.is_empty() {
        return;
    }
    let or_common =
        |own: &'_ [Server], common: &'_ [Server]| if own.is_empty() { common.to_vec() } else { own.to_vec() };
    let old = or_common(&pair.old.servers, &plane.old.servers);
    let new = or_common(&pair.new.servers, &plane.new.servers);
    let mut own = Vec::new();
    between(&old, &new, &mut own);
    for mut change in own {
        if let (Some(verdict), Some(url)) = (&mut change.wire, &change.before)
            && verdict.level == WireLevel::Breaking
        {
            let message = Message::request(plane.old, pair.old).to(url, &path(plane.old, pair.old));
            verdict.witness = Some(message.witness(pair.request()));
        }
        found.push(Change { reach: vec![pair.reach.clone()], ..change });
    }
}

fn is_unshown(change: &Change) -> bool {
    change.wire.as_ref().is_some_and(|verdict| verdict.level == WireLevel::Breaking && verdict.witness.is_none())
}

fn between(old: &[Server], new: &[Server], found: &mut Vec<Change>) {
    for server in old {
        match new.iter().find(|other| url(&other.template) == url(&server.template)) {
            Some(other) => variables(server, other, found),
            None => found.push(removed(server, new)),
        }
    }
    for server in new.iter().filter(|server| !old.iter().any(|other| url(&other.template) == url(&server.template))) {
        found.push(Change {
            subject: format!("server {}", server.template),
            new: Some(server.origin.clone()),
            after: Some(server.url.clone()),
            wire: Some(WireVerdict::plain(WireLevel::Compatible)),
            ..Change::new(ChangeKind::ServerAdded, format!("The API is served at `{}` too.", server.template))
        });
    }
}

/// A URL as it is compared: without the slash that a path begins with, in which paths of operations begin anyway.
fn url(template: &str) -> &str {
    template.trim_end_matches('/')
}

/// A new entry without variables may be what the old one was with their defaults.
fn removed(server: &Server, new: &[Server]) -> Change {
    let still_there = new.iter().any(|other| url(&other.url) == url(&server.url));
    let wire = if !still_there {
        WireVerdict {
            reason: Some("Requests to this URL go to nobody.".to_owned()),
            ..WireVerdict::plain(WireLevel::Breaking)
        }
    } else if server.variables.is_empty() {
        WireVerdict::because(WireLevel::Compatible, "Another entry has the same URL.")
    } else {
        WireVerdict::because(WireLevel::Risky, "Another entry has the URL of its defaults, and no other.")
    };
    Change {
        subject: format!("server {}", server.template),
        old: Some(server.origin.clone()),
        before: Some(server.url.clone()),
        wire: Some(wire),
        ..Change::new(ChangeKind::ServerRemoved, format!("The API is not served at `{}` any more.", server.template))
    }
}

fn variables(old: &Server, new: &Server, found: &mut Vec<Change>) {
    for variable in &old.variables {
        let Some(other) = new.variables.iter().find(|other| other.name.wire == variable.name.wire) else { continue };
        let values = |variable: &methodical_model::ServerVariable| -> BTreeSet<String> {
            variable.values.iter().map(|value| value.wire.clone()).collect()
        };
        let (before, after) = (values(variable), values(other));
        let narrowed = !after.is_empty() && (before.is_empty() || !before.is_subset(&after));
        if before == after && variable.default == other.default {
            continue;
        }
        let list = |values: BTreeSet<String>, default: &str| {
            let values =
                if values.is_empty() { "any".to_owned() } else { values.into_iter().collect::<Vec<_>>().join(", ") };
            format!("{values}; {default} if it is not chosen")
        };
        let (lost, gone) = (before.difference(&after).next().cloned(), &variable.name.wire);
        let wire = match lost.filter(|_| narrowed) {
            Some(value) => WireVerdict::because(WireLevel::Risky, format!("`{value}` leads nowhere any more.")),
            None if narrowed => WireVerdict::because(WireLevel::Risky, "Any value did before."),
            None if variable.default != other.default => {
                WireVerdict::because(WireLevel::Risky, "Who chooses nothing is led elsewhere.")
            }
            None => WireVerdict::plain(WireLevel::Compatible),
        };
        found.push(Change {
            subject: format!("server {}, variable {gone}", old.template),
            old: Some(old.origin.clone()),
            new: Some(new.origin.clone()),
            before: Some(list(before, &variable.default)),
            after: Some(list(after, &other.default)),
            wire: Some(wire),
            ..Change::new(ChangeKind::ServerVariableChanged, format!("The variable `{gone}` has other values."))
        });
    }
}
