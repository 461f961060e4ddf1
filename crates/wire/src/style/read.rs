//! The text of paths, queries, headers and cookies into values. Delimiters are looked for before percent-decoding, so
//! that an encoded comma is a comma of the value. What does not have the type that the schema wants stays text: the
//! validator, not the reader, says what is wrong with it.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::StyleError;
use crate::rules::{ObjectRules, Rules, Type};
use crate::validate::{accepts, equal};
use crate::{Parameter, Schema, Style, parse_json};

/// Reads what stands in a path at `{name}`, as it was sent.
///
/// # Errors
/// If it is not UTF-8 or does not have the form of its style.
pub fn read_path(parameter: &Parameter, raw: &str) -> Result<Value, StyleError> {
    let malformed = || StyleError::Malformed { name: parameter.name.to_owned() };
    let decode = |text: &str| decode(parameter.name, text, Plus::Literal);
    match parameter.style {
        Style::Json => json(parameter.name, &decode(raw)?),
        Style::Label => {
            let raw = raw.strip_prefix('.').ok_or_else(malformed)?;
            from_pieces(parameter, split(raw, if parameter.explode { "." } else { "," }), &decode)
        }
        Style::Matrix => read_matrix(parameter, raw.strip_prefix(';').ok_or_else(malformed)?, &decode),
        Style::Simple | Style::Form | Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject => {
            from_pieces(parameter, split(raw, ","), &decode)
        }
    }
}

type Decode<'d> = &'d dyn Fn(&str) -> Result<String, StyleError>;

fn read_matrix(parameter: &Parameter, raw: &str, decode: Decode<'_>) -> Result<Value, StyleError> {
    let malformed = || StyleError::Malformed { name: parameter.name.to_owned() };
    let own = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if decode(name).is_ok_and(|name| name == parameter.name) => Ok(value.to_owned()),
        Some(_) | None => Err(malformed()),
    };
    match shape(parameter.schema.rules()) {
        Shape::Object(_) if parameter.explode => from_pieces(parameter, split(raw, ";"), decode),
        Shape::Array(_) if parameter.explode => {
            let values = raw.split(';').map(own).collect::<Result<Vec<_>, _>>()?;
            from_pieces(parameter, values.iter().map(String::as_str).collect(), decode)
        }
        Shape::Array(_) | Shape::Object(_) | Shape::Primitive => {
            let value = own(raw)?;
            from_pieces(parameter, split(&value, ","), decode)
        }
    }
}

/// A query, cut into its pairs: names decoded, values as they were sent.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Cuts up what stands after `?`. A pair whose name is not UTF-8 cannot be a declared parameter and is dropped.
    pub fn parse(raw: &str) -> Query {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode("", name, Plus::Space).ok()?, value.to_owned()))
        };
        Query { pairs: raw.split('&').filter(|text| !text.is_empty()).filter_map(pair).collect() }
    }

    /// The names that occur, in order, also repeatedly.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    fn values(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// Reads a parameter out of a query; `None`: it is absent.
///
/// # Errors
/// If it is not UTF-8, stands there more often than its schema allows, or is not JSON where it should be.
pub fn read_query(parameter: &Parameter, query: &Query) -> Result<Option<Value>, StyleError> {
    let decode = |text: &str| decode(parameter.name, text, Plus::Space);
    match (parameter.style, shape(parameter.schema.rules())) {
        (Style::DeepObject, Shape::Object(rules)) => read_deep_object(parameter, rules, query),
        (Style::Form, Shape::Object(rules)) if parameter.explode => read_members(rules, query, |name| name.to_owned()),
        (Style::Json, _) => match single(parameter, query)? {
            Some(raw) => json(parameter.name, &decode(raw)?).map(Some),
            None => Ok(None),
        },
        (_, Shape::Array(_)) if parameter.explode => {
            let values = query.values(parameter.name);
            if values.is_empty() { Ok(None) } else { from_pieces(parameter, values, &decode).map(Some) }
        }
        (style, _) => match single(parameter, query)? {
            Some(raw) => from_pieces(parameter, split_delimited(style, raw), &decode).map(Some),
            None => Ok(None),
        },
    }
}

fn single<'q>(parameter: &Parameter, query: &'q Query) -> Result<Option<&'q str>, StyleError> {
    match query.values(parameter.name).as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        [_, _, ..] => Err(StyleError::Repeated { name: parameter.name.to_owned() }),
    }
}

fn split_delimited(style: Style, raw: &str) -> Vec<&str> {
    match style {
        Style::SpaceDelimited if raw.contains('+') => split(raw, "+"),
        Style::SpaceDelimited => split(raw, "%20"),
        Style::PipeDelimited if raw.contains("%7C") => split(raw, "%7C"),
        Style::PipeDelimited if raw.contains("%7c") => split(raw, "%7c"),
        Style::PipeDelimited => split(raw, "|"),
        Style::Simple | Style::Label | Style::Matrix | Style::Form | Style::DeepObject | Style::Json => split(raw, ","),
    }
}

