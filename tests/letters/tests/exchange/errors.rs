//! Errors that are declared with another body than a problem: those that a handler refuses with, and those that the runtime says.

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use letters_client::runtime::{CallError, Deleted, Find};
use letters_client::{DeliverProblem, WeighProblem};
use letters_types::operations::{DeliverConflictContent, DeliverConflictHeaders, WeighNotFoundHeaders};
use letters_types::{Card, WeighBody, WeighResponse5xx};
use serde_json::Value;
use tower::ServiceExt as _;

use super::service::mistake;
use super::{service, start};

#[tokio::test]
async fn each_error_arrives_as_its_variant() {
    let client = start().await;
    let refused = async |wish: &str| match client.deliver(wish).await {
        Err(CallError::Declared(problem, meta)) => (problem, meta),
        other => panic!("{other:?}"),
    };
    let card = |text: &str| Card { text: text.to_owned() };
    let (problem, meta) = refused("409 json").await;
    assert_eq!(problem, DeliverProblem::Conflict(DeliverConflictContent::Json(card("409"))));
    let headers = DeliverConflictHeaders { retry_after: Some(7), x_holder: "Zoe's cousin".to_owned() };
    assert_eq!(meta.typed_headers(), Ok(headers));
    let (problem, meta) = refused("409 xml").await;
    assert_eq!(problem, DeliverProblem::Conflict(DeliverConflictContent::Xml("<taken/>".to_owned())));
    assert_eq!(meta.headers["content-type"], "application/xml");
    assert_eq!(refused("418").await.0, DeliverProblem::ClientError(418, "no".to_owned()));
    assert_eq!(refused("507").await.0, DeliverProblem::Default(507, card("507")));
}

#[tokio::test]
async fn a_status_that_a_range_does_not_stand_for_is_not_sent() {
    let client = start().await;
    for wish in ["409 text", "404 card", "200 card"] {
        let answer = client.deliver(wish).await;
        let Err(error) = answer else { panic!("{answer:?}") };
        assert_eq!(error.meta().expect("an answer").status, 500, "{wish}");
    }
}

#[tokio::test]
async fn what_has_no_body_or_only_header_fields_is_said_as_it_is_declared() {
    let client = start().await;
    let refused = async |grams| client.weigh(&WeighBody { grams }).await.expect_err("a refusal");
    let error = refused(400).await;
    assert_eq!(error.declared(), Some(&WeighProblem::BadRequest));
    assert_eq!(error.meta().expect("an answer").headers.get("content-type"), None);
    let error = refused(404).await;
    let (problem, meta) = (error.declared().expect("a refusal"), error.meta().expect("an answer"));
    assert!(
        matches!(problem, WeighProblem::NotFound(problem) if problem.detail.as_deref() == Some("none")),
        "{problem:?}"
    );
    assert_eq!(meta.typed_headers(), Ok(WeighNotFoundHeaders { x_nearest: Some("Ulm".to_owned()) }));
    assert_eq!(refused(409).await.declared(), Some(&WeighProblem::Conflict(Card { text: "busy".to_owned() })));
    let full = WeighResponse5xx { error: mistake("full") };
    assert_eq!(refused(507).await.declared(), Some(&WeighProblem::ServerError(507, full)));
    // The header field without which the status says nothing is the runtime's.
    let CallError::Unauthorized { challenge, declared, .. } = refused(401).await else { panic!("no 401") };
    assert_eq!(
        (challenge.scheme(), declared),
        (Some("Bearer"), Some(Box::new(WeighProblem::Unauthorized(mistake("nobody")))))
    );
}

#[tokio::test]
async fn absence_is_said_in_the_declared_words() {
    let client = start().await;
    let Ok(Find::NotFound(said, _)) = client.get_weight("never").await else { panic!("it was found") };
    assert_eq!(said, mistake("never"));
    let Ok(Find::NotFound(said, meta)) = client.get_weight("none").await else { panic!("it was found") };
    assert_eq!((said.message.as_str(), said.code.as_str()), ("There is nothing at `/v1/weights/none`.", "not_found"));
    assert_eq!(meta.headers["content-type"], "application/json");
    assert_eq!(said.request_id, meta.request_id);
    let Ok(Deleted::NotFound(said, _)) = client.forget_weight("never").await else { panic!("it was there") };
    assert_eq!(said, mistake("never"));
    let Ok(Deleted::NotFound(said, _)) = client.forget_weight("none").await else { panic!("it was there") };
    assert_eq!(said.code, "not_found");
}

/// What the runtime says to a request to `POST /weights`: status, media type and body, without the id of the request.
async fn said(media_type: &str, body: impl Into<Body>) -> (u16, String, Value) {
    let request = Request::builder().method("POST").uri("/v1/weights").header("content-type", media_type);
    let response = service::router().oneshot(request.body(body.into()).expect("a request")).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    let mut value: Value = serde_json::from_slice(&body).unwrap_or(Value::from(text));
    for object in ["", "/error"] {
        value.pointer_mut(object).and_then(Value::as_object_mut).and_then(|members| members.remove("request_id"));
    }
    (parts.status.as_u16(), parts.headers["content-type"].to_str().expect("text").to_owned(), value)
}

#[tokio::test]
async fn the_runtime_says_its_errors_in_a_declared_body_that_it_can_fill() {
    let grams = |grams: u64| format!("{{\"grams\":{grams}}}");
    let json = "application/json";
    let mut text = String::new();
    let long = format!("{}1", " ".repeat(2_000_000));
    for (what, media_type, body) in [
        ("a schema that it fills in", json, grams(0)),
        ("text", json, long),
        ("a member that it does not know", "text/plain", grams(1)),
        ("an object in an object", json, grams(500)),
        ("the same, with `Retry-After`", json, grams(503)),
    ] {
        let (status, media_type, value) = said(media_type, body).await;
        text.push_str(&format!("{what}\n    {status} {media_type} {value}\n"));
    }
    insta::assert_snapshot!(text);
}
