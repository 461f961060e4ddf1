//! Two schemas that both have to hold, as one: of two bounds the tighter, of two sets what they share, members of both. What
//! cannot be told in one keyword stays a part of `allOf`.

use methodical_document::{Key, Object, Value};

use super::order::ordered;

/// Keywords that mean something together only: they are kept together where they cannot be merged.
const TOGETHER: &[&[&str]] = &[
    &["prefixItems", "items"],
    &["contains", "minContains", "maxContains"],
    &["if", "then", "else"],
    &["oneOf", "discriminator"],
    &["anyOf", "discriminator"],
];

/// Adds what `other` says to `schema`.
pub(super) fn merge(schema: &mut Object, mut other: Object) {
    let parts = other.remove("allOf");
    if schema.is_empty() && parts.is_none() {
        *schema = other;
        return;
    }
    for group in TOGETHER {
        let clash = |keyword: &&&str| schema.get(keyword).is_some_and(|own| other.get(keyword) != Some(own));
        let is_there = group.iter().any(|keyword| other.contains_key(keyword));
        if is_there && group.iter().any(|keyword| clash(&keyword)) {
            let taken = group.iter().filter_map(|keyword| other.remove_entry(keyword)).collect();
            add_part(schema, ordered(taken));
        }
    }
    for (keyword, value) in other {
        merge_keyword(schema, keyword, value);
    }
    if let Some(Value::Array(parts)) = parts {
        parts.into_iter().for_each(|part| add_part(schema, part));
    }
}

/// A schema and others, all of which have to hold.
pub(super) fn both(own: Value, others: Vec<Value>) -> Value {
    others.into_iter().fold(own, |own, other| match (own, other) {
        (own, Value::Bool(true)) => own,
        (Value::Bool(true), other) => other,
        (own, other) if own == other => own,
        (Value::Object(mut own), Value::Object(other)) if is_mergeable(&own) && is_mergeable(&other) => {
            merge(&mut own, other);
            ordered(own)
        }
        (own, other) => {
            let mut parts = Object::default();
            add_part(&mut parts, own);
            add_part(&mut parts, other);
            Value::Object(parts)
        }
    })
}

/// Whether nothing in a schema leads elsewhere.
fn is_mergeable(schema: &Object) -> bool {
    !schema.contains_key("$ref") && !schema.contains_key("anyOf") && !schema.contains_key("oneOf")
}

/// Adds parts of their own.
pub(super) fn add_parts(schema: &mut Object, parts: impl IntoIterator<Item = Value>) {
    parts.into_iter().for_each(|part| add_part(schema, part));
}

fn add_part(schema: &mut Object, part: Value) {
    let parts = schema.get_or_insert_with("allOf", || Value::Array(Vec::new()));
    if let Value::Array(parts) = parts
        && !parts.contains(&part)
    {
        parts.push(part);
    }
}

fn merge_keyword(schema: &mut Object, keyword: Key, value: Value) {
    let Some(own) = schema.get_mut(&keyword) else {
        schema.insert(keyword, value);
        return;
    };
    if *own == value {
        return;
    }
    let merged = match keyword.as_str() {
        "type" => common_types(own, &value),
        "enum" | "x-extensible-enum" => Some(common_values(own, &value)),
        "required" => Some(all_values(own, &value)),
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => larger(own, &value),
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
            larger(&value, own).map(|_| if is_less(&value, own) { value.clone() } else { own.clone() })
        }
        "properties" | "patternProperties" | "dependentSchemas" => Some(all_members(own, &value)),
        "items" | "additionalProperties" | "propertyNames" | "unevaluatedProperties" | "unevaluatedItems" => {
            Some(both(own.clone(), vec![value.clone()]))
        }
        "format" | "contentEncoding" | "contentMediaType" => Some(own.clone()),
        _ => None,
    };
    match merged {
        Some(merged) => *own = merged,
        None => add_part(schema, Value::Object([(keyword, value)].into_iter().collect())),
    }
}

fn is_less(left: &Value, right: &Value) -> bool {
    match (left.as_number(), right.as_number()) {
        (Some(left), Some(right)) => match (left.as_i128(), right.as_i128()) {
            (Some(left), Some(right)) => left < right,
            _ => left.as_f64() < right.as_f64(),
        },
        _ => false,
    }
}

fn larger(left: &Value, right: &Value) -> Option<Value> {
    Some(if is_less(left, right) { right.clone() } else { left.clone() })
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().map_or_else(|| vec![value.clone()], <[Value]>::to_vec)
}

/// The types that both name; an integer is a number. `None` where there is none: then both are kept, and nothing fits.
fn common_types(left: &Value, right: &Value) -> Option<Value> {
    let (left, right) = (list(left), list(right));
    let named = |types: &[Value], name: &str| types.iter().any(|one| one.as_str() == Some(name));
    let mut common: Vec<Value> = left.iter().filter(|one| right.contains(one)).cloned().collect();
    let narrowed =
        named(&left, "integer") && named(&right, "number") || named(&left, "number") && named(&right, "integer");
    if narrowed && !named(&common, "integer") && !named(&common, "number") {
        common.push(Value::String("integer".to_owned()));
    }
    match common.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        _ => Some(Value::Array(common)),
    }
}

fn common_values(left: &Value, right: &Value) -> Value {
    let right = list(right);
    Value::Array(list(left).into_iter().filter(|value| right.contains(value)).collect())
}

fn all_values(left: &Value, right: &Value) -> Value {
    let mut all = list(left);
    for value in list(right) {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
    Value::Array(all)
}

fn all_members(left: &Value, right: &Value) -> Value {
    let mut all = left.as_object().cloned().unwrap_or_default();
    for (name, schema) in right.as_object().into_iter().flatten() {
        let merged = match all.get(name) {
            Some(own) => both(own.clone(), vec![schema.clone()]),
            None => schema.clone(),
        };
        all.insert(name.clone(), merged);
    }
    all.sort_keys();
    Value::Object(all)
}
