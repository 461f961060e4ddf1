//! What a schema means for text: whether it is one value, a list or members, and what a single text stands for. The styles
//! ask here and nowhere else.

use serde_json::Value;

use crate::{Additional, Literal, Property, Schema, parse_json, validate};

/// What a style has to write or read.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// One text.
    Primitive,
    /// Nobody knows: what stands there decides.
    Any,
    /// A list.
    Array(&'static Schema),
    /// Members.
    Object(Members),
}

/// The members that an object may have.
#[derive(Clone, Copy)]
pub(super) struct Members {
    pub(super) properties: &'static [Property],
    additional: Additional,
}

impl Members {
    /// What the member of this name has to be.
    pub(super) fn schema(&self, name: &str) -> &'static Schema {
        match (self.properties.iter().find(|property| property.name == name), self.additional) {
            (Some(property), _) => property.schema,
            (None, Additional::Typed(schema)) => schema,
            (None, Additional::Allowed | Additional::Denied) => &Schema::Any,
        }
    }

    /// Whether it says what members without a name of their own have to be, and so means to have them.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.additional, Additional::Typed(_))
    }

    pub(super) fn declares(&self, name: &str) -> bool {
        self.properties.iter().any(|property| property.name == name)
    }
}

/// How deep unions in unions are looked into: they may contain themselves.
const DEPTH: u32 = 4;

/// The schemas that a value may have to fit: one, or the alternatives of a union.
pub(super) fn alternatives(schema: &'static Schema) -> Vec<&'static Schema> {
    let mut found = Vec::new();
    collect(schema, DEPTH, &mut found);
    found
}

fn collect(schema: &'static Schema, depth: u32, found: &mut Vec<&'static Schema>) {
    match (schema.resolved(), depth.checked_sub(1)) {
        (Schema::Nullable(inner), Some(depth)) if !is_primitive(inner, depth) => collect(inner, depth, found),
        (Schema::Union { variants, .. }, Some(depth)) => {
            variants.iter().for_each(|variant| collect(variant, depth, found));
        }
        (other, _) => found.push(other),
    }
}

fn is_primitive(schema: &'static Schema, depth: u32) -> bool {
    match (schema.resolved(), depth.checked_sub(1)) {
        (Schema::Array { .. } | Schema::Object { .. } | Schema::Any, _) => false,
        (Schema::Nullable(inner), Some(depth)) => is_primitive(inner, depth),
        (Schema::Union { variants, .. }, Some(depth)) => variants.iter().all(|variant| is_primitive(variant, depth)),
        (
            Schema::Nothing
            | Schema::Boolean
            | Schema::Integer { .. }
            | Schema::Number { .. }
            | Schema::String { .. }
            | Schema::Enumeration(_)
            | Schema::Nullable(_)
            | Schema::Union { .. }
            | Schema::Ref(_),
            _,
        ) => true,
    }
}

/// The shape of one alternative.
pub(super) fn shape(schema: &'static Schema) -> Shape {
    match schema.resolved() {
        Schema::Any => Shape::Any,
        Schema::Array { items, .. } => Shape::Array(items),
        Schema::Object { properties, additional, .. } => Shape::Object(Members { properties, additional: *additional }),
        Schema::Nullable(inner) => match inner.resolved() {
            Schema::Array { items, .. } => Shape::Array(items),
            Schema::Object { properties, additional, .. } => {
                Shape::Object(Members { properties, additional: *additional })
            }
            Schema::Any => Shape::Any,
            Schema::Nothing
            | Schema::Boolean
            | Schema::Integer { .. }
            | Schema::Number { .. }
            | Schema::String { .. }
            | Schema::Enumeration(_)
            | Schema::Union { .. }
            | Schema::Nullable(_)
            | Schema::Ref(_) => Shape::Primitive,
        },
        Schema::Nothing
        | Schema::Boolean
        | Schema::Integer { .. }
        | Schema::Number { .. }
        | Schema::String { .. }
        | Schema::Enumeration(_)
        | Schema::Union { .. }
        | Schema::Ref(_) => Shape::Primitive,
    }
}

/// Whether every value is accepted.
pub(super) fn is_any(schema: &'static Schema) -> bool {
    alternatives(schema).into_iter().any(|schema| matches!(shape(schema), Shape::Any))
}

/// The value that a text stands for; the text itself where it stands for none that the schema expects. Lists and objects
/// stand in a text as JSON, since no style has another way to put one into the other.
pub fn coerce(schema: &'static Schema, text: &str) -> Value {
    coerce_at(schema, text, DEPTH)
}

fn coerce_at(schema: &'static Schema, text: &str, depth: u32) -> Value {
    let as_text = || Value::from(text);
    let Some(depth) = depth.checked_sub(1) else {
        return as_text();
    };
    match schema.resolved() {
        Schema::Boolean => text.parse::<bool>().map_or_else(|_| as_text(), Value::from),
        Schema::Integer { .. } => integer(text).unwrap_or_else(as_text),
        Schema::Number { .. } => number(text).unwrap_or_else(as_text),
        Schema::Enumeration(literals) => {
            literals.iter().find_map(|literal| spelled(*literal, text)).unwrap_or_else(as_text)
        }
        Schema::Nullable(schema) if text == "null" && !accepts_text(schema) => Value::Null,
        Schema::Nullable(schema) => coerce_at(schema, text, depth),
        Schema::Union { variants, .. } => {
            let candidates = variants.iter().map(|variant| (variant, coerce_at(variant, text, depth)));
            let mut accepted = candidates.filter(|(variant, value)| validate(variant, value).is_empty());
            accepted.next().map_or_else(as_text, |(_, value)| value)
        }
        Schema::Array { .. } if text.starts_with('[') => parse_json(text.as_bytes()).unwrap_or_else(|_| as_text()),
        Schema::Object { .. } if text.starts_with('{') => parse_json(text.as_bytes()).unwrap_or_else(|_| as_text()),
        Schema::Any
        | Schema::Nothing
        | Schema::String { .. }
        | Schema::Array { .. }
        | Schema::Object { .. }
        | Schema::Ref(_) => as_text(),
    }
}

fn accepts_text(schema: &'static Schema) -> bool {
    matches!(schema.resolved(), Schema::String { .. } | Schema::Any)
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

fn spelled(literal: Literal, text: &str) -> Option<Value> {
    match literal {
        Literal::Null => (text == "null").then_some(Value::Null),
        Literal::Boolean(boolean) => (text == boolean.to_string()).then_some(Value::Bool(boolean)),
        Literal::Integer(wanted) => integer(text).filter(|value| {
            value.as_i64().map(i128::from) == Some(wanted) || value.as_u64().map(i128::from) == Some(wanted)
        }),
        Literal::Number(wanted) => number(text).filter(|value| value.as_f64() == Some(wanted)),
        Literal::Text(wanted) => (text == wanted).then(|| Value::from(wanted)),
    }
}
