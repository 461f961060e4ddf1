//! The text of paths, headers and cookies into values. Delimiters are looked for before percent-decoding, so that an encoded
//! comma is a comma of the value. What does not have the type that the schema wants stays text: the validator, not the
//! reader, says what is wrong with it.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::StyleError;
use super::shape::{Shape, alternatives, coerce, shape};
use crate::{Parameter, Style, parse_json, validate};

/// Reads what stands in a path at `{name}`, as it was sent.
///
/// # Errors
/// If it is not UTF-8 or does not have the form of its style.
pub fn read_path(parameter: &Parameter, raw: &str) -> Result<Value, StyleError> {
    let decode = |text: &str| decode(parameter.name, text, Plus::Literal);
    match parameter.style {
        Style::Json => json(parameter.name, &decode(raw)?),
        Style::Label => {
            let raw = raw.strip_prefix('.').ok_or_else(|| malformed(parameter))?;
            one_of(parameter, |parameter| {
                read_delimited(parameter, raw, if parameter.explode { "." } else { "," }, &decode)
            })
        }
        Style::Matrix => {
            let raw = raw.strip_prefix(';').ok_or_else(|| malformed(parameter))?;
            one_of(parameter, |parameter| read_matrix(parameter, raw, &decode))
        }
        Style::Simple
        | Style::Form
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::DeepObject
        | Style::Cookie => one_of(parameter, |parameter| read_delimited(parameter, raw, ",", &decode)),
    }
}

pub(super) type Decode<'d> = &'d dyn Fn(&str) -> Result<String, StyleError>;

fn malformed(parameter: &Parameter) -> StyleError {
    StyleError::Malformed { name: parameter.name.to_owned() }
}

/// Reads as the first alternative that accepts what is read; where none does, as the first that can be read at all.
fn one_of(parameter: &Parameter, read: impl Fn(&Parameter) -> Result<Value, StyleError>) -> Result<Value, StyleError> {
    let schemas = alternatives(parameter.schema);
    if let [only] = schemas.as_slice() {
        return read(&Parameter { schema: only, ..*parameter });
    }
    let mut first = None;
    for schema in schemas {
        match read(&Parameter { schema, ..*parameter }) {
            Ok(value) if validate(schema, &value).is_empty() => return Ok(value),
            Ok(value) => _ = first.get_or_insert(value),
            Err(_) => {}
        }
    }
    first.ok_or_else(|| malformed(parameter))
}

/// `;name=value`; without `=` where the value is empty (RFC 6570, section 3.2.7).
fn read_matrix(parameter: &Parameter, raw: &str, decode: Decode<'_>) -> Result<Value, StyleError> {
    let own = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_own = decode(name).is_ok_and(|name| name == parameter.name);
        is_own.then(|| value.to_owned()).ok_or_else(|| malformed(parameter))
    };
    match shape(parameter.schema) {
        Shape::Object(_) if parameter.explode => read_delimited(parameter, raw, ";", decode),
        Shape::Array(items) if parameter.explode => {
            raw.split(';').map(|pair| Ok(coerce(items, &decode(&own(pair)?)?))).collect()
        }
        Shape::Array(_) | Shape::Object(_) | Shape::Any | Shape::Primitive => {
            read_delimited(parameter, &own(raw)?, ",", decode)
        }
    }
}

/// Reads the value of a header.
///
/// # Errors
/// If it does not have the form of its style.
pub fn read_header(parameter: &Parameter, text: &str) -> Result<Value, StyleError> {
    match parameter.style {
        Style::Json => json(parameter.name, text),
        Style::Simple
        | Style::Label
        | Style::Matrix
        | Style::Form
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::DeepObject
        | Style::Cookie => one_of(parameter, |parameter| {
            read_delimited(parameter, text, ",", &|text| Ok(text.trim_matches([' ', '\t']).to_owned()))
        }),
    }
}

