//! The edges of what the contract allows: what is full, what was kept by an earlier release, what is wrong in two places.

use axum::http::StatusCode;
use bytes::Bytes;
use methodical_server::{Key, Reads as _, Store as _, Writes as _};
use serde_json::{Value, json};

use super::tests::{Setup, stacklet};

const UUID: &str = "7d5e3c8a-1f0b-4c55-8f2e-2b9c1a6d4e70";

/// Changes a record below the API, to what no request of today could make of it.
async fn rewrite(setup: &Setup, table: &'static str, key: Key, change: impl FnOnce(&mut Value)) {
    let mut unit = setup.store.write().await.unwrap();
    let bytes = unit.get(table, key.as_bytes()).await.unwrap().unwrap();
    let mut record: Value = serde_json::from_slice(&bytes).unwrap();
    change(&mut record);
    let bytes = Bytes::from(serde_json::to_vec(&record).unwrap());
    unit.put(table, key.as_bytes(), bytes).await.unwrap();
    unit.commit().await.unwrap();
}

/// What a GET shows of a firewall can be put back, from whichever side its stacklets came.
#[tokio::test]
async fn a_full_firewall_takes_no_stacklet_from_their_side_either() {
    let setup = Setup::new().await;
    let empty = json!({ "name": "fw", "inbound_rules": [], "outbound_rules": [] });
    setup.put(&format!("/firewalls/{UUID}"), empty).await.expect(StatusCode::CREATED);
    let mut body = stacklet();
    body["firewall_uuid"] = UUID.into();
    setup.post("/stacklets", body.clone()).await.expect(StatusCode::CREATED);
    let key = Key::new(("ada", UUID.parse::<methodical_server::wire::Uuid>().unwrap()));
    let fill = |record: &mut Value| record["stacklet_ids"] = (1..=999).collect();
    rewrite(&setup, "firewalls", key, fill).await;
    let mut several = body.clone();
    several.as_object_mut().unwrap().remove("name");
    several["names"] = json!(["a", "b"]);
    insta::assert_snapshot!(setup.post("/stacklets", several).await.problem(), @r"
    422 reference-unfit: A firewall has at most 1000 stacklets behind it.
    body /firewall_uuid: A firewall has at most 1000 stacklets behind it.
    ");
    setup.put("/stacklets/1000000001", body.clone()).await.expect(StatusCode::CREATED);
    assert_eq!(setup.put("/stacklets/1000000002", body.clone()).await.status, 422);
    // Those behind it stay.
    setup.put("/stacklets/1", body.clone()).await.expect(StatusCode::OK);
    setup.put("/stacklets/1000000001", body).await.expect(StatusCode::OK);
}

// Shows: PUT-READBACK
/// Earlier releases took any image, and one of today may be withdrawn tomorrow.
#[tokio::test]
async fn a_stacklet_keeps_an_image_that_could_not_be_chosen_any_more() {
    let setup = Setup::new().await;
    setup.post("/stacklets", stacklet()).await.expect(StatusCode::CREATED);
    let gone = |record: &mut Value| record["image"] = "gone-1-0-x64".into();
    rewrite(&setup, "stacklets", Key::new(("ada", 1_u64)), gone).await;
    let mut body = stacklet();
    body["image"] = "gone-1-0-x64".into();
    let shown = setup.get("/stacklets/1").await.expect(StatusCode::OK);
    let put = setup.put("/stacklets/1", body.clone()).await.expect(StatusCode::OK);
    assert_eq!((put.body, put.etag), (shown.body, shown.etag));
    body["name"] = "other".into();
    setup.put("/stacklets/1", body.clone()).await.expect(StatusCode::OK);
    // Anything else would have to make the disk anew.
    for (member, value) in [("region", "lon"), ("size", "b-1vcpu-2gb")] {
        let mut other = body.clone();
        other[member] = value.into();
        let problem = setup.put("/stacklets/1", other).await.problem();
        assert!(problem.ends_with("body /image: There is no image `gone-1-0-x64`."), "{problem}");
    }
    assert_eq!(setup.put("/stacklets/1000000001", body).await.status, 422);
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_and_with_its_key_is_told_at_once() {
    let setup = Setup::new().await;
    let [certificate, private_key] = ["CERTIFICATE", "PRIVATE KEY"].map(|what| format!("-----BEGIN {what}-----\nMIIB"));
    let body = json!({ "name": "c", "certificate": certificate, "private_key": private_key });
    insta::assert_snapshot!(setup.post("/certificates", body).await.problem(), @r"
    422 about:blank: The request has 2 mistakes; `errors` names each.
    body /certificate: It is not a certificate in PEM; a part of it may be missing.
    body /private_key: It is not a private key in PEM that is not encrypted; a part of it may be missing.
    ");
}
