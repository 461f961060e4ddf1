//! What all resources have in common that go by a UUID: firewalls, projects, stored scripts and private networks.

use serde_json::{Value, json};

use super::{another_token, count, everything, follow_location, read, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

const CHOSEN: &str = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";
const OTHER: &str = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";

/// One kind of resource, and values that it may have.
struct Kind {
    /// Its collection, and the member that a list has it under.
    list: &'static str,
    /// The member that one stands under.
    item: &'static str,
    /// A value; `name` is what it is found by.
    value: Value,
    /// The least that a request may send, named alike.
    least: Value,
    /// Members that a request has to have.
    required: &'static [&'static str],
    /// Members that no request may set, with a value that they could have.
    read_only: Value,
}

fn kinds() -> [Kind; 4] {
    let dated = json!({ "uuid": CHOSEN, "created_at": "2020-09-21T13:11:08.481602Z" });
    let rule = json!({ "address": "203.0.113.0/24", "port": 443, "protocol": "tcp" });
    let least_rule = json!({ "address": "::/0", "port": null, "protocol": null });
    [
        Kind {
            list: "firewalls",
            item: "firewall",
            value: json!({ "name": "Edge", "inbound_rules": [rule, least_rule], "outbound_rules": [least_rule] }),
            least: json!({ "name": "Edge", "inbound_rules": [], "outbound_rules": [] }),
            required: &["name", "inbound_rules", "outbound_rules"],
            read_only: dated.clone(),
        },
        Kind {
            list: "projects",
            item: "project",
            value: json!({
                "name": "Edge", "color": "#0061FF", "budget": "12.50", "description": "All of it",
                "environment": "Staging",
            }),
            least: json!({ "name": "Edge", "color": "#ffffff" }),
            required: &["name", "color"],
            read_only: json!({
                "uuid": CHOSEN, "created_at": "2020-09-21T13:11:08.481602Z", "owner_uuid": CHOSEN,
                "updated_at": "2020-09-21T13:11:08.481602Z",
            }),
        },
        Kind {
            list: "userdata",
            item: "userdata",
            value: json!({ "name": "Edge", "userdata": "#!/bin/sh\necho 'Ünïcödé'\n" }),
            least: json!({ "name": "Edge", "userdata": "x" }),
            required: &["name", "userdata"],
            read_only: dated.clone(),
        },
        Kind {
            list: "vpcs",
            item: "vpc",
            value: json!({ "name": "Edge", "region": "fra", "ip_range": "10.10.0.0/20", "description": "Within" }),
            least: json!({ "name": "Edge", "region": "dal", "ip_range": "192.168.0.0/16" }),
            required: &["name", "region", "ip_range"],
            read_only: dated,
        },
    ]
}

impl Kind {
    fn path(&self, uuid: &str) -> String {
        format!("/{}/{uuid}", self.list)
    }

    fn post(&self, service: &Service, body: &Value) -> Exchange {
        service.curl("POST", &format!("/{}", self.list)).json(body).send()
    }

    fn put(&self, service: &Service, uuid: &str, body: &Value) -> Exchange {
        service.curl("PUT", &self.path(uuid)).json(body).send()
    }

    fn named(&self, name: &str) -> Value {
        let mut body = self.value.clone();
        body["name"] = name.into();
        body
    }

    /// Every member that was sent is shown as it was sent.
    #[track_caller]
    fn expect_value(&self, exchange: &Exchange, value: &Value) {
        for (member, value) in value.as_object().into_iter().flatten() {
            exchange.expect_at(&format!("/{}/{member}", self.item), value.clone());
        }
    }
}

fn etag(exchange: &Exchange) -> String {
    exchange.field("ETag").to_owned()
}

