//! Parameters. One is known by its place and name, names of headers by any letter case; path parameters by their position,
//! since their names are no part of a URL.

use methodical_document::Value;
use methodical_model::{Additional, Api, Kind, Parameter, ParameterLocation, ParameterRole, ParameterStyle, Schema};

use super::heard::Fault;
use super::message::Message;
use super::presence::Presence;
use super::sample::sample;
use super::schemas::{Place, Side};
use super::{Pair, Plane, default, lifecycle, style};
use crate::schema::Version;
use crate::{Change, ChangeKind, Way, WireLevel, WireVerdict};

/// The parameters of two versions.
struct Matched<'a> {
    pairs: Vec<(&'a Parameter, &'a Parameter)>,
    gone: Vec<&'a Parameter>,
    come: Vec<&'a Parameter>,
}

pub(super) fn compare<'a>(plane: &mut Plane<'a>, pair: &Pair<'a>, found: &mut Vec<Change>) {
    let Matched { pairs, gone, mut come } = matched(pair);
    for (old, new) in pairs {
        compare_one(plane, pair, old, new, found);
    }
    for old in gone {
        let moved = come.iter().position(|new| old.name.wire.eq_ignore_ascii_case(&new.name.wire));
        found.push(match moved {
            Some(index) => moved_to(plane, pair, old, come.remove(index)),
            None => removed(plane, pair, old),
        });
    }
    found.extend(come.into_iter().map(|new| added(plane, pair, new)));
}

fn matched<'a>(pair: &Pair<'a>) -> Matched<'a> {
    let counts = |parameter: &&Parameter| parameter.role != ParameterRole::Ignored;
    let mut come: Vec<&Parameter> = pair.new.parameters.iter().filter(counts).collect();
    let renamed = |old: &Parameter| {
        let position = pair.old.path.parameters().position(|name| name == old.name.wire)?;
        pair.new.path.parameters().nth(position)
    };
    let (mut pairs, mut gone) = (Vec::new(), Vec::new());
    for old in pair.old.parameters.iter().filter(counts) {
        let is_it = |new: &&Parameter| match old.location {
            _ if old.location != new.location => false,
            ParameterLocation::Path => renamed(old) == Some(new.name.wire.as_str()),
            ParameterLocation::Header => old.name.wire.eq_ignore_ascii_case(&new.name.wire),
            ParameterLocation::Query | ParameterLocation::Cookie => old.name.wire == new.name.wire,
        };
        match come.iter().position(is_it) {
            Some(index) => pairs.push((old, come.remove(index))),
            None => gone.push(old),
        }
    }
    Matched { pairs, gone, come }
}

/// `query parameter page`.
pub(super) fn place(parameter: &Parameter) -> String {
    format!("{} parameter {}", location(parameter.location), parameter.name.wire)
}

fn location(location: ParameterLocation) -> &'static str {
    match location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
    }
}

/// A change to a parameter that one version or both have.
fn change(
    pair: &Pair<'_>,
    old: Option<&Parameter>,
    new: Option<&Parameter>,
    kind: ChangeKind,
    message: String,
) -> Change {
    let place = old.or(new).map(place).unwrap_or_default();
    Change {
        old: old.map(|parameter| parameter.origin.clone()),
        new: new.map(|parameter| parameter.origin.clone()),
        reach: vec![pair.at(place, pair.request())],
        ..Change::new(kind, message)
    }
}

