//! One of each resource, or two, made from the contract's own examples: of all the POSTs that need nothing in their path,
//! and of all that links lead to from there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::contract::{Link, Operation, contract};
use crate::every_method::IMAGE;
use crate::exchange::Exchange;
use crate::harness::{PATIENCE, Service};
use crate::raw::{Connection, Request};

/// An account that is being filled.
pub(super) struct Account {
    connection: Connection,
    /// Whether it is worth waiting for a task.
    pub(super) tasks_end: bool,
    /// What references are to name, by member: the first of each that was made.
    known: BTreeMap<&'static str, Value>,
    /// Every link that led to a success: operation, status, link.
    pub(super) followed: BTreeSet<(String, u16, String)>,
    /// Every target of a GET that succeeded in this round, with its operation.
    pub(super) read: BTreeMap<String, &'static Operation>,
    /// Every target that was ever there.
    pub(super) was_there: BTreeSet<String>,
    /// What is to be deleted in the end, with the links that led to it.
    pub(super) to_delete: BTreeMap<String, BTreeSet<(String, u16, String)>>,
}

/// Where references find what they name, by the member of an answer.
const REFERENCES: [(&str, &str); 9] = [
    ("stacklet_id", "/stacklet/id"),
    ("ssh_key_id", "/ssh_key/id"),
    ("certificate_id", "/certificate/id"),
    ("image_id", "/snapshot/id"),
    ("uuid_of_volume", "/volume/uuid"),
    ("vpc_uuid", "/vpc/uuid"),
    ("userdata_uuid", "/userdata/uuid"),
    ("firewall_uuid", "/firewall/uuid"),
    ("tag", "/tag/name"),
];

impl Account {
    pub(super) async fn new(service: &Service) -> Account {
        Account {
            connection: Connection::open(service).await,
            tasks_end: true,
            known: BTreeMap::new(),
            followed: BTreeSet::new(),
            read: BTreeMap::new(),
            was_there: BTreeSet::new(),
            to_delete: BTreeMap::new(),
        }
    }

    /// The same account after a restart in which no task comes to an end.
    pub(super) async fn stand_still(&mut self, service: &Service) {
        self.connection = Connection::open(service).await;
        self.tasks_end = false;
    }

    /// Makes something with every POST whose path has no parameters, in whatever order they succeed: what is refused
    /// because it names something that is not there yet is tried again when there is more. Returns the answers.
    pub(super) async fn make(&mut self) -> Vec<(&'static Operation, Vec<Exchange>)> {
        let mut left: Vec<&Operation> = contract().operations.iter().collect();
        left.retain(|operation| operation.method == "POST" && operation.parameters.is_empty());
        let mut made = Vec::new();
        while !left.is_empty() {
            let (before, mut again) = (left.len(), Vec::new());
            for operation in left {
                match self.make_all(operation, "early").await {
                    Ok(answers) => made.push((operation, answers)),
                    Err(refused) => again.push((operation, refused)),
                }
            }
            if again.len() == before {
                panic!("no example of `{}` was accepted; the last one got\n{}", again[0].0.id, again[0].1);
            }
            left = again.into_iter().map(|(operation, _)| operation).collect();
        }
        // Some examples name what was made only after them.
        for (operation, answers) in &mut made {
            answers.extend(self.make_all(operation, "late").await.unwrap_or_default());
        }
        made
    }

    /// Every example of an operation, twice, the second time under another name; the first refusal if none is accepted.
    async fn make_all(&mut self, operation: &'static Operation, when: &str) -> Result<Vec<Exchange>, Exchange> {
        let mut made = Vec::new();
        let mut refused = None;
        for (number, example) in operation.examples.iter().chain(&operation.examples).enumerate() {
            let round = if self.tasks_end { "first" } else { "then" };
            let body = self.fit(example, &format!("-{round}-{when}-{number}"));
            let answer = self.connection.send(&Request::new("POST", &operation.path).json(&body)).await;
            if answer.status == 201 {
                self.learn(&answer);
                made.push(answer);
            } else {
                refused.get_or_insert(answer);
            }
        }
        match refused {
            Some(refused) if made.is_empty() => Err(refused),
            _ => Ok(made),
        }
    }

