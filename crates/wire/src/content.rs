//! What requests and responses hold, as data: media types, how values become bytes, and statuses.

use crate::{ANY, Parameter, Schema};

/// A request body.
#[derive(Debug, Clone, Copy)]
pub struct RequestBody {
    /// Whether it has to be sent.
    pub required: bool,
    /// What it may hold, one for each media type: the first is sent where there is no choice.
    pub contents: &'static [Content],
}

/// One media type of a body.
#[derive(Debug, Clone, Copy)]
pub struct Content {
    /// Its media type, which may be a range: `image/*`.
    pub media_type: &'static str,
    /// How values become bytes.
    pub encoding: Encoding,
    /// What it has to be, as far as that is checked.
    pub schema: &'static Schema,
    /// The fields of a form with files; without any it is bytes.
    pub fields: &'static [Field],
    /// The fields of a form that are written otherwise than is usual.
    pub styles: &'static [Parameter],
    /// Of events that differ in what their data are: the schema, and the type of the data, are those of the whole event, an object
    /// with the members `event`, `data`, `id` and `retry`. These are the kinds whose data are text; those of all others are JSON.
    pub text_events: Option<&'static [&'static str]>,
}

impl Content {
    /// Any JSON, and what others are filled in from: in data, `..Content::JSON` stands for what is usual.
    pub const JSON: Content = Content {
        media_type: "application/json",
        encoding: Encoding::Json,
        schema: &ANY,
        fields: &[],
        styles: &[],
        text_events: None,
    };
    /// A problem document.
    pub const PROBLEM: Content =
        Content { media_type: "application/problem+json", encoding: Encoding::Problem, ..Content::JSON };
}

/// A field of a form with files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What its parts hold.
    pub kind: FieldKind,
    /// Whether there is a part for each item.
    pub many: bool,
    /// The declared media type of its parts, which may be several, separated by commas, or a range.
    pub media_type: Option<&'static str>,
    /// The header fields that each of its parts has to have, if it is a file.
    pub required_headers: &'static [&'static str],
}

impl Field {
    /// A field of which nothing is said: one text.
    pub const TEXT: Field =
        Field { name: "", kind: FieldKind::Text, many: false, media_type: None, required_headers: &[] };
    /// A field of one file.
    pub const FILE: Field = Field { kind: FieldKind::File, ..Field::TEXT };
    /// A field of one value as JSON.
    pub const JSON: Field = Field { kind: FieldKind::Json, ..Field::TEXT };
}

/// What the parts of a field hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// A value as plain text.
    Text,
    /// A value as JSON.
    Json,
    /// A file.
    File,
}

/// How values become bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `application/json`, `+json`.
    Json,
    /// `application/problem+json`.
    Problem,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `text/*`.
    Text,
    /// Bytes as they are.
    Binary,
    /// `multipart/*`: a form with fields, or else bytes as they are, made by the caller.
    Multipart,
    /// `text/event-stream`, whose data are JSON.
    Events,
    /// `text/event-stream`, whose data are text.
    TextEvents,
    /// `application/jsonl`: JSON in lines.
    Lines,
    /// `application/json-seq`: JSON between separators.
    Sequence,
}

impl Encoding {
    /// Whether a body is a stream of events or items.
    pub const fn is_stream(self) -> bool {
        match self {
            Encoding::Events | Encoding::TextEvents | Encoding::Lines | Encoding::Sequence => true,
            Encoding::Json
            | Encoding::Problem
            | Encoding::Form
            | Encoding::Text
            | Encoding::Binary
            | Encoding::Multipart => false,
        }
    }
}

/// A declared response.
#[derive(Debug, Clone, Copy)]
pub struct Response {
    /// Its status.
    pub status: StatusPattern,
    /// What it may hold, one for each media type; empty: it has no body.
    pub contents: &'static [Content],
}

impl Response {
    /// Any JSON, with this status.
    pub const fn json(status: u16) -> Response {
        Response { status: StatusPattern::Code(status), contents: &[Content::JSON] }
    }

    /// A problem document.
    pub const fn problem(status: u16) -> Response {
        Response { status: StatusPattern::Code(status), contents: &[Content::PROBLEM] }
    }

    /// No body.
    pub const fn empty(status: u16) -> Response {
        Response { status: StatusPattern::Code(status), contents: &[] }
    }
}

/// The declared responses of an operation: statuses, and what those before it have: `json`, a `problem`, or that it is `empty`.
/// Errors that are other JSON name its schema, because a server may have to fill it in: `[ERROR]`.
///
/// ```
/// use methodical_wire::{Response, STRING};
/// static RESPONSES: &[Response] = methodical_wire::responses!(200 json, 204 empty, 400 404 problem, 409 [STRING]);
/// assert_eq!(RESPONSES.len(), 5);
/// ```
#[macro_export]
macro_rules! responses {
    ($($($status:literal)+ $kind:ident),*) => { &[$($($crate::Response::$kind($status)),+),*] };
    (@of [$($made:tt)*]) => { &[$($made)*] };
    (@of [$($made:tt)*] $($status:literal)+ $kind:ident $(, $($more:tt)*)?) => {
        $crate::responses!(@of [$($made)* $($crate::Response::$kind($status),)+] $($($more)*)?)
    };
    (@of [$($made:tt)*] $($status:literal)+ [$schema:path] $(, $($more:tt)*)?) => {
        $crate::responses!(@of [$($made)* $($crate::Response {
            contents: &[$crate::Content { schema: &$schema, ..$crate::Content::JSON }],
            ..$crate::Response::json($status)
        },)+] $($($more)*)?)
    };
    ($($all:tt)+) => { $crate::responses!(@of [] $($all)+) };
}

/// Which statuses a response is declared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusPattern {
    /// One: `200`.
    Code(u16),
    /// A class: `4XX` is `Range(4)`.
    Range(u8),
    /// All that is not declared otherwise.
    Default,
}
