//! Snapshots and backups: taken of a stacklet, changed by tasks, used to make others, and not deleted while in use.

use serde_json::{Value, json};

use super::{IMAGE, count, everything, new_stacklet, other_account, outcome, read, settled, walk};
use crate::curl;
use crate::harness::{Home, Service};

/// A stacklet with backups, with the snapshot 2 and the backup 1.
fn start() -> (Service, u64) {
    let service = Home::new().start(&["--task-duration", "20ms"]);
    let id = new_stacklet(&service, "fra");
    settled(&service, &format!("/stacklets/{id}"), "/stacklet/task");
    for body in [json!({ "action": "enable_backups" }), json!({ "action": "snapshot", "name": "kept" })] {
        let begun = service.curl("POST", &format!("/stacklets/{id}")).json(&body).send().expect(202);
        outcome(&service, &begun).expect_at("/task/status", "completed");
    }
    (service, id)
}

// Shows: DELETE-CHILDREN
#[test]
fn an_image_in_use_stays() {
    if !curl::is_there("an_image_in_use_stays") {
        return;
    }
    let (service, _) = start();
    for (path, image) in [("/snapshots/2", 2), ("/backups/1", 1)] {
        let body = json!({ "name": "copy", "size": "b-1vcpu-1gb", "image": image, "region": "fra" });
        let copy = service.curl("POST", "/stacklets").json(&body).send().expect(201);
        copy.expect_at("/stacklet/image", image);
        let copy = format!("/stacklets/{}", copy.number_at("/stacklet/id"));
        let before = read(&service, path, 200);
        let refused = service.curl("DELETE", path).send().expect_problem(409);
        refused.expect_at("/type", "https://api.stacklets.example/problems/in-use");
        read(&service, path, 200).expect_same(&before, crate::exchange::Exchange::json);
        let back = json!({ "name": "copy", "size": "b-1vcpu-1gb", "image": IMAGE, "region": "fra" });
        service.curl("PUT", &copy).json(&back).send().expect(200);
        service.curl("DELETE", path).send().expect(204);
        read(&service, path, 404);
        service.curl("DELETE", path).send().expect_problem(404);
    }
    let stacklet = read(&service, "/stacklets/1", 200);
    stacklet.expect_at("/stacklet/snapshot_ids", json!([])).expect_at("/stacklet/backup_ids", json!([]));
}

#[test]
fn snapshots_move_and_backups_become_snapshots() {
    if !curl::is_there("snapshots_move_and_backups_become_snapshots") {
        return;
    }
    let (service, id) = start();
    let elsewhere = json!({ "name": "far", "size": "b-1vcpu-1gb", "image": 2, "region": "dal" });
    let refused = service.curl("POST", "/stacklets").json(&elsewhere).send().expect_mistakes(422, &["/image"]);
    refused.expect_at("/type", "https://api.stacklets.example/problems/reference-unfit");
    let transfer = json!({ "action": "transfer", "region": "dal" });
    let begun = service.curl("POST", "/snapshots/2").json(&transfer).send().expect(202);
    begun.expect_at("/snapshot/regions", json!(["fra"])).expect_at("/snapshot/task/name", "transfer");
    outcome(&service, &begun).expect_at("/task/resource/type", "snapshot");
    read(&service, "/snapshots/2", 200).expect_at("/snapshot/regions", json!(["fra", "dal"]));
    service.curl("POST", "/stacklets").json(&elsewhere).send().expect(201);
    assert_eq!(walk(&service, "snapshots", 1, "&region=dal").len(), 1);
    assert_eq!(walk(&service, "snapshots", 1, "&region=lon").len(), 0);
    let nowhere = json!({ "action": "transfer", "region": "nowhere" });
    service.curl("POST", "/snapshots/2").json(&nowhere).send().expect_mistakes(422, &["/region"]);

    let begun = service.curl("POST", "/backups/1").json(&json!({ "action": "convert" })).send().expect(202);
    outcome(&service, &begun).expect_at("/task/status", "completed");
    read(&service, "/backups/1", 404);
    read(&service, "/snapshots/1", 200).expect_at("/snapshot/stacklet_id", id);
    let listed = format!("/stacklets/{id}/snapshots?sort=-name&query=K");
    read(&service, &listed, 200).expect_at("/snapshots/0/id", 2).expect_at("/meta/pagination/total", 2);
    read(&service, &format!("/stacklets/{id}/backups"), 200).expect_at("/backups", json!([]));
    read(&service, "/stacklets/99/backups", 404);
    read(&service, "/stacklets/99/snapshots", 404);

    // They outlive their stacklet.
    service.curl("DELETE", &format!("/stacklets/{id}")).send().expect(204);
    read(&service, "/snapshots/1", 200).expect_at("/snapshot/stacklet_id", Value::Null);
    assert_eq!(count(&service, "snapshots", "stacklet_id", Value::Null), 2);
}

// Shows: AUTH-NO-ORACLE
#[test]
fn images_of_others_are_not_found() {
    if !curl::is_there("images_of_others_are_not_found") {
        return;
    }
    let (service, _) = start();
    let before = everything(&service);
    let other = other_account(&service);
    let send = |method: &str, path: &str, body: &Value| {
        service.curl_without_token(method, path).json(body).token(&other).send()
    };
    for path in ["/snapshots/2", "/backups/1"] {
        service.curl_without_token("GET", path).token(&other).send().expect_problem(404);
        service.curl_without_token("DELETE", path).token(&other).send().expect_problem(404);
    }
    send("POST", "/snapshots/2", &json!({ "action": "rename", "name": "mine" })).expect_problem(404);
    send("POST", "/backups/1", &json!({ "action": "convert" })).expect_problem(404);
    let body = json!({ "name": "copy", "size": "b-1vcpu-1gb", "image": 2, "region": "fra" });
    let refused = send("POST", "/stacklets", &body).expect_mistakes(422, &["/image"]);
    refused.expect_at("/errors/0/detail", "There is no snapshot or backup 2.");
    assert_eq!(everything(&service), before);
}
