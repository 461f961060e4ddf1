//! Every method on every resource by `curl` over HTTPS, as the source page promises it.

mod access;
mod account;
mod actions;
mod by_uuid;
mod catalogue;
mod certificates;
mod domains;
mod firewalls;
mod floating_ips;
mod images;
mod load_balancers;
mod projects;
mod protocol;
mod refusals;
mod ssh_keys;
mod stacklets;
mod tag_resources;
mod tags;
mod tasks;
mod volumes;
mod vpcs;

pub(crate) use certificates::made as made_certificate;
pub(crate) use load_balancers::body as balancer_body;
pub(crate) use ssh_keys::KEY;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::harness::{Home, PATIENCE, Service};

/// An image that every size can run.
pub(crate) const IMAGE: &str = "ubuntu-20-04-1-x64";

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
    let lists = [
        "/backups",
        "/certificates",
        "/domains",
        "/firewalls",
        "/floating_ips",
        "/load_balancers",
        "/projects",
        "/snapshots",
        "/ssh_keys",
        "/stacklets",
        "/tags",
        "/userdata",
        "/volumes",
        "/vpcs",
    ];
    let list = |path: &str| service.curl("GET", &format!("{path}?per_page=200")).send().expect(200).json();
    lists.into_iter().map(list).collect()
}

/// The same without what tasks change by themselves, where some are at work.
fn lasting(state: &[Value]) -> Vec<Value> {
    let mut state = state.to_vec();
    let lists = state.iter_mut().filter_map(Value::as_object_mut).flat_map(|list| list.values_mut());
    for item in lists.filter_map(Value::as_array_mut).flatten().filter_map(Value::as_object_mut) {
        for member in ["task", "status", "locked"] {
            item.remove(member);
        }
    }
    state
}

/// Waits until the member of the resource is null: until no task is at work on it.
#[track_caller]
fn settled(service: &Service, path: &str, pointer: &str) -> Exchange {
    settled_where(service, path, |shown| shown.at(pointer).is_null())
}

#[track_caller]
fn settled_where(service: &Service, path: &str, holds: impl Fn(&Exchange) -> bool) -> Exchange {
    let start = Instant::now();
    loop {
        let shown = service.curl("GET", path).send().expect(200);
        if holds(&shown) {
            return shown;
        }
        assert!(start.elapsed() < PATIENCE, "expected an end of the task in\n{shown}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A service whose tasks do not end while a test looks.
fn start_still() -> Service {
    Home::new().start(&["--task-duration", "1h"])
}

/// What a task that has just begun comes to: its own page, once it has ended.
#[track_caller]
fn outcome(service: &Service, begun: &Exchange) -> Exchange {
    let location = begun.field("Location");
    let path = location.strip_prefix(crate::harness::PREFIX).expect("a Location in the API");
    settled_where(service, path, |task| task.at("/task/status") != "in_progress")
}

/// A new stacklet of this region, and its number. It is at work for a while.
#[track_caller]
fn new_stacklet(service: &Service, region: &str) -> u64 {
    let body = json!({ "name": "web", "size": "b-1vcpu-1gb", "image": IMAGE, "region": region });
    service.curl("POST", "/stacklets").json(&body).send().expect(201).number_at("/stacklet/id")
}

/// The number of a new stacklet that no task is at work on any more. `members` has its name, and what else it is to
/// have beside or in place of what it needs.
#[track_caller]
fn idle_stacklet(service: &Service, members: &Value) -> u64 {
    let mut body = json!({ "size": "b-1vcpu-1gb", "image": IMAGE, "region": "fra" });
    for (member, value) in members.as_object().into_iter().flatten() {
        body[member] = value.clone();
    }
    let created = service.curl("POST", "/stacklets").json(&body).send().expect(201);
    let id = created.number_at("/stacklet/id");
    settled(service, &format!("/stacklets/{id}"), "/stacklet/task");
    id
}

/// A token of another account.
#[track_caller]
pub(crate) fn other_account(service: &Service) -> String {
    another_token(service, &["--account", "other"])
}

/// A new token, made by the operator's command with these arguments.
#[track_caller]
pub(crate) fn another_token(service: &Service, arguments: &[&str]) -> String {
    let all = [&["token", "create", "--data", "data"], arguments].concat();
    let finished = service.home().run(&all);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    finished.stdout.trim().to_owned()
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
