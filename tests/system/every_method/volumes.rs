//! Volumes: made, attached, put and deleted; the stacklet shows the same.

use serde_json::{Value, json};

use super::{
    count, everything, follow_location, new_stacklet, other_account, outcome, read, settled, start_still, walk,
};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::{Home, Service};

const CHOSEN: &str = "/volumes/7d5e3c8a-1f0b-4c55-8f2e-2b9c1a6d4e70";

#[track_caller]
fn attached(service: &Service, stacklet: u64) -> Value {
    read(service, &format!("/stacklets/{stacklet}"), 200).at("/stacklet/volume_uuids")
}

/// Source 8, 9, 11 to 15.
// Shows: PUT-UPSERT, PUT-STATUS-TRUE, PUT-REPLACES-WHOLE, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING
#[test]
fn a_volume_from_put_to_delete() {
    if !curl::is_there("a_volume_from_put_to_delete") {
        return;
    }
    let service = start_still();
    let [one, two] = [(); 2].map(|()| new_stacklet(&service, "fra"));
    let body = |stacklet: u64| json!({ "name": "data", "size_gigabytes": 10, "stacklet_id": stacklet });
    let created = service.curl("PUT", CHOSEN).json(&body(one)).send().expect(201);
    follow_location(&service, &created).expect_same(&created, Exchange::json);
    created.expect_at("/volume/size", 10_u64 << 30).expect_at("/volume/region", "fra");
    created.expect_at("/volume/task/name", "create");
    let same = service.curl("PUT", CHOSEN).json(&body(one)).send().expect(200);
    same.expect_same(&created, Exchange::json).expect_same(&created, |exchange| exchange.field("ETag").to_owned());
    assert_eq!(attached(&service, one).as_array().map(Vec::len), Some(1));
    service.curl("PUT", CHOSEN).json(&body(two)).send().expect(200);
    assert_eq!((attached(&service, one), attached(&service, two).as_array().map(Vec::len)), (json!([]), Some(1)));
    let bare = json!({ "name": "data", "size_gigabytes": 10, "region": "fra" });
    service.curl("PUT", CHOSEN).json(&bare).send().expect(200).expect_at("/volume/stacklet_id", Value::Null);
    assert_eq!(attached(&service, two), json!([]));

    let posted = service.curl("POST", "/volumes").json(&body(two)).send().expect(201);
    follow_location(&service, &posted).expect_same(&posted, Exchange::json);
    assert_eq!(count(&service, "volumes", "stacklet_id", two), 1);
    let path = format!("/volumes/{}", posted.text_at("/volume/uuid"));
    service.curl("DELETE", &path).send().expect(204);
    service.curl("DELETE", &path).send().expect_problem(404);
    read(&service, &path, 404);
    assert_eq!(attached(&service, two), json!([]));
}

#[test]
fn a_volume_has_its_actions() {
    if !curl::is_there("a_volume_has_its_actions") {
        return;
    }
    let service = Home::new().start(&["--task-duration", "20ms"]);
    let [one, two] = [(); 2].map(|()| new_stacklet(&service, "fra"));
    let far = new_stacklet(&service, "dal");
    let body = json!({ "name": "data", "size_gigabytes": 10, "region": "fra" });
    service.curl("PUT", CHOSEN).json(&body).send().expect(201);
    settled(&service, CHOSEN, "/volume/task");
    for (body, member, value) in [
        (json!({ "action": "attach", "stacklet_id": one }), "stacklet_id", json!(one)),
        (json!({ "action": "attach", "stacklet_id": two }), "stacklet_id", json!(two)),
        (json!({ "action": "detach" }), "stacklet_id", Value::Null),
        (json!({ "action": "detach" }), "stacklet_id", Value::Null),
        (json!({ "action": "resize", "size_gigabytes": 20 }), "size", json!(20_u64 << 30)),
        (json!({ "action": "rename", "name": "more" }), "name", json!("more")),
        (json!({ "action": "attach", "stacklet_id": two }), "stacklet_id", json!(two)),
    ] {
        let begun = service.curl("POST", CHOSEN).json(&body).send().expect(202);
        outcome(&service, &begun).expect_at("/task/status", "completed");
        read(&service, CHOSEN, 200).expect_at(&format!("/volume/{member}"), value);
    }
    assert_eq!((attached(&service, one), attached(&service, two).as_array().map(Vec::len)), (json!([]), Some(1)));
    let before = everything(&service);
    for (body, pointer) in [
        (json!({ "action": "attach", "stacklet_id": far }), "/stacklet_id"),
        (json!({ "action": "attach", "stacklet_id": 99 }), "/stacklet_id"),
        (json!({ "action": "resize", "size_gigabytes": 19 }), "/size_gigabytes"),
        (json!({ "action": "attach" }), "/stacklet_id"),
    ] {
        service.curl("POST", CHOSEN).json(&body).send().expect_mistakes(422, &[pointer]);
    }
    assert_eq!(everything(&service), before, "nothing was begun");
    // A stacklet that goes leaves its volume.
    service.curl("DELETE", &format!("/stacklets/{two}")).send().expect(204);
    read(&service, CHOSEN, 200).expect_at("/volume/stacklet_id", Value::Null).expect_at("/volume/name", "more");
}

// Shows: AUTH-NO-ORACLE
#[test]
fn volumes_of_others_are_not_found() {
    if !curl::is_there("volumes_of_others_are_not_found") {
        return;
    }
    let service = start_still();
    let stacklet = new_stacklet(&service, "fra");
    let body = json!({ "name": "data", "size_gigabytes": 10, "stacklet_id": stacklet });
    service.curl("PUT", CHOSEN).json(&body).send().expect(201);
    let before = everything(&service);
    let other = other_account(&service);
    service.curl_without_token("GET", CHOSEN).token(&other).send().expect_problem(404);
    service.curl_without_token("DELETE", CHOSEN).token(&other).send().expect_problem(404);
    service
        .curl_without_token("POST", CHOSEN)
        .json(&json!({ "action": "detach" }))
        .token(&other)
        .send()
        .expect_problem(404);
    service
        .curl_without_token("POST", "/volumes")
        .json(&body)
        .token(&other)
        .send()
        .expect_mistakes(422, &["/stacklet_id"]);
    // The same UUID in another account is another volume.
    let own = json!({ "name": "mine", "size_gigabytes": 1, "region": "fra" });
    service.curl_without_token("PUT", CHOSEN).json(&own).token(&other).send().expect(201);
    assert_eq!(everything(&service), before);
    assert_eq!(walk(&service, "volumes", 25, "&query=DAT").len(), 1);
}
