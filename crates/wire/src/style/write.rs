//! Values into the text of paths, queries, headers and cookies. What was written is read again before it is sent: a value
//! that its style cannot say, such as an item with a space in a `spaceDelimited` list, is an error and no other value.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::query::Query;
use super::same::{is_unsayable, same};
use super::shape::is_any;
use super::tree::write_tree;
use super::{StyleError, primitive_text, read_cookie, read_header, read_path, read_query};
use crate::{Parameter, Style};

/// All but RFC 3986's unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// `allowReserved` in a path: reserved characters stay, except those that would end the segment.
const RESERVED_IN_PATH: &AsciiSet = &ENCODED
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');
/// `allowReserved` in a query: reserved characters stay, except those that would end the value or the query.
const RESERVED_IN_QUERY: &AsciiSet = &RESERVED_IN_PATH.remove(b'/').remove(b'?').add(b'&').add(b'+');

type Encode = fn(&str) -> String;

/// Text as a path's segment.
pub fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Text as a name or a value of a form, in which a space is a plus.
pub fn encode_form(text: &str) -> String {
    encode_segment(text).replace("%20", "+")
}

fn reserved_in_path(text: &str) -> String {
    utf8_percent_encode(text, RESERVED_IN_PATH).to_string()
}

fn reserved_in_query(text: &str) -> String {
    utf8_percent_encode(text, RESERVED_IN_QUERY).to_string()
}

/// Items and members have delimiters around them, which reserved characters would be taken for.
fn encoding(parameter: &Parameter, value: &Value, reserved: Encode) -> Encode {
    if parameter.allow_reserved && primitive_text(value).is_some() { reserved } else { encode_segment }
}

/// What takes the place of `{name}` in a path.
///
/// # Errors
/// If the value is null or empty, or is not what its style can say.
pub fn write_path(parameter: &Parameter, value: &Value) -> Result<String, StyleError> {
    let encode = encoding(parameter, value, reserved_in_path);
    let text = match parameter.style {
        Style::Label => {
            let text = pieces(parameter, value, encode).join(if parameter.explode { "." } else { "," });
            if text.is_empty() { text } else { format!(".{text}") }
        }
        Style::Matrix => matrix(parameter, value, encode),
        Style::Json => encode_segment(&value.to_string()),
        Style::Simple
        | Style::Form
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::DeepObject
        | Style::Cookie => pieces(parameter, value, encode).join(","),
    };
    if text.is_empty() || value.is_null() {
        return Err(StyleError::Empty { name: parameter.name.to_owned() });
    }
    check(parameter, value, text, |text| read_path(parameter, text).map(Some))
}

fn matrix(parameter: &Parameter, value: &Value, encode: Encode) -> String {
    let name = encode_segment(parameter.name);
    let pieces = pieces(parameter, value, encode);
    // RFC 6570, section 3.2.7: no `=` where nothing follows.
    let pair = |piece: &str| if piece.is_empty() { format!(";{name}") } else { format!(";{name}={piece}") };
    match value {
        _ if pieces.is_empty() => String::new(),
        Value::Object(_) if parameter.explode => format!(";{}", pieces.join(";")),
        Value::Array(_) if parameter.explode => pieces.iter().map(|piece| pair(piece)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            pair(&pieces.join(","))
        }
    }
}

/// A value's parts, encoded: one of a primitive, one an item, `name=value` or `name`, `value` a member. What is nested is
/// its JSON.
fn pieces(parameter: &Parameter, value: &Value, encode: Encode) -> Vec<String> {
    let text = |value: &Value| encode(&primitive_text(value).unwrap_or_else(|| value.to_string()));
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Object(members) => {
            let mut pieces = Vec::new();
            for (name, member) in members.iter().filter(|(_, member)| !member.is_null()) {
                match parameter.explode {
                    true => pieces.push(format!("{}={}", encode(name), text(member))),
                    false => pieces.extend([encode(name), text(member)]),
                }
            }
            pieces
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![text(value)],
    }
}

