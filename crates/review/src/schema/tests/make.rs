//! Random schemas, small edits of them, and values that may be valid: numbers that look random, and are the same each time.

use serde_json::{Map, Value as Json, json};

pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("it fits") % limit.max(1)
    }

    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn one<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }
}

pub(super) fn schema(random: &mut Random, depth: usize) -> Json {
    let combined = depth > 0 && random.once_in(4);
    if combined {
        let keyword = *random.one(&["oneOf", "anyOf", "allOf"]);
        let parts: Vec<Json> = (0..=random.below(2) + 1).map(|_| schema(random, depth - 1)).collect();
        let mut made = if random.once_in(4) { typed(random, depth) } else { json!({}) };
        made[keyword] = Json::Array(parts);
        return made;
    }
    let mut made = typed(random, depth);
    if random.once_in(7) {
        made["not"] = typed(random, 0);
    }
    if depth > 0 && random.once_in(10) {
        made["if"] = typed(random, depth - 1);
        for keyword in ["then", "else"] {
            if random.once_in(2) {
                made[keyword] = typed(random, depth - 1);
            }
        }
    }
    // Who leaves out the type speaks of values of that type, and lets others be.
    if random.once_in(9)
        && let Some(members) = made.as_object_mut()
    {
        members.remove("type");
    }
    made
}

/// What is below a list or an object may lead back.
fn below(random: &mut Random, depth: usize) -> Json {
    if random.once_in(14) { json!({"$ref": "#/components/schemas/Root"}) } else { schema(random, depth - 1) }
}

fn typed(random: &mut Random, depth: usize) -> Json {
    match random.below(if depth > 0 { 11 } else { 7 }) {
        0 => json!({"type": "string", "maxLength": random.below(4), "minLength": random.below(2)}),
        1 => json!({"type": "string", "pattern": random.one(PATTERNS)}),
        2 => {
            json!({"enum": subset(random, &[json!("a"), json!("b"), json!(1), json!(true), json!("ab"), json!([1]), json!({"a": 1})])})
        }
        3 => {
            let kind = *random.one(&["integer", "number"]);
            let (least, most) = *random.one(&[
                ("minimum", "maximum"),
                ("exclusiveMinimum", "maximum"),
                ("minimum", "exclusiveMaximum"),
            ]);
            json!({"type": kind, least: random.below(4), most: 2 + random.below(4)})
        }
        4 => {
            json!({"type": *random.one(&["integer", "number"]), "multipleOf": random.one(&[json!(1), json!(2), json!(3), json!(0.5), json!(1.5)])})
        }
        5 => {
            json!({"type": [*random.one(&["string", "boolean", "array"]), *random.one(&["null", "integer", "object"])]})
        }
        6 => json!({"const": random.one(&[json!("a"), json!(1), json!(false), json!({"a": 1})])}),
        7 | 8 => list(random, depth),
        _ => object(random, depth),
    }
}

const PATTERNS: &[&str] = &["^a", "^a+$", "b$", "^[ab]*$", "^.{2}$", "^(a|b)c?$"];

fn list(random: &mut Random, depth: usize) -> Json {
    let mut list = json!({"type": "array", "maxItems": 1 + random.below(3)});
    if !random.once_in(4) {
        list["items"] = below(random, depth);
    }
    if random.once_in(3) {
        list["minItems"] = json!(random.below(2));
        list["uniqueItems"] = json!(true);
    }
    if random.once_in(4) {
        list["prefixItems"] = (0..=random.below(2)).map(|_| below(random, depth)).collect();
    }
    if random.once_in(4) {
        list["contains"] = typed(random, 0);
        if random.once_in(2) {
            list["minContains"] = json!(random.below(3));
        }
        if random.once_in(3) {
            list["maxContains"] = json!(1 + random.below(2));
        }
    }
    list
}

