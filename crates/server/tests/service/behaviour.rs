//! What the promises look like from outside: statuses, header fields, preconditions, idempotency.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use insta::assert_snapshot;
use methodical_server::{Limits, MemoryStore, RateLimit};

use crate::implementor::Contended;
use crate::{Fixture, request, show};

// Shows: AUTH-ENFORCED, AUTH-CHALLENGE, META-ACCESS-INFO, METHOD-NOT-ALLOWED-ALLOW, METHOD-UNKNOWN-501, OPTIONS-ALLOW
#[tokio::test]
async fn before_the_handler() {
    let fixture = Fixture::new();
    assert_snapshot!(
        fixture
            .check(&[
                "GET /nothing",
                "GET !/elsewhere",
                "GET !/v1",
                "POST /tags/a | {}",
                "PATCH /tags [-authorization]",
                "BREW /tags",
                "OPTIONS /tags/a [-authorization]",
                "OPTIONS /nothing",
                "OPTIONS !*",
                "GET /tags [-authorization]",
                "GET /tags [authorization: Bearer good]",
                "GET /tags [authorization: Token bad]",
                "HEAD /tags/a [authorization: Token bad]",
                "GET /tags [authorization: Token banned]",
                "GET /tags [authorization: token   good2]",
                "GET /health [-authorization]",
            ])
            .await
    );
}

// Shows: ERROR-PROBLEM
#[tokio::test]
async fn media_types_and_bodies() {
    let fixture = Fixture::limited(Limits { body: 64, uri: 100, ..Limits::default() });
    let long = format!("PUT /tags/a | {{\"note\": \"{}\"}}", "x".repeat(64));
    let far = format!("GET /tags/{}", "x".repeat(100));
    assert_snapshot!(
        fixture
            .check(&[
                "PUT /tags/a [content-type: text/plain] | {}",
                "PUT /tags/a [-content-type] | {}",
                "PUT /tags/a",
                "PUT /tags/a [content-type: application/json; charset=utf-8] | {}",
                "GET /tags/a [accept: text/html]",
                "GET /tags/a [accept: text/html, */*;q=0.1]",
                "DELETE /tags/a [accept: text/html]",
                "PUT /tags/a | {\"note\": ",
                "PUT /tags/a [content-type: application/json] | ",
                "POST /blobs [content-type: application/octet-stream] | some text",
                &long,
                &far,
            ])
            .await
    );
}

/// What could be read in two ways is not read at all: a proxy, a log or a validator may have gone by the other.
// Shows: FAILED-WRITE-NO-EFFECT
#[tokio::test]
async fn nothing_is_read_that_stands_there_twice() {
    let fixture = Fixture::new();
    let twice = |text: &str, name: &'static str, value: &'static str| {
        let mut request = request(text);
        request.headers_mut().append(name, http::HeaderValue::from_static(value));
        fixture.send(request)
    };
    let body = "PUT /tags/a | {\"note\": 5, \"note\": \"b\"}";
    let mut lines = show(fixture.send(request(body)).await).await;
    for response in [
        twice("PUT /tags/a [content-type: application/json] | {}", "content-type", "text/plain"),
        twice("POST /tags [idempotency-key: k1] | {\"names\": [\"a\"]}", "idempotency-key", "k2"),
        twice("PUT /tags/a [host: localhost] | {}", "host", "elsewhere"),
        twice("PUT /tags/a | {}", "content-encoding", "gzip"),
        twice("PUT /tags/a [content-encoding: identity] | {}", "content-encoding", "x"),
    ] {
        lines.push('\n');
        lines.push_str(&show(response.await).await);
    }
    lines.push('\n');
    lines.push_str(&fixture.check(&["GET /tags", "PUT /tags/a [content-encoding: Identity] | {}"]).await);
    assert_snapshot!(lines);
}

// Shows: INVALID-REFUSED
#[tokio::test]
async fn every_violation_is_named() {
    let fixture = Fixture::new();
    assert_snapshot!(
        fixture
            .check(&[
                "GET /tags?per_page=0",
                "GET /tags?per_page=x&unknown=1",
                "GET /tags?per_page=1&per_page=2",
                "GET /tags?per_page=%ff",
                "GET /tags/muchtoolong",
                "GET /tags/%ff",
                "GET /tags/%00",
                "GET /tags//",
                "GET /tags/",
                "PUT /tags/a | {\"note\": 5, \"zone\": \"b\"}",
                "PUT /tags/a | []",
                "PUT /tags/muchtoolong | {\"note\": 5}",
                "POST /tags | {\"names\": [\"a\", \"\", 3]}",
                "POST /next-tag | {\"note\": 5}",
                "PUT /tags/reserved | {}",
            ])
            .await
    );
}