    /// An example with references to what is there, and with a name of its own.
    pub(super) fn fit(&self, example: &Value, suffix: &str) -> Value {
        let mut body = example.clone();
        let Some(members) = body.as_object_mut() else {
            return body;
        };
        // What an example of a stacklet leaves out, and what is there by now.
        if members.contains_key("image") && members.contains_key("region") {
            for name in ["vpc_uuid", "userdata_uuid", "firewall_uuid"] {
                members.extend(self.known.get(name).map(|value| (name.to_owned(), value.clone())));
            }
        }
        for (name, value) in members.iter_mut() {
            let known = |name: &str| self.known.get(name).cloned();
            let all = |name: &str| Value::from(known(name).into_iter().collect::<Vec<_>>());
            match name.as_str() {
                "stacklet_ids" => *value = all("stacklet_id"),
                "ssh_keys" => *value = all("ssh_key_id"),
                "tags" => *value = all("tag"),
                "resources" => *value = value.as_array().map_or(json!([]), |all| self.resources(all)),
                "id" => *value = known("stacklet_id").unwrap_or_default(),
                "image" if value.is_number() => *value = json!(IMAGE),
                "volume" if value.is_string() => *value = known("uuid_of_volume").unwrap_or_default(),
                "stacklet_id" | "certificate_id" | "image_id" => *value = known(name).unwrap_or(value.clone()),
                "name" => *value = json!(rename(value.as_str().unwrap_or_default(), suffix)),
                _ => {}
            }
        }
        body
    }

    fn resources(&self, all: &[Value]) -> Value {
        all.iter().take(1).map(|resource| self.fit(resource, "")).collect()
    }

    fn learn(&mut self, answer: &Exchange) {
        if answer.content.is_empty() {
            return;
        }
        for (name, pointer) in REFERENCES {
            let value = answer.at(pointer);
            if !value.is_null() {
                self.known.entry(name).or_insert(value);
            }
        }
    }

    /// Sends a request that has to succeed, and says with what.
    pub(super) async fn send(&mut self, method: &str, target: &str, body: Option<&Value>) -> Exchange {
        let request = Request::new(method, target);
        let request = body.map_or(request.clone(), |body| request.json(body));
        let answer = self.connection.send(&request).await;
        self.learn(&answer);
        answer
    }

    /// Waits until the resource at a target has no task at work any more.
    pub(super) async fn settle(&mut self, target: &str) {
        let start = Instant::now();
        while self.tasks_end {
            let shown = self.connection.send(&Request::new("GET", target)).await;
            let at_work = shown.status == 200
                && shown.json().as_object().is_some_and(|body| body.values().any(|value| !value["task"].is_null()));
            if !at_work {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "expected an end of the task in\n{shown}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A name that is not taken yet and still one of its kind: before the first dot, as a domain's has to be.
fn rename(name: &str, suffix: &str) -> String {
    match name.split_once('.') {
        Some((first, rest)) => format!("{first}{suffix}.{rest}"),
        None => format!("{name}{suffix}"),
    }
}

/// Where a link of an answer leads: the target without the prefix. None where a parameter that the path needs is not
/// there, for example the identifier of a task that has ended.
pub(super) fn target(link: &Link, asked: &str, operation: &Operation, answer: &Exchange) -> Option<String> {
    let leads_to = contract().operation(&link.target);
    let mut path = leads_to.path.clone();
    let mut query = Vec::new();
    for (name, from) in &link.parameters {
        let value = evaluate(from, asked, operation, answer);
        if leads_to.parameters.contains_key(name) {
            path = path.replace(&format!("{{{name}}}"), &value?);
        } else if let Some(value) = value {
            query.push(format!("{name}={value}"));
        } else if from.starts_with("$response.body") {
            return None;
        }
    }
    assert!(!path.contains('{'), "the link {} of `{}` gives no value for all of {path}", link.name, operation.id);
    Some(if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) })
}

/// A runtime expression of OpenAPI, as text for a URL.
fn evaluate(from: &str, asked: &str, operation: &Operation, answer: &Exchange) -> Option<String> {
    let (path, query) = asked.split_once('?').unwrap_or((asked, ""));
    if let Some(pointer) = from.strip_prefix("$response.body#") {
        return match answer.at(pointer) {
            Value::String(text) => Some(encode(&text)),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
    }
    if let Some(name) = from.strip_prefix("$request.path.") {
        let wanted = format!("{{{name}}}");
        let position = operation.path.split('/').position(|part| part == wanted)?;
        return path.split('/').nth(position).map(str::to_owned);
    }
    let name = from.strip_prefix("$request.query.").unwrap_or_else(|| panic!("expected an expression and not {from}"));
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// All but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: percent_encoding::AsciiSet =
    percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, &RESERVED).to_string()
}
