//! Handlers that make something new each time, asked again under one idempotency key.

use std::collections::BTreeMap;

use super::Fixture;

const ONE: &str = "POST /another/a [idempotency-key: k] | {\"note\": \"a\"}";

// Shows: IDEM-REPLAY
#[tokio::test]
async fn the_second_time_the_handler_is_not_asked() {
    let fixture = Fixture::new();
    let first = fixture.send(ONE).await;
    let second = fixture.send(ONE).await;
    assert_eq!((first.status, fixture.ran()), (201, 1));
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(fixture.statuses(&["GET /tags/1", "GET /tags/2"]).await, [200, 404]);
}

// Shows: IDEM-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_at_once_one_reaches_the_handler() {
    let fixture = Fixture::new();
    for round in 1..=10 {
        let text = ONE.replace(": k]", &format!(": k{round}]"));
        assert_eq!(fixture.race(&text).await, BTreeMap::from([(201, 8)]));
        assert_eq!(fixture.ran(), 1);
    }
    assert_eq!(fixture.statuses(&["GET /tags/10", "GET /tags/11"]).await, [200, 404]);
}

// Shows: IDEM-FINGERPRINT
#[tokio::test]
async fn another_request_under_the_key_does_not_reach_the_handler() {
    let fixture = Fixture::new();
    fixture.send(ONE).await;
    fixture.send(&ONE.replace("\"a\"", "\"b\"")).await.expect_problem(422);
    fixture.send(&ONE.replace("/another/a", "/another/b")).await.expect_problem(422);
    assert_eq!(fixture.ran(), 1);
}

/// A handler that would succeed the second time: it is asked again only where failures are not replayed.
// Shows: IDEM-REPLAY-ERRORS
#[tokio::test]
async fn a_failure_is_kept_only_where_that_is_declared() {
    for (path, expected) in [("moody", [422, 201, 201]), ("resentful", [422, 422, 422])] {
        let fixture = Fixture::new();
        let text = format!("POST /{path}/a [idempotency-key: k] | {{\"note\": \"a\"}}");
        assert_eq!(fixture.statuses(&[&text, &text, &text]).await, expected, "{path}");
    }
}
