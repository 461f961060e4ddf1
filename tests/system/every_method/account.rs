//! The account's profile, which is read only.

use serde_json::json;

use super::read;
use crate::curl;
use crate::harness::Service;

/// Source 4 (account), 5; COND-INM-304.
// Shows: COND-INM-304, GET-JSON-OBJECT, HEAD-MIRRORS-GET
#[test]
fn the_profile_can_be_read() {
    if !curl::is_there("the_profile_can_be_read") {
        return;
    }
    let service = Service::start();
    let profile = read(&service, "/account/profile", 200);
    for member in ["uuid", "first_name", "last_name", "email", "created_at"] {
        profile.text_at(&format!("/profile/{member}"));
    }
    let etag = profile.field("ETag");
    let known = service.curl("GET", "/account/profile").field("If-None-Match", etag).send().expect(304);
    known.expect_same(&profile, |exchange| exchange.field("ETag").to_owned());
    service.curl("HEAD", "/account/profile").field("If-None-Match", etag).send().expect(304);
}

/// It cannot be written by any method.
// Shows: METHOD-NOT-ALLOWED-ALLOW
#[test]
fn the_profile_cannot_be_written() {
    if !curl::is_there("the_profile_cannot_be_written") {
        return;
    }
    let service = Service::start();
    let before = read(&service, "/account/profile", 200);
    for method in ["PUT", "POST", "PATCH", "DELETE"] {
        let body = json!({ "profile": { "first_name": "Mallory" } });
        service.curl(method, "/account/profile").json(&body).send().expect_problem(405);
    }
    let after = read(&service, "/account/profile", 200);
    after.expect_same(&before, crate::exchange::Exchange::json);
}
