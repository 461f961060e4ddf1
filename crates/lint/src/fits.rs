//! Whether an example fits its schema.
//!
//! A small validator over the model, for a few values at check time: the first misfit is enough, and an example that
//! nests deeper than [`DEPTH`] is taken to fit.

use methodical_diagnostic::Pointer;
use methodical_document::{Number, Object as Members, Value};
use methodical_model::{
    Access, Additional, Api, Example, ExampleLevel, Kind, Object, OnReadOnly, Schema, Shape, TypeDef, Union,
    VariantValue,
};
use regex::Regex;

/// How deep an example is followed.
const DEPTH: usize = 64;

/// Where and why a value does not fit.
pub(crate) struct Misfit {
    pub(crate) pointer: Pointer,
    pub(crate) why: String,
}

/// How an example does not fit what it is one of. `None` if it does.
pub(crate) fn example(api: &Api, example: &Example) -> Option<Misfit> {
    let fitting = Fitting { api, level: example.level };
    fitting.schema(&example.schema, &example.value, &Pointer::root(), DEPTH).err()
}

/// How a value that stands with a schema, such as its default, does not fit it. `None` if it does.
pub(crate) fn value(api: &Api, schema: &Schema, value: &Value) -> Option<Misfit> {
    let fitting = Fitting { api, level: ExampleLevel::Schema };
    fitting.schema(schema, value, &Pointer::root(), DEPTH).err()
}

struct Fitting<'a> {
    api: &'a Api,
    level: ExampleLevel,
}

type Fit = Result<(), Misfit>;

/// A misfit at `pointer`, unless the condition holds.
fn ensure(holds: bool, pointer: &Pointer, why: impl FnOnce() -> String) -> Fit {
    if holds { Ok(()) } else { Err(Misfit { pointer: pointer.clone(), why: why() }) }
}

impl Fitting<'_> {
    fn schema(&self, schema: &Schema, value: &Value, at: &Pointer, depth: usize) -> Fit {
        if depth == 0 || (schema.nullable && *value == Value::Null) {
            return Ok(());
        }
        match &schema.kind {
            Kind::Any => Ok(()),
            Kind::Nothing => ensure(false, at, || "cannot have any value".to_owned()),
            Kind::Boolean => ensure(matches!(value, Value::Bool(_)), at, || wrong("a boolean", value)),
            Kind::Integer { .. } | Kind::Number { .. } => number(&schema.kind, value, at),
            Kind::String { min_length, max_length, pattern, .. } => {
                text(*min_length, *max_length, pattern.as_deref(), value, at)
            }
            Kind::Constant(constant) => ensure(same(constant, value), at, || "is not the constant".to_owned()),
            Kind::Array { items, min_items, max_items, unique } => {
                let Value::Array(values) = value else {
                    return ensure(false, at, || wrong("an array", value));
                };
                list(values, *min_items, *max_items, *unique, at)?;
                let mut items_of = values.iter().enumerate();
                items_of.try_for_each(|(index, item)| self.schema(items, item, &at.join(&index.to_string()), depth - 1))
            }
            Kind::Tuple { items, rest, min_items, max_items, unique, .. } => {
                let Value::Array(values) = value else {
                    return ensure(false, at, || wrong("an array", value));
                };
                list(values, *min_items, *max_items, *unique, at)?;
                let mut values = values.iter().enumerate();
                values.try_for_each(|(index, item)| {
                    let at = at.join(&index.to_string());
                    match items.get(index).or(rest.as_deref()) {
                        Some(schema) => self.schema(schema, item, &at, depth - 1),
                        None => ensure(false, &at, || "is one item too many".to_owned()),
                    }
                })
            }
            Kind::Map { values, min_properties, max_properties } => {
                let Value::Object(members) = value else {
                    return ensure(false, at, || wrong("an object", value));
                };
                count(members.len(), *min_properties, *max_properties, "members", at)?;
                let mut members = members.iter();
                members.try_for_each(|(name, member)| self.schema(values, member, &at.join(name), depth - 1))
            }
            Kind::Named(id) => {
                let definition = self.api.type_def(*id);
                self.shape(&definition.shape, definition, value, at, depth - 1)
            }
        }
    }

    fn shape(&self, shape: &Shape, definition: &TypeDef, value: &Value, at: &Pointer, depth: usize) -> Fit {
        match shape {
            Shape::Object(object) => {
                let Value::Object(members) = value else {
                    return ensure(false, at, || wrong("an object", value));
                };
                self.object(object, definition, members, at, depth)
            }
            Shape::Enumeration(variants) => {
                let is = |variant: &VariantValue| match variant {
                    VariantValue::Text(text) => value.as_str() == Some(text),
                    VariantValue::Integer(integer) => value.as_number().and_then(Number::as_i128) == Some(*integer),
                    VariantValue::Other(other) => same(other, value),
                };
                let known = variants.iter().any(|variant| is(&variant.value));
                ensure(known, at, || "is none of the values listed".to_owned())
            }
            Shape::Union(union) => self.union(union, value, at, depth),
            Shape::Alias(schema) => self.schema(schema, value, at, depth),
        }
    }

    fn object(&self, object: &Object, definition: &TypeDef, members: &Members, at: &Pointer, depth: usize) -> Fit {
        count(members.len(), object.min_properties, object.max_properties, "members", at)?;
        for property in &object.properties {
            let name = property.name.wire.as_str();
            match members.get(name) {
                Some(member) => self.schema(&property.schema, member, &at.join(name), depth.saturating_sub(1))?,
                None => ensure(!property.required, at, || format!("lacks `{name}`, which is required"))?,
            }
        }
        if self.level == ExampleLevel::Message {
            self.one_way(object, definition, members, at)?;
        }
        let unknown = members.iter().filter(|(name, _)| !has(object, name));
        for (name, member) in unknown {
            match &object.additional {
                Additional::Unspecified => {}
                // One example serves both halves of a component; each half lacks what only the other has.
                Additional::Denied => {
                    let elsewhere = self.halves(definition).any(|half| has(half, name));
                    ensure(elsewhere, at, || format!("has `{name}`, which the schema does not know"))?;
                }
                Additional::Typed(schema) => self.schema(schema, member, &at.join(name), depth.saturating_sub(1))?,
            }
        }
        Ok(())
    }

    /// What is shown with a message travels in it: nothing that only the other way has.
    fn one_way(&self, object: &Object, definition: &TypeDef, members: &Members, at: &Pointer) -> Fit {
        for name in members.keys() {
            let refused = object.on_read_only == OnReadOnly::Refuse && object.read_only.iter().any(|one| one == name);
            ensure(!refused, at, || format!("has `{name}`, which is `readOnly` and refused in a request"))?;
            let is_known = object.properties.iter().any(|property| property.name.wire == *name);
            let write_only = |half: &Object| {
                half.properties.iter().any(|one| one.name.wire == *name && one.access == Access::WriteOnly)
            };
            let hidden = !is_known && self.halves(definition).any(write_only);
            ensure(!hidden, at, || format!("has `{name}`, which is `writeOnly` and never in a response"))?;
        }
        Ok(())
    }

    /// The objects that were made of the same component.
    fn halves(&self, definition: &TypeDef) -> impl Iterator<Item = &Object> {
        let same = self.api.types.iter().filter(|other| other.origin == definition.origin);
        same.filter_map(|other| match &other.shape {
            Shape::Object(object) => Some(object),
            Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
        })
    }

    fn union(&self, union: &Union, value: &Value, at: &Pointer, depth: usize) -> Fit {
        let fitting =
            union.variants.iter().filter(|(_, schema)| depth == 0 || self.schema(schema, value, at, depth - 1).is_ok());
        // An example that fits two of `oneOf` is a fault of the schema rather than of the example.
        ensure(fitting.count() > 0, at, || "fits none of the alternatives".to_owned())
    }
}

