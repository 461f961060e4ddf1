//! Certificates: what is read from one, that its key has to be its own, and that nobody sees the key again.

use serde_json::json;

use super::{everything, follow_location, lasting, other_account, read, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

/// A certificate for `example.com` and its key, both in PEM.
pub(crate) fn made() -> (String, String) {
    let key = rcgen::KeyPair::generate().expect("a key");
    let parameters = rcgen::CertificateParams::new(vec!["example.com".to_owned()]).expect("a name");
    (parameters.self_signed(&key).expect("a certificate").pem(), key.serialize_pem())
}

/// Adds a certificate, and gives its number.
pub(super) fn add(service: &Service) -> u64 {
    let (certificate, key) = made();
    let body = json!({ "name": "example.com", "certificate": certificate, "private_key": key });
    service.curl("POST", "/certificates").json(&body).send().expect(201).number_at("/certificate/id")
}

/// Source 8, 9, 14 and 15; and the key is nowhere: not in an answer, not in the log, not on the disk.
// Shows: POST-CREATED, POST-LOCATION-RESOLVES, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING, IDEM-REPLAY
#[test]
fn a_certificate_from_post_to_delete() {
    if !curl::is_there("a_certificate_from_post_to_delete") {
        return;
    }
    let service = Service::start();
    let (certificate, key) = made();
    let body = json!({ "name": "mine", "certificate": certificate, "private_key": key });
    let post = || service.curl("POST", "/certificates").field("Idempotency-Key", "one").json(&body).send();
    let created = post().expect(201);
    post().expect(201).expect_same(&created, Exchange::json);
    created.expect_at("/certificate/name", "mine").expect_at("/certificate/certificate", certificate.as_str());
    created.expect_at("/certificate/names", json!(["example.com"]));
    assert_eq!(created.text_at("/certificate/fingerprint_sha1").len(), 59, "{created}");
    assert_eq!(created.text_at("/certificate/fingerprint_sha256").len(), 95, "{created}");
    assert!(created.text_at("/certificate/not_before") < created.text_at("/certificate/not_after"), "{created}");
    follow_location(&service, &created).expect_same(&created, Exchange::json);
    let id = created.number_at("/certificate/id");
    let path = format!("/certificates/{id}");
    let shown = read(&service, &path, 200);
    service.curl("GET", &path).field("If-None-Match", shown.field("ETag")).send().expect(304);
    assert_eq!(walk(&service, "certificates", 1, "&query=MIN&sort=name").len(), 1);
    // The same certificate may be there twice.
    service.curl("POST", "/certificates").json(&body).send().expect(201);
    assert_eq!(walk(&service, "certificates", 1, "").len(), 2);

    let secret = key.lines().nth(1).expect("a line of the key");
    assert!(!String::from_utf8_lossy(&shown.content).contains(secret), "no key in\n{shown}");
    assert!(!service.log().contains(secret), "no key in the log");
    let entries = std::fs::read_dir(service.home().data()).expect("a data folder");
    // A socket cannot be read, and holds nothing.
    for content in entries.filter_map(|entry| std::fs::read(entry.expect("an entry").path()).ok()) {
        assert!(!content.windows(secret.len()).any(|window| window == secret.as_bytes()), "no key on the disk");
    }

    let delete = |etag: &str| service.curl("DELETE", &path).field("If-Match", etag).send();
    delete("\"0123\"").expect_problem(412);
    delete(shown.field("ETag")).expect(204);
    delete("*").expect_problem(404);
    read(&service, &path, 404);
}

/// Each mistake is told with its place, and nothing is changed.
// Shows: INVALID-REFUSED, FAILED-WRITE-NO-EFFECT
#[test]
fn what_does_not_belong_together_is_refused() {
    if !curl::is_there("what_does_not_belong_together_is_refused") {
        return;
    }
    let service = Service::start();
    add(&service);
    let before = everything(&service);
    let (certificate, key) = made();
    let (_, other) = made();
    let nonsense = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let post = |certificate: &str, key: &str| {
        let body = json!({ "name": "mine", "certificate": certificate, "private_key": key });
        service.curl("POST", "/certificates").json(&body).send()
    };
    let mismatch = post(&certificate, &other).expect_mistakes(422, &["/private_key"]);
    let shown = String::from_utf8_lossy(&mismatch.content);
    assert!(!shown.contains(other.lines().nth(1).expect("a line")), "no key in {shown}");
    post(&certificate, "no PEM").expect_mistakes(422, &["/private_key"]);
    post("no PEM", &key).expect_mistakes(422, &["/certificate"]);
    post(nonsense, &key).expect_mistakes(422, &["/certificate"]);
    post(&format!("{certificate}{certificate}"), &key).expect_mistakes(422, &["/certificate"]);
    let only = json!({ "certificate": certificate, "private_key": key, "id": 5 });
    service.curl("POST", "/certificates").json(&only).send().expect_mistakes(422, &["/name", "/id"]);
    service.curl("GET", "/certificates/x").send().expect_mistakes(400, &["/id"]);
    for method in ["PUT", "PATCH", "POST"] {
        service.curl(method, "/certificates/1").json(&json!({})).send().expect_problem(405);
    }
    assert_eq!(everything(&service), before, "nothing was changed");
}

/// One that a load balancer uses stays, and says who uses it; nobody else's is seen or used.
// Shows: DELETE-CHILDREN, AUTH-NO-ORACLE
#[test]
fn a_certificate_in_use_stays() {
    if !curl::is_there("a_certificate_in_use_stays") {
        return;
    }
    let service = Service::start();
    let id = add(&service);
    let rule = json!({ "protocol": "https", "source_port": 443, "target_port": 80, "certificate_id": id });
    let body = super::load_balancers::body("fra", &[rule], &[]);
    let other = other_account(&service);
    let theirs = service.curl_without_token("POST", "/load_balancers").token(&other).json(&body).send();
    let theirs = theirs.expect_mistakes(422, &["/rules/0/certificate_id"]);
    theirs.expect_at("/type", "https://api.stacklets.example/problems/reference-missing");
    for method in ["GET", "DELETE"] {
        let path = format!("/certificates/{id}");
        service.curl_without_token(method, &path).token(&other).send().expect_problem(404);
    }

    let made = service.curl("POST", "/load_balancers").json(&body).send().expect(201);
    let uuid = made.text_at("/load_balancer/uuid");
    assert_eq!(walk(&service, "load_balancers", 25, &format!("&certificate_id={id}")).len(), 1);
    let before = everything(&service);
    let refused = service.curl("DELETE", &format!("/certificates/{id}")).send().expect_problem(409);
    refused.expect_at("/type", "https://api.stacklets.example/problems/in-use");
    assert!(refused.text_at("/detail").contains(&uuid), "expected who uses it in\n{refused}");
    assert_eq!(lasting(&everything(&service)), lasting(&before), "nothing was changed");
    service.curl("DELETE", &format!("/load_balancers/{uuid}/rules/443")).send().expect(204);
    service.curl("DELETE", &format!("/certificates/{id}")).send().expect(204);
    service.curl("DELETE", &format!("/certificates/{id}")).send().expect_problem(404);
}
