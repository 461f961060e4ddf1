//! The canonical JSON Schema of a schema: what JSON Schema 2020-12 says which values it accepts, whatever version of
//! OpenAPI it was written for and however it was put together. Annotations are left out, members are in a fixed order, and
//! references lead to named types of the model. The validator interprets it, and two contracts can be compared by it.

use std::borrow::Cow;

use methodical_document::{Key, Object, Value};

use crate::TypeId;

/// The keyword for the type (or types) that generated code gives to a schema whose author named none, but said what objects or lists
/// have to be. To JSON Schema such a schema accepts values of all other types.
pub const IMPLIED_TYPE: &str = "x-implied-type";

/// A schema in canonical form.
#[derive(Debug, Clone, PartialEq)]
pub struct Canonical {
    /// The schema. A `$ref` in it is the Rust name of a type.
    ///
    /// Beside JSON Schema's keywords there are `discriminator`, whose `mapping` leads to the name in a `$ref` or to the
    /// position of an alternative, `x-read-only`: the policy for a member that a request may not set; `x-extensible-enum` as it is written;
    /// and [`IMPLIED_TYPE`].
    pub value: Value,
    /// The types that it refers to, each once, by Rust name.
    pub references: Vec<TypeId>,
}

impl Canonical {
    /// The schema that accepts every value.
    pub fn any() -> Canonical {
        Canonical { value: Value::Bool(true), references: Vec::new() }
    }

    /// The schema as generated code has it, which demands the types that it gives to what names none.
    pub fn typed(&self) -> Cow<'_, Value> {
        if has_implied(&self.value) { Cow::Owned(with_types(&self.value)) } else { Cow::Borrowed(&self.value) }
    }

    /// The type that it is a reference to and nothing else.
    pub fn only_reference(&self) -> Option<TypeId> {
        let members = self.value.as_object().filter(|members| members.len() == 1)?;
        members.contains_key("$ref").then(|| self.references.first().copied()).flatten()
    }
}

/// Whether a member of a schema is the keyword, and no property of that name.
fn is_implied(keyword: &str, value: &Value) -> bool {
    keyword == IMPLIED_TYPE && matches!(value, Value::String(_) | Value::Array(_))
}

/// Keywords that have values, and no schemas.
fn has_values(keyword: &str) -> bool {
    matches!(keyword, "const" | "enum")
}

fn has_implied(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(keyword, value)| is_implied(keyword, value) || !has_values(keyword) && has_implied(value)),
        Value::Array(items) => items.iter().any(has_implied),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn with_types(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let says_type = members.contains_key("type");
            let member = |(keyword, value): (&Key, &Value)| match keyword.as_str() {
                name if is_implied(name, value) => (!says_type).then(|| (Key::from("type"), value.clone())),
                name if has_values(name) => Some((keyword.clone(), value.clone())),
                _ => Some((keyword.clone(), with_types(value))),
            };
            Value::Object(members.iter().filter_map(member).collect::<Object>())
        }
        Value::Array(items) => Value::Array(items.iter().map(with_types).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}
