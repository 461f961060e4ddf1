//! Streams: server-sent events, and items of JSON one after another. `itemSchema` (OpenAPI 3.2) says what an item is, in whatever
//! version it stands. Older descriptions have only `schema`, and their authors mean one item by it, although it is the whole: what
//! is plainly a list is taken at its word, and anything else with a structure for an item, with a warning.
//!
//! An event is described as an object with the members `data`, `event`, `id` and `retry`, of which all but the first are the
//! protocol's, or by what its `data` are alone. Where events differ in what their data are, an item is the whole event: of most
//! such streams its `event` says which of the alternatives it is.

use std::collections::{BTreeSet, HashSet};

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, NodeId};

use super::flat::Flat;
use super::schema::{Form, form};
use super::{DEEPEST, Lowering};
use crate::{MediaType, essence};

/// What a stream is made of.
pub(super) struct Streamed<'b> {
    pub(super) kind: MediaType,
    /// The schema of an item, or of the data of an event; `None`: nothing is said of it.
    pub(super) item: Option<Node<'b>>,
    /// Of events whose item is the whole of one: the kinds whose data are text.
    pub(super) text_events: Option<Vec<String>>,
}

impl<'b> Streamed<'b> {
    fn of(kind: MediaType, item: Option<Node<'b>>) -> Streamed<'b> {
        Streamed { kind, item, text_events: None }
    }
}

/// One of the alternatives that events are.
struct Alternative<'b> {
    /// What `event` may be; empty: anything.
    events: Vec<&'b str>,
    /// What it says of its data, if anything.
    data: Option<Node<'b>>,
    /// Whether its data are text on the wire, whatever that text holds.
    is_text: bool,
}

/// The fields of an event.
const FIELDS: [&str; 4] = ["data", "event", "id", "retry"];

