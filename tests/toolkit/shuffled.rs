//! The order of members in a description means nothing: shuffled, it generates the same bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use methodical::pipeline::{self, Reading};
use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, Number, Value};
use methodical_generate::{Package, RuntimeSource, client, server, types};

#[test]
fn the_contract_shuffled_generates_the_same_bytes() {
    let reading = pipeline::read(Path::new("../../spec/openapi.yaml"));
    let contract = reading.contract.as_ref().expect("the contract parses");
    let expected = files(&reading);
    for seed in 1..=3 {
        let shuffled = shuffle(contract.bundle.to_value(), &mut Seed(seed));
        let text = json(&shuffled);
        let mut diagnostics = Diagnostics::new();
        let documents = Documents::from_memory("openapi.json", &[("openapi.json", &text)], &mut diagnostics);
        let actual = files(&pipeline::from_documents(documents, diagnostics));
        let differing: Vec<_> = expected.iter().filter(|(path, text)| actual.get(*path) != Some(text)).collect();
        let names: Vec<_> = differing.iter().map(|(path, _)| path.display().to_string()).collect();
        assert!(names.is_empty() && actual.len() == expected.len(), "seed {seed} changes {names:?}");
    }
}

fn files(reading: &Reading) -> BTreeMap<PathBuf, String> {
    let contract = reading.contract.as_ref().expect("it parses");
    let (api, value) = (&contract.api, contract.bundle.to_value());
    let package = package();
    let outputs = [
        ("types", types(api, &package)),
        ("client", client(api, &package)),
        ("server", server(api, &package, Some(value))),
    ];
    let named = outputs
        .into_iter()
        .flat_map(|(name, files)| files.into_iter().map(move |(path, text)| (PathBuf::from(name).join(path), text)));
    named.collect()
}

fn package() -> Package {
    Package {
        prefix: "stacklets".to_owned(),
        version: "0.1.0".to_owned(),
        versions: std::collections::BTreeMap::new(),
        registry: None,
        client: true,
        license: "MIT".to_owned(),
        license_files: Vec::new(),
        repository: None,
        authors: Vec::new(),
        rust_version: "1.95".to_owned(),
        keywords: Vec::new(),
        runtime: RuntimeSource { version: "0.1.0".to_owned(), path: None, registry: None },
        source: "openapi.json".to_owned(),
        command: "methodical generate".to_owned(),
    }
}

/// The same value with the members of every object in another order. Arrays keep theirs: it has a meaning.
fn shuffle(value: &Value, seed: &mut Seed) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(key, value)| (key.clone(), shuffle(value, seed))).collect();
            for index in (1..members.len()).rev() {
                members.swap(index, seed.below(index + 1));
            }
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| shuffle(item, seed)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The value as JSON, members in the order in which they stand.
fn json(value: &Value) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(Number::Integer(value)) => value.to_string(),
        Value::Number(Number::Float(value)) => format!("{value:?}"),
        Value::Number(Number::Text(text)) => text.clone(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{}:{}", quoted(key), json(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
    }
}

/// A linear congruential generator: the same order in each run, and no dependency for it.
struct Seed(u64);

impl Seed {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end as u64).unwrap_or(0)
    }
}
