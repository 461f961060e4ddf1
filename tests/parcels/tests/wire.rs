//! The generated client against the generated server over HTTP: what one side says, the other hears.

#[path = "wire/receiver.rs"]
mod receiver;
#[path = "wire/service.rs"]
mod service;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use methodical_client::wire::{Date, Occasion};
use methodical_client::{Basic, CallError, ClientBuilder, RequestError, Token};
use parcels_client::runtime::BaseUrl;
use parcels_client::{ByFieldQuery, Client, SearchQuery, servers};
use parcels_types::{Colour, Filter, Parcel, Size, Subscription};
use parcels_webhook_sender as sender;

/// Serves a router on a port of its own.
async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn start() -> String {
    serve(parcels_server::service(service::Echo, methodical_server::MemoryStore::new()).into_router()).await
}

fn client(url: &str, with: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let base = BaseUrl::insecure_loopback(&format!("{url}/v1")).expect("loopback");
    Client::from_runtime(with(Client::builder(base)).build().expect("a client"))
}

fn size() -> Size {
    Size { r: Some(1), unit: Some("m/s".to_owned()) }
}

#[tokio::test]
async fn paths() {
    let client = client(&start().await, |builder| builder);
    let day = Date::constant(2026, 2, 28);
    let simple = ["a/b".to_owned(), "c,d ü".to_owned()];
    let seen = client.by_path(&simple, &[1, 2], &size(), &Colour::LightBlue, day).await.expect("an answer");
    let expected = r#"ByPathRequest { simple: ["a/b", "c,d ü"], label: [1, 2], matrix: Size { r: Some(1), unit: Some("m/s") }, colour: LightBlue, day: 2026-02-28 }"#;
    assert_eq!(seen.value.text, expected);
}

#[tokio::test]
async fn queries() {
    let client = client(&start().await, |builder| builder);
    let query = SearchQuery {
        filter: Some(Filter {
            size: Some(size()),
            sizes: Some(vec![size(), Size { r: Some(2), unit: None }]),
            tags: Some(vec!["x".to_owned(), "y&z".to_owned()]),
        }),
        filter_x: Some("plain".to_owned()),
        form: Some(vec!["a,b".to_owned(), "c".to_owned()]),
        ids: Some(vec![1, 2]),
        json: Some(size()),
        labels: Some(BTreeMap::from([("free".to_owned(), "form=1".to_owned())])),
        limit: None,
        name: Some("in the query".to_owned()),
        name_2: Some("in the header".to_owned()),
        pipe: Some(vec!["a".to_owned(), "b".to_owned()]),
        place: Some("/a/b?c=d".to_owned()),
        space: Some(vec![3, 4]),
        urgent: Some(true),
    };
    let seen = client.search(query).await.expect("an answer");
    let expected = r#"SearchRequest { filter: Some(Filter { size: Some(Size { r: Some(1), unit: Some("m/s") }), sizes: Some([Size { r: Some(1), unit: Some("m/s") }, Size { r: Some(2), unit: None }]), tags: Some(["x", "y&z"]) }), filter_x: Some("plain"), form: Some(["a,b", "c"]), ids: Some([1, 2]), json: Some(Size { r: Some(1), unit: Some("m/s") }), labels: Some({"free": "form=1"}), limit: Some(20), name: Some("in the query"), pipe: Some(["a", "b"]), place: Some("/a/b?c=d"), space: Some([3, 4]), urgent: Some(true), name_2: Some("in the header") }"#;
    assert_eq!(seen.value.text, expected);
    let unsayable = SearchQuery { pipe: Some(vec!["a|b".to_owned()]), ..SearchQuery::default() };
    let refused = client.search(unsayable).await;
    assert!(matches!(refused, Err(CallError::Request(RequestError::Parameter(_)))), "{refused:?}");
    let clashing = SearchQuery {
        name: Some("a".to_owned()),
        labels: Some(BTreeMap::from([("name".to_owned(), "b".to_owned())])),
        ..SearchQuery::default()
    };
    let refused = client.search(clashing).await;
    assert!(matches!(refused, Err(CallError::Request(RequestError::Parameter(_)))), "{refused:?}");
}

#[tokio::test]
async fn headers_and_cookies() {
    let client = client(&start().await, |builder| builder);
    let query = ByFieldQuery {
        crumb: Some("a;b ü".to_owned()),
        crumbs: Some(vec!["c,d".to_owned(), "e".to_owned()]),
        x_odd_name: Some(1.5),
    };
    let seen = client.by_field(&[1, 2], query).await.expect("an answer");
    let expected =
        r#"ByFieldRequest { x_ids: [1, 2], x_odd_name: Some(1.5), crumb: Some("a;b ü"), crumbs: Some(["c,d", "e"]) }"#;
    assert_eq!(seen.value.text, expected);
}

