//! What goes over the wire, for both sides: the data that a generated crate writes down once and that client and
//! server runtimes read. An operation is data ([`Operation`]), a schema is data ([`Schema`]); the validator, the
//! parameter styles, problems and entity tags are functions over that data, compiled once and not once per type.
//!
//! Nothing here knows an HTTP library: names and values are text and [`serde_json::Value`].
//!
//! You seldom depend on it yourself: a generated client, whose first page begins with a first call, has it as `runtime::wire`.
//! `methodical generate` writes one from an OpenAPI description.

mod base64;
mod blob;
pub mod body;
mod content;
pub mod double_option;
mod etag;
pub mod events;
mod expression;
#[cfg(feature = "files")]
mod files;
pub mod form;
mod format;
mod headers;
mod items;
mod json;
mod location;
pub mod media;
pub mod multipart;
mod open;
mod operation;
mod pattern;
mod problem;
mod read_only;
#[doc(hidden)]
pub mod record;
mod rules;
mod schema;
mod schema_set;
mod secret;
mod stream;
pub mod style;
mod text_enum;
mod timestamp;
mod tuple;
pub mod union;
mod uuid;
mod validate;

pub use base64::Base64;
pub use blob::{Blob, Source};
pub use body::{Body, BodyError, ReadBody, WriteBody, Written};
pub use bytes::Bytes;
pub use content::{Content, Encoding, Field, FieldKind, RequestBody, Response, StatusPattern};
pub use etag::{Etag, EtagError, EtagList};
pub use events::{Event, Events};
pub use expression::{Expression, ExpressionError, Occasion};
pub use headers::{HeaderError, ResponseHeaders};
pub use items::JsonItems;
pub use jiff::civil::Date;
pub use json::parse_json;
pub use multipart::{File, Form};
pub use open::Media;
pub use operation::{
    Effect, Idempotency, LocationTemplate, Method, Operation, Paging, PagingStyle, Parameter, ParameterLocation,
    Replays, SecurityScheme, Style,
};
#[doc(hidden)]
pub use pattern::{Pattern, translate};
pub use problem::{Problem, ProblemError};
pub use read_only::{check_read_only, normalise, write_integers};
pub use rules::Exact;
pub use schema::{ANY, BOOLEAN, INTEGER, NUMBER, STRING, Schema};
pub use schema_set::{CompiledSchema, SchemaSet};
pub use secret::Secret;
#[doc(hidden)]
pub use serde;
pub use stream::{ByteStream, StreamError};
#[doc(hidden)]
pub use text_enum::read_text;
pub use timestamp::Timestamp;
pub use tuple::{Nothing, Tuple};
pub use uuid::Uuid;
pub use validate::{Place, Violation, equal, validate, validate_parameter};
