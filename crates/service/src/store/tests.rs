//! Opening on either engine: fresh, earlier, later, by two at once; and a server that will not do.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use methodical_server::{BoxFuture, Key, Limits, Reads as _, Store as _, Writes as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::migrations::{self, ALL, Change, LAST, MigrationError, Progress, Step};
use super::{Address, Database, EmbeddedStore, OpenError, Place, PostgresStore, Write, testing};
use crate::chain::Chain;
use crate::token::Token;

const TABLE: &str = "things";

/// A place on each engine; the folder lives as long.
async fn places(test: &str) -> Vec<(Option<TempDir>, Place)> {
    let folder = tempfile::tempdir().unwrap();
    let here = Place::Folder(folder.path().to_owned());
    let there = testing::place(test).await;
    [(Some(folder), here)].into_iter().chain(there.map(|place| (None, place))).collect()
}

/// A later version of the service, with steps of its own.
fn later(migrate: migrations::Migrate) -> Vec<Step> {
    let records = Step { what: "for a test", change: Change::Records(migrate) };
    ALL.into_iter().chain([records]).collect()
}

/// Opens as a version with these steps does.
async fn open(place: &Place, steps: &[Step]) -> Result<Database, OpenError> {
    match place {
        Place::Folder(folder) => {
            let (store, version) = EmbeddedStore::open(folder)?;
            migrations::run(Database::Embedded(store), place, Progress::Embedded(version), steps).await
        }
        Place::Server(address) => {
            let (store, schema) = PostgresStore::open(address).await?;
            migrations::run(Database::Postgres(store), place, Progress::Postgres(schema), steps).await
        }
    }
}

async fn keep(database: &Database, key: &str, value: &'static str) {
    let mut unit = database.write().await.unwrap();
    unit.put(TABLE, key.as_bytes(), Bytes::from_static(value.as_bytes())).await.unwrap();
    unit.commit().await.unwrap();
}

async fn show(database: &Database) -> String {
    let rows = database.read().await.unwrap().scan(TABLE, Key::all(), 0, usize::MAX).await.unwrap();
    rows.iter().map(|(key, value)| format!("{}={} ", key.escape_ascii(), value.escape_ascii())).collect()
}

fn upgrade(unit: &mut Write) -> BoxFuture<'_, Result<(), MigrationError>> {
    Box::pin(migrations::for_each(unit, TABLE, |record| record["new"] = true.into()))
}

fn fail(unit: &mut Write) -> BoxFuture<'_, Result<(), MigrationError>> {
    Box::pin(async {
        upgrade(unit).await?;
        migrations::for_each(unit, "broken", |_| {}).await
    })
}

