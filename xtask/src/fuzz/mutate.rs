//! What makes one description another that is a little wrong: changes of its tree, which keep it a description, and changes
//! of its text, which may not even leave it JSON or YAML.

use serde_json::{Map, Value, json};

use methodical_fidelity::random::Random;

/// Words that mean something in a description, at the wrong place as well as at the right one.
const WORDS: [&str; 64] = [
    "$ref",
    "$defs",
    "$id",
    "$anchor",
    "$dynamicRef",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "if",
    "then",
    "else",
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "required",
    "items",
    "prefixItems",
    "contains",
    "type",
    "format",
    "enum",
    "const",
    "default",
    "nullable",
    "readOnly",
    "writeOnly",
    "discriminator",
    "mapping",
    "propertyName",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "multipleOf",
    "minLength",
    "pattern",
    "minItems",
    "uniqueItems",
    "minProperties",
    "parameters",
    "requestBody",
    "responses",
    "content",
    "schema",
    "style",
    "explode",
    "in",
    "name",
    "headers",
    "links",
    "callbacks",
    "security",
    "servers",
    "tags",
    "paths",
    "components",
    "webhooks",
    "examples",
    "example",
    "encoding",
    "x-semantics",
    "deprecated",
];

/// Values of the kinds that descriptions hold, and of some that they do not.
fn value(random: &mut Random) -> Value {
    let values = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(0.1),
        json!(""),
        json!("a"),
        json!("self"),
        json!("Ünïcødé \u{200d}\u{0} \"'"),
        json!("object"),
        json!("array"),
        json!("string"),
        json!("integer"),
        json!("#"),
        json!("#/"),
        json!("#/components/schemas"),
        json!("{x}/{x"),
        json!("(?<=a)(b"),
        json!([]),
        json!({}),
        json!([{}]),
        json!(["string", "null"]),
        json!({ "type": "object" }),
        json!({ "$ref": "#" }),
        json!({ "type": ["integer", "object", "array"], "enum": [1, {}, []] }),
    ];
    random.choose(&values).cloned().unwrap_or_default()
}

/// Changes a tree in one to five places.
pub(crate) fn tree(root: &mut Value, random: &mut Random) {
    for _ in 0..=random.below(5) {
        let pointers = pointers(root);
        let (Some(target), Some(other)) = (random.choose(&pointers).cloned(), random.choose(&pointers).cloned()) else {
            return;
        };
        let copy = root.pointer(&other).cloned().unwrap_or_default();
        let kind = random.below(9);
        let Some(node) = root.pointer_mut(&target) else { return };
        match kind {
            0 => *node = value(random),
            1 => *node = copy,
            2 => *node = json!({ "$ref": format!("#{other}") }),
            3 => wrap(node, random),
            4 => rename(node, random),
            5 => insert(node, random, copy),
            6 => nest(node, random),
            _ => remove(node, random),
        }
    }
}

/// The pointers of all nodes, at most so many that a large description stays quick.
fn pointers(root: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut index = 0;
    while index < found.len() && found.len() < 20_000 {
        let pointer = found[index].clone();
        match root.pointer(&pointer) {
            Some(Value::Object(members)) => {
                let escaped = |name: &String| name.replace('~', "~0").replace('/', "~1");
                found.extend(members.keys().map(|name| format!("{pointer}/{}", escaped(name))));
            }
            Some(Value::Array(items)) => found.extend((0..items.len()).map(|item| format!("{pointer}/{item}"))),
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
        }
        index += 1;
    }
    found
}

fn word(random: &mut Random) -> String {
    random.choose(&WORDS).copied().unwrap_or_default().to_owned()
}

fn wrap(node: &mut Value, random: &mut Random) {
    let inner = node.take();
    *node = match random.below(4) {
        0 => json!([inner]),
        1 => json!({ "allOf": [inner, { "type": "object", "properties": { "a": {} } }] }),
        2 => json!({ "oneOf": [inner, { "type": "null" }], "anyOf": [{}] }),
        _ => Value::Object(Map::from_iter([(word(random), inner)])),
    };
}

