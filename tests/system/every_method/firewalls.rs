//! Firewalls: rules that are their values, and stacklets that are told on both sides.

use serde_json::{Value, json};

use super::{another_token, everything, idle_stacklet, read};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

const FIRST: &str = "/firewalls/1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";
const SECOND: &str = "/firewalls/9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d";
const ABSENT: &str = "/firewalls/00000000-0000-4000-8000-000000000000";

fn firewall(inbound: &Value) -> Value {
    json!({ "name": "web", "inbound_rules": inbound, "outbound_rules": [] })
}

fn rule(address: &str, port: impl Into<Value>, protocol: impl Into<Value>) -> Value {
    json!({ "address": address, "port": port.into(), "protocol": protocol.into() })
}

fn etag(exchange: &Exchange) -> String {
    exchange.field("ETag").to_owned()
}

/// Adding is adding to a set, so it may be repeated; a rule is removed by writing it out.
// Shows: DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING, DELETE-TARGET-ONLY
#[test]
fn rules_are_a_set() {
    if !curl::is_there("rules_are_a_set") {
        return;
    }
    let service = Service::start();
    let https = rule("0.0.0.0/0", 443, "tcp");
    service.curl("PUT", FIRST).json(&firewall(&json!([https]))).send().expect(201);
    let rules = format!("{FIRST}/rules");
    let add = |body: &Value| service.curl("POST", &rules).json(body).send();
    let ssh = json!({ "address": "203.0.113.7", "port": 22, "protocol": "tcp" });
    let both = json!({ "inbound_rules": [ssh, https, ssh], "outbound_rules": [{ "address": "::/0" }] });
    let added = add(&both).expect(200);
    added.expect_at("/firewall/inbound_rules", json!([https, ssh]));
    added.expect_at("/firewall/outbound_rules", json!([rule("::/0", Value::Null, Value::Null)]));
    add(&both).expect(200).expect_same(&added, Exchange::json).expect_same(&added, etag);
    read(&service, FIRST, 200).expect_same(&added, Exchange::json).expect_same(&added, etag);

    let remove = |query: &str| service.curl("DELETE", &format!("{rules}?{query}")).send();
    // Each part of the value counts.
    let near = [
        "direction=inbound&address=203.0.113.7&port=22",
        "direction=inbound&address=203.0.113.7&protocol=tcp",
        "direction=inbound&address=203.0.113.7&port=22&protocol=udp",
        "direction=outbound&address=203.0.113.7&port=22&protocol=tcp",
        "direction=inbound&address=203.0.113.8&port=22&protocol=tcp",
    ];
    for query in near {
        remove(query).expect_problem(404);
    }
    read(&service, FIRST, 200).expect_same(&added, Exchange::json);
    remove("direction=inbound&address=203.0.113.7&port=22&protocol=tcp").expect(204);
    remove("direction=inbound&address=203.0.113.7&port=22&protocol=tcp").expect_problem(404);
    remove("direction=outbound&address=::/0").expect(204);
    let left = read(&service, FIRST, 200);
    left.expect_at("/firewall/inbound_rules", json!([https])).expect_at("/firewall/outbound_rules", json!([]));

    service.curl("POST", &format!("{ABSENT}/rules")).json(&both).send().expect_problem(404);
    let query = "direction=inbound&address=0.0.0.0/0&port=443&protocol=tcp";
    service.curl("DELETE", &format!("{ABSENT}/rules?{query}")).send().expect_problem(404);
    remove("direction=sideways&address=::/0").expect_mistakes(400, &["/direction"]);
    remove("address=::/0").expect_mistakes(400, &["/direction"]);
    remove("direction=inbound&address=::/0&port=65536").expect_mistakes(400, &["/port"]);
}