fn compare_one<'a>(
    plane: &mut Plane<'a>,
    pair: &Pair<'a>,
    old: &'a Parameter,
    new: &'a Parameter,
    found: &mut Vec<Change>,
) {
    let reach = pair.at(place(old), pair.request());
    let shown = match pair.request() {
        Way::Request => Place::Parameter { operation: pair.old, parameter: old },
        Way::Response => Place::Parameter { operation: pair.new, parameter: new },
    };
    let sides = (
        Side { schema: &old.schema, canonical: &old.canonical, textual: old.style != ParameterStyle::Json },
        Side { schema: &new.schema, canonical: &new.canonical, textual: new.style != ParameterStyle::Json },
    );
    match became_list(plane, pair, old, new) {
        Some(change) => found.push(change),
        None => plane.schemas.compare(pair.request(), sides.0, sides.1, reach.clone(), shown),
    }
    found.extend(default::compare(plane, &old.schema, &new.schema, old.required && new.required, reach));
    found.extend(required(plane, pair, old, new));
    found.extend(written(plane, pair, old, new));
    found.extend(read(pair, old, new));
    let end = lifecycle::sunset(&format!("The {}", place(old)), (old.sunset, new.sunset), new.deprecated, || {
        let value = sample(plane.old, &old.schema);
        let message = Message::request(plane.old, pair.old);
        message.with_value_of(plane.old, pair.old, old, &value).witness(pair.request())
    });
    found.extend(end.map(|end| Change {
        before: end.before,
        after: end.after,
        wire: end.wire,
        ..change(pair, Some(old), Some(new), end.kind, end.message)
    }));
    let deprecation = match (old.deprecated, new.deprecated) {
        (false, true) => Some((ChangeKind::ParameterDeprecated, "is deprecated now")),
        (true, false) => Some((ChangeKind::ParameterUndeprecated, "is no longer deprecated")),
        (true, true) | (false, false) => None,
    };
    found.extend(deprecation.map(|(kind, what)| Change {
        wire: Some(WireVerdict::plain(WireLevel::Compatible)),
        ..change(pair, Some(old), Some(new), kind, format!("The {} {what}.", place(old)))
    }));
}

/// In a query one value is written as a list of one is: who reads a list reads it too.
fn became_list(plane: &Plane<'_>, pair: &Pair<'_>, old: &Parameter, new: &Parameter) -> Option<Change> {
    let way = pair.request();
    let ((api, writer), (reading, reader)) = match way {
        Way::Request => ((plane.old, old), (plane.new, new)),
        Way::Response => ((plane.new, new), (plane.old, old)),
    };
    let is_form = |parameter: &Parameter| parameter.style == ParameterStyle::Form;
    let kinds = (style::kind_of(api, &writer.schema), style::kind_of(reading, &reader.schema));
    let one_is_enough = match &reading.unaliased(&reader.schema).kind {
        Kind::Array { min_items, .. } => min_items.unwrap_or(0) <= 1,
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::String { .. }
        | Kind::Constant(_)
        | Kind::Tuple { .. }
        | Kind::Map { .. }
        | Kind::Named(_) => false,
    };
    let is_list_read = kinds == (style::Written::Plain, style::Written::List) && one_is_enough;
    let same_items = reader.canonical.value.get("items") == Some(&writer.canonical.value);
    if !(is_list_read && same_items && is_form(old) && is_form(new)) {
        return None;
    }
    let wire = if reader.explode {
        WireVerdict::because(WireLevel::Compatible, "One value is a list of one.")
    } else {
        WireVerdict::because(WireLevel::Risky, "One value is a list of one, but one with a comma in it is several.")
    };
    let (kind, what) = match way {
        Way::Request => (ChangeKind::ParameterBecameList, "a list"),
        Way::Response => (ChangeKind::ParameterBecamePlain, "one value"),
    };
    let change = change(pair, Some(old), Some(new), kind, format!("The {} is {what} now.", place(old)));
    Some(Change { wire: Some(wire), ..change })
}

fn required(plane: &Plane<'_>, pair: &Pair<'_>, old: &Parameter, new: &Parameter) -> Option<Change> {
    let presence = Presence::of_required(old.required, new.required)?;
    let (kind, what) = if new.required {
        (ChangeKind::ParameterRequired, "has to be sent now")
    } else {
        (ChangeKind::ParameterOptional, "need not be sent any more")
    };
    let message = format!("The {} {what}.", place(old));
    let change = change(pair, Some(old), Some(new), kind, message);
    Some(Change { wire: Some(verdict(plane, pair, presence, old)), ..change })
}

