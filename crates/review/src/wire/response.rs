//! Responses: which statuses there are, and what each holds.

use methodical_model::{Content, Response};

use super::heard::Fault;
use super::message::Message;
use super::schemas::Place;
use super::status::{self, Class, covering};
use super::{Pair, Plane, header, link, media_type};
use crate::schema::Version;
use crate::{Change, ChangeKind, Way, WireLevel, WireVerdict};

pub(super) fn compare<'a>(plane: &mut Plane<'a>, pair: &Pair<'a>, found: &mut Vec<Change>) {
    for old in &pair.old.responses {
        let same = pair.new.responses.iter().find(|new| new.status == old.status);
        if let Some(new) = same {
            compare_one(plane, pair, old, new, found);
            continue;
        }
        let cover = covering(&pair.new.responses, old.status);
        found.push(removed(plane, pair, old, cover));
        if let Some(new) = cover {
            compare_one(plane, pair, old, new, found);
        }
    }
    for new in &pair.new.responses {
        if pair.old.responses.iter().any(|old| old.status == new.status) {
            continue;
        }
        let cover = covering(&pair.old.responses, new.status);
        found.push(added(pair, new, cover));
        if let Some(old) = cover {
            compare_one(plane, pair, old, new, found);
        }
    }
}

/// `response 200`.
pub(super) fn place(response: &Response) -> String {
    format!("response {}", status::text(response.status))
}

fn change(
    pair: &Pair<'_>,
    old: Option<&Response>,
    new: Option<&Response>,
    kind: ChangeKind,
    message: String,
) -> Change {
    let place = old.or(new).map(place).unwrap_or_default();
    Change {
        old: old.map(|response| response.origin.clone()),
        new: new.map(|response| response.origin.clone()),
        reach: vec![pair.at(place, pair.response())],
        ..Change::new(kind, message)
    }
}

/// A success that does not come any more is one that clients wait for; an error that does not come hurts nobody.
fn removed(plane: &Plane<'_>, pair: &Pair<'_>, old: &Response, cover: Option<&Response>) -> Change {
    let text = status::text(old.status);
    let message = format!("{text} is not declared any more.");
    let way = pair.response();
    let all = || pair.old.responses.iter().chain(&pair.new.responses);
    let wire = match (cover, status::class(old.status), way) {
        (Some(cover), _, _) => {
            WireVerdict::because(WireLevel::Compatible, format!("`{}` covers it.", status::text(cover.status)))
        }
        (None, Class::Success, Way::Response) => {
            let message = Message::response_beside(plane.old, all(), old);
            let reason = "Clients wait for this answer, and it does not come any more.";
            plane.broken(pair, (way, Version::Old), message, reason, is_status)
        }
        (None, Class::Between, Way::Response) => {
            WireVerdict::because(WireLevel::Risky, "Clients that wait for this answer wait in vain.")
        }
        (None, Class::Failure, Way::Response) => WireVerdict::plain(WireLevel::Compatible),
        (None, _, Way::Request) => {
            let message = Message::response_beside(plane.old, all(), old);
            plane.broken(pair, (way, Version::Old), message, "Who answers so is not understood any more.", is_status)
        }
    };
    let change = change(pair, Some(old), None, ChangeKind::ResponseRemoved, message);
    Change { before: Some(text), wire: Some(wire), ..change }
}

