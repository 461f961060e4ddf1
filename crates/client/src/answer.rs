//! An answer before it has become an outcome or an error. Reading it takes it; what cannot be read is given back with
//! the reason noted, so that no path loses the body.

use std::any::Any;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use methodical_wire::body::Payload;
use methodical_wire::{Blob, Body, Content, Encoding, Operation, Problem, ReadBody, media};
use serde_json::Value;
use url::Url;

use crate::meta::{Location, Meta};
use crate::operation::EffectKind;
use crate::transport::Reading;

/// An answer to an operation.
#[derive(Debug)]
pub struct Answer(Box<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) operation: &'static Operation,
    pub(crate) effect: EffectKind,
    pub(crate) asked: Url,
    pub(crate) meta: Meta,
    pub(crate) body: Blob,
    /// An attempt before this one may have reached the server, without an answer to us.
    pub(crate) after_loss: bool,
    pub(crate) fault: Option<String>,
}

impl Parts {
    /// What was read of the body: all, or nothing of one that is read as it comes.
    pub(crate) fn bytes(&self) -> Bytes {
        self.body.in_memory().cloned().unwrap_or_default()
    }
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
    pub fn read<T: ReadBody>(self) -> Result<(T, Meta), Answer> {
        match read(self.0.operation, &self.0.meta, self.0.body.clone()) {
            Ok(value) => Ok((value, self.0.meta)),
            Err(fault) => Err(Answer::new(Parts { fault: Some(fault), ..*self.0 })),
        }
    }

    /// The body as a problem; a missing one is made from the status.
    ///
    /// # Errors
    /// If it is neither an object nor plain text.
    pub fn problem(self) -> Result<(Problem, Meta), Answer> {
        match read_problem(self.0.meta.status, &self.0.meta.headers, &self.0.bytes()) {
            Some(problem) => Ok((problem, self.0.meta)),
            None => Err(self),
        }
    }

    /// What is said of the absence of what was asked for: a problem, which needs no body, or what else is declared.
    pub(crate) fn absence<N: ReadBody + 'static>(self) -> Result<(N, Meta), Answer> {
        let mut absence: Option<N> = None;
        match (&mut absence as &mut dyn Any).downcast_mut::<Option<Problem>>() {
            Some(problem) => *problem = read_problem(self.0.meta.status, &self.0.meta.headers, &self.0.bytes()),
            None => absence = read(self.0.operation, &self.0.meta, self.0.body.clone()).ok(),
        }
        match absence {
            Some(absence) => Ok((absence, self.0.meta)),
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
}

/// Reads a body as its declared content.
fn read<T: ReadBody>(operation: &Operation, meta: &Meta, body: Blob) -> Result<T, String> {
    let media_type = meta.media_type();
    let (content, data) = content_of(operation, meta.status, media_type)?;
    let says_otherwise = media_type.filter(|media_type| media::content_of(&[*data], media_type).is_none());
    if let Some(media_type) = says_otherwise.filter(|_| is_events(data)) {
        // Anything could be read as events, and there would be none.
        return Err(format!("it is `{media_type}`, and `{}` is declared", data.media_type));
    }
    let payload = body.in_memory().cloned().map_or_else(|| Payload::Blob(body), Payload::Bytes);
    let said = media_type.filter(|_| media::is_range(data.media_type)).map(str::to_owned);
    T::read(Body { content, data, payload, media_type: said }).map_err(|error| match media_type {
        // What a proxy has to say is seldom what was declared.
        Some(media_type) if says_otherwise.is_some() => {
            format!("{error} (it says that it is `{media_type}`, and `{}` is declared)", data.media_type)
        }
        Some(_) | None => error.to_string(),
    })
}

fn is_events(content: &Content) -> bool {
    matches!(content.encoding, Encoding::Events | Encoding::TextEvents)
}

/// How an answer is read: a success that is bytes or a stream as it comes, everything else whole.
pub(crate) fn reading(operation: &Operation, status: u16, headers: &HeaderMap) -> Reading {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Ok((_, content)) = content_of(operation, status, media_type) else { return Reading::Whole };
    let is_another = || media_type.is_some_and(|media_type| media::content_of(&[*content], media_type).is_none());
    match content.encoding {
        _ if !(200..300).contains(&status) => Reading::Whole,
        Encoding::Events | Encoding::TextEvents if is_another() => Reading::Whole,
        Encoding::Events | Encoding::TextEvents | Encoding::Lines | Encoding::Sequence => Reading::Events,
        Encoding::Binary => Reading::Pieces,
        Encoding::Multipart if content.fields.is_empty() => Reading::Pieces,
        Encoding::Json | Encoding::Problem | Encoding::Form | Encoding::Text | Encoding::Multipart => Reading::Whole,
    }
}

/// The declared content of an answer. Where there is no choice, what the answer says of itself matters only if it cannot be
/// read: many servers say nothing, or something else.
fn content_of(
    operation: &Operation,
    status: u16,
    media_type: Option<&str>,
) -> Result<(usize, &'static Content), String> {
    static JSON: Content = Content::JSON;
    let contents = operation.response(status).map_or::<&'static [Content], _>(&[], |response| response.contents);
    match (contents, media_type) {
        ([], _) => Ok((0, &JSON)),
        ([first], _) | ([first, ..], None) => Ok((0, first)),
        (several, Some(media_type)) => match media::content_of(several, media_type) {
            Some(index) => Ok((index, &several[index])),
            None => Err(format!("it is `{media_type}`, which is not declared")),
        },
    }
}

/// The body of a refusal.
#[derive(Debug)]
pub struct ErrorBody(Box<(&'static Operation, Meta, Bytes)>);

impl ErrorBody {
    pub(crate) fn new(operation: &'static Operation, meta: Meta, body: Bytes) -> ErrorBody {
        ErrorBody(Box::new((operation, meta, body)))
    }

    /// The body as a problem, boxed or not; a missing one is made from the status.
    ///
    /// # Errors
    /// If it is neither an object nor plain text.
    pub fn problem<P: From<Problem>>(self) -> Result<P, ErrorBody> {
        let (_, meta, body) = &*self.0;
        read_problem(meta.status, &meta.headers, body).map(P::from).ok_or(self)
    }

    /// The body as another declared type.
    ///
    /// # Errors
    /// If it is not of that type.
    pub fn read<T: ReadBody>(self) -> Result<T, ErrorBody> {
        let (operation, meta, body) = &*self.0;
        read(operation, meta, body.clone().into()).map_err(|_| self)
    }

    /// The bytes.
    pub fn bytes(self) -> Bytes {
        self.0.2
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
            let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())?;
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
}