fn removed(plane: &Plane<'_>, pair: &Pair<'_>, old: &Parameter) -> Change {
    let presence = Presence::Removed { required: old.required };
    let message = format!("The {} is gone.", place(old));
    let change = change(pair, Some(old), None, ChangeKind::ParameterRemoved, message);
    Change { before: Some(place(old)), wire: Some(verdict(plane, pair, presence, old)), ends: old.sunset, ..change }
}

fn added(plane: &Plane<'_>, pair: &Pair<'_>, new: &Parameter) -> Change {
    let presence = Presence::Added { required: new.required };
    let message = format!("The {} is new{}.", place(new), if new.required { ", and has to be sent" } else { "" });
    let change = change(pair, None, Some(new), ChangeKind::ParameterAdded, message);
    let needs = if new.required { "required" } else { "optional" };
    Change { after: Some(needs.to_owned()), wire: Some(verdict(plane, pair, presence, new)), ..change }
}

/// What a message without the parameter shows.
fn verdict(plane: &Plane<'_>, pair: &Pair<'_>, presence: Presence, parameter: &Parameter) -> WireVerdict {
    let way = pair.request();
    match (presence.level(way), way) {
        (WireLevel::Breaking, Way::Request) => {
            let message = Message::request(plane.old, pair.old).without_parameter(parameter);
            let reason = format!("Requests without `{}` are refused.", parameter.name.wire);
            plane.broken(pair, (way, Version::Old), message, reason, |fault| fault.misses(&place(parameter)))
        }
        (WireLevel::Breaking, Way::Response) => {
            let message = Message::request(plane.new, pair.new).without_parameter(parameter);
            let reason = format!("It may come without `{}`.", parameter.name.wire);
            plane.broken(pair, (way, Version::New), message, reason, |fault| fault.misses(&place(parameter)))
        }
        (level @ WireLevel::Risky, Way::Request) => {
            WireVerdict::because(level, format!("What `{}` says is ignored.", parameter.name.wire))
        }
        (level @ WireLevel::Risky, Way::Response) => {
            WireVerdict::because(level, format!("`{}` does not come any more.", parameter.name.wire))
        }
        (level @ (WireLevel::Compatible | WireLevel::Undecided), _) => WireVerdict::plain(level),
    }
}

fn moved_to(plane: &Plane<'_>, pair: &Pair<'_>, old: &Parameter, new: &Parameter) -> Change {
    let message = format!("The {} is a {} now.", place(old), place(new));
    let way = pair.request();
    let wire = if new.required || way == Way::Response && old.required {
        let value = sample(plane.old, &old.schema);
        let (valid, api, operation, here, there) = match way {
            Way::Request => (Version::Old, plane.old, pair.old, old, new),
            Way::Response => (Version::New, plane.new, pair.new, new, old),
        };
        let message = Message::request(api, operation).without_parameter(here).with_parameter(here, &value);
        let is_not_found = |fault: &Fault| fault.misses(&place(there));
        plane.broken(pair, (way, valid), message, "It is not found where it was.", is_not_found)
    } else {
        WireVerdict::because(WireLevel::Risky, "It is not looked for where it was, so what it says is ignored.")
    };
    let change = change(pair, Some(old), Some(new), ChangeKind::ParameterMoved, message);
    let (before, after) = (Some(location(old.location).to_owned()), Some(location(new.location).to_owned()));
    Change { before, after, wire: Some(wire), ..change }
}

