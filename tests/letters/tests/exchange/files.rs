//! Bodies that are too large to be held in memory, and small ones, which are.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::{StreamExt as _, stream};
use http::Response;
use letters_client::runtime::wire::{Blob, File, Media, StreamError};
use letters_client::runtime::{Bytes, CallError, Fetched, Find};
use letters_client::{Client, SendParcelOutcome, SendPictureOutcome};
use letters_types::operations::{LabelPictureBody, SendParcelForm};

use crate::talk::{Endless, PIECES, sum};
use crate::{client, serve, service, start};

const MEGABYTE: usize = 1024 * 1024;

/// What the sockets between the two may hold: some systems let each take 32 megabytes.
const SOCKETS: usize = 72 * MEGABYTE;

async fn picture(client: &Client, name: &str) -> Blob {
    match client.get_picture(name).await.expect("an answer") {
        Find::Found { value, .. } => value,
        Find::NotFound(problem, _) => panic!("{problem}"),
    }
}

/// Of a body that is declared as a range the caller says which media type it is, and the handler learns it.
#[tokio::test]
async fn a_body_says_which_of_a_range_it_is() {
    let client = start().await;
    let kept = client.keep_picture("a", Media::new("image/gif", "GIF")).await.expect("an answer");
    assert_eq!(kept.value.text, "\"3 bytes of image/gif\"");
    let error = client.keep_picture("a", Media::new("text/plain", "GIF")).await.expect_err("it is no picture");
    assert!(matches!(error, CallError::Request(_)), "{error:?}");
    let label = LabelPictureBody::Text(Media::new("text/markdown; charset=utf-8", "# A"));
    let labelled = client.label_picture("a", Some(label)).await.expect("an answer");
    assert_eq!(
        labelled.value.text,
        r##"Some(Text(Media { media_type: "text/markdown; charset=utf-8", content: "# A" }))"##
    );
    let long = client.label_picture("a", Some(LabelPictureBody::Text(Media::new("text/plain", "123456789")))).await;
    let error = long.expect_err("it is too long");
    assert_eq!(error.meta().expect("an answer").status, 400);
}

#[tokio::test]
async fn what_is_small_is_as_simple_as_it_was() {
    let client = start().await;
    assert_eq!(picture(&client, "small").await.bytes().await.expect("bytes"), "GIF");
    assert!(matches!(client.get_picture("none").await, Ok(Find::NotFound(..))));
    let SendPictureOutcome::Ok(seen, _) = client.send_picture("a", "ab".into()).await.expect("an answer");
    assert_eq!(seen.text, "2 bytes in memory, 195, 195");
    let SendPictureOutcome::Ok(seen, _) = client.send_picture("a", Blob::default()).await.expect("an answer");
    assert_eq!(seen.text, "0 bytes in memory, 0, 0");
}

#[tokio::test]
async fn a_large_answer_is_not_held() {
    let made = Arc::new(Endless::default());
    let client = client(&serve(service::router_of(made.clone())).await);
    let mut pieces = picture(&client, "large").await.into_stream();
    let (mut read, mut most) = (0, 0);
    while let Some(piece) = pieces.next().await {
        read += piece.expect("a piece").len();
        most = most.max(made.made.load(Ordering::SeqCst) * MEGABYTE - read);
    }
    assert_eq!(read, PIECES * MEGABYTE);
    assert!(most < SOCKETS + 12 * MEGABYTE, "{most} bytes were held on the way");
    // Who wants it all at once says how much that may be.
    let whole = picture(&client, "large").await.bytes_within(MEGABYTE + 1).await;
    assert!(matches!(whole, Err(StreamError::TooLong { limit: 1_048_577 })));
}

#[tokio::test]
async fn a_large_request_goes_to_a_file_and_can_be_read_again() {
    let client = start().await;
    let made = Arc::new(AtomicUsize::new(0));
    let counted = made.clone();
    let pieces = stream::iter(0..48).map(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>(Bytes::from(vec![1; MEGABYTE]))
    });
    let sent = client.send_picture("a", Blob::stream(pieces)).await;
    let SendPictureOutcome::Ok(seen, _) = sent.expect("an answer");
    let bytes = 48 * MEGABYTE;
    assert_eq!(seen.text, format!("{bytes} bytes in a file, {bytes}, {bytes}"));
    assert_eq!(made.load(Ordering::SeqCst), 48);
}

