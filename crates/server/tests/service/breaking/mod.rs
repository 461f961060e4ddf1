//! Handlers that break a rule on purpose, one for each rule that is held at run time, and what becomes of it.
//!
//! Every operation here has a handler of its own, wrong in a way that compiles. `misdeeds` holds them; beside each family
//! of rules stands what the runtime made of them. What the runtime cannot see is shown too ([`seen_by_none`]), because a
//! rule that is called "held at run time" and is not would be the worst lie of the catalogue.

mod conditions;
mod counting;
mod misdeeds;
mod raw;
mod repeated;
mod seen_by_none;
mod units;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use methodical_server::{Api, Credentials, Limits, MemoryStore, RateLimit, ReadTx, Service, Store, Unauthenticated};
use tower::ServiceExt as _;

use crate::request;

/// The implementor whose handlers are wrong. It counts how often they ran, which no store could take back.
pub(super) struct Crook<S> {
    pub(super) ran: Arc<AtomicU32>,
    store: std::marker::PhantomData<fn() -> S>,
}

impl<S: Store> Api for Crook<S> {
    type Store = S;
    type Principal = String;

    async fn authenticate<'t>(
        &'t self,
        _: &'t ReadTx<S>,
        credentials: &'t Credentials,
    ) -> Result<String, Unauthenticated> {
        credentials.get("token").map(str::to_owned).ok_or(Unauthenticated::Invalid("Who is it?".to_owned()))
    }

    fn rate_key(&self, principal: &String) -> String {
        principal.clone()
    }
}

/// A service of wrong handlers.
pub(super) struct Fixture {
    pub(super) router: Router,
    pub(super) ran: Arc<AtomicU32>,
}

impl Fixture {
    pub(super) fn new() -> Self {
        Self::on(MemoryStore::new(), |service| service)
    }

    /// With a store and settings of the test's own.
    pub(super) fn on<S: Store>(store: S, set: impl FnOnce(Service<Crook<S>>) -> Service<Crook<S>>) -> Self {
        let ran = Arc::<AtomicU32>::default();
        let api = Crook { ran: Arc::clone(&ran), store: std::marker::PhantomData };
        let unlimited = RateLimit { limit: u32::MAX, ..RateLimit::default() };
        let service = misdeeds::service(api, store).limits(Limits { rate: unlimited, ..Limits::default() });
        Self { router: set(service).into_router(), ran }
    }

    /// How often a handler ran since the last time of asking.
    pub(super) fn ran(&self) -> u32 {
        self.ran.swap(0, Ordering::SeqCst)
    }

    pub(super) async fn send(&self, text: &str) -> Answer {
        Answer::of(self.router.clone().oneshot(request(text)).await.expect("a router is infallible")).await
    }

    /// Sends them one after the other; returns the statuses.
    pub(super) async fn statuses(&self, requests: &[&str]) -> Vec<u16> {
        let mut statuses = Vec::new();
        for text in requests {
            statuses.push(self.send(text).await.status);
        }
        statuses
    }

    /// Sends one request eight times at once; returns how often each status came.
    pub(super) async fn race(&self, text: &str) -> BTreeMap<u16, usize> {
        let tasks = (0..8).map(|_| tokio::spawn(self.router.clone().oneshot(request(text)))).collect::<Vec<_>>();
        let mut counts = BTreeMap::new();
        for task in tasks {
            let response = task.await.expect("a task that ends").expect("a router is infallible");
            *counts.entry(response.status().as_u16()).or_default() += 1;
        }
        counts
    }

    /// What an honest GET says of a tag's note; nothing where there is no such tag.
    pub(super) async fn note(&self, name: &str) -> Option<String> {
        let answer = self.send(&format!("GET /tags/{name}")).await;
        let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        value["note"].as_str().filter(|_| answer.status == 200).map(str::to_owned)
    }
}

/// An answer as a client sees it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    async fn of(response: Response<axum::body::Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let body = String::from_utf8(bytes.to_vec()).expect("text");
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The answer is the problem of this status, and says nothing of what went wrong inside.
    #[track_caller]
    pub(super) fn expect_problem(&self, status: u16) {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{self:?}");
        let problem: serde_json::Value = serde_json::from_str(&self.body).expect("a problem");
        assert_eq!(problem["status"], status, "{self:?}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{self:?}");
        assert!(!self.body.contains("secret"), "{self:?}");
    }
}
