//! Raw handlers answer the HTTP request themselves, and so could answer anything.

use axum::body::Body;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use methodical_server::RawRequest;

use super::Fixture;
use crate::network;

/// A response that a raw handler makes up.
fn made_up(status: u16, fields: &[(&'static str, &'static str)], body: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in fields {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// A service whose `getTag` answers what its path's name stands for.
fn fixture(answer: impl Fn(RawRequest<String>) -> Response<Body> + Send + Sync + Clone + 'static) -> Fixture {
    Fixture::on(methodical_server::MemoryStore::new(), |service| {
        let raw = move |request| {
            let answer = answer.clone();
            async move { answer(request) }
        };
        service.raw("getTag", raw).expect("an operation of this name")
    })
}

const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");
const ABSENT: &str = "{\"status\":404,\"title\":\"Not Found\",\"detail\":\"It is not there.\"}";

// Shows: AUTH-CHALLENGE, ERROR-DECLARED, ERROR-PROBLEM, RATE-429-RETRY-AFTER
#[tokio::test]
async fn an_answer_that_lacks_what_it_needs_is_not_sent() {
    let answers = |request: RawRequest<String>| match request.parameters[0].1.as_str() {
        "unchallenged" => made_up(401, &[PROBLEM], "{}"),
        "challenged" => made_up(401, &[PROBLEM, ("www-authenticate", "Token realm=\"tags\"")], "{}"),
        "undeclared" => made_up(409, &[PROBLEM], "{}"),
        "plain" => made_up(404, &[("content-type", "text/plain")], "secret: gone"),
        "untyped" => made_up(404, &[], ABSENT),
        "absent" => made_up(404, &[PROBLEM], ABSENT),
        "busy" => made_up(503, &[PROBLEM], "{}"),
        "nowhere" => made_up(201, &[], "{}"),
        _ => made_up(503, &[PROBLEM, ("retry-after", "1")], "{}"),
    };
    let fixture = fixture(answers);
    for name in ["unchallenged", "undeclared", "plain", "untyped", "busy", "nowhere"] {
        fixture.send(&format!("GET /tags/{name}")).await.expect_problem(500);
    }
    let right = fixture.statuses(&["GET /tags/challenged", "GET /tags/absent", "GET /tags/later"]).await;
    assert_eq!(right, [401, 404, 503]);
}

// Shows: META-ACCESS-INFO, META-RATE-MONOTONE
#[tokio::test]
async fn the_access_metadata_cannot_be_forged() {
    let forged = [("ratelimit-remaining", "999999"), ("ratelimit-limit", "7"), ("x-request-id", "mine")];
    let fixture = fixture(move |_| made_up(200, &forged, "{}"));
    let mut before = u32::MAX;
    for _ in 0..3 {
        let answer = fixture.send("GET /tags/a").await;
        let remaining: u32 = answer.header("ratelimit-remaining").parse().expect("a number");
        assert!(remaining < before && answer.header("ratelimit-limit") == u32::MAX.to_string(), "{answer:?}");
        assert_ne!(answer.header("x-request-id"), "mine");
        assert_eq!(answer.headers.get_all("ratelimit-remaining").iter().count(), 1);
        before = remaining;
    }
}

/// A handler that answers HEAD with content, and claims a length that its GET has not.
// Shows: HEAD-LENGTH-TRUE
#[tokio::test]
async fn head_has_no_content_and_no_false_length() {
    let fixture = fixture(|request| match request.request.method().as_str() {
        "HEAD" => made_up(200, &[("content-length", "3")], "abc"),
        _ => made_up(200, &[], "abcdef"),
    });
    assert_eq!(fixture.send("GET /tags/a").await.body, "abcdef");
    let head = fixture.send("HEAD /tags/a").await;
    assert_eq!((head.status, head.body.as_str(), head.headers.get("content-length")), (200, "", None));
}

/// A handler that does whatever a field of the request says.
// Shows: METHOD-NO-OVERRIDE
#[tokio::test]
async fn a_handler_does_not_see_another_method() {
    let fixture = fixture(|request| {
        let fields = ["x-http-method-override", "x-http-method", "x-method-override"];
        let asked = fields.iter().find_map(|name| request.request.headers().get(*name));
        if asked.is_some() { made_up(404, &[PROBLEM], ABSENT) } else { made_up(200, &[], "{}") }
    });
    for field in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        assert_eq!(fixture.statuses(&[&format!("GET /tags/a [{field}: DELETE]")]).await, [200], "{field}");
    }
}

/// A handler that would answer any method in its own way; other methods than its operation's do not reach it.
// Shows: METHOD-NOT-ALLOWED-ALLOW, METHOD-UNKNOWN-501, OPTIONS-ALLOW
#[tokio::test]
async fn other_methods_do_not_reach_a_handler() {
    let fixture = fixture(|request| match request.request.method().as_str() {
        "GET" | "HEAD" => made_up(200, &[], "{}"),
        method => panic!("{method} reached the handler"),
    });
    for method in ["POST", "PATCH", "DELETE", "TRACE", "QUERY", "CONNECT"] {
        let answer = fixture.send(&format!("{method} /tags/a")).await;
        answer.expect_problem(405);
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS, PUT");
    }
    fixture.send("BREW /tags/a").await.expect_problem(501);
    let options = fixture.send("OPTIONS /tags/a").await;
    assert_eq!((options.status, options.header("allow"), options.body.as_str()), (204, "GET, HEAD, OPTIONS, PUT", ""));
    assert_eq!(fixture.ran(), 0);
}

/// A handler that would answer in plaintext and tells clients to come that way.
// Shows: HTTPS-ONLY
#[tokio::test]
async fn no_handler_is_reached_or_heard_in_plaintext() {
    let fixture = fixture(|_| made_up(200, &[("strict-transport-security", "max-age=0")], "{}"));
    let answer = network::over_tls_and_in_plaintext(fixture.router.clone(), "PUT /v1/around/a", "GET /v1/tags/a").await;
    assert!(answer.tls.contains("strict-transport-security: max-age=31536000\r\n"), "{}", answer.tls);
    assert!(!answer.tls.contains("max-age=0"), "{}", answer.tls);
    assert!(!answer.plaintext_at_tls.starts_with("HTTP/"), "{}", answer.plaintext_at_tls);
    assert!(answer.plaintext.starts_with("HTTP/1.1 403 "), "{}", answer.plaintext);
    assert_eq!(fixture.ran(), 0, "no handler ran");
}