// Shows: POST-CREATED, POST-LOCATION-RESOLVES, POST-FRESH-ID, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING, READONLY-STABLE
#[test]
fn what_has_a_uuid_from_post_to_delete() {
    if !curl::is_there("what_has_a_uuid_from_post_to_delete") {
        return;
    }
    let service = Service::start();
    for kind in kinds() {
        let created = kind.post(&service, &kind.value).expect(201);
        kind.expect_value(&created, &kind.value);
        let uuid = created.text_at(&format!("/{}/uuid", kind.item));
        follow_location(&service, &created).expect_same(&created, Exchange::json).expect_same(&created, etag);
        let twin = kind.post(&service, &kind.value).expect(201);
        assert_ne!(twin.text_at(&format!("/{}/uuid", kind.item)), uuid, "a POST makes another each time\n{twin}");

        let path = kind.path(&uuid);
        let shown = read(&service, &path, 200);
        shown.expect_same(&created, Exchange::json).expect_same(&created, etag);
        service.curl("GET", &path).field("If-None-Match", &etag(&shown)).send().expect(304);
        let replaced = kind.put(&service, &uuid, &kind.least).expect(200);
        replaced.expect_same(&created, |exchange| exchange.at(&format!("/{}/created_at", kind.item)));
        read(&service, &path, 200).expect_same(&replaced, Exchange::json);

        service.curl("DELETE", &path).send().expect(204);
        read(&service, &path, 404);
        let missing = service.curl("DELETE", &path).send().expect_problem(404);
        assert!(missing.text_at("/detail").contains(&uuid), "expected a message that names it in\n{missing}");
        assert_eq!(count(&service, kind.list, "uuid", uuid), 0);
    }
}

// Shows: PUT-UPSERT, PUT-STATUS-TRUE, PUT-REPLACES-WHOLE, PUT-READBACK, PUT-IDEMPOTENT, RECREATE-AFTER-DELETE
#[test]
fn a_put_creates_and_replaces_under_any_uuid() {
    if !curl::is_there("a_put_creates_and_replaces_under_any_uuid") {
        return;
    }
    let service = Service::start();
    for kind in kinds() {
        let bare = kind.put(&service, CHOSEN, &kind.least).expect(201);
        bare.expect_at(&format!("/{}/uuid", kind.item), CHOSEN);
        follow_location(&service, &bare).expect_same(&bare, Exchange::json);
        let full = kind.put(&service, CHOSEN, &kind.value).expect(200);
        kind.expect_value(&full, &kind.value);
        let again = kind.put(&service, CHOSEN, &kind.value).expect(200);
        again.expect_same(&full, Exchange::json).expect_same(&full, etag);
        // What is left out has its default again; only the dates may differ.
        let least = kind.put(&service, CHOSEN, &kind.least).expect(200);
        let without_dates = |exchange: &Exchange| {
            let mut value = exchange.at(&format!("/{}", kind.item));
            value["updated_at"] = Value::Null;
            value
        };
        least.expect_same(&bare, without_dates);
        // What was read can be put back, but for what no request may set.
        let mut shown = full.at(&format!("/{}", kind.item));
        let read_only = ["uuid", "created_at", "updated_at", "owner_uuid", "is_default"];
        shown.as_object_mut().expect("an object").retain(|member, _| !read_only.contains(&member.as_str()));
        kind.put(&service, CHOSEN, &shown).expect(200).expect_same(&full, without_dates);

        service.curl("DELETE", &kind.path(CHOSEN)).send().expect(204);
        kind.put(&service, CHOSEN, &kind.least).expect(201);
        for wrong in ["1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED", "1b9d6bcdbbfd4b2d9b5dab8dfbbd4bed", "1", "none"] {
            kind.put(&service, wrong, &kind.least).expect_mistakes_at(400, "/uuid");
            service.curl("GET", &kind.path(wrong)).send().expect_mistakes_at(400, "/uuid");
            service.curl("DELETE", &kind.path(wrong)).send().expect_mistakes_at(400, "/uuid");
        }
    }
}