// Shows: PUT-UPSERT, PUT-STATUS-TRUE, GET-ABSENT-404, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING
#[tokio::test]
async fn put_get_delete() {
    let fixture = Fixture::new();
    assert_snapshot!(
        fixture
            .check(&[
                "GET /tags/a",
                "PUT /tags/a | {\"note\": \"first\"}",
                "PUT /tags/a | {\"note\": \"first\"}",
                "PUT /tags/a | {}",
                "GET /tags/a",
                "HEAD /tags/a",
                "HEAD /tags/b",
                "GET /tags",
                "HEAD /tags",
                "GET /health",
                "DELETE /tags/a",
                "DELETE /tags/a",
                "PUT /tags/a%2F%C3%A4 | {}",
                "GET /tags/a%2F%C3%A4",
                "PUT /notes/b | {}",
                "DELETE /notes/b",
                "PUT /tags/b | {}",
                "PUT /notes/b | {\"note\": \"x\"}",
                "DELETE /notes/b",
                "GET /health",
            ])
            .await
    );
}

// Shows: HEAD-MIRRORS-GET
#[tokio::test]
async fn head_never_renders() {
    let fixture = Fixture::new();
    fixture.check(&["PUT /tags/a | {}"]).await;
    fixture.check(&["HEAD /tags/a", "HEAD /tags", "HEAD /tags/none"]).await;
    assert_eq!(fixture.seen.rendered.load(Ordering::SeqCst), 0);
    fixture.check(&["GET /tags/a", "GET /tags"]).await;
    assert_eq!(fixture.seen.rendered.load(Ordering::SeqCst), 2);
    let get = fixture.send(request("GET /tags/a")).await;
    let head = fixture.send(request("HEAD /tags/a")).await;
    assert_eq!(get.status(), head.status());
    for name in ["etag", "content-type", "cache-control"] {
        assert_eq!(get.headers().get(name), head.headers().get(name), "{name}");
    }
}

// Shows: COND-INM-304, COND-IF-MATCH, COND-CREATE-ONLY, COND-PRECEDENCE
#[tokio::test]
async fn preconditions() {
    let fixture = Fixture::new();
    let response = fixture.send(request("PUT /tags/a | {}")).await;
    let tag = response.headers()["etag"].to_str().unwrap().to_owned();
    let with = |text: &str| text.replace("TAG", &tag);
    let requests = [
        with("GET /tags/a [if-none-match: TAG]"),
        with("HEAD /tags/a [if-none-match: W/TAG, \"other\"]"),
        with("GET /tags/a [if-none-match: \"other\"]"),
        with("GET /tags/a [if-match: \"other\"]"),
        with("GET /tags/none [if-match: \"other\"]"),
        with("GET /tags/a [if-match: nonsense]"),
        with("PUT /tags/a [if-match: \"stale\"] | {\"note\": \"lost\"}"),
        with("PUT /tags/a [if-match: W/TAG] | {\"note\": \"lost\"}"),
        with("PUT /tags/a [if-none-match: *] | {\"note\": \"lost\"}"),
        with("PUT /tags/none [if-match: *] | {}"),
        with("PUT /tags/none [if-match: TAG] | {\"wrong\": 1}"),
        with("DELETE /tags/none [if-match: TAG]"),
        with("PUT /notes/none [if-match: TAG] | {}"),
        with("DELETE /tags/a [if-match: \"stale\"]"),
        with("PUT /tags/a [if-match: \"other\", TAG] | {}"),
        with("DELETE /tags/a [if-match: TAG]"),
        with("PUT /tags/a [if-none-match: *] | {}"),
        with("POST /tags [if-match: \"stale\"] | {\"names\": [\"b\"]}"),
        with("POST /tags [if-none-match: *] | {\"names\": [\"b\"]}"),
        with("POST /tags [if-match: *] | {\"names\": [\"c\"]}"),
        with("POST /tags [if-match: \"stale\"] | {\"names\": [\"wrong\"]}"),
        with("GET /tags"),
    ];
    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
    assert_snapshot!(fixture.check(&requests).await);
}

// Shows: POST-MANY-ATOMIC, POST-FRESH-ID
#[tokio::test]
async fn several_are_created_or_none() {
    let fixture = Fixture::new();
    assert_snapshot!(
        fixture
            .check(&[
                "POST /tags | {\"names\": [\"a\", \"b\", \"wrong\", \"d\"]}",
                "GET /tags",
                "POST /tags | {\"names\": [\"a\", \"b\", \"a\"]}",
                "GET /tags",
                "POST /tags | {\"names\": [\"a\", \"b\"]}",
                "POST /tags | {\"names\": [\"c\", \"b\"]}",
                "GET /tags",
                "POST /next-tag | {}",
                "POST /next-tag | {}",
                "GET /tags/2",
            ])
            .await
    );
}

