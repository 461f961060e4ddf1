//! The way of a request, in this order: its id; the route (404), the method (405, 501, OPTIONS); who is calling (401, 403); the rate
//! (429); media types (415, 406); the body (413, 408); parameters and body against their schemas (400, 422); the transaction with
//! idempotency, handler and commit; the answer. Every response leaves through one place, which writes what all carry.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY};
use http::request::Parts;
use http::{Method, Request, Response, Version};
use methodical_wire::{Operation, Place, SecurityScheme, Timestamp, Violation};
use tracing::Instrument as _;

use crate::api::{Api, Cx, Unauthenticated};
use crate::body::{pass_over, read_body};
use crate::credentials::{Credentials, challenges};
use crate::decode::Decoded;
use crate::failure::Failure;
use crate::idempotency::{InFlight, KeyedRequest};
use crate::negotiate::{check_accept, check_content_encoding, check_content_type};
use crate::peer::{Peer, Secure};
use crate::precondition::{BadPrecondition, Preconditions};
use crate::rate::{Rate, RateLimiter};
use crate::raw::{RawHandler, RawRequest, fault_of};
use crate::refusal::unprocessable;
use crate::respond::{Content, Finished};
use crate::route::{Matched, Route, Routes};
use crate::service::{Handler, Limits};
use crate::tx::ReadTx;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The methods of RFC 9110, RFC 5789 and RFC 10008: known, so that a path without them answers 405 and not 501.
const KNOWN: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"];

/// What all requests to a service share.
pub(crate) struct Pipeline<A: Api> {
    pub(crate) api: A,
    pub(crate) store: A::Store,
    pub(crate) routes: Routes<Handler<A>>,
    pub(crate) limits: Limits,
    pub(crate) base: String,
    pub(crate) realm: String,
    pub(crate) security: &'static [&'static [SecurityScheme]],
    pub(crate) rate: RateLimiter,
    pub(crate) in_flight: InFlight,
}

/// A request whose operation is known.
pub(crate) struct Call<P> {
    pub(crate) operation: &'static Operation,
    pub(crate) decoded: Decoded,
    pub(crate) preconditions: Preconditions,
    pub(crate) key: Option<KeyedRequest>,
    pub(crate) cx: Cx<P>,
    /// The path as it was sent.
    pub(crate) path: String,
    pub(crate) mode: Mode,
}

/// Whether the body is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Whole,
    HeadOnly,
}

