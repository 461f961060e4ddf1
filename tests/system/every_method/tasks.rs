//! Tasks: listed, read, given up when they get stuck, and nobody else's.

use serde_json::{Value, json};

use super::{new_stacklet, other_account, outcome, read, settled, settled_where, start_still, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Home;
use crate::races::several;

/// Work that never comes to an end does not hold its stacklet for ever.
// Shows: LRO-MONITOR
#[test]
fn a_stuck_task_is_given_up() {
    if !curl::is_there("a_stuck_task_is_given_up") {
        return;
    }
    let service = Home::new().start(&["--task-duration", "1h", "--task-deadline", "1s"]);
    let path = format!("/stacklets/{}", new_stacklet(&service, "fra"));
    let stuck = read(&service, &path, 200);
    service.curl("POST", &path).json(&json!({ "action": "power_on" })).send().expect_problem(409);
    settled(&service, &path, "/stacklet/task")
        .expect_at("/stacklet/locked", false)
        .expect_at("/stacklet/status", "new");
    let task = read(&service, &format!("/tasks/{}", stuck.at("/stacklet/task/id")), 200);
    task.expect_at("/task/status", "timed_out");
    assert!(!task.text_at("/task/error").is_empty());
    assert!(task.text_at("/task/ended_at") >= task.text_at("/task/deadline"), "in time\n{task}");
    let next = service.curl("POST", &path).json(&json!({ "action": "power_on" })).send().expect(202);
    outcome(&service, &next).expect_at("/task/status", "timed_out");
}

/// A worker that is killed leaves its tasks to the next.
#[test]
fn tasks_outlive_the_service() {
    if !curl::is_there("tasks_outlive_the_service") {
        return;
    }
    let service = Home::new().start(&["--task-duration", "1s"]);
    let path = format!("/stacklets/{}", new_stacklet(&service, "fra"));
    let service = service.kill_and_restart();
    settled(&service, &path, "/stacklet/task").expect_at("/stacklet/status", "active");
}

/// Every instance looks at the tasks of all; each is done once, also when the one that took it on is killed.
#[test]
fn two_instances_do_each_task_once() {
    let test = "two_instances_do_each_task_once";
    if !curl::is_there(test) {
        return;
    }
    let Some(home) = Home::on_postgres(test) else {
        return;
    };
    let arguments = ["--task-duration", "200ms"];
    let mut one = home.start(&arguments);
    let other = one.start_beside(&arguments);
    let names: Vec<String> = (0..20).map(|number| format!("web-{number}")).collect();
    one.curl("POST", "/stacklets").json(&several(&names)).send().expect(201);
    let idle = |list: &Exchange| list.at("/tasks") == json!([]);
    settled_where(&other, "/tasks?status=in_progress", idle);
    for stacklet in walk(&other, "stacklets", 25, "&status=active") {
        let service = if stacklet["id"].as_u64().is_some_and(|id| id % 2 == 0) { &one } else { &other };
        let body = json!({ "action": "snapshot", "name": stacklet["name"] });
        let path = format!("/stacklets/{}", stacklet["id"]);
        service.curl("POST", &path).json(&body).send().expect(202);
    }
    one.kill();
    settled_where(&other, "/tasks?status=in_progress", idle);
    assert_eq!(walk(&other, "tasks", 100, "&status=completed").len(), 40);
    let mut taken: Vec<String> = walk(&other, "snapshots", 100, "").iter().map(|one| one["name"].to_string()).collect();
    taken.sort();
    taken.dedup();
    assert_eq!((taken.len(), walk(&other, "snapshots", 100, "").len()), (20, 20));
}

#[test]
fn tasks_are_listed_for_their_owner() {
    if !curl::is_there("tasks_are_listed_for_their_owner") {
        return;
    }
    let service = start_still();
    assert!(walk(&service, "tasks", 25, "").is_empty());
    let stacklet = new_stacklet(&service, "fra");
    for name in ["a", "b"] {
        let body = json!({ "name": name, "size_gigabytes": 1, "stacklet_id": stacklet });
        service.curl("POST", "/volumes").json(&body).send().expect(201);
    }
    let ids = |query: &str| -> Vec<Value> {
        walk(&service, "tasks", 2, query).iter().map(|task| task["id"].clone()).collect()
    };
    assert_eq!(ids(""), [1, 2, 3]);
    assert_eq!(ids("&sort=-created_at"), [3, 2, 1]);
    assert_eq!(ids("&resource_type=volume&status=in_progress"), [2, 3]);
    assert_eq!(ids("&status=completed"), [0; 0]);
    service.curl("GET", "/tasks?status=sleeping").send().expect_mistakes(400, &["/status"]);
    service.curl("DELETE", &format!("/stacklets/{stacklet}")).send().expect(204);
    assert_eq!(ids("&status=errored"), [1]);
    read(&service, "/tasks/1", 200).expect_at("/task/error", "The stacklet was deleted.");
    service.curl("DELETE", "/tasks/1").send().expect_problem(405);

    let other = other_account(&service);
    service.curl_without_token("GET", "/tasks/1").token(&other).send().expect_problem(404);
    service.curl_without_token("GET", "/tasks").token(&other).send().expect(200).expect_at("/tasks", json!([]));
}