fn has(object: &Object, name: &str) -> bool {
    object.read_only.iter().any(|read_only| read_only == name)
        || object.properties.iter().any(|property| property.name.wire == name)
}

fn wrong(expected: &str, value: &Value) -> String {
    format!("is {} where {expected} is expected", value.kind_name())
}

/// JSON Schema compares numbers by value: `1` is `1.0`.
fn same(left: &Value, right: &Value) -> bool {
    match (left.as_number(), right.as_number()) {
        (Some(left), Some(right)) => left == right || (left.as_f64().is_some() && left.as_f64() == right.as_f64()),
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => left == right,
    }
}

fn list(values: &[Value], least: Option<u64>, most: Option<u64>, unique: bool, at: &Pointer) -> Fit {
    count(values.len(), least, most, "items", at)?;
    let repeats = unique && values.iter().enumerate().any(|(index, one)| values[..index].contains(one));
    ensure(!repeats, at, || "has the same item twice".to_owned())
}

fn count(length: usize, least: Option<u64>, most: Option<u64>, what: &str, at: &Pointer) -> Fit {
    let length = length as u64;
    ensure(least.is_none_or(|least| length >= least), at, || format!("has too few {what}"))?;
    ensure(most.is_none_or(|most| length <= most), at, || format!("has too many {what}"))
}

fn number(kind: &Kind, value: &Value, at: &Pointer) -> Fit {
    let Some(number) = value.as_number() else {
        return ensure(false, at, || wrong("a number", value));
    };
    match kind {
        Kind::Integer { minimum, maximum, multiple_of, .. } => {
            let Some(integer) = number.as_i128() else {
                return ensure(false, at, || format!("is {number}, no integer"));
            };
            ensure(minimum.is_none_or(|least| integer >= least.get()), at, || format!("is {integer}, too small"))?;
            ensure(maximum.is_none_or(|most| integer <= most.get()), at, || format!("is {integer}, too great"))?;
            let whole = multiple_of.is_none_or(|step| integer.checked_rem(step.get()).is_none_or(|rest| rest == 0));
            ensure(whole, at, || format!("is {integer}, no multiple of what it has to be"))
        }
        Kind::Number { minimum, maximum, .. } => {
            let Some(float) = number.as_f64() else {
                return Ok(());
            };
            let above = |(least, exclusive): (f64, bool)| float > least || (float == least && !exclusive);
            let below = |(most, exclusive): (f64, bool)| float < most || (float == most && !exclusive);
            ensure(minimum.is_none_or(above), at, || format!("is {number}, too small"))?;
            ensure(maximum.is_none_or(below), at, || format!("is {number}, too great"))
        }
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::String { .. }
        | Kind::Constant(_)
        | Kind::Array { .. }
        | Kind::Tuple { .. }
        | Kind::Map { .. }
        | Kind::Named(_) => Ok(()),
    }
}

fn text(least: Option<u64>, most: Option<u64>, pattern: Option<&str>, value: &Value, at: &Pointer) -> Fit {
    let Some(text) = value.as_str() else {
        return ensure(false, at, || wrong("a string", value));
    };
    count(text.chars().count(), least, most, "characters", at)?;
    // In linear time, whatever the pattern: what this engine does not know (look-around, back-references) is passed over.
    let matches = |pattern| Regex::new(pattern).map_or(true, |regex| regex.is_match(text));
    ensure(pattern.is_none_or(matches), at, || "does not match its pattern".to_owned())
}
