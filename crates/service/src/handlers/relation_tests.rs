//! What one record's change does to others: both sides show it at once, and a refused request changes neither.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::tests::{Setup, stacklet};

const UUID: &str = "7d5e3c8a-1f0b-4c55-8f2e-2b9c1a6d4e70";
const OTHER: &str = "0e9f4a5c-8d3b-4e6f-9a1c-5b7d2f8e3c60";

/// A value with one member more, or another.
fn with(mut body: Value, member: &str, value: impl Into<Value>) -> Value {
    body[member] = value.into();
    body
}

/// What a resource shows.
async fn shown(setup: &Setup, path: &str) -> Value {
    let body = setup.get(path).await.expect(StatusCode::OK).body;
    body.as_object().unwrap().values().next().unwrap().clone()
}

async fn member(setup: &Setup, path: &str, member: &str) -> Value {
    shown(setup, path).await[member].clone()
}

async fn make(setup: &Setup, body: Value) -> Value {
    let made = setup.post("/stacklets", body).await.expect(StatusCode::CREATED);
    made.body["stacklet"].clone()
}

fn volume(stacklet: impl Into<Value>) -> Value {
    json!({ "name": "data", "size_gigabytes": 10, "region": "fra", "stacklet_id": stacklet.into() })
}

fn firewall(stacklets: &[u64]) -> Value {
    json!({ "name": "fw", "inbound_rules": [], "outbound_rules": [], "stacklet_ids": stacklets })
}

#[tokio::test]
async fn a_volume_and_its_stacklet_name_each_other() {
    let setup = Setup::new().await;
    make(&setup, stacklet()).await;
    make(&setup, stacklet()).await;
    let path = format!("/volumes/{UUID}");
    let made = setup.put(&path, volume(1)).await.expect(StatusCode::CREATED);
    assert_eq!(made.body["volume"]["size"], 10_u64 << 30);
    assert_eq!(member(&setup, "/stacklets/1", "volume_uuids").await, json!([UUID]));
    setup.put(&path, volume(2)).await.expect(StatusCode::OK);
    assert_eq!(member(&setup, "/stacklets/1", "volume_uuids").await, json!([]));
    assert_eq!(member(&setup, "/stacklets/2", "volume_uuids").await, json!([UUID]));
    setup.put(&path, volume(Value::Null)).await.expect(StatusCode::OK);
    assert_eq!(member(&setup, "/stacklets/2", "volume_uuids").await, json!([]));
    setup.put(&path, volume(2)).await.expect(StatusCode::OK);
    setup.send("DELETE", &path, None).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(member(&setup, "/stacklets/2", "volume_uuids").await, json!([]));
}

#[tokio::test]
async fn a_stacklet_begins_with_a_volume() {
    let setup = Setup::new().await;
    let new = make(&setup, with(stacklet(), "volume", json!({ "name": "data", "size_gigabytes": 5 }))).await;
    let uuid = new["volume_uuids"][0].as_str().unwrap().to_owned();
    let path = format!("/volumes/{uuid}");
    let made = shown(&setup, &path).await;
    assert_eq!((&made["stacklet_id"], &made["region"]), (&json!(1), &json!("fra")));
    assert_eq!(made["task"]["name"], "create");

    setup.put(&format!("/volumes/{UUID}"), volume(1)).await.expect(StatusCode::CREATED);
    let refused = setup.post("/stacklets", with(stacklet(), "volume", UUID)).await;
    let expected = format!(
        "422 reference-unfit: A task is at work on the volume `{UUID}`.\n\
         body /volume: A task is at work on the volume `{UUID}`."
    );
    assert_eq!(refused.problem(), expected);
    let mut several = with(stacklet(), "volume", uuid.as_str());
    several.as_object_mut().unwrap().remove("name");
    several["names"] = json!(["a", "b"]);
    let refused = setup.post("/stacklets", several.clone()).await.problem();
    assert!(
        refused.ends_with(&format!("body /volume: The volume `{uuid}` cannot be attached to 2 stacklets.")),
        "{refused}"
    );
    // New ones are made for each.
    several["volume"] = json!({ "name": "data", "size_gigabytes": 5 });
    let made = setup.post("/stacklets", several).await.expect(StatusCode::CREATED);
    let volumes: Vec<&Value> =
        made.body["stacklets"].as_array().unwrap().iter().map(|one| &one["volume_uuids"]).collect();
    assert!(volumes.iter().all(|uuids| uuids.as_array().unwrap().len() == 1) && volumes[0] != volumes[1]);
    assert_eq!(setup.get("/volumes").await.body["meta"]["pagination"]["total"], 4);
}

