//! The handlers through the runtime, without a network: what the contract leaves to them. What the
//! whole system promises is tested from outside.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use methodical_server::Limits;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::access;
use crate::service::operations;
use crate::store::Database;
use crate::tasks::Tasks;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFc4TYgVlfep/+RPPNXFpRYk4Lv44JXHO80ArrQwJCga";

/// The API over a new store, with a caller.
pub(crate) struct Setup {
    router: Router,
    pub(crate) store: Database,
    token: String,
    _folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) body: Value,
}

impl Setup {
    pub(crate) async fn new() -> Setup {
        Setup::with(Tasks::default()).await
    }

    pub(crate) async fn with(tasks: Tasks) -> Setup {
        let folder = tempfile::tempdir().unwrap();
        let store = Database::open(folder.path()).unwrap();
        let token = access::create_token(&store, "ada").await.unwrap();
        Setup {
            router: operations(store.clone(), Limits::default(), tasks).into_router(),
            store,
            token: token.reveal().to_owned(),
            _folder: folder,
        }
    }

    /// Goes on as another account.
    pub(crate) async fn become_account(&mut self, name: &str) {
        self.token = access::create_token(&self.store, name).await.unwrap().reveal().to_owned();
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1{path}"))
            .header("Authorization", format!("Token {}", self.token))
            .header("Content-Type", "application/json");
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let etag = response.headers().get("ETag");
        let etag = etag.map(|etag| etag.to_str().unwrap().to_owned());
        let location = response.headers().get("Location");
        let location = location.map(|location| location.to_str().unwrap().to_owned());
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status: status.as_u16(), etag, location, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some(&body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(&body)).await
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: StatusCode) -> Answer {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// Status, type, sentence, and each mistake with its place.
    pub(crate) fn problem(&self) -> String {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let kind = text(&self.body["type"]);
        let kind = kind.rsplit('/').next().unwrap_or_default();
        let head = format!("{} {kind}: {}", self.status, text(&self.body["detail"]));
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.fold(head, |all, error| {
            let [place, pointer, detail] = ["location", "pointer", "detail"].map(|member| text(&error[member]));
            format!("{all}\n{place} {pointer}: {detail}")
        })
    }
}

pub(crate) fn stacklet() -> Value {
    json!({ "name": "web", "size": "b-1vcpu-1gb", "image": "ubuntu-20-04-1-x64", "region": "fra" })
}

/// A token is good if it was made as records are, though below the transactions of requests.
#[tokio::test]
async fn a_token_opens_the_account_it_was_made_for() {
    let mut setup = Setup::new().await;
    let profile = setup.get("/account/profile").await.expect(StatusCode::OK);
    assert_eq!(profile.body["profile"]["first_name"], "ada");
    let other = access::create_token(&setup.store, "bob").await.unwrap();
    setup.token = other.reveal().to_owned();
    let profile = setup.get("/account/profile").await.expect(StatusCode::OK);
    assert_eq!(profile.body["profile"]["email"], "bob@stacklets.example");
    access::revoke_token(&setup.store, &other.id()).await.unwrap();
    setup.get("/account/profile").await.expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn accounts_own_what_they_make() {
    let mut setup = Setup::new().await;
    setup.put("/tags/a", json!({})).await.expect(StatusCode::CREATED);
    // The names of accounts must not run into each other.
    for account in ["ad", "adaa", "b"] {
        let token = access::create_token(&setup.store, account).await.unwrap();
        setup.token = token.reveal().to_owned();
        let list = setup.get("/tags").await.expect(StatusCode::OK);
        assert_eq!(list.body["tags"], json!([]), "{account}");
        setup.get("/tags/a").await.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_stacklet_has_all_its_members() {
    let setup = Setup::new().await;
    let made = setup.post("/stacklets", stacklet()).await.expect(StatusCode::CREATED);
    let mut shown = made.body["stacklet"].clone();
    shown["created_at"] = "then".into();
    shown["project_uuid"] = "the default one".into();
    insta::assert_json_snapshot!(shown, @r#"
    {
      "backup_ids": [],
      "backups": false,
      "created_at": "then",
      "disk": 26843545600,
      "firewall_uuid": null,
      "id": 1,
      "image": "ubuntu-20-04-1-x64",
      "locked": true,
      "memory": 1073741824,
      "name": "web",
      "networks": {
        "v4": [
          {
            "address": "192.0.2.3",
            "gateway": "192.0.2.1",
            "netmask": "255.255.255.0",
            "type": "public"
          }
        ],
        "v6": [
          {
            "address": "2001:db8::2",
            "gateway": "2001:db8::1",
            "netmask": 64,
            "type": "public"
          }
        ]
      },
      "private_networking": false,
      "project_uuid": "the default one",
      "recovery_mode": false,
      "region": "fra",
      "size": "b-1vcpu-1gb",
      "snapshot_ids": [],
      "ssh_keys": [],
      "status": "new",
      "tags": [],
      "task": {
        "description": {
          "completed": "The stacklet was created.",
          "progress": "The stacklet is being created."
        },
        "id": 1,
        "name": "create"
      },
      "userdata_uuid": null,
      "vcpu": 1,
      "volume_uuids": [],
      "vpc_uuid": null
    }
    "#);
    let found = setup.get("/stacklets/1").await.expect(StatusCode::OK);
    assert_eq!((found.body, found.etag), (made.body, made.etag));
}

#[tokio::test]
async fn what_is_left_out_has_its_default_and_is_shown() {
    let setup = Setup::new().await;
    let tag = setup.put("/tags/a", json!({})).await.expect(StatusCode::CREATED);
    assert_eq!(tag.body["tag"].get("description"), Some(&Value::Null));
    let mut body = stacklet();
    body["backups"] = true.into();
    body["tags"] = json!(["a"]);
    let path = "/stacklets/1000000000";
    setup.put(path, body).await.expect(StatusCode::CREATED);
    let bare = setup.put(path, stacklet()).await.expect(StatusCode::OK);
    let same = setup.put(path, stacklet()).await.expect(StatusCode::OK);
    assert_eq!(bare.body["stacklet"]["backups"], false);
    assert_eq!(bare.body["stacklet"]["tags"], json!([]));
    assert_eq!((bare.body, bare.etag), (same.body, same.etag), "nothing changed");
}

#[tokio::test]
async fn a_bigger_size_changes_what_it_decides_and_nothing_else() {
    let setup = Setup::new().await;
    let before = setup.post("/stacklets", stacklet()).await.expect(StatusCode::CREATED);
    let mut body = stacklet();
    body["size"] = "b-8vcpu-32gb".into();
    let after = setup.put("/stacklets/1", body).await.expect(StatusCode::OK);
    let mut expected = before.body["stacklet"].clone();
    for (member, value) in [("vcpu", 8), ("memory", 32 << 30), ("disk", 640_u64 << 30)] {
        expected[member] = value.into();
    }
    expected["size"] = "b-8vcpu-32gb".into();
    assert_eq!(after.body["stacklet"], expected);
}

#[tokio::test]
async fn references_that_lead_nowhere_are_all_named() {
    let setup = Setup::new().await;
    let mut body = stacklet();
    body["region"] = "nowhere".into();
    insta::assert_snapshot!(setup.post("/stacklets", body.clone()).await.problem(), @r"
    422 reference-missing: There is no region `nowhere`.
    body /region: There is no region `nowhere`.
    ");
    body["size"] = "huge".into();
    body["tags"] = json!(["absent"]);
    body["ssh_keys"] = json!([3]);
    insta::assert_snapshot!(setup.put("/stacklets/7", body).await.problem(), @r"
    422 identifier-reserved: The request has 5 mistakes; `errors` names each.
    path /id: There is no stacklet 7, and a PUT creates only from 1000000000 upwards.
    body /region: There is no region `nowhere`.
    body /tags/0: There is no tag `absent`.
    body /ssh_keys/0: There is no SSH key 3.
    body /size: There is no size `huge`.
    ");
    let list = setup.get("/stacklets").await.expect(StatusCode::OK);
    assert_eq!(list.body["meta"]["pagination"]["total"], 0);
}

#[tokio::test]
async fn numbers_of_the_service_are_not_the_clients() {
    let setup = Setup::new().await;
    let key = json!({ "name": "k", "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" });
    insta::assert_snapshot!(setup.put("/ssh_keys/999999999", key.clone()).await.problem(), @r"
    422 identifier-reserved: The request has 2 mistakes; `errors` names each.
    path /id: There is no SSH key 999999999, and a PUT creates only from 1000000000 upwards.
    body /public_key: The key is not a whole key of its type; a part of it may be missing.
    ");
    insta::assert_snapshot!(setup.post("/ssh_keys", key).await.problem(), @r"
    422 about:blank: The key is not a whole key of its type; a part of it may be missing.
    body /public_key: The key is not a whole key of its type; a part of it may be missing.
    ");
}

/// READONLY-NOT-WRITABLE: refused and not dropped in silence.
#[tokio::test]
async fn what_the_service_sets_is_refused() {
    let setup = Setup::new().await;
    let body = json!({ "name": "a", "created_at": null, "description": 1 });
    insta::assert_snapshot!(setup.put("/tags/a", body).await.problem(), @r"
    422 about:blank: The request has 3 mistakes; `errors` names each.
    body /created_at: is read-only and must be absent
    body /description: must be a string, not a number
    body /name: is read-only and must be absent
    ");
    setup.get("/tags/a").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_name_is_given_once() {
    let setup = Setup::new().await;
    setup.post("/tags", json!({ "name": "a" })).await.expect(StatusCode::CREATED);
    insta::assert_snapshot!(setup.post("/tags", json!({ "name": "a" })).await.problem(), @r"
    409 name-taken: There is a tag `a` already.
    body /name: There is a tag `a` already.
    ");
}

/// DELETE-CHILDREN.
#[tokio::test]
async fn what_is_deleted_leaves_the_stacklets() {
    let setup = Setup::new().await;
    setup.put("/tags/a", json!({})).await.expect(StatusCode::CREATED);
    setup.put("/tags/b", json!({})).await.expect(StatusCode::CREATED);
    let key = json!({ "name": "k", "public_key": KEY });
    setup.post("/ssh_keys", key).await.expect(StatusCode::CREATED);
    let mut body = stacklet();
    body["tags"] = json!(["a", "b"]);
    body["ssh_keys"] = json!([1]);
    setup.post("/stacklets", body).await.expect(StatusCode::CREATED);
    setup.send("DELETE", "/tags/a", None).await.expect(StatusCode::NO_CONTENT);
    setup.send("DELETE", "/ssh_keys/1", None).await.expect(StatusCode::NO_CONTENT);
    let left = setup.get("/stacklets/1").await.expect(StatusCode::OK);
    assert_eq!(left.body["stacklet"]["tags"], json!(["b"]));
    assert_eq!(left.body["stacklet"]["ssh_keys"], json!([]));
}

/// Every page of every list, also with more items than a step of the store's has.
#[tokio::test]
async fn pages_have_every_item_once() {
    let setup = Setup::new().await;
    let names: Vec<String> = (0..300).map(|number| format!("web-{number}")).collect();
    let mut body = stacklet();
    body.as_object_mut().unwrap().remove("name");
    for names in names.chunks(50) {
        body["names"] = json!(names);
        body["region"] = if names[0] == "web-100" { "dal" } else { "fra" }.into();
        setup.post("/stacklets", body.clone()).await.expect(StatusCode::CREATED);
    }
    for (query, expected) in [("", 300), ("&region=fra", 250), ("&region=dal", 50)] {
        let mut seen = Vec::new();
        let mut next = Value::from(1);
        while let Some(page) = next.as_u64() {
            let path = format!("/stacklets?per_page=49&page={page}{query}");
            let list = setup.get(&path).await.expect(StatusCode::OK);
            let ids = list.body["stacklets"].as_array().unwrap().iter();
            seen.extend(ids.map(|item| item["id"].as_u64().unwrap()));
            next = list.body["meta"]["pagination"]["next_page"].clone();
        }
        assert!(seen.is_sorted_by(|left, right| left < right), "{query}");
        assert_eq!(seen.len(), expected, "{query}");
    }
}
