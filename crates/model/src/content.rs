//! What the bodies of messages hold: media types, and how a form's fields are written.

use methodical_diagnostic::Origin;
use methodical_document::Value;

use crate::{Canonical, Docs, ParameterStyle, Schema};

/// A request body.
#[derive(Debug, Clone)]
pub struct RequestBody {
    /// Whether it must be sent.
    pub required: bool,
    /// Its `description`.
    pub docs: Docs,
    /// What it holds; the media type that generated code sends and accepts stands first.
    pub contents: Vec<Content>,
    /// Where it was written.
    pub origin: Origin,
}

/// One media type of a body.
#[derive(Debug, Clone)]
pub struct Content {
    /// As written, e.g. `application/json`.
    pub media_type: String,
    /// What kind that is.
    pub kind: MediaType,
    /// Its schema; a missing one is [`Kind::Any`](crate::Kind::Any).
    pub schema: Schema,
    /// Which values it accepts.
    pub canonical: Canonical,
    /// Of events that differ in what their data are: the schema is that of the whole event, as an object with the members `event`,
    /// `data`, `id` and `retry`, and these are the kinds whose data are text; those of all others are JSON.
    pub text_events: Option<Vec<String>>,
    /// Of a problem document, of which no type is made and whose members nobody checks: what its schema says.
    pub problem: Option<Box<ProblemSchema>>,
    /// `example` or the first of `examples`.
    pub example: Option<Value>,
    /// `encoding`: how the members of a form are written that are not written as is usual.
    pub encodings: Vec<FieldEncoding>,
    /// Where it was written.
    pub origin: Origin,
}

/// The schema of a problem document, written out.
#[derive(Debug, Clone)]
pub struct ProblemSchema {
    /// Any value, where the schema was written.
    pub schema: Schema,
    /// Which values it accepts.
    pub canonical: Canonical,
}

/// How a member of a form is written.
#[derive(Debug, Clone)]
pub struct FieldEncoding {
    /// The member, by wire name.
    pub name: String,
    /// `contentType`.
    pub media_type: Option<String>,
    /// `style`, `explode` and `allowReserved`, if one of them is there.
    pub style: Option<(ParameterStyle, bool, bool)>,
    /// `headers`, but for `Content-Type`, which has its own member; of a part of `multipart`.
    pub headers: Vec<PartHeader>,
    /// Where it was written.
    pub origin: Origin,
}

/// A media type without its parameters, in lower case.
#[must_use]
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A header field of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartHeader {
    /// Its name.
    pub name: String,
    /// Whether each such part has it.
    pub required: bool,
}

/// Media types, as far as they choose an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/json` or `+json`.
    Json,
    /// `application/problem+json`.
    Problem,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/*`.
    Multipart,
    /// `text/*`, and XML as text.
    Text,
    /// Everything else: bytes.
    Binary,
    /// `text/event-stream`, whose data are JSON; the schema is that of the data, unless [`Content::text_events`] says otherwise.
    Events,
    /// `text/event-stream`, whose data are text.
    TextEvents,
    /// `application/jsonl` and its like: items of JSON in lines; the schema is an item's.
    Lines,
    /// `application/json-seq`: items of JSON between separators; the schema is an item's.
    Sequence,
}

impl MediaType {
    /// Whether it is a stream of events or items.
    pub fn is_stream(self) -> bool {
        match self {
            MediaType::Events | MediaType::TextEvents | MediaType::Lines | MediaType::Sequence => true,
            MediaType::Json
            | MediaType::Problem
            | MediaType::Form
            | MediaType::Multipart
            | MediaType::Text
            | MediaType::Binary => false,
        }
    }
}

/// The body of a message: content of the chosen media type, or none.
pub type Body = Option<Content>;