/// Reads a parameter out of the `Cookie` header; `None`: it is absent.
///
/// # Errors
/// If it is not UTF-8 or does not have the form of its style.
pub fn read_cookie(parameter: &Parameter, cookies: &str) -> Result<Option<Value>, StyleError> {
    let Some(raw) = cookie(cookies, parameter.name) else {
        return Ok(None);
    };
    let encoded = |text: &str| decode(parameter.name, text, Plus::Literal);
    let literal = |text: &str| Ok(text.to_owned());
    let decode: Decode<'_> = if parameter.style == Style::Cookie { &literal } else { &encoded };
    let whole = Parameter { explode: false, ..*parameter };
    match parameter.style {
        Style::Json => json(parameter.name, &decode(raw)?).map(Some),
        Style::Simple
        | Style::Label
        | Style::Matrix
        | Style::Form
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::DeepObject
        | Style::Cookie => one_of(&whole, |parameter| read_delimited(parameter, raw, ",", decode)).map(Some),
    }
}

/// The value of the cookie of this name as it was sent, without the quotes that RFC 6265, section 4.1.1, allows around it.
pub fn cookie<'c>(cookies: &'c str, wanted: &str) -> Option<&'c str> {
    let blanks = [' ', '\t'];
    let mut pairs = cookies.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim_matches(blanks) == wanted)?;
    let value = value.trim_matches(blanks);
    Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// The parts between delimiters; of the empty text none.
fn split<'t>(raw: &'t str, delimiter: &str) -> Vec<&'t str> {
    if raw.is_empty() { Vec::new() } else { raw.split(delimiter).collect() }
}

/// Reads a text in which `delimiter` stands between items, and between members. A primitive has no delimiters: what looks
/// like one belongs to it.
pub(super) fn read_delimited(
    parameter: &Parameter,
    raw: &str,
    delimiter: &str,
    decode: Decode<'_>,
) -> Result<Value, StyleError> {
    match shape(parameter.schema) {
        Shape::Primitive | Shape::Any => Ok(coerce(parameter.schema, &decode(raw)?)),
        Shape::Array(items) => {
            split(raw, delimiter).into_iter().map(|piece| Ok(coerce(items, &decode(piece)?))).collect()
        }
        Shape::Object(object) => {
            let mut members = Map::new();
            for (name, text) in member_pairs(parameter, &split(raw, delimiter))? {
                let name = decode(name)?;
                let value = coerce(object.schema(&name), &decode(text)?);
                members.insert(name, value);
            }
            Ok(Value::Object(members))
        }
    }
}

fn member_pairs<'p>(parameter: &Parameter, pieces: &[&'p str]) -> Result<Vec<(&'p str, &'p str)>, StyleError> {
    if parameter.explode {
        let empty = if parameter.style == Style::Matrix { Some("") } else { None };
        let pair = |piece: &&'p str| piece.split_once('=').or_else(|| Some((*piece, empty?)));
        return pieces.iter().map(|piece| pair(piece).ok_or_else(|| malformed(parameter))).collect();
    }
    let pair = |pair: &[&'p str]| match pair {
        [name, value] => Ok((*name, *value)),
        _ => Err(malformed(parameter)),
    };
    pieces.chunks(2).map(pair).collect()
}

/// Whether `+` is a space, as HTML forms write it, and so every server reads queries.
#[derive(Clone, Copy)]
pub(super) enum Plus {
    Space,
    Literal,
}

pub(super) fn decode(name: &str, raw: &str, plus: Plus) -> Result<String, StyleError> {
    let raw = match plus {
        Plus::Space => raw.replace('+', " "),
        Plus::Literal => raw.to_owned(),
    };
    let decoded = percent_decode_str(&raw).decode_utf8();
    decoded.map(|text| text.into_owned()).map_err(|_| StyleError::NotUtf8 { name: name.to_owned() })
}

pub(super) fn json(name: &str, text: &str) -> Result<Value, StyleError> {
    parse_json(text.as_bytes())
        .map_err(|error| StyleError::NotJson { name: name.to_owned(), detail: error.to_string() })
}
