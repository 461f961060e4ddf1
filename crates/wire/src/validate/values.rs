//! What the validator says of values, and how it compares them.

use std::collections::HashSet;

use serde_json::{Number, Value};

use crate::{Literal, Schema};

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

/// The number as an integer, if it has no fraction (`1.0` has none) and fits 64 bits.
pub(super) fn whole(number: &Number) -> Option<i128> {
    let exact = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    exact.or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9.3e18)?;
        #[expect(clippy::cast_possible_truncation, reason = "integral, and far within 128 bits")]
        let integer = float as i128;
        Some(integer)
    })
}

pub(super) fn is_literal(literal: Literal, value: &Value) -> bool {
    match literal {
        Literal::Null => value.is_null(),
        Literal::Boolean(boolean) => value.as_bool() == Some(boolean),
        Literal::Integer(integer) => value.as_number().and_then(whole) == Some(integer),
        Literal::Number(number) => value.as_f64() == Some(number),
        Literal::Text(text) => value.as_str() == Some(text),
    }
}

pub(super) fn list_literals(literals: &[Literal]) -> String {
    let shown = literals.iter().map(|literal| match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(boolean) => boolean.to_string(),
        Literal::Integer(integer) => integer.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => format!("`{text}`"),
    });
    one_of(shown.collect())
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
        Value::Number(number) => whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string()),
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

/// The JSON type that all values of a schema have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Boolean,
    Integer,
    Number,
    Text,
    List,
    Object,
}

impl Type {
    /// Whether a value is of this type.
    pub(super) fn has(self, value: &Value) -> bool {
        match self {
            Type::Boolean => value.is_boolean(),
            Type::Integer => value.as_number().is_some_and(|number| whole(number).is_some()),
            Type::Number => value.is_number(),
            Type::Text => value.is_string(),
            Type::List => value.is_array(),
            Type::Object => value.is_object(),
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Type::Boolean => "true or false",
            Type::Integer => "an integer",
            Type::Number => "a number",
            Type::Text => "a string",
            Type::List => "a list",
            Type::Object => "an object",
        }
    }
}

/// `None` for a schema whose values are of several types, or of any.
pub(super) fn type_of(schema: &Schema) -> Option<Type> {
    let mut schema = schema;
    // A chain that never ends has no values either.
    for _ in 0..64 {
        return match schema {
            Schema::Ref(target) => {
                schema = target;
                continue;
            }
            Schema::Boolean => Some(Type::Boolean),
            Schema::Integer { .. } => Some(Type::Integer),
            Schema::Number { .. } => Some(Type::Number),
            Schema::String { .. } => Some(Type::Text),
            Schema::Array { .. } => Some(Type::List),
            Schema::Object { .. } => Some(Type::Object),
            Schema::Enumeration(literals) => {
                literals.iter().all(|literal| matches!(literal, Literal::Text(_))).then_some(Type::Text)
            }
            Schema::Any | Schema::Nothing | Schema::Union { .. } | Schema::Nullable(_) => None,
        };
    }
    None
}

/// `a string or an integer`.
pub(super) fn alternatives(types: &[Type]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for wanted in types.iter().map(|wanted| wanted.wanted()) {
        if !words.contains(&wanted) {
            words.push(wanted);
        }
    }
    words.join(" or ")
}