#[tokio::test]
async fn a_later_version_changes_what_an_earlier_one_wrote() {
    for (_folder, place) in places("a_later_version_changes_what_an_earlier_one_wrote").await {
        let earlier = Database::connect(&place).await.unwrap();
        keep(&earlier, "a", "{}").await;
        keep(&earlier, "b", r#"{"old":1}"#).await;
        drop(earlier);
        for _ in 0..2 {
            let database = open(&place, &later(upgrade)).await.unwrap();
            assert_eq!(show(&database).await, r#"a={\"new\":true} b={\"new\":true,\"old\":1} "#);
        }
    }
}

#[tokio::test]
async fn an_earlier_version_refuses_what_a_later_one_wrote() {
    for (folder, place) in places("an_earlier_version_refuses_what_a_later_one_wrote").await {
        drop(Database::connect(&place).await.unwrap());
        drop(open(&place, &later(upgrade)).await.unwrap());
        let refused = Database::connect(&place).await.unwrap_err();
        let told = Chain(&refused).to_string();
        let expected = format!(
            " has the schema {}, and this version of stacklets knows schemas up to {LAST}: \
             use the version that wrote it, or a later one",
            LAST + 1
        );
        assert!(told.ends_with(&expected), "{told}");
        let named = if folder.is_some() { "the store in " } else { "the database postgres://methodical@" };
        assert!(told.starts_with(named), "{told}");
    }
}

/// Nothing of a step is kept that fails, and the next start begins there again.
#[tokio::test]
async fn a_step_is_kept_whole_or_not_at_all() {
    for (_folder, place) in places("a_step_is_kept_whole_or_not_at_all").await {
        let database = Database::connect(&place).await.unwrap();
        keep(&database, "a", "{}").await;
        let mut unit = database.write().await.unwrap();
        unit.put("broken", b"b", Bytes::from_static(b"no JSON")).await.unwrap();
        unit.commit().await.unwrap();
        drop(database);
        let failed = open(&place, &later(fail)).await.unwrap_err();
        let told = Chain(&failed).to_string();
        assert!(told.contains("(for a test); nothing of that step was kept: a record of `broken`"), "{told}");
        assert_eq!(show(&Database::connect(&place).await.unwrap()).await, "a={} ");
    }
}

/// A file as the first release left it, written without any code of today: an account with a token, a
/// key, a tag, and a stacklet that has both.
fn write_first_release(folder: &std::path::Path, token: &Token) {
    let database = redb::Database::create(folder.join("store.redb")).unwrap();
    let transaction = database.begin_write().unwrap();
    let about = redb::TableDefinition::<&str, u32>::new("about-this-store");
    transaction.open_table(about).unwrap().insert("format", 1).unwrap();
    let put = |table: &str, key: Key, record: Value| {
        let rows = redb::TableDefinition::<&[u8], &[u8]>::new(table);
        let mut rows = transaction.open_table(rows).unwrap();
        rows.insert(key.as_bytes(), record.to_string().as_bytes()).unwrap();
    };
    let then = "2026-01-02T03:04:05.678901Z";
    let uuid = "0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f";
    let id = token.id();
    put("accounts", Key::new("ada"), json!({ "name": "ada", "uuid": uuid, "created_at": then }));
    let record = json!({ "id": id, "account": "ada", "digest": token.digest(), "created_at": then });
    put("tokens", Key::new(id.as_str()), record);
    put("tags", Key::new(("ada", "blue")), json!({ "created_at": then, "description": null, "name": "blue" }));
    put(
        "ssh_keys",
        Key::new(("ada", 1_u64)),
        json!({
            "created_at": then, "fingerprint": "59:8c:4e:f3:8a:21:5f:2b:9d:40:aa:3e:10:77:e1:02", "id": 1, "name": "k",
            "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFc4TYgVlfep/+RPPNXFpRYk4Lv44JXHO80ArrQwJCga",
        }),
    );
    put(
        "stacklets",
        Key::new(("ada", 1_u64)),
        json!({
            "backups": false, "created_at": then, "disk": 26_843_545_600_u64, "id": 1, "image": "ubuntu-20-04-1-x64",
            "locked": false, "memory": 1_073_741_824, "name": "web", "region": "fra", "size": "b-1vcpu-1gb",
            "networks": {
                "v4": [{ "address": "192.0.2.3", "gateway": "192.0.2.1", "netmask": "255.255.255.0", "type": "public" }],
                "v6": [{ "address": "2001:db8::2", "gateway": "2001:db8::1", "netmask": 64, "type": "public" }],
            },
            "ssh_keys": [1], "status": "active", "tags": ["blue"], "vcpu": 1,
        }),
    );
    put("methodical.sequences", Key::new("stacklets"), json!(1));
    transaction.commit().unwrap();
}

/// All that was there is there, as the contract of today shows it, and nothing is given a number that
/// was given before.
#[tokio::test]
async fn what_the_first_release_wrote_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let token = Token::generate().unwrap();
    write_first_release(folder.path(), &token);
    let database = Database::connect(&Place::Folder(folder.path().to_owned())).await.unwrap();
    let router = crate::service::router(database, Limits::default());
    let mut shown = Vec::new();
    for path in
        ["/account/profile", "/tags/blue", "/ssh_keys/1", "/stacklets/1", "/projects", "/stacklets?tag_name=blue"]
    {
        let request = Request::get(format!("/v1{path}")).header("Authorization", format!("Token {}", token.reveal()));
        let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        shown.push(serde_json::from_slice::<Value>(&body).unwrap());
    }
    let project = &shown[4]["projects"][0]["uuid"];
    assert!(project.is_string(), "{}", shown[4]);
    for resource in [&shown[1]["tag"], &shown[2]["ssh_key"], &shown[3]["stacklet"]] {
        assert_eq!(&resource["project_uuid"], project, "{resource}");
    }
    assert_eq!(shown[5]["stacklets"][0], shown[3]["stacklet"]);
}

static RUNS: AtomicU32 = AtomicU32::new(0);

fn count_runs(unit: &mut Write) -> BoxFuture<'_, Result<(), MigrationError>> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    upgrade(unit)
}

/// Of several instances that start at once, on an empty database, one migrates and the others wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_that_start_at_once_migrate_once() {
    let Some(place) = testing::place("instances_that_start_at_once_migrate_once").await else {
        return;
    };
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let place = place.clone();
            tokio::spawn(async move { open(&place, &later(count_runs)).await.map(drop) })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap();
    }
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
}

/// What a person is told, without what differs between machines.
async fn refusal(url: &str) -> String {
    let place = Place::Server(Box::new(Address::parse(url).unwrap()));
    let told = Chain(&Database::connect(&place).await.unwrap_err()).to_string();
    assert!(!told.contains("secret"), "{told}");
    told
}

#[tokio::test]
async fn a_server_that_cannot_be_used_says_why() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = listener.local_addr().unwrap().port();
    drop(listener);
    let told = refusal(&format!("postgres://ada:secret@127.0.0.1:{closed}/things")).await;
    insta::assert_snapshot!(told.replace(&closed.to_string(), "PORT"), @"the PostgreSQL server of postgres://ada@127.0.0.1:PORT/things cannot be reached (is it running, and is the address right?): error connecting to server: Connection refused (os error 111)");
    let Some(Place::Server(address)) = testing::place("a_server_that_cannot_be_used_says_why").await else {
        return;
    };
    let socket = match &address.hosts()[0] {
        tokio_postgres::config::Host::Unix(folder) => folder.display().to_string(),
        tokio_postgres::config::Host::Tcp(name) => name.clone(),
    };
    let url =
        |user: &str, database: &str| format!("postgres://{user}:secret@{}/{database}", socket.replace('/', "%2F"));
    insta::assert_snapshot!(refusal(&url("methodical", "absent")).await.replace(&socket, "SOCKET"), @"there is no such database as postgres://methodical@SOCKET:5432/absent: make it by `createdb`, or name another one in --store");
    insta::assert_snapshot!(refusal(&url("nobody", "postgres")).await.replace(&socket, "SOCKET"), @"the PostgreSQL server of postgres://nobody@SOCKET:5432/postgres refuses the user or the password (both are in the URL of --store, or the password in PGPASSWORD): db error: FATAL: role \"nobody\" does not exist");
}
