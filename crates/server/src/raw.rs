//! The way out: an implementor takes over one operation and answers the HTTP request itself. Authentication, limits and the
//! reading of the body stay the runtime's, and so do the promises that can be seen from outside: a status that is not
//! declared, a 201 without `Location`, a 401 without a challenge or an error that is no problem document becomes a logged 500.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Request, Response};
use methodical_wire::{Encoding, Operation};

use crate::api::Cx;

/// A request to an operation that was taken over.
#[derive(Debug)]
pub struct RawRequest<P> {
    /// The operation.
    pub operation: &'static Operation,
    /// The request as it came, its body read within the limits.
    pub request: Request<Bytes>,
    /// The path parameters as they were sent, percent-encoding included.
    pub parameters: Vec<(&'static str, String)>,
    /// Who is calling.
    pub cx: Cx<P>,
}

type Handle<P> = dyn Fn(RawRequest<P>) -> BoxFuture<'static, Response<Body>> + Send + Sync;

/// A handler for [`Service::raw`](crate::Service::raw).
pub(crate) struct RawHandler<P>(Arc<Handle<P>>);

impl<P> RawHandler<P> {
    pub(crate) fn new<F, R>(handler: F) -> Self
    where
        F: Fn(RawRequest<P>) -> R + Send + Sync + 'static,
        R: Future<Output = Response<Body>> + Send + 'static,
    {
        Self(Arc::new(move |request| handler(request).boxed()))
    }

    pub(crate) fn call(&self, request: RawRequest<P>) -> BoxFuture<'static, Response<Body>> {
        (self.0)(request)
    }
}

impl<P> fmt::Debug for RawHandler<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawHandler")
    }
}

/// What is wrong with an answer, if anything that can be seen is.
pub(crate) fn fault_of(operation: &Operation, response: &Response<Body>) -> Option<String> {
    let status = response.status().as_u16();
    // RFC 9110 lets every GET be answered with 304, and the runtime's own errors need no declaration either.
    let Some(declared) = operation.response(status) else {
        return (status != 304).then(|| format!("`{}` does not declare the status {status}", operation.id));
    };
    if let Some(name) = needed(status).filter(|name| !response.headers().contains_key(name)) {
        return Some(format!("`{}` answered {status} without `{name}`", operation.id));
    }
    let body = declared.contents.first().filter(|body| body.encoding == Encoding::Problem)?;
    let sent = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let problem = sent.split(';').next().is_some_and(|sent| sent.trim().eq_ignore_ascii_case(body.media_type));
    (!problem).then(|| format!("`{}` answered {status} without `{}`", operation.id, body.media_type))
}

/// The header field without which a status says nothing: where it is, who is asked, what is allowed, how long to wait.
fn needed(status: u16) -> Option<HeaderName> {
    match status {
        201 => Some(LOCATION),
        401 => Some(WWW_AUTHENTICATE),
        405 => Some(ALLOW),
        429 | 503 => Some(RETRY_AFTER),
        _ => None,
    }
}

/// Fields by which a proxy or a framework may turn one method into another. A handler that took an operation over must
/// not be led to honour them (METHOD-NO-OVERRIDE).
pub(crate) const OVERRIDES: [HeaderName; 3] = [
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-method-override"),
];

/// There is no such operation to take over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no operation `{id}` is registered")]
pub struct UnknownOperation {
    /// The id that was asked for.
    pub id: String,
}
