//! Floating IPs: reserved at once, led to a stacklet by a task, and nobody else's meanwhile.

use serde_json::{Value, json};

use super::{everything, follow_location, lasting, new_stacklet, other_account, read, settled, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::{Home, Service};

fn reserve(service: &Service, body: &Value) -> Exchange {
    service.curl("POST", "/floating_ips").json(body).send().expect(201)
}

fn path(exchange: &Exchange) -> String {
    format!("/floating_ips/{}", exchange.text_at("/floating_ip/address"))
}

/// Source 8, 9, 14 and 15, for an address of a region.
// Shows: POST-CREATED, POST-LOCATION-RESOLVES, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING
#[test]
fn an_address_of_a_region() {
    if !curl::is_there("an_address_of_a_region") {
        return;
    }
    let service = Service::start();
    let made = reserve(&service, &json!({ "region": "fra" }));
    made.expect_at("/floating_ip/region", "fra");
    made.expect_at("/floating_ip/task", Value::Null).expect_at("/floating_ip/stacklet_id", Value::Null);
    let shown = read(&service, &path(&made), 200);
    shown.expect_same(&made, Exchange::json).expect_same(&made, |exchange| exchange.field("ETag").to_owned());
    follow_location(&service, &made).expect_same(&made, Exchange::json);
    service.curl("GET", &path(&made)).field("If-None-Match", shown.field("ETag")).send().expect(304);
    service.curl("PUT", &path(&made)).json(&json!({})).send().expect_problem(405);

    let delete = |etag: &str| service.curl("DELETE", &path(&made)).field("If-Match", etag).send();
    delete("\"0123\"").expect_problem(412);
    delete(shown.field("ETag")).expect(204);
    delete("*").expect_problem(404);
    read(&service, &path(&made), 404);
    assert!(walk(&service, "floating_ips", 25, "").is_empty());
}

/// The address is there at once; where it leads is a task's work.
// Shows: LRO-MONITOR
#[test]
fn an_address_is_led_to_a_stacklet() {
    if !curl::is_there("an_address_is_led_to_a_stacklet") {
        return;
    }
    let service = Service::start();
    let [first, second] = [(); 2].map(|()| new_stacklet(&service, "fra"));
    let made = reserve(&service, &json!({ "stacklet_id": first }));
    made.expect_at("/floating_ip/stacklet_id", Value::Null).expect_at("/floating_ip/task/name", "assign");
    made.expect_at("/floating_ip/region", "fra");
    let path = path(&made);
    settled(&service, &path, "/floating_ip/task").expect_at("/floating_ip/stacklet_id", first);

    let act = |body: &Value| service.curl("POST", &path).json(body).send();
    let begun = act(&json!({ "action": "assign", "stacklet_id": second })).expect(202);
    begun.expect_at("/floating_ip/stacklet_id", first);
    let task = begun.number_at("/floating_ip/task/id");
    let monitor = follow_location(&service, &begun);
    monitor.expect_at("/task/id", task).expect_at("/task/resource/type", "floating_ip");
    settled(&service, &path, "/floating_ip/task").expect_at("/floating_ip/stacklet_id", second);
    service.curl("GET", &format!("/tasks/{task}")).send().expect(200).expect_at("/task/status", "completed");
    assert_eq!(walk(&service, "floating_ips", 25, &format!("&stacklet_id={second}")).len(), 1);
    assert!(walk(&service, "floating_ips", 25, &format!("&stacklet_id={first}")).is_empty());

    let keyed =
        || service.curl("POST", &path).field("Idempotency-Key", "one").json(&json!({ "action": "unassign" })).send();
    let unassigned = keyed().expect(202);
    settled(&service, &path, "/floating_ip/task").expect_at("/floating_ip/stacklet_id", Value::Null);
    keyed().expect(202).expect_same(&unassigned, Exchange::json);
    // Of one that leads nowhere it is no mistake.
    act(&json!({ "action": "unassign" })).expect(202);
}

/// One task at a time; a DELETE does not wait for it.
#[test]
fn a_task_keeps_others_out() {
    if !curl::is_there("a_task_keeps_others_out") {
        return;
    }
    let service = Home::new().start(&["--task-duration", "1h"]);
    let stacklet = new_stacklet(&service, "fra");
    let made = reserve(&service, &json!({ "stacklet_id": stacklet }));
    let path = path(&made);
    for body in [json!({ "action": "unassign" }), json!({ "action": "assign", "stacklet_id": stacklet })] {
        let refused = service.curl("POST", &path).json(&body).send().expect_problem(409);
        refused.expect_at("/type", "https://api.stacklets.example/problems/task-in-progress");
    }
    read(&service, &path, 200).expect_same(&made, Exchange::json);
    service.curl("DELETE", &path).send().expect(204);
    let task = made.number_at("/floating_ip/task/id");
    service.curl("GET", &format!("/tasks/{task}")).send().expect(200).expect_at("/task/status", "errored");
}

/// A stacklet that is deleted loses its address, and the address stays with the account.
// Shows: DELETE-CHILDREN
#[test]
fn a_deleted_stacklet_leaves_its_address() {
    if !curl::is_there("a_deleted_stacklet_leaves_its_address") {
        return;
    }
    let service = Service::start();
    let stacklet = new_stacklet(&service, "fra");
    let path = path(&reserve(&service, &json!({ "stacklet_id": stacklet })));
    settled(&service, &path, "/floating_ip/task").expect_at("/floating_ip/stacklet_id", stacklet);
    service.curl("DELETE", &format!("/stacklets/{stacklet}")).send().expect(204);
    read(&service, &path, 200).expect_at("/floating_ip/stacklet_id", Value::Null);
}

/// Everything that is wrong is told with its place, and nothing is changed.
// Shows: INVALID-REFUSED, FAILED-WRITE-NO-EFFECT
#[test]
fn where_no_address_is_nothing_is_reserved() {
    if !curl::is_there("where_no_address_is_nothing_is_reserved") {
        return;
    }
    let service = Service::start();
    let made = reserve(&service, &json!({ "region": "fra" }));
    let [elsewhere, without] = ["lon", "dal"].map(|region| new_stacklet(&service, region));
    let before = everything(&service);
    let missing = "https://api.stacklets.example/problems/reference-missing";
    let unfit = "https://api.stacklets.example/problems/reference-unfit";
    let post = |body: &Value| service.curl("POST", "/floating_ips").json(body).send();
    let project = "3b1f8a52-6c1e-4d27-9d0a-4f5f0c6f2a11";
    for (body, pointer, kind) in [
        (json!({ "region": "xyz" }), "/region", missing),
        (json!({ "region": "dal" }), "/region", unfit),
        (json!({ "stacklet_id": 999 }), "/stacklet_id", missing),
        (json!({ "stacklet_id": without }), "/stacklet_id", unfit),
        (json!({ "region": "fra", "project_uuid": project }), "/project_uuid", missing),
    ] {
        post(&body).expect_mistakes(422, &[pointer]).expect_at("/type", kind);
    }
    for body in [json!({}), json!({ "region": "fra", "stacklet_id": elsewhere }), json!({ "address": "192.0.2.1" })] {
        post(&body).expect_problem(422);
    }
    let act = |body: &Value| service.curl("POST", &path(&made)).json(body).send();
    act(&json!({ "action": "assign", "stacklet_id": 999 })).expect_mistakes(422, &["/stacklet_id"]);
    let far = act(&json!({ "action": "assign", "stacklet_id": elsewhere })).expect_mistakes(422, &["/stacklet_id"]);
    far.expect_at("/type", unfit);
    act(&json!({ "action": "assign" })).expect_mistakes(422, &["/stacklet_id"]);
    act(&json!({ "action": "explode" })).expect_problem(422);
    service.curl("GET", "/floating_ips/999.1.1.1").send().expect_mistakes(400, &["/address"]);
    let absent = service.curl("POST", "/floating_ips/192.0.2.1").json(&json!({ "action": "unassign" })).send();
    absent.expect_problem(404);
    assert_eq!(lasting(&everything(&service)), lasting(&before), "nothing was changed");
}

/// No address belongs to two, and nobody is told who has one.
// Shows: AUTH-NO-ORACLE, LIST-PAGE-COMPLETE
#[test]
fn an_address_is_one_accounts_at_a_time() {
    if !curl::is_there("an_address_is_one_accounts_at_a_time") {
        return;
    }
    let service = Service::start();
    let other = other_account(&service);
    let ask = |method: &str, path: &str| service.curl_without_token(method, path).token(&other);
    let mut addresses = Vec::new();
    for _ in 0..3 {
        addresses.push(reserve(&service, &json!({ "region": "fra" })).text_at("/floating_ip/address"));
        let theirs = ask("POST", "/floating_ips").json(&json!({ "region": "fra" })).send().expect(201);
        addresses.push(theirs.text_at("/floating_ip/address"));
    }
    let mut distinct = addresses.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), addresses.len(), "six addresses in {addresses:?}");
    let mine: Vec<Value> = walk(&service, "floating_ips", 2, "").iter().map(|item| item["address"].clone()).collect();
    let mut expected: Vec<&String> = addresses.iter().step_by(2).collect();
    expected.sort_unstable();
    assert_eq!(json!(mine), json!(expected), "in the order of their texts");

    let path = format!("/floating_ips/{}", addresses[0]);
    for method in ["GET", "DELETE"] {
        ask(method, &path).send().expect_problem(404);
    }
    ask("POST", &path).json(&json!({ "action": "unassign" })).send().expect_problem(404);
    let stacklet = new_stacklet(&service, "fra");
    let refused = ask("POST", "/floating_ips").json(&json!({ "stacklet_id": stacklet })).send();
    refused.expect_mistakes(422, &["/stacklet_id"]);
    ask("GET", "/floating_ips").send().expect(200).expect_at("/meta/pagination/total", 3);
    let sorted = service.curl("GET", "/floating_ips?sort=-created_at&region=fra").send().expect(200);
    sorted.expect_at("/floating_ips/0/address", addresses[4].as_str()).expect_at("/meta/sort", "-created_at");
    service.curl("GET", "/floating_ips?region=xyz").send().expect(200).expect_at("/floating_ips", json!([]));
}

