//! SSH keys, whose numbers the service or a client chooses.

use serde_json::{Value, json};

use super::{count, everything, follow_location, read, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

/// A key, and what `ssh-keygen -l -E md5` says of it.
pub(crate) const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFc4TYgVlfep/+RPPNXFpRYk4Lv44JXHO80ArrQwJCga";
const FINGERPRINT: &str = "33:05:24:19:e9:53:c1:a2:f8:79:eb:12:41:0a:5a:77";
const OTHER_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOYCbpwb4Dd2IFqXVttj33g1owxFNfFBwVLiGiAkruKr";
const OTHER_FINGERPRINT: &str = "2d:20:db:9d:9f:ea:4e:cd:e4:59:14:b0:74:a0:30:70";

/// The first number that a client may choose.
const FIRST_OF_CLIENTS: u64 = 1_000_000_000;
const LAST_OF_CLIENTS: u64 = 9_007_199_254_740_991;

fn key(name: &str, public_key: &str) -> Value {
    json!({ "name": name, "public_key": public_key })
}

/// Source 14, 15, then 11, 8 and 9, on a number of the service's choice.
// Shows: POST-CREATED, POST-LOCATION-RESOLVES, POST-FRESH-ID, PUT-READBACK, READONLY-STABLE, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING
#[test]
fn an_ssh_key_from_post_to_delete() {
    if !curl::is_there("an_ssh_key_from_post_to_delete") {
        return;
    }
    let service = Service::start();
    let created = service.curl("POST", "/ssh_keys").json(&key("ada", KEY)).send().expect(201);
    created.expect_at("/ssh_key/name", "ada").expect_at("/ssh_key/public_key", KEY);
    created.expect_at("/ssh_key/fingerprint", FINGERPRINT);
    let id = created.number_at("/ssh_key/id");
    assert!((1..FIRST_OF_CLIENTS).contains(&id), "expected a number of the service's range in\n{created}");
    let path = format!("/ssh_keys/{id}");
    follow_location(&service, &created).expect_same(&created, Exchange::json);
    read(&service, &path, 200).expect_same(&created, Exchange::json);

    let replaced = service.curl("PUT", &path).json(&key("bob", OTHER_KEY)).send().expect(200);
    replaced.expect_at("/ssh_key/id", id).expect_at("/ssh_key/fingerprint", OTHER_FINGERPRINT);
    replaced.expect_same(&created, |exchange| exchange.at("/ssh_key/created_at"));
    read(&service, &path, 200).expect_same(&replaced, Exchange::json);

    service.curl("DELETE", &path).send().expect(204);
    service.curl("DELETE", &path).send().expect_problem(404);
    read(&service, &path, 404);
    // POST-FRESH-ID with `idReuse: never`, and PUT cannot bring the number back either.
    service.curl("PUT", &path).json(&key("bob", KEY)).send().expect_mistakes(422, &["/id"]);
    let next = service.curl("POST", "/ssh_keys").json(&key("ada", KEY)).send().expect(201);
    assert!(next.number_at("/ssh_key/id") > id, "expected a fresh number in\n{next}");
}

/// Source 13 where identifiers are integers: which numbers a client may choose.
// Shows: PUT-UPSERT, PUT-STATUS-TRUE, PUT-IDEMPOTENT, INVALID-REFUSED, FAILED-WRITE-NO-EFFECT
#[test]
fn a_put_creates_under_the_numbers_of_clients() {
    if !curl::is_there("a_put_creates_under_the_numbers_of_clients") {
        return;
    }
    let service = Service::start();
    for id in [FIRST_OF_CLIENTS, LAST_OF_CLIENTS] {
        let path = format!("/ssh_keys/{id}");
        let created = service.curl("PUT", &path).json(&key("ada", KEY)).send().expect(201);
        created.expect_at("/ssh_key/id", id).expect_at("/ssh_key/fingerprint", FINGERPRINT);
        follow_location(&service, &created).expect_same(&created, Exchange::json);
        service.curl("PUT", &path).json(&key("ada", KEY)).send().expect(200).expect_same(&created, Exchange::json);
        read(&service, &path, 200);
    }
    let before = everything(&service);
    for id in [1, FIRST_OF_CLIENTS - 1] {
        let path = format!("/ssh_keys/{id}");
        let reserved = service.curl("PUT", &path).json(&key("ada", KEY)).send().expect_mistakes(422, &["/id"]);
        reserved.expect_at("/type", "https://api.stacklets.example/problems/identifier-reserved");
        reserved.expect_at("/errors/0/location", "path");
        read(&service, &path, 404);
    }
    for id in ["0", "-1", "9007199254740992", "99999999999999999999999", "1.5", "abc", "1e9"] {
        let path = format!("/ssh_keys/{id}");
        service.curl("PUT", &path).json(&key("ada", KEY)).send().expect_mistakes(400, &["/id"]);
        service.curl("GET", &path).send().expect_mistakes(400, &["/id"]);
        service.curl("DELETE", &path).send().expect_mistakes(400, &["/id"]);
    }
    assert_eq!(everything(&service), before, "nothing was changed");
}

/// Keys that are none are refused with the place; read-only members are too.
// Shows: INVALID-REFUSED, READONLY-NOT-WRITABLE, FAILED-WRITE-NO-EFFECT
#[test]
fn wrong_ssh_keys_are_refused() {
    if !curl::is_there("wrong_ssh_keys_are_refused") {
        return;
    }
    let service = Service::start();
    let cut = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOYCbpwb4Dd2IFqXVttj33g1owxFNfFBwVLiGg==";
    let of_another_kind = KEY.replace("ssh-ed25519 ", "ssh-rsa ");
    for wrong in ["", "ssh-ed25519", "hello world, this is no key", cut, &of_another_kind] {
        let post = service.curl("POST", "/ssh_keys").json(&key("ada", wrong)).send().expect_problem(422);
        post.expect_at("/errors/0/pointer", "/public_key");
        let path = format!("/ssh_keys/{FIRST_OF_CLIENTS}");
        let put = service.curl("PUT", &path).json(&key("ada", wrong)).send().expect_problem(422);
        put.expect_at("/errors/0/pointer", "/public_key");
    }
    let body = json!({ "id": 7, "name": "ada", "public_key": KEY, "fingerprint": FINGERPRINT });
    service.curl("POST", "/ssh_keys").json(&body).send().expect_mistakes(422, &["/id", "/fingerprint"]);
    service.curl("POST", "/ssh_keys").json(&json!({})).send().expect_mistakes(422, &["/name", "/public_key"]);
    assert_eq!(walk(&service, "ssh_keys", 200, "").len(), 0);
}

/// POST-FRESH-ID, LIST-PAGE-COMPLETE, LIST-STABLE-ORDER: the same key twice is two keys.
// Shows: POST-FRESH-ID, LIST-COHERENT, LIST-PAGE-COMPLETE, LIST-STABLE-ORDER
#[test]
fn ssh_keys_are_listed_by_number() {
    if !curl::is_there("ssh_keys_are_listed_by_number") {
        return;
    }
    let service = Service::start();
    let far = format!("/ssh_keys/{}", FIRST_OF_CLIENTS + 7);
    service.curl("PUT", &far).json(&key("chosen", KEY)).send().expect(201);
    for _ in 0..3 {
        service.curl("POST", "/ssh_keys").json(&key("twin", KEY)).send().expect(201);
    }
    assert_eq!(count(&service, "ssh_keys", "name", "twin"), 3);
    let whole = walk(&service, "ssh_keys", 25, "");
    let numbers: Vec<u64> = whole.iter().filter_map(|item| item["id"].as_u64()).collect();
    assert!(numbers.len() == 4 && numbers.is_sorted(), "expected four keys in order: {numbers:?}");
    for per_page in [1, 3] {
        assert_eq!(walk(&service, "ssh_keys", per_page, ""), whole);
    }
}
