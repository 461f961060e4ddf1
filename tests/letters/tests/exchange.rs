//! The generated client against the generated server over HTTP: what one side says, the other hears.

#[path = "exchange/errors.rs"]
mod errors;
#[path = "exchange/files.rs"]
mod files;
#[path = "exchange/sent.rs"]
mod sent;
#[path = "exchange/service.rs"]
mod service;
#[path = "exchange/streams.rs"]
mod streams;
#[path = "exchange/talk.rs"]
mod talk;
#[path = "exchange/wrong.rs"]
mod wrong;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use letters_client::runtime::wire::{File, Media};
use letters_client::runtime::{BaseUrl, CallError, Find, Put};
use letters_client::{Client, DeliverOutcome, GetReportQuery, OrderOutcome, SendLetterOutcome, SendParcelOutcome};
use letters_types::operations::{
    DeliverAcceptedHeaders, DeliverSeeOtherHeaders, GetReportContent, GetReportHeaders, NoteDownBody, PutTitleHeaders,
    ReplaceParcelForm, ReplaceParcelRequestBody, SendLetterBody, SendParcelForm,
};
use letters_types::{Card, Letter, OrderBody, Page, ReplaceParcelBody, Report};
use tower::ServiceExt as _;

/// Serves a router on a port of its own.
async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn start() -> Client {
    client(&serve(service::router()).await)
}

fn client(url: &str) -> Client {
    let base = BaseUrl::insecure_loopback(&format!("{url}/v1")).expect("loopback");
    Client::from_runtime(Client::builder(base).build().expect("a client"))
}

fn letter() -> Letter {
    Letter { lines: Some(vec!["a&b".to_owned(), "c d".to_owned()]), to: "Zoë".to_owned(), weight: Some(3) }
}

fn card() -> Card {
    Card { text: "hello".to_owned() }
}

/// What the server heard of a body.
async fn heard(client: &Client, body: SendLetterBody) -> String {
    let SendLetterOutcome::Ok(seen, _) = client.send_letter(body).await.expect("an answer");
    seen.text
}

