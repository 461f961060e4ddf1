//! What every operation and every path of the contract does, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::links::every_get;
use crate::contract::{Operation, contract};
use crate::exchange::Exchange;
use crate::harness::{Home, Service};
use crate::raw::{Connection, Request};

/// Fields that tell about one response alone.
const OF_ONE_RESPONSE: [&str; 5] =
    ["date", "x-request-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];

/// GET, HEAD, GET of each, of something that is there, of something absent, of one that is known already, and without
/// credentials: what both GETs say, HEAD says, and it says nothing more.
// Shows: HEAD-MIRRORS-GET, HEAD-LENGTH-TRUE, GET-JSON-OBJECT, GET-SAFE, COND-INM-304
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_get_has_its_head() {
    let service = Home::new().start(&["--task-duration", "10ms"]);
    let gets = every_get(&service).await;
    let declared = contract().operations.iter().filter(|operation| operation.method == "GET");
    let reached: BTreeSet<&str> = gets.iter().map(|(_, operation)| operation.id.as_str()).collect();
    let missed: Vec<&str> =
        declared.map(|operation| operation.id.as_str()).filter(|id| !reached.contains(id)).collect();
    assert!(missed.is_empty(), "expected to reach {missed:?}");

    let mut connection = Connection::open(&service).await;
    let mut stranger = Connection::open(&service).await.with_token("0000");
    for (target, operation) in gets {
        let get = sandwich(&mut connection, &target, None).await;
        assert!(get.expect(200).json().is_object(), "an object at the top of {target}");
        let absent = absent(operation);
        if absent != operation.path {
            sandwich(&mut connection, &absent, None).await;
        }
        sandwich(&mut stranger, &target, None).await.expect_problem(401);
        let get = connection.send(&Request::new("GET", &target)).await;
        if operation.statuses.contains_key(&304) {
            let known = sandwich(&mut connection, &target, Some(get.field("ETag"))).await.expect(304);
            assert_eq!(known.field("ETag"), get.field("ETag"), "{known}");
        }
    }
}

/// GET, HEAD, GET: returns what GET answered.
async fn sandwich(connection: &mut Connection, target: &str, etag: Option<&str>) -> Exchange {
    let request = |method: &str| {
        let request = Request::new(method, target);
        etag.map_or(request.clone(), |etag| request.field("If-None-Match", etag))
    };
    let before = connection.send(&request("GET")).await;
    let head = connection.send(&request("HEAD")).await;
    let after = connection.send(&request("GET")).await;
    assert_eq!(head.status, before.status, "expected the status of GET in\n{head}");
    assert!(head.content.is_empty(), "expected no content in\n{head}");
    let mut of_head = lasting(&head);
    if let Some(length) = head.find("Content-Length") {
        assert_eq!(Some(length), before.find("Content-Length"), "the length of GET in\n{head}");
        of_head.remove("content-length");
    }
    let (before_fields, after_fields) = (lasting(&before), lasting(&after));
    for (name, value) in before_fields.iter().filter(|(name, _)| *name != "content-length") {
        if after_fields.get(name) == Some(value) {
            assert_eq!(of_head.get(name), Some(value), "expected {name} of GET\n{before}\nin\n{head}");
        }
    }
    let more: Vec<_> = of_head.keys().filter(|name| !before_fields.contains_key(*name)).collect();
    assert!(more.is_empty(), "{more:?} stand in\n{head}\nand not in\n{before}");
    assert!(before.status != 200 || before.json() == after.json(), "a GET changed\n{before}\ninto\n{after}");
    before
}

/// The fields by name; of those that tell about one response, only that they are there.
fn lasting(exchange: &Exchange) -> BTreeMap<String, String> {
    let fields = exchange.fields.iter().map(|(name, value)| {
        let name = name.to_lowercase();
        let value = if OF_ONE_RESPONSE.contains(&name.as_str()) { String::new() } else { value.clone() };
        (name, value)
    });
    fields.collect()
}

/// The path of an operation with identifiers that nothing has.
fn absent(operation: &Operation) -> String {
    let mut path = operation.path.clone();
    for (name, schema) in &operation.parameters {
        let value = match (schema["type"].as_str(), schema["format"].as_str()) {
            (Some("integer"), _) if schema["maximum"].as_u64().is_some_and(|most| most < 999_999) => "9999",
            (Some("integer"), _) => "999999",
            (_, Some("uuid")) => "00000000-0000-4000-8000-000000000000",
            _ if schema["enum"].is_array() => schema["enum"][0].as_str().unwrap_or_default(),
            _ if operation.path.starts_with("/domains") => "absent.example.org",
            _ if operation.path.starts_with("/floating_ips") => "203.0.113.254",
            _ => "absent",
        };
        path = path.replace(&format!("{{{name}}}"), value);
    }
    path
}

/// No look beforehand, on a connection that has never asked for anything else.
// Shows: GET-ABSENT-404, DELETE-ATOMIC-MISSING, DELETE-NO-PRECHECK, DELETE-IDEMPOTENT
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_absent_is_said_to_be_by_every_method() {
    let service = Service::start();
    let with_404 = contract().operations.iter().filter(|operation| operation.statuses.contains_key(&404));
    let mut count = 0;
    for operation in with_404.filter(|operation| ["GET", "DELETE"].contains(&operation.method.as_str())) {
        let mut target = absent(operation);
        if operation.id == "removeFirewallRule" {
            target.push_str("?direction=inbound&address=0.0.0.0%2F0");
        }
        let mut fresh = Connection::open(&service).await;
        for _ in 0..2 {
            let missing = fresh.send(&Request::new(&operation.method, &target)).await.expect_problem(404);
            assert!(missing.text_at("/detail").len() > 10, "expected a message in\n{missing}");
        }
        count += 1;
    }
    assert!(count > 30, "only {count} operations say that something is absent");
}

/// Every standard method that a path does not have, one that nobody knows, and OPTIONS; what they say of the methods is
/// compared with the contract by the checks of every exchange.
// Shows: METHOD-NOT-ALLOWED-ALLOW, METHOD-UNKNOWN-501, OPTIONS-ALLOW
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_path_tells_its_methods() {
    let service = Service::start();
    let mut connection = Connection::open(&service).await;
    for path in contract().paths() {
        let operation = contract().operations.iter().find(|operation| operation.path == path).expect("an operation");
        let (target, declared) = (absent(operation), contract().methods(path));
        for method in ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "QUERY"] {
            if !declared.contains(method) {
                let request = Request::new(method, &target).json(&json!({}));
                let refused = connection.send(&request).await.expect(405);
                assert!(refused.find("Allow").is_some(), "{refused}");
            }
        }
        connection.send(&Request::new("BREW", &target)).await.expect_problem(501);
        let options = connection.send(&Request::new("OPTIONS", &target)).await;
        assert!(options.status == 204 && options.find("Allow").is_some(), "{options}");
    }
}

