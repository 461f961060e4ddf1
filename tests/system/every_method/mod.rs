//! Every method on every resource by `curl` over HTTPS, as the source page promises it.

mod access;
mod account;
mod catalogue;
mod protocol;
mod ssh_keys;
mod stacklets;
mod tags;

pub(crate) use ssh_keys::KEY;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::exchange::Exchange;
use crate::harness::Service;

/// Header fields whose values say something about one response alone.
const OF_ONE_RESPONSE: [&str; 5] =
    ["date", "x-request-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];

/// GET and HEAD of the same: the status and the fields agree, HEAD has no content, and leaves out at
/// most what only the content would tell (HEAD-MIRRORS-GET, HEAD-LENGTH-TRUE). Returns what GET
/// returned.
#[track_caller]
fn read(service: &Service, path: &str, status: u16) -> Exchange {
    let get = service.curl("GET", path).send();
    let get = if status < 400 { get.expect(status) } else { get.expect_problem(status) };
    let head = service.curl("HEAD", path).send().expect(status);
    assert!(head.content.is_empty(), "expected no content in\n{head}");
    let (of_get, mut of_head) = (lasting_fields(&get), lasting_fields(&head));
    if let Some(length) = of_get.get("content-length") {
        of_head.entry("content-length".to_owned()).or_insert_with(|| length.clone());
    }
    assert!(of_get == of_head, "expected the fields of GET\n{get}\nin what HEAD answers\n{head}");
    get
}

/// The header fields by their names; of those that tell about one response, only that they are there.
fn lasting_fields(exchange: &Exchange) -> BTreeMap<String, String> {
    let fields = exchange.fields.iter().map(|(name, value)| {
        let name = name.to_lowercase();
        let lasting = !OF_ONE_RESPONSE.contains(&name.as_str());
        let value = if lasting { value.clone() } else { String::new() };
        (name, value)
    });
    fields.collect()
}

/// Everything that the account holds, to show that a refused request changed nothing
/// (FAILED-WRITE-NO-EFFECT).
#[track_caller]
fn everything(service: &Service) -> Vec<Value> {
    let lists = ["/stacklets", "/ssh_keys", "/tags"];
    let list = |path: &str| service.curl("GET", &format!("{path}?per_page=200")).send().expect(200).json();
    lists.into_iter().map(list).collect()
}

/// How often an item with this member of this value stands in a list.
#[track_caller]
fn count(service: &Service, list: &str, member: &str, value: impl Into<Value>) -> usize {
    let value = value.into();
    let exchange = service.curl("GET", &format!("/{list}?per_page=200")).send().expect(200);
    let items = exchange.at(&format!("/{list}"));
    items.as_array().map_or(0, |items| items.iter().filter(|item| item[member] == value).count())
}

/// Follows the `Location` of what was created, which has to lead to the value that was returned
/// (POST-LOCATION-RESOLVES).
#[track_caller]
fn follow_location(service: &Service, created: &Exchange) -> Exchange {
    let location = created.field("Location");
    let origin = format!("https://localhost:{}", service.address.port());
    let path = location.strip_prefix(&origin).unwrap_or(location);
    let path = path.strip_prefix(crate::harness::PREFIX);
    let path = path.unwrap_or_else(|| panic!("expected a Location in the API in\n{created}"));
    service.curl("GET", path).send().expect(200)
}

/// The pages of a list from the first to the last, whatever their size: every item once
/// (LIST-PAGE-COMPLETE).
#[track_caller]
fn walk(service: &Service, list: &str, per_page: u64, query: &str) -> Vec<Value> {
    let (mut items, mut page) = (Vec::new(), 1);
    loop {
        let path = format!("/{list}?per_page={per_page}&page={page}{query}");
        let exchange = service.curl("GET", &path).send().expect(200);
        let found = exchange.at(&format!("/{list}")).as_array().cloned().unwrap_or_default();
        assert!(found.len() as u64 <= per_page, "expected at most {per_page} items in\n{exchange}");
        items.extend(found);
        let previous = if page == 1 { Value::Null } else { Value::from(page - 1) };
        exchange
            .expect_at("/meta/pagination/current_page", page)
            .expect_at("/meta/pagination/per_page", per_page)
            .expect_at("/meta/pagination/previous_page", previous);
        let (pages, total) =
            (exchange.number_at("/meta/pagination/pages"), exchange.number_at("/meta/pagination/total"));
        assert!(pages == total.div_ceil(per_page).max(1), "expected pages that hold the total in\n{exchange}");
        if page == pages {
            exchange.expect_at("/meta/pagination/next_page", Value::Null);
            assert!(items.len() as u64 == total, "expected {total} items and not {} up to\n{exchange}", items.len());
            return items;
        }
        page += 1;
        exchange.expect_at("/meta/pagination/next_page", page);
    }
}
