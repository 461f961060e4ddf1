//! Tasks from their beginning to their end, with the worker's rounds made by hand at times of the test's choice.

use axum::http::StatusCode;
use jiff::SignedDuration;
use methodical_server::wire::Timestamp;
use serde_json::{Value, json};

use super::begin::Tasks;
use super::worker::round;
use crate::handlers::tests::{Answer, Setup, stacklet};
use crate::metrics::Metrics;

pub(super) const SECOND: SignedDuration = SignedDuration::from_secs(1);
pub(super) const HOUR: SignedDuration = SignedDuration::from_hours(1);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Work that takes a second and is given up after an hour.
pub(super) fn tasks() -> Tasks {
    Tasks::new(SECOND, HOUR)
}

/// The rounds of a worker at a time from now.
pub(super) async fn work(setup: &Setup, after: SignedDuration) {
    let now = Timestamp::now() + after;
    while round(&setup.store, &tasks(), &Metrics::default(), now).await.unwrap() > 0 {}
}

async fn new_stacklet(setup: &Setup) -> Value {
    let made = setup.post("/stacklets", stacklet()).await.expect(StatusCode::CREATED);
    made.body["stacklet"].clone()
}

/// A stacklet that is switched on.
pub(super) async fn active(setup: &Setup) -> String {
    let made = new_stacklet(setup).await;
    work(setup, SECOND).await;
    format!("/stacklets/{}", made["id"])
}

/// What a resource shows after an action and its end.
pub(super) async fn acted(setup: &Setup, path: &str, action: Value) -> Value {
    let accepted = setup.post(path, action.clone()).await.expect(StatusCode::ACCEPTED);
    let busy = setup.post(path, action).await;
    assert!(busy.problem().starts_with("409 task-in-progress: The task "), "{}", busy.problem());
    work(setup, SECOND).await;
    let task = follow(setup, &accepted).await;
    assert_eq!(task["status"], "completed", "{task}");
    let shown = setup.get(path).await.expect(StatusCode::OK).body;
    let resource = shown.as_object().unwrap().values().next().unwrap();
    assert_eq!(resource["task"], Value::Null);
    resource.clone()
}

/// The task that an answer's `Location` leads to.
pub(super) async fn follow(setup: &Setup, accepted: &Answer) -> Value {
    let location = accepted.location.as_deref().unwrap();
    let path = location.strip_prefix("/v1").unwrap_or_else(|| panic!("{location}"));
    setup.get(path).await.expect(StatusCode::OK).body["task"].clone()
}

#[tokio::test]
async fn a_new_stacklet_becomes_active() {
    let setup = Setup::with(tasks()).await;
    let made = new_stacklet(&setup).await;
    assert_eq!(
        (&made["status"], &made["locked"], &made["task"]["name"]),
        (&json!("new"), &json!(true), &json!("create"))
    );
    let task = format!("/tasks/{}", made["task"]["id"]);
    work(&setup, SignedDuration::ZERO).await;
    let before = setup.get(&task).await.expect(StatusCode::OK).body["task"].clone();
    assert_eq!((&before["status"], &before["ended_at"]), (&json!("in_progress"), &Value::Null));
    assert_eq!(before["resource"], json!({ "id": "1", "type": "stacklet" }));
    work(&setup, SECOND).await;
    let shown = setup.get("/stacklets/1").await.expect(StatusCode::OK).body["stacklet"].clone();
    assert_eq!((&shown["status"], &shown["locked"], &shown["task"]), (&json!("active"), &json!(false), &Value::Null));
    let after = setup.get(&task).await.expect(StatusCode::OK).body["task"].clone();
    assert_eq!((&after["status"], &after["error"]), (&json!("completed"), &Value::Null));
    assert!(after["ended_at"].is_string());
}

