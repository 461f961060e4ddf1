//! The API reference as people see it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::Service;
use crate::page::{Page, is_there};
use crate::raw::{Connection, Request};

/// What the description says is there: the tags, and `METHOD path` of each operation.
fn described() -> (BTreeSet<String>, BTreeSet<String>) {
    let description: Value = serde_json::from_str(stacklets_server::DESCRIPTION).expect("a description");
    let tags = description["tags"].as_array().expect("tags").iter();
    let tags = tags.map(|tag| tag["name"].as_str().expect("a name").to_owned()).collect();
    let mut operations = BTreeSet::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        let methods =
            item.as_object().expect("a path item").iter().filter(|(_, member)| !member["responses"].is_null());
        operations.extend(methods.map(|(method, _)| format!("{} {path}", method.to_uppercase())));
    }
    (tags, operations)
}

fn set(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().expect("a list").iter();
    items.map(|item| item.as_str().expect("text").to_owned()).collect()
}

/// One visit: everything is there, a request works, nothing else was asked for, and the token stays in the page.
#[tokio::test]
async fn the_reference_in_a_browser() {
    if !is_there("the_reference_in_a_browser") {
        return;
    }
    let service = Service::start();
    let profile = Connection::open(&service).await.send(&Request::new("GET", "/account/profile")).await.expect(200);
    let uuid = profile.text_at("/profile/uuid");
    let origin = format!("https://localhost:{}", service.address.port());
    let mut page = Page::open();

    page.call("Page.navigate", json!({ "url": origin }));
    let (tags, operations) = described();
    page.wait_until(&format!("document.querySelectorAll('.opblock').length >= {}", operations.len()));
    assert_eq!(page.text("location.href"), format!("{origin}/reference/"));
    let shown = page.value("[...document.querySelectorAll('.opblock-tag')].map(tag => tag.dataset.tag)");
    assert_eq!(set(&shown), tags, "the tags");
    let listed = page.value("[...document.querySelectorAll('#tags a')].map(tag => tag.lastChild.textContent)");
    assert_eq!(set(&listed), tags, "the list of tags");
    let shown = page.value(
        "[...document.querySelectorAll('.opblock-summary')].map(operation => \
         operation.querySelector('.opblock-summary-method').textContent + ' ' + \
         operation.querySelector('.opblock-summary-path').dataset.path)",
    );
    assert_eq!(set(&shown), operations, "the operations");

    give_token(&mut page, &service.token);
    page.click("#operations-account-getProfile .opblock-summary-control");
    page.click("#operations-account-getProfile .try-out__btn");
    page.click("#operations-account-getProfile .execute");
    page.wait_until("document.querySelector('.live-responses-table .response-col_status') !== null");
    let answer = page.text("document.querySelector('.live-responses-table').innerText");
    assert!(answer.contains("200") && answer.contains(&uuid), "expected the profile {uuid} in\n{answer}");
    let operation = page.text("document.querySelector('#operations-account-getProfile').innerText");
    assert!(operation.contains("GET-SAFE"), "expected promises in\n{operation}");

    expect_no_leak(&mut page, &service.token);
    for request in page.events("Network.requestWillBeSent") {
        let url = request["request"]["url"].as_str().expect("a URL");
        assert!(url.starts_with(&format!("{origin}/")) || url.starts_with("data:"), "a request to {url}");
    }
    assert_eq!(page.complaints(), Vec::<&Value>::new(), "errors in the console");
}

/// Types it where a person would.
fn give_token(page: &mut Page, token: &str) {
    page.click(".scheme-container .authorize");
    page.wait_until("document.activeElement?.id === 'token'");
    page.call("Input.insertText", json!({ "text": token }));
    page.click(".auth-btn-wrapper .authorize");
    page.wait_until("document.querySelector('#token') === null");
    page.click(".auth-btn-wrapper .btn-done");
}

/// The token was sent in one field of one request, and is nowhere to be seen or found.
fn expect_no_leak(page: &mut Page, token: &str) {
    let everything = page.everything();
    assert!(everything.contains("Token YOUR_TOKEN"), "expected a command line without the token in\n{everything}");
    assert!(!everything.contains(token), "expected no token in\n{everything}");
    let kept =
        page.value("[location.href, document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)]");
    assert!(!kept.to_string().contains(token), "expected no token in {kept}");
    let with_token = |request: &&Value| request["request"].to_string().contains(token);
    let requests: Vec<&Value> = page.events("Network.requestWillBeSent").filter(with_token).collect();
    assert_eq!(requests.len(), 1, "requests with the token: {requests:?}");
    assert_eq!(requests[0]["request"]["headers"]["Authorization"], format!("Token {token}"));
}