// Shows: INVALID-REFUSED, FAILED-WRITE-NO-EFFECT
#[test]
fn rules_that_make_no_sense_are_refused() {
    if !curl::is_there("rules_that_make_no_sense_are_refused") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", FIRST).json(&firewall(&json!([rule("::/0", 443, "tcp")]))).send().expect(201);
    let before = everything(&service);
    let wrong = [
        (rule("10.0.0.256", 1, "tcp"), "address"),
        (rule("10.0.0.1/8", 1, "tcp"), "address"),
        (rule("10.0.0.0/33", 1, "tcp"), "address"),
        (rule("2001:DB8::/32", 1, "tcp"), "address"),
        (rule("2001:db8:0::/48", 1, "tcp"), "address"),
        (rule("example.com", 1, "tcp"), "address"),
        (rule("::/0", 65536, "tcp"), "port"),
        (rule("::/0", -1, "tcp"), "port"),
        (rule("::/0", 8, "icmp"), "port"),
        (rule("::/0", 1, "TCP"), "protocol"),
        (rule("::/0", 1, ""), "protocol"),
        (json!({ "address": "::/0", "ports": "1-2" }), "ports"),
        (json!({ "port": 22 }), "address"),
    ];
    for (rule, member) in wrong {
        let good = json!({ "address": "192.0.2.1" });
        let pointer = format!("/inbound_rules/1/{member}");
        let rules = json!([good, rule]);
        service.curl("PUT", FIRST).json(&firewall(&rules)).send().expect_mistakes(422, &[&pointer]);
        service.curl("POST", "/firewalls").json(&firewall(&rules)).send().expect_mistakes(422, &[&pointer]);
        let body = json!({ "inbound_rules": rules });
        service.curl("POST", &format!("{FIRST}/rules")).json(&body).send().expect_mistakes(422, &[&pointer]);
    }
    // The same twice, once with its nulls written out.
    let twice = json!([{ "address": "::1" }, rule("::1", Value::Null, Value::Null)]);
    service.curl("PUT", FIRST).json(&firewall(&twice)).send().expect_mistakes(422, &["/inbound_rules/1"]);
    service.curl("POST", &format!("{FIRST}/rules")).json(&json!({})).send().expect_problem(422);
    let many: Vec<Value> = (0..100).map(|port| rule("::/0", port, "udp")).collect();
    let many = service.curl("POST", &format!("{FIRST}/rules")).json(&json!({ "inbound_rules": many })).send();
    many.expect_mistakes(422, &["/inbound_rules"]);
    assert_eq!(everything(&service), before, "nothing was changed");
}

/// A stacklet is behind one firewall or none, and both say so, whichever was written.
#[test]
fn stacklets_and_firewalls_tell_the_same() {
    if !curl::is_there("stacklets_and_firewalls_tell_the_same") {
        return;
    }
    let service = Service::start();
    let [one, two] = ["one", "two"].map(|name| idle_stacklet(&service, &json!({ "name": name })));
    let uuid = |path: &str| path.rsplit('/').next().map_or(Value::Null, Value::from);
    let expect = |firewalls: [&Value; 2], stacklets: [Value; 2]| {
        for (path, ids) in [FIRST, SECOND].into_iter().zip(firewalls) {
            read(&service, path, 200).expect_at("/firewall/stacklet_ids", ids.clone());
        }
        for (id, firewall) in [one, two].into_iter().zip(stacklets) {
            read(&service, &format!("/stacklets/{id}"), 200).expect_at("/stacklet/firewall_uuid", firewall);
        }
    };
    let with = |ids: Value| json!({ "name": "f", "inbound_rules": [], "outbound_rules": [], "stacklet_ids": ids });
    service.curl("PUT", FIRST).json(&with(json!([two, one]))).send().expect(201);
    service.curl("PUT", SECOND).json(&with(json!([]))).send().expect(201);
    expect([&json!([two, one]), &json!([])], [uuid(FIRST), uuid(FIRST)]);

    // Another firewall takes one over; a second time changes nothing.
    let stacklets = format!("{SECOND}/stacklets");
    let add = |ids: Value| service.curl("POST", &stacklets).json(&json!({ "stacklet_ids": ids })).send();
    let added = add(json!([one])).expect(200);
    added.expect_at("/firewall/stacklet_ids", json!([one]));
    add(json!([one])).expect(200).expect_same(&added, Exchange::json).expect_same(&added, etag);
    expect([&json!([two]), &json!([one])], [uuid(SECOND), uuid(FIRST)]);
    let behind = service.curl("GET", &format!("/stacklets?firewall_uuid={}", &SECOND[11..])).send().expect(200);
    behind.expect_at("/stacklets/0/id", one).expect_at("/meta/pagination/total", 1);

    service.curl("DELETE", &format!("{FIRST}/stacklets/{one}")).send().expect_problem(404);
    service.curl("DELETE", &format!("{ABSENT}/stacklets/{one}")).send().expect_problem(404);
    service.curl("DELETE", &format!("{SECOND}/stacklets/{one}")).send().expect(204);
    service.curl("DELETE", &format!("{SECOND}/stacklets/{one}")).send().expect_problem(404);
    expect([&json!([two]), &json!([])], [Value::Null, uuid(FIRST)]);

    // A PUT without stacklets lets them go; a PUT with them takes them.
    service.curl("PUT", SECOND).json(&with(json!([one, two]))).send().expect(200);
    expect([&json!([]), &json!([one, two])], [uuid(SECOND), uuid(SECOND)]);
    service.curl("PUT", SECOND).json(&with(json!([two]))).send().expect(200);
    expect([&json!([]), &json!([two])], [Value::Null, uuid(SECOND)]);

    // What is deleted is told of by nobody any more.
    add(json!([one])).expect(200);
    service.curl("DELETE", &format!("/stacklets/{one}")).send().expect(204);
    read(&service, SECOND, 200).expect_at("/firewall/stacklet_ids", json!([two]));
    service.curl("DELETE", SECOND).send().expect(204);
    read(&service, &format!("/stacklets/{two}"), 200).expect_at("/stacklet/firewall_uuid", Value::Null);
}

