//! Preconditions, with handlers that pass them over.

use std::collections::BTreeMap;

use super::Fixture;

// Shows: COND-INM-304
#[tokio::test]
async fn who_has_it_already_is_told_so_and_nothing_is_rendered() {
    let fixture = Fixture::new();
    let put = fixture.send("PUT /tags/a | {\"note\": \"there\"}").await;
    let etag = put.header("etag");
    for method in ["GET", "HEAD"] {
        let answer = fixture.send(&format!("{method} /exploding/a [if-none-match: {etag}]")).await;
        assert_eq!((answer.status, answer.header("etag"), answer.body.as_str()), (304, etag, ""));
    }
    // The body would break whoever renders it.
    assert_eq!(fixture.statuses(&["GET /exploding/a [if-none-match: \"other\"]"]).await, [500]);
}

/// Both ways past the target: never to have one, and to go on after it was refused.
// Shows: COND-IF-MATCH
#[tokio::test]
async fn a_stale_tag_stops_a_handler_that_writes_past_it() {
    let fixture = Fixture::new();
    fixture.send("PUT /tags/a | {\"note\": \"there\"}").await;
    for path in ["around", "careless", "slowly"] {
        let text = format!("PUT /{path}/a [if-match: \"stale\"] | {{\"note\": \"lost\"}}");
        fixture.send(&text).await.expect_problem(412);
        assert_eq!(fixture.note("a").await.as_deref(), Some("there"), "{path}");
        assert_eq!(fixture.note("elsewhere").await, None, "{path}");
    }
}

// Shows: COND-CAS
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_slow_writers_under_one_tag_one_wins() {
    let fixture = Fixture::new();
    for round in 0..20 {
        let put = fixture.send(&format!("PUT /tags/a | {{\"note\": \"before {round}\"}}")).await;
        let text = format!("PUT /slowly/a [if-match: {}] | {{\"note\": \"after {round}\"}}", put.header("etag"));
        assert_eq!(fixture.race(&text).await, BTreeMap::from([(200, 1), (412, 7)]));
        let around = format!("PUT /around/a [if-match: {}] | {{\"note\": \"past\"}}", put.header("etag"));
        assert_eq!(fixture.race(&around).await, BTreeMap::from([(412, 8)]));
        assert_eq!(fixture.note("a").await, Some(format!("after {round}")));
    }
}

// Shows: COND-CREATE-ONLY
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_only_to_be_created_is_never_replaced() {
    let fixture = Fixture::new();
    for round in 0..20 {
        let text = format!("PUT /slowly/{round} [if-none-match: *] | {{\"note\": \"once\"}}");
        assert_eq!(fixture.race(&text).await, BTreeMap::from([(201, 1), (412, 7)]));
        for path in ["around", "careless"] {
            let text = format!("PUT /{path}/{round} [if-none-match: *] | {{\"note\": \"twice\"}}");
            fixture.send(&text).await.expect_problem(412);
        }
        assert_eq!(fixture.note(&round.to_string()).await.as_deref(), Some("once"));
    }
}

/// A handler that finds its own reason to refuse when the precondition has long failed.
// Shows: COND-PRECEDENCE
#[tokio::test]
async fn a_refusal_for_another_reason_comes_first() {
    let fixture = Fixture::new();
    fixture.send("PUT /tags/a | {\"note\": \"there\"}").await;
    fixture.send("PUT /too-late/a [if-match: \"stale\"] | {\"note\": \"late\"}").await.expect_problem(422);
    fixture.send("PUT /slowly/a [if-match: \"stale\"] | {\"note\": 5}").await.expect_problem(400);
    fixture.send("DELETE /counting/none [if-match: \"stale\"]").await.expect_problem(404);
    fixture.send("DELETE /counting/a [if-match: \"stale\"]").await.expect_problem(412);
    fixture.send("PUT /slowly/none [if-match: *] | {\"note\": \"new\"}").await.expect_problem(412);
    assert_eq!(fixture.statuses(&["GET /tags/a", "GET /tags/none"]).await, [200, 404]);
}