fn object(random: &mut Random, depth: usize) -> Json {
    let names = ["a", "b", "c"];
    let mut properties = Map::new();
    for name in names {
        if random.once_in(2) {
            let mut member = below(random, depth);
            if random.once_in(8) && member["$ref"].is_null() {
                member[*random.one(&["readOnly", "writeOnly"])] = json!(true);
            }
            properties.insert(name.to_owned(), member);
        }
    }
    let mut object = json!({"type": "object", "properties": properties});
    if random.once_in(2) {
        object["required"] = json!([random.one(&names)]);
    }
    for _ in 0..random.below(3) {
        match random.below(10) {
            0 | 1 => object["additionalProperties"] = json!(false),
            2 => object["additionalProperties"] = below(random, depth),
            3 => object["patternProperties"] = json!({"^[bc]$": typed(random, 0)}),
            4 => object["patternProperties"] = json!({"^b": typed(random, 0), "d$": typed(random, 0)}),
            5 => object["maxProperties"] = json!(1 + random.below(2)),
            6 => object["minProperties"] = json!(random.below(3)),
            7 => object["dependentRequired"] = json!({"a": ["b"]}),
            8 => object["dependentSchemas"] = json!({"a": typed(random, 0)}),
            _ => object["propertyNames"] = json!({"pattern": random.one(&["^[ab]$", "^[a-d]+$", "d"])}),
        }
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
pub(super) fn edited(random: &mut Random, value: &Json, depth: usize) -> Json {
    match value {
        Json::Object(members) if !members.is_empty() && !random.once_in(20) => {
            let names: Vec<&String> = members.keys().collect();
            let chosen = (*random.one(&names)).clone();
            let mut members = members.clone();
            match (chosen.as_str(), &members[&chosen]) {
                (_, Json::Number(number)) => {
                    let number = number.as_u64().unwrap_or(0);
                    members.insert(chosen, json!(if random.once_in(2) { number + 1 } else { number.max(2) - 1 }));
                }
                ("properties" | "patternProperties" | "dependentSchemas", Json::Object(schemas))
                    if !schemas.is_empty() && !random.once_in(5) =>
                {
                    let schemas = with_one_edited(random, schemas, depth.saturating_sub(1));
                    members.insert(chosen, schemas);
                }
                (
                    "items"
                    | "additionalProperties"
                    | "not"
                    | "oneOf"
                    | "anyOf"
                    | "allOf"
                    | "prefixItems"
                    | "if"
                    | "then"
                    | "else",
                    inner,
                ) if !random.once_in(5) => {
                    let inner = edited(random, &inner.clone(), depth.saturating_sub(1));
                    members.insert(chosen, inner);
                }
                ("enum", Json::Array(values)) => {
                    let mut values = values.clone();
                    match random.below(values.len() + 2) {
                        position if position < values.len() && values.len() > 1 => {
                            values.remove(position);
                        }
                        _ => values.push(random.one(&[json!("c"), json!(2), json!(2.5), json!({})]).clone()),
                    }
                    members.insert(chosen, Json::Array(values));
                }
                ("pattern", _) => {
                    members.insert(chosen, json!(random.one(PATTERNS)));
                }
                ("type", Json::String(_)) if random.once_in(3) => {
                    members.insert(chosen, json!([members["type"], "null"]));
                }
                (
                    "required"
                    | "uniqueItems"
                    | "contains"
                    | "dependentRequired"
                    | "propertyNames"
                    | "readOnly"
                    | "writeOnly"
                    | "type"
                    | "patternProperties"
                    | "prefixItems"
                    | "items"
                    | "not"
                    | "then"
                    | "else"
                    | "additionalProperties"
                    | "dependentSchemas",
                    _,
                ) => {
                    members.remove(&chosen);
                }
                _ if random.once_in(3) => return schema(random, depth),
                _ => return one_more(random, members),
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

/// A keyword more, or another one in its place.
fn one_more(random: &mut Random, mut members: Map<String, Json>) -> Json {
    let (keyword, value) = match random.below(7) {
        0 => ("maxLength", json!(random.below(4))),
        1 => ("minItems", json!(random.below(2))),
        2 => ("maxProperties", json!(1 + random.below(3))),
        3 => ("minimum", json!(random.below(4))),
        4 => ("required", json!([random.one(&["a", "b", "c"])])),
        5 => ("additionalProperties", json!(false)),
        _ => ("not", typed(random, 0)),
    };
    members.insert(keyword.to_owned(), value);
    Json::Object(members)
}

/// One of some schemas edited; or gone, and another one there.
fn with_one_edited(random: &mut Random, schemas: &Map<String, Json>, depth: usize) -> Json {
    let names: Vec<&String> = schemas.keys().collect();
    let chosen = (*random.one(&names)).clone();
    let mut schemas = schemas.clone();
    if ["a", "b", "c"].contains(&chosen.as_str()) && random.once_in(4) {
        schemas.remove(&chosen);
        schemas.insert((*random.one(&["a", "b", "c"])).to_owned(), schema(random, depth.min(1)));
    } else {
        let inner = edited(random, &schemas[&chosen].clone(), depth);
        schemas.insert(chosen, inner);
    }
    Json::Object(schemas)
}

/// Values of all types, for places of which nothing is said.
pub(super) fn scalars() -> Vec<Json> {
    let texts = ["a", "ab", "", "bb", "aaa", "ac", "c"].map(Json::from);
    let numbers = [json!(0), json!(1), json!(2), json!(2.5), json!(3), json!(4), json!(1.5), json!(6)];
    let others = [json!(null), json!(true), json!(false), json!([]), json!({}), json!([1]), json!({"a": 1})];
    texts.into_iter().chain(numbers).chain(others).collect()
}

/// A value that a schema may accept: of members only those that it declares, or that its author says may be there.
pub(super) fn value(random: &mut Random, root: &Json, schema: &Json, depth: usize) -> Json {
    let scalar = |random: &mut Random| random.one(&scalars()).clone();
    if depth == 0 || random.once_in(14) {
        return scalar(random);
    }
    if schema["$ref"].is_string() {
        return value(random, root, root, depth - 1);
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(parts) = schema[keyword].as_array()
            && !(schema["properties"].is_object() && random.once_in(2))
        {
            let part = random.one(parts);
            return value(random, root, part, depth);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let own = (schema["type"] == "object").then(|| object_value(random, root, schema, depth));
        let mut drawn: Vec<Json> = parts.iter().map(|part| value(random, root, part, depth - 1)).collect();
        drawn.extend(own);
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
    if let Some(value) = schema.get("const") {
        return value.clone();
    }
    let kind = match &schema["type"] {
        Json::String(name) => name.as_str(),
        Json::Array(names) => names[random.below(names.len())].as_str().unwrap_or_default(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => implied(random, schema),
    };
    match kind {
        "array" => {
            let count = random.below(4);
            let prefix = schema["prefixItems"].as_array().cloned().unwrap_or_default();
            let item = |index: usize| prefix.get(index).unwrap_or(&schema["items"]);
            (0..count).map(|index| value(random, root, item(index), depth - 1)).collect()
        }
        "object" => object_value(random, root, schema, depth),
        _ => scalar(random),
    }
}

/// The type of which a schema without one speaks; sometimes none.
fn implied(random: &mut Random, schema: &Json) -> &'static str {
    let is_list = schema["items"].is_object() || schema["prefixItems"].is_array();
    if random.once_in(3) {
        ""
    } else if schema["properties"].is_object() {
        "object"
    } else if is_list {
        "array"
    } else {
        ""
    }
}

fn object_value(random: &mut Random, root: &Json, schema: &Json, depth: usize) -> Json {
    let mut members = Map::new();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
        if is_required || random.once_in(2) {
            members.insert(name.clone(), value(random, root, member, depth - 1));
        }
    }
    let patterns = schema["patternProperties"].as_object().into_iter().flatten();
    let patterned = patterns.flat_map(|(pattern, of)| match pattern.as_str() {
        "^[bc]$" => vec![("b", of), ("c", of)],
        "^b" => vec![("b", of), ("bd", of), ("bx", of)],
        _ => vec![("d", of), ("bd", of), ("ad", of)],
    });
    let others = schema["additionalProperties"].as_object().map(|_| &schema["additionalProperties"]);
    let others = others.into_iter().flat_map(|of| ["a", "b", "c", "d", "e"].map(|name| (name, of)));
    for (name, of) in patterned.chain(others) {
        if random.once_in(4) {
            members.entry(name).or_insert_with(|| value(random, root, of, depth - 1));
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if !members.contains_key(name) {
            members.insert(name.to_owned(), random.one(&scalars()).clone());
        }
    }
    Json::Object(members)
}
