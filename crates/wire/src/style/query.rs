//! Queries into values. A query is its pairs, names decoded and values as they were sent: delimiters are looked for before
//! percent-decoding, so that an encoded comma is a comma of the value.

use serde_json::{Map, Value};

use super::StyleError;
use super::read::{Plus, decode, json, read_delimited};
use super::shape::{Alternative, Members, Shape, alternatives, coerce_as, items_of};
use super::tree::read_tree;
use crate::validate::accepts;
use crate::{Parameter, Style};

/// A query, cut into its pairs.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub(super) pairs: Vec<(String, String)>,
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

    /// The decoded value of what stands there exactly once.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.values(name).as_slice() {
            [only] => decode(name, only, Plus::Space).ok(),
            [] | [_, _, ..] => None,
        }
    }

    /// Its pairs, values decoded too.
    ///
    /// # Errors
    /// When one is not UTF-8.
    pub fn decoded(&self) -> Result<Vec<(String, String)>, StyleError> {
        let pair = |(name, value): &(String, String)| Ok((name.clone(), decode(name, value, Plus::Space)?));
        self.pairs.iter().map(pair).collect()
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
    read_query_among(parameter, query, &|_| false)
}

/// The same where others have taken some of the names: an object that is written member by member gets what is left.
///
/// # Errors
/// As [`read_query`].
pub fn read_query_among(
    parameter: &Parameter,
    query: &Query,
    taken: &dyn Fn(&str) -> bool,
) -> Result<Option<Value>, StyleError> {
    if parameter.style == Style::Json {
        return match single(parameter, query)? {
            Some(raw) => json(parameter.name, &decode(parameter.name, raw, Plus::Space)?).map(Some),
            None => Ok(None),
        };
    }
    if parameter.allow_empty && query.values(parameter.name) == [""] && !accepts_empty(parameter) {
        return Ok(None);
    }
    let mut first = None;
    let found = alternatives(parameter.schema.rules());
    for alternative in &found {
        match read_as(parameter, alternative, query, taken) {
            Ok(Some(value)) if found.len() > 1 && !accepts(alternative.rules, &value) => {
                first.get_or_insert(Ok(Some(value)));
            }
            Ok(Some(value)) => return Ok(Some(value)),
            Ok(None) => {}
            Err(error) => _ = first.get_or_insert(Err(error)),
        }
    }
    first.unwrap_or(Ok(None))
}

/// Whether the empty text is a value of its own.
fn accepts_empty(parameter: &Parameter) -> bool {
    let empty = Value::from("");
    alternatives(parameter.schema.rules()).into_iter().any(|alternative| accepts(alternative.rules, &empty))
}

/// Reads a parameter as one of the alternatives of its schema.
fn read_as(
    parameter: &Parameter,
    as_one: &Alternative<'_>,
    query: &Query,
    taken: &dyn Fn(&str) -> bool,
) -> Result<Option<Value>, StyleError> {
    let decode = |text: &str| decode(parameter.name, text, Plus::Space);
    match (parameter.style, as_one.shape) {
        (Style::DeepObject, _) => read_tree(parameter, as_one, query),
        (_, Shape::Object(members)) if parameter.explode => read_members(&members, query, taken),
        (_, Shape::Array(items)) if parameter.explode => match query.values(parameter.name).as_slice() {
            [] => Ok(None),
            values => {
                let item = |(index, raw): (usize, &&str)| Ok(coerce_as(items.at(index), &decode(raw)?));
                values.iter().enumerate().map(item).collect::<Result<_, _>>().map(Some)
            }
        },
        (_, Shape::Any) if parameter.explode => match query.values(parameter.name).as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(Value::String(decode(only)?))),
            values => values.iter().map(|raw| decode(raw).map(Value::String)).collect::<Result<_, _>>().map(Some),
        },
        (_, _) => match single(parameter, query)? {
            Some(raw) => read_delimited(parameter, as_one, raw, delimiter(parameter.style, raw), &decode).map(Some),
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

/// What stands between the items. Of the ways that clients write a space or a pipe, the one that this client chose.
fn delimiter(style: Style, raw: &str) -> &'static str {
    match style {
        Style::SpaceDelimited if raw.contains('+') => "+",
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited if raw.contains("%7C") => "%7C",
        Style::PipeDelimited if raw.contains("%7c") => "%7c",
        Style::PipeDelimited => "|",
        Style::Simple
        | Style::Label
        | Style::Matrix
        | Style::Form
        | Style::DeepObject
        | Style::Cookie
        | Style::Json => ",",
    }
}

/// Members that are parameters of their own.
fn read_members(
    members: &Members<'_>,
    query: &Query,
    taken: &dyn Fn(&str) -> bool,
) -> Result<Option<Value>, StyleError> {
    let mut read = Map::new();
    for name in query.names() {
        let own = members.declares(name) || (members.is_open() && !taken(name));
        if !own || read.contains_key(name) {
            continue;
        }
        let texts = query.values(name).into_iter().map(|raw| decode(name, raw, Plus::Space));
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        let rules = members.rules(name);
        let value = match (items_of(rules), texts.as_slice()) {
            (Some(items), texts) => {
                texts.iter().enumerate().map(|(index, text)| coerce_as(items.at(index), text)).collect()
            }
            (None, [text]) => coerce_as(rules, text),
            (None, texts) if rules.core().is_any() => texts.iter().map(String::as_str).collect(),
            (None, _) => return Err(StyleError::Repeated { name: name.to_owned() }),
        };
        read.insert(name.to_owned(), value);
    }
    Ok(if read.is_empty() { None } else { Some(Value::Object(read)) })
}
