//! Bodies between their types and the wire. What a media type makes of a value is decided by the data of an operation; a
//! type says only which of the declared contents it is. Types that `serde` knows are the first one, JSON most often; an enum
//! with a variant for each media type is generated where there are several.

use std::fmt;

use bytes::Bytes;
use serde::Serialize;
use serde::de::value::{BytesDeserializer, Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_json::Value;

use crate::blob::Blob;
use crate::events::{Event, Lines};
use crate::items::Framed;
use crate::multipart::{self, Form};
use crate::stream::{Boxed, ByteStream};
use crate::union::located;
use crate::{Content, Encoding, form, media, write_integers};

/// A body that cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BodyError(String);

impl BodyError {
    /// With what is wrong.
    pub fn new(detail: impl Into<String>) -> BodyError {
        BodyError(detail.into())
    }
}

impl From<serde_json::Error> for BodyError {
    fn from(error: serde_json::Error) -> BodyError {
        BodyError(error.to_string())
    }
}

/// What can be sent as a body.
#[diagnostic::on_unimplemented(message = "`{Self}` is not what a body is made of")]
pub trait WriteBody {
    /// The body without its type.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(self) -> Result<Written, BodyError>;
}

/// What can be read from a body.
#[diagnostic::on_unimplemented(message = "`{Self}` is not what a body is read as")]
pub trait ReadBody: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// When it is not what is declared.
    fn read(body: Body) -> Result<Self, BodyError>;
}

/// A body on its way out.
#[derive(Debug)]
pub struct Written {
    /// Which of the declared contents it is, by position.
    pub content: usize,
    /// It.
    pub payload: Payload,
    /// Which media type it is, where the declared one is a range.
    pub media_type: Option<String>,
}

/// What a body is before the media type makes bytes of it, or after it was read.
pub enum Payload {
    /// JSON text, which other encodings are made of too.
    Json(Vec<u8>),
    /// Bytes as they came.
    Bytes(Bytes),
    /// A value that was read and checked.
    Value(Value),
    /// A form with files.
    Form(Form),
    /// Bytes that need not be in memory.
    Blob(Blob),
    /// Events, as JSON.
    Events(Boxed<Event<Vec<u8>>>),
    /// Items of JSON.
    Items(Boxed<Vec<u8>>),
}

/// The first of the declared contents.
impl From<Payload> for Written {
    fn from(payload: Payload) -> Written {
        Written { content: 0, payload, media_type: None }
    }
}

impl Written {
    /// One of several declared contents, by position.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn of(content: usize, body: impl WriteBody) -> Result<Written, BodyError> {
        Ok(Written { content, ..body.write()? })
    }
}

impl<T: Serialize> WriteBody for T {
    fn write(self) -> Result<Written, BodyError> {
        Ok(Payload::Json(serde_json::to_vec(&self)?).into())
    }
}

