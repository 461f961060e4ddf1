//! What places outside of JSON can say: there are no types in them, and nothing looks as null or an empty list does.

use methodical_model::{Additional, Api, Kind, ParameterLocation, Schema, Shape, StringFormat, TypeId};
use serde_json::Value;

/// Whether a parameter with this value looks otherwise than one that is absent.
pub(super) fn is_said(value: &Value) -> bool {
    let mut pruned = value.clone();
    prune(&mut pruned);
    pruned == *value && !is_nothing(value)
}

/// Whether it can be sent in such a place: paths have no empty segments, and header fields no line ends.
pub(super) fn is_sent(location: ParameterLocation, value: &Value) -> bool {
    match (location, value) {
        (ParameterLocation::Path, Value::String(text)) => !text.is_empty(),
        (ParameterLocation::Header, Value::String(text)) => {
            text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.trim() == text && !text.is_empty()
        }
        (ParameterLocation::Path | ParameterLocation::Header, Value::Array(items)) => {
            items.iter().all(|item| is_sent(location, item))
        }
        (ParameterLocation::Path | ParameterLocation::Header, Value::Object(members)) => {
            members.values().all(|member| is_sent(location, member))
        }
        (_, _) => true,
    }
}

/// Whether it is heard as what it is: a parameter that no schema describes is a text, and a list is none; a text that spells a number
/// or a truth value is one where an alternative takes it.
pub(super) fn is_heard(api: &Api, schema: &Schema, value: &Value) -> bool {
    match (&api.unaliased(schema).kind, value) {
        (Kind::String { .. }, value) => !(value.is_array() || value.is_object()),
        (Kind::Named(id), Value::String(text)) => {
            let spelled =
                serde_json::from_str(text).ok().filter(|value: &Value| value.is_boolean() || value.is_number());
            let Shape::Union(union) = &api.type_def(*id).shape else { return true };
            let is_taken = |value| union.variants.iter().any(|(_, schema)| takes(&api.unaliased(schema).kind, &value));
            !spelled.is_some_and(is_taken)
        }
        (_, _) => true,
    }
}

/// Takes out what looks as if it were absent.
pub(super) fn prune(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(prune);
            members.retain(|_, member| !is_nothing(member));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(prune);
            items.retain(|item| !item.is_null());
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Where any value is accepted, or any text beside numbers, numbers and truth values are read as the texts that they are written as.
pub(super) fn write_texts(api: &Api, schema: &Schema, value: &mut Value) {
    match (&api.unaliased(schema).kind, value) {
        (Kind::Any | Kind::String { .. }, value @ (Value::Bool(_) | Value::Number(_))) => {
            *value = Value::String(value.to_string());
        }
        (Kind::Any, Value::Array(items)) => items.iter_mut().for_each(|item| write_texts(api, schema, item)),
        (Kind::Array { items: inner, .. }, Value::Array(items)) => {
            items.iter_mut().for_each(|item| write_texts(api, inner, item));
        }
        (Kind::Map { values, .. }, Value::Object(members)) => {
            members.values_mut().for_each(|member| write_texts(api, values, member));
        }
        (Kind::Named(id), value @ (Value::Bool(_) | Value::Number(_))) if is_text_first(api, *id, value) => {
            *value = Value::String(value.to_string());
        }
        (Kind::Named(id), Value::Object(members)) => {
            let Shape::Object(object) = &api.type_def(*id).shape else { return };
            for (name, member) in members.iter_mut() {
                let property = object.properties.iter().find(|property| property.name.wire == *name);
                match (property, &object.additional) {
                    (Some(property), _) => write_texts(api, &property.schema, member),
                    (None, Additional::Typed(schema)) => write_texts(api, schema, member),
                    (None, Additional::Unspecified | Additional::Denied) => {
                        if matches!(member, Value::Bool(_) | Value::Number(_)) {
                            *member = Value::String(member.to_string());
                        }
                    }
                }
            }
        }
        (_, _) => {}
    }
}

/// Whether a type is a union of which any text is an alternative, before any that takes this number or truth value: the first that
/// takes what is written is what is heard.
fn is_text_first(api: &Api, id: TypeId, value: &Value) -> bool {
    let Shape::Union(union) = &api.type_def(id).shape else { return false };
    let kinds = || union.variants.iter().map(|(_, schema)| &api.unaliased(schema).kind);
    let is_text =
        |kind: &Kind| matches!(kind, Kind::Any | Kind::String { format: StringFormat::Plain, pattern: None, .. });
    let text = kinds().position(is_text);
    let own = kinds().position(|kind| takes(kind, value));
    text.is_some_and(|text| own.is_none_or(|own| text < own))
}

/// Whether all that is known of these values is that they are of such a kind as this number or truth value.
fn takes(kind: &Kind, value: &Value) -> bool {
    (value.is_boolean() && matches!(kind, Kind::Boolean))
        || (value.is_number() && matches!(kind, Kind::Integer { .. } | Kind::Number { .. }))
}