/// Neither an address nor a load balancer leads to another region.
#[test]
fn a_stacklet_that_moves_leaves_its_address() {
    if !curl::is_there("a_stacklet_that_moves_leaves_its_address") {
        return;
    }
    let service = Service::start();
    let stacklet =
        |region: &str| json!({ "name": "web", "size": "b-1vcpu-1gb", "image": super::IMAGE, "region": region });
    let put = |region: &str| service.curl("PUT", "/stacklets/1000000024").json(&stacklet(region)).send();
    put("fra").expect(201);
    let path = path(&reserve(&service, &json!({ "stacklet_id": 1_000_000_024 })));
    settled(&service, &path, "/floating_ip/task").expect_at("/floating_ip/stacklet_id", 1_000_000_024);
    let balancer = super::load_balancers::body("fra", &[], &[1_000_000_024]);
    let balancer = service.curl("POST", "/load_balancers").json(&balancer).send().expect(201);
    let balancer = format!("/load_balancers/{}", balancer.text_at("/load_balancer/uuid"));
    put("lon").expect(200);
    read(&service, &path, 200).expect_at("/floating_ip/stacklet_id", Value::Null);
    let left = service.curl("GET", &balancer).send().expect(200);
    left.expect_at("/load_balancer/stacklet_ids", json!([]));
}