// Shows: LRO-MONITOR
#[tokio::test]
async fn what_gets_stuck_is_given_up_and_frees_its_resource() {
    let stuck = Tasks::new(HOUR, SECOND);
    let setup = Setup::with(stuck.clone()).await;
    let made = new_stacklet(&setup).await;
    let task = format!("/tasks/{}", made["task"]["id"]);
    for (after, status) in [(SignedDuration::ZERO, "in_progress"), (SECOND, "timed_out"), (HOUR * 2, "timed_out")] {
        while round(&setup.store, &stuck, &Metrics::default(), Timestamp::now() + after).await.unwrap() > 0 {}
        assert_eq!(setup.get(&task).await.expect(StatusCode::OK).body["task"]["status"], status);
    }
    let shown = setup.get("/stacklets/1").await.expect(StatusCode::OK).body["stacklet"].clone();
    assert_eq!((&shown["status"], &shown["locked"], &shown["task"]), (&json!("new"), &json!(false), &Value::Null));
    setup.post("/stacklets/1", json!({ "action": "power_on" })).await.expect(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn work_that_was_done_while_nobody_looked_counts() {
    let setup = Setup::with(tasks()).await;
    new_stacklet(&setup).await;
    work(&setup, HOUR * 5).await;
    let shown = setup.get("/stacklets/1").await.expect(StatusCode::OK).body["stacklet"].clone();
    assert_eq!(shown["status"], "active");
}

#[tokio::test]
async fn a_task_is_forgotten_a_week_after_its_end() {
    let setup = Setup::with(tasks()).await;
    new_stacklet(&setup).await;
    work(&setup, SECOND).await;
    work(&setup, WEEK).await;
    setup.get("/tasks/1").await.expect(StatusCode::OK);
    work(&setup, WEEK + HOUR).await;
    setup.get("/tasks/1").await.expect(StatusCode::NOT_FOUND);
    let list = setup.get("/tasks").await.expect(StatusCode::OK);
    assert_eq!(list.body["tasks"], json!([]));
}

#[tokio::test]
async fn each_action_has_its_effect() {
    let setup = Setup::with(tasks()).await;
    let path = active(&setup).await;
    let path = path.as_str();
    let act = async |action: Value| acted(&setup, path, action).await;
    for (action, member, value) in [
        (json!({ "action": "power_off" }), "status", json!("off")),
        (json!({ "action": "power_on" }), "status", json!("active")),
        (json!({ "action": "shutdown" }), "status", json!("off")),
        (json!({ "action": "power_cycle" }), "status", json!("active")),
        (json!({ "action": "reboot" }), "status", json!("active")),
        (json!({ "action": "enable_recovery" }), "recovery_mode", json!(true)),
        (json!({ "action": "disable_recovery" }), "recovery_mode", json!(false)),
        (json!({ "action": "enable_backups" }), "backups", json!(true)),
        (json!({ "action": "disable_backups" }), "backups", json!(false)),
        (json!({ "action": "rename", "name": "other" }), "name", json!("other")),
        (json!({ "action": "reset_password", "password": "correct horse" }), "name", json!("other")),
        (json!({ "action": "rebuild", "image": "debian-10-6-x64" }), "image", json!("debian-10-6-x64")),
        (json!({ "action": "resize", "size": "b-1vcpu-2gb" }), "disk", json!(25_u64 << 30)),
        (json!({ "action": "resize", "size": "b-1vcpu-2gb", "disk": true }), "disk", json!(50_u64 << 30)),
        (json!({ "action": "snapshot", "name": "before" }), "snapshot_ids", json!([2])),
        (json!({ "action": "restore", "image_id": 2 }), "backup_ids", json!([1])),
    ] {
        let shown = act(action.clone()).await;
        assert_eq!(shown[member], value, "{action}");
    }
    let snapshot = setup.get("/snapshots/2").await.expect(StatusCode::OK).body["snapshot"].clone();
    assert_eq!((&snapshot["name"], &snapshot["regions"]), (&json!("before"), &json!(["fra"])));
    assert_eq!((&snapshot["disk_size"], &snapshot["size_gigabytes"]), (&json!(50_u64 << 30), &json!(2.68)));
    let backup = setup.get("/backups/1").await.expect(StatusCode::OK).body["backup"].clone();
    assert_eq!((&backup["stacklet_id"], &backup["disk_size"]), (&json!(1), &json!(25_u64 << 30)));
}

#[tokio::test]
async fn snapshots_and_backups_have_their_actions() {
    let setup = Setup::with(tasks()).await;
    let path = active(&setup).await;
    acted(&setup, &path, json!({ "action": "enable_backups" })).await;
    acted(&setup, &path, json!({ "action": "snapshot", "name": "one" })).await;
    let there = acted(&setup, "/snapshots/2", json!({ "action": "transfer", "region": "dal" })).await;
    assert_eq!(there["regions"], json!(["fra", "dal"]));
    let same = acted(&setup, "/snapshots/2", json!({ "action": "transfer", "region": "dal" })).await;
    assert_eq!(same["regions"], json!(["fra", "dal"]));
    let renamed = acted(&setup, "/snapshots/2", json!({ "action": "rename", "name": "two" })).await;
    assert_eq!(renamed["name"], "two");

    let accepted = setup.post("/backups/1", json!({ "action": "convert" })).await.expect(StatusCode::ACCEPTED);
    work(&setup, SECOND).await;
    assert_eq!(follow(&setup, &accepted).await["status"], "completed");
    setup.get("/backups/1").await.expect(StatusCode::NOT_FOUND);
    let converted = setup.get("/snapshots/1").await.expect(StatusCode::OK).body["snapshot"].clone();
    assert_eq!((&converted["name"], &converted["stacklet_id"]), (&json!("backup-1"), &json!(1)));
    let shown = setup.get(&path).await.expect(StatusCode::OK).body["stacklet"].clone();
    assert_eq!((&shown["backup_ids"], &shown["snapshot_ids"]), (&json!([]), &json!([2, 1])));
}

#[tokio::test]
async fn what_makes_work_void_ends_its_task() {
    let setup = Setup::with(tasks()).await;
    let path = active(&setup).await;
    // A PUT writes what the task would write, so the later one counts.
    let renaming = setup.post(&path, json!({ "action": "rename", "name": "late" })).await.expect(StatusCode::ACCEPTED);
    let put = setup.put(&path, stacklet()).await.expect(StatusCode::OK);
    assert_eq!((&put.body["stacklet"]["task"], &put.body["stacklet"]["locked"]), (&Value::Null, &json!(false)));
    let task = follow(&setup, &renaming).await;
    assert_eq!((&task["status"], &task["error"]), (&json!("errored"), &json!("The stacklet was replaced meanwhile.")));
    // It has nothing to do with this one.
    let taking = setup.post(&path, json!({ "action": "snapshot", "name": "s" })).await.expect(StatusCode::ACCEPTED);
    let put = setup.put(&path, stacklet()).await.expect(StatusCode::OK);
    assert_eq!(put.body["stacklet"]["task"]["name"], "snapshot");
    // What is gone needs no work.
    setup.send("DELETE", &path, None).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(follow(&setup, &taking).await["status"], "errored");
    work(&setup, SECOND).await;
    assert_eq!(setup.get("/snapshots").await.body["snapshots"], json!([]));
    assert_eq!(follow(&setup, &taking).await["error"], "The stacklet was deleted.");
}

/// The image of a restore may go while the task is at work.
#[tokio::test]
async fn an_effect_that_has_become_impossible_is_an_error() {
    let setup = Setup::with(tasks()).await;
    let path = active(&setup).await;
    acted(&setup, &path, json!({ "action": "snapshot", "name": "s" })).await;
    let restoring = setup.post(&path, json!({ "action": "restore", "image_id": 1 })).await.expect(StatusCode::ACCEPTED);
    setup.send("DELETE", "/snapshots/1", None).await.expect(StatusCode::NO_CONTENT);
    work(&setup, SECOND).await;
    let task = follow(&setup, &restoring).await;
    assert_eq!(task["status"], "errored");
    assert_eq!(task["error"], "The snapshot or backup 1 is not there any more.");
    let shown = setup.get(&path).await.expect(StatusCode::OK).body["stacklet"].clone();
    assert_eq!((&shown["task"], &shown["locked"]), (&Value::Null, &json!(false)));
}

/// Several instances look at the same timers.
#[tokio::test]
async fn several_workers_do_it_once() {
    let setup = Setup::with(tasks()).await;
    let path = active(&setup).await;
    setup.post(&path, json!({ "action": "snapshot", "name": "s" })).await.expect(StatusCode::ACCEPTED);
    let now = Timestamp::now() + SECOND;
    let tasks = tasks();
    let metrics = Metrics::default();
    let at_once = (0..8).map(|_| round(&setup.store, &tasks, &metrics, now));
    for worked in futures_util::future::join_all(at_once).await {
        worked.unwrap();
    }
    let list = setup.get("/snapshots").await.expect(StatusCode::OK).body;
    assert_eq!(list["meta"]["pagination"]["total"], 1);
}

#[tokio::test]
async fn tasks_are_listed_by_status_and_resource_and_for_their_owner_only() {
    let mut setup = Setup::with(tasks()).await;
    new_stacklet(&setup).await;
    work(&setup, SECOND).await;
    let volume = json!({ "name": "data", "size_gigabytes": 10, "region": "fra" });
    setup.post("/volumes", volume).await.expect(StatusCode::CREATED);
    for (query, ids) in [
        ("", json!([1, 2])),
        ("?sort=-created_at", json!([2, 1])),
        ("?status=completed", json!([1])),
        ("?status=in_progress&resource_type=volume", json!([2])),
        ("?resource_type=backup", json!([])),
    ] {
        let list = setup.get(&format!("/tasks{query}")).await.expect(StatusCode::OK).body;
        let found: Value = list["tasks"].as_array().unwrap().iter().map(|task| task["id"].clone()).collect();
        assert_eq!(found, ids, "{query}");
    }
    setup.become_account("bob").await;
    setup.get("/tasks/1").await.expect(StatusCode::NOT_FOUND);
    assert_eq!(setup.get("/tasks").await.expect(StatusCode::OK).body["tasks"], json!([]));
}
