//! Values of each kind of schema through generated types: `shapes.yaml`, whose types are a crate of this workspace. What is
//! not yet as it should be stands in the snapshot.

use std::time::{Duration, Instant};

use methodical_diagnostic::Diagnostics;
use methodical_document::{Bundle, Documents, Inputs, bundle};
use methodical_fidelity::cases::{self, Limits};
use methodical_fidelity::driver;
use methodical_fidelity::harness::{Entry, answer, request};
use methodical_fidelity::judge::{Collector, keys};
use methodical_fidelity::random::Random;
use methodical_fidelity::verdict::Verdict;
use methodical_model::{Api, lower};
use serde_json::Value;

#[rustfmt::skip]
const ENTRIES: &[Entry] = include!("entries.rs");

fn read() -> (Bundle, Api) {
    let mut diagnostics = Diagnostics::new();
    let entry = concat!(env!("CARGO_MANIFEST_DIR"), "/shapes.yaml");
    let documents = Documents::read_from(&Inputs::of(entry), &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("it is a description");
    let api = lower(&bundle, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "it is sound");
    (bundle, api)
}

#[test]
fn what_goes_through_a_type_comes_back() {
    let (bundle, api) = read();
    let mut collector = Collector::new(&bundle);
    let keys = keys(&mut collector, &api, |_| true);
    let schemas = collector.finish();
    let far_away = Instant::now() + Duration::from_secs(3600);
    let judge = schemas.judge(keys.values().map(String::as_str), far_away).expect("the judge understands it");
    let mut verdict = Verdict::default();
    let mut chosen = Vec::new();
    for (position, (index, key)) in keys.iter().enumerate() {
        let name = &api.types[*index].name.pascal;
        let validator = judge.of(key).expect(name);
        let schema = schemas.get(key).expect("it has been collected");
        chosen.push((*index, validator.is_valid(Value::Null)));
        let cases =
            cases::of(&schemas, schema, &validator, Random::of(1, *index as u64), Limits { draws: 24, breaks: 90 });
        assert!(cases.iter().any(|case| case.valid), "no valid value of {name} was found");
        let Some(entry) = ENTRIES.get(position).filter(|entry| entry.name == name) else { continue };
        for case in &cases {
            verdict.add(name, case, Some(&entry.tried(&case.text)));
        }
    }
    let entries = driver::entries(&api, &chosen, "shapes_types");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shapes/entries.rs");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(file, &entries).expect("it can be written");
    }
    assert_eq!(std::fs::read_to_string(file).expect("it is there"), entries, "run it with INSTA_UPDATE=always, twice");
    insta::assert_snapshot!("verdict", format!("{}\n\n{}", verdict.table(), verdict.summary(2)));
}