/// What a deleted project held is in the default project.
// Shows: DELETE-CHILDREN
#[test]
fn what_a_deleted_project_held_stays() {
    if !curl::is_there("what_a_deleted_project_held_stays") {
        return;
    }
    let service = Service::start();
    let project = service.curl("POST", "/projects").json(&json!({ "name": "web", "color": "#0061FF" })).send();
    let project = project.expect(201).text_at("/project/uuid");
    let mut balancer = super::load_balancers::body("fra", &[], &[]);
    balancer["project_uuid"] = json!(project);
    let bodies = [
        ("floating_ips", json!({ "region": "fra", "project_uuid": project })),
        ("domains", json!({ "name": "example.com", "project_uuid": project })),
        ("load_balancers", balancer),
    ];
    for (list, body) in &bodies {
        service.curl("POST", &format!("/{list}")).json(body).send().expect(201);
        assert_eq!(walk(&service, list, 25, &format!("&project_uuid={project}")).len(), 1, "{list}");
    }
    let default = service.curl("POST", "/domains").json(&json!({ "name": "default.example" })).send().expect(201);
    let default = default.text_at("/domain/project_uuid");
    service.curl("DELETE", &format!("/projects/{project}")).send().expect(204);
    for (list, _) in bodies {
        assert!(walk(&service, list, 25, &format!("&project_uuid={project}")).is_empty(), "{list}");
        let moved = walk(&service, list, 25, &format!("&project_uuid={default}"));
        assert!(!moved.is_empty(), "expected {list} in the default project");
    }
}