/// A status that nothing declared before. OpenAPI wants the successes of an operation to be described, so that one more is news; any
/// error may come that is known to HTTP, described or not, and clients have to take it for the first of its class (RFC 9110, section 15).
fn added(pair: &Pair<'_>, new: &Response, cover: Option<&Response>) -> Change {
    let text = status::text(new.status);
    let message = format!("{text} is newly declared.");
    let wire = match (cover, pair.response()) {
        (Some(cover), _) => {
            WireVerdict::because(WireLevel::Compatible, format!("`{}` covered it.", status::text(cover.status)))
        }
        (None, Way::Response) => match status::class(new.status) {
            Class::Success => WireVerdict::because(WireLevel::Risky, "Clients were told of no such success."),
            Class::Between => WireVerdict::because(WireLevel::Risky, "Clients were told of no such answer."),
            Class::Failure => WireVerdict::because(WireLevel::Compatible, "Any error may come that HTTP knows."),
        },
        (None, Way::Request) => WireVerdict::plain(WireLevel::Compatible),
    };
    let change = change(pair, None, Some(new), ChangeKind::ResponseAdded, message);
    Change { after: Some(text), wire: Some(wire), ..change }
}

fn is_status(fault: &Fault) -> bool {
    matches!(fault, Fault::Status(_))
}

/// What two responses hold, of the same status or of one that covers the other.
fn compare_one<'a>(
    plane: &mut Plane<'a>,
    pair: &Pair<'a>,
    old: &'a Response,
    new: &'a Response,
    found: &mut Vec<Change>,
) {
    header::compare(plane, pair, (old, new), found);
    link::compare(plane, pair, (old, new), found);
    compare_contents(plane, pair, (old, new), found);
}

/// In an answer the new version is what speaks, and the old one what has to understand.
fn compare_contents<'a>(
    plane: &mut Plane<'a>,
    pair: &Pair<'a>,
    (old, new): (&'a Response, &'a Response),
    found: &mut Vec<Change>,
) {
    let way = pair.response();
    let (shown_operation, place) = (if way == Way::Response { pair.new } else { pair.old }, place(old));
    let matched = media_type::matched(&old.contents, &new.contents);
    for (before, after) in matched.pairs {
        let (response, content) = if way == Way::Response { (new, after) } else { (old, before) };
        let shown = Place::Content { operation: shown_operation, response, content };
        media_type::compare(plane, pair, (before, after), (way, &place), shown, found);
    }
    let responses = (old, new);
    found.extend(matched.gone.into_iter().map(|content| media_type_removed(plane, pair, responses, content)));
    found.extend(matched.come.into_iter().map(|content| media_type_added(pair, old, content)));
}

fn media_type_removed(
    plane: &Plane<'_>,
    pair: &Pair<'_>,
    (response, new): (&Response, &Response),
    old: &Content,
) -> Change {
    let way = pair.response();
    let reason = match way {
        Way::Response if new.contents.is_empty() => "It comes without the content that clients read.",
        Way::Response => "Who asks for this media type does not get it any more.",
        Way::Request => "Who answers so is not understood any more.",
    };
    let shown = Message::response(plane.old, pair.old, response).with_content_beside(plane.old, old, &new.contents);
    let wire = plane.broken(pair, (way, Version::Old), shown, reason, Fault::is_media_type);
    let message = format!("{} does not come as `{}` any more.", status::text(response.status), old.media_type);
    let change = change(pair, Some(response), Some(new), ChangeKind::ResponseMediaTypeRemoved, message);
    let reach = vec![pair.at(format!("{}, {}", place(response), old.media_type), way)];
    Change { old: Some(old.origin.clone()), before: Some(old.media_type.clone()), reach, wire: Some(wire), ..change }
}

/// Which media type comes is agreed on by `Accept`, so one more is forced on nobody.
fn media_type_added(pair: &Pair<'_>, response: &Response, new: &Content) -> Change {
    let way = pair.response();
    let message = format!("{} may come as `{}` too.", status::text(response.status), new.media_type);
    let change = change(pair, Some(response), None, ChangeKind::ResponseMediaTypeAdded, message);
    let reach = vec![pair.at(format!("{}, {}", place(response), new.media_type), way)];
    Change {
        new: Some(new.origin.clone()),
        after: Some(new.media_type.clone()),
        reach,
        wire: Some(WireVerdict::plain(WireLevel::Compatible)),
        ..change
    }
}
