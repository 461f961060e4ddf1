//! What the keywords of one schema say by themselves, those aside that combine schemas.

use std::collections::{BTreeMap, BTreeSet};

use methodical_document::{Number, Value};
use methodical_wire::{Exact, Pattern};

use super::{Draft, Drafts, Types, counted};
use crate::schema::facts::{Bound, Lists, Member, Numbers, Objects, OnReadOnly, Texts};
use crate::schema::space::{Space, Term, Text, Version};

/// The keywords beside which a schema is still plain.
const PLAIN: &[&str] = &["type", "enum", "const"];

impl<'a> Drafts<'_, 'a> {
    pub(super) fn own(&mut self, version: Version, text: &Text<'a>) -> Draft {
        let value = text.value();
        let (types, whole) = types(value);
        let combining = ["$ref", "allOf", "oneOf", "anyOf", "discriminator"];
        let is_plain = |keyword: &str| PLAIN.contains(&keyword) && keyword != "type" || combining.contains(&keyword);
        Draft {
            types,
            values: counted(value),
            numbers: Numbers { whole, ..numbers(value) },
            texts: texts(value),
            lists: lists(self.space, version, text),
            objects: objects(self.space, version, text),
            is_plain: !whole
                && value
                    .as_object()
                    .is_some_and(|members| members.keys().all(|keyword| keyword == "type" || is_plain(keyword))),
            ..Draft::any()
        }
    }
}

/// The types that are named, and whether numbers have to be integers.
fn types(value: &Value) -> (Types, bool) {
    let Some(named) = value.get("type") else { return (Types::ALL, false) };
    let single = named.as_str().map(|name| vec![name]);
    let names =
        single.unwrap_or_else(|| named.as_array().unwrap_or_default().iter().filter_map(Value::as_str).collect());
    let of = |name: &&str| match *name {
        "null" => Types::NULL,
        "boolean" => Types::BOOLEAN,
        "integer" | "number" => Types::NUMBER,
        "string" => Types::TEXT,
        "array" => Types::LIST,
        "object" => Types::OBJECT,
        _ => Types::NONE,
    };
    let types = names.iter().map(of).fold(Types::NONE, Types::or);
    (types, names.contains(&"integer") && !names.contains(&"number"))
}

fn count(value: &Value, keyword: &str) -> Option<u64> {
    value.get(keyword)?.as_number().and_then(Number::as_i128).and_then(|count| u64::try_from(count).ok())
}

fn strings(value: &Value, keyword: &str) -> BTreeSet<String> {
    value.get(keyword).and_then(Value::as_str).map(str::to_owned).into_iter().collect()
}

fn numbers(value: &Value) -> Numbers {
    let exact = |keyword: &str| value.get(keyword)?.as_number().and_then(|number| Exact::parse(&number.to_string()));
    let bound = |keyword, exclusive| exact(keyword).map(|value| Bound { value, exclusive });
    let mut numbers = Numbers {
        whole: false,
        least: bound("minimum", false),
        most: bound("maximum", false),
        steps: exact("multipleOf").into_iter().collect(),
        formats: strings(value, "format"),
    };
    let beyond =
        Numbers { least: bound("exclusiveMinimum", true), most: bound("exclusiveMaximum", true), ..Numbers::default() };
    numbers.and(&beyond);
    numbers
}

fn texts(value: &Value) -> Texts {
    Texts {
        least: count(value, "minLength").unwrap_or(0),
        most: count(value, "maxLength"),
        patterns: strings(value, "pattern"),
        formats: strings(value, "format"),
        encodings: strings(value, "contentEncoding"),
        media_types: strings(value, "contentMediaType"),
        known: value.get("x-extensible-enum").map(texts_of).unwrap_or_default(),
    }
}

fn lists<'a>(space: &mut Space<'a>, version: Version, text: &Text<'a>) -> Lists {
    let value = text.value();
    let prefix = value.get("prefixItems").and_then(Value::as_array).map_or(0, <[Value]>::len);
    let first =
        (0..prefix).map(|index| space.inner(version, text, |value| value.get("prefixItems")?.as_array()?.get(index)));
    let first = first.collect();
    let contains = value.get("contains").map(|_| {
        let term = space.inner(version, text, |value| value.get("contains"));
        (term, count(value, "minContains").unwrap_or(1), count(value, "maxContains"))
    });
    Lists {
        first,
        items: space.inner(version, text, |value| value.get("items")),
        least: count(value, "minItems").unwrap_or(0),
        most: count(value, "maxItems"),
        unique: value.get("uniqueItems") == Some(&Value::Bool(true)),
        contains: contains.into_iter().collect(),
    }
}

fn objects<'a>(space: &mut Space<'a>, version: Version, text: &Text<'a>) -> Objects {
    let value = text.value();
    let names = |keyword: &str| -> Vec<String> {
        value.get(keyword).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.to_string()).collect()
    };
    let mut inner = |keyword: &str, name: &str| space.inner(version, text, |value| value.get(keyword)?.get(name));
    let mut map = |keyword: &str| -> BTreeMap<String, Term> {
        names(keyword).into_iter().map(|name| (name.clone(), inner(keyword, &name))).collect()
    };
    let (patterns, dependent, declared) = (map("patternProperties"), map("dependentSchemas"), map("properties"));
    let together = value.get("dependentRequired").and_then(Value::as_object).into_iter().flatten();
    let together = together.map(|(name, others)| (name.to_string(), texts_of(others))).collect();
    let additional = value
        .get("additionalProperties")
        .map(|_| space.inner(version, text, |value| value.get("additionalProperties")));
    let mut objects = Objects {
        members: BTreeMap::new(),
        patterns,
        additional,
        names: space.inner(version, text, |value| value.get("propertyNames")),
        least: count(value, "minProperties").unwrap_or(0),
        most: count(value, "maxProperties"),
        together,
        dependent,
    };
    let required = value.get("required").map(texts_of).unwrap_or_default();
    for (name, term) in declared {
        let read_only = value.get("properties").and_then(|members| read_only(members.get(&name)?));
        let patterned = matching(&objects, &name, space);
        let term = if read_only.is_some() { Term::ANY } else { space.both(term, patterned) };
        let member = Member { term, required: required.contains(&name), declared: true, read_only };
        objects.members.insert(name, member);
    }
    for name in required {
        if !objects.members.contains_key(&name) {
            let term = objects.unnamed(&name, space);
            objects.members.insert(name, Member { term, required: true, declared: false, read_only: None });
        }
    }
    objects
}

/// What the patterns say of a name that is declared as well.
fn matching(objects: &Objects, name: &str, space: &mut Space<'_>) -> Term {
    let matching = objects.patterns.iter().filter(|(pattern, _)| Pattern::shared(pattern).matches(name));
    matching.map(|(_, term)| *term).fold(Term::ANY, |all, term| space.both(all, term))
}

fn texts_of(value: &Value) -> BTreeSet<String> {
    value.as_array().unwrap_or_default().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn read_only(value: &Value) -> Option<OnReadOnly> {
    match value.get("x-read-only")?.as_str()? {
        "refuse" => Some(OnReadOnly::Refuse),
        _ => Some(OnReadOnly::Tolerate),
    }
}
