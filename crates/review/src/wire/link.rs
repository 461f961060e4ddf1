//! Links: how an answer leads to the next request. No message is invalid without one, but who follows it cannot any more.

use methodical_model::{Link, LinkSource, Response};

use super::message::compact;
use super::{Pair, Plane, response};
use crate::matching::title;
use crate::{Change, ChangeKind, WireLevel, WireVerdict};

pub(super) fn compare(plane: &Plane<'_>, pair: &Pair<'_>, (old, new): (&Response, &Response), found: &mut Vec<Change>) {
    let find = |links: &'_ [Link], name: &str| links.iter().position(|link| link.name.wire == name);
    for link in &old.links {
        let name = &link.name.wire;
        let before = target(plane.old, link);
        let Some(other) = find(&new.links, name).map(|index| &new.links[index]) else {
            let message = format!("The link `{name}` to {before} is gone.");
            let change = change(pair, old, ChangeKind::LinkRemoved, message, WireLevel::Risky);
            found.push(Change { old: Some(link.origin.clone()), before: Some(before), ..change });
            continue;
        };
        let after = target(plane.new, other);
        if before != after {
            let message = format!("The link `{name}` is {after} now, and was {before}.");
            let change = change(pair, old, ChangeKind::LinkChanged, message, WireLevel::Risky);
            let (old, new) = (Some(link.origin.clone()), Some(other.origin.clone()));
            found.push(Change { old, new, before: Some(before), after: Some(after), ..change });
        }
    }
    for link in new.links.iter().filter(|link| find(&old.links, &link.name.wire).is_none()) {
        let after = target(plane.new, link);
        let message = format!("The link `{}` to {after} is new.", link.name.wire);
        let change = change(pair, old, ChangeKind::LinkAdded, message, WireLevel::Compatible);
        found.push(Change { new: Some(link.origin.clone()), after: Some(after), ..change });
    }
}

fn change(pair: &Pair<'_>, response: &Response, kind: ChangeKind, message: String, level: WireLevel) -> Change {
    let reach = vec![pair.at(response::place(response), pair.response())];
    Change { reach, wire: Some(WireVerdict::plain(level)), ..Change::new(kind, message) }
}

/// Where it leads, and what with: `GET /tags/{name} (name: $response.body#/name)`.
fn target(api: &methodical_model::Api, link: &Link) -> String {
    let mut parameters: Vec<String> =
        link.parameters.iter().map(|(name, source)| format!("{name}: {}", expression(source))).collect();
    parameters.sort();
    let operation = title(api.operation(link.target));
    if parameters.is_empty() { operation } else { format!("{operation} ({})", parameters.join(", ")) }
}

fn expression(source: &LinkSource) -> String {
    match source {
        LinkSource::ResponseBody(pointer) => format!("$response.body#{pointer}"),
        LinkSource::ResponseHeader(name) => format!("$response.header.{name}"),
        LinkSource::Request(location, name) => format!("$request.{location:?}.{name}").to_lowercase(),
        LinkSource::RequestBody(pointer) => format!("$request.body#{pointer}"),
        LinkSource::Constant(value) => compact(value),
    }
}
