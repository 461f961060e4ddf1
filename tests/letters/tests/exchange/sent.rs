//! Streams that a client sends: a handler is given their items, each of which has been looked at.

use std::convert::Infallible;

use axum::body::Body;
use futures_util::{Stream, StreamExt as _, stream};
use http::Request;
use http_body_util::BodyExt as _;
use letters_client::runtime::wire::{Event, Events, JsonItems};
use letters_client::{AnnounceOutcome, WriteLogOutcome};
use letters_types::operations::AnnounceBody;
use letters_types::{Card, Letter};
use tower::ServiceExt as _;

use crate::{service, start};

fn letters(count: usize) -> impl Stream<Item = Result<Letter, Infallible>> {
    stream::iter(0..count).map(|number| Ok(Letter { lines: None, to: format!("{number}"), weight: None }))
}

#[tokio::test]
async fn items_are_heard_one_by_one() {
    let client = start().await;
    let write = async |items| {
        let WriteLogOutcome::Ok(seen, _) = client.write_log(JsonItems::new(items)).await.expect("an answer");
        seen.text
    };
    assert_eq!(write(letters(3)).await, "0, 1, 2");
    assert_eq!(write(letters(0)).await, "");
    // More than is kept in memory.
    assert_eq!(write(letters(40_000)).await.split(", ").count(), 40_000);
}

#[tokio::test]
async fn a_stream_is_one_of_several_media_types() {
    let client = start().await;
    let announce = async |body| {
        let AnnounceOutcome::Ok(seen, _) = client.announce(body).await.expect("an answer");
        seen.text
    };
    let card = |text: &str| Card { text: text.to_owned() };
    let cards = stream::iter([Ok::<_, Infallible>(card("a")), Ok(card("b"))]);
    let heard = r#"[Some(Card { text: "a" }), Some(Card { text: "b" })]"#;
    assert_eq!(announce(Some(AnnounceBody::JsonSeq(JsonItems::new(cards)))).await, heard);
    let events = stream::iter([Ok::<_, Infallible>(Event::new(card("a")).of_kind("letter"))]);
    let heard = announce(Some(AnnounceBody::Events(Events::new(events)))).await;
    assert_eq!(heard, format!("{:?}", [Some(Event::new(card("a")).of_kind("letter"))]));
    assert_eq!(announce(Some(AnnounceBody::Json(card("a")))).await, r#"Card { text: "a" }"#);
    assert_eq!(announce(None).await, "nothing");
}

#[tokio::test]
async fn a_stream_is_refused_with_the_places_of_its_mistakes() {
    let mut text = String::new();
    for body in ["{\"to\":\"a\"}\n{\"to\":\"\"}\n{\"weight\":0}\n", "{\"to\":\"a\"}\n{\n", "\n"] {
        let request = Request::builder().method("POST").uri("/v1/log").header("content-type", "application/jsonl");
        let response = service::router().oneshot(request.body(Body::from(body)).expect("a request")).await;
        let (parts, answer) = response.expect("an answer").into_parts();
        let answer = answer.collect().await.expect("a body").to_bytes();
        let said: serde_json::Value = serde_json::from_slice(&answer).expect("JSON");
        text.push_str(&format!("{body:?}\n    {} {} {}\n", parts.status.as_u16(), said["detail"], said["errors"]));
    }
    insta::assert_snapshot!(text);
}
