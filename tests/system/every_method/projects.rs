//! Projects: there is always one default project, and whatever belongs to a project belongs to one that is there.

use serde_json::{Value, json};

use super::{KEY, another_token, everything, idle_stacklet, read, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

const CHOSEN: &str = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";
const ABSENT: &str = "00000000-0000-4000-8000-000000000000";

fn project(name: &str) -> Value {
    json!({ "name": name, "color": "#0061FF" })
}

/// The UUID of the default project; there has to be one.
#[track_caller]
fn default_project(service: &Service) -> String {
    let projects = walk(service, "projects", 200, "");
    let defaults: Vec<&Value> = projects.iter().filter(|project| project["is_default"] == true).collect();
    assert!(defaults.len() == 1, "expected one default project in {projects:?}");
    defaults[0]["uuid"].as_str().expect("a UUID").to_owned()
}

#[test]
fn every_account_has_a_default_project() {
    if !curl::is_there("every_account_has_a_default_project") {
        return;
    }
    let service = Service::start();
    let uuid = default_project(&service);
    let profile = read(&service, "/account/profile", 200);
    let first = read(&service, &format!("/projects/{uuid}"), 200);
    first.expect_at("/project/owner_uuid", profile.at("/profile/uuid"));
    first.expect_at("/project/name", "Default").expect_at("/project/budget", "0.00");
    // It can be written like any other, and stays the default one.
    let renamed = service.curl("PUT", &format!("/projects/{uuid}")).json(&project("Ours")).send().expect(200);
    renamed.expect_at("/project/is_default", true).expect_at("/project/name", "Ours");
    let refused = service.curl("DELETE", &format!("/projects/{uuid}")).send().expect_problem(409);
    refused.expect_at("/type", "https://api.stacklets.example/problems/default-project");
    read(&service, &format!("/projects/{uuid}"), 200).expect_same(&renamed, Exchange::json);
    for value in [json!(true), json!(false)] {
        let mut body = project("Ours");
        body["is_default"] = value;
        let put = service.curl("PUT", &format!("/projects/{uuid}")).json(&body).send();
        put.expect_mistakes(422, &["/is_default"]);
    }

    let mut body = project("Next");
    body["is_default"] = true.into();
    let next = service.curl("POST", "/projects").json(&body).send().expect(201);
    next.expect_at("/project/is_default", true);
    assert_eq!(default_project(&service), next.text_at("/project/uuid"));
    let former = read(&service, &format!("/projects/{uuid}"), 200);
    former.expect_at("/project/is_default", false).expect_at("/project/name", "Ours");
    service.curl("DELETE", &format!("/projects/{uuid}")).send().expect(204);
    let tag = service.curl("PUT", "/tags/t").json(&json!({})).send().expect(201);
    tag.expect_at("/tag/project_uuid", next.at("/project/uuid"));
}

/// The date of the last change tells of changes, and not of requests.
// Shows: PUT-IDEMPOTENT
#[test]
fn a_put_that_changes_nothing_moves_no_date() {
    if !curl::is_there("a_put_that_changes_nothing_moves_no_date") {
        return;
    }
    let service = Service::start();
    let path = format!("/projects/{CHOSEN}");
    let put = |body: &Value| service.curl("PUT", &path).json(body).send();
    let created = put(&project("one")).expect(201);
    created.expect_at("/project/updated_at", created.at("/project/created_at"));
    put(&project("one")).expect(200).expect_same(&created, Exchange::json);
    let changed = put(&project("two")).expect(200);
    assert_ne!(changed.at("/project/updated_at"), created.at("/project/updated_at"), "{changed}");
    let wrong = [("budget", json!(12.5)), ("budget", json!("12.5")), ("budget", json!("-1.00"))];
    let wrong = wrong.into_iter().chain([
        ("color", json!("blue")),
        ("color", json!("#12345g")),
        ("environment", json!("development")),
        ("description", json!("x".repeat(256))),
        ("name", json!("x".repeat(176))),
        ("is_default", json!("yes")),
    ]);
    for (member, value) in wrong {
        let mut body = project("wrong");
        body[member] = value;
        let post = service.curl("POST", "/projects").json(&body).send();
        post.expect_mistakes_at(422, &format!("/{member}"));
    }
    put(&project("two")).expect(200).expect_same(&changed, Exchange::json);
}

fn load_balancer() -> Value {
    let rule = json!({ "protocol": "http", "source_port": 80, "target_port": 8080 });
    json!({ "name": "lb01", "region": "fra", "algorithm": "round_robin", "rules": [rule], "health": { "protocol": "http", "port": 80 } })
}

/// Whatever belongs to a project is found by it, and is not lost with it.
#[test]
fn what_belongs_to_a_deleted_project_moves_to_the_default_one() {
    if !curl::is_there("what_belongs_to_a_deleted_project_moves_to_the_default_one") {
        return;
    }
    let service = Service::start();
    let default = default_project(&service);
    service.curl("PUT", &format!("/projects/{CHOSEN}")).json(&project("doomed")).send().expect(201);
    let stacklet = idle_stacklet(&service, &json!({ "name": "web", "project_uuid": CHOSEN }));
    let things = [
        ("tags", "tag", json!({ "name": "t" })),
        ("ssh_keys", "ssh_key", json!({ "name": "k", "public_key": KEY })),
        ("firewalls", "firewall", json!({ "name": "f", "inbound_rules": [], "outbound_rules": [] })),
        ("domains", "domain", json!({ "name": "example.com" })),
        ("floating_ips", "floating_ip", json!({ "region": "fra" })),
        ("load_balancers", "load_balancer", load_balancer()),
    ];
    for (list, item, body) in &things {
        let post = |project: &str| {
            let mut body = body.clone();
            body["project_uuid"] = project.into();
            service.curl("POST", &format!("/{list}")).json(&body).send()
        };
        post(ABSENT).expect_mistakes(422, &["/project_uuid"]);
        post("none").expect_mistakes_at(422, "/project_uuid");
        post(CHOSEN).expect(201).expect_at(&format!("/{item}/project_uuid"), CHOSEN);
    }
    let of = |list: &str, project: &str| walk(&service, list, 200, &format!("&project_uuid={project}")).len();
    let lists: Vec<&str> = things.iter().map(|(list, _, _)| *list).chain(["stacklets"]).collect();
    for list in &lists {
        assert_eq!((of(list, CHOSEN), of(list, &default), of(list, ABSENT)), (1, 0, 0), "{list}");
    }
    service.curl("DELETE", &format!("/projects/{CHOSEN}")).send().expect(204);
    for list in &lists {
        assert_eq!((of(list, CHOSEN), of(list, &default)), (0, 1), "{list}");
    }
    read(&service, &format!("/stacklets/{stacklet}"), 200).expect_at("/stacklet/project_uuid", default);
}

/// A PUT that names no project moves to the default one; another account's project is not there.
// Shows: PUT-REPLACES-WHOLE, AUTH-NO-ORACLE
#[test]
fn what_names_no_project_belongs_to_the_default_one() {
    if !curl::is_there("what_names_no_project_belongs_to_the_default_one") {
        return;
    }
    let service = Service::start();
    let default = default_project(&service);
    service.curl("PUT", &format!("/projects/{CHOSEN}")).json(&project("mine")).send().expect(201);
    let key = |project: Value| json!({ "name": "k", "public_key": KEY, "project_uuid": project });
    let put = |path: &str, body: &Value| service.curl("PUT", path).json(body).send();
    for (path, item, body, bare) in [
        ("/tags/t", "tag", json!({ "project_uuid": CHOSEN }), json!({})),
        ("/ssh_keys/1000000007", "ssh_key", key(json!(CHOSEN)), key(Value::Null)),
    ] {
        let pointer = format!("/{item}/project_uuid");
        put(path, &bare).expect(201).expect_at(&pointer, default.as_str());
        put(path, &body).expect(200).expect_at(&pointer, CHOSEN);
        put(path, &bare).expect(200).expect_at(&pointer, default.as_str());
    }
    let other = another_token(&service, &["--account", "other"]);
    let before = everything(&service);
    let theirs = service.curl_without_token("PUT", "/tags/t").token(&other).json(&json!({ "project_uuid": CHOSEN }));
    theirs.send().expect_mistakes(422, &["/project_uuid"]);
    let theirs = service.curl_without_token("PUT", "/tags/t").token(&other).json(&json!({ "project_uuid": default }));
    theirs.send().expect_mistakes(422, &["/project_uuid"]);
    assert_eq!(everything(&service), before, "nothing was changed");
}
