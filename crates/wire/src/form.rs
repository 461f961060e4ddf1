//! Forms (`application/x-www-form-urlencoded`): a query in a body, whose parameters are the members of its schema.

use serde_json::{Map, Value};

use crate::body::BodyError;
use crate::style::{self, Query, StyleError, encode_form};
use crate::{Content, Parameter};

/// A pair a member, a pair an item of a list; a member that is an object is JSON.
///
/// # Errors
/// When it is no object.
pub fn write(content: &Content, value: &Value) -> Result<String, BodyError> {
    let Value::Object(members) = value else {
        return Err(BodyError::new("a form is an object"));
    };
    let mut pairs = Vec::new();
    for (name, value) in members {
        if let Some(parameter) = content.styles.iter().find(|parameter| parameter.name == name) {
            let text = style::write_query(parameter, value).map_err(|error| BodyError::new(error.to_string()))?;
            pairs.extend(Some(text).filter(|text| !text.is_empty()));
            continue;
        }
        for item in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
            if item.is_null() {
                continue;
            }
            let text = style::primitive_text(item).unwrap_or_else(|| item.to_string());
            pairs.push(format!("{}={}", encode_form(name), encode_form(&text)));
        }
    }
    Ok(pairs.join("&"))
}

/// Reads it as a query would be.
///
/// # Errors
/// When its pairs are not what the schema says.
pub fn read(content: &Content, text: &str) -> Result<Value, StyleError> {
    let parameter = Parameter { name: "body", member: "body", schema: content.schema, ..Parameter::PLAIN };
    let query = Query::parse(text);
    // `a[b]` belongs to the field `a`, if that is how it is declared to be written.
    let styled = |name: &str| {
        let is_own = |own: &str| name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
        content.styles.iter().any(|parameter| is_own(parameter.name))
    };
    let value = style::read_query_among(&parameter, &query, &styled)?;
    let mut value = value.unwrap_or_else(|| Value::Object(Map::new()));
    if let Value::Object(members) = &mut value {
        for parameter in content.styles {
            members.remove(parameter.name);
            if let Some(value) = style::read_query(parameter, &query)? {
                members.insert(parameter.name.to_owned(), value);
            }
        }
    }
    Ok(value)
}
