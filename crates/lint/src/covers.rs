//! Whether one schema accepts all that another one accepts, where that can be seen from how they are written.
//!
//! `false` means that it was not seen. What a rule says of "all values" has to be true of all, so everything here errs on
//! that side: each keyword of the wider schema has to be implied by the narrower one, and a keyword that is not known by
//! the same keyword with the same value. A review, which has to answer for any two schemas, compares what they accept by
//! other means.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use methodical_document::{Object, Value};
use methodical_model::{Api, TypeDef};

/// How deep two schemas are followed.
const DEPTH: usize = 16;

/// The named types of an API, which canonical schemas refer to.
pub(crate) struct Covering<'a> {
    types: HashMap<&'a str, Cow<'a, Value>>,
    /// What is known of two schemas, by where they are. Two that lead back to themselves are not seen to be covered.
    known: RefCell<HashMap<(*const Value, *const Value), bool>>,
}

impl<'a> Covering<'a> {
    pub(crate) fn of(api: &'a Api) -> Self {
        let types = api.types.iter().map(|definition| (definition.name.pascal.as_str(), definition.canonical.typed()));
        Self { types: types.collect(), known: RefCell::default() }
    }

    /// The canonical schema of a type.
    pub(crate) fn schema_of(&self, definition: &TypeDef) -> Option<&Value> {
        self.types.get(definition.name.pascal.as_str()).map(Cow::as_ref)
    }

    /// Whether every value that is valid under `narrow` is valid under `wide` too. Both are parts of the types' schemas.
    pub(crate) fn covers(&self, wide: &Value, narrow: &Value) -> bool {
        self.schema(wide, narrow, DEPTH)
    }

    fn schema(&self, wide: &Value, narrow: &Value, depth: usize) -> bool {
        if wide == narrow || is_anything(wide) || *narrow == Value::Bool(false) {
            return true;
        }
        let pair = (std::ptr::from_ref(wide), std::ptr::from_ref(narrow));
        if let Some(known) = self.known.borrow().get(&pair) {
            return *known;
        }
        self.known.borrow_mut().insert(pair, false);
        let is_covered = self.anew(wide, narrow, depth);
        self.known.borrow_mut().insert(pair, is_covered);
        is_covered
    }

    fn anew(&self, wide: &Value, narrow: &Value, depth: usize) -> bool {
        let (Some(demands), Some(said), true) = (wide.as_object(), narrow.as_object(), depth > 0) else {
            return false;
        };
        self.one_part_is_covered(wide, said, depth)
            || self.all_alternatives_are_covered(wide, said, depth)
            || values(said).is_some_and(|mut values| values.all(|value| self.accepts(wide, value, depth) == Some(true)))
            || demands.iter().all(|(keyword, demand)| self.keyword(keyword.as_str(), demand, demands, narrow, depth))
    }

    /// What holds of one of the parts of a schema, all of which hold.
    fn one_part_is_covered(&self, wide: &Value, narrow: &Object, depth: usize) -> bool {
        let parts = narrow.get("allOf").and_then(Value::as_array).unwrap_or_default();
        let target = self.target(narrow);
        parts.iter().chain(target).any(|part| self.schema(wide, part, depth - 1))
    }

    fn all_alternatives_are_covered(&self, wide: &Value, narrow: &Object, depth: usize) -> bool {
        let mut unions = ["oneOf", "anyOf"].iter().filter_map(|keyword| narrow.get(keyword)?.as_array());
        unions.any(|alternatives| alternatives.iter().all(|one| self.schema(wide, one, depth - 1)))
    }

    fn target(&self, schema: &Object) -> Option<&Value> {
        self.types.get(schema.get("$ref")?.as_str()?).map(Cow::as_ref)
    }

