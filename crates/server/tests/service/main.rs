//! The runtime from outside: requests against a router with a small API on a store in memory.

mod generated;
mod implementor;

mod background;
mod behaviour;
mod breaking;
mod faults;
mod hooks;
mod network;

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use methodical_server::{Limits, MemoryStore, Service, Store};
use tower::ServiceExt as _;

use implementor::{Labels, Seen};

/// A service with what its handlers did.
struct Fixture {
    router: Router,
    seen: Arc<Seen>,
}

impl Fixture {
    fn new() -> Self {
        Self::with(MemoryStore::new(), Limits::default())
    }

    fn limited(limits: Limits) -> Self {
        Self::with(MemoryStore::new(), limits)
    }

    fn with<S: Store>(store: S, limits: Limits) -> Self {
        Self::set_up(store, |service| service.limits(limits))
    }

    fn set_up<S: Store>(store: S, set: impl FnOnce(Service<Labels<S>>) -> Service<Labels<S>>) -> Self {
        let seen = Arc::new(Seen::default());
        let api = Labels { seen: Arc::clone(&seen), store: std::marker::PhantomData };
        let router = set(generated::service(api, store)).into_router();
        Self { router, seen }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("a router is infallible")
    }

    /// One line for each request: what it was, and what it got.
    async fn check(&self, requests: &[&str]) -> String {
        let mut lines = String::new();
        for text in requests {
            let response = self.send(request(text)).await;
            let _ = writeln!(lines, "{text}\n    {}", show(response).await);
        }
        lines
    }
}

/// `METHOD path [header: value]... [| body]`, under `/v1` and with a token and JSON unless it says otherwise (`-header` leaves out).
fn request(text: &str) -> Request<Body> {
    let (head, body) = text.split_once(" | ").map_or((text, None), |(head, body)| (head, Some(body)));
    let (line, fields) = head.split_once(" [").map_or((head, ""), |(line, fields)| (line, fields));
    let (method, path) = line.split_once(' ').expect("a method and a path");
    let path = path.strip_prefix('!').map_or_else(|| format!("/v1{path}"), str::to_owned);
    let mut request = Request::builder().method(method).uri(path);
    let headers = request.headers_mut().expect("a valid request");
    headers.insert("authorization", "Token good".parse().expect("plain"));
    if body.is_some() {
        headers.insert("content-type", "application/json".parse().expect("plain"));
    }
    for field in fields.trim_end_matches(']').split("] [").filter(|field| !field.is_empty()) {
        set(headers, field);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_owned()));
    request.body(body).expect("a valid request")
}

fn set(headers: &mut HeaderMap, field: &str) {
    if let Some(name) = field.strip_prefix('-') {
        headers.remove(name);
        return;
    }
    let (name, value) = field.split_once(": ").expect("a header field");
    let name: http::HeaderName = name.parse().expect("a header name");
    headers.insert(name, value.parse().expect("a header value"));
}

/// Status, the header fields that are not on every response, and the body without its request id.
async fn show(response: Response<Body>) -> String {
    let (parts, body) = response.into_parts();
    let mut line = parts.status.as_u16().to_string();
    let common = ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "x-request-id", "cache-control"];
    for name in common {
        assert!(parts.headers.contains_key(name), "{name} is on every response");
    }
    let mut fields: Vec<_> = parts.headers.iter().filter(|(name, _)| !common.contains(&name.as_str())).collect();
    fields.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in fields {
        let _ = write!(line, " [{name}: {}]", value.to_str().expect("plain"));
    }
    let bytes = body.collect().await.expect("a whole body").to_bytes();
    if bytes.is_empty() {
        return line;
    }
    let id = parts.headers["x-request-id"].to_str().expect("plain");
    let body = match serde_json::from_slice(&bytes) {
        Ok(value) => sorted(value).to_string(),
        Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
    };
    let body = body.replace(id, "ID");
    let _ = write!(line, " {body}");
    line
}

/// Members by name: the order must not depend on how `serde_json` was built.
fn sorted(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(members) => {
            let members: std::collections::BTreeMap<String, Value> = members.into_iter().collect();
            Value::Object(members.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
    }
}
