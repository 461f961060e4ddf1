//! The way of a request, in this order: its id; the route (404), the method (405, 501, OPTIONS); who is calling (401); the rate
//! (429); whether they may do this (403); media types (415, 406); the body (413, 408); parameters and body against their schemas
//! (400, 422); the transaction with idempotency, handler and commit; the answer. Every response leaves through one place, which
//! writes what all carry.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY,
    WWW_AUTHENTICATE,
};
use http::request::Parts;
use http::{Method, Request, Response};
use hyper::body::Body as _;
use methodical_wire::{Encoding, Operation, Place, SecurityScheme, Timestamp, Uuid, Violation};
use tracing::Instrument as _;

use crate::api::{Api, Cx};
use crate::body::{Arrived, Large, pass_over, read_blob, read_body, read_parts};
use crate::caller::Caller;
use crate::credentials::challenges;
use crate::decode::{Decoded, Received};
use crate::failure::Failure;
use crate::head::check_head;
use crate::idempotency::{InFlight, KeyedRequest};
use crate::items::read_items;
use crate::negotiate::{check_accept, check_content_encoding, choose_content};
use crate::observe::{Observer, Seen, Watch};
use crate::peer::{Peer, Secure};
use crate::precondition::{BadPrecondition, Preconditions};
use crate::rate::{Rate, RateCounter};
use crate::raw::{OVERRIDES, RawHandler, RawRequest, fault_of};
use crate::refusal::unprocessable;
use crate::respond::Finished;
use crate::route::{Matched, Route, Routes};
use crate::service::{Handler, Limits};
use crate::trace::trace_id;
use crate::tx::ReadTx;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The methods of RFC 9110, RFC 5789 and RFC 10008: known, so that a path without them answers 405 and not 501.
const KNOWN: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"];

/// What all requests to a service share.
pub(crate) struct Pipeline<A: Api> {
    pub(crate) api: A,
    pub(crate) store: A::Store,
    pub(crate) routes: Routes<Handler<A>>,
    /// The operations that have servers of their own, by these servers' paths.
    pub(crate) elsewhere: BTreeMap<String, Routes<Handler<A>>>,
    pub(crate) limits: Limits,
    pub(crate) base: String,
    pub(crate) realm: String,
    pub(crate) security: &'static [&'static [SecurityScheme]],
    pub(crate) rate: Arc<dyn RateCounter>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) in_flight: InFlight,
}

/// A request whose operation is known.
pub(crate) struct Call<'c, P> {
    pub(crate) operation: &'static Operation,
    pub(crate) decoded: Decoded,
    pub(crate) preconditions: Preconditions,
    pub(crate) key: Option<KeyedRequest>,
    pub(crate) cx: Cx<P>,
    /// The path as it was sent.
    pub(crate) path: &'c str,
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

/// What is known of a request whose caller is.
struct Known<'k, A: Api> {
    cx: Cx<A::Principal>,
    view: Option<ReadTx<A::Store>>,
    rate_key: String,
    anonymous: bool,
    seen: &'k mut Seen,
}

/// An answer: ours, not yet sent, or a raw handler's.
enum Answered {
    Finished(Finished),
    Raw(Response<Body>),
}

impl<A: Api> Pipeline<A> {
    /// Answers a request. It always does, and a panic in a handler is a 500.
    pub(crate) async fn respond(&self, request: Request<Body>) -> Response<Body> {
        let request_id = new_request_id();
        let (parts, body) = request.into_parts();
        let span = tracing::info_span!(
            "request", %request_id, method = known(&parts.method).unwrap_or("other"),
            operation = tracing::field::Empty, path = tracing::field::Empty, caller = tracing::field::Empty,
            trace_id = trace_id(&parts.headers), status = tracing::field::Empty, bytes = tracing::field::Empty,
            milliseconds = tracing::field::Empty,
        );
        let mut watch = Watch::begin(self.observer.as_deref(), span.clone(), &parts.method, &request_id);
        let response = self.answer(&parts, body, &request_id, &mut watch.seen).instrument(span).await;
        let size = response.body().size_hint();
        watch.answered(response.status().as_u16(), size.exact().unwrap_or(size.lower()));
        response
    }

