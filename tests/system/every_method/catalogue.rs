//! Regions and sizes: catalogues that can be read and not written.

use serde_json::{Value, json};

use super::{read, walk};
use crate::curl;
use crate::harness::Service;

const CATALOGUES: [(&str, &str); 2] = [("regions", "region"), ("sizes", "size")];

/// Source 4 (infrastructure), 5; GET-ABSENT-404.
#[test]
fn catalogues_can_be_read() {
    if !curl::is_there("catalogues_can_be_read") {
        return;
    }
    let service = Service::start();
    for (list, item) in CATALOGUES {
        let all = read(&service, &format!("/{list}"), 200);
        let items = all.at(&format!("/{list}"));
        let slugs: Vec<&str> =
            items.as_array().into_iter().flatten().filter_map(|item| item["slug"].as_str()).collect();
        assert!(!slugs.is_empty() && slugs.is_sorted(), "expected slugs in their order in\n{all}");
        for (index, slug) in slugs.iter().enumerate() {
            let one = read(&service, &format!("/{list}/{slug}"), 200);
            one.expect_at(&format!("/{item}"), items[index].clone());
        }
        read(&service, &format!("/{list}/no-such-thing"), 404);
    }
    let region = service.curl("GET", "/regions/fra").send().expect(200);
    let etag = region.field("ETag");
    service.curl("GET", "/regions/fra").field("If-None-Match", etag).send().expect(304);
}

/// LIST-PAGE-COMPLETE, and a page beyond the last is empty.
#[test]
fn catalogues_have_pages() {
    if !curl::is_there("catalogues_have_pages") {
        return;
    }
    let service = Service::start();
    for (list, _) in CATALOGUES {
        let whole = walk(&service, list, 200, "");
        for per_page in [1, 2] {
            assert_eq!(walk(&service, list, per_page, ""), whole, "{list} by {per_page}");
        }
        let beyond = service.curl("GET", &format!("/{list}?page=1000")).send().expect(200);
        beyond.expect_at(&format!("/{list}"), json!([]));
        beyond.expect_at("/meta/pagination/next_page", Value::Null);
    }
}

/// METHOD-NOT-ALLOWED-ALLOW.
#[test]
fn catalogues_cannot_be_written() {
    if !curl::is_there("catalogues_cannot_be_written") {
        return;
    }
    let service = Service::start();
    for path in ["/regions", "/regions/fra", "/sizes", "/sizes/b-1vcpu-1gb"] {
        let before = service.curl("GET", path).send().expect(200);
        for method in ["PUT", "POST", "DELETE", "PATCH"] {
            let refused = service.curl(method, path).json(&json!({})).send().expect_problem(405);
            let mut allowed: Vec<&str> = refused.field("Allow").split(',').map(str::trim).collect();
            allowed.sort_unstable();
            assert!(allowed == ["GET", "HEAD", "OPTIONS"], "expected GET, HEAD, OPTIONS in\n{refused}");
        }
        let after = service.curl("GET", path).send().expect(200);
        after.expect_same(&before, crate::exchange::Exchange::json);
    }
}
