//! Load balancers: the whole value by PUT, parts of it by operations of their own, and what others do to them.

use serde_json::{Value, json};

use super::{certificates, everything, follow_location, lasting, new_stacklet, other_account, read, settled, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

fn etag(exchange: &Exchange) -> String {
    exchange.field("ETag").to_owned()
}

/// What creates one.
pub(crate) fn body(region: &str, rules: &[Value], stacklet_ids: &[u64]) -> Value {
    json!({
        "name": "lb01",
        "region": region,
        "algorithm": "round_robin",
        "rules": rules,
        "health": { "protocol": "http", "port": 80 },
        "stacklet_ids": stacklet_ids,
    })
}

fn http(source_port: u32, target_port: u32) -> Value {
    json!({ "protocol": "http", "source_port": source_port, "target_port": target_port })
}

/// The rule as it is shown.
fn shown(rule: &Value) -> Value {
    let mut rule = rule.clone();
    rule["certificate_id"] = rule.get("certificate_id").cloned().unwrap_or_default();
    rule["tls_passthrough"] = rule.get("tls_passthrough").cloned().unwrap_or(json!(false));
    rule
}

/// Source 14, 15; what was left out has its default, and the task that sets it up ends.
// Shows: POST-CREATED, POST-LOCATION-RESOLVES, LRO-MONITOR
#[test]
fn a_load_balancer_by_post() {
    if !curl::is_there("a_load_balancer_by_post") {
        return;
    }
    let service = Service::start();
    let stacklet = new_stacklet(&service, "fra");
    let sent = body("fra", &[http(80, 8080)], &[stacklet]);
    let created = service.curl("POST", "/load_balancers").json(&sent).send().expect(201);
    let balancer = created.at("/load_balancer");
    assert_eq!(balancer["rules"], json!([shown(&http(80, 8080))]));
    let health = json!({ "protocol": "http", "port": 80, "path": "/", "interval": 10, "rise": 3, "fall": 3 });
    assert_eq!(balancer["health"], health);
    assert_eq!(balancer["sticky_sessions"], Value::Null);
    assert_eq!(balancer["redirect_http_to_https"], json!(false));
    assert_eq!(balancer["task"]["name"], json!("create"));
    let task = created.number_at("/load_balancer/task/id");
    read(&service, &format!("/tasks/{task}"), 200).expect_at("/task/resource/id", balancer["uuid"].clone());

    let path = format!("/load_balancers/{}", created.text_at("/load_balancer/uuid"));
    let ready = settled(&service, &path, "/load_balancer/task");
    let mut expected = balancer.clone();
    expected["task"] = Value::Null;
    ready.expect_at("/load_balancer", expected);
    follow_location(&service, &created).expect_same(&ready, Exchange::json);
    service.curl("GET", &format!("/tasks/{task}")).send().expect(200).expect_at("/task/status", "completed");
    let known = service.curl("GET", &path).field("If-None-Match", &etag(&ready)).send().expect(304);
    assert_eq!(etag(&known), etag(&ready));
}

/// Source 8, 9, 11 to 13: a PUT is the whole value, and creates under the client's own UUID.
// Shows: PUT-UPSERT, PUT-REPLACES-WHOLE, PUT-STATUS-TRUE, PUT-READBACK, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING
#[test]
fn a_load_balancer_from_put_to_delete() {
    if !curl::is_there("a_load_balancer_from_put_to_delete") {
        return;
    }
    let service = Service::start();
    let stacklet = new_stacklet(&service, "fra");
    let path = "/load_balancers/7d3c3f0e-2b64-4c1f-9a55-0f7e7b1f5a10";
    read(&service, path, 404);
    let put = |body: &Value| service.curl("PUT", path).json(body).send();
    let created = put(&body("fra", &[http(80, 8080)], &[stacklet])).expect(201);
    created.expect_at("/load_balancer/uuid", "7d3c3f0e-2b64-4c1f-9a55-0f7e7b1f5a10");
    let before = settled(&service, path, "/load_balancer/task");

    let mut rich = body("fra", &[http(8000, 80)], &[]);
    rich["name"] = json!("lb02");
    rich["algorithm"] = json!("least_connections");
    rich["sticky_sessions"] = json!({ "name": "visitor", "ttl": 60 });
    rich["redirect_http_to_https"] = json!(true);
    let replaced = put(&rich).expect(200);
    for member in ["name", "algorithm", "sticky_sessions", "redirect_http_to_https", "stacklet_ids"] {
        replaced.expect_at(&format!("/load_balancer/{member}"), rich[member].clone());
    }
    for member in ["ip", "created_at", "uuid"] {
        replaced.expect_same(&before, |exchange| exchange.at(&format!("/load_balancer/{member}")));
    }
    put(&rich).expect(200).expect_same(&replaced, Exchange::json).expect_same(&replaced, etag);
    let bare = put(&body("fra", &[], &[])).expect(200);
    bare.expect_at("/load_balancer/sticky_sessions", Value::Null).expect_at("/load_balancer/rules", json!([]));
    bare.expect_at("/load_balancer/redirect_http_to_https", false);
    // The address goes with the region.
    let moved = put(&body("lon", &[], &[])).expect(200);
    assert_ne!(moved.text_at("/load_balancer/ip"), before.text_at("/load_balancer/ip"), "{moved}");
    let stale = service.curl("PUT", path).field("If-Match", &etag(&bare)).json(&rich).send();
    stale.expect_problem(412);

    service.curl("DELETE", path).field("If-Match", &etag(&bare)).send().expect_problem(412);
    service.curl("DELETE", path).send().expect(204);
    service.curl("DELETE", path).send().expect_problem(404);
    read(&service, path, 404);
    service.curl("PUT", path).json(&body("fra", &[], &[])).send().expect(201);
    // What a deletion makes void ends.
    service.curl("DELETE", path).send().expect(204);
    let tasks = service.curl("GET", "/tasks?sort=-created_at&per_page=1").send().expect(200);
    let task = tasks.at("/tasks/0");
    assert!(task["name"] == "create" && task["status"] == "errored", "expected a task that was given up in\n{tasks}");
}

/// A set of rules: added, added again, and taken away one by one.
// Shows: DELETE-ATOMIC-MISSING, DELETE-TARGET-ONLY
#[test]
fn rules_are_added_and_removed() {
    if !curl::is_there("rules_are_added_and_removed") {
        return;
    }
    let service = Service::start();
    let made = service.curl("POST", "/load_balancers").json(&body("fra", &[http(80, 8080)], &[])).send().expect(201);
    let path = format!("/load_balancers/{}", made.text_at("/load_balancer/uuid"));
    settled(&service, &path, "/load_balancer/task");
    let rules = format!("{path}/rules");
    let add = |rules_sent: &[Value]| service.curl("POST", &rules).json(&json!({ "rules": rules_sent })).send();
    let two = [http(8000, 80), http(8001, 81)];
    let added = add(&two).expect(200);
    let expected = json!([shown(&http(80, 8080)), shown(&two[0]), shown(&two[1])]);
    added.expect_at("/load_balancer/rules", expected);
    read(&service, &path, 200).expect_same(&added, Exchange::json).expect_same(&added, etag);
    add(&two).expect(200).expect_same(&added, Exchange::json).expect_same(&added, etag);

    let taken = add(&[http(9000, 80), http(80, 9)]).expect_mistakes(409, &["/rules/1/source_port"]);
    taken.expect_at("/type", "https://api.stacklets.example/problems/name-taken");
    add(&[]).expect_mistakes(422, &["/rules"]);
    add(&[http(9000, 80), http(9000, 81)]).expect_mistakes(422, &["/rules/1/source_port"]);
    let many: Vec<Value> = (1..=98).map(|port| http(10000 + port, 80)).collect();
    add(&many).expect_mistakes(422, &["/rules"]);
    read(&service, &path, 200).expect_same(&added, Exchange::json);

    let remove = |port: &str| service.curl("DELETE", &format!("{rules}/{port}")).send();
    remove("8000").expect(204);
    remove("8000").expect_problem(404);
    remove("0").expect_mistakes(400, &["/source_port"]);
    remove("80").expect(204);
    remove("8001").expect(204);
    read(&service, &path, 200).expect_at("/load_balancer/rules", json!([]));
    let absent = "/load_balancers/7d3c3f0e-2b64-4c1f-9a55-0f7e7b1f5a10/rules";
    service.curl("POST", absent).json(&json!({ "rules": two })).send().expect_problem(404);
    service.curl("DELETE", &format!("{absent}/80")).send().expect_problem(404);
}

/// A set of stacklets; those that are deleted leave it, and the load balancer stays.
// Shows: DELETE-CHILDREN, DELETE-ATOMIC-MISSING
#[test]
fn stacklets_come_and_go() {
    if !curl::is_there("stacklets_come_and_go") {
        return;
    }
    let service = Service::start();
    let [first, second, third] = [(); 3].map(|()| new_stacklet(&service, "fra"));
    let made = service.curl("POST", "/load_balancers").json(&body("fra", &[], &[first])).send().expect(201);
    let path = format!("/load_balancers/{}", made.text_at("/load_balancer/uuid"));
    settled(&service, &path, "/load_balancer/task");
    let list = format!("{path}/stacklets");
    let add = |ids: &[u64]| service.curl("POST", &list).json(&json!({ "stacklet_ids": ids })).send();
    let added = add(&[second, first, third]).expect(200);
    added.expect_at("/load_balancer/stacklet_ids", json!([first, second, third]));
    add(&[third]).expect(200).expect_same(&added, Exchange::json).expect_same(&added, etag);
    add(&[]).expect_mistakes(422, &["/stacklet_ids"]);
    add(&[third, 999]).expect_mistakes(422, &["/stacklet_ids/1"]);
    let elsewhere = new_stacklet(&service, "lon");
    let unfit = add(&[elsewhere]).expect_mistakes(422, &["/stacklet_ids/0"]);
    unfit.expect_at("/type", "https://api.stacklets.example/problems/reference-unfit");
    assert_eq!(walk(&service, "load_balancers", 25, &format!("&stacklet_id={second}")).len(), 1);
    assert_eq!(walk(&service, "load_balancers", 25, &format!("&stacklet_id={elsewhere}")).len(), 0);

    let remove = |id: u64| service.curl("DELETE", &format!("{list}/{id}")).send();
    remove(second).expect(204);
    remove(second).expect_problem(404);
    read(&service, &format!("/stacklets/{second}"), 200);
    service.curl("DELETE", &format!("/stacklets/{first}")).send().expect(204);
    read(&service, &path, 200).expect_at("/load_balancer/stacklet_ids", json!([third]));
    let absent = "/load_balancers/7d3c3f0e-2b64-4c1f-9a55-0f7e7b1f5a10/stacklets";
    service.curl("POST", absent).json(&json!({ "stacklet_ids": [third] })).send().expect_problem(404);
    service.curl("DELETE", &format!("{absent}/{third}")).send().expect_problem(404);
}

/// Everything that is wrong is told with its place, and nothing is changed.
// Shows: INVALID-REFUSED, FAILED-WRITE-NO-EFFECT, READONLY-NOT-WRITABLE
#[test]
fn what_cannot_be_balanced_is_refused() {
    if !curl::is_there("what_cannot_be_balanced_is_refused") {
        return;
    }
    let service = Service::start();
    let certificate = certificates::add(&service);
    let elsewhere = new_stacklet(&service, "lon");
    let before = everything(&service);
    let rule = |protocol: &str, certificate_id: Value, tls_passthrough: bool| {
        json!({
            "protocol": protocol,
            "source_port": 443,
            "target_port": 80,
            "certificate_id": certificate_id,
            "tls_passthrough": tls_passthrough,
        })
    };
    let with = |member: &str, value: Value| {
        let mut body = body("fra", &[], &[]);
        body[member] = value;
        body
    };
    let rules = |rules: &[Value]| body("fra", rules, &[]);
    let wrong = [
        (with("region", json!("xyz")), vec!["/region"]),
        (with("algorithm", json!(true)), vec!["/algorithm"]),
        (with("health", json!({ "protocol": "http", "port": 0 })), vec!["/health/port"]),
        (with("sticky_sessions", json!({ "name": "a b" })), vec!["/sticky_sessions/name", "/sticky_sessions/ttl"]),
        (with("ip", json!("192.0.2.1")), vec!["/ip"]),
        (with("project_uuid", json!("3b1f8a52-6c1e-4d27-9d0a-4f5f0c6f2a11")), vec!["/project_uuid"]),
        (with("stacklet_ids", json!([elsewhere, 999])), vec!["/stacklet_ids/0", "/stacklet_ids/1"]),
        (rules(&[http(80, 1), http(81, 1), http(80, 2)]), vec!["/rules/2/source_port"]),
        (rules(&[rule("https", Value::Null, false)]), vec!["/rules/0/certificate_id"]),
        (rules(&[rule("https", json!(certificate), true)]), vec!["/rules/0/tls_passthrough"]),
        (rules(&[rule("https", json!(certificate + 1), false)]), vec!["/rules/0/certificate_id"]),
        (rules(&[rule("http", json!(certificate), false)]), vec!["/rules/0/certificate_id"]),
        (rules(&[rule("tcp", Value::Null, true)]), vec!["/rules/0/tls_passthrough"]),
    ];
    for (body, pointers) in wrong {
        service.curl("POST", "/load_balancers").json(&body).send().expect_mistakes(422, &pointers);
        let path = "/load_balancers/7d3c3f0e-2b64-4c1f-9a55-0f7e7b1f5a10";
        service.curl("PUT", path).json(&body).send().expect_mistakes(422, &pointers);
    }
    let path = "/load_balancers/no-uuid";
    service.curl("PUT", path).json(&rules(&[])).send().expect_mistakes_at(400, "/uuid");
    assert_eq!(lasting(&everything(&service)), lasting(&before), "nothing was changed");
    for good in [rule("http2", json!(certificate), false), rule("https", Value::Null, true)] {
        service.curl("POST", "/load_balancers").json(&rules(&[good])).send().expect(201);
    }
}

/// Accounts do not see each other's, nor what stands behind them.
// Shows: AUTH-NO-ORACLE
#[test]
fn load_balancers_are_the_accounts_own() {
    if !curl::is_there("load_balancers_are_the_accounts_own") {
        return;
    }
    let service = Service::start();
    let stacklet = new_stacklet(&service, "fra");
    let path = "/load_balancers/7d3c3f0e-2b64-4c1f-9a55-0f7e7b1f5a10";
    let mine = service.curl("PUT", path).json(&body("fra", &[http(80, 80)], &[stacklet])).send().expect(201);
    let other = other_account(&service);
    let ask = |method: &str, path: &str| service.curl_without_token(method, path).token(&other);
    for method in ["GET", "DELETE"] {
        ask(method, path).send().expect_problem(404);
    }
    ask("DELETE", &format!("{path}/rules/80")).send().expect_problem(404);
    ask("DELETE", &format!("{path}/stacklets/{stacklet}")).send().expect_problem(404);
    let rules = json!({ "rules": [http(81, 80)] });
    ask("POST", &format!("{path}/rules")).json(&rules).send().expect_problem(404);
    ask("POST", &format!("{path}/stacklets")).json(&json!({ "stacklet_ids": [stacklet] })).send().expect_problem(404);
    let refused = ask("PUT", path).json(&body("fra", &[], &[stacklet])).send();
    refused.expect_mistakes(422, &["/stacklet_ids/0"]);
    // The same identifier is another load balancer there, with an address of its own.
    let theirs = ask("PUT", path).json(&body("fra", &[], &[])).send().expect(201);
    assert_ne!(theirs.at("/load_balancer/ip"), mine.at("/load_balancer/ip"), "two addresses");
    ask("GET", "/load_balancers").send().expect(200).expect_at("/meta/pagination/total", 1);
    ask("DELETE", path).send().expect(204);
    read(&service, path, 200).expect_at("/load_balancer/rules", json!([shown(&http(80, 80))]));
}

/// LIST-PAGE-COMPLETE, and what filters, searching and sorting accept.
// Shows: LIST-PAGE-COMPLETE, LIST-EMPTY-200
#[test]
fn load_balancers_are_listed() {
    if !curl::is_there("load_balancers_are_listed") {
        return;
    }
    let service = Service::start();
    assert!(walk(&service, "load_balancers", 25, "").is_empty());
    for (name, region) in [("b", "fra"), ("a", "lon"), ("c", "fra")] {
        let mut body = body(region, &[], &[]);
        body["name"] = json!(name);
        service.curl("POST", "/load_balancers").json(&body).send().expect(201);
    }
    let names = |query: &str| -> Vec<Value> {
        walk(&service, "load_balancers", 2, query).into_iter().map(|item| item["name"].clone()).collect()
    };
    assert_eq!(names("").len(), 3);
    assert_eq!(names("&sort=name"), ["a", "b", "c"]);
    assert_eq!(names("&sort=-created_at"), ["c", "a", "b"]);
    assert_eq!(names("&region=fra&sort=name"), ["b", "c"]);
    assert_eq!(names("&query=A"), ["a"]);
    assert!(names("&region=xyz").is_empty());
    assert!(names("&certificate_id=1").is_empty());
    service.curl("GET", "/load_balancers?sort=ip").send().expect_mistakes(400, &["/sort"]);
}
