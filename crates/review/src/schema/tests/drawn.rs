//! Random pairs of small schemas: whenever the engine says that one is included in the other, no value that is drawn from the first is
//! refused by the second; and what it says is not included is shown by a value. The judge is a validator of somebody else's.

use methodical_document::Value;
use methodical_model::Api;
use serde_json::{Map, Value as Json, json};

use super::judged::{may_be_within, without_access};
use super::make::{Random, edited, schema, value};
use super::{readable, side};
use crate::Way;
use crate::schema::engine::Engine;
use crate::schema::inclusion::Answer;
use crate::schema::space::Version;
use crate::schema::{Comparer, Verdict};

/// The judge of one description: what its canonical schemas accept.
fn judge(api: &Api, root: &Value) -> jsonschema::Validator {
    let definitions =
        api.types.iter().map(|definition| (definition.name.pascal.clone(), standard(&definition.canonical.value)));
    let definitions: Map<String, Json> = definitions.collect();
    let whole = json!({"$defs": definitions, "allOf": [standard(root)]});
    jsonschema::validator_for(&whole).expect("it is a schema")
}

/// A canonical schema in JSON Schema's own terms.
fn standard(value: &Value) -> Json {
    let mut json: Json = serde_json::from_str(&value.to_json()).expect("it is JSON");
    let mut waiting = vec![&mut json];
    while let Some(value) = waiting.pop() {
        match value {
            Json::Object(members) => {
                if let Some(Json::String(name)) = members.get_mut("$ref") {
                    *name = format!("#/$defs/{name}");
                }
                waiting.extend(members.values_mut());
            }
            Json::Array(items) => waiting.extend(items),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }
    json
}

#[test]
fn what_is_included_is_accepted() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut counts = [0; 3];
    for round in 0..ROUNDS {
        let old = schema(&mut random, 3);
        let new = if random.once_in(4) { schema(&mut random, 3) } else { edited(&mut random, &old, 3) };
        let [old, new] = [old, new].map(|root| without_access(&root));
        let (Some(before), Some(after)) = (description(&old), description(&new)) else { continue };
        let [one, two] = [&before, &after].map(|api| &side(api, Way::Request).canonical.value);
        let judges = [judge(&before, one), judge(&after, two)];
        let mut engine = Engine::new(&before, &after);
        let terms = [engine.space.written(Version::Old, one), engine.space.written(Version::New, two)];
        let told = format!("round {round}\n{old}\n{new}");
        match engine.included(terms[0], terms[1]) {
            Answer::Included => {
                counts[0] += 1;
                let drawn = if may_be_within(&new, &new, Way::Request) { 0 } else { 40 };
                for _ in 0..drawn {
                    let drawn = value(&mut random, &old, &old, 4);
                    if judges[0].is_valid(&drawn) {
                        assert!(judges[1].is_valid(&drawn), "{told}\n{drawn}");
                    }
                }
            }
            Answer::Not(shown) => {
                counts[1] += 1;
                assert!(judges[0].is_valid(&shown) && !judges[1].is_valid(&shown), "{told}\n{shown}");
            }
            Answer::Unknown(_) => counts[2] += 1,
        }
        if !matches!(engine.included(terms[0], terms[1]), Answer::Unknown(_)) {
            agree(&before, &after, &engine.included(terms[0], terms[1]), &told);
        }
    }
    let [included, not, unknown] = counts;
    assert!(included > ROUNDS / 20 && not > ROUNDS / 5, "{included} included, {not} not, {unknown} undecided");
    assert!(unknown < ROUNDS / 10, "{included} included, {not} not, {unknown} undecided");
}

/// What is said of single changes fits what is said of the whole.
fn agree(before: &Api, after: &Api, answer: &Answer, told: &str) {
    let mut comparer = Comparer::new(before, after);
    let ids = comparer.compare(Way::Request, side(before, Way::Request), side(after, Way::Request));
    let verdicts: Vec<Verdict> = ids.iter().map(|id| comparer.change(*id).verdict.clone()).collect();
    let hurts = |verdict: &Verdict| matches!(verdict, Verdict::Breaking | Verdict::Undecided(_));
    if matches!(answer, Answer::Not(_)) {
        assert!(verdicts.iter().any(hurts), "{told}\nbreaks, but no change does: {answer:?} {verdicts:?}");
    }
}

/// Some of what comes about is no description, such as a schema that is part of itself.
fn description(root: &Json) -> Option<Api> {
    readable("3.1.0", &format!("Root: {root}")).ok()
}

const ROUNDS: usize = 600;
