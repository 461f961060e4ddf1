//! Regions, sizes and images: catalogues that can be read and not written.

use serde_json::{Value, json};

use super::{read, walk};
use crate::curl;
use crate::harness::Service;

const CATALOGUES: [(&str, &str); 2] = [("regions", "region"), ("sizes", "size")];

/// Those without items of their own, and what their lists are in the order of.
const LISTS: [(&str, &str); 3] = [("applications", "slug"), ("containers", "name"), ("distributions", "name")];

/// Source 4 (infrastructure), 5; GET-ABSENT-404.
// Shows: GET-ABSENT-404, HEAD-MIRRORS-GET, COND-INM-304
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

/// What a stacklet is made from is found in one of three lists, and fits sizes that there are.
#[test]
fn images_can_be_read() {
    if !curl::is_there("images_can_be_read") {
        return;
    }
    let service = Service::start();
    let sizes = walk(&service, "sizes", 200, "");
    let sizes: Vec<&Value> = sizes.iter().map(|size| &size["slug"]).collect();
    let mut slugs = Vec::new();
    for (list, order) in LISTS {
        let all = read(&service, &format!("/{list}"), 200);
        all.expect_at("/meta/query", Value::Null).expect_at("/meta/sort", Value::Null);
        let items = all.at(&format!("/{list}"));
        let items = items.as_array().cloned().unwrap_or_default();
        assert!(!items.is_empty() && items.is_sorted_by_key(|item| item[order].as_str().map(str::to_owned)), "{all}");
        for item in &items {
            let images = item["images"].as_array().cloned().unwrap_or_else(|| vec![item.clone()]);
            for image in images {
                let runs_on = image["sizes"].as_array().cloned().unwrap_or_default();
                assert!(!runs_on.is_empty() && runs_on.iter().all(|size| sizes.contains(&size)), "{image}");
                let price = image["extra_price"].as_str().unwrap_or_default();
                assert!(price.split_once('.').is_some_and(|(_, digits)| digits.len() == 4), "{image}");
                slugs.push(image["slug"].to_string());
            }
        }
    }
    let found = slugs.len();
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), found, "a slug names one image");
    assert!(slugs.contains(&"\"ubuntu-20-04-1-x64\"".to_owned()));
}

/// Money is text in decimal digits.
#[test]
fn prices_are_text() {
    if !curl::is_there("prices_are_text") {
        return;
    }
    let service = Service::start();
    let size = service.curl("GET", "/sizes/b-1vcpu-1gb").send().expect(200);
    size.expect_at("/size/price_hourly", "0.0069").expect_at("/size/price_monthly", "5.00");
}

/// LIST-PAGE-COMPLETE, and a page beyond the last is empty.
// Shows: LIST-PAGE-COMPLETE, LIST-STABLE-ORDER
#[test]
fn catalogues_have_pages() {
    if !curl::is_there("catalogues_have_pages") {
        return;
    }
    let service = Service::start();
    for list in CATALOGUES.iter().chain(&LISTS).map(|(list, _)| list) {
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
// Shows: METHOD-NOT-ALLOWED-ALLOW
#[test]
fn catalogues_cannot_be_written() {
    if !curl::is_there("catalogues_cannot_be_written") {
        return;
    }
    let service = Service::start();
    for path in
        ["/regions", "/regions/fra", "/sizes", "/sizes/b-1vcpu-1gb", "/applications", "/containers", "/distributions"]
    {
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
