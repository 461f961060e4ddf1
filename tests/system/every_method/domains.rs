//! Domains and their records: what a zone is made of, and that it is never behind.

use serde_json::{Value, json};

use super::{everything, follow_location, other_account, read, walk};
use crate::curl;
use crate::exchange::Exchange;
use crate::harness::Service;

fn etag(exchange: &Exchange) -> String {
    exchange.field("ETag").to_owned()
}

/// The zone file, without the number in it that time decides.
fn zone(service: &Service, domain: &str) -> String {
    let shown = read(service, &format!("/domains/{domain}"), 200);
    let serial = shown.number_at("/domain/serial").to_string();
    let file = shown.text_at("/domain/zone_file");
    assert!(file.contains(&format!(" {serial} ")), "expected the serial number in\n{shown}");
    file.replace(&format!(" {serial} "), " SERIAL ")
}

fn add(service: &Service, domain: &str, record: &Value) -> u64 {
    let created = service.curl("POST", &format!("/domains/{domain}/records")).json(record).send().expect(201);
    follow_location(service, &created).expect_same(&created, Exchange::json).expect_same(&created, etag);
    created.number_at("/record/id")
}

/// Source 8, 9, 11, 13: from absent over created and replaced to removed.
// Shows: PUT-UPSERT, PUT-STATUS-TRUE, DELETE-EFFECTIVE, DELETE-ATOMIC-MISSING, RECREATE-AFTER-DELETE
#[test]
fn a_domain_from_put_to_delete() {
    if !curl::is_there("a_domain_from_put_to_delete") {
        return;
    }
    let service = Service::start();
    let project = service.curl("POST", "/projects").json(&json!({ "name": "web", "color": "#0061FF" })).send();
    let project = project.expect(201).text_at("/project/uuid");
    read(&service, "/domains/example.com", 404);
    let created = service.curl("PUT", "/domains/example.com").json(&json!({})).send().expect(201);
    follow_location(&service, &created).expect_same(&created, Exchange::json).expect_same(&created, etag);
    let default = created.text_at("/domain/project_uuid");
    assert_ne!(default, project, "the default project in\n{created}");

    let put = |body: &Value| service.curl("PUT", "/domains/example.com").json(body).send().expect(200);
    let moved = put(&json!({ "project_uuid": project }));
    moved.expect_at("/domain/project_uuid", project.as_str());
    moved.expect_same(&created, |exchange| exchange.at("/domain/created_at"));
    moved.expect_same(&created, |exchange| exchange.at("/domain/serial"));
    put(&json!({ "project_uuid": project })).expect_same(&moved, Exchange::json).expect_same(&moved, etag);
    for whole in [json!({}), json!({ "project_uuid": null })] {
        put(&json!({ "project_uuid": project }));
        put(&whole).expect_at("/domain/project_uuid", default.as_str());
    }
    service.curl("DELETE", "/domains/example.com").send().expect(204);
    service.curl("DELETE", "/domains/example.com").send().expect_problem(404);
    read(&service, "/domains/example.com", 404);
    service.curl("PUT", "/domains/example.com").json(&json!({})).send().expect(201);
}

/// Source 14 and 15, and the 409 that a name can meet: that of the account alone.
// Shows: POST-CREATED, POST-LOCATION-RESOLVES, AUTH-NO-ORACLE
#[test]
fn a_domain_by_post_is_the_accounts_own() {
    if !curl::is_there("a_domain_by_post_is_the_accounts_own") {
        return;
    }
    let service = Service::start();
    let body = json!({ "name": "example.com" });
    let created = service.curl("POST", "/domains").json(&body).send().expect(201);
    follow_location(&service, &created).expect_same(&created, Exchange::json).expect_same(&created, etag);
    let taken = service.curl("POST", "/domains").json(&body).send().expect_mistakes(409, &["/name"]);
    taken.expect_at("/type", "https://api.stacklets.example/problems/name-taken");

    let id = add(&service, "example.com", &json!({ "type": "A", "name": "www", "data": "192.0.2.1" }));
    let other = other_account(&service);
    let ask = |method: &str, path: &str| service.curl_without_token(method, path).token(&other);
    for path in ["/domains/example.com", "/domains/example.com/records", &format!("/domains/example.com/records/{id}")]
    {
        ask("GET", path).send().expect_problem(404);
    }
    let record = json!({ "type": "A", "name": "www", "data": "192.0.2.2" });
    ask("POST", "/domains/example.com/records").json(&record).send().expect_problem(404);
    let path = format!("/domains/example.com/records/{id}");
    ask("PUT", &path).json(&record).send().expect_problem(404);
    ask("DELETE", &path).send().expect_problem(404);
    ask("DELETE", "/domains/example.com").send().expect_problem(404);
    ask("POST", "/domains").json(&body).send().expect(201);
    let theirs = ask("GET", "/domains/example.com/records").send().expect(200);
    theirs.expect_at("/records", json!([]));
    ask("DELETE", "/domains/example.com").send().expect(204);
    read(&service, &path, 200).expect_at("/record/data", "192.0.2.1");
}