/// Where a request leads.
enum Routed<'r, 'p, A: Api> {
    Operation(&'r Route<Handler<A>>, Vec<(&'static str, &'p str)>, Mode),
    Options(String),
}

/// An answer: ours, not yet sent, or a raw handler's.
enum Answered {
    Finished(Finished),
    Raw(Response<Body>),
}

impl<A: Api> Pipeline<A> {
    /// Answers a request. It always does, and a panic in a handler is a 500.
    pub(crate) async fn respond(&self, request: Request<Body>) -> Response<Body> {
        let began = Instant::now();
        let request_id = new_request_id();
        let (parts, body) = request.into_parts();
        let span = tracing::info_span!(
            "request", %request_id, method = %parts.method, operation = tracing::field::Empty,
            path = tracing::field::Empty, status = tracing::field::Empty, milliseconds = tracing::field::Empty,
        );
        let response = self.answer(&parts, body, &request_id).instrument(span.clone()).await;
        span.record("status", response.status().as_u16());
        span.record("milliseconds", u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        span.in_scope(|| tracing::info!("answered"));
        response
    }

    async fn answer(&self, parts: &Parts, mut body: Body, request_id: &str) -> Response<Body> {
        let routed = self.route(parts);
        let security = match &routed {
            Ok(Routed::Operation(route, ..)) => {
                tracing::Span::current().record("operation", route.data.id);
                tracing::Span::current().record("path", route.data.path);
                route.data.security
            }
            Ok(Routed::Options(_)) | Err(_) => self.security,
        };
        let caller = guarded(self.identify(parts, security)).await;
        let rate_key = match &caller {
            Ok((_, rate_key)) => rate_key.clone(),
            Err(_) => Peer::rate_key(&parts.extensions),
        };
        let rate = self.rate.take(&rate_key, Instant::now());
        let answered = match (routed, caller) {
            _ if rate.exceeded => Err(Failure::too_many(Duration::from_secs(rate.reset))),
            (Err(failure), _) => Err(failure),
            (Ok(Routed::Options(allow)), _) => Ok(Answered::Finished(options(&allow))),
            (Ok(Routed::Operation(..)), Err(failure)) => Err(failure),
            (Ok(Routed::Operation(route, values, mode)), Ok((principal, _))) => {
                let cx = Cx { principal, request_id: request_id.to_owned(), now: now() };
                guarded(self.perform(route, &values, mode, parts, &mut body, cx, &rate_key)).await
            }
        };
        pass_over(body, &parts.headers);
        let response = match answered {
            Ok(Answered::Finished(finished)) => finished.into_response(),
            Ok(Answered::Raw(response)) => response,
            Err(failure) => failure.finish(request_id).into_response(),
        };
        self.seal(response, rate, request_id, parts)
    }

    /// What every response carries (META-ACCESS-INFO), and what keeps it out of caches and on TLS.
    fn seal(&self, mut response: Response<Body>, rate: Rate, request_id: &str, parts: &Parts) -> Response<Body> {
        let headers = response.headers_mut();
        rate.write(headers);
        if let Ok(id) = HeaderValue::try_from(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        if !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if parts.extensions.get::<Secure>().is_some() {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
        if parts.method == Method::HEAD {
            *response.body_mut() = Finished::no_content();
        }
        response
    }

    fn route<'r, 'p>(&'r self, parts: &'p Parts) -> Result<Routed<'r, 'p, A>, Failure> {
        check_host(parts)?;
        let length = parts.uri.path_and_query().map_or(0, |text| text.as_str().len());
        if length > self.limits.uri {
            let detail = format!("The URI has {length} bytes, and {} are the most.", self.limits.uri);
            return Err(Failure::new(414, detail));
        }
        let method = parts.method.as_str();
        if !KNOWN.contains(&method) {
            return Err(Failure::new(501, "No resource of this service knows this method."));
        }
        let path = parts.uri.path();
        let found = path.strip_prefix(&self.base).filter(|rest| rest.starts_with('/'));
        let Some(matched) = found.and_then(|rest| self.routes.find(rest)) else {
            return Err(Failure::absent(path));
        };
        choose(&matched, &parts.method)
    }

    /// Who is calling, and under which name their requests are counted. Nothing else of the request has been looked at
    /// (AUTH-ENFORCED).
    async fn identify(
        &self,
        parts: &Parts,
        security: &'static [&'static [SecurityScheme]],
    ) -> Result<(A::Principal, String), Failure> {
        let refuse = |detail: &str| Failure::unauthorized(detail, challenges(security, &self.realm));
        let credentials =
            if security.is_empty() { Some(Credentials::default()) } else { Credentials::read(security, parts) };
        let Some(credentials) = credentials else {
            return Err(refuse("The request carries no credentials, or not in the form that is expected."));
        };
        if credentials.is_empty() {
            let anonymous = self.api.anonymous();
            let principal = anonymous.ok_or_else(|| refuse("The request carries no credentials."))?;
            return Ok((principal, Peer::rate_key(&parts.extensions)));
        }
        let tx = ReadTx::begin(&self.store).await.map_err(|fault| Failure::fault(&fault))?;
        let principal = self.api.authenticate(&tx, &credentials).await;
        let principal = principal.map_err(|error| match error {
            Unauthenticated::Invalid(detail) => refuse(&detail),
            Unauthenticated::Forbidden(detail) => Failure::new(403, detail),
            Unauthenticated::Fault(fault) => Failure::fault(&fault),
        })?;
        let rate_key = self.api.rate_key(&principal);
        Ok((principal, rate_key))
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one request, each from another step")]
    async fn perform(
        &self,
        route: &Route<Handler<A>>,
        values: &[(&'static str, &str)],
        mode: Mode,
        parts: &Parts,
        body: &mut Body,
        cx: Cx<A::Principal>,
        rate_key: &str,
    ) -> Result<Answered, Failure> {
        let operation = route.data;
        let bytes = self.receive(operation, parts, body).await?;
        let handler = match &route.value {
            Handler::Raw(handler) => {
                return Ok(Answered::Raw(take_over(handler, operation, values, parts, bytes, cx).await?));
            }
            Handler::Read(_) | Handler::Write(_) => &route.value,
        };
        let preconditions = Preconditions::read(&parts.headers).map_err(|BadPrecondition(name)| unreadable(name))?;
        let decoded = Decoded::read(operation, parts, values, &bytes)?;
        let key = KeyedRequest::read(operation, &parts.headers, rate_key, &decoded)?;
        let call = Call { operation, decoded, preconditions, key, cx, path: parts.uri.path().to_owned(), mode };
        let finished = match handler {
            Handler::Read(read) => self.read(*read, &call).await?,
            Handler::Write(write) => self.write(*write, &call).await?,
            Handler::Raw(_) => return Err(Failure::internal()),
        };
        Ok(Answered::Finished(finished))
    }

    /// The body of an operation that has one; that of others is not read.
    async fn receive(&self, operation: &'static Operation, parts: &Parts, body: &mut Body) -> Result<Bytes, Failure> {
        check_accept(operation, &parts.headers)?;
        let Some(declared) = &operation.body else {
            return Ok(Bytes::new());
        };
        let is_empty = hyper::body::Body::is_end_stream(body);
        check_content_type(declared, &parts.headers, is_empty)?;
        check_content_encoding(&parts.headers)?;
        read_body(body, self.limits.body, self.limits.timeout).await
    }
}

/// HTTP/1.1 names its host once (RFC 9112, section 3.2): of two, somebody before us may have gone by the other. What did not
/// come over the network names none.
fn check_host(parts: &Parts) -> Result<(), Failure> {
    let needed = parts.version == Version::HTTP_11 && parts.extensions.get::<Peer>().is_some();
    match parts.headers.get_all(HOST).iter().count() {
        0 if needed => Err(Failure::new(400, "The request has no `Host`.")),
        0 | 1 => Ok(()),
        _ => Err(Failure::new(400, "The request has more than one `Host`.")),
    }
}

fn choose<'r, 'p, A: Api>(
    matched: &Matched<'r, 'p, Handler<A>>,
    method: &Method,
) -> Result<Routed<'r, 'p, A>, Failure> {
    if let Some(route) = matched.route(method.as_str()) {
        let mode = if *method == Method::HEAD { Mode::HeadOnly } else { Mode::Whole };
        return Ok(Routed::Operation(route, matched.values(route), mode));
    }
    if *method == Method::OPTIONS {
        return Ok(Routed::Options(matched.allow()));
    }
    match matched.route("GET").filter(|_| *method == Method::HEAD) {
        Some(route) => Ok(Routed::Operation(route, matched.values(route), Mode::HeadOnly)),
        None => Err(Failure::method_not_allowed(method.as_str(), matched.allow())),
    }
}

fn options(allow: &str) -> Finished {
    let mut finished = Finished::empty(204);
    finished.insert(ALLOW, allow);
    finished
}

async fn take_over<P>(
    handler: &RawHandler<P>,
    operation: &'static Operation,
    values: &[(&'static str, &str)],
    parts: &Parts,
    body: Bytes,
    cx: Cx<P>,
) -> Result<Response<Body>, Failure> {
    let request = RawRequest {
        operation,
        request: Request::from_parts(parts.clone(), body),
        parameters: values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        cx,
    };
    let response = handler.call(request).await;
    match fault_of(operation, &response) {
        None => Ok(response),
        Some(fault) => {
            tracing::error!(fault, "a raw handler broke the contract");
            Err(Failure::internal())
        }
    }
}

/// A header field is a parameter, and its mistakes have places like those of others.
fn unreadable(name: &str) -> Failure {
    let detail = "is no list of entity tags".to_owned();
    unprocessable(400, vec![Violation { location: Place::Header, pointer: format!("/{name}"), detail }]).into()
}

/// A panic is a fault of one request and not of the service. Transactions it held are dropped and so rolled back.
async fn guarded<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        tracing::error!(panic = text.unwrap_or("?"), "a handler panicked");
        Err(Failure::internal())
    })
}

/// 128 random bits. Our own always: what a client sends could be anything, and goes into the log.
fn new_request_id() -> String {
    let (high, low) = (getrandom::u64(), getrandom::u64());
    match (high, low) {
        (Ok(high), Ok(low)) => format!("{high:016x}{low:016x}"),
        (Err(_), _) | (_, Err(_)) => format!("t{:x}", now().as_microsecond()),
    }
}

/// To the microsecond: what a JSON timestamp of ours shows, so that what was stored equals what was answered.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

impl Finished {
    /// With the media type that a body has, or would have if HEAD were GET.
    pub(crate) fn with_media_type(mut self, media_type: &str) -> Self {
        self.insert(CONTENT_TYPE, media_type);
        self
    }

    pub(crate) fn with_content(mut self, bytes: Vec<u8>) -> Self {
        self.content = Content::Bytes(bytes);
        self
    }
}
