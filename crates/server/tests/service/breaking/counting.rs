//! Handlers that look, wait, and act on what they saw, with others in between; and handlers that are never reached.

use std::collections::BTreeMap;

use super::Fixture;

// Shows: DELETE-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_slow_deletes_one_removes() {
    let fixture = Fixture::new();
    for _ in 0..20 {
        fixture.send("PUT /tags/a | {\"note\": \"there\"}").await;
        assert_eq!(fixture.race("DELETE /slowly/a").await, BTreeMap::from([(204, 1), (404, 7)]));
    }
}

// Shows: PUT-CREATE-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_slow_puts_one_creates() {
    let fixture = Fixture::new();
    for round in 0..20 {
        let text = format!("PUT /slowly/{round} | {{\"note\": \"there\"}}");
        assert_eq!(fixture.race(&text).await, BTreeMap::from([(201, 1), (200, 7)]));
    }
}

// Shows: WRITE-ATOMIC
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_that_add_one_to_what_they_read_none_is_lost() {
    let fixture = Fixture::new();
    for round in 1..=10 {
        fixture.race("PUT /one-more/a | {\"note\": \"any\"}").await;
        assert_eq!(fixture.note("a").await, Some((8 * round).to_string()));
    }
}

/// The handlers here would take anything.
// Shows: INVALID-REFUSED
#[tokio::test]
async fn what_the_schemas_forbid_reaches_no_handler() {
    let fixture = Fixture::new();
    let long = "x".repeat(21);
    for text in [
        "PUT /slowly/a | {}".to_owned(),
        "PUT /slowly/a | {\"note\": 5}".to_owned(),
        "PUT /slowly/a | {\"note\": \"a\", \"zone\": 1}".to_owned(),
        format!("PUT /slowly/a | {{\"note\": \"{long}\"}}"),
        format!("PUT /slowly/{long} | {{\"note\": \"a\"}}"),
        format!("DELETE /slowly/{long}"),
        format!("GET /varying/{long}"),
        "PUT /slowly/a | [".to_owned(),
    ] {
        fixture.send(&text).await.expect_problem(400);
    }
    assert_eq!(fixture.ran(), 0);
    assert_eq!(fixture.statuses(&["PUT /slowly/a | {\"note\": \"a\"}"]).await, [201]);
}
