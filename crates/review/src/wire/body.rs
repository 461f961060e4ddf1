//! Request bodies.

use methodical_model::{Content, Operation, RequestBody};

use super::heard::Fault;
use super::message::Message;
use super::presence::Presence;
use super::schemas::Place;
use super::{Pair, Plane, media_type};
use crate::schema::Version;
use crate::{Change, ChangeKind, Way, WireLevel, WireVerdict};

const PLACE: &str = "request body";

pub(super) fn compare<'a>(plane: &mut Plane<'a>, pair: &Pair<'a>, found: &mut Vec<Change>) {
    match (&pair.old.body, &pair.new.body) {
        (None, None) => {}
        (Some(old), None) => found.push(removed(plane, pair, old)),
        (None, Some(new)) => found.push(added(plane, pair, new)),
        (Some(old), Some(new)) => {
            found.extend(required(plane, pair, old, new));
            compare_contents(plane, pair, old, new, found);
        }
    }
}

fn change(pair: &Pair<'_>, kind: ChangeKind, message: impl Into<String>) -> Change {
    Change { reach: vec![pair.at(PLACE, pair.request())], ..Change::new(kind, message) }
}

/// Who sends a body that is not declared may be told that its media type is not supported.
fn removed(plane: &Plane<'_>, pair: &Pair<'_>, old: &RequestBody) -> Change {
    let wire = match (pair.request(), old.contents.first()) {
        (way @ Way::Request, Some(content)) => {
            let message = Message::request(plane.old, pair.old).with_content(plane.old, content);
            let reason = "Its content is not declared any more, in any media type.";
            plane.broken(pair, (way, Version::Old), message, reason, Fault::is_media_type)
        }
        (way @ Way::Response, _) if old.required => {
            let message = Message::request(plane.new, pair.new);
            plane.broken(pair, (way, Version::New), message, "It comes without its content.", is_lack)
        }
        (_, _) => WireVerdict::because(WireLevel::Risky, "It comes without its content."),
    };
    let change = change(pair, ChangeKind::RequestBodyRemoved, "The request has no body any more.");
    Change { old: Some(old.origin.clone()), wire: Some(wire), ..change }
}

fn added(plane: &Plane<'_>, pair: &Pair<'_>, new: &RequestBody) -> Change {
    let presence = Presence::Added { required: new.required };
    let message = if new.required { "The request needs a body now." } else { "The request may have a body now." };
    let change = change(pair, ChangeKind::RequestBodyAdded, message);
    let needs = if new.required { "required" } else { "optional" };
    let wire = Some(verdict(plane, pair, presence));
    Change { new: Some(new.origin.clone()), after: Some(needs.to_owned()), wire, ..change }
}

fn required(plane: &Plane<'_>, pair: &Pair<'_>, old: &RequestBody, new: &RequestBody) -> Option<Change> {
    let presence = Presence::of_required(old.required, new.required)?;
    let (kind, message) = if new.required {
        (ChangeKind::RequestBodyRequired, "The request body has to be sent now.")
    } else {
        (ChangeKind::RequestBodyOptional, "The request body need not be sent any more.")
    };
    let (old, new) = (Some(old.origin.clone()), Some(new.origin.clone()));
    Some(Change { old, new, wire: Some(verdict(plane, pair, presence)), ..change(pair, kind, message) })
}

fn verdict(plane: &Plane<'_>, pair: &Pair<'_>, presence: Presence) -> WireVerdict {
    let way = pair.request();
    match (presence.level(way), way) {
        (WireLevel::Breaking, Way::Request) => {
            let message = Message::request(plane.old, pair.old).without_body();
            plane.broken(pair, (way, Version::Old), message, "Requests without a body are refused.", is_lack)
        }
        (WireLevel::Breaking, Way::Response) => {
            let message = Message::request(plane.new, pair.new).without_body();
            plane.broken(pair, (way, Version::New), message, "It may come without its content.", is_lack)
        }
        (level @ (WireLevel::Compatible | WireLevel::Risky | WireLevel::Undecided), _) => WireVerdict::plain(level),
    }
}

/// The media types of the body that an operation takes, if it takes one.
pub(super) fn contents(operation: &Operation) -> &[Content] {
    operation.body.as_ref().map_or(&[], |body| &body.contents)
}

fn is_lack(fault: &Fault) -> bool {
    *fault == Fault::NoContent
}

fn compare_contents<'a>(
    plane: &mut Plane<'a>,
    pair: &Pair<'a>,
    old: &'a RequestBody,
    new: &'a RequestBody,
    found: &mut Vec<Change>,
) {
    let way = pair.request();
    let matched = media_type::matched(&old.contents, &new.contents);
    for (old, new) in matched.pairs {
        let shown = match way {
            Way::Request => Place::Body { operation: pair.old, content: old },
            Way::Response => Place::Body { operation: pair.new, content: new },
        };
        media_type::compare(plane, pair, (old, new), (way, PLACE), shown, found);
    }
    found.extend(matched.gone.into_iter().map(|content| media_type_removed(plane, pair, content)));
    found.extend(matched.come.into_iter().map(|content| media_type_added(plane, pair, content)));
}

fn media_type_removed(plane: &Plane<'_>, pair: &Pair<'_>, old: &Content) -> Change {
    let way = pair.request();
    let wire = match way {
        Way::Request => {
            let others = contents(pair.new);
            let message = Message::request(plane.old, pair.old).with_content_beside(plane.old, old, others);
            let reason = "Bodies of this media type are refused.";
            plane.broken(pair, (way, Version::Old), message, reason, Fault::is_media_type)
        }
        Way::Response => WireVerdict::because(WireLevel::Risky, "It does not come in this media type any more."),
    };
    let message = format!("The request body may not be `{}` any more.", old.media_type);
    let change = change(pair, ChangeKind::RequestMediaTypeRemoved, message);
    Change { old: Some(old.origin.clone()), before: Some(old.media_type.clone()), wire: Some(wire), ..change }
}

fn media_type_added(plane: &Plane<'_>, pair: &Pair<'_>, new: &Content) -> Change {
    let way = pair.request();
    let wire = match way {
        Way::Request => WireVerdict::plain(WireLevel::Compatible),
        Way::Response => {
            let others = contents(pair.old);
            let message = Message::request(plane.new, pair.new).with_content_beside(plane.new, new, others);
            let reason = "Who receives it does not know this media type.";
            plane.broken(pair, (way, Version::New), message, reason, Fault::is_media_type)
        }
    };
    let message = format!("The request body may be `{}` too.", new.media_type);
    let change = change(pair, ChangeKind::RequestMediaTypeAdded, message);
    Change { new: Some(new.origin.clone()), after: Some(new.media_type.clone()), wire: Some(wire), ..change }
}
