//! Who may do what: tokens with scopes, accounts that see nothing of each other, limits that belong to
//! a token and keys that belong to an account.

use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::harness::{Home, Service};
use crate::races::several;
use crate::raw::{Connection, Request, send_together};

const SCOPE_MISSING: &str = "https://api.stacklets.example/problems/scope-missing";

/// A token of an account, made as an operator makes one while the service runs.
fn token(home: &Home, account: &str, more: &[&str]) -> String {
    let made = home.run(&[&["token", "create", "--data", "data", "--account", account], more].concat());
    assert_eq!(made.code, Some(0), "{made:#?}");
    made.stdout.trim().to_owned()
}

async fn connect(service: &Service, token: &str) -> Connection {
    Connection::open(service).await.with_token(token)
}

/// Requests of every method, some of which are wrong beside: who may not send them is not told so.
fn requests() -> Vec<(&'static str, Request)> {
    let tag = json!({ "description": null });
    vec![
        ("read", Request::new("GET", "/tags")),
        ("read", Request::new("HEAD", "/tags")),
        ("read", Request::new("GET", "/tags/none")),
        ("read", Request::new("HEAD", "/tags/none")),
        ("read", Request::new("GET", "/tags?page=0&nonsense=1")),
        ("read", Request::new("GET", "/account/profile")),
        ("write", Request::new("PUT", "/tags/a").json(&tag)),
        ("write", Request::new("PUT", "/tags/a").json(&json!("nonsense"))),
        ("write", Request::new("POST", "/tags").json(&json!({ "name": "a" }))),
        ("write", Request::new("POST", "/stacklets").json(&several(&["a", "b"])).field("Idempotency-Key", "k")),
        ("write", Request::new("DELETE", "/tags/kept")),
        ("write", Request::new("DELETE", "/tags/none")),
    ]
}

#[track_caller]
fn expect_scope_missing(exchange: Exchange, scope: &str) {
    if exchange.request.starts_with("HEAD") {
        exchange.expect(403);
        return;
    }
    let exchange = exchange.expect_problem(403);
    exchange.expect_at("/type", SCOPE_MISSING);
    let detail = exchange.text_at("/detail");
    assert!(detail.contains(&format!("`{scope}`")), "expected the scope {scope} to be named in\n{exchange}");
}

// Shows: AUTH-ENFORCED
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_does_what_its_scopes_allow_and_nothing_else() {
    let service = Service::start();
    let mut owner = Connection::open(&service).await;
    owner.send(&Request::new("PUT", "/tags/kept").json(&json!({}))).await.expect(201);
    for (scope, other) in [("read", "write"), ("write", "read")] {
        let limited = token(service.home(), "development", &["--scope", scope]);
        let mut connection = connect(&service, &limited).await;
        for (needed, request) in requests().into_iter().filter(|(needed, _)| *needed == other) {
            expect_scope_missing(connection.send(&request).await, needed);
        }
        let tags = owner.send(&Request::new("GET", "/tags")).await.expect(200);
        assert_eq!(tags.number_at("/meta/pagination/total"), 1, "a refused request has no effect\n{tags}");
    }
    let both = token(service.home(), "development", &["--scope", "write", "--scope", "read"]);
    for token in [both, token(service.home(), "development", &[])] {
        let mut connection = connect(&service, &token).await;
        for (_, request) in requests() {
            let exchange = connection.send(&request).await;
            assert_ne!(exchange.status, 403, "a token with both scopes may do everything\n{exchange}");
        }
    }
    let listed = service.home().run(&["token", "list", "--data", "data"]).stdout;
    let count = |scopes: &str| listed.lines().filter(|line| line.contains(&format!("  {scopes} "))).count();
    assert_eq!(["read", "write", "read,write"].map(count), [1, 1, 3], "{listed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_may_have_an_end() {
    let service = Service::start();
    let (short, long) = (
        token(service.home(), "development", &["--expires-in", "2s"]),
        token(service.home(), "development", &["--expires-in", "1d"]),
    );
    let mut connection = connect(&service, &short).await;
    connection.send(&Request::new("GET", "/tags")).await.expect(200);
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    connection.send(&Request::new("GET", "/tags")).await.expect_problem(401);
    connect(&service, &long).await.send(&Request::new("GET", "/tags")).await.expect(200);
    for wrong in ["0s", "-1h", "soon", "1mo"] {
        let refused = service.home().run(&["token", "create", "--expires-in", wrong, "--data", "data"]);
        assert_eq!(refused.code, Some(2), "{refused:#?}");
    }
}

/// What a caller is told of something, but for the id of the request.
fn told(exchange: &Exchange) -> (u16, Value) {
    let mut body = exchange.json();
    if let Some(members) = body.as_object_mut() {
        members.remove("request_id");
    }
    (exchange.status, body)
}

/// What is another account's is answered as what has never been.
// Shows: AUTH-NO-ORACLE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_see_nothing_of_each_other() {
    let service = Service::start();
    let mut ada = connect(&service, &token(service.home(), "ada", &[])).await;
    let mut bob = connect(&service, &token(service.home(), "bob", &[])).await;
    let two = ada.send(&Request::new("POST", "/stacklets").json(&several(&["web", "db"]))).await.expect(201);
    let id = two.number_at("/stacklets/0/id");
    ada.send(&Request::new("PUT", "/tags/web").json(&json!({ "description": "ada's" }))).await.expect(201);
    let path = format!("/stacklets/{id}");
    // The answer to the path of what is Ada's, and then to the same path when it is nobody's any more.
    let mut answers = Vec::new();
    for method in ["GET", "DELETE"] {
        answers.push(told(&bob.send(&Request::new(method, &path)).await.expect_problem(404)));
    }
    bob.send(&Request::new("HEAD", &path)).await.expect(404);
    for list in ["/stacklets", "/tags", "/ssh_keys"] {
        let listed = bob.send(&Request::new("GET", list)).await.expect(200);
        assert_eq!(listed.number_at("/meta/pagination/total"), 0, "{listed}");
    }
    let tag = bob.send(&Request::new("PUT", "/tags/web").json(&json!({ "description": "bob's" }))).await;
    tag.expect(201);
    bob.send(&Request::new("DELETE", "/tags/web")).await.expect(204);
    let kept = ada.send(&Request::new("GET", "/tags/web")).await.expect(200);
    kept.expect_at("/tag/description", "ada's");
    ada.send(&Request::new("GET", &path)).await.expect(200);
    ada.send(&Request::new("DELETE", &path)).await.expect(204);
    let gone = ["GET", "DELETE"];
    for (method, before) in gone.into_iter().zip(answers) {
        let after = told(&bob.send(&Request::new(method, &path)).await.expect_problem(404));
        assert_eq!(before, after, "{method} tells whether there is something");
    }
}