/// `name[member]=value`.
fn read_deep_object(parameter: &Parameter, rules: &Rules, query: &Query) -> Result<Option<Value>, StyleError> {
    let mut members = match read_members(rules, query, |member| format!("{}[{member}]", parameter.name))? {
        Some(Value::Object(members)) => members,
        Some(_) | None => Map::new(),
    };
    for (name, raw) in &query.pairs {
        let member = name.strip_prefix(parameter.name).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
        let Some(member) = member.filter(|member| !rules.properties().any(|property| property.name == *member)) else {
            continue;
        };
        let value = coerce_at(member_rules(rules, member), &decode(parameter.name, raw, Plus::Space)?, UNIONS);
        members.insert(member.to_owned(), value);
    }
    Ok(if members.is_empty() { None } else { Some(Value::Object(members)) })
}

/// Members that are parameters of their own, under the name that `wire` gives them.
fn read_members(rules: &Rules, query: &Query, wire: impl Fn(&str) -> String) -> Result<Option<Value>, StyleError> {
    let mut members = Map::new();
    for property in rules.properties() {
        let name = wire(&property.name);
        let texts = query.values(&name);
        let texts = texts.into_iter().map(|raw| decode(&name, raw, Plus::Space)).collect::<Result<Vec<_>, _>>()?;
        let value = match (shape(&property.rules), texts.as_slice()) {
            (_, []) => continue,
            (Shape::Array(list), texts) => {
                texts.iter().enumerate().map(|(index, text)| coerce_item(list, index, text)).collect()
            }
            (Shape::Primitive | Shape::Object(_), [text]) => coerce_at(Some(&property.rules), text, UNIONS),
            (Shape::Primitive | Shape::Object(_), [_, _, ..]) => {
                return Err(StyleError::Repeated { name });
            }
        };
        members.insert(property.name.clone(), value);
    }
    Ok(if members.is_empty() { None } else { Some(Value::Object(members)) })
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
        | Style::DeepObject => {
            from_pieces(parameter, split(text, ","), &|text| Ok(text.trim_matches([' ', '\t']).to_owned()))
        }
    }
}

/// Reads a parameter out of the `Cookie` header; `None`: it is absent.
///
/// # Errors
/// If it is not UTF-8 or does not have the form of its style.
pub fn read_cookie(parameter: &Parameter, cookies: &str) -> Result<Option<Value>, StyleError> {
    let named = |pair: &str| {
        let (name, value) = pair.trim_matches([' ', '\t']).split_once('=')?;
        (name == parameter.name).then(|| value.to_owned())
    };
    let Some(raw) = cookies.split(';').find_map(named) else {
        return Ok(None);
    };
    let decode = |text: &str| decode(parameter.name, text, Plus::Literal);
    match parameter.style {
        Style::Json => json(parameter.name, &decode(&raw)?).map(Some),
        Style::Simple
        | Style::Label
        | Style::Matrix
        | Style::Form
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::DeepObject => {
            from_pieces(&Parameter { explode: false, ..*parameter }, split(&raw, ","), &decode).map(Some)
        }
    }
}

#[derive(Clone, Copy)]
enum Shape<'r> {
    Primitive,
    /// The rules that may have some for items.
    Array(&'r Rules),
    /// The rules that may have some for members.
    Object(&'r Rules),
}

fn shape(rules: &Rules) -> Shape<'_> {
    let rules = rules.core();
    match rules.only_type() {
        Some(Type::List) => Shape::Array(rules),
        Some(Type::Object) => Shape::Object(rules),
        Some(Type::Null | Type::Boolean | Type::Integer | Type::Number | Type::Text) | None => Shape::Primitive,
    }
}

/// The parts between delimiters; of the empty text none.
fn split<'t>(raw: &'t str, delimiter: &str) -> Vec<&'t str> {
    if raw.is_empty() { Vec::new() } else { raw.split(delimiter).collect() }
}

fn from_pieces(parameter: &Parameter, pieces: Vec<&str>, decode: Decode<'_>) -> Result<Value, StyleError> {
    match shape(parameter.schema.rules()) {
        // A primitive has no delimiters: what looks like one belongs to it.
        Shape::Primitive => Ok(coerce(parameter.schema, &decode(&pieces.join(delimiter(parameter)))?)),
        Shape::Array(list) => {
            let item = |(index, piece)| Ok(coerce_item(list, index, &decode(piece)?));
            pieces.into_iter().enumerate().map(item).collect()
        }
        Shape::Object(rules) => {
            let mut members = Map::new();
            for (name, text) in member_pairs(parameter, &pieces)? {
                let name = decode(name)?;
                let value = coerce_at(member_rules(rules, &name), &decode(text)?, UNIONS);
                members.insert(name, value);
            }
            Ok(Value::Object(members))
        }
    }
}

fn delimiter(parameter: &Parameter) -> &'static str {
    match parameter.style {
        Style::Label if parameter.explode => ".",
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "|",
        Style::Simple | Style::Label | Style::Matrix | Style::Form | Style::DeepObject | Style::Json => ",",
    }
}

