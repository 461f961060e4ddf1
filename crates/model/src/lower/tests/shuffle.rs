//! The order of members in a description makes no difference to its model.

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, Value, bundle};

use super::model::EVERYTHING;
use crate::lower;

/// Turns the members of every object around by a rule that differs from object to object.
fn shuffle(value: &mut Value, seed: &mut usize) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|member| shuffle(member, seed));
            *seed = seed.wrapping_mul(31).wrapping_add(members.len());
            let mut shuffled: Vec<_> = std::mem::take(members).into_iter().collect();
            let length = shuffled.len().max(1);
            shuffled.rotate_left(*seed % length);
            if !(*seed).is_multiple_of(3) {
                shuffled.reverse();
            }
            members.extend(shuffled);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shuffle(item, seed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn model(text: &str) -> String {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("the fixture is a description");
    format!("{:#?}", lower(&bundle, &mut diagnostics))
}

#[test]
fn a_shuffled_description_has_the_same_model() {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", EVERYTHING)], &mut diagnostics);
    let original = documents.value(documents.entry()).expect("the fixture parses");
    let expected = model(EVERYTHING);
    for mut seed in 1..20 {
        let mut shuffled = original.clone();
        shuffle(&mut shuffled, &mut seed);
        let text = json(&shuffled);
        assert_ne!(text, json(original), "the shuffle changed something");
        pretty_assert(&model(&text), &expected);
    }
}

/// Shows the first line that differs instead of two whole models.
fn pretty_assert(found: &str, expected: &str) {
    let difference = found.lines().zip(expected.lines()).enumerate().find(|(_, (found, expected))| found != expected);
    assert_eq!(difference, None);
    assert_eq!(found.len(), expected.len());
}

/// A value as JSON, which is YAML too.
fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(key, value)| format!("{key:?}: {}", json(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}
