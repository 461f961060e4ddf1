//! Random pairs of small schemas: whenever the engine says that one is included in the other, no value that is drawn from the first is
//! refused by the second; and what it says is not included is shown by a value. The judge is a validator of somebody else's.

use methodical_document::Value;
use methodical_model::Api;
use serde_json::{Map, Value as Json, json};

use super::{readable, side};
use crate::Way;
use crate::schema::engine::Engine;
use crate::schema::inclusion::Answer;
use crate::schema::space::Version;
use crate::schema::{Comparer, Verdict};

/// Numbers that look random, and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("it fits") % limit.max(1)
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn one<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }
}

fn schema(random: &mut Random, depth: usize) -> Json {
    let combined = depth > 0 && random.once_in(4);
    if combined {
        let keyword = *random.one(&["oneOf", "anyOf", "allOf"]);
        let parts: Vec<Json> = (0..=random.below(2) + 1).map(|_| schema(random, depth - 1)).collect();
        return json!({ keyword: parts });
    }
    let mut made = typed(random, depth);
    if random.once_in(6) {
        made["not"] = typed(random, 0);
    }
    if depth > 0 && random.once_in(10) {
        made["if"] = typed(random, depth - 1);
        made["then"] = typed(random, depth - 1);
    }
    made
}

/// What is below a list or an object may lead back.
fn below(random: &mut Random, depth: usize) -> Json {
    if random.once_in(14) { json!({"$ref": "#/components/schemas/Root"}) } else { schema(random, depth - 1) }
}

fn typed(random: &mut Random, depth: usize) -> Json {
    match random.below(if depth > 0 { 9 } else { 6 }) {
        0 => json!({"type": "string", "maxLength": random.below(4)}),
        1 => json!({"type": "string", "pattern": random.one(&["^a", "^a+$", "b$", "^[ab]*$", "^.{2}$"])}),
        2 => {
            json!({"enum": subset(random, &[json!("a"), json!("b"), json!(1), json!(null), json!(true), json!("ab")])})
        }
        3 => {
            let kind = *random.one(&["integer", "number"]);
            json!({"type": kind, "minimum": random.below(4), "maximum": 2 + random.below(4)})
        }
        4 => json!({"type": "integer", "multipleOf": 1 + random.below(4)}),
        5 => {
            json!({"type": [*random.one(&["string", "boolean", "array"]), *random.one(&["null", "integer", "object"])]})
        }
        6 => {
            let mut list = json!({"type": "array", "items": below(random, depth), "maxItems": 1 + random.below(3)});
            if random.once_in(3) {
                list["minItems"] = json!(random.below(2));
                list["uniqueItems"] = json!(true);
            }
            if random.once_in(4) {
                list["prefixItems"] = json!([below(random, depth)]);
            }
            if random.once_in(4) {
                list["contains"] = typed(random, 0);
            }
            list
        }
        _ => object(random, depth),
    }
}

fn object(random: &mut Random, depth: usize) -> Json {
    let names = ["a", "b", "c"];
    let mut properties = Map::new();
    for name in names {
        if random.once_in(2) {
            properties.insert(name.to_owned(), below(random, depth));
        }
    }
    let mut object = json!({"type": "object", "properties": properties});
    if random.once_in(2) {
        object["required"] = json!([random.one(&names)]);
    }
    match random.below(6) {
        0 => object["additionalProperties"] = json!(false),
        1 => object["additionalProperties"] = below(random, depth),
        2 => object["patternProperties"] = json!({"^[bc]$": typed(random, 0)}),
        3 => object["maxProperties"] = json!(1 + random.below(2)),
        4 => object["dependentRequired"] = json!({"a": ["b"]}),
        _ => {}
    }
    object
}

fn subset(random: &mut Random, values: &[Json]) -> Vec<Json> {
    let mut chosen: Vec<Json> = values.iter().filter(|_| random.once_in(2)).cloned().collect();
    if chosen.is_empty() {
        chosen.push(json!("a"));
    }
    chosen
}