#[tokio::test]
async fn a_request_that_never_ends_is_refused() {
    let client = start().await;
    let made = Arc::new(AtomicUsize::new(0));
    let counted = made.clone();
    let pieces = stream::iter(0..).map(move |_: usize| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>(Bytes::from(vec![1; MEGABYTE]))
    });
    let sent = client.send_picture("a", Blob::stream(pieces)).timeout(Duration::from_secs(20)).await;
    // The connection may be closed before the answer has been read.
    let refused = matches!(
        &sent,
        Err(CallError::Unexpected { status: 413, .. } | CallError::Indeterminate { .. } | CallError::Transport(_))
    );
    assert!(refused, "{sent:?}");
    // What the server takes, what it lets pass, and what the sockets hold.
    let made = made.load(Ordering::SeqCst);
    assert!(made < 64 + 8 + SOCKETS / MEGABYTE, "{made} megabytes were made");
}

#[tokio::test]
async fn a_form_holds_files_from_disk() {
    let path = std::env::temp_dir().join(format!("letters-{}", std::process::id()));
    std::fs::write(&path, vec![1; 3 * MEGABYTE]).expect("space");
    let large = File::new("large.bin", Blob::open(&path).await.expect("a file"));
    let form = SendParcelForm {
        card: None,
        cards: None,
        content: large,
        cover: Some(File::new("small.png", "PNG").with_header("x-artist", "Jan")),
        ids: None,
        labels: None,
        note: Some("a note".to_owned()),
        page: None,
        pictures: Vec::new(),
        weight: 3,
    };
    let client = start().await;
    let sent = client.send_parcel(form.clone()).await;
    let SendParcelOutcome::Ok(seen, _) = sent.expect("an answer");
    assert!(seen.text.contains("content: Blob(3145728 bytes)"), "{}", seen.text);
    assert!(seen.text.ends_with(r#"["it is longer than the 1000 bytes that are read", "PNG"]"#), "{}", seen.text);
    let narrow = self::client(&serve(service::narrow_router()).await);
    let refused = narrow.send_parcel(form).await;
    assert!(matches!(refused, Err(CallError::Unexpected { status: 413, .. })), "{refused:?}");
    std::fs::remove_file(&path).expect("it is there");
    assert!(Blob::open(&path).await.is_err());
}

#[tokio::test]
async fn only_what_comes_again_is_sent_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let answer = move |body: Body| async move {
        let read = axum::body::to_bytes(body, usize::MAX).await.expect("a body").len();
        let is_first = counted.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
        let response = Response::builder().header("content-type", "application/json");
        let response = if is_first { response.status(503).header("retry-after", "0") } else { response };
        response.body(Body::from(format!(r#"{{"text":"{read}"}}"#))).expect("a response")
    };
    let client = client(&serve(Router::new().fallback(answer)).await);
    let Ok(SendPictureOutcome::Ok(seen, _)) = client.send_picture("a", "abc".into()).await else { panic!("refused") };
    assert_eq!((seen.text.as_str(), asked.load(Ordering::SeqCst)), ("3", 2));
    let once = Blob::reader(&b"abc"[..]);
    let refused = client.send_picture("a", once).await;
    assert!(matches!(refused, Err(CallError::Unavailable { .. })), "{refused:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error() {
    let answer = || async {
        let pieces = stream::iter([Ok(Bytes::from_static(b"ab")), Err("gone")]);
        let response = Response::builder().header("content-type", "application/octet-stream");
        response.body(Body::from_stream(pieces)).expect("a response")
    };
    let client = client(&serve(Router::new().fallback(answer)).await);
    match client.get_picture("a").await {
        Ok(Find::Found { value, .. }) => assert!(matches!(value.bytes().await, Err(StreamError::Broken(_)))),
        // All of it at once, and nothing of it was an answer.
        Ok(Find::NotFound(..)) => panic!("it was found"),
        Err(error) => assert!(matches!(error, CallError::Transport(_)), "{error:?}"),
    }
}

/// What a blob is taken for once is gone, also from its copies.
#[tokio::test]
async fn a_stream_is_read_once() {
    let blob = Blob::stream(stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"\x01\x02"))]));
    let copy = blob.clone();
    assert_eq!(blob, copy);
    assert_eq!(sum(blob).await, 3);
    assert!(matches!(copy.bytes().await, Err(StreamError::Taken)));
    let Fetched { value, .. } = start().await.watch_texts().await.expect("an answer");
    drop(value);
}
