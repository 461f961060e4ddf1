//! What happens to resources while tasks are at work on them, and what these find at their end.

use axum::http::StatusCode;
use bytes::Bytes;
use jiff::SignedDuration;
use methodical_server::{Key, Store as _, Writes as _};
use serde_json::{Value, json};

use super::tests::{HOUR, SECOND, acted, active, follow, tasks, work};
use crate::handlers::tests::{Answer, Setup, stacklet};

/// A stacklet whose number a client has chosen, so that another can have it afterwards.
const CHOSEN: &str = "/stacklets/1000000001";
const NUMBER: u64 = 1_000_000_001;

async fn shown(setup: &Setup, path: &str) -> Value {
    let body = setup.get(path).await.expect(StatusCode::OK).body;
    body.as_object().unwrap().values().next().unwrap().clone()
}

/// How a task ended, and why.
async fn ended(setup: &Setup, task: &str) -> (Value, Value) {
    let task = shown(setup, task).await;
    (task["status"].clone(), task["error"].clone())
}

fn task_of(answer: &Answer, resource: &str) -> String {
    format!("/tasks/{}", answer.body[resource]["task"]["id"])
}

/// A floating IP that is being led to the stacklet, and a volume that is being attached to it: their paths and tasks.
async fn on_their_way(setup: &Setup) -> [(String, String); 2] {
    let ip = setup.post("/floating_ips", json!({ "stacklet_id": NUMBER })).await.expect(StatusCode::CREATED);
    let volume = json!({ "name": "data", "size_gigabytes": 1, "region": "fra" });
    let volume = setup.post("/volumes", volume).await.expect(StatusCode::CREATED);
    let address = ip.body["floating_ip"]["address"].as_str().unwrap();
    let path = format!("/volumes/{}", volume.body["volume"]["uuid"].as_str().unwrap());
    work(setup, SECOND).await;
    let ip = format!("/floating_ips/{address}");
    let assign = json!({ "action": "assign", "stacklet_id": NUMBER });
    let assigning = setup.post(&ip, assign).await.expect(StatusCode::ACCEPTED);
    let attach = json!({ "action": "attach", "stacklet_id": NUMBER });
    let attaching = setup.post(&path, attach).await.expect(StatusCode::ACCEPTED);
    [(ip, task_of(&assigning, "floating_ip")), (path, task_of(&attaching, "volume"))]
}

#[tokio::test]
async fn nothing_follows_a_stacklet_to_another_region() {
    let setup = Setup::with(tasks()).await;
    setup.put(CHOSEN, stacklet()).await.expect(StatusCode::CREATED);
    let on_their_way = on_their_way(&setup).await;
    let mut elsewhere = stacklet();
    elsewhere["region"] = "lon".into();
    setup.put(CHOSEN, elsewhere).await.expect(StatusCode::OK);
    work(&setup, SECOND).await;
    for (path, task) in on_their_way {
        let why = format!("The stacklet {NUMBER} is in another region now.");
        assert_eq!(ended(&setup, &task).await, (json!("errored"), json!(why)), "{path}");
        let shown = shown(&setup, &path).await;
        assert_eq!((&shown["stacklet_id"], &shown["task"]), (&Value::Null, &Value::Null), "{path}");
    }
    assert_eq!(shown(&setup, CHOSEN).await["volume_uuids"], json!([]));
}

/// A number that is free again names another stacklet afterwards, which nobody wanted to have any of this.
#[tokio::test]
async fn nothing_reaches_the_successor_of_a_stacklet() {
    let setup = Setup::with(tasks()).await;
    setup.put(CHOSEN, stacklet()).await.expect(StatusCode::CREATED);
    let on_their_way = on_their_way(&setup).await;
    setup.send("DELETE", CHOSEN, None).await.expect(StatusCode::NO_CONTENT);
    setup.put(CHOSEN, stacklet()).await.expect(StatusCode::CREATED);
    work(&setup, SECOND).await;
    for (path, task) in on_their_way {
        assert_eq!(ended(&setup, &task).await.0, "errored", "{path}");
        let shown = shown(&setup, &path).await;
        assert_eq!((&shown["stacklet_id"], &shown["task"]), (&Value::Null, &Value::Null), "{path}");
    }
    assert_eq!(shown(&setup, CHOSEN).await["volume_uuids"], json!([]));
}

// Shows: PUT-READBACK
#[tokio::test]
async fn what_a_resize_has_left_can_be_put_back() {
    let setup = Setup::with(tasks()).await;
    let path = active(&setup).await;
    let bigger = acted(&setup, &path, json!({ "action": "resize", "size": "b-2vcpu-4gb" })).await;
    assert_eq!(bigger["disk"], 25_u64 << 30);
    let mut body = stacklet();
    body["size"] = "b-2vcpu-4gb".into();
    let put = setup.put(&path, body.clone()).await.expect(StatusCode::OK);
    assert_eq!(put.body["stacklet"], bigger);
    // The way back is open as long as the disk has not grown.
    acted(&setup, &path, json!({ "action": "resize", "size": "b-1vcpu-1gb" })).await;
    acted(&setup, &path, json!({ "action": "resize", "size": "b-2vcpu-4gb", "disk": true })).await;
    acted(&setup, &path, json!({ "action": "rebuild", "image": "gitlab-13-4" })).await;
    let refused = setup.post(&path, json!({ "action": "resize", "size": "b-1vcpu-1gb" })).await;
    insta::assert_snapshot!(refused.problem(), @r"
    422 reference-unfit: The request has 2 mistakes; `errors` names each.
    body /size: The disk has 85899345920 bytes, which is more than that of the size `b-1vcpu-1gb`.
    body /size: The size `b-1vcpu-1gb` cannot run the image `gitlab-13-4`.
    ");
    assert_eq!(shown(&setup, &path).await["task"], Value::Null);
}

/// A stacklet's record is damaged, so a task that needs it fails again and again.
// Shows: LRO-MONITOR
#[tokio::test]
async fn what_cannot_be_carried_out_is_given_up_and_frees_its_resource() {
    let setup = Setup::with(tasks()).await;
    active(&setup).await;
    let ip = setup.post("/floating_ips", json!({ "stacklet_id": 1 })).await.expect(StatusCode::CREATED);
    let mut unit = setup.store.write().await.unwrap();
    unit.put("stacklets", Key::new(("ada", 1_u64)).as_bytes(), Bytes::from_static(b"{}")).await.unwrap();
    unit.commit().await.unwrap();
    let path = format!("/floating_ips/{}", ip.body["floating_ip"]["address"].as_str().unwrap());
    let task = task_of(&ip, "floating_ip");
    work(&setup, SECOND).await;
    assert_eq!(ended(&setup, &task).await.0, "in_progress");
    work(&setup, HOUR + SignedDuration::from_mins(1)).await;
    assert_eq!(ended(&setup, &task).await, (json!("timed_out"), json!("It could not be carried out.")));
    assert_eq!(shown(&setup, &path).await["task"], Value::Null);
    let accepted = setup.post(&path, json!({ "action": "unassign" })).await.expect(StatusCode::ACCEPTED);
    work(&setup, HOUR + SignedDuration::from_mins(1)).await;
    assert_eq!(follow(&setup, &accepted).await["status"], "completed");
}
