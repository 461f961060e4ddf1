//! Values that travel as text without being marked as such: parameters, headers, members of forms. There `1` and `true` are texts as
//! well as what they look like: who may send numbers sends texts, and who reads any text reads numbers too.

use methodical_document::{Object, Value};

use super::normal::{Facts, Kind, Normal};
use super::space::{Space, Version};

/// How deep in a parameter or a form values still travel as text: members, and their items.
const DEEPEST: u32 = 4;

/// A schema in which any text may be a number or a truth value too, wherever the other version has those and no text. `None`: there
/// is no such place.
pub(super) fn loosened(space: &Space<'_>, own: (Version, &Value), other: (Version, &Value)) -> Option<Value> {
    at(space, own, other, 0)
}

fn at(
    space: &Space<'_>,
    (own, value): (Version, &Value),
    (other, beside): (Version, &Value),
    depth: u32,
) -> Option<Value> {
    let members = value.as_object().filter(|_| depth <= DEEPEST)?;
    if let (Some(name), 1) = (value.reference(), members.len()) {
        let text = space.type_text(own, space.named(own, name)?);
        return at(space, (own, text.value()), (other, beside), depth + 1);
    }
    if let Some(id) = beside.reference().and_then(|name| space.named(other, name)) {
        return at(space, (own, value), (other, space.type_text(other, id).value()), depth + 1);
    }
    if let (Some(kind), 1) = (value.get("type"), members.len()) {
        return any_text(kind).filter(|_| is_no_text(beside));
    }
    let below = |value: &Value, beside: Option<&Value>| at(space, (own, value), (other, beside?), depth + 1);
    let mut changed = members.clone();
    for (keyword, member) in members {
        let inner = match (keyword.as_str(), member) {
            ("items" | "additionalProperties", schema) => below(schema, beside.get(keyword)),
            ("properties", Value::Object(properties)) => {
                let others = beside.get("properties");
                let found = properties.iter().filter_map(|(name, one)| {
                    Some((name.clone(), below(one, others.and_then(|others| others.get(name)))?))
                });
                with(properties, found.collect())
            }
            _ => None,
        };
        if let Some(inner) = inner {
            changed.insert(keyword.clone(), inner);
        }
    }
    (changed != *members).then_some(Value::Object(changed))
}

fn with(members: &Object, found: Object) -> Option<Value> {
    (!found.is_empty()).then(|| {
        let mut all = members.clone();
        all.extend(found);
        Value::Object(all)
    })
}

fn names(kind: &Value) -> Vec<&str> {
    match kind {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// Whether a schema is for numbers or truth values, and for no texts.
fn is_no_text(schema: &Value) -> bool {
    let kinds = schema.get("type").map(names).unwrap_or_default();
    let is_plain = |name: &&str| ["boolean", "number", "integer", "null"].contains(name);
    kinds.iter().any(|name| *name != "null") && kinds.iter().all(is_plain)
}

fn any_text(kind: &Value) -> Option<Value> {
    let names = names(kind);
    (names.contains(&"string") && names.iter().all(|name| ["string", "null"].contains(name))).then(|| {
        let all = ["boolean", "number"].into_iter().chain(names);
        let all = Value::Array(all.map(|name| Value::String(name.to_owned())).collect());
        Value::Object([("type".to_owned(), all)].into_iter().collect())
    })
}

/// Whether it has any text, and so numbers and truth values that are texts.
pub(super) fn is_any_text(normal: &Normal) -> bool {
    let whole = |kind: Kind| {
        let any: Facts = kind.any();
        normal.of_kind(kind).any(|case| case.values.is_none() && case.rest.is_empty() && case.facts == any)
    };
    normal.booleans == [true, true] && whole(Kind::Text) && whole(Kind::Number)
}