/// Without credentials and with forged ones, whatever the request would be otherwise.
// Shows: AUTH-ENFORCED, AUTH-CHALLENGE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_asks_who_it_is() {
    let service = Service::start();
    let mut forged = service.token.clone();
    let last = if forged.pop() == Some('0') { '1' } else { '0' };
    forged.push(last);
    let mut owner = Connection::open(&service).await;
    let lists =
        contract().operations.iter().filter(|operation| operation.method == "GET" && operation.parameters.is_empty());
    let lists: Vec<&str> = lists.map(|operation| operation.path.as_str()).collect();
    let before = read_all(&mut owner, &lists).await;
    for token in ["", "0000", &forged] {
        let mut connection = Connection::open(&service).await.with_token(token);
        for operation in &contract().operations {
            let request = Request::new(&operation.method, &absent(operation));
            let body = operation.examples.first().cloned().unwrap_or(json!({}));
            let refused = connection.send(&request.json(&body)).await.expect_problem(401);
            assert!(refused.field("WWW-Authenticate").starts_with("Token"), "{refused}");
        }
    }
    assert_eq!(read_all(&mut owner, &lists).await, before, "nobody's requests left anything behind");
}

async fn read_all(connection: &mut Connection, targets: &[&str]) -> Vec<Value> {
    let mut all = Vec::new();
    for target in targets {
        all.push(connection.send(&Request::new("GET", target)).await.expect(200).json());
    }
    all
}

/// Fields that some servers let turn a GET into a write, on everything that can be read.
// Shows: METHOD-NO-OVERRIDE, GET-SAFE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_get_is_turned_into_a_write() {
    let service = Home::new().start(&["--task-duration", "10ms"]);
    let gets = every_get(&service).await;
    let mut connection = Connection::open(&service).await;
    let targets: Vec<&str> = gets.iter().map(|(target, _)| target.as_str()).collect();
    let before = read_all(&mut connection, &targets).await;
    for target in &targets {
        for method in ["DELETE", "PUT", "POST"] {
            let separator = if target.contains('?') { '&' } else { '?' };
            let mut request = Request::new("GET", &format!("{target}{separator}_method={method}"));
            for field in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
                request = request.field(field, method);
            }
            let answer = connection.send(&request).await;
            assert!([200, 400].contains(&answer.status), "a GET is a GET:\n{answer}");
        }
    }
    assert_eq!(read_all(&mut connection, &targets).await, before, "nothing was written");
}