    async fn answer(&self, parts: &Parts, mut body: Body, request_id: &str, seen: &mut Seen) -> Response<Body> {
        let routed = self.route(parts);
        let security = match &routed {
            Ok(Routed::Operation(route, ..)) => {
                tracing::Span::current().record("operation", route.data.id);
                tracing::Span::current().record("path", route.data.path);
                seen.operation = Some(route.data);
                route.data.security
            }
            Ok(Routed::Options(_)) | Err(_) => self.security,
        };
        let mut caller = guarded(self.identify(parts, security)).await;
        if let Some(name) = caller.as_mut().ok().and_then(|caller| caller.name.take()) {
            tracing::Span::current().record("caller", &name);
            seen.caller = Some(name);
        }
        let counted = match &caller {
            Ok(caller) => guarded(self.count(&caller.rate_key)).await,
            Err(_) => guarded(self.count(&Peer::rate_key(&parts.extensions))).await,
        };
        let rate = *counted.as_ref().unwrap_or(&Rate::unknown(self.limits.rate));
        seen.limited = rate.exceeded;
        let answered = match (counted, routed, caller) {
            (Err(failure), ..) => Err(failure),
            _ if rate.exceeded => Err(Failure::too_many(Duration::from_secs(rate.reset))),
            (Ok(_), Err(failure), _) => Err(failure),
            (Ok(_), Ok(Routed::Options(allow)), _) => Ok(Answered::Finished(options(&allow))),
            (Ok(_), Ok(Routed::Operation(..)), Err(failure)) => Err(failure),
            (Ok(_), Ok(Routed::Operation(route, values, mode)), Ok(caller)) => {
                let Caller { principal, view, rate_key, anonymous, name: _ } = caller;
                let cx = Cx { principal, request_id: request_id.to_owned(), now: now() };
                let known = Known { cx, view, rate_key, anonymous, seen };
                guarded(self.perform(route, &values, mode, parts, &mut body, known)).await
            }
        };
        pass_over(body, &parts.headers);
        let response = match answered {
            Ok(Answered::Finished(finished)) => finished.into_response(),
            Ok(Answered::Raw(response)) => response,
            Err(failure) => {
                let mut finished = failure.finish(seen.operation, request_id, parts.uri.path());
                self.complete(&mut finished, security, parts.uri.path());
                finished.into_response()
            }
        };
        self.seal(response, rate, request_id, parts)
    }

    /// Whether anybody wants to know who is calling.
    pub(crate) fn is_observed(&self) -> bool {
        self.observer.is_some() || !tracing::Span::current().is_disabled()
    }

