//! Streams: server-sent events, and items of JSON one after another. `itemSchema` (OpenAPI 3.2) says what an item is, in whatever
//! version it stands. Older descriptions have only `schema`, and their authors mean one item by it, although it is the whole: what
//! is plainly a list is taken at its word, and anything else with a structure for an item, with a warning.
//!
//! An event is described as an object with the members `data`, `event`, `id` and `retry`, of which all but the first are the
//! protocol's, or by what its `data` are alone.

use methodical_diagnostic::Diagnostic;
use methodical_document::Node;

use super::Lowering;
use super::flat::Flat;
use crate::{MediaType, essence};

/// What a stream is made of.
pub(super) struct Streamed<'b> {
    pub(super) kind: MediaType,
    /// The schema of an item, or of the data of an event; `None`: nothing is said of it.
    pub(super) item: Option<Node<'b>>,
}

/// The fields of an event.
const FIELDS: [&str; 4] = ["data", "event", "id", "retry"];

impl<'b> Lowering<'b, '_> {
    /// What this media type streams, if it does.
    pub(super) fn streamed(&mut self, media_type: &str, node: &Node<'b>) -> Option<Streamed<'b>> {
        let kind = stream_kind(media_type)?;
        let is_events = kind == MediaType::Events;
        if let Some(item) = node.get("itemSchema") {
            return Some(if is_events { self.event(item) } else { Streamed { kind, item: Some(item) } });
        }
        let text = MediaType::TextEvents;
        let Some(schema) = node.get("schema") else {
            return Some(Streamed { kind: if is_events { text } else { kind }, item: None });
        };
        let flat = self.quiet_flat(&schema);
        if let Some(items) = flat.get("items").filter(|_| flat.types().iter().all(|name| *name == "array")) {
            return Some(if is_events { self.event(items) } else { Streamed { kind, item: Some(items) } });
        }
        if is_text(&flat) {
            // Text is what events hold; lines of JSON as one text are as the author wants them.
            return is_events.then_some(Streamed { kind: text, item: None });
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
            false => Streamed { kind, item: Some(schema) },
        })
    }

    /// What the data of an event are.
    fn event(&mut self, event: Node<'b>) -> Streamed<'b> {
        let text = Streamed { kind: MediaType::TextEvents, item: None };
        let flat = self.quiet_flat(&event);
        let mut data: Vec<Node<'b>> = Vec::new();
        for (alternatives, _) in flat.unions() {
            data.extend(alternatives.iter().filter_map(|one| self.data_of(&self.quiet_flat(one))));
        }
        if data.iter().any(|data| !self.is_text_data(data)) {
            let message = "no type says what the data of these events are, which differ: they are handed over as text";
            let diagnostic = Diagnostic::warning("model/not-in-types", message, event.key_place());
            self.report(diagnostic.help("say under `data` itself what all of them may be"));
            return text;
        }
        match self.data_of(&flat) {
            Some(data) if self.is_text_data(&data) => text,
            Some(data) => {
                let item = data.get("contentSchema").filter(|_| is_text(&self.quiet_flat(&data))).unwrap_or(data);
                Streamed { kind: MediaType::Events, item: Some(item) }
            }
            // Who describes no field of an event describes what it is about.
            None if !is_text(&flat) && !FIELDS.iter().any(|field| flat.properties().contains_key(*field)) => {
                Streamed { kind: MediaType::Events, item: Some(event) }
            }
            None => text,
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
