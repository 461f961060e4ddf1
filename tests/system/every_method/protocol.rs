//! What HTTP itself asks of every resource: methods, media types, sizes, and both of its versions.

use std::collections::BTreeSet;

use serde_json::json;

use super::{everything, read};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

/// The paths with what may be done there. Of each there is one.
const PATHS: [(&str, &[&str]); 16] = [
    ("/account/profile", &["GET"]),
    ("/regions", &["GET"]),
    ("/regions/fra", &["GET"]),
    ("/sizes", &["GET"]),
    ("/sizes/b-1vcpu-1gb", &["GET"]),
    ("/ssh_keys", &["GET", "POST"]),
    ("/ssh_keys/1", &["GET", "PUT", "DELETE"]),
    ("/stacklets", &["GET", "POST"]),
    ("/stacklets/1", &["GET", "PUT", "POST", "DELETE"]),
    ("/stacklets/1/snapshots", &["GET"]),
    ("/snapshots", &["GET"]),
    ("/snapshots/1", &["GET", "POST", "DELETE"]),
    ("/tasks/1", &["GET"]),
    ("/volumes", &["GET", "POST"]),
    ("/tags", &["GET", "POST"]),
    ("/tags/there", &["GET", "PUT", "DELETE"]),
];

fn methods(exchange: &Exchange) -> BTreeSet<String> {
    exchange.field("Allow").split(',').map(|method| method.trim().to_owned()).collect()
}

/// METHOD-NOT-ALLOWED-ALLOW, METHOD-UNKNOWN-501, OPTIONS-ALLOW; source 3.
// Shows: METHOD-NOT-ALLOWED-ALLOW, METHOD-UNKNOWN-501, OPTIONS-ALLOW
#[test]
fn other_methods_are_refused() {
    if !curl::is_there("other_methods_are_refused") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/tags/there").json(&json!({ "description": "before" })).send().expect(201);
    let before = everything(&service);
    for (path, declared) in PATHS {
        let allowed: BTreeSet<String> = declared.iter().chain(&["HEAD", "OPTIONS"]).map(|&m| m.to_owned()).collect();
        for method in ["PUT", "POST", "DELETE", "PATCH"] {
            if !declared.contains(&method) {
                let refused = service.curl(method, path).json(&json!({})).send().expect_problem(405);
                assert_eq!(methods(&refused), allowed, "the methods of {path} in\n{refused}");
            }
        }
        let options = service.curl("OPTIONS", path).send();
        assert!([200, 204].contains(&options.status), "expected success in\n{options}");
        assert_eq!(methods(&options), allowed, "the methods of {path} in\n{options}");
        service.curl("BREW", path).send().expect_problem(501);
    }
    assert_eq!(everything(&service), before, "nothing was changed");
}

/// METHOD-NO-OVERRIDE.
// Shows: METHOD-NO-OVERRIDE
#[test]
fn a_get_stays_a_get() {
    if !curl::is_there("a_get_stays_a_get") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/tags/there").json(&json!({})).send().expect(201);
    for field in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        service.curl("GET", "/tags/there?_method=DELETE").field(field, "DELETE").send().expect(200);
    }
    read(&service, "/tags/there", 200);
}

/// Unknown paths, and paths that are almost known.
// Shows: ERROR-PROBLEM
#[test]
fn unknown_paths_are_not_found() {
    if !curl::is_there("unknown_paths_are_not_found") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/tags/there").json(&json!({})).send().expect(201);
    let paths =
        ["/", "/nothing", "/tags/there/more", "/tags/there/", "//tags", "/tags//", "/tags/../tags/there", "/Tags"];
    for path in paths {
        for method in ["GET", "PUT", "DELETE"] {
            service.curl(method, path).send().expect_problem(404);
        }
    }
    for path in ["/tags/%00", "/tags/%ff%fe", "/tags/a%2Fb", "/ssh_keys/%31%00"] {
        let refused = service.curl("GET", path).send();
        assert!([400, 404].contains(&refused.status), "expected a refusal in\n{refused}");
        let status = refused.status;
        refused.expect_problem(status);
    }
    // Escapes that say the same name.
    read(&service, "/tags/%74here", 200);
    for url in ["https://localhost:PORT/other", "https://localhost:PORT/tags", "https://localhost:PORT/v2/tags"] {
        let url = url.replace("PORT", &service.address.port().to_string());
        curl::Curl::new(service.home(), "GET", url).token(&service.token).send().expect_problem(404);
    }
}

/// 415, 406, 400 and 413, on every operation with a body; nothing is changed by them.
// Shows: INVALID-REFUSED, FAILED-WRITE-NO-EFFECT
#[test]
fn bodies_are_checked_before_they_are_read() {
    if !curl::is_there("bodies_are_checked_before_they_are_read") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/tags/there").json(&json!({ "description": "before" })).send().expect(201);
    let before = everything(&service);
    let bodies = [
        ("POST", "/ssh_keys"),
        ("PUT", "/ssh_keys/1000000007"),
        ("POST", "/stacklets"),
        ("PUT", "/stacklets/1000000024"),
        ("POST", "/tags"),
        ("PUT", "/tags/there"),
    ];
    for (method, path) in bodies {
        let with = |media_type: &str, content: Vec<u8>| service.curl(method, path).content(media_type, content).send();
        with("application/x-www-form-urlencoded", b"name=x".to_vec()).expect_problem(415);
        with("text/plain", b"{}".to_vec()).expect_problem(415);
        for wrong in ["", "{", "{\"name\":}", "nonsense", "{} {}", "{\"name\": \"\u{1}\"}"] {
            with("application/json", wrong.as_bytes().to_vec()).expect_problem(400);
        }
        with("application/json", b"\"\xff\"".to_vec()).expect_problem(400);
        with("application/json", b"[".repeat(100_000)).expect_problem(400);
        let large = format!("{{\"description\": \"{}\"}}", "x".repeat(2 * 1024 * 1024));
        with("application/json", large.into_bytes()).expect_problem(413);
        service.curl(method, path).send().expect_problem(400);
    }
    assert_eq!(everything(&service), before, "nothing was changed");
    let body = json!({ "description": "after" }).to_string();
    service.curl("PUT", "/tags/there").content("application/json; charset=utf-8", body).send().expect(200);
}

/// Both versions of HTTP, and an `Accept` that can or cannot be met.
#[test]
fn both_versions_and_accept() {
    if !curl::is_there("both_versions_and_accept") {
        return;
    }
    let service = Service::start();
    for version in ["--http1.1", "--http2"] {
        service.curl("PUT", "/tags/versions").option(version).json(&json!({})).send();
        service.curl("GET", "/tags/versions").option(version).send().expect(200);
        service.curl("HEAD", "/tags/versions").option(version).send().expect(200);
        service.curl("DELETE", "/tags/versions").option(version).send().expect(204);
    }
    for accept in ["*/*", "application/*", "application/json", "text/html, */*;q=0.1"] {
        service.curl("GET", "/regions").field("Accept", accept).send().expect(200);
    }
    service.curl("GET", "/regions").field("Accept", "text/html").send().expect_problem(406);
}
