//! An answer before it has become an outcome or an error. Reading it takes it; what cannot be read is given back with
//! the reason noted, so that no path loses the body.

use bytes::Bytes;
use http::HeaderMap;
use methodical_wire::union::located;
use methodical_wire::{Encoding, Operation, Problem, write_integers};
use serde::de::value::{BytesDeserializer, Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_json::Value;
use url::Url;

use crate::meta::{Location, Meta};
use crate::operation::EffectKind;

/// An answer to an operation.
#[derive(Debug)]
pub struct Answer(Box<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) operation: &'static Operation,
    pub(crate) effect: EffectKind,
    pub(crate) asked: Url,
    pub(crate) meta: Meta,
    pub(crate) body: Bytes,
    /// An attempt before this one may have reached the server, without an answer to us.
    pub(crate) after_loss: bool,
    pub(crate) fault: Option<String>,
}

impl Answer {
    pub(crate) fn new(parts: Parts) -> Answer {
        Answer(Box::new(parts))
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    pub(crate) fn into_parts(self) -> Parts {
        *self.0
    }

    pub(crate) fn is_after_loss(&self) -> bool {
        self.0.after_loss
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.0.meta.status
    }

    /// What it says beside its body.
    pub fn into_meta(self) -> Meta {
        self.0.meta
    }

    /// The body as the declared media type has it: JSON, else text or bytes.
    ///
    /// # Errors
    /// If it is not what is declared; the answer then becomes [`CallError::Decode`](crate::CallError::Decode).
    pub fn json<T: DeserializeOwned>(self) -> Result<(T, Meta), Answer> {
        match decode(self.encoding(), &self.0.body) {
            Ok(value) => Ok((value, self.0.meta)),
            Err(fault) => Err(Answer::new(Parts { fault: Some(fault), ..*self.0 })),
        }
    }

    /// The body as a problem; a missing one is made from the status.
    ///
    /// # Errors
    /// If it is neither an object nor plain text.
    pub fn problem(self) -> Result<(Problem, Meta), Answer> {
        match read_problem(self.0.meta.status, &self.0.meta.headers, &self.0.body) {
            Some(problem) => Ok((problem, self.0.meta)),
            None => Err(self),
        }
    }

    /// `Location`, or what was asked for where it is absent: RFC 9110, section 9.3.3 says that this is then the resource.
    pub(crate) fn location(&self) -> Location {
        self.0.meta.location.clone().unwrap_or_else(|| {
            let mut asked = self.0.asked.clone();
            asked.set_query(None);
            Location::new(asked)
        })
    }

    /// `Location`, if there is one.
    pub(crate) fn declared_location(&self) -> Option<Location> {
        self.0.meta.location.clone()
    }

    /// This answer as one that cannot be read.
    pub(crate) fn with_fault(self, fault: &str) -> Answer {
        Answer::new(Parts { fault: Some(fault.to_owned()), ..*self.0 })
    }

    fn encoding(&self) -> Encoding {
        let declared = self.0.operation.response(self.0.meta.status).and_then(|response| response.body);
        declared.map_or(Encoding::Json, |body| body.encoding)
    }
}

fn decode<T: DeserializeOwned>(encoding: Encoding, body: &Bytes) -> Result<T, String> {
    match encoding {
        // No content is what `()` and `Option` read null as.
        Encoding::Json | Encoding::Problem if body.is_empty() => {
            serde_json::from_slice(b"null").map_err(|_| "it is empty".to_owned())
        }
        Encoding::Json | Encoding::Problem => serde_json::from_slice(body)
            .or_else(|error| with_integers(body).ok_or(error))
            .map_err(|error| why::<T>(body, &error)),
        Encoding::Text | Encoding::Form => {
            let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
            let deserializer: StrDeserializer<'_, ValueError> = text.into_deserializer();
            T::deserialize(deserializer).map_err(|error| error.to_string())
        }
        Encoding::Binary | Encoding::Multipart => {
            let deserializer: BytesDeserializer<'_, ValueError> = BytesDeserializer::new(body);
            T::deserialize(deserializer).map_err(|error| error.to_string())
        }
    }
}

/// The body with its integers written as such: JSON Schema counts `1.0` as one, Rust's types do not.
fn with_integers<T: DeserializeOwned>(body: &Bytes) -> Option<T> {
    let mut value = serde_json::from_slice(body).ok()?;
    write_integers(&mut value);
    serde_json::from_slice(&serde_json::to_vec(&value).ok()?).ok()
}

/// Why a body cannot be read as `T`, and where: for what is no error this would only cost time.
fn why<T: DeserializeOwned>(body: &Bytes, error: &serde_json::Error) -> String {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let again: Result<T, _> = serde_path_to_error::deserialize(&mut deserializer);
    again.err().map_or_else(|| error.to_string(), |error| located(&error))
}

/// The body of a refusal.
#[derive(Debug)]
pub struct ErrorBody(Box<(Meta, Bytes)>);

impl ErrorBody {
    pub(crate) fn new(meta: Meta, body: Bytes) -> ErrorBody {
        ErrorBody(Box::new((meta, body)))
    }
    /// The body as a problem, boxed or not; a missing one is made from the status.
    ///
    /// # Errors
    /// If it is neither an object nor plain text.
    pub fn problem<P: From<Problem>>(self) -> Result<P, ErrorBody> {
        let (meta, body) = &*self.0;
        read_problem(meta.status, &meta.headers, body).map(P::from).ok_or(self)
    }

