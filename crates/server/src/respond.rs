//! From facts and refusals to responses: status, header fields and body. The only place that makes error bodies
//! (ERROR-PROBLEM) and the only one that writes `Location` (POST-LOCATION-RESOLVES).

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use methodical_wire::style::encode_segment;
use methodical_wire::{Encoding, Etag, Operation, Problem, ResponseBody};
use serde_json::Value;

use crate::answer::{Reply, Statuses};
use crate::fault::Fault;

/// As many header fields as most responses have.
const FIELDS: usize = 12;

/// A response before it is sent: what an idempotency key keeps.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// No content, and no claim about its length: 204, 304, and HEAD, whose length would be GET's (HEAD-LENGTH-TRUE).
    None,
    Bytes(Vec<u8>),
}

impl Finished {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: HeaderMap::with_capacity(FIELDS), content: Content::None }
    }

    pub(crate) fn problem(problem: &Problem) -> Self {
        let bytes = serde_json::to_vec(problem).unwrap_or_default();
        let mut finished = Self::empty(problem.status);
        finished.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        finished.content = Content::Bytes(bytes);
        finished
    }

    /// A further field of this name: a 401 may carry several challenges.
    pub(crate) fn append(&mut self, name: HeaderName, value: &str) {
        match HeaderValue::try_from(value) {
            Ok(value) => {
                self.headers.append(name, value);
            }
            Err(_) => tracing::error!(%name, "a header value cannot be sent"),
        }
    }

    /// A value that no header can hold is left out; none of ours is one.
    pub(crate) fn insert(&mut self, name: HeaderName, value: &str) {
        match HeaderValue::try_from(value) {
            Ok(value) => {
                self.headers.insert(name, value);
            }
            Err(_) => tracing::error!(%name, "a header value cannot be sent"),
        }
    }

    pub(crate) fn set_etag(&mut self, etag: Option<&Etag>) {
        if let Some(etag) = etag {
            self.insert(ETAG, &etag.to_string());
        }
    }

    /// A body without content and without a length.
    pub(crate) fn no_content() -> Body {
        Body::new(Unsized)
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let body = match self.content {
            Content::None => Self::no_content(),
            Content::Bytes(bytes) => Body::new(Full::new(Bytes::from(bytes))),
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response
    }
}

/// A body without content that does not say so: axum would write `Content-Length: 0` for one that does.
struct Unsized;

impl HttpBody for Unsized {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::new()
    }
}

/// Where a request went, for the `Location` of what it created.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'p> {
    /// What stands before every path template.
    pub(crate) base: &'p str,
    /// The path of the request, base included.
    pub(crate) path: &'p str,
}

/// The response to a success of a writing handler.
pub(crate) fn finish(operation: &'static Operation, reply: Reply, place: Place<'_>) -> Result<Finished, Fault> {
    let Reply { statuses, etag, body } = reply;
    let status = declared_status(operation, statuses)?;
    let mut finished = Finished::empty(status);
    finished.set_etag(etag.as_ref());
    match statuses {
        Statuses::Accepted => finished.insert(LOCATION, &monitor(operation, body.as_deref(), place)?),
        Statuses::One(_) | Statuses::AnyOf(_) if status == 201 => {
            let location = location(operation, body.as_deref(), place);
            finished.insert(LOCATION, &location);
        }
        Statuses::One(_) | Statuses::AnyOf(_) => {}
    }
    if let (Some(declared), Some(body)) = (body_of(operation, status), body) {
        finished.insert(CONTENT_TYPE, declared.media_type);
        finished.content = Content::Bytes(encode(declared.encoding, body)?);
    }
    Ok(finished)
}

/// The body that a response of this status has.
pub(crate) fn body_of(operation: &'static Operation, status: u16) -> Option<ResponseBody> {
    operation.response(status).and_then(|response| response.body)
}

/// The first status that is both true and declared.
fn declared_status(operation: &'static Operation, statuses: Statuses) -> Result<u16, Fault> {
    let one;
    let candidates = match statuses {
        Statuses::One(status) => {
            one = [status];
            one.as_slice()
        }
        Statuses::AnyOf(candidates) => candidates,
        Statuses::Accepted => &[202],
    };
    let declared = candidates.iter().find(|status| operation.response(**status).is_some());
    declared.copied().ok_or_else(|| Fault::Other {
        detail: format!("`{}` does not declare the status {}", operation.id, candidates[0]),
    })
}

/// The declared link that the body can fill, else the URL of the request: a PUT creates there, and several objects that
/// one POST created are found in the collection.
fn location(operation: &'static Operation, body: Option<&[u8]>, place: Place<'_>) -> String {
    linked(operation, body, place).unwrap_or_else(|| place.path.to_owned())
}

/// The URL of what follows the work (LRO-MONITOR). That of the request would be a lie, so without a monitor in the body
/// there is no answer.
fn monitor(operation: &'static Operation, body: Option<&[u8]>, place: Place<'_>) -> Result<String, Fault> {
    linked(operation, body, place).ok_or_else(|| Fault::Other {
        detail: format!("the answer of `{}` names no monitor that the work could be followed at", operation.id),
    })
}

fn linked(operation: &'static Operation, body: Option<&[u8]>, place: Place<'_>) -> Option<String> {
    let value: Option<Value> = match operation.locations {
        [] => None,
        [_, ..] => body.and_then(|body| serde_json::from_slice(body).ok()),
    };
    let value = value?;
    let sent = place.path.strip_prefix(place.base).unwrap_or(place.path);
    let path = operation.locations.iter().find_map(|template| template.expand(&value, operation.path, sent))?;
    Some(format!("{}{path}", place.base))
}

/// From JSON text to the bytes of the declared media type.
pub(crate) fn encode(encoding: Encoding, json: Vec<u8>) -> Result<Vec<u8>, Fault> {
    match encoding {
        Encoding::Json | Encoding::Problem => Ok(json),
        Encoding::Text => match serde_json::from_slice(&json) {
            Ok(Value::String(text)) => Ok(text.into_bytes()),
            Ok(_) | Err(_) => Ok(json),
        },
        // `serde_json` writes bytes as a list of numbers.
        Encoding::Binary | Encoding::Multipart => match serde_json::from_slice::<Vec<u8>>(&json) {
            Ok(bytes) => Ok(bytes),
            Err(_) => encode(Encoding::Text, json),
        },
        Encoding::Form => match serde_json::from_slice(&json) {
            Ok(Value::Object(members)) => {
                let pair = |(name, value): (&String, &Value)| {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    format!("{}={}", encode_segment(name), encode_segment(&text))
                };
                Ok(members.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes())
            }
            Ok(_) => Ok(json),
            Err(error) => Err(Fault::Unwritable(error)),
        },
    }
}
