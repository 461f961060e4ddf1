//! What goes wrong, and what is said of it.

use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use letters_client::GetReportQuery;
use letters_client::runtime::CallError;
use letters_types::operations::GetReportHeaders;
use tower::ServiceExt as _;

use super::{client, serve, service};

/// What the server says to a request: status, the fields that tell what it would take, and the problem's detail.
async fn said(method: &str, path: &str, media_type: &str, body: impl Into<Body>) -> String {
    let request = Request::builder().method(method).uri(path).header("content-type", media_type);
    let request = request.header("accept", "*/*").body(body.into()).expect("a request");
    let response = service::router().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut text = parts.status.as_u16().to_string();
    for name in ["accept", "accept-patch", "accept-post"] {
        if let Some(value) = parts.headers.get(name) {
            text.push_str(&format!(" [{name}: {}]", value.to_str().expect("text")));
        }
    }
    format!("{text} {}", problem["detail"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_media_type_that_is_not_declared_is_415() {
    assert_eq!(
        said("PATCH", "/v1/notes", "image/png", "x").await,
        "415 [accept: application/json, text/plain] [accept-patch: application/json, text/plain] The body is \
         `image/png`; `application/json` or `text/plain` is expected."
    );
    let refused = said("POST", "/v1/letters", "", "x").await;
    assert!(refused.starts_with("415 ") && refused.contains("[accept-post: application/json, "), "{refused}");
    let read = said("PATCH", "/v1/notes", "text/plain; charset=utf-8", "x").await;
    assert!(read.starts_with("200 "), "{read}");
}

#[tokio::test]
async fn what_is_sent_is_checked_by_the_schema_of_its_media_type() {
    let bodies = [
        ("application/json", r#"{"to":""}"#),
        ("application/json", "{"),
        ("application/x-www-form-urlencoded", "to=a&weight=0"),
        ("application/x-www-form-urlencoded", ""),
        ("text/plain", "123456789012345678901"),
        ("text/plain", "\u{fc}"),
    ];
    let mut text = String::new();
    for (media_type, body) in bodies {
        let answer = said("POST", "/v1/letters", media_type, body).await;
        text.push_str(&format!("{media_type} {body}\n    {answer}\n"));
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_form_is_refused_with_the_places_of_its_mistakes() {
    const FORM: &str = "multipart/form-data; boundary=x";
    let part = |head: &str, text: &str| format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n");
    let content = part("name=\"content\"; filename=\"a\"", "b");
    let weight = part("name=\"weight\"", "3");
    let picture = part("name=\"pictures\"; filename=\"a\"", "b");
    let bodies = [
        ("multipart/form-data", "--x--".to_owned()),
        (FORM, "--x--".to_owned()),
        (FORM, content.clone()),
        (FORM, format!("{content}{}--x--", part("name=\"weight\"", "heavy"))),
        (FORM, format!("{content}{weight}{}--x--", part("name=\"card\"", "{}"))),
        (FORM, format!("{content}{weight}{}--x--", part("name=\"card\"", "{"))),
        (FORM, format!("{content}{content}{weight}--x--")),
        (FORM, format!("{content}{weight}{picture}{picture}{picture}--x--")),
        (FORM, format!("{}{weight}--x--", part("name=\"content\"; filename=\"a\"", &"b".repeat(2_000_000)))),
        (FORM, format!("{content}{weight}--x--")),
    ];
    let mut text = String::new();
    for (media_type, body) in bodies {
        let shown: String =
            body.replace("\r\n", " ").replace("Content-Disposition: form-data; ", "").chars().take(120).collect();
        let answer = said("POST", "/v1/parcels", media_type, body).await;
        text.push_str(&format!("{media_type} {shown}\n    {answer}\n"));
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn what_is_not_accepted_is_406() {
    let request = Request::builder().uri("/v1/reports/a").header("accept", "text/html, video/*");
    let response = service::router().oneshot(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(response.expect("an answer").status(), 406);
}

type Fields = &'static [(&'static str, &'static str)];

/// What the client makes of an answer to `getReport`.
async fn read(status: u16, fields: Fields, body: &'static str) -> String {
    let answer = move || async move {
        let response = fields
            .iter()
            .fold(Response::builder().status(status), |response, (name, value)| response.header(*name, *value));
        response.body(Body::from(body)).expect("a response")
    };
    let client = client(&serve(axum::Router::new().fallback(answer)).await);
    match client.get_report("a", GetReportQuery::default()).await {
        Ok(found) => match found.meta().typed_headers::<GetReportHeaders>() {
            Ok(headers) => format!("{headers:?}"),
            Err(error) => error.to_string(),
        },
        Err(CallError::Unexpected { status, body, .. }) => format!("unexpected {status}: {} bytes", body.len()),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn an_answer_that_is_not_declared_says_what_it_is() {
    const JSON: (&str, &str) = ("content-type", "application/json");
    const CSV: (&str, &str) = ("content-type", "text/csv");
    let answers: [(u16, Fields, &str); 6] = [
        (418, &[("content-type", "text/plain")], "teapot"),
        (200, &[("content-type", "text/html")], "<p>"),
        (200, &[JSON], r#"{"lines":"a","name":"b"}"#),
        (200, &[CSV], "a"),
        (200, &[CSV, ("x-count", "many"), ("x-page", "{")], "a"),
        (200, &[CSV, ("x-count", "2")], "a"),
    ];
    let mut text = String::new();
    for (status, fields, body) in answers {
        let read = read(status, fields, body).await;
        text.push_str(&format!("{status} {fields:?} {body}\n    {read}\n"));
    }
    insta::assert_snapshot!(text);
}
