//! Whole reviews of random pairs, held to somebody else's validator of JSON Schema, which reads what the author wrote: neither our lowering
//! nor our validator judges itself. Where a review says that everything stays valid, no value that is drawn is valid on the writer's side
//! and refused on the reader's; and every witness is.
//!
//! Values have the members that the writer declares (`review-judgements.md`). A `oneOf` of which one alternative may be within another is
//! read as `anyOf` where that is the milder judgement. `null` that a list of types or of values names is taken for a value whatever stands
//! beside it (as by the judge of `tests/fidelity`), so that nothing does here; and a member is read-only for all parts of an object, so that none is
//! where there are parts.

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, bundle};
use methodical_model::{Api, lower};
use serde_json::{Map, Value as Json, json};

use super::make::{Random, edited, scalars, schema, value};
use crate::{Change, Way, WireLevel, compare};

const WAYS: [Way; 2] = [Way::Request, Way::Response];

/// A description with an operation for each way; `None`: what was drawn is none, such as a schema that is part of itself.
fn description(root: &Json) -> Option<Api> {
    let content = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Root"}}}});
    let plain = json!({"description": "It."});
    let mut answer = content.clone();
    answer["description"] = json!("It.");
    let text = json!({
        "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
        "paths": {
            "/request": {"post": {"operationId": "take", "requestBody": content, "responses": {"204": plain}}},
            "/response": {"post": {"operationId": "give", "responses": {"200": answer}}},
        },
        "components": {"schemas": {"Root": root}},
    });
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.json", &[("openapi.json", &text.to_string())], &mut diagnostics);
    let api = lower(&bundle(&documents, &mut diagnostics)?, &mut diagnostics);
    (!diagnostics.has_errors()).then_some(api)
}

/// What JSON Schema makes of a schema for values that travel one way: of members that do not travel so nothing is demanded.
fn standard(schema: &Json, way: Way, is_mild: bool) -> Json {
    let Json::Object(members) = schema else { return schema.clone() };
    let mut made = Map::new();
    for (keyword, value) in members {
        let all = |values: &Vec<Json>| values.iter().map(|one| standard(one, way, is_mild)).collect::<Json>();
        let value = match (keyword.as_str(), value) {
            ("const" | "enum", value) => value.clone(),
            ("$ref", _) => json!("#/$defs/Root"),
            ("properties" | "patternProperties" | "dependentSchemas", Json::Object(schemas)) => {
                let of = |(name, one): (&String, &Json)| (name.clone(), standard(one, way, is_mild));
                Json::Object(schemas.iter().map(of).collect())
            }
            (_, Json::Array(values)) => all(values),
            (_, value) => standard(value, way, is_mild),
        };
        let keyword = if is_mild && keyword == "oneOf" { "anyOf" } else { keyword };
        made.insert(keyword.to_owned(), value);
    }
    leave_out(&mut made, members, way);
    Json::Object(made)
}

/// Takes out of `properties` and `required` what does not travel this way. What a client should not send is tolerated.
fn leave_out(made: &mut Map<String, Json>, written: &Map<String, Json>, way: Way) {
    let says = if way == Way::Request { "readOnly" } else { "writeOnly" };
    let properties = written.get("properties").and_then(Json::as_object).into_iter().flatten();
    let absent: Vec<&String> = properties.filter(|(_, one)| one[says] == json!(true)).map(|(name, _)| name).collect();
    if let Some(Json::Object(properties)) = made.get_mut("properties") {
        for name in &absent {
            match way {
                Way::Request => properties.insert((*name).clone(), json!(true)),
                Way::Response => properties.remove(*name),
            };
        }
    }
    if let Some(Json::Array(required)) = made.get_mut("required") {
        required.retain(|name| !absent.iter().any(|one| name.as_str() == Some(one)));
    }
}

