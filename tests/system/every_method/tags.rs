//! Tags, whose names clients choose: the plainest resource, so what holds for every PUT, DELETE and
//! condition is shown here.

use serde_json::{Value, json};

use super::{count, everything, follow_location, read};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

fn etag(exchange: &Exchange) -> String {
    exchange.field("ETag").to_owned()
}

/// Source 8, 9, 10, 11, 13: from absent over created and replaced to removed.
// Shows: PUT-UPSERT, PUT-STATUS-TRUE, PUT-IDEMPOTENT, PUT-READBACK, READ-AFTER-WRITE, ETAG-TRUE, READONLY-STABLE, DELETE-EFFECTIVE
// Shows: DELETE-ATOMIC-MISSING, RECREATE-AFTER-DELETE, LIST-COHERENT, GET-ABSENT-404
#[test]
fn a_tag_from_put_to_delete() {
    if !curl::is_there("a_tag_from_put_to_delete") {
        return;
    }
    let service = Service::start();
    read(&service, "/tags/backend", 404);
    let created = service.curl("PUT", "/tags/backend").json(&json!({ "description": "first" })).send().expect(201);
    created.expect_at("/tag/name", "backend").expect_at("/tag/description", "first");
    follow_location(&service, &created).expect_same(&created, Exchange::json).expect_same(&created, etag);
    let shown = read(&service, "/tags/backend", 200);
    shown.expect_same(&created, Exchange::json).expect_same(&created, etag);

    let replaced = service.curl("PUT", "/tags/backend").json(&json!({ "description": "second" })).send().expect(200);
    replaced.expect_at("/tag/description", "second");
    replaced.expect_same(&created, |exchange| exchange.at("/tag/created_at"));
    assert_ne!(etag(&replaced), etag(&created), "another value has another entity tag:\n{replaced}");
    let again = service.curl("PUT", "/tags/backend").json(&json!({ "description": "second" })).send().expect(200);
    again.expect_same(&replaced, Exchange::json).expect_same(&replaced, etag);
    assert_eq!(count(&service, "tags", "name", "backend"), 1);

    service.curl("DELETE", "/tags/backend").send().expect(204);
    let missing = service.curl("DELETE", "/tags/backend").send().expect_problem(404);
    assert!(missing.text_at("/detail").contains("backend"), "expected a message that names the tag in\n{missing}");
    read(&service, "/tags/backend", 404);
    assert_eq!(count(&service, "tags", "name", "backend"), 0);
    // RECREATE-AFTER-DELETE: nothing of the old one is left.
    let recreated = service.curl("PUT", "/tags/backend").json(&json!({})).send().expect(201);
    recreated.expect_at("/tag/description", Value::Null);
}

/// PUT-REPLACES-WHOLE: what is left out returns to its default.
// Shows: PUT-REPLACES-WHOLE, PUT-READBACK, PUT-REGARDLESS
#[test]
fn a_put_replaces_the_whole_tag() {
    if !curl::is_there("a_put_replaces_the_whole_tag") {
        return;
    }
    let service = Service::start();
    for description in [json!("something"), json!(""), json!("Ünïcödé \u{1f600}"), Value::Null] {
        let body = json!({ "description": description });
        let put = service.curl("PUT", "/tags/whole").json(&body).send();
        assert!([200, 201].contains(&put.status), "expected success in\n{put}");
        put.expect_at("/tag/description", description);
        let bare = service.curl("PUT", "/tags/whole").json(&json!({})).send().expect(200);
        bare.expect_at("/tag/description", Value::Null);
        read(&service, "/tags/whole", 200).expect_same(&bare, Exchange::json);
    }
}

/// Source 14, 15; POST-CREATED, POST-LOCATION-RESOLVES, and the 409 that a name can meet.
// Shows: POST-CREATED, POST-LOCATION-RESOLVES
#[test]
fn a_tag_by_post() {
    if !curl::is_there("a_tag_by_post") {
        return;
    }
    let service = Service::start();
    let body = json!({ "name": "a:b-c_d", "description": "posted" });
    let created = service.curl("POST", "/tags").json(&body).send().expect(201);
    created.expect_at("/tag/name", "a:b-c_d").expect_at("/tag/description", "posted");
    follow_location(&service, &created).expect_same(&created, Exchange::json).expect_same(&created, etag);

    let other = json!({ "name": "a:b-c_d", "description": "another" });
    let taken = service.curl("POST", "/tags").json(&other).send().expect_mistakes(409, &["/name"]);
    taken.expect_at("/type", "https://api.stacklets.example/problems/name-taken");
    read(&service, "/tags/a:b-c_d", 200).expect_same(&created, Exchange::json);
    // The same path, written with an escape.
    read(&service, "/tags/a%3Ab-c_d", 200).expect_same(&created, Exchange::json);
}