// Shows: INVALID-REFUSED, READONLY-NOT-WRITABLE, FAILED-WRITE-NO-EFFECT
#[test]
fn wrong_values_are_refused_and_change_nothing() {
    if !curl::is_there("wrong_values_are_refused_and_change_nothing") {
        return;
    }
    let service = Service::start();
    for kind in kinds() {
        kind.put(&service, CHOSEN, &kind.value).expect(201);
        let before = everything(&service);
        let refused = |body: &Value, pointers: &[&str]| {
            kind.post(&service, body).expect_mistakes(422, pointers);
            kind.put(&service, CHOSEN, body).expect_mistakes(422, pointers);
            kind.put(&service, OTHER, body).expect_mistakes(422, pointers);
        };
        let required: Vec<String> = kind.required.iter().map(|member| format!("/{member}")).collect();
        let pointers: Vec<&str> = required.iter().map(String::as_str).collect();
        refused(&json!({}), &pointers);
        refused(&json!([]), &[""]);
        refused(&kind.named(""), &["/name"]);
        refused(&kind.named("two\nlines"), &["/name"]);
        refused(&kind.named(&"x".repeat(256)), &["/name"]);
        for (member, value) in kind.read_only.as_object().into_iter().flatten() {
            let mut body = kind.value.clone();
            body[member] = value.clone();
            refused(&body, &[&format!("/{member}")]);
        }
        let mut misspelt = kind.value.clone();
        misspelt["nmae"] = "x".into();
        refused(&misspelt, &["/nmae"]);
        service.curl("POST", &format!("/{}", kind.list)).content("text/plain", "{}").send().expect_problem(415);
        service.curl("POST", &format!("/{}", kind.list)).content("application/json", "{").send().expect_problem(400);
        assert_eq!(everything(&service), before, "nothing was changed");
    }
}

// Shows: COND-IF-MATCH, COND-CREATE-ONLY, COND-PRECEDENCE, IDEM-REPLAY, IDEM-FINGERPRINT
#[test]
fn conditions_and_keys_are_kept() {
    if !curl::is_there("conditions_and_keys_are_kept") {
        return;
    }
    let service = Service::start();
    for kind in kinds() {
        let path = kind.path(CHOSEN);
        let put =
            |field: &str, value: &str, body: &Value| service.curl("PUT", &path).field(field, value).json(body).send();
        put("If-Match", "*", &kind.value).expect_problem(412);
        let old = etag(&put("If-None-Match", "*", &kind.value).expect(201));
        put("If-None-Match", "*", &kind.least).expect_problem(412);
        let new = etag(&put("If-Match", &old, &kind.least).expect(200));
        put("If-Match", &old, &kind.value).expect_problem(412);
        put("If-Match", &old, &json!({})).expect_problem(422);
        service.curl("DELETE", &path).field("If-Match", &old).send().expect_problem(412);
        service.curl("DELETE", &path).field("If-Match", &new).send().expect(204);
        service.curl("DELETE", &path).field("If-Match", &new).send().expect_problem(404);

        let list = format!("/{}", kind.list);
        let keyed = |body: &Value| service.curl("POST", &list).field("Idempotency-Key", kind.list).json(body).send();
        let first = keyed(&kind.named("keyed")).expect(201);
        keyed(&kind.named("keyed")).expect(201).expect_same(&first, Exchange::json).expect_same(&first, etag);
        keyed(&kind.named("another")).expect_problem(422);
        assert_eq!(count(&service, kind.list, "name", "keyed"), 1);
        assert_eq!(count(&service, kind.list, "name", "another"), 0);
    }
}

