//! What operators see of the service: health and numbers on a port of their own, and a log in which
//! every line of a request can be found by its id.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Home, PATIENCE, Service};
use crate::raw::{Connection, Request};

const OBSERVED: [&str; 2] = ["--observe-listen", "127.0.0.1:0"];

/// Where a service says that it can be observed.
pub(crate) fn observed_at(service: &Service) -> SocketAddr {
    let log = service.log();
    let address = log.lines().find_map(|line| line.strip_prefix("observing http://")).expect("an address");
    address.parse().expect("an address")
}

/// Status and content of a GET in plain HTTP; none where nobody listens.
pub(crate) fn ask(address: SocketAddr, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket that takes options");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, content) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, content.to_owned()))
}

#[track_caller]
fn expect_ready(address: SocketAddr, status: u16, failing: &[&str]) {
    let (found, content) = ask(address, "/readyz").expect("an answer");
    assert_eq!(found, status, "{content}");
    let report: Value = serde_json::from_str(&content).expect("JSON");
    assert_eq!(report["ready"], json!(status == 200), "{content}");
    let checks = report["checks"].as_object().expect("checks");
    let not_ok = checks.iter().filter(|(_, check)| check["ok"] != json!(true)).map(|(name, _)| name.as_str());
    assert_eq!(not_ok.collect::<Vec<_>>(), failing, "{content}");
    assert!(checks.len() >= 3 && checks.values().all(|check| check["detail"].is_string()), "{content}");
}

