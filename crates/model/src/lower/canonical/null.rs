//! `null`, which OpenAPI 3.0 and 3.1 say in different ways and authors in many: it is taken out of where it was found, and
//! put back in one.

use methodical_document::{Object, Value};

use super::object;
use crate::canonical::IMPLIED_TYPE;

/// Takes `null` out of types, values and alternatives. A schema that accepts nothing else is left as it is.
pub(super) fn strip(schema: &mut Object) {
    let is_null = |value: &Value| *value == Value::Null;
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        if types.len() > 1 {
            types.retain(|name| name.as_str() != Some("null"));
        }
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type", only);
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.iter().all(is_null)
    {
        values.retain(|value| !is_null(value));
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(Value::Array(alternatives)) = schema.get_mut(keyword) {
            alternatives.retain(|alternative| !is_null_schema(alternative));
        }
    }
}

fn null_schema() -> Value {
    object([("type", Value::String("null".to_owned()))])
}

/// Whether it is what [`null_schema`] is.
pub(in crate::lower) fn is_null_schema(value: &Value) -> bool {
    *value == null_schema()
}

/// The keywords that may refuse `null` whatever the type says.
const REFUSING: &[&str] = &["$ref", "allOf", "oneOf", "anyOf", "not", "if", "const"];

/// The schema that accepts `null` too.
pub(super) fn or_null(value: Value) -> Value {
    let Value::Object(mut schema) = value else {
        return if value == Value::Bool(false) { null_schema() } else { value };
    };
    let is_null_alone = schema.get("type").is_some_and(|named| named.as_str() == Some("null"))
        || schema.get("const") == Some(&Value::Null);
    if is_null_alone {
        return Value::Object(schema);
    }
    let refusing: Vec<&str> = REFUSING.iter().copied().filter(|keyword| schema.contains_key(keyword)).collect();
    match refusing.as_slice() {
        [] => {
            add_null(&mut schema);
            Value::Object(schema)
        }
        // Alternatives alone take one more.
        [union @ ("oneOf" | "anyOf")]
            if schema.keys().all(|keyword| keyword == union || keyword == "discriminator") =>
        {
            if let Some(Value::Array(alternatives)) = schema.get_mut(union) {
                alternatives.push(null_schema());
            }
            Value::Object(schema)
        }
        _ => object([("anyOf", Value::Array(vec![Value::Object(schema), null_schema()]))]),
    }
}

/// Adds `null` where only type and values can refuse it.
fn add_null(schema: &mut Object) {
    let null = || Value::String("null".to_owned());
    for keyword in ["type", IMPLIED_TYPE] {
        let with_null = match schema.get(keyword) {
            Some(Value::Array(types)) if types.contains(&null()) => None,
            Some(Value::Array(types)) => Some(types.iter().cloned().chain([null()]).collect()),
            Some(name) => Some(vec![name.clone(), null()]),
            None => None,
        };
        if let Some(types) = with_null {
            schema.insert(keyword, Value::Array(types));
        }
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}