/// A schema for values to be drawn from: without the members that do not travel this way.
fn travelling(schema: &Json, way: Way) -> Json {
    match schema {
        Json::Object(members) => {
            let says = if way == Way::Request { "readOnly" } else { "writeOnly" };
            let of = |one: &Json| travelling(one, way);
            let member = |(keyword, value): (&String, &Json)| match (keyword.as_str(), value) {
                ("properties", Json::Object(properties)) => {
                    let left = properties.iter().filter(|(_, one)| one[says] != json!(true));
                    (keyword.clone(), Json::Object(left.map(|(name, one)| (name.clone(), of(one))).collect()))
                }
                ("const" | "enum", value) => (keyword.clone(), value.clone()),
                (_, value) => (keyword.clone(), of(value)),
            };
            Json::Object(members.iter().map(member).collect())
        }
        Json::Array(items) => items.iter().map(|one| travelling(one, way)).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => schema.clone(),
    }
}

fn has_parts(schema: &Json) -> bool {
    let text = schema.to_string();
    ["allOf", "oneOf", "anyOf", "dependentSchemas", "\"then\"", "\"else\""].iter().any(|keyword| text.contains(keyword))
}

/// Whether `null` is among the types of a schema that says more of its values.
fn names_null_beside(schema: &Json) -> bool {
    match schema {
        Json::Object(members) => {
            let names_null =
                members.get("type").and_then(Json::as_array).is_some_and(|types| types.contains(&json!("null")));
            let says_more = ["not", "if", "oneOf", "anyOf", "allOf", "enum", "const"]
                .iter()
                .any(|keyword| members.contains_key(*keyword));
            names_null && says_more || members.values().any(names_null_beside)
        }
        Json::Array(items) => items.iter().any(names_null_beside),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

pub(super) fn without_access(schema: &Json) -> Json {
    match schema {
        Json::Object(members) => {
            let left = members.iter().filter(|(keyword, _)| *keyword != "readOnly" && *keyword != "writeOnly");
            Json::Object(left.map(|(name, one)| (name.clone(), without_access(one))).collect())
        }
        Json::Array(items) => items.iter().map(without_access).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => schema.clone(),
    }
}

fn judge(root: &Json, way: Way, is_mild: bool) -> jsonschema::Validator {
    let root = standard(root, way, is_mild);
    jsonschema::validator_for(&json!({"$defs": {"Root": root}, "$ref": "#/$defs/Root"})).expect("it is a schema")
}

/// Whether of the alternatives of some `oneOf` one may be within another, as far as a few values tell.
pub(super) fn may_be_within(schema: &Json, root: &Json, way: Way) -> bool {
    match schema {
        Json::Object(members) => {
            let alternatives = members.get("oneOf").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
            let of = |one: &Json| {
                let root = standard(root, way, false);
                let whole = json!({"$defs": {"Root": root}, "allOf": [standard(one, way, false)]});
                jsonschema::validator_for(&whole).expect("it is a schema")
            };
            let judges: Vec<_> = alternatives.iter().map(of).collect();
            let is_within = |one: usize, two: usize| {
                one != two && pool().iter().all(|value| !judges[one].is_valid(value) || judges[two].is_valid(value))
            };
            let found = (0..judges.len()).any(|one| (0..judges.len()).any(|two| is_within(one, two)));
            found || members.values().any(|one| may_be_within(one, root, way))
        }
        Json::Array(items) => items.iter().any(|one| may_be_within(one, root, way)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}

fn pool() -> Vec<Json> {
    let scalars = scalars();
    let lists = scalars.iter().map(|one| json!([one]));
    let objects = scalars.iter().flat_map(|one| ["a", "b", "c"].map(|name| json!({name: one})));
    lists.chain(objects).chain(scalars.iter().cloned()).collect()
}

/// The changes of what travels one way.
fn of_way(changes: &[Change], way: Way) -> impl Iterator<Item = &Change> {
    let path = if way == Way::Request { "POST /request" } else { "POST /response" };
    changes.iter().filter(move |change| change.reach.iter().any(|reach| reach.operation == path))
}

/// The body of the message that shows a change.
fn witness(change: &Change, way: Way) -> Option<Json> {
    let witness = change.wire.as_ref()?.witness.as_ref().filter(|witness| witness.direction == way)?;
    let (_, body) = witness.text.split_once("\n\n")?;
    serde_json::from_str(body.trim()).ok()
}

/// What is wrong with what is said of one pair, one way.
fn wrong(random: &mut Random, changes: &[Change], sides: [&Json; 2], way: Way) -> Option<String> {
    let [writer, reader] = if way == Way::Request { sides } else { [sides[1], sides[0]] };
    let strict = [writer, reader].map(|root| judge(root, way, false));
    for change in of_way(changes, way) {
        if let Some(shown) = witness(change, way)
            && (!strict[0].is_valid(&shown) || strict[1].is_valid(&shown))
        {
            let sent = strict[0].is_valid(&shown);
            return Some(format!("{} is shown by {shown}, which is sent: {sent}", change.message));
        }
    }
    let level = of_way(changes, way).filter_map(|change| change.wire.as_ref()).map(|wire| wire.level).max();
    if level >= Some(WireLevel::Undecided) {
        return None;
    }
    let mild = may_be_within(reader, reader, way).then(|| judge(reader, way, true));
    let reads = mild.as_ref().unwrap_or(&strict[1]);
    let drawn_from = travelling(writer, way);
    for _ in 0..DRAWN {
        let drawn = value(random, &drawn_from, &drawn_from, 4);
        if strict[0].is_valid(&drawn) && !reads.is_valid(&drawn) {
            return Some(format!("{drawn} is sent and refused, and the changes come to {level:?}"));
        }
    }
    None
}

#[test]
fn reviews_are_right() {
    let asked = std::env::var("METHODICAL_ROUNDS").ok();
    let asked = asked.as_deref().and_then(|text| text.split_once(".."));
    let (from, to) =
        asked.map_or((0, ROUNDS), |(from, to)| (from.parse().expect("a number"), to.parse().expect("a number")));
    let (mut counts, mut faults) = ([0; 4], Vec::new());
    for round in from..to {
        let mut random = Random((round + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
        let old = schema(&mut random, 3);
        let new = if random.once_in(6) { schema(&mut random, 3) } else { edited(&mut random, &old, 3) };
        if to - from == 1 {
            println!("{old}\n{new}");
        }
        let [old, new] = [old, new].map(|root| if has_parts(&root) { without_access(&root) } else { root });
        if names_null_beside(&old) || names_null_beside(&new) {
            continue;
        }
        let (Some(before), Some(after)) = (description(&old), description(&new)) else { continue };
        let begun = std::time::Instant::now();
        let review = compare(&before, &after);
        if begun.elapsed() > LONG {
            println!("round {round} took {:?}", begun.elapsed());
        }
        for way in WAYS {
            let level =
                of_way(&review.changes, way).filter_map(|change| change.wire.as_ref()).map(|wire| wire.level).max();
            counts[level.map_or(0, |level| level as usize)] += 1;
            if let Some(fault) = wrong(&mut random, &review.changes, [&old, &new], way) {
                let said: Vec<_> = of_way(&review.changes, way).map(|change| change.message.as_str()).collect();
                faults.push(format!("round {round}, {way:?}s\n  {old}\n  {new}\n  {fault}\n  {said:?}"));
            }
        }
    }
    let [kept, risky, undecided, breaking] = counts;
    println!("{kept} kept, {risky} risky, {undecided} undecided, {breaking} breaking");
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.iter().take(12).cloned().collect::<Vec<_>>().join("\n")
    );
    let all = kept + risky + undecided + breaking;
    assert!(asked.is_some() || kept * 6 > all && breaking * 4 > all && undecided * 15 < all, "{counts:?}");
}

/// How many pairs are drawn, unless `METHODICAL_ROUNDS` says which, as `0..9000`.
const ROUNDS: u64 = 500;
/// How many values are drawn for a pair.
const DRAWN: usize = 60;
/// What takes longer is told.
const LONG: std::time::Duration = std::time::Duration::from_secs(2);