/// A schema that is a little different.
fn edited(random: &mut Random, value: &Json, depth: usize) -> Json {
    match value {
        Json::Object(members) if !members.is_empty() && !random.once_in(8) => {
            let names: Vec<&String> = members.keys().collect();
            let chosen = (*random.one(&names)).clone();
            let mut members = members.clone();
            match (chosen.as_str(), &members[&chosen]) {
                (_, Json::Number(number)) => {
                    let number = number.as_u64().unwrap_or(0);
                    members.insert(chosen, json!(if random.once_in(2) { number + 1 } else { number.max(2) - 1 }));
                }
                (
                    "properties"
                    | "items"
                    | "additionalProperties"
                    | "not"
                    | "a"
                    | "b"
                    | "c"
                    | "oneOf"
                    | "anyOf"
                    | "allOf",
                    inner,
                ) => {
                    let inner = edited(random, &inner.clone(), depth.saturating_sub(1));
                    members.insert(chosen, inner);
                }
                ("required" | "uniqueItems" | "contains" | "dependentRequired", _) => {
                    members.remove(&chosen);
                }
                _ => return schema(random, depth),
            }
            Json::Object(members)
        }
        Json::Array(items) if !items.is_empty() => {
            let mut items = items.clone();
            let position = random.below(items.len());
            items[position] = edited(random, &items[position].clone(), depth);
            Json::Array(items)
        }
        Json::Object(_) | Json::Array(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            schema(random, depth)
        }
    }
}

/// A value that a schema may accept: of members only those that it declares, or that its author says may be there.
fn value(random: &mut Random, root: &Json, schema: &Json, depth: usize) -> Json {
    let scalars = [
        json!("a"),
        json!("ab"),
        json!(""),
        json!("bb"),
        json!(0),
        json!(1),
        json!(2.5),
        json!(4),
        json!(null),
        json!(true),
        json!("aaa"),
    ];
    if depth == 0 || random.once_in(12) {
        return random.one(&scalars).clone();
    }
    if schema["$ref"].is_string() {
        return value(random, root, root, depth - 1);
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(parts) = schema[keyword].as_array() {
            let part = random.one(parts);
            return value(random, root, part, depth);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let drawn: Vec<Json> = parts.iter().map(|part| value(random, root, part, depth - 1)).collect();
        let objects: Vec<&Map<String, Json>> = drawn.iter().filter_map(Json::as_object).collect();
        if objects.len() == drawn.len() {
            let members = objects.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone()));
            return Json::Object(members.collect());
        }
        return random.one(&drawn).clone();
    }
    if let Some(values) = schema["enum"].as_array() {
        return random.one(values).clone();
    }
    match schema["type"].as_str() {
        Some("array") => {
            let count = random.below(4);
            let item = |index: usize| match index {
                0 if schema["prefixItems"].is_array() => &schema["prefixItems"][0],
                _ => &schema["items"],
            };
            (0..count).map(|index| value(random, root, item(index), depth - 1)).collect()
        }
        Some("object") => {
            let mut members = Map::new();
            for (name, member) in schema["properties"].as_object().into_iter().flatten() {
                let is_required = schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
                if is_required || random.once_in(2) {
                    members.insert(name.clone(), value(random, root, member, depth - 1));
                }
            }
            for (name, of) in [("b", &schema["patternProperties"]["^[bc]$"]), ("d", &schema["additionalProperties"])] {
                if of.is_object() && random.once_in(2) {
                    members.entry(name).or_insert_with(|| value(random, root, of, depth - 1));
                }
            }
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
                if !members.contains_key(name) {
                    members.insert(name.to_owned(), random.one(&scalars).clone());
                }
            }
            Json::Object(members)
        }
        Some(_) | None => random.one(&scalars).clone(),
    }
}

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
        let (Some(before), Some(after)) = (description(&old), description(&new)) else { continue };
        let [one, two] = [&before, &after].map(|api| &side(api, Way::Request).canonical.value);
        let judges = [judge(&before, one), judge(&after, two)];
        let mut engine = Engine::new(&before, &after);
        let terms = [engine.space.written(Version::Old, one), engine.space.written(Version::New, two)];
        let told = format!("round {round}\n{old}\n{new}");
        match engine.included(terms[0], terms[1]) {
            Answer::Included => {
                counts[0] += 1;
                for _ in 0..40 {
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
