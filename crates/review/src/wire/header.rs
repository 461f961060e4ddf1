//! Headers of responses.

use methodical_model::{ParameterStyle, Response, ResponseHeader};

use super::heard::Fault;
use super::message::Message;
use super::presence::Presence;
use super::schemas::{Place, Side};
use super::{Pair, Plane, response, style};
use crate::schema::Version;
use crate::{Change, ChangeKind, Way, WireLevel, WireVerdict};

pub(super) fn compare<'a>(
    plane: &mut Plane<'a>,
    pair: &Pair<'a>,
    (old, new): (&'a Response, &'a Response),
    found: &mut Vec<Change>,
) {
    for before in &old.headers {
        match new.header(&before.name.wire) {
            Some(after) => compare_one(plane, pair, (old, new), (before, after), found),
            None => found.push(removed(plane, pair, (old, new), before)),
        }
    }
    let come = new.headers.iter().filter(|header| old.header(&header.name.wire).is_none());
    found.extend(come.map(|header| added(plane, pair, (old, new), header)));
}

fn change(
    pair: &Pair<'_>,
    response: &Response,
    sides: (Option<&ResponseHeader>, Option<&ResponseHeader>),
    kind: ChangeKind,
    message: String,
) -> Change {
    let name = sides.0.or(sides.1).map_or("", |header| header.name.wire.as_str());
    let origin = |header: Option<&ResponseHeader>| header.map(|header| header.origin.clone());
    let reach = vec![pair.at(format!("{}, header {name}", response::place(response)), pair.response())];
    Change { old: origin(sides.0), new: origin(sides.1), reach, ..Change::new(kind, message) }
}

fn compare_one<'a>(
    plane: &mut Plane<'a>,
    pair: &Pair<'a>,
    (old, new): (&'a Response, &'a Response),
    (before, after): (&'a ResponseHeader, &'a ResponseHeader),
    found: &mut Vec<Change>,
) {
    let way = pair.response();
    let name = &before.name.wire;
    let shown = match way {
        Way::Response => Place::Header { operation: pair.new, response: new, header: after },
        Way::Request => Place::Header { operation: pair.old, response: old, header: before },
    };
    let reach = pair.at(format!("{}, header {name}", response::place(old)), way);
    let sides = (
        Side { schema: &before.schema, canonical: &before.canonical, textual: before.style != ParameterStyle::Json },
        Side { schema: &after.schema, canonical: &after.canonical, textual: after.style != ParameterStyle::Json },
    );
    plane.schemas.compare(way, sides.0, sides.1, reach, shown);
    if let Some(presence) = Presence::of_required(before.required, after.required) {
        let (kind, what) = if after.required {
            (ChangeKind::ResponseHeaderRequired, "is always there now")
        } else {
            (ChangeKind::ResponseHeaderOptional, "need not be there any more")
        };
        let change = change(pair, old, (Some(before), Some(after)), kind, format!("The header `{name}` {what}."));
        found.push(Change { wire: Some(verdict(plane, pair, (old, new), presence, name)), ..change });
    }
    found.extend(written(plane, pair, old, before, after));
    let deprecation = match (before.deprecated, after.deprecated) {
        (false, true) => Some((ChangeKind::ResponseHeaderDeprecated, "is deprecated now")),
        (true, false) => Some((ChangeKind::ResponseHeaderUndeprecated, "is no longer deprecated")),
        (true, true) | (false, false) => None,
    };
    found.extend(deprecation.map(|(kind, what)| Change {
        wire: Some(WireVerdict::plain(WireLevel::Compatible)),
        ..change(pair, old, (Some(before), Some(after)), kind, format!("The header `{name}` {what}."))
    }));
}

fn removed(plane: &Plane<'_>, pair: &Pair<'_>, responses: (&Response, &Response), old: &ResponseHeader) -> Change {
    let name = &old.name.wire;
    let presence = Presence::Removed { required: old.required };
    let kind = ChangeKind::ResponseHeaderRemoved;
    let change = change(pair, responses.0, (Some(old), None), kind, format!("The header `{name}` is gone."));
    let before = Some(format!("{name}, {}", if old.required { "required" } else { "optional" }));
    Change { before, wire: Some(verdict(plane, pair, responses, presence, name)), ..change }
}

fn added(plane: &Plane<'_>, pair: &Pair<'_>, responses: (&Response, &Response), new: &ResponseHeader) -> Change {
    let name = &new.name.wire;
    let presence = Presence::Added { required: new.required };
    let kind = ChangeKind::ResponseHeaderAdded;
    let change = change(pair, responses.0, (None, Some(new)), kind, format!("The header `{name}` is new."));
    let after = Some(format!("{name}, {}", if new.required { "required" } else { "optional" }));
    Change { after, wire: Some(verdict(plane, pair, responses, presence, name)), ..change }
}

fn verdict(
    plane: &Plane<'_>,
    pair: &Pair<'_>,
    (old, new): (&Response, &Response),
    presence: Presence,
    name: &str,
) -> WireVerdict {
    let way = pair.response();
    let is_missed = |fault: &Fault| fault.misses(&format!("header {name}"));
    match (presence.level(way), way) {
        (WireLevel::Breaking, Way::Response) => {
            let message = Message::response(plane.new, pair.new, new).without_header(name);
            plane.broken(pair, (way, Version::New), message, format!("It may come without `{name}`."), is_missed)
        }
        (WireLevel::Breaking, Way::Request) => {
            let message = Message::response(plane.old, pair.old, old).without_header(name);
            let reason = format!("Answers without `{name}` are refused.");
            plane.broken(pair, (way, Version::Old), message, reason, is_missed)
        }
        (level @ WireLevel::Risky, _) => WireVerdict::because(level, format!("Who reads `{name}` finds nothing.")),
        (level @ (WireLevel::Compatible | WireLevel::Undecided), _) => WireVerdict::plain(level),
    }
}

fn written(
    plane: &Plane<'_>,
    pair: &Pair<'_>,
    response: &Response,
    old: &ResponseHeader,
    new: &ResponseHeader,
) -> Option<Change> {
    let kind = style::kind_of(plane.old, &old.schema);
    let location = methodical_model::ParameterLocation::Header;
    let writing = |header: &ResponseHeader| style::writing(location, header.style, header.explode, kind);
    if writing(old) == writing(new) {
        return None;
    }
    let (before, after) = (style::text(old.style, old.explode), style::text(new.style, new.explode));
    let message = format!("The header `{}` is written as `{after}` now, and was as `{before}`.", old.name.wire);
    let sides = (Some(old), Some(new));
    let change = change(pair, response, sides, ChangeKind::ResponseHeaderStyleChanged, message);
    let reason = "A reader of the one may read the other as something else.";
    let wire = Some(WireVerdict::because(WireLevel::Undecided, reason));
    Some(Change { before: Some(before), after: Some(after), wire, ..change })
}