#[tokio::test]
async fn credentials() {
    let url = start().await;
    let text = |answer: methodical_client::Fetched<parcels_types::Seen>| answer.value.text;
    let nobody = client(&url, |builder| builder);
    assert_eq!(text(nobody.open().await.expect("an answer")), "nobody");
    let missing = nobody.either().await.expect_err("no credentials").to_string();
    let expected = "no credentials: the token for `bearer`, or user name and password for `basic` and the key for \
                    `key_query`, or the token for `hawk` is missing";
    assert_eq!(missing, expected);
    let bearer = client(&url, |builder| builder.credential("bearer", Token::new("t0p")));
    assert_eq!(text(bearer.either().await.expect("an answer")), "bearer=t0p");
    let both = client(&url, |builder| {
        builder.credential("basic", Basic::new("ada", "l:o")).credential("key_query", Token::new("a&b=="))
    });
    assert_eq!(text(both.either().await.expect("an answer")), "basic=ada:l:o key_query=a&b==");
    let hawk = client(&url, |builder| builder.credential("hawk", Token::new("id=\"1\"")));
    assert_eq!(text(hawk.either().await.expect("an answer")), "hawk=id=\"1\"");
    let keys = client(&url, |builder| {
        builder.credential("key_cookie", Token::new("k%41==")).credential("key_header", Token::new("h"))
    });
    assert_eq!(text(keys.keys().await.expect("an answer")), "key_cookie=k%41== key_header=h");
    let oauth = client(&url, |builder| builder.credential("oauth", Token::new("may-read")));
    assert_eq!(text(oauth.scoped().await.expect("an answer")), "oauth=may-read");
    let refused = oauth.scoped_too().await.expect_err("not granted");
    assert_eq!(refused.meta().map(|meta| meta.status), Some(403));
    let stale = client(&url, |builder| builder.credential("oauth", Token::new("stale")));
    let CallError::Unauthorized { challenge, .. } = stale.scoped_too().await.expect_err("stale") else {
        panic!("401 was expected");
    };
    assert_eq!(challenge.values(), ["Bearer realm=\"parcels\", scope=\"read write\""]);
}

#[tokio::test]
async fn servers_of_operations() {
    let url = start().await;
    // Without being told otherwise the operation would go to the server that the description names for it.
    let files = BaseUrl::insecure_loopback(&format!("{url}/v2")).expect("loopback");
    let client = client(&url, |builder| builder.server("https://files.parcels.example/v2", files));
    assert_eq!(client.files().await.expect("an answer").value.text, "files");
    let production = servers::production(servers::Region::default(), "8443").expect("a URL");
    assert_eq!(production.to_string(), "https://eu.parcels.example:8443/v1");
    assert_eq!(servers::local("80").expect("a URL").to_string(), "http://localhost/v1");
    assert_eq!(servers::v1(&production).expect("a URL").to_string(), "https://eu.parcels.example:8443/v1");
}

#[tokio::test]
async fn webhooks_and_callbacks() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let inbox = receiver::Inbox { seen: seen.clone() };
    let url =
        serve(parcels_webhook_receiver::service(inbox, methodical_server::MemoryStore::new()).into_router()).await;
    let base = BaseUrl::insecure_loopback(&url).expect("loopback");
    let builder = sender::Client::builder(base).credential("key_header", Token::new("shared"));
    let client = sender::Client::from_runtime(builder.build().expect("a client"));
    let parcel = Parcel { id: "p1".to_owned(), weight: 0.5 };

    let query = sender::ParcelLostQuery { x_attempt: Some(2) };
    client.parcel_lost(query.clone(), &parcel).await.expect("an answer");
    let elsewhere = BaseUrl::insecure_loopback(&format!("{url}/parcel-lost")).expect("loopback");
    client.parcel_lost(query, &parcel).to(&elsewhere).await.expect("an answer");
    let lost =
        r#"lost ParcelLostRequest { x_attempt: Some(2), body: Parcel { id: "p1", weight: 0.5 } } by Some("shared")"#;
    assert_eq!(*seen.lock().expect("no panic"), [lost, lost]);

    // The subscription says where its parcel's moves are told; only `https` may be.
    let told = |url: &str| Occasion::of_body(subscription(url));
    let moved = || client.parcel_moved(&parcel);
    let receiver = <sender::ParcelMoved as sender::runtime::Callback>::receiver(&told("https://a.example/in?x=1"));
    assert_eq!(receiver.expect("a URL").to_string(), "https://a.example/in?x=1&parcel=p1");
    assert!(moved().back_to(&told("https://a.example/in?x=1")).is_ok());
    assert!(moved().back_to(&told("http://a.example/in")).is_err());
    assert!(moved().back_to(&Occasion::default()).is_err());
    moved().await.expect("an answer");
    assert_eq!(seen.lock().expect("no panic").len(), 3);
}

fn subscription(url: &str) -> serde_json::Value {
    let subscription = Subscription { url: url.to_owned(), parcel: "p1".to_owned() };
    serde_json::to_value(subscription).expect("JSON")
}