/// The samples of a metric, as they are written.
fn samples<'t>(text: &'t str, name: &str) -> BTreeSet<&'t str> {
    let of_it = |line: &&str| line.starts_with(&format!("{name}{{")) || line.starts_with(&format!("{name} "));
    text.lines().filter(of_it).map(|line| line.strip_prefix(name).unwrap_or(line)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_tell_what_was_asked_and_how_it_went() {
    let service = Home::new().start(&[&OBSERVED[..], &["--rate-limit", "12"]].concat());
    let observed = observed_at(&service);
    let mut connection = Connection::open(&service).await;
    for (method, path, status) in [
        ("GET", "/tags", 200),
        ("GET", "/tags", 200),
        ("HEAD", "/tags", 200),
        ("GET", "/tags/none", 404),
        ("DELETE", "/tags/none", 404),
        // None of these may become a series of its own.
        ("GET", "/one-secret-path", 404),
        ("GET", "/another/secret?and=query", 404),
        ("BREW", "/tags", 501),
        ("STEEP", "/tags", 501),
        ("PATCH", "/tags", 405),
    ] {
        connection.send(&Request::new(method, path)).await.expect(status);
    }
    let put = Request::new("PUT", "/tags/a").json(&json!({}));
    connection.send(&put).await.expect(201);
    connection.send(&put).await.expect(200);
    connection.send(&put).await.expect_problem(429);
    let forged = "0123456789abcdef0123456789abcdef01234567";
    let mut stranger = Connection::open(&service).await.with_token(forged);
    stranger.send(&Request::new("GET", "/tags")).await.expect_problem(401);

    let (status, text) = ask(observed, "/metrics").expect("an answer");
    assert_eq!(status, 200);
    let expected = [
        r#"{operation="listTags",method="GET",status="200"} 2"#,
        r#"{operation="listTags",method="HEAD",status="200"} 1"#,
        r#"{operation="listTags",method="GET",status="401"} 1"#,
        r#"{operation="getTag",method="GET",status="404"} 1"#,
        r#"{operation="deleteTag",method="DELETE",status="404"} 1"#,
        r#"{operation="putTag",method="PUT",status="201"} 1"#,
        r#"{operation="putTag",method="PUT",status="200"} 1"#,
        r#"{operation="putTag",method="PUT",status="429"} 1"#,
        r#"{operation="none",method="GET",status="404"} 2"#,
        r#"{operation="none",method="PATCH",status="405"} 1"#,
        r#"{operation="none",method="other",status="501"} 2"#,
    ];
    assert_eq!(samples(&text, "stacklets_requests_total"), BTreeSet::from(expected), "{text}");
    assert_eq!(samples(&text, "stacklets_rate_refusals_total"), BTreeSet::from([" 1"]), "{text}");
    assert_eq!(samples(&text, "stacklets_requests_in_flight"), BTreeSet::from([" 0"]), "{text}");
    let durations = samples(&text, "stacklets_request_duration_seconds_count");
    assert!(durations.contains(r#"{operation="listTags",method="GET",class="2xx"} 2"#), "{text}");
    let bytes = samples(&text, "stacklets_response_content_bytes_total");
    assert!(bytes.contains(r#"{operation="listTags",method="HEAD"} 0"#), "{text}");
    for secret in ["secret", service.token.as_str(), forged, "development"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_ends_before_the_service_does() {
    let mut service = Home::new().start(&OBSERVED);
    let observed = observed_at(&service);
    assert_eq!(ask(observed, "/livez"), Some((200, "alive\n".to_owned())));
    expect_ready(observed, 200, &[]);
    assert_eq!(ask(observed, "/v1/tags").map(|(status, _)| status), Some(404), "no operation is on this port");

    let mut busy = Connection::open(&service).await;
    let request = Request::new("PUT", "/tags/last").json(&json!({}));
    let last = busy.hold_back(&request).await.expect("a request under way");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (_, text) = ask(observed, "/metrics").expect("an answer");
    assert_eq!(samples(&text, "stacklets_requests_in_flight"), BTreeSet::from([" 1"]), "{text}");
    service.ask_to_stop("TERM");
    let began = Instant::now();
    while ask(observed, "/readyz").is_some_and(|(status, _)| status == 200) {
        assert!(began.elapsed() < PATIENCE, "it stays ready");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    expect_ready(observed, 503, &["shutdown"]);
    assert_eq!(ask(observed, "/livez").map(|(status, _)| status), Some(200), "alive to the end");
    busy.write(&[last]).await.expect("a connection that is still there");
    busy.read(&request).await.expect("an answer").expect(201);
    assert_eq!(service.wait_until_it_ends().code(), Some(0));
    assert_eq!(ask(observed, "/livez"), None);
}

#[test]
fn there_is_no_port_for_operators_unless_they_ask_for_it() {
    let service = Service::start();
    assert!(!service.log().contains("observing"), "{}", service.log());
    let (taken, home) = (service.address.to_string(), Home::new());
    let failed = home.run(&["serve", "--listen", "127.0.0.1:0", "--data", "data", "--observe-listen", &taken]);
    assert_eq!(failed.code, Some(1), "{failed:#?}");
    assert!(failed.stderr.contains("--observe-listen") && failed.stderr.contains("taken"), "{failed:#?}");
}

/// The objects of the log, one a line, that belong to the request of this id.
fn lines_of(service: &Service, id: &str) -> Vec<Value> {
    let log = service.log();
    let lines = log.lines().filter(|line| line.starts_with('{'));
    let objects = lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")));
    objects.filter(|line: &Value| line["span"]["request_id"] == id).collect()
}

/// The same, once there is one: a log is read beside the answers.
async fn wait_for_lines_of(service: &Service, id: &str) -> Vec<Value> {
    let began = Instant::now();
    while lines_of(service, id).is_empty() {
        assert!(began.elapsed() < PATIENCE, "expected a line of {id}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    lines_of(service, id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_has_one_line_that_says_what_it_was() {
    let service = Home::new().start(&["--log-format", "json", "--log", "info"]);
    let mut connection = Connection::open(&service).await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let get = Request::new("GET", "/tags?page=1").field("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
    let put = Request::new("PUT", "/tags/hush").json(&json!({ "description": "hush" }));
    let unknown = Request::new("GET", "/hush?hush=hush").field("traceparent", "hush");
    let odd = Request::new("HUSH-hush", "/tags");
    let exchanges = [
        connection.send(&get).await.expect(200),
        connection.send(&put).await.expect(201),
        connection.send(&unknown).await.expect_problem(404),
        connection.send(&odd).await.expect_problem(501),
    ];
    let expected = [
        json!({ "method": "GET", "operation": "listTags", "path": "/tags", "status": 200, "trace_id": trace }),
        json!({ "method": "PUT", "operation": "putTag", "path": "/tags/{name}", "status": 201 }),
        json!({ "method": "GET", "operation": null, "path": null, "status": 404 }),
        json!({ "method": "other", "operation": null, "path": null, "status": 501 }),
    ];
    for (exchange, expected) in exchanges.iter().zip(expected) {
        let id = exchange.field("X-Request-Id");
        let found = wait_for_lines_of(&service, id).await;
        assert_eq!(found.len(), 1, "one line of {id} and not {found:?}");
        let (line, span) = (&found[0], &found[0]["span"]);
        assert_eq!((&line["message"], &line["level"]), (&json!("answered"), &json!("INFO")), "{line}");
        for (name, value) in expected.as_object().expect("members") {
            assert_eq!(&span[name], value, "{name} in {line}");
        }
        assert_eq!(span["caller"], "development", "{line}");
        assert_eq!(span["bytes"], exchange.content.len(), "{line}");
        assert!(span["milliseconds"].is_u64() && line["timestamp"].is_string(), "{line}");
    }
    assert!(!service.log().contains("hush"), "what was sent stands in the log:\n{}", service.log());
}
