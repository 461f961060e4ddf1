//! What a schema means for text: whether it is one value, a list or members, and what a single text stands for. The styles
//! ask here and nowhere else.

use serde_json::Value;

use crate::rules::{ListRules, ObjectRules, Reference, Rules, Type};
use crate::validate::{accepts, equal};
use crate::{ANY, Schema, parse_json};

/// What a style has to write or read.
#[derive(Clone, Copy)]
pub(super) enum Shape<'r> {
    /// One text.
    Primitive,
    /// Nobody knows: what stands there decides.
    Any,
    /// A list.
    Array(Items<'r>),
    /// Members.
    Object(Members<'r>),
}

/// The items that a list may have.
#[derive(Clone, Copy, Default)]
pub(super) struct Items<'r> {
    list: Option<&'r ListRules>,
}

impl<'r> Items<'r> {
    /// What the item at a position has to be.
    pub(super) fn at(self, index: usize) -> &'r Rules {
        self.list.and_then(|list| list.item(index)).unwrap_or_else(any)
    }
}

/// The members that an object may have.
#[derive(Clone, Copy)]
pub(super) struct Members<'r> {
    object: &'r Rules,
}

impl<'r> Members<'r> {
    /// What the member of this name has to be.
    pub(super) fn rules(&self, name: &str) -> &'r Rules {
        let named = self.object.properties().find(|property| property.name == name).map(|property| &property.rules);
        let object = self.object.object.as_deref();
        let pattern = |object: &'r ObjectRules| object.patterns.iter().find(|(pattern, _)| pattern.matches(name));
        let additional = |object: &'r ObjectRules| object.additional.as_ref().filter(|rules| !rules.never);
        named
            .or_else(|| object.and_then(pattern).map(|(_, rules)| rules))
            .or_else(|| object.and_then(additional))
            .unwrap_or_else(any)
    }

    /// Whether it says what members without a name of their own have to be, and so means to have them.
    pub(super) fn is_open(&self) -> bool {
        let is_open = |object: &ObjectRules| {
            !object.patterns.is_empty() || object.additional.as_ref().is_some_and(|rules| !rules.never)
        };
        self.object.object.as_deref().is_some_and(is_open)
    }

    pub(super) fn declares(&self, name: &str) -> bool {
        self.object.properties().any(|property| property.name == name)
    }
}

/// One of the schemas that a value may have to fit, as one shape.
#[derive(Clone, Copy)]
pub(super) struct Alternative<'r> {
    pub(super) rules: &'r Rules,
    pub(super) shape: Shape<'r>,
}

/// How deep unions in unions are looked into: they may contain themselves.
const DEPTH: u32 = 4;

/// What accepts everything.
pub(super) fn any<'r>() -> &'r Rules {
    ANY.rules()
}

/// The schemas that a value may have to fit: one, or the alternatives of a union, or of a list of types.
pub(super) fn alternatives(rules: &Rules) -> Vec<Alternative<'_>> {
    let mut found = Vec::new();
    collect(rules, DEPTH, &mut found);
    found
}

fn collect<'r>(rules: &'r Rules, depth: u32, found: &mut Vec<Alternative<'r>>) {
    let primitive = Alternative { rules, shape: Shape::Primitive };
    let core = rules.core();
    if is_primitive(core, depth) {
        return found.push(primitive);
    }
    if core.is_any() {
        return found.push(Alternative { rules: core, shape: Shape::Any });
    }
    let types: Vec<Type> = core.types().collect();
    if !types.is_empty() {
        return found
            .extend(types.into_iter().map(|named| Alternative { rules: core, shape: typed_shape(core, named) }));
    }
    match (core.union(), depth.checked_sub(1)) {
        (Some(union), Some(depth)) => union.variants.iter().for_each(|variant| collect(variant, depth, found)),
        (Some(_) | None, _) => found.push(primitive),
    }
}

/// Whether no value is a list or an object.
fn is_primitive(rules: &Rules, depth: u32) -> bool {
    let core = rules.core();
    let mut types = core.types().peekable();
    if types.peek().is_some() {
        return types.all(|named| !matches!(named, Type::List | Type::Object));
    }
    match (core.union(), depth.checked_sub(1)) {
        (Some(union), Some(depth)) => union.variants.iter().all(|variant| is_primitive(variant, depth)),
        (Some(_) | None, _) => !core.is_any(),
    }
}

fn typed_shape(rules: &Rules, named: Type) -> Shape<'_> {
    match named {
        Type::List => Shape::Array(Items { list: rules.list.as_deref() }),
        Type::Object => Shape::Object(Members { object: rules }),
        Type::Null | Type::Boolean | Type::Integer | Type::Number | Type::Text => Shape::Primitive,
    }
}

/// Whether every value is accepted.
pub(super) fn is_any(rules: &Rules) -> bool {
    alternatives(rules).into_iter().any(|alternative| matches!(alternative.shape, Shape::Any))
}

/// The items of the first alternative that is a list.
pub(super) fn items_of(rules: &Rules) -> Option<Items<'_>> {
    alternatives(rules).into_iter().find_map(|alternative| match alternative.shape {
        Shape::Array(items) => Some(items),
        Shape::Primitive | Shape::Any | Shape::Object(_) => None,
    })
}

/// The members of the first alternative that is an object.
pub(super) fn members_of(rules: &Rules) -> Option<Members<'_>> {
    alternatives(rules).into_iter().find_map(|alternative| match alternative.shape {
        Shape::Object(members) => Some(members),
        Shape::Primitive | Shape::Any | Shape::Array(_) => None,
    })
}

/// The value that a text stands for; the text itself where it stands for none that the schema expects. Lists and objects
/// stand in a text as JSON, since no style has another way to put one into the other.
pub fn coerce(schema: &Schema, text: &str) -> Value {
    coerce_as(schema.rules(), text)
}

pub(super) fn coerce_as(rules: &Rules, text: &str) -> Value {
    coerce_at(rules, text, DEPTH)
}

fn coerce_at(rules: &Rules, text: &str, depth: u32) -> Value {
    let as_text = || Value::from(text);
    let Some(depth) = depth.checked_sub(1) else {
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
        let candidates = union.variants.iter().map(|variant| (variant, coerce_at(variant, text, depth)));
        let mut accepted = candidates.filter(|(variant, value)| accepts(variant, value));
        return accepted.next().map_or_else(as_text, |(_, value)| value);
    }
    let parts = rules.reference.and_then(Reference::rules).into_iter().chain(&rules.all);
    parts.map(|part| coerce_at(part, text, depth)).find(|value| !value.is_string()).unwrap_or_else(as_text)
}

/// The value of a type that a text stands for; text stands for itself.
fn typed(named: Type, text: &str) -> Option<Value> {
    match named {
        Type::Boolean => text.parse::<bool>().ok().map(Value::from),
        Type::Integer => integer(text),
        Type::Number => number(text),
        Type::List if text.starts_with('[') => parse_json(text.as_bytes()).ok(),
        Type::Object if text.starts_with('{') => parse_json(text.as_bytes()).ok(),
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
        Value::Null => (text == "null").then_some(Value::Null),
        Value::Bool(flag) => (text == if *flag { "true" } else { "false" }).then(|| wanted.clone()),
        Value::Number(_) => number(text).filter(|value| equal(value, wanted)).map(|_| wanted.clone()),
        Value::String(wanted) => (text == wanted).then(|| Value::from(text)),
        Value::Array(_) | Value::Object(_) => None,
    }
}