// Shows: IDEM-REPLAY, IDEM-FINGERPRINT
#[tokio::test]
async fn idempotency_keys() {
    let fixture = Fixture::new();
    let long = format!("POST /tags [idempotency-key: {}] | {{\"names\": [\"a\"]}}", "x".repeat(256));
    assert_snapshot!(
        fixture
            .check(&[
                "POST /tags [idempotency-key: k1] | {\"names\": [\"a\"]}",
                "POST /tags [idempotency-key: k1] | { \"names\" : [\"a\"] }",
                "POST /tags [idempotency-key: k1] | {\"names\": [\"b\"]}",
                "POST /tags [idempotency-key: k1] [authorization: Token good2] | {\"names\": [\"b\"]}",
                "POST /tags [idempotency-key: k2] | {\"names\": [\"a\"]}",
                "POST /tags [idempotency-key: k2] | {\"names\": [\"c\"]}",
                "POST /tags [idempotency-key: ] | {\"names\": [\"d\"]}",
                &long,
                "GET /tags",
                "POST /next-tag [idempotency-key: n1] | {}",
                "POST /next-tag [idempotency-key: n1] | {}",
                "POST /next-tag [idempotency-key: n2] | {\"note\": \"busy\"}",
                "POST /next-tag [idempotency-key: n2] | {\"note\": \"busy\"}",
            ])
            .await
    );
}

// Shows: IDEM-REPLAY-ERRORS
#[tokio::test]
async fn failures_are_replayed_where_that_is_declared() {
    let fixture = Fixture::new();
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let response = fixture.send(request("POST /next-tag [idempotency-key: n] | {\"note\": \"gone\"}")).await;
        assert_eq!(response.status(), 404);
        bodies.push(http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes());
    }
    assert_eq!(bodies[0], bodies[1], "the id of the first request stands in both");
}

// Shows: IDEM-ONCE
#[tokio::test(start_paused = true)]
async fn a_repetition_in_flight_waits_or_is_told() {
    let fixture = Fixture::new();
    let one = "POST /tags [idempotency-key: k] | {\"names\": [\"slow\"]}";
    let answers = join_all((0..8).map(|_| fixture.send(request(one)))).await;
    assert!(answers.iter().all(|answer| answer.status() == 201));
    let mut bodies = Vec::new();
    for answer in answers {
        bodies.push(show(answer).await);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "equal replays: {bodies:?}");

    let impatient = Fixture::limited(Limits { in_flight: Duration::from_millis(1), ..Limits::default() });
    let answers = join_all((0..3).map(|_| impatient.send(request(one)))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409]);
    assert!(
        answers
            .iter()
            .filter(|answer| answer.status() == 409)
            .all(|answer| answer.headers().contains_key("retry-after"))
    );
    let total = impatient.check(&["GET /tags"]).await;
    assert!(total.contains("\"total\":1"), "{total}");
}

/// The statuses of simultaneous requests on eight threads' worth of tasks, and how often each came.
async fn race(fixture: &Fixture, text: &'static str) -> HashMap<u16, usize> {
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let router = fixture.router.clone();
        tasks.push(tokio::spawn(tower::ServiceExt::oneshot(router, request(text))));
    }
    let mut counts = HashMap::new();
    for task in tasks {
        let response = task.await.unwrap().unwrap();
        *counts.entry(response.status().as_u16()).or_default() += 1;
    }
    counts
}

// Shows: PUT-CREATE-ONCE, DELETE-ONCE, IDEM-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_at_once_one_wins() {
    let fixture =
        Fixture::limited(Limits { rate: RateLimit { limit: u32::MAX, ..RateLimit::default() }, ..Limits::default() });
    for _ in 0..100 {
        let put = race(&fixture, "PUT /tags/a | {}").await;
        assert_eq!(put, HashMap::from([(201, 1), (200, 7)]));
        let deleted = race(&fixture, "DELETE /tags/a").await;
        assert_eq!(deleted, HashMap::from([(204, 1), (404, 7)]));
    }
    let created = race(&fixture, "POST /tags [idempotency-key: k] | {\"names\": [\"a\", \"b\"]}").await;
    assert_eq!(created, HashMap::from([(201, 8)]));
    let listed = fixture.check(&["GET /tags"]).await;
    assert!(listed.contains("\"total\":2"), "{listed}");
}

