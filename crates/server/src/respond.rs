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
use methodical_wire::body::{Payload, Written, encode};
use methodical_wire::{Blob, BodyError, Content as Declared, Encoding, Etag, Operation, Problem, media};
use serde_json::Value;

use crate::answer::{Reply, Statuses};
use crate::fault::Fault;
use crate::streaming::Streaming;

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
    Bytes(Bytes),
    /// What is sent as it comes, and whether it is whole events.
    Stream {
        blob: Blob,
        are_events: bool,
    },
}

impl Finished {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: HeaderMap::with_capacity(FIELDS), content: Content::None }
    }

    pub(crate) fn problem(problem: &Problem) -> Self {
        let bytes = serde_json::to_vec(problem).unwrap_or_default();
        let mut finished = Self::empty(problem.status);
        finished.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        finished.content = Content::Bytes(bytes.into());
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

    /// The header fields that a handler has given.
    pub(crate) fn set_headers(&mut self, headers: Vec<(&'static str, String)>) {
        for (name, value) in headers {
            match HeaderName::try_from(name) {
                Ok(name) => self.insert(name, &value),
                Err(_) => tracing::error!(name, "no header can have this name"),
            }
        }
    }

    /// The body, as the declared content has it.
    pub(crate) fn set_body(&mut self, declared: &Declared, body: Written) -> Result<(), Fault> {
        let are_events = matches!(body.payload, Payload::Events(_));
        let (blob, media_type) = encode(declared, body).map_err(unwritable)?;
        self.insert(CONTENT_TYPE, media_type.as_deref().unwrap_or(content_type(declared)));
        self.content = match blob.in_memory() {
            Some(bytes) => Content::Bytes(bytes.clone()),
            None => Content::Stream { blob, are_events },
        };
        Ok(())
    }

    /// Reads a stream to its end, so that it can be kept.
    pub(crate) async fn collect(&mut self, limit: usize) -> Result<(), Fault> {
        if let Content::Stream { blob, .. } = &self.content {
            let bytes = blob.clone().bytes_within(limit).await;
            let bytes = bytes.map_err(|error| Fault::Other { detail: format!("an answer cannot be kept: {error}") })?;
            self.content = Content::Bytes(bytes);
        }
        Ok(())
    }

    /// A body without content and without a length.
    pub(crate) fn no_content() -> Body {
        Body::new(Unsized)
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let body = match self.content {
            Content::None => Self::no_content(),
            Content::Bytes(bytes) => Body::new(Full::new(bytes)),
            Content::Stream { blob, are_events: false } => Body::new(Streaming::of(blob)),
            Content::Stream { blob, are_events: true } => Body::new(Streaming::of_events(blob)),
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
    let Reply { statuses, etag, headers, body } = reply;
    let status = declared_status(operation, statuses)?;
    let mut finished = Finished::empty(status);
    finished.set_headers(headers);
    finished.set_etag(etag.as_ref());
    match statuses {
        Statuses::Accepted => finished.insert(LOCATION, &monitor(operation, body.as_ref(), place)?),
        Statuses::One(_) | Statuses::AnyOf(_) if status == 201 => {
            let location = location(operation, body.as_ref(), place);
            finished.insert(LOCATION, &location);
        }
        Statuses::One(_) | Statuses::AnyOf(_) => {}
    }
    if let Some(body) = body
        && let Some(declared) = content_of(operation, status, body.content)?
    {
        finished.set_body(declared, body)?;
    }
    Ok(finished)
}

/// The declared content of a response with this status; `None`: it is declared without a body.
pub(crate) fn content_of(
    operation: &'static Operation,
    status: u16,
    content: usize,
) -> Result<Option<&'static Declared>, Fault> {
    let contents = operation.response(status).map_or::<&[Declared], _>(&[], |response| response.contents);
    match contents.get(content) {
        None if !contents.is_empty() => {
            let detail = format!("`{}` does not declare content {content} of the status {status}", operation.id);
            Err(Fault::Other { detail })
        }
        declared => Ok(declared),
    }
}

/// Whether a body has to say which media type of a range it is, because its encoding does not.
pub(crate) fn is_open(content: &Declared) -> bool {
    media::is_range(content.media_type)
        && matches!(content.encoding, Encoding::Text | Encoding::Binary | Encoding::Multipart)
}

/// What a body says that it is. A range stands for what its encoding mostly is.
pub(crate) fn content_type(content: &Declared) -> &'static str {
    match content.encoding {
        _ if !media::is_range(content.media_type) => content.media_type,
        Encoding::Json => "application/json",
        Encoding::Problem => "application/problem+json",
        Encoding::Form => "application/x-www-form-urlencoded",
        Encoding::Text => "text/plain; charset=utf-8",
        Encoding::Events | Encoding::TextEvents => "text/event-stream",
        Encoding::Lines => "application/jsonl",
        Encoding::Sequence => "application/json-seq",
        Encoding::Binary | Encoding::Multipart => "application/octet-stream",
    }
}

pub(crate) fn unwritable(error: BodyError) -> Fault {
    Fault::Other { detail: format!("a body cannot be written: {error}") }
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
fn location(operation: &'static Operation, body: Option<&Written>, place: Place<'_>) -> String {
    linked(operation, body, place).unwrap_or_else(|| place.path.to_owned())
}

/// The URL of what follows the work (LRO-MONITOR). That of the request would be a lie, so without a monitor in the body
/// there is no answer.
fn monitor(operation: &'static Operation, body: Option<&Written>, place: Place<'_>) -> Result<String, Fault> {
    linked(operation, body, place).ok_or_else(|| Fault::Other {
        detail: format!("the answer of `{}` names no monitor that the work could be followed at", operation.id),
    })
}

fn linked(operation: &'static Operation, body: Option<&Written>, place: Place<'_>) -> Option<String> {
    let value: Option<Value> = match (operation.locations, body.map(|body| &body.payload)) {
        ([_, ..], Some(Payload::Json(text))) => serde_json::from_slice(text).ok(),
        ([..], _) => None,
    };
    let value = value?;
    let sent = place.path.strip_prefix(place.base).unwrap_or(place.path);
    let path = operation.locations.iter().find_map(|template| template.expand(&value, operation.path, sent))?;
    Some(format!("{}{path}", place.base))
}
