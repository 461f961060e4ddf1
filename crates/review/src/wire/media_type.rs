//! Media types of a body: which of one version is which of the other, and what covers what.

use methodical_model::{Content, FieldEncoding, MediaType};

use super::schemas::{Place, Side};
use super::{Pair, Plane, style};
use crate::{Change, ChangeKind, Reach, Way, WireLevel, WireVerdict};

/// The contents of two versions.
pub(super) struct Matched<'a> {
    /// The same media type, or the range that covers it now.
    pub(super) pairs: Vec<(&'a Content, &'a Content)>,
    pub(super) gone: Vec<&'a Content>,
    pub(super) come: Vec<&'a Content>,
}

/// Matches what travels with what has to be understood: `sent` of the one version, `read` of the other.
///
/// What is sent may be covered by a range; a range is covered by itself or a wider one only.
pub(super) fn matched<'a>(old: &'a [Content], new: &'a [Content]) -> Matched<'a> {
    let mut matched = Matched { pairs: Vec::new(), gone: Vec::new(), come: new.iter().collect() };
    for content in old {
        let same = matched.come.iter().position(|other| essence(other) == essence(content));
        match same {
            Some(index) => matched.pairs.push((content, matched.come.remove(index))),
            None => matched.gone.push(content),
        }
    }
    let gone = std::mem::take(&mut matched.gone);
    for content in gone {
        match new.iter().find(|other| covers(&essence(other), &essence(content))) {
            // The range is new all the same: it covers more.
            Some(other) => matched.pairs.push((content, other)),
            None => matched.gone.push(content),
        }
    }
    matched
}

/// Among declared contents the one for what is sent as `media_type`.
pub(super) fn declared<'c>(contents: &'c [Content], media_type: &str) -> Option<&'c Content> {
    let sent = essence_of(media_type);
    let plain = sent.split(';').next().unwrap_or_default();
    let same = contents.iter().find(|content| essence(content) == sent);
    let alike = || contents.iter().find(|content| essence(content) == plain);
    same.or_else(alike).or_else(|| contents.iter().find(|content| covers(&essence(content), plain)))
}

fn essence(content: &Content) -> String {
    essence_of(&content.media_type)
}

/// A media type as it is compared: in lower case, without a `charset`, which says nothing of what is meant.
fn essence_of(media_type: &str) -> String {
    let mut parts = media_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    let mut essence = parts.next().unwrap_or_default();
    let mut parameters: Vec<String> = parts.filter(|part| !part.is_empty() && !part.starts_with("charset=")).collect();
    parameters.sort();
    for parameter in parameters {
        essence.push(';');
        essence.push_str(&parameter);
    }
    essence
}

fn covers(range: &str, media_type: &str) -> bool {
    let kind = |text: &str| text.split('/').next().unwrap_or_default().to_owned();
    range == "*/*" || range.strip_suffix("/*").is_some_and(|wanted| wanted == kind(media_type))
}

/// Compares the content that two versions have of one media type.
pub(super) fn compare<'a>(
    plane: &mut Plane<'a>,
    pair: &Pair<'a>,
    (old, new): (&'a Content, &'a Content),
    (way, place): (Way, &str),
    shown: Place<'a>,
    found: &mut Vec<Change>,
) {
    let reach = pair.at(format!("{place}, {}", old.media_type), way);
    let sides = (side(old), side(new));
    plane.schemas.compare(way, sides.0, sides.1, reach.clone(), shown);
    found.extend(encodings(old, new, &reach));
}

/// What a content says of its values; a problem document says it for people.
fn side(content: &Content) -> Side<'_> {
    let problem = content.problem.as_ref().map(|problem| (&problem.schema, &problem.canonical));
    let (schema, canonical) = problem.unwrap_or((&content.schema, &content.canonical));
    Side { schema, canonical, textual: is_textual(content) }
}

/// Whether plain values in it are texts.
fn is_textual(content: &Content) -> bool {
    matches!(content.kind, MediaType::Form | MediaType::Multipart | MediaType::Text | MediaType::TextEvents)
}

/// Members of forms that are written in another way.
fn encodings(old: &Content, new: &Content, reach: &Reach) -> Vec<Change> {
    let mut names: Vec<&str> = old.encodings.iter().chain(&new.encodings).map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let find = |content: &'_ Content, name: &str| content.encodings.iter().find(|one| one.name == name).map(written);
    let compared = names.into_iter().filter_map(|name| {
        let (before, after) = (find(old, name), find(new, name));
        if before == after {
            return None;
        }
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let said = |text: &str| if text.is_empty() { "as is usual".to_owned() } else { format!("as `{text}`") };
        let message = format!("`{name}` is written {} now, and was {}.", said(&after), said(&before));
        let reason = "What is written in the old way may be read as something else, or not at all.";
        Some(Change {
            old: Some(old.origin.clone()),
            new: Some(new.origin.clone()),
            before: Some(format!("{name}: {before}")),
            after: Some(format!("{name}: {after}")),
            reach: vec![reach.clone()],
            wire: Some(WireVerdict::because(WireLevel::Undecided, reason)),
            ..Change::new(ChangeKind::EncodingChanged, message)
        })
    });
    compared.collect()
}

fn written(encoding: &FieldEncoding) -> String {
    let style = encoding.style.map(|(style, explode, reserved)| {
        let reserved = if reserved { ", allowReserved" } else { "" };
        format!("{}{reserved}", style::text(style, explode))
    });
    let headers = encoding.headers.iter().map(|header| {
        let demand = if header.required { "required " } else { "" };
        format!("{demand}header {}", header.name)
    });
    encoding.media_type.iter().cloned().chain(style).chain(headers).collect::<Vec<_>>().join("; ")
}