/// Every request is on the wire before any is answered, on as many connections.
// Shows: META-ACCESS-INFO, RATE-429-RETRY-AFTER
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_requests_at_once_the_limit_passes() {
    const LIMIT: usize = 50;
    let service = Home::new().start(&["--rate-limit", "50"]);
    let mut connections = Connection::open_many(&service, 100).await;
    let requests = vec![Request::new("PUT", "/tags/one").json(&json!({})); 100];
    let exchanges = send_together(&mut connections, &requests).await;
    let mut left = Vec::new();
    let mut refused = 0;
    for exchange in exchanges {
        match exchange.status {
            429 => {
                let exchange = exchange.expect_problem(429);
                assert_eq!(exchange.field("RateLimit-Remaining"), "0", "{exchange}");
                refused += 1;
            }
            200 => left.push(exchange.expect(200).field("RateLimit-Remaining").parse::<usize>().unwrap()),
            _ => left.push(exchange.expect(201).field("RateLimit-Remaining").parse::<usize>().unwrap()),
        }
    }
    left.sort_unstable();
    assert_eq!((left, refused), ((0..LIMIT).collect(), LIMIT), "each of the limit is given out once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_token_has_a_limit_of_its_own() {
    let service = Home::new().start(&["--rate-limit", "3"]);
    let (first, second) = (token(service.home(), "ada", &[]), token(service.home(), "ada", &["--scope", "read"]));
    let mut one = connect(&service, &first).await;
    let mut other = connect(&service, &second).await;
    let get = Request::new("GET", "/tags");
    for left in ["2", "1", "0"] {
        assert_eq!(one.send(&get).await.expect(200).field("RateLimit-Remaining"), left);
    }
    one.send(&get).await.expect_problem(429);
    assert_eq!(other.send(&get).await.expect(200).field("RateLimit-Remaining"), "2");
    // A request that a token may not send is counted like any other.
    let refused = other.send(&Request::new("DELETE", "/tags/none")).await.expect_problem(403);
    assert_eq!(refused.field("RateLimit-Remaining"), "1");
    one.send(&get).await.expect_problem(429);
}

// Shows: IDEM-REPLAY
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_belong_to_the_account() {
    let service = Service::start();
    let post = Request::new("POST", "/stacklets").json(&several(&["web"])).field("Idempotency-Key", "k-1");
    let mut answers = Vec::new();
    for account in ["ada", "ada", "bob"] {
        let mut connection = connect(&service, &token(service.home(), account, &[])).await;
        answers.push(connection.send(&post).await.expect(201));
    }
    let id = |exchange: &Exchange| exchange.number_at("/stacklets/0/id");
    answers[1].expect_same(&answers[0], id);
    assert_ne!(id(&answers[2]), id(&answers[0]), "another account's key is another key");
}