// Shows: META-RATE-MONOTONE, RATE-429-RETRY-AFTER
#[tokio::test]
async fn the_rate_is_counted_by_caller() {
    let fixture =
        Fixture::limited(Limits { rate: RateLimit { limit: 2, window: Duration::from_secs(60) }, ..Limits::default() });
    let remaining = async |text: &str| {
        let response = fixture.send(request(text)).await;
        let left = response.headers()["ratelimit-remaining"].to_str().unwrap().to_owned();
        format!("{} {left}", response.status().as_u16())
    };
    assert_eq!(remaining("GET /tags").await, "200 1");
    assert_eq!(remaining("GET /nothing").await, "404 0");
    assert_eq!(remaining("PUT /tags/a | {}").await, "429 0");
    assert_eq!(remaining("GET /tags [authorization: Token good2]").await, "200 1");
    assert_eq!(remaining("GET /tags [authorization: Token bad]").await, "401 1");
    assert_eq!(remaining("GET /tags [-authorization]").await, "401 0");
    assert_eq!(remaining("GET /tags [-authorization]").await, "429 0");
    assert_eq!(fixture.seen.put.load(Ordering::SeqCst), 0, "a refused request has no effect");
    let refused = fixture.send(request("GET /tags")).await;
    assert!(refused.headers().contains_key("retry-after"));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_repeats_the_unit_of_work() {
    let contended = |conflicts| Contended { inner: MemoryStore::new(), conflicts: Arc::new(AtomicU32::new(conflicts)) };
    let fixture = Fixture::with(contended(3), Limits::default());
    assert_eq!(fixture.send(request("PUT /tags/a | {}")).await.status(), 201);
    assert_eq!(fixture.seen.put.load(Ordering::SeqCst), 4);

    let endless = Fixture::with(contended(u32::MAX), Limits::default());
    assert_snapshot!(endless.check(&["PUT /tags/a | {}", "GET /tags/a"]).await);
    assert_eq!(endless.seen.put.load(Ordering::SeqCst), 9);
}

/// NO-5XX: nothing that can be sent breaks the service, whatever the method.
// Shows: NO-5XX
#[tokio::test]
async fn odd_requests_are_the_senders_mistake() {
    let fixture =
        Fixture::limited(Limits { rate: RateLimit { limit: u32::MAX, ..RateLimit::default() }, ..Limits::default() });
    let paths = [
        "/",
        "//",
        "/tags/%",
        "/tags/%2",
        "/tags/%zz",
        "/tags/%c3%28",
        "/tags/..",
        "/tags/%2e%2e",
        "/tags/a/../b",
        "/tags/;a=b",
        "/tags/a;b",
        "/tags/%F0%9F%92%A9",
        "/tags/{name}",
        "/tags/a|b",
        "/tags?per_page",
        "/tags?=&&=&per_page=",
        "/tags?%ff=%ff",
        "/tags?per_page[]=1",
        "/tags?per_page=99999999999999999999999",
        "/tags?per_page=1e3",
        "/tags?per_page=-0",
        "/blobs?x=%00",
    ];
    let bodies = [
        "",
        "null",
        "[[[[",
        "{\"note\":\"\\ud800\"}",
        "1e999",
        "{\"names\":{}}",
        "\u{feff}{}",
        "{\"note\":null,\"note\":1}",
    ];
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    for path in paths {
        for method in ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            for body in bodies.into_iter().chain([deep.as_str()]) {
                for media_type in ["application/json", "application/octet-stream", "a/b;;;=", ""] {
                    let text = format!("{method} {path} [content-type: {media_type}] [if-match: *] | {body}");
                    let response = fixture.send(request(&text)).await;
                    assert!(response.status().as_u16() < 500, "{} for {text}", response.status());
                }
            }
        }
    }
}

/// A part of a record goes once, and not at all where it is not there; preconditions are of the record that it is in.
// Shows: DELETE-ATOMIC-MISSING, COND-PRECEDENCE
#[tokio::test]
async fn a_part_is_removed_or_was_not_there() {
    let fixture = Fixture::new();
    assert_snapshot!(
        fixture
            .check(&[
                "DELETE /tags/a/note",
                "PUT /tags/a | {\"note\": \"x\"}",
                "DELETE /tags/a/note [if-match: \"other\"]",
                "DELETE /tags/a/note",
                "GET /tags/a",
                "DELETE /tags/a/note",
                "DELETE /tags/a/note [if-match: \"other\"]",
                "PUT /tags/kept | {\"note\": \"x\"}",
                "DELETE /tags/kept/note",
                "GET /tags/kept",
            ])
            .await
    );
}

/// 202 says where the work is followed, and there is something there; an answer that does not say it is none, and nothing
/// has begun.
// Shows: LRO-MONITOR
#[tokio::test]
async fn what_is_accepted_can_be_followed() {
    let fixture = Fixture::new();
    assert_snapshot!(
        fixture
            .check(&[
                "POST /moves/a",
                "PUT /tags/a | {}",
                "POST /moves/a [idempotency-key: k]",
                "GET /tags/move1",
                "POST /moves/a [idempotency-key: k]",
                "PUT /tags/lost | {}",
                "POST /moves/lost",
                "GET /tags",
            ])
            .await
    );
}
