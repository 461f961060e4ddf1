//! What carries a tag: the same fact as in the `tags` of the stacklets, from its other end.

use serde_json::{Value, json};

use super::{another_token, everything, idle_stacklet, read, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

fn stacklet(id: u64) -> Value {
    json!({ "type": "stacklet", "id": id })
}

// Shows: DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING, READ-AFTER-WRITE
#[test]
fn a_tag_is_attached_and_taken_off() {
    if !curl::is_there("a_tag_is_attached_and_taken_off") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/tags/backend").json(&json!({})).send().expect(201);
    service.curl("PUT", "/tags/other").json(&json!({})).send().expect(201);
    let [one, two, three] =
        ["one", "two", "three"].map(|name| idle_stacklet(&service, &json!({ "name": name, "tags": ["other"] })));
    read(&service, "/tags/backend/resources", 200).expect_at("/resources", json!([]));
    let before = read(&service, "/tags/backend", 200);

    let add = |body: &Value| service.curl("POST", "/tags/backend/resources").json(body).send();
    let added = add(&stacklet(two)).expect(200);
    let shown = read(&service, &format!("/stacklets/{two}"), 200);
    shown.expect_at("/stacklet/tags", json!(["other", "backend"]));
    let resource = json!({
        "type": "stacklet", "id": two, "name": "two", "status": "active", "tags": ["other", "backend"],
        "ipv4_address": shown.at("/stacklet/networks/v4/0/address"),
    });
    added.expect_at("/resources", json!([resource]));
    // Once more changes nothing, and the tag itself is never changed by it.
    add(&stacklet(two)).expect(200).expect_same(&added, Exchange::json);
    read(&service, &format!("/stacklets/{two}"), 200).expect_same(&shown, Exchange::json);
    read(&service, "/tags/backend", 200).expect_same(&before, |exchange| exchange.field("ETag").to_owned());

    let several = add(&json!({ "resources": [stacklet(three), stacklet(one), stacklet(three)] })).expect(200);
    several.expect_at("/resources/0/id", three).expect_at("/resources/1/id", one);
    let ids = |items: Vec<Value>| items.iter().filter_map(|item| item["id"].as_u64()).collect::<Vec<_>>();
    let mut expected = vec![one, two, three];
    expected.sort_unstable();
    for per_page in [1, 2, 200] {
        let mut page = 1;
        let mut found = Vec::new();
        loop {
            let path = format!("/tags/backend/resources?per_page={per_page}&page={page}");
            let list = service.curl("GET", &path).send().expect(200);
            found.extend(ids(list.at("/resources").as_array().cloned().unwrap_or_default()));
            match list.at("/meta/pagination/next_page").as_u64() {
                Some(next) => page = next,
                None => break,
            }
        }
        assert_eq!(found, expected, "by {per_page}");
    }
    assert_eq!(ids(walk(&service, "stacklets", 200, "&tag_name=backend")), expected);

    let path = format!("/tags/backend/resources/stacklet/{two}");
    service.curl("DELETE", &path).send().expect(204);
    service.curl("DELETE", &path).send().expect_problem(404);
    read(&service, &format!("/stacklets/{two}"), 200).expect_at("/stacklet/tags", json!(["other"]));
    service.curl("DELETE", "/tags/backend").send().expect(204);
    read(&service, "/tags/backend/resources", 404);
    for id in expected {
        read(&service, &format!("/stacklets/{id}"), 200).expect_at("/stacklet/tags", json!(["other"]));
    }
}

#[test]
fn a_tag_is_made_with_what_carries_it() {
    if !curl::is_there("a_tag_is_made_with_what_carries_it") {
        return;
    }
    let service = Service::start();
    let id = idle_stacklet(&service, &json!({ "name": "one" }));
    let post = |body: &Value| service.curl("POST", "/tags").json(body).send();
    let before = everything(&service);
    post(&json!({ "name": "t", "stacklet_ids": [999, id] })).expect_mistakes(422, &["/stacklet_ids/0"]);
    post(&json!({ "name": "t", "stacklet_ids": [id, id] })).expect_mistakes(422, &["/stacklet_ids"]);
    assert_eq!(everything(&service), before, "nothing was changed");
    let created = post(&json!({ "name": "t", "stacklet_ids": [id] })).expect(201);
    created.expect_at("/tag/stacklet_ids", Value::Null);
    read(&service, &format!("/stacklets/{id}"), 200).expect_at("/stacklet/tags", json!(["t"]));
    post(&json!({ "name": "t", "stacklet_ids": [id] })).expect_mistakes(409, &["/name"]);
}

// Shows: INVALID-REFUSED, FAILED-WRITE-NO-EFFECT, AUTH-NO-ORACLE
#[test]
fn wrong_resources_are_refused() {
    if !curl::is_there("wrong_resources_are_refused") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/tags/t").json(&json!({})).send().expect(201);
    let id = idle_stacklet(&service, &json!({ "name": "one" }));
    let before = everything(&service);
    let add = |tag: &str, body: &Value| service.curl("POST", &format!("/tags/{tag}/resources")).json(body).send();
    let missing = add("t", &stacklet(999)).expect_mistakes(422, &["/id"]);
    missing.expect_at("/type", "https://api.stacklets.example/problems/reference-missing");
    // All or none: the first is there.
    let body = json!({ "resources": [stacklet(id), stacklet(999)] });
    add("t", &body).expect_mistakes(422, &["/resources/1/id"]);
    add("absent", &stacklet(id)).expect_problem(404);
    add("t", &json!({})).expect_problem(422);
    add("t", &json!({ "resources": [] })).expect_problem(422);
    add("t", &json!({ "type": "volume", "id": id })).expect_problem(422);
    add("t", &json!({ "type": "stacklet", "id": id.to_string() })).expect_problem(422);
    let remove = |path: &str| service.curl("DELETE", path).send();
    remove("/tags/t/resources/stacklet/999").expect_problem(404);
    remove(&format!("/tags/t/resources/stacklet/{id}")).expect_problem(404);
    remove(&format!("/tags/absent/resources/stacklet/{id}")).expect_problem(404);
    remove(&format!("/tags/t/resources/volume/{id}")).expect_mistakes(400, &["/type"]);
    remove("/tags/t/resources/stacklet/0").expect_mistakes(400, &["/id"]);

    let other = another_token(&service, &["--account", "other"]);
    let reads = another_token(&service, &["--scope", "read"]);
    let request = |token: &str, method: &str, path: &str| service.curl_without_token(method, path).token(token);
    request(&other, "PUT", "/tags/t").json(&json!({})).send().expect(201);
    request(&other, "POST", "/tags/t/resources").json(&stacklet(id)).send().expect_mistakes(422, &["/id"]);
    request(&reads, "POST", "/tags/t/resources").json(&stacklet(id)).send().expect_problem(403);
    request(&reads, "DELETE", &format!("/tags/t/resources/stacklet/{id}")).send().expect_problem(403);
    assert_eq!(everything(&service), before, "nothing was changed");
}

/// A stacklet carries at most a hundred tags, however they are attached: what is shown can be put back.
#[test]
fn a_stacklet_has_room_for_a_hundred_tags() {
    if !curl::is_there("a_stacklet_has_room_for_a_hundred_tags") {
        return;
    }
    let service = Service::start();
    let tags: Vec<String> = (0..100).map(|number| format!("t{number}")).collect();
    for tag in tags.iter().map(String::as_str).chain(["more"]) {
        service.curl("PUT", &format!("/tags/{tag}")).json(&json!({})).send().expect(201);
    }
    let id = idle_stacklet(&service, &json!({ "name": "one", "tags": tags }));
    let add = |tag: &str| service.curl("POST", &format!("/tags/{tag}/resources")).json(&stacklet(id)).send();
    add("more").expect_mistakes(422, &["/id"]);
    add("t7").expect(200);
}