/// The part of a query for a parameter, such as `a=1&a=2`, without `?`; empty for null, and for empty lists and objects
/// that are written item by item and need not be there.
///
/// # Errors
/// If the value is not what its style can say.
pub fn write_query(parameter: &Parameter, value: &Value) -> Result<String, StyleError> {
    if value.is_null() {
        return Ok(String::new());
    }
    let encode = encoding(parameter, value, reserved_in_query);
    let name = encode_segment(parameter.name);
    let pair = |text: String| format!("{name}={text}");
    let text = match (parameter.style, value) {
        (Style::Json, _) => pair(encode_segment(&value.to_string())),
        (Style::DeepObject, _) => {
            write_tree(parameter, value, if parameter.allow_reserved { reserved_in_query } else { encode_segment })?
        }
        (_, Value::Object(members)) if parameter.explode => {
            let pairs = members.iter().flat_map(|(name, value)| member_pairs(name, value));
            pairs.collect::<Vec<_>>().join("&")
        }
        (_, Value::Array(_)) if parameter.explode => {
            pieces(parameter, value, encode).into_iter().map(pair).collect::<Vec<_>>().join("&")
        }
        (Style::SpaceDelimited, _) => pair(pieces(parameter, value, encode).join("%20")),
        (Style::PipeDelimited, _) => pair(pieces(parameter, value, encode).join("%7C")),
        (Style::Form | Style::Simple | Style::Label | Style::Matrix | Style::Cookie, _) => {
            pair(pieces(parameter, value, encode).join(","))
        }
    };
    if text.is_empty() {
        let nothing = StyleError::Empty { name: parameter.name.to_owned() };
        return if parameter.required { Err(nothing) } else { Ok(text) };
    }
    check(parameter, value, text, |text| read_query(parameter, &Query::parse(text)))
}

/// A member that is a parameter of its own; a list as a member is repeated.
fn member_pairs(name: &str, value: &Value) -> Vec<String> {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let text = |item: &Value| primitive_text(item).unwrap_or_else(|| item.to_string());
    let present = items.iter().filter(|item| !item.is_null());
    present.map(|item| format!("{}={}", encode_segment(name), encode_segment(&text(item)))).collect()
}

/// The value of a header; `None` for null. Headers are not percent-encoded, and what is beyond ASCII means something else to each
/// who reads it (RFC 9110, section 5.5).
///
/// # Errors
/// If the value is not what its style can say, or no header can carry it.
pub fn write_header(parameter: &Parameter, value: &Value) -> Result<Option<String>, StyleError> {
    let text = match (parameter.style, value) {
        (_, Value::Null) => return Ok(None),
        (Style::Json, _) => escaped(&value.to_string()),
        (_, _) => pieces(parameter, value, str::to_owned).join(","),
    };
    check_field(parameter, &text)?;
    check(parameter, value, text, |text| read_header(parameter, text.trim_matches([' ', '\t'])).map(Some)).map(Some)
}

/// `name=value` for the `Cookie` header; `None` for null. Lists and objects are written in one pair, also where
/// `explode` is on: cookies have no way to repeat a name that all servers read alike.
///
/// # Errors
/// If the value is not what its style can say.
pub fn write_cookie(parameter: &Parameter, value: &Value) -> Result<Option<String>, StyleError> {
    let whole = Parameter { explode: false, ..*parameter };
    let text = match (parameter.style, value) {
        (_, Value::Null) => return Ok(None),
        (Style::Json, _) => encode_segment(&value.to_string()),
        (Style::Cookie, _) => pieces(&whole, value, str::to_owned).join(","),
        (_, _) => pieces(&whole, value, encode_segment).join(","),
    };
    check_field(parameter, &text)?;
    let pair = format!("{}={text}", parameter.name);
    check(parameter, value, pair, |pair| read_cookie(parameter, pair)).map(Some)
}

/// JSON text in ASCII.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            ' '..='~' => text.push(character),
            _ => character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    text
}

fn check_field(parameter: &Parameter, text: &str) -> Result<(), StyleError> {
    match text.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
        true => Ok(()),
        false => Err(StyleError::NotInHeader { name: parameter.name.to_owned() }),
    }
}

/// The text, if it is read as the value that it was made of. Where every value is accepted nothing could tell.
fn check(
    parameter: &Parameter,
    value: &Value,
    text: String,
    read: impl Fn(&str) -> Result<Option<Value>, StyleError>,
) -> Result<String, StyleError> {
    if parameter.style == Style::Json || (is_any(parameter.schema.rules()) && !is_unsayable(value)) {
        return Ok(text);
    }
    let is_same = read(&text).is_ok_and(|read| read.is_some_and(|read| same(value, &read)));
    let name = parameter.name.to_owned();
    match is_same {
        true => Ok(text),
        false if is_unsayable(value) => Err(StyleError::Nested { name }),
        false => Err(StyleError::Ambiguous { name }),
    }
}