    /// The header field without which an error says nothing, where a handler that chose it has not given it.
    fn complete(&self, finished: &mut Finished, security: &'static [&'static [SecurityScheme]], path: &str) {
        if finished.status == 401 && !finished.headers.contains_key(WWW_AUTHENTICATE) {
            for challenge in challenges(security, &self.realm) {
                finished.append(WWW_AUTHENTICATE, &challenge);
            }
        }
        let matched = (finished.status == 405 && !finished.headers.contains_key(ALLOW)).then(|| self.matched(path, ""));
        if let Some(matched) = matched.flatten() {
            finished.insert(ALLOW, &matched.allow());
        }
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
            // Only a handler that took the operation over has set one, and nobody can say whether GET's would be the same.
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        response
    }

    fn route<'r, 'p>(&'r self, parts: &'p Parts) -> Result<Routed<'r, 'p, A>, Failure> {
        check_head(parts)?;
        let length = parts.uri.path_and_query().map_or(0, |text| text.as_str().len());
        if length > self.limits.uri {
            let detail = format!("The URI has {length} bytes, and {} are the most.", self.limits.uri);
            return Err(Failure::new(414, detail));
        }
        if known(&parts.method).is_none() && !self.declares(parts.method.as_str()) {
            return Err(Failure::new(501, "No resource of this service knows this method."));
        }
        let path = parts.uri.path();
        if path == "*" && parts.method == Method::OPTIONS {
            return Ok(Routed::Options(self.routes.allow()));
        }
        let Some(matched) = self.matched(path, parts.method.as_str()) else {
            return Err(Failure::absent(path));
        };
        choose(&matched, &parts.method)
    }

    /// Whether any resource has a method: a description may have more of them than HTTP knows.
    fn declares(&self, method: &str) -> bool {
        self.elsewhere.values().chain([&self.routes]).any(|routes| routes.has(method))
    }

    /// Where a path leads; of several servers whose paths it lies under, to one that has the method.
    fn matched<'r, 'p>(&'r self, path: &'p str, method: &str) -> Option<Matched<'r, 'p, Handler<A>>> {
        let below = |base: &str, routes: &'r Routes<Handler<A>>| {
            routes.find(path.strip_prefix(base).filter(|rest| rest.starts_with('/'))?)
        };
        // The longest path first: what is served below another server's path is meant more particularly.
        let elsewhere = self
            .elsewhere
            .iter()
            .rev()
            .find_map(|(base, routes)| below(base, routes).filter(|matched| matched.route(method).is_some()));
        let anywhere = || self.elsewhere.iter().rev().find_map(|(base, routes)| below(base, routes));
        elsewhere.or_else(|| below(&self.base, &self.routes)).or_else(anywhere)
    }

    async fn perform(
        &self,
        route: &Route<Handler<A>>,
        values: &[(&'static str, &str)],
        mode: Mode,
        parts: &Parts,
        body: &mut Body,
        known: Known<'_, A>,
    ) -> Result<Answered, Failure> {
        let operation = route.data;
        let Known { cx, view, rate_key, anonymous, seen } = known;
        // Only a read goes on in it, and has no body that it would have to be kept for.
        let view = view.filter(|_| matches!(route.value, Handler::Read(_)) && operation.body.is_none());
        self.api.authorize(cx.principal(), operation).map_err(|forbidden| Failure::from(forbidden.into_problem()))?;
        let handler = match &route.value {
            Handler::Raw(handler) => {
                let (_, _) = self.negotiate(operation, parts, body)?;
                let body = match &operation.body {
                    Some(_) => read_body(body, self.limits.body, self.limits.timeout).await?,
                    None => Bytes::new(),
                };
                return Ok(Answered::Raw(take_over(handler, operation, values, parts, body, cx).await?));
            }
            Handler::Read(_) | Handler::Write(_) => &route.value,
        };
        let received = self.receive(operation, parts, body).await?;
        let preconditions = Preconditions::read(&parts.headers).map_err(|BadPrecondition(name)| unreadable(name))?;
        let decoded = Decoded::check(operation, parts, values, received)?;
        // Whom the API cannot name is told from others as for the rate.
        let scope = || if anonymous { rate_key } else { self.api.scope_key(cx.principal()) };
        let key = KeyedRequest::read(operation, &parts.headers, scope, &decoded)?;
        let call = Call { operation, decoded, preconditions, key, cx, path: parts.uri.path(), mode };
        let finished = match handler {
            Handler::Read(read) => self.read(*read, &call, view).await?,
            Handler::Write(write) => Box::pin(self.write(*write, &call, &mut seen.conflicts)).await?,
            Handler::Raw(_) => return Err(Failure::internal()),
        };
        Ok(Answered::Finished(finished))
    }

    /// Which content of its success the caller prefers, and which of the declared contents the body is.
    fn negotiate(&self, operation: &'static Operation, parts: &Parts, body: &Body) -> Result<(usize, usize), Failure> {
        let accept = check_accept(operation, &parts.headers)?;
        let Some(declared) = &operation.body else { return Ok((accept, 0)) };
        let is_empty = hyper::body::Body::is_end_stream(body);
        let content = choose_content(operation, declared, &parts.headers, is_empty)?;
        check_content_encoding(&parts.headers)?;
        Ok((accept, content))
    }

    /// The body of an operation that has one; that of others is not read.
    async fn receive(
        &self,
        operation: &'static Operation,
        parts: &Parts,
        body: &mut Body,
    ) -> Result<Received, Failure> {
        let (accept, content) = self.negotiate(operation, parts, body)?;
        let Some(declared) = &operation.body else {
            return Ok(Received { accept, content, body: Arrived::Bytes(Bytes::new()) });
        };
        let Some(data) = declared.contents.get(content) else { return Err(Failure::internal()) };
        let body = match data.encoding {
            Encoding::Multipart if !data.fields.is_empty() => {
                Box::pin(read_parts(body, data, media_type_of(parts), self.large())).await?
            }
            Encoding::Binary | Encoding::Multipart => Box::pin(read_blob(body, self.large())).await?,
            Encoding::Events | Encoding::TextEvents | Encoding::Lines | Encoding::Sequence => {
                Box::pin(read_items(body, data, self.large())).await?
            }
            Encoding::Json | Encoding::Problem | Encoding::Form | Encoding::Text => {
                Arrived::Bytes(read_body(body, self.limits.body, self.limits.timeout).await?)
            }
        };
        Ok(Received { accept, content, body })
    }

    fn large(&self) -> Large {
        let Limits { body, upload, memory, timeout, .. } = self.limits;
        Large { whole: upload, values: body, memory, patience: timeout }
    }
}

fn media_type_of(parts: &Parts) -> &str {
    parts.headers.get(CONTENT_TYPE).and_then(|field| field.to_str().ok()).unwrap_or_default()
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

/// The name of a method that HTTP knows. Others may be any text at all, which stays out of the log.
fn known(method: &Method) -> Option<&'static str> {
    KNOWN.into_iter().find(|known| *known == method.as_str())
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
    let mut request = Request::from_parts(parts.clone(), body);
    for name in OVERRIDES {
        request.headers_mut().remove(name);
    }
    let request = RawRequest {
        operation,
        request,
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
///
/// Not an `async fn`, which would hold the work twice: as its argument, and where it awaits it.
pub(crate) fn guarded<T>(work: impl Future<Output = Result<T, Failure>>) -> impl Future<Output = Result<T, Failure>> {
    AssertUnwindSafe(work).catch_unwind().map(|done| {
        done.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<&str>().copied();
            let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            tracing::error!(panic = text.unwrap_or("?"), "a handler panicked");
            Err(Failure::internal())
        })
    })
}

/// 128 random bits. Our own always: what a client sends could be anything, and goes into the log.
pub(crate) fn new_request_id() -> String {
    let mut random = [0; 16];
    match getrandom::fill(&mut random) {
        Ok(()) => Uuid::from_bytes(random).simple().to_string(),
        Err(_) => format!("t{:x}", now().as_microsecond()),
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
}
