//! The text of paths, headers and cookies into values. Delimiters are looked for before percent-decoding, so that an encoded
//! comma is a comma of the value. What does not have the type that the schema wants stays text: the validator, not the
//! reader, says what is wrong with it.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::StyleError;
use super::shape::{Alternative, Shape, alternatives, coerce_as};
use crate::validate::accepts;
use crate::{Parameter, Style, parse_json};

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
            one_of(parameter, |as_one| {
                read_delimited(parameter, as_one, raw, if parameter.explode { "." } else { "," }, &decode)
            })
        }
        Style::Matrix => {
            let raw = raw.strip_prefix(';').ok_or_else(|| malformed(parameter))?;
            one_of(parameter, |as_one| read_matrix(parameter, as_one, raw, &decode))
        }
        Style::Simple
        | Style::Form
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::DeepObject
        | Style::Cookie => one_of(parameter, |as_one| read_delimited(parameter, as_one, raw, ",", &decode)),
    }
}

pub(super) type Decode<'d> = &'d dyn Fn(&str) -> Result<String, StyleError>;

fn malformed(parameter: &Parameter) -> StyleError {
    StyleError::Malformed { name: parameter.name.to_owned() }
}

/// Reads as the first alternative that accepts what is read; where none does, as the first that can be read at all.
fn one_of<'r>(
    parameter: &Parameter,
    read: impl Fn(&Alternative<'r>) -> Result<Value, StyleError>,
) -> Result<Value, StyleError> {
    let found = alternatives(parameter.schema.rules());
    if let [only] = found.as_slice() {
        return read(only);
    }
    let mut first = None;
    for alternative in &found {
        match read(alternative) {
            Ok(value) if accepts(alternative.rules, &value) => return Ok(value),
            Ok(value) => _ = first.get_or_insert(value),
            Err(_) => {}
        }
    }
    first.ok_or_else(|| malformed(parameter))
}

/// `;name=value`; without `=` where the value is empty (RFC 6570, section 3.2.7).
fn read_matrix(
    parameter: &Parameter,
    as_one: &Alternative<'_>,
    raw: &str,
    decode: Decode<'_>,
) -> Result<Value, StyleError> {
    let own = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_own = decode(name).is_ok_and(|name| name == parameter.name);
        is_own.then(|| value.to_owned()).ok_or_else(|| malformed(parameter))
    };
    match as_one.shape {
        Shape::Object(_) if parameter.explode => read_delimited(parameter, as_one, raw, ";", decode),
        Shape::Array(items) if parameter.explode => {
            let item = |(index, pair)| Ok(coerce_as(items.at(index), &decode(&own(pair)?)?));
            raw.split(';').enumerate().map(item).collect()
        }
        Shape::Array(_) | Shape::Object(_) | Shape::Any | Shape::Primitive => {
            read_delimited(parameter, as_one, &own(raw)?, ",", decode)
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
        | Style::Cookie => one_of(parameter, |as_one| {
            read_delimited(parameter, as_one, text, ",", &|text| Ok(text.trim_matches([' ', '\t']).to_owned()))
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
        | Style::Cookie => one_of(&whole, |as_one| read_delimited(&whole, as_one, raw, ",", decode)).map(Some),
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
    as_one: &Alternative<'_>,
    raw: &str,
    delimiter: &str,
    decode: Decode<'_>,
) -> Result<Value, StyleError> {
    match as_one.shape {
        Shape::Primitive | Shape::Any => Ok(coerce_as(as_one.rules, &decode(raw)?)),
        Shape::Array(items) => {
            let item = |(index, piece)| Ok(coerce_as(items.at(index), &decode(piece)?));
            split(raw, delimiter).into_iter().enumerate().map(item).collect()
        }
        Shape::Object(object) => {
            let mut members = Map::new();
            for (name, text) in member_pairs(parameter, &split(raw, delimiter))? {
                let name = decode(name)?;
                let value = coerce_as(object.rules(&name), &decode(text)?);
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
