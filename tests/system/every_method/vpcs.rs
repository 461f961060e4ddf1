//! Private networks, and who is in them.

use serde_json::{Value, json};

use super::{another_token, everything, idle_stacklet, read};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

const UUID: &str = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";
const ABSENT: &str = "/vpcs/00000000-0000-4000-8000-000000000000";

fn vpc(region: &str, ip_range: &str) -> Value {
    json!({ "name": "back office", "region": region, "ip_range": ip_range })
}

#[test]
fn members_are_the_stacklets_that_name_it() {
    if !curl::is_there("members_are_the_stacklets_that_name_it") {
        return;
    }
    let service = Service::start();
    let path = format!("/vpcs/{UUID}");
    let created = service.curl("PUT", &path).json(&vpc("fra", "10.10.0.0/20")).send().expect(201);
    let members = format!("{path}/members");
    read(&service, &members, 200).expect_at("/members", json!([]));
    read(&service, &format!("{ABSENT}/members"), 404);
    let [one, two] = ["one", "two"].map(|name| idle_stacklet(&service, &json!({ "name": name, "vpc_uuid": UUID })));
    idle_stacklet(&service, &json!({ "name": "outside" }));
    let all = read(&service, &members, 200);
    let member = |id: u64, name: &str| json!({ "type": "stacklet", "id": id, "name": name });
    all.expect_at("/members", json!([member(one, "one"), member(two, "two")]));
    all.expect_at("/meta/pagination/total", 2);
    let page = service.curl("GET", &format!("{members}?per_page=1&page=2")).send().expect(200);
    page.expect_at("/members", json!([member(two, "two")]));
    // Who joins does not change the network itself.
    read(&service, &path, 200).expect_same(&created, Exchange::json);

    let other = another_token(&service, &["--account", "other"]);
    service.curl_without_token("GET", &members).token(&other).send().expect_problem(404);

    // It stays in the region of its members.
    let elsewhere = service.curl("PUT", &path).json(&vpc("dal", "10.10.0.0/20")).send();
    let elsewhere = elsewhere.expect_mistakes(422, &["/region"]);
    elsewhere.expect_at("/type", "https://api.stacklets.example/problems/reference-unfit");
    service.curl("PUT", &path).json(&vpc("fra", "10.20.0.0/20")).send().expect(200);

    service.curl("DELETE", &format!("/stacklets/{one}")).send().expect(204);
    read(&service, &members, 200).expect_at("/members", json!([member(two, "two")]));
    service.curl("DELETE", &path).send().expect(204);
    read(&service, &format!("/stacklets/{two}"), 200).expect_at("/stacklet/vpc_uuid", Value::Null);
}

// Shows: INVALID-REFUSED, FAILED-WRITE-NO-EFFECT
#[test]
fn ranges_are_private_networks() {
    if !curl::is_there("ranges_are_private_networks") {
        return;
    }
    let service = Service::start();
    let path = format!("/vpcs/{UUID}");
    service.curl("PUT", &path).json(&vpc("fra", "10.10.0.0/20")).send().expect(201);
    let before = everything(&service);
    for range in
        ["10.0.0.0", "10.0.0.0/8", "10.0.0.0/29", "10.0.0.1/16", "172.32.0.0/16", "8.8.8.0/24", "fd00::/64", ""]
    {
        service.curl("PUT", &path).json(&vpc("fra", range)).send().expect_mistakes_at(422, "/ip_range");
        service.curl("POST", "/vpcs").json(&vpc("fra", range)).send().expect_mistakes_at(422, "/ip_range");
    }
    let both = service.curl("POST", "/vpcs").json(&vpc("xyz", "10.0.0.1/16")).send();
    both.expect_mistakes(422, &["/region", "/ip_range"]);
    assert_eq!(everything(&service), before, "nothing was changed");
}

#[test]
fn vpcs_are_found_by_region() {
    if !curl::is_there("vpcs_are_found_by_region") {
        return;
    }
    let service = Service::start();
    for region in ["fra", "dal", "fra"] {
        service.curl("POST", "/vpcs").json(&vpc(region, "10.10.0.0/20")).send().expect(201);
    }
    for (region, number) in [("fra", 2), ("dal", 1), ("xyz", 0)] {
        let list = service.curl("GET", &format!("/vpcs?region={region}")).send().expect(200);
        list.expect_at("/meta/pagination/total", number);
    }
}

/// A script that is deleted is named by no stacklet any more.
#[test]
fn a_script_is_let_go_of() {
    if !curl::is_there("a_script_is_let_go_of") {
        return;
    }
    let service = Service::start();
    let path = format!("/userdata/{UUID}");
    let script = json!({ "name": "first boot", "userdata": "#!/bin/sh\n" });
    service.curl("PUT", &path).json(&script).send().expect(201);
    let id = idle_stacklet(&service, &json!({ "name": "one", "userdata_uuid": UUID }));
    read(&service, &format!("/stacklets/{id}"), 200).expect_at("/stacklet/userdata_uuid", UUID);
    for (member, value) in
        [("userdata", json!("")), ("userdata", json!("a\0b")), ("userdata", json!("x".repeat(65537)))]
    {
        let mut body = script.clone();
        body[member] = value;
        service.curl("PUT", &path).json(&body).send().expect_mistakes(422, &["/userdata"]);
    }
    let longest = json!({ "name": "long", "userdata": "ü".repeat(65536) });
    service.curl("PUT", &path).json(&longest).send().expect(200).expect_at("/userdata/name", "long");
    service.curl("DELETE", &path).send().expect(204);
    read(&service, &format!("/stacklets/{id}"), 200).expect_at("/stacklet/userdata_uuid", Value::Null);
}