/// Defines a body of several media types: a variant for each type that they come to, with the positions of those contents. The
/// first of them is the one that is sent; `_` stands for all that are left.
///
/// ```
/// methodical_wire::body! {
///     /// A letter.
///     #[derive(Debug)]
///     pub enum Letter {
///         /// `application/json`.
///         0 => Json(u64),
///         /// `text/plain`.
///         1 | _ => Text(String),
///     }
/// }
/// ```
#[macro_export]
macro_rules! body {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $($(#[$on_variant:meta])* $first:literal $(| $more:tt)* => $variant:ident($type:ty),)*
        }
    ) => {
        $(#[$attribute])*
        pub enum $name {
            $($(#[$on_variant])* $variant($type),)*
        }

        impl $crate::ReadBody for $name {
            #[inline]
            fn read(body: $crate::Body) -> ::std::result::Result<$name, $crate::BodyError> {
                match body.content {
                    $($first $(| $more)* => body.read().map($name::$variant),)*
                }
            }
        }

        impl $crate::WriteBody for $name {
            #[inline]
            fn write(self) -> ::std::result::Result<$crate::Written, $crate::BodyError> {
                match self {
                    $($name::$variant(body) => $crate::Written::of($first, body),)*
                }
            }
        }
    };
}

/// A body on its way in.
#[derive(Debug)]
pub struct Body {
    /// Which of the declared contents it is, by position.
    pub content: usize,
    /// How it is encoded.
    pub data: &'static Content,
    /// It.
    pub payload: Payload,
    /// What it says that it is, where the declared media type is a range.
    pub media_type: Option<String>,
}

impl Body {
    /// As one of the types that the contents have.
    ///
    /// # Errors
    /// When it is not what is declared.
    pub fn read<T: ReadBody>(self) -> Result<T, BodyError> {
        T::read(self)
    }
}

impl<T: DeserializeOwned> ReadBody for T {
    fn read(body: Body) -> Result<T, BodyError> {
        match body.payload {
            Payload::Json(text) => decode(body.data, &Bytes::from(text)),
            Payload::Bytes(bytes) => decode(body.data, &bytes),
            Payload::Value(value) => {
                serde_path_to_error::deserialize(value).map_err(|error| BodyError(located(&error)))
            }
            Payload::Blob(blob) => match blob.in_memory() {
                Some(bytes) => decode(body.data, bytes),
                None => Err(BodyError::new("it is a stream")),
            },
            Payload::Form(_) => Err(BodyError::new("it is a form")),
            Payload::Events(_) | Payload::Items(_) => Err(BodyError::new("it is a stream")),
        }
    }
}

/// Reads a body, or one item of a stream.
pub(crate) fn decode<T: DeserializeOwned>(content: &Content, body: &Bytes) -> Result<T, BodyError> {
    let opaque = |error: ValueError| BodyError(error.to_string());
    match content.encoding {
        // No content is what `()` and `Option` read null as.
        Encoding::Json | Encoding::Problem | Encoding::Events | Encoding::Lines | Encoding::Sequence
            if body.is_empty() =>
        {
            serde_json::from_slice(b"null").map_err(|_| BodyError::new("it is empty"))
        }
        Encoding::Json | Encoding::Problem | Encoding::Events | Encoding::Lines | Encoding::Sequence => {
            serde_json::from_slice(body)
                .or_else(|error| with_integers(body).ok_or(error))
                .map_err(|error| why::<T>(body, &error))
        }
        Encoding::Form => {
            let value = form::read(content, utf8(body)?).map_err(|error| BodyError(error.to_string()))?;
            serde_path_to_error::deserialize(value).map_err(|error| BodyError(located(&error)))
        }
        Encoding::Text | Encoding::TextEvents => {
            let deserializer: StrDeserializer<'_, ValueError> = utf8(body)?.into_deserializer();
            T::deserialize(deserializer).map_err(opaque)
        }
        Encoding::Binary | Encoding::Multipart => {
            let deserializer: BytesDeserializer<'_, ValueError> = BytesDeserializer::new(body);
            T::deserialize(deserializer).map_err(opaque)
        }
    }
}

/// The body with its integers written as such: JSON Schema counts `1.0` as one, Rust's types do not.
fn with_integers<T: DeserializeOwned>(body: &Bytes) -> Option<T> {
    let mut value = serde_json::from_slice(body).ok()?;
    write_integers(&mut value);
    serde_json::from_slice(&serde_json::to_vec(&value).ok()?).ok()
}

fn utf8(body: &Bytes) -> Result<&str, BodyError> {
    std::str::from_utf8(body).map_err(|error| BodyError(error.to_string()))
}

/// Why a body cannot be read as `T`, and where: for what is no error this would only cost time.
fn why<T: DeserializeOwned>(body: &Bytes, error: &serde_json::Error) -> BodyError {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let again: Result<T, _> = serde_path_to_error::deserialize(&mut deserializer);
    BodyError(again.err().map_or_else(|| error.to_string(), |error| located(&error)))
}

/// From a payload to the bytes of its content, and to the media type where that is not just what is declared.
///
/// # Errors
/// When its encoding cannot say it.
pub fn encode(content: &Content, written: Written) -> Result<(Blob, Option<String>), BodyError> {
    let Written { payload, media_type, .. } = written;
    if let Some(media_type) = media_type.as_deref().filter(|media_type| !media::lies_in(content.media_type, media_type))
    {
        return Err(BodyError(format!("`{media_type}` is no media type of `{}`", content.media_type)));
    }
    let streamed = |pieces: Boxed<Bytes>| Ok((Blob::once(ByteStream::of(pieces), None, usize::MAX), None));
    let json = match payload {
        Payload::Bytes(bytes) => return Ok((bytes.into(), media_type)),
        Payload::Blob(blob) => return Ok((blob, media_type)),
        Payload::Events(events) => {
            return streamed(Box::pin(Lines::new(events, content)));
        }
        Payload::Items(items) => {
            return streamed(Box::pin(Framed::new(items, content.encoding == Encoding::Sequence)));
        }
        Payload::Form(form) => {
            let (blob, media_type) = multipart::write(content, form)?;
            return Ok((blob, Some(media_type)));
        }
        Payload::Value(value) => value.to_string().into_bytes(),
        Payload::Json(text) => text,
    };
    let bytes = match content.encoding {
        Encoding::Json | Encoding::Problem => Bytes::from(json),
        Encoding::Form => Bytes::from(form::write(content, &serde_json::from_slice(&json)?)?),
        Encoding::Text | Encoding::Events | Encoding::TextEvents | Encoding::Lines | Encoding::Sequence => text(json),
        // `serde_json` writes bytes as a list of numbers.
        Encoding::Binary | Encoding::Multipart => match serde_json::from_slice::<Vec<u8>>(&json) {
            Ok(bytes) => Bytes::from(bytes),
            Err(_) => text(json),
        },
    };
    Ok((bytes.into(), media_type))
}

/// Text goes without the quotes that JSON gave it.
fn text(json: Vec<u8>) -> Bytes {
    match serde_json::from_slice(&json) {
        Ok(Value::String(text)) => Bytes::from(text),
        Ok(_) | Err(_) => Bytes::from(json),
    }
}

/// The kind alone: bodies are personal, and may be large.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Payload::Json(_) => "Json",
            Payload::Bytes(_) => "Bytes",
            Payload::Value(_) => "Value",
            Payload::Form(_) => "Form",
            Payload::Blob(_) => "Blob",
            Payload::Events(_) => "Events",
            Payload::Items(_) => "Items",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Content = Content { media_type: "text/plain", encoding: Encoding::Text, ..Content::JSON };
    const BINARY: Content = Content { media_type: "image/png", encoding: Encoding::Binary, ..Content::JSON };

    #[test]
    fn bodies_are_read_as_their_media_type_says() {
        let bytes = Bytes::from_static(b"\xff\x00");
        assert_eq!(decode::<Bytes>(&BINARY, &bytes).unwrap(), bytes);
        assert_eq!(decode::<String>(&TEXT, &Bytes::from_static(b"hi")).unwrap(), "hi");
        assert_eq!(decode::<Vec<u8>>(&Content::JSON, &Bytes::from_static(b"[1]")).unwrap(), [1]);
        assert!(decode::<String>(&TEXT, &bytes).is_err());
        assert_eq!(decode::<()>(&Content::JSON, &Bytes::new()), Ok(()));
        assert_eq!(decode::<Vec<u8>>(&Content::JSON, &Bytes::new()), Err(BodyError::new("it is empty")));
    }

    #[test]
    fn integers_may_be_written_with_a_fraction() {
        let read = |text: &'static str| decode::<Vec<u8>>(&Content::JSON, &Bytes::from_static(text.as_bytes()));
        assert_eq!(read("[1, 2.0, 3e0]"), Ok(vec![1, 2, 3]));
        assert!(read("[1, 2.5]").is_err_and(|why| why.to_string().contains("/1: ")), "{:?}", read("[1, 2.5]"));
    }

    #[test]
    fn numbers_are_read_as_what_they_are() {
        let read = |text: &'static str| decode::<f64>(&Content::JSON, &Bytes::from_static(text.as_bytes()));
        // The first is between two that a quick reading takes for it.
        for (text, number) in [("9007199254740991.0", 9_007_199_254_740_991.0), ("5e-324", 5e-324), ("0.1", 0.1)] {
            assert_eq!(read(text), Ok(number));
        }
    }
}
