//! What the validator says of values, and how it compares them.

use std::collections::HashSet;

use serde_json::Value;

use crate::rules::{Exact, Type};

pub(super) fn mistyped(wanted: &str, value: &Value) -> String {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    format!("must be {wanted}, not {found}")
}

pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Whether it is an integer of 64 bits (`1.0` is one).
pub(super) fn is_whole(value: &Value) -> bool {
    let integer = match value.as_number().and_then(Exact::of) {
        Some(Exact::Integer(integer)) => integer,
        Some(Exact::Float(_)) | None => return false,
    };
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&integer)
}

/// Whether two values are equal as JSON Schema has it: numbers by value (`1` is `1.0`), and members whatever their order.
pub fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Exact::of(left) == Exact::of(right),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let has = |(name, left): (&String, &Value)| right.get(name).is_some_and(|right| equal(left, right));
            left.len() == right.len() && left.iter().all(has)
        }
        (left, right) => left == right,
    }
}

pub(super) fn list_values(values: &[Value]) -> String {
    one_of(values.iter().map(shown).collect())
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        Value::Number(number) => Exact::of(number).map_or_else(|| number.to_string(), |exact| exact.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

pub(super) fn one_of(choices: Vec<String>) -> String {
    const SHOWN: usize = 20;
    match choices.as_slice() {
        [] => "absent".to_owned(),
        [only] => only.clone(),
        many if many.len() > SHOWN => format!("one of {}, ...", many[..SHOWN].join(", ")),
        many => format!("one of {}", many.join(", ")),
    }
}

pub(super) fn has_duplicates(list: &[Value]) -> bool {
    let mut seen = HashSet::with_capacity(list.len());
    !list.iter().all(|item| seen.insert(canonical(item)))
}

/// Text that is equal for equal values: members in order, `1.0` as `1`.
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(_) => shown(value),
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(name, value)| format!("{name:?}:{}", canonical(value))).collect();
            members.sort_unstable();
            format!("{{{}}}", members.join(","))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

fn wanted(named: Type) -> &'static str {
    match named {
        Type::Null => "null",
        Type::Boolean => "true or false",
        Type::Integer => "an integer",
        Type::Number => "a number",
        Type::Text => "a string",
        Type::List => "a list",
        Type::Object => "an object",
    }
}

/// `a string or an integer`. That `null` would do as well is said only where nothing else would.
pub(super) fn alternatives(types: &[Type]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for named in types.iter().filter(|named| **named != Type::Null || types.len() == 1) {
        if !words.contains(&wanted(*named)) {
            words.push(wanted(*named));
        }
    }
    words.join(" or ")
}