/// IDEM-REPLAY, IDEM-FINGERPRINT, IDEM-REPLAY-ERRORS.
// Shows: IDEM-REPLAY, IDEM-FINGERPRINT, IDEM-REPLAY-ERRORS
#[test]
fn a_keyed_post_is_replayed() {
    if !curl::is_there("a_keyed_post_is_replayed") {
        return;
    }
    let service = Service::start();
    let post = |key: &str, body: &Value| service.curl("POST", "/tags").field("Idempotency-Key", key).json(body).send();
    let first = post("one", &json!({ "name": "keyed" })).expect(201);
    let replay = post("one", &json!({ "name": "keyed" })).expect(201);
    replay.expect_same(&first, Exchange::json).expect_same(&first, etag);
    replay.expect_same(&first, |exchange| exchange.field("Location").to_owned());
    // A request is its meaning, not its spelling.
    let spelled = service.curl("POST", "/tags").field("Idempotency-Key", "one");
    spelled.content("application/json", "{ \"name\" :\t\"keyed\" }").send().expect(201);

    post("one", &json!({ "name": "other" })).expect_problem(422);
    read(&service, "/tags/other", 404);
    // Another key is another request, and a failed one leaves its key free.
    post("two", &json!({ "name": "keyed" })).expect_problem(409);
    post("two", &json!({ "name": "put right" })).expect_mistakes(422, &["/name"]);
    post("two", &json!({ "name": "right" })).expect(201);
    service.curl("DELETE", "/tags/keyed").send().expect(204);
    post("one", &json!({ "name": "keyed" })).expect(201);
    read(&service, "/tags/keyed", 404);
}

/// COND-INM-304, COND-IF-MATCH, COND-CREATE-ONLY, COND-PRECEDENCE.
// Shows: COND-IF-MATCH, COND-CREATE-ONLY, COND-INM-304, COND-PRECEDENCE
#[test]
fn conditions_are_kept() {
    if !curl::is_there("conditions_are_kept") {
        return;
    }
    let service = Service::start();
    let put = |field: &str, value: &str, description: &str| {
        let body = json!({ "description": description });
        service.curl("PUT", "/tags/cond").field(field, value).json(&body).send()
    };
    put("If-Match", "*", "none").expect_problem(412);
    put("If-Match", "\"0123\"", "none").expect_problem(412);
    read(&service, "/tags/cond", 404);
    let old = etag(&put("If-None-Match", "*", "one").expect(201));
    put("If-None-Match", "*", "two").expect_problem(412);
    put("If-None-Match", &old, "two").expect_problem(412);
    let new = etag(&put("If-Match", &old, "two").expect(200));
    put("If-Match", &old, "three").expect_problem(412);
    put("If-Match", &format!("\"0123\", {new}"), "three").expect(200);
    put("If-Match", "*", "two").expect(200).expect_at("/tag/description", "two");

    let get = |value: &str| service.curl("GET", "/tags/cond").field("If-None-Match", value).send();
    for known in [&new, "*", &format!("\"0123\", W/{new}")] {
        let exchange = get(known).expect(304);
        assert_eq!(etag(&exchange), new, "the current entity tag in\n{exchange}");
        service.curl("HEAD", "/tags/cond").field("If-None-Match", known).send().expect(304);
    }
    get(&old).expect(200).expect_at("/tag/description", "two");

    // What is wrong with the request itself comes before any condition.
    let wrong = service.curl("PUT", "/tags/cond").field("If-Match", &old).json(&json!({ "description": 1 }));
    wrong.send().expect_mistakes(422, &["/description"]);
    get("no entity tag").expect_mistakes(400, &["/If-None-Match"]);

    let delete = |value: &str| service.curl("DELETE", "/tags/cond").field("If-Match", value).send();
    delete(&old).expect_problem(412);
    read(&service, "/tags/cond", 200).expect_at("/tag/description", "two");
    delete(&new).expect(204);
    delete(&new).expect_problem(404);
    delete("*").expect_problem(404);
}

/// INVALID-REFUSED, READONLY-NOT-WRITABLE, PUT-TARGET, FAILED-WRITE-NO-EFFECT.
// Shows: INVALID-REFUSED, READONLY-NOT-WRITABLE, PUT-TARGET, FAILED-WRITE-NO-EFFECT
#[test]
fn what_is_wrong_is_refused_and_listed() {
    if !curl::is_there("what_is_wrong_is_refused_and_listed") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/tags/there").json(&json!({ "description": "before" })).send().expect(201);
    let before = everything(&service);
    let put = |path: &str, body: &Value| service.curl("PUT", path).json(body).send();
    for path in ["/tags/there", "/tags/absent"] {
        put(path, &json!({ "name": "there" })).expect_mistakes(422, &["/name"]);
        put(path, &json!({ "created_at": "2020-09-21T13:11:08Z" })).expect_mistakes(422, &["/created_at"]);
        put(path, &json!({ "description": 5 })).expect_mistakes(422, &["/description"]);
        put(path, &json!({ "description": "x".repeat(256) })).expect_mistakes(422, &["/description"]);
        put(path, &json!({ "description": "two\nlines" })).expect_mistakes(422, &["/description"]);
        put(path, &json!({ "descriptoin": "misspelt" })).expect_mistakes(422, &["/descriptoin"]);
        put(path, &json!([])).expect_mistakes(422, &[""]);
        let several = json!({ "name": "n", "description": false, "a/b~c": 1 });
        put(path, &several).expect_mistakes(422, &["/name", "/description", "/a~1b~0c"]);
    }
    let post = |body: &Value| service.curl("POST", "/tags").json(body).send();
    post(&json!({})).expect_mistakes(422, &["/name"]);
    post(&json!({ "name": "" })).expect_problem(422);
    post(&json!({ "name": "with space", "created_at": 1 })).expect_mistakes(422, &["/name", "/created_at"]);
    let named = put("/tags/with%20space", &json!({})).expect_mistakes(400, &["/name"]);
    named.expect_at("/errors/0/location", "path");
    put(&format!("/tags/{}", "x".repeat(256)), &json!({})).expect_mistakes(400, &["/name"]);
    assert_eq!(everything(&service), before, "nothing was changed");
}
