//! The contract as the tests read it: the description that the server crate carries, every operation and link of it, so that
//! what holds for all of them is tested on all of them, also on those that are added later.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

use crate::harness::PREFIX;

/// A link of a response: the operation that it leads to, and where the parameters come from.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) target: String,
    pub(crate) parameters: BTreeMap<String, String>,
}

/// An operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Its path's parameters with their schemas.
    pub(crate) parameters: BTreeMap<String, Value>,
    /// Each declared status with the header fields that it has to carry.
    pub(crate) statuses: BTreeMap<u16, Vec<String>>,
    pub(crate) links: BTreeMap<u16, Vec<Link>>,
    /// The examples of its request body.
    pub(crate) examples: Vec<Value>,
}

/// The whole description.
pub(crate) struct Contract {
    document: Value,
    pub(crate) operations: Vec<Operation>,
}

/// The contract of the service under test.
pub(crate) fn contract() -> &'static Contract {
    static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
        let document: Value = serde_json::from_str(stacklets_server::DESCRIPTION).expect("a description");
        let mut contract = Contract { document, operations: Vec::new() };
        contract.operations = contract.read();
        contract
    });
    &CONTRACT
}

impl Contract {
    /// The operation with this id.
    pub(crate) fn operation(&self, id: &str) -> &Operation {
        let found = self.operations.iter().find(|operation| operation.id == id);
        found.unwrap_or_else(|| panic!("expected an operation {id}"))
    }

    /// Every path template, once.
    pub(crate) fn paths(&self) -> BTreeSet<&str> {
        self.operations.iter().map(|operation| operation.path.as_str()).collect()
    }

    /// The operations of the path that a request target names, with the prefix and without a query.
    pub(crate) fn at(&self, target: &str) -> Vec<&Operation> {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let Some(path) = path.strip_prefix(PREFIX) else {
            return Vec::new();
        };
        let segments: Vec<&str> = path.split('/').collect();
        let fits = |template: &str| {
            let parts: Vec<&str> = template.split('/').collect();
            let fit =
                |(part, segment): (&&str, &&str)| (part.starts_with('{') && !segment.is_empty()) || part == segment;
            parts.len() == segments.len() && parts.iter().zip(&segments).all(fit)
        };
        self.operations.iter().filter(|operation| fits(&operation.path)).collect()
    }

    /// The methods of a path: those declared, HEAD beside GET, and OPTIONS.
    pub(crate) fn methods(&self, path: &str) -> BTreeSet<String> {
        let declared = self.operations.iter().filter(|operation| operation.path == path);
        let mut methods: BTreeSet<String> = declared.map(|operation| operation.method.clone()).collect();
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        methods.insert("OPTIONS".to_owned());
        methods
    }

    fn read(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in members(&self.document["paths"]) {
            for method in ["get", "put", "post", "delete", "patch"] {
                if let Some(operation) = item.get(method) {
                    operations.push(self.operation_of(path, method, item, operation));
                }
            }
        }
        operations
    }

    fn operation_of(&self, path: &str, method: &str, item: &Value, operation: &Value) -> Operation {
        let parameters = [item, operation].into_iter().flat_map(|holder| items(&holder["parameters"]));
        let parameters = parameters.map(|parameter| self.resolve(parameter)).filter(|found| found["in"] == "path");
        let mut statuses = BTreeMap::new();
        let mut links = BTreeMap::new();
        for (status, response) in members(&operation["responses"]) {
            let (status, response) = (status.parse().expect("a status"), self.resolve(response));
            statuses.insert(status, self.required_headers(response));
            links.insert(status, self.links_of(response));
        }
        Operation {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            parameters: parameters
                .map(|found| (text(&found["name"]), self.resolve(&found["schema"]).clone()))
                .collect(),
            statuses,
            links,
            examples: self.examples(&operation["requestBody"]),
        }
    }

    fn required_headers(&self, response: &Value) -> Vec<String> {
        let headers = members(&response["headers"]).filter(|(_, header)| self.resolve(header)["required"] == true);
        headers.map(|(name, _)| name.to_owned()).collect()
    }

    fn links_of(&self, response: &Value) -> Vec<Link> {
        let link = |(name, link): (&str, &Value)| {
            let link = self.resolve(link);
            let parameters = members(&link["parameters"]).map(|(name, from)| (name.to_owned(), text(from)));
            Link { name: name.to_owned(), target: text(&link["operationId"]), parameters: parameters.collect() }
        };
        members(&response["links"]).map(link).collect()
    }

    fn examples(&self, body: &Value) -> Vec<Value> {
        let content = &self.resolve(body)["content"]["application/json"];
        let named = members(&content["examples"]).map(|(_, example)| self.resolve(example)["value"].clone());
        let one = [&content["example"], &self.resolve(&content["schema"])["example"]];
        named.chain(one.into_iter().filter(|example| !example.is_null()).cloned()).collect()
    }

    fn resolve<'c>(&'c self, mut value: &'c Value) -> &'c Value {
        while let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.trim_start_matches('#');
            value = self.document.pointer(pointer).unwrap_or_else(|| panic!("expected something at {reference}"));
        }
        value
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