// Shows: LIST-PAGE-COMPLETE, LIST-STABLE-ORDER, LIST-EMPTY-200
#[test]
fn lists_are_searched_and_sorted() {
    if !curl::is_there("lists_are_searched_and_sorted") {
        return;
    }
    let service = Service::start();
    for kind in kinds() {
        let before = walk(&service, kind.list, 200, "").len();
        for name in ["beta", "Alpha", "gamma edge", "beta"] {
            kind.post(&service, &kind.named(name)).expect(201);
        }
        let whole = walk(&service, kind.list, 200, "");
        assert_eq!(whole.len(), before + 4);
        let uuids: Vec<&str> = whole.iter().filter_map(|item| item["uuid"].as_str()).collect();
        assert!(uuids.is_sorted(), "expected the order of UUIDs: {uuids:?}");
        for per_page in [1, 3] {
            assert_eq!(walk(&service, kind.list, per_page, ""), whole);
        }
        let names = |query: &str| -> Vec<String> {
            let items = walk(&service, kind.list, 2, query);
            items.iter().filter_map(|item| item["name"].as_str().map(str::to_owned)).collect()
        };
        let without = |names: Vec<String>| names.into_iter().filter(|name| name != "Default").collect::<Vec<_>>();
        assert_eq!(without(names("&sort=name")), ["Alpha", "beta", "beta", "gamma edge"]);
        assert_eq!(without(names("&sort=-name")), ["gamma edge", "beta", "beta", "Alpha"]);
        assert_eq!(without(names("&sort=created_at")), ["beta", "Alpha", "gamma edge", "beta"]);
        assert_eq!(without(names("&sort=-created_at")), ["beta", "gamma edge", "Alpha", "beta"]);
        assert_eq!(names("&query=ALPHA"), ["Alpha"]);
        assert_eq!(names("&query=et&sort=name"), ["beta", "beta"]);
        assert!(names("&query=nothing").is_empty());
        let page = service.curl("GET", &format!("/{}?query=et&sort=-name", kind.list)).send().expect(200);
        page.expect_at("/meta/query", "et").expect_at("/meta/sort", "-name");
        let plain = service.curl("GET", &format!("/{}", kind.list)).send().expect(200);
        plain.expect_at("/meta/query", Value::Null).expect_at("/meta/sort", Value::Null);
        for (query, pointer) in [("sort=size", "/sort"), ("query=", "/query"), ("per_page=0", "/per_page")] {
            let path = format!("/{}?{query}", kind.list);
            service.curl("GET", &path).send().expect_mistakes(400, &[pointer]);
        }
    }
}

// Shows: AUTH-NO-ORACLE
#[test]
fn accounts_do_not_see_each_other() {
    if !curl::is_there("accounts_do_not_see_each_other") {
        return;
    }
    let service = Service::start();
    let other = another_token(&service, &["--account", "other"]);
    for kind in kinds() {
        let mine = kind.put(&service, CHOSEN, &kind.value).expect(201);
        let theirs = |method: &str| service.curl_without_token(method, &kind.path(CHOSEN)).token(&other);
        let hidden = theirs("GET").send().expect_problem(404);
        theirs("DELETE").send().expect_problem(404).expect_same(&hidden, |exchange| exchange.at("/detail"));
        let list = service.curl_without_token("GET", &format!("/{}", kind.list)).token(&other).send().expect(200);
        let found = list.at(&format!("/{}", kind.list));
        let found = found.as_array().into_iter().flatten().filter(|item| item["uuid"] == CHOSEN).count();
        assert_eq!(found, 0, "expected nothing of the other account in\n{list}");
        // The same UUID is free in the other account, and is another thing there.
        theirs("PUT").json(&kind.least).send().expect(201);
        theirs("DELETE").send().expect(204);
        read(&service, &kind.path(CHOSEN), 200).expect_same(&mine, Exchange::json).expect_same(&mine, etag);
    }
}

// Shows: AUTH-ENFORCED
#[test]
fn tokens_do_what_their_scope_says() {
    if !curl::is_there("tokens_do_what_their_scope_says") {
        return;
    }
    let service = Service::start();
    let [reads, writes] = ["read", "write"].map(|scope| another_token(&service, &["--scope", scope]));
    for kind in kinds() {
        kind.put(&service, CHOSEN, &kind.value).expect(201);
        let before = everything(&service);
        let (list, path) = (format!("/{}", kind.list), kind.path(CHOSEN));
        for (method, path) in [("POST", &list), ("PUT", &path), ("DELETE", &path)] {
            let send = |token: &str| service.curl_without_token(method, path).token(token).json(&kind.value).send();
            let refused = send(&reads).expect_problem(403);
            refused.expect_at("/type", "https://api.stacklets.example/problems/scope-missing");
        }
        for path in [&list, &path] {
            service.curl_without_token("GET", path).token(&reads).send().expect(200);
            service.curl_without_token("GET", path).token(&writes).send().expect_problem(403);
            service.curl_without_token("GET", path).send().expect_problem(401);
        }
        assert_eq!(everything(&service), before, "nothing was changed");
    }
}