// Shows: FAILED-WRITE-NO-EFFECT, AUTH-NO-ORACLE
#[test]
fn a_firewall_refers_to_what_is_there() {
    if !curl::is_there("a_firewall_refers_to_what_is_there") {
        return;
    }
    let service = Service::start();
    let stacklet = idle_stacklet(&service, &json!({ "name": "one" }));
    service.curl("PUT", FIRST).json(&firewall(&json!([]))).send().expect(201);
    let before = everything(&service);
    let mut body = firewall(&json!([]));
    body["stacklet_ids"] = json!([stacklet, 999]);
    body["project_uuid"] = "00000000-0000-4000-8000-000000000000".into();
    for (method, path) in [("PUT", FIRST), ("PUT", SECOND), ("POST", "/firewalls")] {
        let refused = service.curl(method, path).json(&body).send();
        let refused = refused.expect_mistakes(422, &["/stacklet_ids/1", "/project_uuid"]);
        refused.expect_at("/type", "https://api.stacklets.example/problems/reference-missing");
    }
    let add = service.curl("POST", &format!("{FIRST}/stacklets")).json(&json!({ "stacklet_ids": [stacklet, 999] }));
    add.send().expect_mistakes(422, &["/stacklet_ids/1"]);
    let absent = service.curl("POST", &format!("{ABSENT}/stacklets")).json(&json!({ "stacklet_ids": [stacklet] }));
    absent.send().expect_problem(404);

    // What another account has is not there.
    let other = another_token(&service, &["--account", "other"]);
    let mut theirs = firewall(&json!([]));
    theirs["stacklet_ids"] = json!([stacklet]);
    let refused = service.curl_without_token("POST", "/firewalls").token(&other).json(&theirs).send();
    refused.expect_mistakes(422, &["/stacklet_ids/0"]);
    let reads = another_token(&service, &["--scope", "read"]);
    let query = "direction=inbound&address=::/0";
    for (method, path, body) in [
        ("POST", format!("{FIRST}/rules"), json!({ "inbound_rules": [{ "address": "::/0" }] })),
        ("DELETE", format!("{FIRST}/rules?{query}"), Value::Null),
        ("POST", format!("{FIRST}/stacklets"), json!({ "stacklet_ids": [stacklet] })),
        ("DELETE", format!("{FIRST}/stacklets/{stacklet}"), Value::Null),
    ] {
        let request = |token: &str| service.curl_without_token(method, &path).token(token);
        let with_body = |request: curl::Curl| if body.is_null() { request } else { request.json(&body) };
        with_body(request(&other)).send().expect_problem(404);
        with_body(request(&reads)).send().expect_problem(403);
    }
    assert_eq!(everything(&service), before, "nothing was changed");
}
