//! Tasks: listed, read, given up when they get stuck, and nobody else's.

use serde_json::{Value, json};

use super::{new_stacklet, other_account, outcome, read, settled, start_still, walk};
use crate::curl;
use crate::harness::Home;

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
