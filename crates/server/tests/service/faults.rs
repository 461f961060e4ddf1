//! What goes wrong inside: panics, faults of the store, slow handlers and slow senders, operations that were taken over.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::Response;
use hyper::body::Frame;
use insta::assert_snapshot;
use methodical_server::{Limits, MemoryStore, UnknownOperation};
use tower::ServiceExt as _;

use crate::implementor::{Labels, Seen};
use crate::{Fixture, generated, request, show};

// Shows: FAILED-WRITE-NO-EFFECT, NO-5XX
#[tokio::test(start_paused = true)]
async fn faults_do_not_leak_and_leave_nothing() {
    let fixture = Fixture::new();
    assert_snapshot!(
        fixture
            .check(&[
                "POST /misbehave/panic",
                "POST /misbehave/slow",
                "POST /misbehave/corrupt",
                "POST /misbehave/down",
                "GET /tags/half",
                "POST /misbehave/not",
                "GET /tags/half",
                "GET /tags [authorization: Token panic]",
                "PUT /tags/1 | {}",
                "POST /next-tag | {\"note\": \"taken\"}",
                "POST /next-tag | {\"note\": \"busy\"}",
            ])
            .await
    );
}

/// A body that never ends.
fn endless(pieces: usize) -> Body {
    let piece = |_| Ok::<_, Infallible>(Frame::data(Bytes::from(vec![b' '; 1024])));
    let some = futures_util::stream::iter((0..pieces).map(piece));
    let then = futures_util::stream::pending();
    Body::new(http_body_util::StreamBody::new(futures_util::StreamExt::chain(some, then)))
}

#[tokio::test(start_paused = true)]
async fn a_body_has_its_limits_of_size_and_time() {
    let fixture = Fixture::new();
    let mut lines = String::new();
    for pieces in [1, 2048] {
        let slow = request("PUT /tags/a | {}").map(|_| endless(pieces));
        lines.push_str(&show(fixture.send(slow).await).await);
        lines.push('\n');
    }
    assert_snapshot!(lines);
}

// Shows: ERROR-DECLARED, AUTH-ENFORCED
#[tokio::test]
async fn an_operation_can_be_taken_over() {
    let api = Labels { seen: std::sync::Arc::<Seen>::default(), store: std::marker::PhantomData };
    let service = generated::service(api, MemoryStore::new());
    let service = service.limits(Limits { timeout: Duration::from_secs(5), ..Limits::default() });
    let service = service.raw("getTag", |raw| async move {
        assert_eq!(raw.cx.principal(), "good");
        assert_eq!(raw.operation.id, "getTag");
        let status = match raw.parameters[0].1.as_str() {
            "teapot" => 418,
            "created" => 201,
            _ => 200,
        };
        let mut response = Response::new(Body::from(format!("{:?}", raw.parameters)));
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap();
        response
    });
    let router = service.unwrap().into_router();
    let mut lines = String::new();
    for text in
        ["GET /tags/a%20b", "HEAD /tags/a", "GET /tags/teapot", "GET /tags/created", "GET /tags/a [-authorization]"]
    {
        let response = router.clone().oneshot(request(text)).await.unwrap();
        lines.push_str(&show(response).await);
        lines.push('\n');
    }
    assert_snapshot!(lines);

    let api = Labels { seen: std::sync::Arc::<Seen>::default(), store: std::marker::PhantomData };
    let unknown =
        generated::service(api, MemoryStore::new()).raw("getTags", |_| async { Response::new(Body::empty()) });
    assert_eq!(unknown.err(), Some(UnknownOperation { id: "getTags".to_owned() }));
}