fn rename(node: &mut Value, random: &mut Random) {
    let Value::Object(members) = node else { return };
    let names: Vec<String> = members.keys().cloned().collect();
    if let Some(inner) = random.choose(&names).and_then(|name| members.remove(name)) {
        let other = names.get(random.below(names.len())).cloned().unwrap_or_default();
        let name = match random.below(3) {
            0 => word(random),
            1 => other.to_uppercase(),
            _ => format!("{other}\u{e9}-{{}}#~/%2F"),
        };
        members.insert(name, inner);
    }
}

fn insert(node: &mut Value, random: &mut Random, copy: Value) {
    let inner = if random.below(2) == 0 { copy } else { value(random) };
    match node {
        Value::Object(members) => drop(members.insert(word(random), inner)),
        Value::Array(items) => items.push(inner),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => *node = inner,
    }
}

/// Deep, but not so deep that building it here would be the trouble.
fn nest(node: &mut Value, random: &mut Random) {
    let how = random.below(3);
    for _ in 0..random.below(300) {
        let inner = node.take();
        *node = match how {
            0 => json!([inner]),
            1 => json!({ "items": inner, "type": "array" }),
            _ => json!({ "allOf": [inner] }),
        };
    }
}

fn remove(node: &mut Value, random: &mut Random) {
    match node {
        Value::Object(members) => {
            let names: Vec<String> = members.keys().cloned().collect();
            random.choose(&names).and_then(|name| members.remove(name));
        }
        Value::Array(items) if !items.is_empty() => drop(items.remove(random.below(items.len()))),
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => *node = value(random),
    }
}

/// Changes a text in one to five places, token by token and line by line.
pub(crate) fn text(text: &str, random: &mut Random) -> Vec<u8> {
    let mut tokens: Vec<String> = split(text);
    for _ in 0..=random.below(5) {
        let at = random.below(tokens.len());
        let Some(other) = random.choose(&tokens).cloned() else { break };
        match random.below(8) {
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(at, other),
            2 => tokens[at] = other,
            3 => tokens[at] = word(random),
            4 => tokens[at] = value(random).to_string(),
            5 => tokens.truncate(at.max(1)),
            6 => {
                tokens[at] =
                    ["{", "}", "[", "]", ":", "- ", "&a ", "*a", "<<: ", "!!binary ", "\t", "|", "\n", "\u{feff}"]
                        [random.below(14)]
                    .to_owned()
            }
            _ => tokens[at] = other.repeat(1 + random.below(40)),
        }
    }
    let mut bytes = tokens.concat().into_bytes();
    if random.below(12) == 0 {
        let at = random.below(bytes.len());
        bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << random.below(8));
    }
    bytes
}

/// Words, runs of blanks, and every other character alone.
fn split(text: &str) -> Vec<String> {
    let class = |c: char| {
        if c.is_alphanumeric() || "_$./#-".contains(c) {
            0
        } else if c == ' ' {
            1
        } else {
            2
        }
    };
    let mut tokens: Vec<String> = Vec::new();
    let mut last = 2;
    for c in text.chars() {
        match tokens.last_mut() {
            Some(token) if class(c) == last && last < 2 => token.push(c),
            Some(_) | None => tokens.push(c.to_string()),
        }
        last = class(c);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_case() {
        let make = |case| {
            let mut random = Random::of(7, case);
            let mut root = json!({ "a": { "b": [1, 2] }, "c": "d" });
            tree(&mut root, &mut random);
            (root, text("a: [b, c]\nd: e", &mut random))
        };
        assert_eq!(make(3), make(3));
        let distinct: std::collections::BTreeSet<String> = (0..50).map(|case| make(case).0.to_string()).collect();
        assert!(distinct.len() > 20, "{distinct:?}");
    }

    #[test]
    fn tokens_are_the_whole_text() {
        let whole = "openapi: 3.1.0\npaths:\n  /a/{b}: { get: {} }\n";
        assert_eq!(split(whole).concat(), whole);
    }
}