fn member_pairs<'p>(parameter: &Parameter, pieces: &[&'p str]) -> Result<Vec<(&'p str, &'p str)>, StyleError> {
    let malformed = || StyleError::Malformed { name: parameter.name.to_owned() };
    if parameter.explode {
        return pieces.iter().map(|piece| piece.split_once('=').ok_or_else(malformed)).collect();
    }
    let pair = |pair: &[&'p str]| match pair {
        [name, value] => Ok((*name, *value)),
        _ => Err(malformed()),
    };
    pieces.chunks(2).map(pair).collect()
}

/// What a member has to be, if anything is said of it.
fn member_rules<'r>(rules: &'r Rules, name: &str) -> Option<&'r Rules> {
    let named = rules.properties().find(|property| property.name == name).map(|property| &property.rules);
    let patterns = |object: &'r ObjectRules| object.patterns.iter().find(|(pattern, _)| pattern.matches(name));
    let object = rules.object.as_deref();
    named
        .or_else(|| object.and_then(patterns).map(|(_, rules)| rules))
        .or_else(|| object.and_then(|object| object.additional.as_ref()))
}

/// Whether `+` is a space, as HTML forms write it, and so every server reads queries.
#[derive(Clone, Copy)]
enum Plus {
    Space,
    Literal,
}

fn decode(name: &str, raw: &str, plus: Plus) -> Result<String, StyleError> {
    let raw = match plus {
        Plus::Space => raw.replace('+', " "),
        Plus::Literal => raw.to_owned(),
    };
    let decoded = percent_decode_str(&raw).decode_utf8();
    decoded.map(|text| text.into_owned()).map_err(|_| StyleError::NotUtf8 { name: name.to_owned() })
}

fn json(name: &str, text: &str) -> Result<Value, StyleError> {
    parse_json(text.as_bytes())
        .map_err(|error| StyleError::NotJson { name: name.to_owned(), detail: error.to_string() })
}

/// The value that a text stands for where the schema expects a primitive; the text itself where it stands for none.
pub fn coerce(schema: &Schema, text: &str) -> Value {
    coerce_at(Some(schema.rules()), text, UNIONS)
}

fn coerce_item(list: &Rules, index: usize, text: &str) -> Value {
    coerce_at(list.list.as_ref().and_then(|list| list.item(index)), text, UNIONS)
}

/// How deep unions in unions are followed, which may contain themselves.
const UNIONS: u32 = 4;

fn coerce_at(rules: Option<&Rules>, text: &str, depth: u32) -> Value {
    let as_text = || Value::from(text);
    let (Some(rules), Some(depth)) = (rules, depth.checked_sub(1)) else {
        return as_text();
    };
    let null_is_one = text == "null" && accepts(rules, &Value::Null) && !accepts(rules, &as_text());
    let rules = rules.core();
    if null_is_one {
        return Value::Null;
    }
    if let Some(values) = &rules.values {
        return values.iter().find_map(|value| spelled(value, text)).unwrap_or_else(as_text);
    }
    let types: Vec<Type> = rules.types().collect();
    match types.as_slice() {
        [only] => return typed(*only, text).unwrap_or_else(as_text),
        [] => {}
        several => {
            let mut candidates = several.iter().map(|named| typed(*named, text).unwrap_or_else(as_text));
            return candidates.find(|value| accepts(rules, value)).unwrap_or_else(as_text);
        }
    }
    if let Some(union) = rules.union() {
        let candidates = union.variants.iter().map(|variant| (variant, coerce_at(Some(variant), text, depth)));
        let mut accepted = candidates.filter(|(variant, value)| accepts(variant, value));
        return accepted.next().map_or_else(as_text, |(_, value)| value);
    }
    let parts = rules.reference.iter().map(|target| target.rules()).chain(&rules.all);
    parts.map(|part| coerce_at(Some(part), text, depth)).find(|value| !value.is_string()).unwrap_or_else(as_text)
}

/// The value of a type that a text stands for; text stands for itself.
fn typed(named: Type, text: &str) -> Option<Value> {
    match named {
        Type::Boolean => text.parse::<bool>().ok().map(Value::from),
        Type::Integer => integer(text),
        Type::Number => number(text),
        Type::Null | Type::Text | Type::List | Type::Object => None,
    }
}

/// Only the way JSON writes it: no `+5`, no `05`.
fn integer(text: &str) -> Option<Value> {
    number(text).filter(|value| value.is_i64() || value.is_u64())
}

fn number(text: &str) -> Option<Value> {
    // `serde_json` passes over the blanks around a number.
    let bare =
        text.starts_with(|c: char| c.is_ascii_digit() || c == '-') && text.ends_with(|c: char| c.is_ascii_digit());
    if bare { serde_json::from_str::<serde_json::Number>(text).ok().map(Value::Number) } else { None }
}

fn spelled(wanted: &Value, text: &str) -> Option<Value> {
    match wanted {
        Value::Null | Value::Bool(_) => (text == wanted.to_string()).then(|| wanted.clone()),
        Value::Number(_) => number(text).filter(|value| equal(value, wanted)).map(|_| wanted.clone()),
        Value::String(wanted) => (text == wanted).then(|| Value::from(text)),
        Value::Array(_) | Value::Object(_) => None,
    }
}
