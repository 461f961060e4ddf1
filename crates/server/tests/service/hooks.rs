//! What an implementor may put into the way of every request: who may use an operation, who counts, who is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, pending, ready};
use insta::assert_snapshot;
use methodical_server::{Exchange, Limits, MemoryStore, Observer, RateCounter, RateLimit, RateTaken, StoreError};

use crate::implementor::Contended;
use crate::{Fixture, request};

/// Before the body is looked at, before a key is, before there could be an effect; and HEAD like GET.
// Shows: AUTH-ENFORCED
#[tokio::test]
async fn who_may_not_learns_nothing_and_does_nothing() {
    let fixture = Fixture::new();
    let reader = "[authorization: Token good-reader]";
    let writer = "[authorization: Token good-writer]";
    let lines = [
        format!("GET /tags {reader}"),
        format!("HEAD /tags {reader}"),
        format!("PUT /tags/a {reader} | {{}}"),
        format!("PUT /tags/a {reader} | {{ nonsense"),
        format!("PUT /tags/muchtoolong {reader} [content-type: text/plain] | x"),
        format!("PUT /tags/a {reader} [if-match: nonsense] [accept: text/html] | {{}}"),
        format!("POST /tags {reader} [idempotency-key: k] | {{\"names\": [\"a\"]}}"),
        format!("DELETE /tags/a {reader}"),
        format!("PUT /notes/a {reader} | {{}}"),
        format!("DELETE /notes/a {reader}"),
        format!("PUT /tags/a {writer} | {{}}"),
        format!("GET /tags/a {writer}"),
        format!("HEAD /tags/a {writer}"),
        format!("HEAD /tags/none {writer}"),
        format!("GET /tags?per_page=0 {writer}"),
        format!("OPTIONS /tags {writer}"),
        format!("GET /nothing {writer}"),
        "PUT /tags/b [authorization: Token good-panic] | {}".to_owned(),
        "GET /tags".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_snapshot!(fixture.check(&lines).await);
}

/// Two callers of one account: each has its own limit, and they share the keys.
#[tokio::test]
async fn keys_have_a_scope_of_their_own() {
    let fixture = Fixture::new();
    let post = |caller: &str, name: &str| {
        let line =
            format!("POST /tags [idempotency-key: k] [authorization: Token {caller}] | {{\"names\": [\"{name}\"]}}");
        fixture.send(request(&line))
    };
    let mut seen = Vec::new();
    for (caller, name) in [("good1@ada", "a"), ("good2@ada", "a"), ("good2@ada", "b"), ("good1@bob", "b")] {
        let response = post(caller, name).await;
        let left = response.headers()["ratelimit-remaining"].to_str().unwrap().to_owned();
        seen.push(format!("{} {left}", response.status().as_u16()));
    }
    assert_eq!(seen, ["201 4999", "201 4999", "422 4998", "201 4999"]);
    let listed = fixture.check(&["GET /tags"]).await;
    assert!(listed.contains("\"total\":2"), "{listed}");
}

/// How a counter fails.
#[derive(Clone, Copy)]
enum Broken {
    Down,
    Corrupt,
    Hanging,
    Panicking,
}

impl RateCounter for Broken {
    fn take<'a>(&'a self, _: &'a str, _: RateLimit) -> BoxFuture<'a, Result<RateTaken, StoreError>> {
        match self {
            Self::Down => ready(Err(StoreError::Unavailable("no route".into()))).boxed(),
            Self::Corrupt => ready(Err(StoreError::Corrupt("bits have fallen over".into()))).boxed(),
            Self::Hanging => pending().boxed(),
            Self::Panicking => panic!("the counter broke"),
        }
    }
}

/// Every header field is there all the same: `check` sees to it.
// Shows: META-ACCESS-INFO
#[tokio::test(start_paused = true)]
async fn who_cannot_be_counted_is_not_let_in() {
    let mut lines = String::new();
    for broken in [Broken::Down, Broken::Corrupt, Broken::Hanging, Broken::Panicking] {
        let fixture = Fixture::set_up(MemoryStore::new(), |service| service.rate_counter(Arc::new(broken)));
        let requests = ["PUT /tags/a | {}", "GET /tags [-authorization]", "HEAD /nothing"];
        lines.push_str(&fixture.check(&requests).await);
        assert_eq!(fixture.seen.put.load(std::sync::atomic::Ordering::SeqCst), 0);
    }
    assert_snapshot!(lines);
}

/// Keeps a line for each exchange, and how many there are still to come.
#[derive(Default)]
struct Recorder(Mutex<(i32, Vec<String>)>);

impl Observer for Recorder {
    fn began(&self) {
        self.0.lock().unwrap().0 += 1;
    }

    fn answered(&self, exchange: &Exchange<'_>) {
        let mut kept = self.0.lock().unwrap();
        kept.0 -= 1;
        assert_eq!(exchange.request_id.len(), 32);
        let Exchange { method, status, caller, bytes, conflicts, limited, .. } = exchange;
        let operation = exchange.operation.map_or("-", |operation| operation.id);
        let status = status.map_or("given up".to_owned(), |status| status.to_string());
        let caller = caller.unwrap_or("-");
        kept.1.push(format!(
            "{method} {operation} {status}: caller {caller}, {bytes} bytes, {conflicts} conflicts, limited {limited}"
        ));
    }
}

impl Recorder {
    /// What was told, with nothing still open.
    #[track_caller]
    fn told(&self) -> String {
        let kept = self.0.lock().unwrap();
        assert_eq!(kept.0, 0, "requests that have begun and not ended");
        kept.1.join("\n")
    }
}

#[tokio::test(start_paused = true)]
async fn every_exchange_is_told_of() {
    let recorder = Arc::new(Recorder::default());
    let observer: Arc<dyn Observer> = Arc::clone(&recorder) as _;
    let fixture = Fixture::set_up(MemoryStore::new(), |service| service.observer(observer));
    fixture
        .check(&[
            "PUT /tags/a [authorization: Token good1@ada] | {}",
            "GET /tags/a",
            "HEAD /tags/a",
            "GET /tags/none",
            "GET /nothing",
            "BREW /tags",
            "GET /tags [-authorization]",
            "GET /tags [authorization: Token banned]",
            "PUT /tags/a [authorization: Token good-reader] | {}",
            "PUT /tags/a | {",
            "POST /misbehave/panic",
            "POST /misbehave/slow",
            "POST /misbehave/down",
            "GET /tags [authorization: Token panic]",
            "OPTIONS /tags",
        ])
        .await;
    assert_snapshot!(recorder.told());
}

/// Asked for a caller's name, an API may panic as anywhere else: the caller is answered, nothing is done, and it is told of.
#[tokio::test(start_paused = true)]
async fn a_name_that_breaks_the_api_is_a_fault_like_others() {
    let recorder = Arc::new(Recorder::default());
    let observer: Arc<dyn Observer> = Arc::clone(&recorder) as _;
    let fixture = Fixture::set_up(MemoryStore::new(), |service| service.observer(observer));
    let requests = [
        "PUT /tags/a [authorization: Token good@panic] | {}",
        "GET /tags/a",
        "GET /tags [authorization: Token good@panic]",
    ];
    let answers = fixture.check(&requests).await;
    assert_eq!(fixture.seen.put.load(std::sync::atomic::Ordering::SeqCst), 0);
    assert_snapshot!(format!("{answers}\n{}", recorder.told()));
}

#[tokio::test(start_paused = true)]
async fn limits_conflicts_and_leaving_are_told_of() {
    let recorder = Arc::new(Recorder::default());
    let observer: Arc<dyn Observer> = Arc::clone(&recorder) as _;
    let rate = RateLimit { limit: 3, window: Duration::from_secs(60) };
    let conflicts = Arc::new(std::sync::atomic::AtomicU32::new(2));
    let store = Contended { inner: MemoryStore::new(), conflicts };
    let fixture =
        Fixture::set_up(store, |service| service.observer(observer).limits(Limits { rate, ..Limits::default() }));
    fixture.check(&["PUT /tags/a | {}", "GET /tags"]).await;
    let slow = fixture.send(request("POST /misbehave/slow"));
    let given_up = tokio::time::timeout(Duration::from_secs(5), slow).await;
    assert!(given_up.is_err(), "it was still at work");
    fixture.check(&["GET /tags"]).await;
    assert_snapshot!(recorder.told());
}
