//! Who may: tokens, accounts, the limit on requests, and the port that serves nothing.

use serde_json::{Value, json};

use super::read;
use crate::curl::{self, Curl};
use crate::exchange::Exchange;
use crate::harness::{Home, PREFIX, Service, free_address};
use crate::races::several;

/// Tokens made and revoked while the service runs count at once, and accounts do not see each other.
#[test]
fn accounts_are_apart() {
    if !curl::is_there("accounts_are_apart") {
        return;
    }
    let service = Service::start();
    let command = |arguments: &[&str]| {
        let all = [arguments, &["--data", "data"]].concat();
        let finished = service.home().run(&all);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout.trim().to_owned()
    };
    let other = command(&["token", "create", "--account", "other"]);
    let ask = |method: &str, path: &str| service.curl_without_token(method, path).token(&other);

    service.curl("PUT", "/tags/mine").json(&json!({})).send().expect(201);
    service.curl("POST", "/stacklets").json(&several(&["web"])).send().expect(201).expect_at("/stacklets/0/id", 1);
    for path in ["/tags/mine", "/stacklets/1"] {
        ask("GET", path).send().expect_problem(404);
        ask("DELETE", path).send().expect_problem(404);
        read(&service, path, 200);
    }
    ask("GET", "/stacklets").send().expect(200).expect_at("/stacklets", json!([]));
    ask("PUT", "/tags/mine").json(&json!({ "description": "theirs" })).send().expect(201);
    read(&service, "/tags/mine", 200).expect_at("/tag/description", Value::Null);
    let mine = service.curl("GET", "/account/profile").send().expect(200);
    let theirs = ask("GET", "/account/profile").send().expect(200);
    assert_ne!(mine.at("/profile/uuid"), theirs.at("/profile/uuid"), "two accounts");

    let listed = command(&["token", "list"]);
    assert!(listed.contains("other") && listed.contains(&other[..8]), "expected the token in {listed}");
    assert!(!listed.contains(&other[8..]), "expected no secret in {listed}");
    command(&["token", "revoke", &other[..8]]);
    ask("GET", "/account/profile").send().expect_problem(401);
    service.curl("GET", "/account/profile").send().expect(200);
}

/// META-ACCESS-INFO, META-RATE-MONOTONE, RATE-429-RETRY-AFTER; source 17.
// Shows: META-RATE-MONOTONE, RATE-429-RETRY-AFTER
#[test]
fn the_limit_is_told_and_kept() {
    if !curl::is_there("the_limit_is_told_and_kept") {
        return;
    }
    let service = Home::new().start(&["--rate-limit", "6"]);
    let number = |exchange: &Exchange, name: &str| exchange.field(name).parse::<u32>().expect("a number");
    let mut before = None;
    for path in ["/tags", "/tags/absent", "/regions", "/no-such-path", "/sizes"] {
        let exchange = service.curl("GET", path).send();
        let exchange = exchange.clone().expect(exchange.status);
        assert_eq!(number(&exchange, "RateLimit-Limit"), 6, "{exchange}");
        let remaining = number(&exchange, "RateLimit-Remaining");
        assert!(before.is_none_or(|before| remaining <= before), "expected at most {before:?} in\n{exchange}");
        before = Some(remaining);
    }
    let mut refused = service.curl("PUT", "/tags/new").json(&json!({})).send();
    for _ in 0..6 {
        if refused.status == 429 {
            break;
        }
        refused = service.curl("PUT", "/tags/new-too").json(&json!({})).send();
    }
    let refused = refused.expect_problem(429);
    assert_eq!(number(&refused, "RateLimit-Remaining"), 0, "{refused}");
    assert!(number(&refused, "Retry-After") <= 60, "expected at most the window in\n{refused}");
}

/// HTTPS-ONLY, source 2.
// Shows: HTTPS-ONLY
#[test]
fn the_plaintext_port_serves_nothing() {
    if !curl::is_there("the_plaintext_port_serves_nothing") {
        return;
    }
    let plaintext = free_address().to_string();
    let service = Home::new().start(&["--plaintext-listen", &plaintext]);
    let url = |path: &str| format!("http://{plaintext}{PREFIX}{path}");
    for (method, path) in [("GET", "/account/profile"), ("PUT", "/tags/new"), ("GET", "/no-such-path")] {
        let mut request = Curl::new(service.home(), method, url(path)).token(&service.token);
        if method == "PUT" {
            request = request.json(&json!({}));
        }
        let refused = request.send();
        assert_eq!(refused.status, 403, "{refused}");
        assert!(refused.field("Content-Type").starts_with("application/problem+json"), "{refused}");
        assert!(refused.text_at("/detail").to_lowercase().contains("https"), "{refused}");
    }
    read(&service, "/tags/new", 404);
    // Nor does the other port answer plain HTTP.
    let mixed = format!("http://{}{PREFIX}/account/profile", service.address);
    let output = std::process::Command::new("curl").args(["--silent", "--max-time", "5", &mixed]).output();
    assert!(output.expect("a curl").stdout.is_empty(), "expected no answer in plain text");
}