/// Every change of a record is in the zone file that the next GET shows.
// Shows: READ-AFTER-WRITE, DELETE-CHILDREN
#[test]
fn the_zone_file_is_never_behind() {
    if !curl::is_there("the_zone_file_is_never_behind") {
        return;
    }
    let service = Service::start();
    let created = service.curl("POST", "/domains").json(&json!({ "name": "example.com" })).send().expect(201);
    insta::assert_snapshot!(zone(&service, "example.com"), @r"
    $ORIGIN example.com.
    $TTL 1800
    @ 1800 IN SOA ns1.stacklets.example. hostmaster.stacklets.example. SERIAL 7200 3600 1209600 1800
    @ 1800 IN NS ns1.stacklets.example.
    @ 1800 IN NS ns2.stacklets.example.
    ");
    let id = add(&service, "example.com", &json!({ "type": "A", "name": "www", "data": "192.0.2.1" }));
    add(&service, "example.com", &json!({ "type": "MX", "data": "mail", "priority": 10 }));
    add(&service, "example.com", &json!({ "type": "TXT", "name": "@", "data": "a \"quoted\" text" }));
    insta::assert_snapshot!(zone(&service, "example.com"), @r#"
    $ORIGIN example.com.
    $TTL 1800
    @ 1800 IN SOA ns1.stacklets.example. hostmaster.stacklets.example. SERIAL 7200 3600 1209600 1800
    @ 1800 IN NS ns1.stacklets.example.
    @ 1800 IN NS ns2.stacklets.example.
    @ 1800 IN MX 10 mail
    @ 1800 IN TXT "a \"quoted\" text"
    www 1800 IN A 192.0.2.1
    "#);
    let path = format!("/domains/example.com/records/{id}");
    let before = read(&service, "/domains/example.com", 200);
    service
        .curl("PUT", &path)
        .json(&json!({ "type": "AAAA", "name": "www", "data": "2001:db8::1" }))
        .send()
        .expect(200);
    let after = read(&service, "/domains/example.com", 200);
    assert!(after.number_at("/domain/serial") > before.number_at("/domain/serial"), "a higher number in\n{after}");
    assert_ne!(etag(&after), etag(&before));
    // PUT-IDEMPOTENT: the same again changes nothing, the zone's number included.
    service
        .curl("PUT", &path)
        .json(&json!({ "type": "AAAA", "name": "www", "data": "2001:db8::1" }))
        .send()
        .expect(200);
    read(&service, "/domains/example.com", 200).expect_same(&after, Exchange::json).expect_same(&after, etag);
    service.curl("DELETE", &path).send().expect(204);
    assert!(!zone(&service, "example.com").contains("www"), "the record is gone from the zone");
    assert_eq!(records(&service, "example.com", "").len(), 2);

    service.curl("DELETE", "/domains/example.com").send().expect(204);
    for path in ["/domains/example.com/records", &path] {
        read(&service, path, 404);
    }
    let recreated = service.curl("POST", "/domains").json(&json!({ "name": "example.com" })).send().expect(201);
    assert!(recreated.number_at("/domain/serial") >= created.number_at("/domain/serial"), "{recreated}");
    assert!(records(&service, "example.com", "").is_empty(), "no record of the old domain");
}

/// Source 8 to 13 for records, whose numbers are divided like those of stacklets.
// Shows: PUT-UPSERT, PUT-REPLACES-WHOLE, PUT-STATUS-TRUE, DELETE-ATOMIC-MISSING, COND-IF-MATCH
#[test]
fn a_record_from_put_to_delete() {
    if !curl::is_there("a_record_from_put_to_delete") {
        return;
    }
    let service = Service::start();
    let body =
        json!({ "type": "SRV", "name": "_sip._tcp", "data": "sip", "priority": 1, "weight": 2, "port": 3, "ttl": 60 });
    let path = "/domains/example.com/records/1000000004";
    let put = |path: &str, body: &Value| service.curl("PUT", path).json(body).send();
    put(path, &body).expect_problem(404);
    service.curl("PUT", "/domains/example.com").json(&json!({})).send().expect(201);
    put("/domains/example.com/records/4", &body).expect_mistakes(422, &["/id"]);
    let created = put(path, &body).expect(201);
    follow_location(&service, &created).expect_same(&created, Exchange::json).expect_same(&created, etag);
    for (member, value) in body.as_object().into_iter().flatten() {
        created.expect_at(&format!("/record/{member}"), value.clone());
    }
    let replaced = put(path, &json!({ "type": "NS", "data": "ns1.example.net." })).expect(200);
    let bare = json!({ "name": "@", "priority": null, "weight": null, "port": null, "ttl": 1800 });
    for (member, value) in bare.as_object().into_iter().flatten() {
        replaced.expect_at(&format!("/record/{member}"), value.clone());
    }
    replaced.expect_same(&created, |exchange| exchange.at("/record/created_at"));
    let stale = service.curl("PUT", path).field("If-Match", &etag(&created)).json(&body).send().expect_problem(412);
    stale.expect_at("/status", 412);
    let taken = service.curl("PUT", path).field("If-None-Match", "*").json(&body).send();
    taken.expect_problem(412);
    service.curl("GET", path).field("If-None-Match", &etag(&replaced)).send().expect(304);
    service.curl("DELETE", path).field("If-Match", &etag(&created)).send().expect_problem(412);
    service.curl("DELETE", path).field("If-Match", &etag(&replaced)).send().expect(204);
    service.curl("DELETE", path).send().expect_problem(404);
    service.curl("DELETE", "/domains/absent.example/records/1").send().expect_problem(404);
    service.curl("POST", "/domains/absent.example/records").json(&body).send().expect_problem(404);
    read(&service, "/domains/absent.example/records", 404);
}

/// What a type asks for is told with its place, and nothing is changed.
// Shows: INVALID-REFUSED, FAILED-WRITE-NO-EFFECT
#[test]
fn what_does_not_suit_its_type_is_refused() {
    if !curl::is_there("what_does_not_suit_its_type_is_refused") {
        return;
    }
    let service = Service::start();
    service.curl("PUT", "/domains/example.com").json(&json!({})).send().expect(201);
    let id = add(&service, "example.com", &json!({ "type": "CNAME", "name": "www", "data": "web" }));
    let before = (everything(&service), zone(&service, "example.com"));
    let wrong = [
        (json!({ "type": "A", "data": "192.0.2.1" }), vec!["/name"]),
        (json!({ "type": "A", "name": "a", "data": "192.0.2.256", "port": 1 }), vec!["/data", "/port"]),
        (json!({ "type": "AAAA", "name": "a", "data": "192.0.2.1" }), vec!["/data"]),
        (json!({ "type": "MX", "data": "mail" }), vec!["/priority"]),
        (json!({ "type": "SRV", "name": "_a._b", "data": "sip", "priority": 1 }), vec!["/weight", "/port"]),
        (json!({ "type": "SOA", "name": "sub", "data": "ns1" }), vec!["/name", "/data"]),
        (json!({ "type": "A", "name": "www", "data": "192.0.2.1" }), vec!["/name"]),
        (json!({ "type": "HINFO", "name": "a", "data": "x" }), vec!["/type"]),
        (json!({ "type": "A", "name": "a b", "data": "192.0.2.1" }), vec!["/name"]),
        (json!({ "type": "TXT", "name": "a", "data": "two\nlines" }), vec!["/data"]),
        (json!({ "type": "A", "name": "a", "data": "192.0.2.1", "id": 5 }), vec!["/id"]),
        (json!({ "type": "A", "name": "a", "data": "192.0.2.1", "ttl": -1 }), vec!["/ttl"]),
    ];
    for (body, pointers) in wrong {
        service.curl("POST", "/domains/example.com/records").json(&body).send().expect_mistakes(422, &pointers);
        let path = "/domains/example.com/records/1000000001";
        service.curl("PUT", path).json(&body).send().expect_mistakes(422, &pointers);
    }
    // A PUT on the CNAME itself is not in its own way.
    let path = format!("/domains/example.com/records/{id}");
    service.curl("PUT", &path).json(&json!({ "type": "CNAME", "name": "www", "data": "web" })).send().expect(200);
    for body in [json!({}), json!({ "name": "localhost" }), json!({ "name": "Example.com" }), json!({ "name": "a..b" })]
    {
        service.curl("POST", "/domains").json(&body).send().expect_mistakes(422, &["/name"]);
    }
    let project = json!({ "name": "example.org", "project_uuid": "3b1f8a52-6c1e-4d27-9d0a-4f5f0c6f2a11" });
    let missing = service.curl("POST", "/domains").json(&project).send().expect_mistakes(422, &["/project_uuid"]);
    missing.expect_at("/type", "https://api.stacklets.example/problems/reference-missing");
    service.curl("PUT", "/domains/EXAMPLE.com").json(&json!({})).send().expect_mistakes(400, &["/name"]);
    assert_eq!((everything(&service), zone(&service, "example.com")), before, "nothing was changed");
}

/// LIST-PAGE-COMPLETE, and what filters, searching and sorting accept.
// Shows: LIST-PAGE-COMPLETE, LIST-STABLE-ORDER, LIST-EMPTY-200
#[test]
fn domains_and_records_are_listed() {
    if !curl::is_there("domains_and_records_are_listed") {
        return;
    }
    let service = Service::start();
    let names = |list: &str, query: &str| -> Vec<Value> {
        walk(&service, list, 2, query).into_iter().map(|item| item["name"].clone()).collect()
    };
    assert!(names("domains", "").is_empty(), "no domain yet");
    for name in ["b.example", "c.example", "a.example"] {
        service.curl("PUT", &format!("/domains/{name}")).json(&json!({})).send().expect(201);
    }
    assert_eq!(names("domains", ""), ["a.example", "b.example", "c.example"]);
    assert_eq!(names("domains", "&sort=-name"), ["c.example", "b.example", "a.example"]);
    assert_eq!(names("domains", "&sort=created_at"), ["b.example", "c.example", "a.example"]);
    assert_eq!(names("domains", "&query=B.Ex"), ["b.example"]);
    let listed = service.curl("GET", "/domains?query=B&sort=-created_at").send().expect(200);
    listed.expect_at("/meta/query", "B").expect_at("/meta/sort", "-created_at");
    let project = service.curl("GET", "/domains/a.example").send().expect(200).text_at("/domain/project_uuid");
    assert_eq!(names("domains", &format!("&project_uuid={project}")).len(), 3);
    assert!(names("domains", "&project_uuid=3b1f8a52-6c1e-4d27-9d0a-4f5f0c6f2a11").is_empty());
    for (name, data) in [("www", "192.0.2.1"), ("web", "192.0.2.2"), ("mail", "192.0.2.3")] {
        add(&service, "a.example", &json!({ "type": "A", "name": name, "data": data }));
    }
    add(&service, "a.example", &json!({ "type": "TXT", "name": "www", "data": "text" }));
    let named = |query: &str| -> Vec<Value> {
        records(&service, "a.example", query).into_iter().map(|item| item["name"].clone()).collect()
    };
    assert_eq!(named(""), ["www", "web", "mail", "www"]);
    assert_eq!(named("type=TXT"), ["www"]);
    assert_eq!(named("query=W&type=A&sort=name"), ["web", "www"]);
    assert!(named("type=MX").is_empty());
    service.curl("GET", "/domains/a.example/records?type=HINFO").send().expect_mistakes(400, &["/type"]);
    service.curl("GET", "/domains?sort=serial").send().expect_mistakes(400, &["/sort"]);
}

/// The records of a domain, one a page.
fn records(service: &Service, domain: &str, query: &str) -> Vec<Value> {
    let mut items = Vec::new();
    loop {
        let page = items.len() + 1;
        let path = format!("/domains/{domain}/records?per_page=1&page={page}&{query}");
        let found = service.curl("GET", &path).send().expect(200);
        items.extend(found.at("/records").as_array().cloned().unwrap_or_default());
        if found.at("/meta/pagination/next_page").is_null() {
            found.expect_at("/meta/pagination/total", items.len());
            return items;
        }
    }
}