#[tokio::test]
async fn each_media_type_arrives_as_its_variant() {
    let client = start().await;
    let letter = r#"Letter { lines: Some(["a&b", "c d"]), to: "Zoë", weight: Some(3) }"#;
    assert_eq!(heard(&client, SendLetterBody::Json(self::letter())).await, format!("Json({letter})"));
    assert_eq!(heard(&client, SendLetterBody::Form(self::letter())).await, format!("Form({letter})"));
    let card = heard(&client, SendLetterBody::VndLettersCardJson(card())).await;
    assert_eq!(card, r#"VndLettersCardJson(Card { text: "hello" })"#);
    assert_eq!(heard(&client, SendLetterBody::Text("ünï".to_owned())).await, r#"Text("ünï")"#);
    assert_eq!(heard(&client, SendLetterBody::Xml("<a/>".to_owned())).await, r#"Xml("<a/>")"#);
}

#[tokio::test]
async fn a_form_arrives_with_its_files() {
    let client = start().await;
    let form = SendParcelForm {
        card: Some(card()),
        cards: Some(vec![card(), Card { text: "a=b&c".to_owned() }]),
        content: File::new("a \"b\".bin", "\r\n--x\0"),
        cover: Some(File::new("c.png", "PNG").with_media_type("image/png").with_header("x-artist", "Zoë")),
        ids: Some(vec![1, 2]),
        labels: Some(vec!["1".to_owned(), "b&c=d".to_owned()]),
        note: Some("# ünï".to_owned()),
        page: Some(Page { number: 3 }),
        pictures: vec![File::new("1", "one"), File::new("2", "two")],
        weight: 3,
    };
    let SendParcelOutcome::Ok(seen, _) = client.send_parcel(form.clone()).await.expect("an answer");
    let bytes = Some("application/octet-stream".to_owned());
    let as_sent = |file: File| File { media_type: file.media_type.or(bytes.clone()), ..file };
    let expected = SendParcelForm {
        content: as_sent(form.content.clone()),
        pictures: form.pictures.iter().cloned().map(as_sent).collect(),
        ..form
    };
    // What files hold is not shown.
    assert_eq!(seen.text, format!("{expected:?} [\"\\r\\n--x\\0\", \"PNG\", \"one\", \"two\"]"));
    let content = File::default();
    let least = SendParcelForm { content, weight: 1, ..expected };
    let least = SendParcelForm {
        card: None,
        cards: None,
        cover: None,
        ids: None,
        labels: None,
        note: None,
        page: None,
        pictures: Vec::new(),
        ..least
    };
    let unsigned = SendParcelForm { cover: Some(File::new("c.png", "PNG")), ..least.clone() };
    let Err(CallError::Unexpected { status: 400, body, .. }) = client.send_parcel(unsigned).await else {
        panic!("accepted")
    };
    let problem = String::from_utf8_lossy(&body);
    assert!(problem.contains("must have the header field `X-Artist` above its part"), "{problem}");
    let SendParcelOutcome::Ok(seen, _) = client.send_parcel(least).await.expect("an answer");
    assert!(seen.text.contains("pictures: []") && seen.text.contains("cover: None"), "{}", seen.text);
}

#[tokio::test]
async fn a_form_is_one_of_several_media_types() {
    let client = start().await;
    let replace = async |body| client.replace_parcel(body).await.expect("an answer").value.text;
    let form = ReplaceParcelForm { attachment: Some(File::new("a", "b")) };
    let seen = replace(Some(ReplaceParcelRequestBody::Multipart(form))).await;
    assert!(seen.starts_with("Some(Multipart(ReplaceParcelForm { attachment: Some(File { name: Some(\"a\")"), "{seen}");
    assert_eq!(replace(Some(ReplaceParcelRequestBody::Json(card()))).await, r#"Some(Json(Card { text: "hello" }))"#);
    assert_eq!(replace(None).await, "None");
    let nothing = Some(ReplaceParcelRequestBody::Form(ReplaceParcelBody::default()));
    assert_eq!(replace(nothing).await, "Some(Form(ReplaceParcelBody { note: None }))");
}

#[tokio::test]
async fn a_form_that_cannot_be_without_pairs_is_none_without_them() {
    let heard = async |body: &'static str| {
        let request = Request::builder().method("POST").uri("/v1/drafts");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let response = service::router().oneshot(request.body(Body::from(body)).expect("a request")).await;
        let answer = response.expect("an answer").into_body().collect().await.expect("a body").to_bytes();
        serde_json::from_slice::<serde_json::Value>(&answer).expect("JSON")["text"].clone()
    };
    assert_eq!(heard("").await, "None");
    assert_eq!(heard("to=a").await, r#"Some(Letter { lines: None, to: "a", weight: None })"#);
}

#[tokio::test]
async fn a_form_is_written_in_the_styles_of_its_members() {
    let client = start().await;
    let body =
        OrderBody { card: Some(card()), ids: Some(vec![1, 2]), name: "a b".to_owned(), page: Some(Page { number: 3 }) };
    let OrderOutcome::Ok(seen, _) = client.order(&body).await.expect("an answer");
    assert_eq!(seen.text, format!("{body:?}"));
}

#[tokio::test]
async fn a_body_may_be_absent() {
    let client = start().await;
    let noted = client.note_down(Some(NoteDownBody::Text("a".to_owned()))).await.expect("an answer");
    assert_eq!(noted.value.text, r#"Some(Text("a"))"#);
    let noted = client.note_down(None).await.expect("an answer");
    assert_eq!(noted.value.text, "None");
    let replaced = client.replace_note(Some(&card())).await.expect("an answer");
    assert_eq!(replaced.value.text, r#"Some(Card { text: "hello" })"#);
    assert_eq!(client.replace_note(None).await.expect("an answer").value.text, "None");
}

#[tokio::test]
async fn an_answer_is_of_the_media_type_that_is_preferred() {
    let client = start().await;
    let read = async |accept: Option<&str>| {
        let call = client.get_report("yearly", GetReportQuery::default());
        let call = accept.into_iter().fold(call, |call, accept| call.header("accept", accept));
        let Find::Found { value, meta } = call.await.expect("an answer") else { panic!("not found") };
        (value, meta)
    };
    let report = Report { lines: vec!["a".to_owned(), "b".to_owned()], name: "yearly".to_owned() };
    let (value, meta) = read(None).await;
    assert_eq!(value, GetReportContent::Json(report));
    let headers = GetReportHeaders {
        x_count: 2,
        x_page: Some(Page { number: 1 }),
        x_tags: Some(vec!["old".to_owned(), "dry".to_owned()]),
    };
    assert_eq!(meta.typed_headers(), Ok(headers));
    assert_eq!(meta.headers["x-tags"], "old,dry");
    let (value, meta) = read(Some("text/csv, application/json;q=0.5")).await;
    assert_eq!(value, GetReportContent::Csv("a\nb\n".to_owned()));
    assert_eq!(meta.headers["content-type"], "text/csv");
    let head = client.get_report("yearly", GetReportQuery::default()).head().header("accept", "text/csv").await;
    let meta = head.expect("an answer").meta().clone();
    assert_eq!(
        (&meta.headers["content-type"], &meta.headers["x-count"]),
        (&"text/csv".parse().unwrap(), &"2".parse().unwrap())
    );
    let (value, meta) = read(Some("image/*")).await;
    assert_eq!(meta.headers["content-type"], "image/gif");
    let GetReportContent::Image(Media { media_type, content }) = value else { panic!("{value:?}") };
    assert_eq!((media_type.as_str(), content.bytes().await.as_deref().ok()), ("image/gif", Some(b"GIF".as_slice())));
    // Which media type of a range it would be is not known without the body; one outside of it is not sent.
    let head = client.get_report("yearly", GetReportQuery::default()).head().header("accept", "image/*").await;
    assert_eq!(head.expect("an answer").meta().headers.get("content-type"), None);
    let page = client.get_report("page", GetReportQuery::default()).header("accept", "image/*").await;
    let error = page.expect_err("a fault");
    assert_eq!(error.meta().expect("an answer").status, 500);
    let absent = client.get_report("none", GetReportQuery::default()).await;
    assert!(matches!(absent, Ok(Find::NotFound(..))), "{absent:?}");
}

#[tokio::test]
async fn header_fields_belong_to_their_status() {
    let client = start().await;
    let Put::Created { value, meta, .. } = client.put_title("a", "Some title").await.expect("an answer") else {
        panic!("it was there")
    };
    assert_eq!((value.text.as_str(), meta.typed_headers()), ("Some title", Ok(PutTitleHeaders { x_former: None })));
    let Put::Replaced { meta, .. } = client.put_title("a", "Another").await.expect("an answer") else {
        panic!("it was absent")
    };
    let former = Some("Some title".to_owned());
    assert_eq!(meta.typed_headers(), Ok(PutTitleHeaders { x_former: former }));
    let Find::Found { value, .. } = client.get_title("a").await.expect("an answer") else { panic!("it is absent") };
    assert_eq!(value, "Another");
}

#[tokio::test]
async fn each_status_arrives_as_its_variant() {
    let client = start().await;
    let deliver = async |wish: &str| client.deliver(wish).await;
    assert!(matches!(deliver("200").await, Ok(DeliverOutcome::Ok(seen, _)) if seen.text == "200"));
    assert!(matches!(deliver("204").await, Ok(DeliverOutcome::NoContent(_))));
    assert!(
        matches!(deliver("299").await, Ok(DeliverOutcome::Success(text, meta)) if text == "299" && meta.status == 299)
    );
    let Ok(DeliverOutcome::Accepted(meta)) = deliver("202").await else { panic!("not accepted") };
    let headers = DeliverAcceptedHeaders { location: "/v1/reports/2".to_owned(), retry_after: Some(3) };
    assert_eq!(meta.typed_headers(), Ok(headers));
    // A redirect is an answer, and is not followed.
    let Ok(DeliverOutcome::SeeOther(meta)) = deliver("303").await else { panic!("not elsewhere") };
    let headers = DeliverSeeOtherHeaders { location: Some("https://elsewhere.example/".to_owned()) };
    assert_eq!(meta.typed_headers(), Ok(headers));
    assert_eq!(meta.location.expect("a location").to_string(), "https://elsewhere.example/");
}
