//! Values into the text of paths, queries, headers and cookies.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{StyleError, primitive_text};
use crate::{Parameter, Style};

/// All but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// `allowReserved`: reserved characters stay, except those that would end the value or the query.
const RESERVED_KEPT: &AsciiSet = &ENCODED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Text as a path's segment.
pub fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// What takes the place of `{name}` in a path.
///
/// # Errors
/// If the value is null or empty, or nests deeper than the style can say.
pub fn write_path(parameter: &Parameter, value: &Value) -> Result<String, StyleError> {
    let text = match parameter.style {
        Style::Label => {
            delimited(parameter, value, Delimiters { before: ".", between: if parameter.explode { "." } else { "," } })?
        }
        Style::Matrix => matrix(parameter, value)?,
        Style::Json => encode_segment(&value.to_string()),
        Style::Simple | Style::Form | Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject => {
            delimited(parameter, value, Delimiters { before: "", between: "," })?
        }
    };
    if text.is_empty() { Err(StyleError::Empty { name: parameter.name.to_owned() }) } else { Ok(text) }
}

struct Delimiters {
    before: &'static str,
    between: &'static str,
}

fn delimited(parameter: &Parameter, value: &Value, delimiters: Delimiters) -> Result<String, StyleError> {
    let pieces = pieces(parameter, value, encode_segment)?;
    let text = pieces.join(delimiters.between);
    Ok(if text.is_empty() { text } else { format!("{}{text}", delimiters.before) })
}

fn matrix(parameter: &Parameter, value: &Value) -> Result<String, StyleError> {
    let name = encode_segment(parameter.name);
    let pieces = pieces(parameter, value, encode_segment)?;
    Ok(match value {
        _ if pieces.is_empty() => String::new(),
        Value::Object(_) if parameter.explode => format!(";{}", pieces.join(";")),
        Value::Array(_) if parameter.explode => pieces.iter().map(|piece| format!(";{name}={piece}")).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            format!(";{name}={}", pieces.join(","))
        }
    })
}

/// A value's parts, encoded: one of a primitive, one an item, `name=value` or `name`, `value` a member.
fn pieces(parameter: &Parameter, value: &Value, encode: fn(&str) -> String) -> Result<Vec<String>, StyleError> {
    let nested = || StyleError::Nested { name: parameter.name.to_owned() };
    let text = |value: &Value| primitive_text(value).map(|text| encode(&text)).ok_or_else(nested);
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Object(members) => {
            let mut pieces = Vec::new();
            for (name, member) in members.iter().filter(|(_, member)| !member.is_null()) {
                match parameter.explode {
                    true => pieces.push(format!("{}={}", encode(name), text(member)?)),
                    false => pieces.extend([encode(name), text(member)?]),
                }
            }
            Ok(pieces)
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(vec![text(value)?]),
    }
}

/// The part of a query for a parameter, such as `a=1&a=2`, without `?`; empty for null and for empty lists.
///
/// # Errors
/// If the value nests deeper than the style can say.
pub fn write_query(parameter: &Parameter, value: &Value) -> Result<String, StyleError> {
    let encode: fn(&str) -> String = if parameter.allow_reserved { encode_reserved } else { encode_segment };
    let name = encode_segment(parameter.name);
    let pair = |text: String| format!("{name}={text}");
    if value.is_null() {
        return Ok(String::new());
    }
    match parameter.style {
        Style::Json => Ok(pair(encode(&value.to_string()))),
        Style::DeepObject => deep_object(parameter, value, encode),
        Style::SpaceDelimited if !parameter.explode => Ok(pair(pieces(parameter, value, encode)?.join("%20"))),
        Style::PipeDelimited if !parameter.explode => Ok(pair(pieces(parameter, value, encode)?.join("%7C"))),
        Style::Form | Style::Simple | Style::Label | Style::Matrix | Style::SpaceDelimited | Style::PipeDelimited => {
            let pieces = pieces(parameter, value, encode)?;
            Ok(match value {
                Value::Object(_) if parameter.explode => pieces.join("&"),
                Value::Array(_) if parameter.explode => pieces.into_iter().map(pair).collect::<Vec<_>>().join("&"),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_) => pair(pieces.join(",")),
            })
        }
    }
}

fn encode_reserved(text: &str) -> String {
    utf8_percent_encode(text, RESERVED_KEPT).to_string()
}

/// `name[member]=value`; a list as a member is repeated.
fn deep_object(parameter: &Parameter, value: &Value, encode: fn(&str) -> String) -> Result<String, StyleError> {
    let Value::Object(members) = value else {
        return Err(StyleError::Malformed { name: parameter.name.to_owned() });
    };
    let mut pairs = Vec::new();
    for (member, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let name = format!("{}%5B{}%5D", encode_segment(parameter.name), encode_segment(member));
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for item in items {
            let text = primitive_text(item).ok_or_else(|| StyleError::Nested { name: parameter.name.to_owned() })?;
            pairs.push(format!("{name}={}", encode(&text)));
        }
    }
    Ok(pairs.join("&"))
}

/// The value of a header; `None` for null. Headers are not percent-encoded; what a header cannot hold is for the HTTP
/// library to refuse.
///
/// # Errors
/// If the value nests deeper than the style can say.
pub fn write_header(parameter: &Parameter, value: &Value) -> Result<Option<String>, StyleError> {
    match (parameter.style, value) {
        (_, Value::Null) => Ok(None),
        (Style::Json, _) => Ok(Some(value.to_string())),
        (_, _) => pieces(parameter, value, str::to_owned).map(|pieces| Some(pieces.join(","))),
    }
}

/// `name=value` for the `Cookie` header; `None` for null. Lists and objects are written in one pair, also where
/// `explode` is on: cookies have no way to repeat a name that all servers read alike.
///
/// # Errors
/// If the value nests deeper than the style can say.
pub fn write_cookie(parameter: &Parameter, value: &Value) -> Result<Option<String>, StyleError> {
    let text = match (parameter.style, value) {
        (_, Value::Null) => return Ok(None),
        (Style::Json, _) => encode_segment(&value.to_string()),
        (_, _) => pieces(&Parameter { explode: false, ..*parameter }, value, encode_segment)?.join(","),
    };
    Ok(Some(format!("{}={text}", parameter.name)))
}