    /// The body as another declared type.
    ///
    /// # Errors
    /// If it is not of that type.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, ErrorBody> {
        serde_json::from_slice(&self.0.1).map_err(|_| self)
    }

    /// The bytes.
    pub fn bytes(self) -> Bytes {
        self.0.1
    }
}

/// HEAD and some servers send no body with an error, others plain text. HTML is a page of something in between, and no
/// answer of the API's.
pub(crate) fn read_problem(status: u16, headers: &HeaderMap, body: &[u8]) -> Option<Problem> {
    if body.is_empty() {
        return Some(Problem { detail: None, ..Problem::new(status, "") });
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => {
            let problem = Problem::from(members);
            // The status line was there first; a missing `status` is no reason to forget it.
            Some(if problem.status == 0 { with_status(problem, status) } else { problem })
        }
        Ok(_) => None,
        Err(_) => {
            let media_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok())?;
            let text = std::str::from_utf8(body).ok().filter(|_| media_type.starts_with("text/plain"))?;
            Some(Problem::new(status, text.trim()))
        }
    }
}

fn with_status(problem: Problem, status: u16) -> Problem {
    let untitled = problem.title == Problem::new(0, "").title;
    let title = if untitled { Problem::new(status, "").title } else { problem.title };
    Problem { status, title, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_may_be_written_with_a_fraction() {
        let read = |text: &'static str| decode::<Vec<u8>>(Encoding::Json, &Bytes::from_static(text.as_bytes()));
        assert_eq!(read("[1, 2.0, 3e0]"), Ok(vec![1, 2, 3]));
        assert!(read("[1, 2.5]").is_err_and(|why| why.contains("/1: ")), "{:?}", read("[1, 2.5]"));
    }

    fn check(media_type: &'static str, body: &str, expect: Option<&str>) {
        let headers = [(http::header::CONTENT_TYPE, http::HeaderValue::from_static(media_type))];
        let problem = read_problem(404, &headers.into_iter().collect(), body.as_bytes());
        assert_eq!(problem.map(|problem| problem.to_string()).as_deref(), expect, "{body}");
    }

    #[test]
    fn problems_are_read_from_what_there_is() {
        check("application/problem+json", r#"{"status":404,"title":"No tag","detail":"a"}"#, Some("404 No tag: a"));
        check("application/json", r#"{"message":"no"}"#, Some("404 Not Found"));
        check("text/plain; charset=utf-8", "no such tag\n", Some("404 Not Found: no such tag"));
        check("application/json", "", Some("404 Not Found"));
        check("text/html", "<h1>no</h1>", None);
        check("application/json", "[]", None);
    }

    #[test]
    fn bodies_are_read_as_their_media_type_says() {
        let bytes = Bytes::from_static(b"\xff\x00");
        assert_eq!(decode::<Bytes>(Encoding::Binary, &bytes).unwrap(), bytes);
        assert_eq!(decode::<String>(Encoding::Text, &Bytes::from_static(b"hi")).unwrap(), "hi");
        assert_eq!(decode::<Vec<u8>>(Encoding::Json, &Bytes::from_static(b"[1]")).unwrap(), [1]);
        assert!(decode::<String>(Encoding::Text, &bytes).is_err());
        assert_eq!(decode::<()>(Encoding::Json, &Bytes::new()), Ok(()));
        assert_eq!(decode::<Vec<u8>>(Encoding::Json, &Bytes::new()), Err("it is empty".to_owned()));
    }
}
