//! Stacklets: one and several by POST, references to what must exist, filters and pages.

use serde_json::{Value, json};

use super::ssh_keys::KEY;
use super::{count, everything, follow_location, read, start_still, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;
use crate::races::several;

const CHOSEN: &str = "/stacklets/1000000024";

fn one(name: &str) -> Value {
    json!({ "name": name, "size": "b-1vcpu-1gb", "image": "ubuntu-20-04-1-x64", "region": "fra" })
}

/// A value with one member more, or another.
fn with(mut body: Value, member: &str, value: impl Into<Value>) -> Value {
    body[member] = value.into();
    body
}

fn add_ssh_key(service: &Service) -> u64 {
    let body = json!({ "name": "ada", "public_key": KEY });
    service.curl("POST", "/ssh_keys").json(&body).send().expect(201).number_at("/ssh_key/id")
}

/// Source 4 (stacklets), 8, 9, 11, 14, 15 on a number of the service's choice.
// Shows: POST-CREATED, POST-LOCATION-RESOLVES, POST-FRESH-ID, READONLY-STABLE, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING, LIST-COHERENT
#[test]
fn a_stacklet_from_post_to_delete() {
    if !curl::is_there("a_stacklet_from_post_to_delete") {
        return;
    }
    let service = start_still();
    let created = service.curl("POST", "/stacklets").json(&one("web-1.example.com")).send().expect(201);
    created.expect_at("/stacklet/name", "web-1.example.com").expect_at("/stacklet/locked", true);
    created.expect_at("/stacklet/status", "new").expect_at("/stacklet/task/name", "create");
    created.field("ETag");
    let id = created.number_at("/stacklet/id");
    let path = format!("/stacklets/{id}");
    follow_location(&service, &created).expect_same(&created, Exchange::json);
    // What its size decides.
    let size = service.curl("GET", "/sizes/b-1vcpu-1gb").send().expect(200);
    for member in ["vcpu", "memory", "disk"] {
        created.expect_at(&format!("/stacklet/{member}"), size.at(&format!("/size/{member}")));
    }
    let replaced = service.curl("PUT", &path).json(&one("web-2.example.com")).send().expect(200);
    replaced.expect_at("/stacklet/name", "web-2.example.com").expect_at("/stacklet/id", id);
    replaced.expect_same(&created, |exchange| exchange.at("/stacklet/created_at"));
    replaced.expect_same(&created, |exchange| exchange.at("/stacklet/networks"));
    read(&service, &path, 200).expect_same(&replaced, Exchange::json);

    service.curl("DELETE", &path).send().expect(204);
    let missing = service.curl("DELETE", &path).send().expect_problem(404);
    assert!(missing.text_at("/detail").contains(&id.to_string()), "expected the number in\n{missing}");
    read(&service, &path, 404);
    assert_eq!(count(&service, "stacklets", "id", id), 0);
    let next = service.curl("POST", "/stacklets").json(&one("web-1.example.com")).send().expect(201);
    assert!(next.number_at("/stacklet/id") > id, "expected a fresh number in\n{next}");
    service.curl("PUT", &path).json(&one("back")).send().expect_mistakes(422, &["/id"]);
}

/// Source 12, 13; PUT-REPLACES-WHOLE, PUT-READBACK.
// Shows: PUT-UPSERT, PUT-READBACK, PUT-REPLACES-WHOLE, PUT-IDEMPOTENT, ETAG-TRUE
#[test]
fn a_put_creates_and_replaces_whole_stacklets() {
    if !curl::is_there("a_put_creates_and_replaces_whole_stacklets") {
        return;
    }
    let service = start_still();
    service.curl("PUT", "/tags/backend").json(&json!({})).send().expect(201);
    let ssh_key = add_ssh_key(&service);
    let full = json!({
        "name": "web", "size": "b-1vcpu-1gb", "image": "ubuntu-20-04-1-x64", "region": "fra",
        "tags": ["backend"], "ssh_keys": [ssh_key], "backups": true,
    });
    let created = service.curl("PUT", CHOSEN).json(&full).send().expect(201);
    follow_location(&service, &created).expect_same(&created, Exchange::json);
    created.expect_at("/stacklet/id", 1_000_000_024);
    for (member, value) in full.as_object().into_iter().flatten() {
        created.expect_at(&format!("/stacklet/{member}"), value.clone());
    }
    // The writable members of what a GET returns can be put back.
    let shown = read(&service, CHOSEN, 200);
    let members = full.as_object().into_iter().flatten();
    let back: Value = members.map(|(member, _)| (member.clone(), shown.at(&format!("/stacklet/{member}")))).collect();
    let put_back = service.curl("PUT", CHOSEN).json(&back).send().expect(200);
    put_back.expect_same(&shown, Exchange::json).expect_same(&shown, |exchange| exchange.field("ETag").to_owned());

    let bare = service.curl("PUT", CHOSEN).json(&one("web")).send().expect(200);
    bare.expect_at("/stacklet/tags", json!([])).expect_at("/stacklet/ssh_keys", json!([]));
    bare.expect_at("/stacklet/backups", false);
    read(&service, CHOSEN, 200).expect_same(&bare, Exchange::json);
    assert_eq!(count(&service, "stacklets", "id", 1_000_000_024), 1);
}

/// Source 14; POST-MANY-ATOMIC, POST-MANY-ORDER.
// Shows: POST-MANY-ATOMIC, POST-MANY-ORDER, FAILED-WRITE-NO-EFFECT
#[test]
fn several_stacklets_are_made_all_or_none() {
    if !curl::is_there("several_stacklets_are_made_all_or_none") {
        return;
    }
    let service = start_still();
    let names = ["web-1", "web-2", "web-3", "web-2"];
    let created = service.curl("POST", "/stacklets").json(&several(&names)).send().expect(201);
    for (index, name) in names.iter().enumerate() {
        created.expect_at(&format!("/stacklets/{index}/name"), *name);
    }
    assert!(created.find("ETag").is_none(), "expected no entity tag of several in\n{created}");
    let first = follow_location(&service, &created);
    first.expect_at("/stacklet", created.at("/stacklets/0"));
    let single = service.curl("POST", "/stacklets").json(&several(&["alone"])).send().expect(201);
    single.expect_at("/stacklets/0/name", "alone");

    let before = everything(&service);
    let post = |body: &Value| service.curl("POST", "/stacklets").json(body).send();
    post(&several(&["a", "b", "c", "-d", "e"])).expect_mistakes(422, &["/names/3"]);
    post(&several(&["a", "", "c", "d d"])).expect_problem(422);
    post(&several(&[""; 0])).expect_mistakes(422, &["/names"]);
    post(&several(&["a"; 51])).expect_mistakes(422, &["/names"]);
    let missing_region = with(several(&["a", "b"]), "region", "nowhere");
    post(&missing_region).expect_mistakes(422, &["/region"]);
    post(&with(several(&["a"]), "name", "b")).expect_problem(422);
    post(&json!({ "size": "b-1vcpu-1gb", "image": "i", "region": "fra" })).expect_problem(422);
    assert_eq!(everything(&service), before, "nothing was made");
}

/// INVALID-REFUSED: every reference that leads nowhere is named.
// Shows: INVALID-REFUSED, READONLY-NOT-WRITABLE, FAILED-WRITE-NO-EFFECT
#[test]
fn references_have_to_exist() {
    if !curl::is_there("references_have_to_exist") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/tags/there").json(&json!({})).send().expect(201);
    let ssh_key = add_ssh_key(&service);
    let body = json!({
        "name": "web", "size": "huge", "image": "any", "region": "nowhere",
        "tags": ["there", "absent"], "ssh_keys": [ssh_key, 1_000_000_001],
    });
    let mistakes = ["/size", "/region", "/tags/1", "/ssh_keys/1", "/image"];
    let post = service.curl("POST", "/stacklets").json(&body).send().expect_mistakes(422, &mistakes);
    post.expect_at("/type", "https://api.stacklets.example/problems/reference-missing");
    service.curl("PUT", CHOSEN).json(&body).send().expect_mistakes(422, &mistakes);
    read(&service, CHOSEN, 404);
    let twice = with(one("web"), "tags", json!(["there", "there"]));
    service.curl("POST", "/stacklets").json(&twice).send().expect_problem(422);
    for member in [
        "id",
        "status",
        "locked",
        "recovery_mode",
        "vcpu",
        "memory",
        "disk",
        "networks",
        "volume_uuids",
        "backup_ids",
        "snapshot_ids",
        "task",
        "created_at",
    ] {
        let body = with(one("web"), member, 1);
        service.curl("PUT", CHOSEN).json(&body).send().expect_mistakes(422, &[&format!("/{member}")]);
    }
    assert_eq!(walk(&service, "stacklets", 200, "").len(), 0);
}

/// Source 8, second half; DELETE-CHILDREN: what is removed from the account goes from its stacklets.
// Shows: DELETE-CHILDREN, ETAG-TRUE
#[test]
fn what_is_deleted_goes_from_the_stacklets() {
    if !curl::is_there("what_is_deleted_goes_from_the_stacklets") {
        return;
    }
    let service = start_still();
    for tag in ["kept", "gone"] {
        service.curl("PUT", &format!("/tags/{tag}")).json(&json!({})).send().expect(201);
    }
    let (kept, gone) = (add_ssh_key(&service), add_ssh_key(&service));
    let body = with(with(one("web"), "tags", json!(["gone", "kept"])), "ssh_keys", json!([kept, gone]));
    let before = service.curl("PUT", CHOSEN).json(&body).send().expect(201);
    service.curl("DELETE", "/tags/gone").send().expect(204);
    service.curl("DELETE", &format!("/ssh_keys/{gone}")).send().expect(204);
    let after = read(&service, CHOSEN, 200);
    after.expect_at("/stacklet/tags", json!(["kept"])).expect_at("/stacklet/ssh_keys", json!([kept]));
    assert_ne!(after.field("ETag"), before.field("ETag"), "another value has another entity tag:\n{after}");
    assert_eq!(walk(&service, "stacklets", 25, "&tag_name=gone").len(), 0);
    assert_eq!(walk(&service, "stacklets", 25, "&tag_name=kept").len(), 1);
}

/// LIST-PAGE-COMPLETE, LIST-EMPTY-200, and filters that meet.
// Shows: LIST-PAGE-COMPLETE, LIST-EMPTY-200, LIST-STABLE-ORDER
#[test]
fn stacklets_are_filtered_and_paged() {
    if !curl::is_there("stacklets_are_filtered_and_paged") {
        return;
    }
    let service = start_still();
    read(&service, "/stacklets", 200).expect_at("/stacklets", json!([])).expect_at("/meta/pagination/pages", 1);
    service.curl("PUT", "/tags/blue").json(&json!({})).send().expect(201);
    let regions = service.curl("GET", "/regions").send().expect(200);
    let other =
        regions.at("/regions").as_array().and_then(|all| all.iter().find(|region| region["slug"] != "fra").cloned());
    let other = other.expect("a second region")["slug"].clone();
    let (blue, elsewhere) = (json!(["blue"]), other.as_str().expect("a slug"));
    for body in [
        several(&["plain-1", "plain-2", "plain-3"]),
        with(several(&["blue-1", "blue-2"]), "tags", blue.clone()),
        with(several(&["far-1"]), "region", elsewhere),
        with(with(several(&["far-blue-1"]), "tags", blue), "region", elsewhere),
    ] {
        service.curl("POST", "/stacklets").json(&body).send().expect(201);
    }
    let filters = [
        (String::new(), 7),
        ("&tag_name=blue".to_owned(), 3),
        (format!("&region={elsewhere}"), 2),
        (format!("&tag_name=blue&region={elsewhere}"), 1),
        ("&tag_name=absent".to_owned(), 0),
        ("&region=nowhere".to_owned(), 0),
    ];
    for (query, expected) in filters {
        let whole = walk(&service, "stacklets", 200, &query);
        assert_eq!(whole.len(), expected, "stacklets with {query}");
        assert!(whole.is_sorted_by_key(|item| item["id"].as_u64()), "by number, with {query}");
        for per_page in [1, 2, 3] {
            assert_eq!(walk(&service, "stacklets", per_page, &query), whole, "with {query} by {per_page}");
        }
    }
    // The order that is asked for goes over all pages, and what is equal in it stays in that of its numbers.
    let falling = walk(&service, "stacklets", 3, "&sort=-name");
    assert!(
        falling.is_sorted_by(|a, b| (b["name"].as_str(), a["id"].as_u64()) <= (a["name"].as_str(), b["id"].as_u64()))
    );
    assert_eq!(walk(&service, "stacklets", 2, "&query=BLUE&sort=created_at").len(), 3);
    let meta = read(&service, "/stacklets?query=BLUE&sort=-name", 200);
    meta.expect_at("/meta/query", "BLUE").expect_at("/meta/sort", "-name");
    assert_eq!(walk(&service, "stacklets", 25, "&status=new").len(), 7);
    assert_eq!(walk(&service, "stacklets", 25, "&status=off").len(), 0);
    let wrong = [
        ("sort=size", vec!["/sort"]),
        ("page=0", vec!["/page"]),
        ("page=x", vec!["/page"]),
        ("per_page=201", vec!["/per_page"]),
        ("page=-1&per_page=0", vec!["/page", "/per_page"]),
        ("region=Not%20a%20slug", vec!["/region"]),
        ("tag_name=", vec!["/tag_name", "/tag_name"]),
    ];
    for (query, pointers) in wrong {
        let refused = service.curl("GET", &format!("/stacklets?{query}")).send();
        refused.expect_mistakes(400, &pointers).expect_at("/errors/0/location", "query");
    }
}