impl<'b> Lowering<'b, '_> {
    /// What this media type streams, if it does.
    pub(super) fn streamed(&mut self, media_type: &str, node: &Node<'b>) -> Option<Streamed<'b>> {
        let kind = stream_kind(media_type)?;
        let is_events = kind == MediaType::Events;
        if let Some(item) = node.get("itemSchema") {
            return Some(if is_events { self.event(item) } else { Streamed::of(kind, Some(item)) });
        }
        let text = MediaType::TextEvents;
        let Some(schema) = node.get("schema") else {
            return Some(Streamed::of(if is_events { text } else { kind }, None));
        };
        let flat = self.quiet_flat(&schema);
        if let Some(items) = flat.get("items").filter(|_| flat.types().iter().all(|name| *name == "array")) {
            return Some(if is_events { self.event(items) } else { Streamed::of(kind, Some(items)) });
        }
        if is_text(&flat) {
            // Text is what events hold; lines of JSON as one text are as the author wants them.
            return is_events.then(|| Streamed::of(text, None));
        }
        let is_event = is_events && self.is_event(&schema);
        let meant = match (is_events, is_event) {
            (true, true) => "an event",
            (true, false) => "the data of an event",
            (false, _) => "an item",
        };
        let message = format!("`schema` describes all of `{media_type}`, and is taken for that of {meant}");
        let diagnostic = Diagnostic::warning("model/stream-item", message, schema.key_place());
        self.report(diagnostic.help("say with `itemSchema` what an item of the stream is (OpenAPI 3.2)"));
        Some(match is_event {
            true => self.event(schema),
            false => Streamed::of(kind, Some(schema)),
        })
    }

    /// What the data of an event are, or the whole of it where they differ.
    fn event(&mut self, event: Node<'b>) -> Streamed<'b> {
        let text = Streamed::of(MediaType::TextEvents, None);
        let flat = self.quiet_flat(&event);
        let mut alternatives = Vec::new();
        self.event_kinds(&flat, &flat, &mut HashSet::new(), &mut alternatives);
        let mut data = alternatives.iter().filter_map(|one| one.data);
        if data.any(|data| !self.is_text_data(&data)) {
            let is_union = matches!(form(&flat), Form::Union);
            if let Some(text_events) = text_events(&alternatives).filter(|_| is_union) {
                return Streamed { kind: MediaType::Events, item: Some(event), text_events: Some(text_events) };
            }
            let message = "no type says what the data of these events are, which differ: they are handed over as text";
            let diagnostic = Diagnostic::warning("model/not-in-types", message, event.key_place());
            self.report(diagnostic.help(match is_union {
                true => "give each alternative an `event` of its own, with `const`",
                false => "put what all alternatives share into each of them by `allOf`",
            }));
            return text;
        }
        match self.data_of(&flat) {
            Some(data) if self.is_text_data(&data) => text,
            Some(data) => {
                let item = data.get("contentSchema").filter(|_| is_text(&self.quiet_flat(&data))).unwrap_or(data);
                Streamed::of(MediaType::Events, Some(item))
            }
            // Who describes no field of an event describes what it is about.
            None if !is_text(&flat) && !FIELDS.iter().any(|field| flat.properties().contains_key(*field)) => {
                Streamed::of(MediaType::Events, Some(event))
            }
            None => text,
        }
    }

    /// What events may be: the alternatives of a schema, and theirs in turn. What lies around them holds for each.
    fn event_kinds(
        &self,
        around: &Flat<'b>,
        of: &Flat<'b>,
        unions: &mut HashSet<NodeId>,
        found: &mut Vec<Alternative<'b>>,
    ) {
        for node in of.unions().into_iter().flat_map(|(alternatives, _)| alternatives) {
            let flat = self.quiet_flat(&node);
            if unions.len() < DEEPEST && !flat.unions().is_empty() && self.data_of(&flat).is_none() {
                // Those that lead back say nothing new.
                if unions.insert(node.resolve().node().unwrap_or(node).id()) {
                    self.event_kinds(around, &flat, unions, found);
                }
                continue;
            }
            let (own, shared) = (self.data_of(&flat), self.data_of(around));
            let is_text = own.iter().chain(&shared).any(|data| is_text(&self.quiet_flat(data)));
            let events = flat.properties().get("event").and_then(|nodes| nodes.first());
            let events = events.map(|node| self.quiet_flat(node)).map(|flat| constants(&flat)).unwrap_or_default();
            // Data of which nothing is said may be anything, which a text is, unless they may not be at all.
            let is_closed = flat.get("additionalProperties").and_then(|node| node.as_bool()) == Some(false);
            let is_text = is_text || own.or(shared).is_none() && !is_closed;
            found.push(Alternative { events, data: own, is_text });
        }
    }

    /// Whether a schema describes an event rather than its data: it has `data`, and beside that only an event's other fields.
    fn is_event(&self, schema: &Node<'b>) -> bool {
        let flat = self.quiet_flat(schema);
        let properties = flat.properties();
        properties.contains_key("data") && properties.keys().all(|name| FIELDS.contains(name))
    }

    fn data_of(&self, event: &Flat<'b>) -> Option<Node<'b>> {
        event.properties().get("data").and_then(|nodes| nodes.first().copied())
    }

    /// Whether data are text, and not JSON in a text.
    fn is_text_data(&self, data: &Node<'b>) -> bool {
        let flat = self.quiet_flat(data);
        let media_type = flat.get("contentMediaType").and_then(|node| node.as_str());
        let holds_json = match media_type {
            Some(media_type) => media_type == "application/json" || media_type.ends_with("+json"),
            None => flat.get("contentSchema").is_some(),
        };
        is_text(&flat) && !holds_json
    }
}

/// The kinds of event whose data are text; `None`: a kind does not tell.
fn text_events(alternatives: &[Alternative<'_>]) -> Option<Vec<String>> {
    let (texts, others): (Vec<_>, Vec<_>) = alternatives.iter().partition(|one| one.is_text);
    let is_told = |one: &&Alternative<'_>| !one.events.is_empty();
    let are_told_apart = texts.is_empty() || texts.iter().chain(&others).all(is_told);
    if !are_told_apart {
        return None;
    }
    let named: BTreeSet<&str> = texts.iter().flat_map(|one| &one.events).copied().collect();
    let is_unclear = others.iter().flat_map(|one| &one.events).any(|event| named.contains(event));
    (!is_unclear).then(|| named.into_iter().map(str::to_owned).collect())
}

/// The texts that `const` or `enum` list.
fn constants<'b>(flat: &Flat<'b>) -> Vec<&'b str> {
    let listed = flat.get("enum").into_iter().flat_map(|node| node.items());
    flat.get("const").into_iter().chain(listed).filter_map(|node| node.as_str()).collect()
}

/// Whether a schema allows nothing but text.
fn is_text(flat: &Flat<'_>) -> bool {
    let types = flat.types();
    !types.is_empty() && types.iter().all(|name| *name == "string")
}

fn stream_kind(media_type: &str) -> Option<MediaType> {
    match essence(media_type).as_str() {
        "text/event-stream" => Some(MediaType::Events),
        "application/jsonl"
        | "application/x-jsonl"
        | "application/jsonlines"
        | "application/x-jsonlines"
        | "application/json-lines"
        | "application/ndjson"
        | "application/x-ndjson"
        | "application/stream+json"
        | "application/x-json-stream" => Some(MediaType::Lines),
        "application/json-seq" => Some(MediaType::Sequence),
        // RFC 8091.
        other => other.ends_with("+json-seq").then_some(MediaType::Sequence),
    }
}
