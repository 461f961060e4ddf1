//! The actions of stacklets, seen from outside: begun with 202, followed at their task, and done.

use serde_json::{Value, json};

use super::{IMAGE, everything, follow_location, new_stacklet, outcome, read, settled, start_still};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::{Home, Service};

/// A service whose tasks end soon, with a stacklet that is active.
fn start() -> (Service, String) {
    let service = Home::new().start(&["--task-duration", "20ms"]);
    let path = format!("/stacklets/{}", new_stacklet(&service, "fra"));
    settled(&service, &path, "/stacklet/task").expect_at("/stacklet/status", "active");
    (service, path)
}

fn act(service: &Service, path: &str, body: &Value) -> Exchange {
    service.curl("POST", path).json(body).send()
}

// Shows: LRO-MONITOR
#[test]
fn every_action_is_begun_followed_and_done() {
    if !curl::is_there("every_action_is_begun_followed_and_done") {
        return;
    }
    let (service, path) = start();
    for (action, member, value) in [
        (json!({ "action": "power_off" }), "status", json!("off")),
        (json!({ "action": "power_on" }), "status", json!("active")),
        (json!({ "action": "shutdown" }), "status", json!("off")),
        (json!({ "action": "power_cycle" }), "status", json!("active")),
        (json!({ "action": "reboot" }), "status", json!("active")),
        (json!({ "action": "enable_recovery" }), "recovery_mode", json!(true)),
        (json!({ "action": "disable_recovery" }), "recovery_mode", json!(false)),
        (json!({ "action": "rename", "name": "db" }), "name", json!("db")),
        (json!({ "action": "reset_password", "password": "correct horse" }), "name", json!("db")),
        (json!({ "action": "rebuild", "image": IMAGE }), "image", json!(IMAGE)),
        (json!({ "action": "resize", "size": "b-2vcpu-2gb", "disk": true }), "size", json!("b-2vcpu-2gb")),
        (json!({ "action": "enable_backups" }), "backup_ids", json!([1])),
        (json!({ "action": "disable_backups" }), "backups", json!(false)),
        (json!({ "action": "snapshot", "name": "kept" }), "snapshot_ids", json!([2])),
        (json!({ "action": "restore", "image_id": 2 }), "snapshot_ids", json!([2])),
    ] {
        let begun = act(&service, &path, &action).expect(202);
        let task = follow_location(&service, &begun);
        task.expect_at("/task/id", begun.at("/stacklet/task/id")).expect_at("/task/name", action["action"].clone());
        outcome(&service, &begun).expect_at("/task/status", "completed").expect_at("/task/error", Value::Null);
        let done = read(&service, &path, 200);
        done.expect_at(&format!("/stacklet/{member}"), value);
        done.expect_at("/stacklet/task", Value::Null).expect_at("/stacklet/locked", false);
    }
    assert!(!service.log().contains("correct horse"), "a password in the log");
}

/// IDEM-REPLAY: one key begins one task, and tells of it again when it has long ended.
#[test]
fn an_action_under_a_key_is_begun_once() {
    if !curl::is_there("an_action_under_a_key_is_begun_once") {
        return;
    }
    let (service, path) = start();
    let body = json!({ "action": "snapshot", "name": "once" });
    let send = || service.curl("POST", &path).field("Idempotency-Key", "k").json(&body).send().expect(202);
    let first = send();
    outcome(&service, &first);
    let again = send();
    again.expect_same(&first, Exchange::json).expect_same(&first, |exchange| exchange.field("Location").to_owned());
    read(&service, &path, 200).expect_at("/stacklet/snapshot_ids", json!([1]));
}

/// FAILED-WRITE-NO-EFFECT, INVALID-REFUSED, one task at a time.
#[test]
fn what_cannot_be_begun_changes_nothing() {
    if !curl::is_there("what_cannot_be_begun_changes_nothing") {
        return;
    }
    let service = start_still();
    let path = format!("/stacklets/{}", new_stacklet(&service, "fra"));
    let before = everything(&service);
    let busy = act(&service, &path, &json!({ "action": "reboot" })).expect_problem(409);
    busy.expect_at("/type", "https://api.stacklets.example/problems/task-in-progress");
    act(&service, "/stacklets/77", &json!({ "action": "reboot" })).expect_problem(404);
    for (body, pointer) in [
        (json!({ "action": "fly" }), "/action"),
        (json!({}), "/action"),
        (json!({ "action": "rename" }), "/name"),
        (json!({ "action": "rename", "name": "not a name" }), "/name"),
        (json!({ "action": "resize", "size": "b-2vcpu-2gb", "disk": "yes" }), "/disk"),
        (json!({ "action": "power_on", "name": "x" }), "/name"),
        (json!({ "action": "reset_password", "password": "short" }), "/password"),
    ] {
        act(&service, &path, &body).expect_mistakes(422, &[pointer]);
    }
    assert_eq!(everything(&service), before, "nothing was begun");

    let (service, path) = start();
    let before = everything(&service);
    for (body, pointer, kind) in [
        (json!({ "action": "resize", "size": "huge" }), "/size", "reference-missing"),
        (json!({ "action": "restore", "image_id": 5 }), "/image_id", "reference-missing"),
        (json!({ "action": "rebuild", "image": "beos" }), "/image", "reference-missing"),
        (json!({ "action": "rebuild", "image": "debian-9-13-x64" }), "/image", "reference-unfit"),
    ] {
        let refused = act(&service, &path, &body).expect_mistakes(422, &[pointer]);
        refused.expect_at("/type", format!("https://api.stacklets.example/problems/{kind}"));
    }
    assert_eq!(everything(&service), before, "nothing was begun");
}