/// Whether values are written in another way.
fn written(plane: &Plane<'_>, pair: &Pair<'_>, old: &Parameter, new: &Parameter) -> Option<Change> {
    if (old.style, old.explode) == (new.style, new.explode) {
        return None;
    }
    let kind = style::kind_of(plane.old, &old.schema);
    let writing = |parameter: &Parameter| style::writing(parameter.location, parameter.style, parameter.explode, kind);
    if writing(old) == writing(new) {
        return None;
    }
    let (before, after) = (style::text(old.style, old.explode), style::text(new.style, new.explode));
    let message = format!("The {} is written as `{after}` now, and was as `{before}`.", place(old));
    let change = change(pair, Some(old), Some(new), ChangeKind::ParameterStyleChanged, message);
    let wire = match (kind, pair.request()) {
        (style::Written::Any, _) => WireVerdict::because(
            WireLevel::Undecided,
            "Whether its values are plain, lists or objects is not said, and only some are written differently.",
        ),
        (_, way) => {
            let message = showing(plane, pair, if way == Way::Request { old } else { new });
            let read = |version, parameter| plane.listener(pair, version).read(&message, parameter);
            if read(Version::Old, old) == read(Version::New, new) {
                WireVerdict::because(WireLevel::Undecided, "The value that was tried is read as the same.")
            } else {
                let reason = "What was written so is not read any more, or as something else.";
                WireVerdict::broken(reason, message.witness(way))
            }
        }
    };
    Some(Change { before: Some(before), after: Some(after), wire: Some(wire), ..change })
}

/// A message with a value that shows how the parameter is written: of a list two items, of an object a member at least.
fn showing(plane: &Plane<'_>, pair: &Pair<'_>, parameter: &Parameter) -> Message {
    let way = pair.request();
    let (api, operation) = if way == Way::Request { (plane.old, pair.old) } else { (plane.new, pair.new) };
    let mut value = sample(api, &parameter.schema);
    if let Value::Array(items) = &mut value
        && items.len() < 2
    {
        let first = items.first().cloned().unwrap_or_else(|| Value::String("a".to_owned()));
        items.resize(2, first);
    }
    if let Value::Object(members) = &mut value
        && members.is_empty()
    {
        members.extend(member_of(api, &parameter.schema));
    }
    Message::request(api, operation).with_value_of(api, operation, parameter, &value)
}

/// A member that an object may have.
fn member_of(api: &Api, schema: &Schema) -> Option<(String, Value)> {
    let named = |name: &str, schema: &Schema| (name.to_owned(), sample(api, schema));
    let any = || ("a".to_owned(), Value::String("b".to_owned()));
    let schema = api.unaliased(schema);
    if let Some(object) = style::object(api, schema) {
        return match (object.properties.first(), &object.additional) {
            (Some(property), _) => Some(named(&property.name.wire, &property.schema)),
            (None, Additional::Typed(values)) => Some(named("a", values)),
            (None, Additional::Unspecified) => Some(any()),
            (None, Additional::Denied) => None,
        };
    }
    if let Kind::Map { values, .. } = &schema.kind {
        return Some(named("a", values));
    }
    matches!(schema.kind, Kind::Any).then(any)
}

/// Whether fewer values are read: those with reserved characters, and none at all.
fn read(pair: &Pair<'_>, old: &Parameter, new: &Parameter) -> Option<Change> {
    let (what, before, after) = match () {
        () if old.allow_reserved != new.allow_reserved => ("allowReserved", old.allow_reserved, new.allow_reserved),
        () if old.allow_empty != new.allow_empty => ("allowEmptyValue", old.allow_empty, new.allow_empty),
        () => return None,
    };
    let message = format!("`{what}` of the {} is {after} now, and was {before}.", place(old));
    let wire = if before && pair.request() == Way::Request {
        WireVerdict::because(WireLevel::Risky, "Such values are read as something else, or not at all.")
    } else {
        WireVerdict::plain(WireLevel::Compatible)
    };
    let change = change(pair, Some(old), Some(new), ChangeKind::ParameterStyleChanged, message);
    let (before, after) = (Some(format!("{what}: {before}")), Some(format!("{what}: {after}")));
    Some(Change { before, after, wire: Some(wire), ..change })
}