    /// Whether all values of the narrower schema meet what a keyword of the wider one demands.
    fn keyword(&self, keyword: &str, demand: &Value, wide: &Object, narrow: &Value, depth: usize) -> bool {
        let said = |keyword: &str| narrow.get(keyword);
        match keyword {
            // Two of these look at what stands beside them, and the last is for the union that it belongs to.
            "unevaluatedProperties" | "unevaluatedItems" | "discriminator" => false,
            "$ref" => self.target(wide).is_some_and(|target| self.schema(target, narrow, depth - 1)),
            "allOf" => list(demand).iter().all(|part| self.schema(part, narrow, depth - 1)),
            "anyOf" => {
                said(keyword) == Some(demand) || list(demand).iter().any(|one| self.schema(one, narrow, depth - 1))
            }
            "type" => said("type").is_some_and(|types| {
                let taken = names(demand);
                let is_taken = |name: &&str| taken.contains(name) || *name == "integer" && taken.contains(&"number");
                names(types).iter().all(is_taken)
            }),
            "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
                said(keyword).is_some_and(|limit| number(limit) >= number(demand))
            }
            "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
                said(keyword).is_some_and(|limit| number(limit) <= number(demand))
            }
            "required" => {
                let there = said("required").map(names).unwrap_or_default();
                names(demand).iter().all(|name| there.contains(name))
            }
            "properties" => self.properties(demand, narrow, depth),
            "additionalProperties" => self.others(demand, wide, narrow, depth),
            "items" => {
                narrow.get("prefixItems").is_none()
                    && said("items").is_some_and(|items| self.schema(demand, items, depth - 1))
            }
            _ => said(keyword) == Some(demand),
        }
    }

    fn properties(&self, demands: &Value, narrow: &Value, depth: usize) -> bool {
        let has_patterns = narrow.get("patternProperties").is_some();
        let is_closed = narrow.get("additionalProperties") == Some(&Value::Bool(false)) && !has_patterns;
        demands.as_object().is_some_and(|demands| {
            demands.iter().all(|(name, demand)| match narrow.get("properties").and_then(|all| all.get(name.as_str())) {
                Some(member) => self.schema(demand, member, depth - 1),
                None => is_closed || is_anything(demand),
            })
        })
    }

    fn others(&self, demand: &Value, wide: &Object, narrow: &Value, depth: usize) -> bool {
        if wide.contains_key("patternProperties") || narrow.get("patternProperties").is_some() {
            return is_anything(demand);
        }
        let named = |name: &str| wide.get("properties").is_some_and(|all| all.get(name).is_some());
        let members = narrow.get("properties").and_then(Value::as_object);
        let mut unnamed = members.into_iter().flat_map(Object::iter).filter(|(name, _)| !named(name.as_str()));
        is_anything(demand)
            || narrow.get("additionalProperties").is_some_and(|other| self.schema(demand, other, depth - 1))
                && unnamed.all(|(_, member)| self.schema(demand, member, depth - 1))
    }

    /// Whether a schema accepts a value, if that can be told.
    fn accepts(&self, schema: &Value, value: &Value, depth: usize) -> Option<bool> {
        let Some(demands) = schema.as_object() else { return Some(*schema == Value::Bool(true)) };
        let length = value.as_str().map(|text| text.chars().count() as f64);
        let mut verdict = Some(true);
        for (keyword, demand) in demands.iter() {
            let holds = match keyword.as_str() {
                "type" => Some(names(demand).iter().any(|name| is_of(value, name))),
                "const" => Some(demand == value),
                "enum" => Some(list(demand).contains(value)),
                "minLength" => Some(length.is_none_or(|length| Some(length) >= number(demand))),
                "maxLength" => Some(length.is_none_or(|length| Some(length) <= number(demand))),
                "minimum" => Some(number(value).is_none_or(|value| Some(value) >= number(demand))),
                "maximum" => Some(number(value).is_none_or(|value| Some(value) <= number(demand))),
                "$ref" if depth > 0 => self.target(demands).and_then(|target| self.accepts(target, value, depth - 1)),
                _ => None,
            };
            match holds {
                Some(true) => {}
                Some(false) => return Some(false),
                None => verdict = None,
            }
        }
        verdict
    }
}

fn is_anything(schema: &Value) -> bool {
    *schema == Value::Bool(true) || schema.as_object().is_some_and(Object::is_empty)
}

/// All values of a schema that lists them.
fn values(schema: &Object) -> Option<impl Iterator<Item = &Value>> {
    let only = schema.get("const");
    let listed = schema.get("enum").and_then(Value::as_array);
    (only.is_some() || listed.is_some()).then(|| only.into_iter().chain(listed.unwrap_or_default()))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_default()
}

/// A name, or a list of them.
fn names(value: &Value) -> Vec<&str> {
    value.as_str().into_iter().chain(list(value).iter().filter_map(Value::as_str)).collect()
}

fn number(value: &Value) -> Option<f64> {
    value.as_number()?.as_f64()
}

fn is_of(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || name == "integer" && number.as_i128().is_some(),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}