#[tokio::test]
async fn a_firewall_and_its_stacklets_name_each_other() {
    let setup = Setup::new().await;
    let [one, two] = [UUID, OTHER].map(|uuid| format!("/firewalls/{uuid}"));
    setup.put(&one, firewall(&[])).await.expect(StatusCode::CREATED);
    make(&setup, with(stacklet(), "firewall_uuid", UUID)).await;
    make(&setup, stacklet()).await;
    assert_eq!(member(&setup, &one, "stacklet_ids").await, json!([1]));
    // Another firewall takes it over.
    setup.put(&two, firewall(&[1, 2])).await.expect(StatusCode::CREATED);
    assert_eq!(member(&setup, &one, "stacklet_ids").await, json!([]));
    assert_eq!(member(&setup, "/stacklets/1", "firewall_uuid").await, OTHER);
    assert_eq!(member(&setup, "/stacklets/2", "firewall_uuid").await, OTHER);
    // From the side of the stacklet.
    setup.put("/stacklets/2", with(stacklet(), "firewall_uuid", UUID)).await.expect(StatusCode::OK);
    assert_eq!(member(&setup, &one, "stacklet_ids").await, json!([2]));
    assert_eq!(member(&setup, &two, "stacklet_ids").await, json!([1]));
    setup.send("DELETE", "/stacklets/2", None).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(member(&setup, &one, "stacklet_ids").await, json!([]));
    setup.send("DELETE", &two, None).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(member(&setup, "/stacklets/1", "firewall_uuid").await, Value::Null);
}

// Shows: DELETE-CHILDREN
#[tokio::test]
async fn what_belonged_to_a_stacklet_is_free_when_it_is_gone() {
    let setup = Setup::new().await;
    make(&setup, stacklet()).await;
    let path = format!("/volumes/{UUID}");
    setup.put(&path, volume(1)).await.expect(StatusCode::CREATED);
    let ip = json!({ "stacklet_id": 1 });
    let ip = setup.post("/floating_ips", ip).await.expect(StatusCode::CREATED).body["floating_ip"]["address"].clone();
    setup.send("DELETE", "/stacklets/1", None).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(member(&setup, &path, "stacklet_id").await, Value::Null);
    let ip = format!("/floating_ips/{}", ip.as_str().unwrap());
    assert_eq!(member(&setup, &ip, "stacklet_id").await, Value::Null);
}

/// What cannot follow a stacklet to another region stays behind.
#[tokio::test]
async fn volumes_do_not_travel() {
    let setup = Setup::new().await;
    make(&setup, stacklet()).await;
    let path = format!("/volumes/{UUID}");
    setup.put(&path, volume(1)).await.expect(StatusCode::CREATED);
    setup.put("/stacklets/1", with(stacklet(), "region", "lon")).await.expect(StatusCode::OK);
    assert_eq!(member(&setup, "/stacklets/1", "volume_uuids").await, json!([]));
    assert_eq!(member(&setup, &path, "stacklet_id").await, Value::Null);
    insta::assert_snapshot!(setup.put(&path, volume(1)).await.problem(), @r"
    422 reference-unfit: The stacklet 1 is in the region `lon`.
    body /stacklet_id: The stacklet 1 is in the region `lon`.
    ");
    let body = json!({ "name": "data", "size_gigabytes": 10 });
    insta::assert_snapshot!(setup.post("/volumes", body).await.problem(), @r"
    422 about:blank: A volume that is attached to no stacklet needs a region.
    body /region: A volume that is attached to no stacklet needs a region.
    ");
}

// Shows: FAILED-WRITE-NO-EFFECT
#[tokio::test]
async fn what_leads_nowhere_is_refused_and_nothing_changes() {
    let setup = Setup::new().await;
    make(&setup, stacklet()).await;
    setup.put(&format!("/volumes/{UUID}"), volume(1)).await.expect(StatusCode::CREATED);
    let mut body = stacklet();
    for member in ["firewall_uuid", "vpc_uuid", "project_uuid", "userdata_uuid"] {
        body[member] = OTHER.into();
    }
    body["image"] = json!(77);
    let before = [shown(&setup, "/stacklets/1").await, shown(&setup, &format!("/volumes/{UUID}")).await];
    insta::assert_snapshot!(setup.put("/stacklets/1", body).await.problem(), @r"
    422 reference-missing: The request has 5 mistakes; `errors` names each.
    body /firewall_uuid: There is no firewall `0e9f4a5c-8d3b-4e6f-9a1c-5b7d2f8e3c60`.
    body /userdata_uuid: There is no userdata script `0e9f4a5c-8d3b-4e6f-9a1c-5b7d2f8e3c60`.
    body /vpc_uuid: There is no VPC `0e9f4a5c-8d3b-4e6f-9a1c-5b7d2f8e3c60`.
    body /project_uuid: There is no project `0e9f4a5c-8d3b-4e6f-9a1c-5b7d2f8e3c60`.
    body /image: There is no snapshot or backup 77.
    ");
    let image = with(stacklet(), "image", "debian-9-13-x64");
    insta::assert_snapshot!(setup.post("/stacklets", image).await.problem(), @r"
    422 reference-unfit: The image `debian-9-13-x64` is not available any more.
    body /image: The image `debian-9-13-x64` is not available any more.
    ");
    insta::assert_snapshot!(setup.post("/stacklets", with(stacklet(), "volume", OTHER)).await.problem(), @r"
    422 reference-missing: There is no volume `0e9f4a5c-8d3b-4e6f-9a1c-5b7d2f8e3c60`.
    body /volume: There is no volume `0e9f4a5c-8d3b-4e6f-9a1c-5b7d2f8e3c60`.
    ");
    insta::assert_snapshot!(setup.put(&format!("/volumes/{UUID}"), volume(5)).await.problem(), @r"
    422 reference-missing: There is no stacklet 5.
    body /stacklet_id: There is no stacklet 5.
    ");
    let after = [shown(&setup, "/stacklets/1").await, shown(&setup, &format!("/volumes/{UUID}")).await];
    assert_eq!(before, after);
}
