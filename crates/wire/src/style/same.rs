//! Whether what is read is what was written, as far as text can tell: `5` the number and `5` the text are the same.

use serde_json::Value;

use super::primitive_text;

/// Whether two values are written alike. Members that are null or empty lists are not written.
pub(super) fn same(written: &Value, read: &Value) -> bool {
    match (written, read) {
        (Value::Array(written), Value::Array(read)) => {
            written.len() == read.len() && written.iter().zip(read).all(|(written, read)| same(written, read))
        }
        (Value::Object(written), Value::Object(read)) => {
            let mut present = written.iter().filter(|(_, value)| is_written(value));
            let count = present.clone().count();
            let alike = present.all(|(name, value)| read.get(name).is_some_and(|read| same(value, read)));
            alike && count == read.values().filter(|value| is_written(value)).count()
        }
        (Value::Null, Value::Null) => true,
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _)
        | (Value::Array(_) | Value::Object(_), _) => {
            primitive_text(written).is_some_and(|text| primitive_text(read) == Some(text))
        }
    }
}

fn is_written(value: &Value) -> bool {
    !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty())
}

/// Whether lists or objects stand in lists or objects.
pub(super) fn is_unsayable(value: &Value) -> bool {
    let is_nested = |value: &Value| value.is_array() || value.is_object();
    match value {
        Value::Array(items) => items.iter().any(is_nested),
        Value::Object(members) => members.values().any(is_nested),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
