//! What the runtime does not see: handlers that break a rule and are not refused. The catalogue calls these rules "by proof
//! only"; should one of these tests ever fail because the runtime has learnt to see it, the catalogue may say more.

use super::Fixture;

/// What is shown instead of what was stored is the implementor's word (PUT-READBACK, POST-LOCATION-RESOLVES).
#[tokio::test]
async fn a_lying_representation_is_sent() {
    let fixture = Fixture::new();
    let put = fixture.send("PUT /lying/a | {\"note\": \"true\"}").await;
    assert_eq!((put.status, put.body.contains("a lie")), (201, true));
    assert_eq!(fixture.note("a").await.as_deref(), Some("true"));
}

/// A body that shows more than its record has, under the record's tag (ETAG-TRUE of a GET).
#[tokio::test]
async fn two_bodies_under_one_tag_are_sent() {
    let fixture = Fixture::new();
    fixture.send("PUT /tags/a | {\"note\": \"there\"}").await;
    let (one, two) = (fixture.send("GET /varying/a").await, fixture.send("GET /varying/a").await);
    assert_eq!(one.header("etag"), two.header("etag"));
    assert_ne!(one.body, two.body);
}

/// A PUT that adds to what is there (PUT-IDEMPOTENT, PUT-REPLACES-WHOLE).
#[tokio::test]
async fn a_put_that_adds_is_carried_out() {
    let fixture = Fixture::new();
    for expected in ["1", "2"] {
        fixture.send("PUT /one-more/a | {\"note\": \"same\"}").await;
        assert_eq!(fixture.note("a").await.as_deref(), Some(expected));
    }
}
