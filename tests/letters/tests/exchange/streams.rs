//! Streams: what comes as it happens, what goes wrong on the way, and what is not held in memory.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::{StreamExt as _, TryStreamExt as _};
use http::{Request, Response};
use http_body_util::BodyExt as _;
use letters_client::runtime::wire::{Event, Events, StreamError};
use letters_client::runtime::{CallError, Find, Head};
use letters_client::{AnswerOutcome, Client, ReadLogQuery, ReportJourneysOutcome, WatchArrivalsQuery};
use letters_types::operations::{AnswerContent, WatchArrivalsContent};
use letters_types::{Card, Journey, JourneyNoted};
use tower::ServiceExt as _;

use crate::talk::{Endless, journey};
use crate::{client, serve, service, start};

fn card(text: &str) -> Card {
    Card { text: text.to_owned() }
}

fn after(text: &str) -> WatchArrivalsQuery {
    WatchArrivalsQuery { after: Some(text.to_owned()) }
}

async fn arrivals(client: &Client, query: WatchArrivalsQuery) -> Events<Card> {
    let call = client.watch_arrivals(query).header("accept", "text/event-stream");
    match call.await.expect("an answer") {
        Find::Found { value: WatchArrivalsContent::Events(events), .. } => events,
        other @ (Find::Found { .. } | Find::NotFound(..)) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn events_arrive_with_their_types() {
    let client = start().await;
    let mut events = arrivals(&client, WatchArrivalsQuery::default()).await;
    let first = Event::new(card("a")).of_kind("letter").with_id("1");
    assert_eq!(events.try_next().await.unwrap(), Some(first));
    assert_eq!((events.last_event_id(), events.retry()), (Some("1"), None));
    assert_eq!(events.try_next().await.unwrap(), Some(Event { retry: Some(50), ..Event::new(card("b")) }));
    assert_eq!(events.try_next().await.unwrap(), Some(Event::new(card("c")).with_id("2")));
    assert_eq!((events.last_event_id(), events.retry()), (Some("2"), Some(50)));
    assert_eq!(events.try_next().await.unwrap(), None);
}

#[tokio::test]
async fn who_asks_for_something_else_gets_it() {
    let client = start().await;
    let Ok(Find::Found { value, .. }) = client.watch_arrivals(WatchArrivalsQuery::default()).await else {
        panic!("nothing arrives")
    };
    assert!(matches!(value, WatchArrivalsContent::Json(cards) if cards == [card("a")]));
    let absent = client.watch_arrivals(after("none")).await;
    assert!(matches!(absent, Ok(Find::NotFound(..))), "{absent:?}");
    let head = client.watch_arrivals(after("panic")).head().header("accept", "text/event-stream").await;
    let Ok(Head::Found(meta)) = head else { panic!("{head:?}") };
    assert_eq!(
        (&meta.headers["content-type"], &meta.headers["x-count"]),
        (&"text/event-stream".parse().unwrap(), &"1".parse().unwrap())
    );
}

#[tokio::test]
async fn an_answer_comes_whole_or_word_by_word() {
    let client = start().await;
    let Ok(AnswerOutcome::Ok(AnswerContent::Json(seen), _)) = client.answer(&card("yes it is")).await else {
        panic!("not whole")
    };
    assert_eq!(seen.text, "yes it is");
    let answer = client.answer(&card("yes it is")).header("accept", "text/event-stream").await;
    let Ok(AnswerOutcome::Ok(AnswerContent::Events(events), _)) = answer else { panic!("not by words") };
    // The mark at the end is none of the words.
    let words: Vec<_> = events.map_ok(|event| event.data.text).try_collect().await.unwrap();
    assert_eq!(words, ["yes", "it", "is"]);
}

#[tokio::test]
async fn text_is_what_it_is() {
    let client = start().await;
    let events = client.watch_texts().await.expect("an answer").value;
    let texts: Vec<_> = events.map_ok(|event| event.data).try_collect().await.unwrap();
    assert_eq!(texts, ["a", "two\nlines", "", "\"quoted\"", "[DONE]"]);
}

/// The `event` says what the `data` are: text, a number, an object or nothing.
#[tokio::test]
async fn events_are_told_apart_by_their_kind() {
    let client = start().await;
    let events = client.watch_journeys().await.expect("an answer").value;
    let heard: Vec<Event<Journey>> = events.try_collect().await.unwrap();
    assert_eq!(heard.iter().map(|event| event.data.clone()).collect::<Vec<_>>(), journey());
    let kinds: Vec<_> = heard.iter().map(|event| (event.event.as_deref(), event.id.as_deref())).collect();
    let taken = (Some("taken"), None);
    assert_eq!(kinds, [taken, (Some("noted"), None), (Some("weighed"), Some("7")), (Some("lost"), None)]);
    let sent = futures_util::stream::iter(journey()).map(|event| Ok::<_, Infallible>(Event::new(event)));
    let ReportJourneysOutcome::Ok(seen, _) = client.report_journeys(Events::new(sent)).await.expect("an answer");
    assert_eq!(seen.text, "all");
}

#[tokio::test]
async fn an_event_that_is_none_of_its_kind_is_named() {
    let body = "event: weighed\ndata: heavy\n\nevent: sent\ndata: 1\n\nevent: noted\ndata: 1\n\n";
    let events = answering("text/event-stream", body).await.watch_journeys().await.expect("an answer").value;
    let heard: Vec<_> = events.collect().await;
    let [Err(StreamError::Item { text, .. }), Err(StreamError::Item { detail, .. }), Ok(event)] = heard.as_slice()
    else {
        panic!("{heard:?}")
    };
    assert_eq!((text.as_str(), &event.data), ("heavy", &JourneyNoted { data: "1".to_owned() }.into()));
    assert!(!detail.is_empty());
    // A server looks at each before its handler does.
    let wrong = "event: weighed\ndata: 5\n\nevent: weighed\ndata: 0\n\n";
    let request = Request::builder().method("POST").uri("/v1/journeys").header("content-type", "text/event-stream");
    let response = service::router().oneshot(request.body(Body::from(wrong)).expect("a request")).await;
    let said = response.expect("an answer").into_body().collect().await.expect("a body").to_bytes();
    let said: serde_json::Value = serde_json::from_slice(&said).expect("JSON");
    assert_eq!(said["errors"][0]["pointer"], "/1/data", "{said}");
}

#[tokio::test]
async fn items_arrive_in_lines_and_records() {
    let client = start().await;
    let expected = [card("a"), card("b\nc")];
    let log = client.read_log(ReadLogQuery::default()).await.expect("an answer");
    assert_eq!(log.meta.headers["content-type"], "application/jsonl");
    assert_eq!(log.value.try_collect::<Vec<_>>().await.unwrap(), expected);
    let records = client.read_records().await.expect("an answer");
    assert_eq!(records.meta.headers["content-type"], "application/json-seq");
    assert_eq!(records.value.try_collect::<Vec<_>>().await.unwrap(), expected);
}

/// What is not read is not made, and what is dropped ends.
#[tokio::test]
async fn a_stream_without_an_end_is_not_held() {
    let endless = Arc::new(Endless::default());
    let client = client(&serve(service::router_of(endless.clone())).await);
    let query = ReadLogQuery { after: Some("never".to_owned()) };
    let mut items = client.read_log(query).await.expect("an answer").value;
    for index in 0..5000 {
        let item = items.next().await.expect("it has no end").expect("a card");
        assert!(item.text.starts_with(&format!("{index} ")));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let ahead = endless.made.load(Ordering::SeqCst) - 5000;
    // Of a kilobyte each; what is ahead lies in the buffers of two sockets.
    assert!(ahead < 20_000, "{ahead} items were made that nobody has asked for");
    assert!(!endless.dropped.load(Ordering::SeqCst));
    drop(items);
    for _ in 0..100 {
        if endless.dropped.load(Ordering::SeqCst) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody reads, and it goes on");
}

#[tokio::test]
async fn what_goes_wrong_later_breaks_the_stream_off() {
    let client = start().await;
    for wish in ["error", "panic"] {
        let events: Vec<_> = arrivals(&client, after(wish)).await.collect().await;
        let [Ok(_), Ok(_), Err(error @ StreamError::Broken(_))] = events.as_slice() else { panic!("{events:?}") };
        assert!(error.is_final());
    }
    // The connection may have gone, and the next has not.
    assert_eq!(arrivals(&client, WatchArrivalsQuery::default()).await.count().await, 3);
}

async fn answering(media_type: &'static str, body: &'static str) -> Client {
    let answer = move || async move {
        let response = Response::builder().header("content-type", media_type);
        response.body(Body::from(body)).expect("a response")
    };
    client(&serve(Router::new().fallback(answer)).await)
}

/// What somebody else's server says, as the client reads it.
async fn heard(body: &'static str) -> String {
    let client = answering("text/event-stream; charset=utf-8", body).await;
    let events = arrivals(&client, WatchArrivalsQuery::default()).await;
    let heard = events.map(|event| match event {
        Ok(event) => event.data.text,
        Err(StreamError::Item { detail, text }) => format!("({text:?}: {detail})"),
        Err(error) => format!("({error})"),
    });
    heard.collect::<Vec<_>>().await.join(" ")
}

#[tokio::test]
async fn an_event_that_is_wrong_is_an_error_among_others() {
    let wrong = "data: {\"text\":\"a\"}\n\ndata: oh\n\ndata: {\"text\":1}\n\ndata:\n\ndata: {\"text\":\"b\"}\n\n";
    insta::assert_snapshot!(heard(wrong).await, @r#"a ("oh": expected value at line 1 column 1) ("{\"text\":1}": /text: invalid type: integer `1`, expected a string at line 1 column 9) ("": it is empty) b"#);
    assert_eq!(heard("data: {\"text\":\"a\"}\n\ndata: [DONE]\n\ndata: {\"text\":\"b\"}\n\n").await, "a");
    insta::assert_snapshot!(heard("data: {\"text\":\"a\"}\n\ndata: {\"text\":").await, @"a (the stream ended in the middle of an item)");
}

#[tokio::test]
async fn what_is_no_stream_of_events_is_not_read_as_one() {
    let client = answering("application/json", "{}").await;
    let Err(CallError::Decode { detail, body, .. }) = client.watch_texts().await else { panic!("it was read") };
    assert_eq!(detail, "it is `application/json`, and `text/event-stream` is declared");
    assert_eq!(body, "{}");
}
