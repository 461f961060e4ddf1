//! The keywords of one schema, translated. A keyword whose value has a wrong type is left out, which was reported where the
//! schema was lowered.

use std::collections::BTreeMap;

use methodical_document::{Node, Number, Object, Value};

use super::super::flat::is_condition;
use super::super::reading::{canonical, sorted_entries};
use super::super::scalar::{is_accepting, is_tuple};
use super::super::union::{default_position, tag_positions};
use super::null::is_null_schema;
use super::{At, Lowering, Stands};

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

impl<'b> Lowering<'b, '_> {
    /// What one node says by itself, properties aside.
    pub(super) fn keywords(&mut self, node: &Node<'b>, at: At, variants: Stands) -> Object {
        let mut keywords = Object::default();
        for (keyword, member) in sorted_entries(node) {
            let value = match keyword {
                "oneOf" | "anyOf" => self.alternatives_of(&member, At { stands: variants, ..at }),
                _ => self.keyword(node, keyword, &member, at),
            };
            if let Some(value) = value {
                keywords.insert(keyword, value);
            }
        }
        name_mapping(&mut keywords);
        bounds(node, &mut keywords);
        if at.stands != Stands::Typed {
            nullable(node, &mut keywords);
        }
        keywords
    }

    fn keyword(&mut self, holder: &Node<'b>, keyword: &str, member: &Node<'b>, at: At) -> Option<Value> {
        let below = at.below();
        match keyword {
            "type" => types(member),
            "enum" | "x-extensible-enum" => values(member),
            "const" => Some(canonical(member.value())),
            "multipleOf" => member.as_f64().filter(|step| *step > 0.0).map(|_| member.value().clone()),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
            | "maxContains" => member.as_u64().map(|count| Value::Number(Number::Integer(count.into()))),
            "pattern" | "format" | "contentEncoding" | "contentMediaType" => {
                member.as_str().map(|text| Value::String(text.to_owned()))
            }
            "uniqueItems" => (member.as_bool() == Some(true)).then_some(Value::Bool(true)),
            "required" => names(member),
            "items" => restricting(self.canonical_at(member, below)),
            "additionalProperties" => {
                let value = self.canonical_at(member, below);
                // It looks at members, though it accepts them all.
                let counts = holder.get("unevaluatedProperties").is_some();
                if counts { Some(value) } else { restricting(value) }
            }
            "unevaluatedItems" | "unevaluatedProperties" => restricting(self.canonical_at(member, below.free())),
            "contains" | "propertyNames" | "not" | "if" | "then" | "else" => {
                Some(self.canonical_at(member, below.free()))
            }
            "prefixItems" => {
                let stands = if is_tuple(member) { below } else { below.free() };
                member.is_array().then(|| Value::Array(self.canonicals(member, stands)))
            }
            "patternProperties" => {
                let others = holder.get("additionalProperties").is_some_and(|node| is_accepting(&node));
                let stands = if member.entries().count() == 1 && !others { below } else { below.free() };
                Some(self.schema_map(member, stands))
            }
            "dependentSchemas" => Some(self.schema_map(member, below.free())),
            "dependentRequired" => dependent(member),
            "discriminator" => self.canonical_discriminator(holder, member),
            _ => None,
        }
    }

    fn schema_map(&mut self, node: &Node<'b>, at: At) -> Value {
        let members = sorted_entries(node).into_iter();
        Value::Object(members.map(|(name, schema)| (name, self.canonical_at(&schema, at))).collect())
    }

    fn alternatives_of(&mut self, list: &Node<'b>, at: At) -> Option<Value> {
        let mut items = list.items();
        if items.len() == 0 {
            return None;
        }
        let at = if items.all(|item| is_condition(&item)) { at.below().free() } else { at.below() };
        Some(Value::Array(self.canonicals(list, at)))
    }

    /// The discriminator, with a mapping that leads to positions among the alternatives, `null` aside.
    fn canonical_discriminator(&mut self, holder: &Node<'b>, node: &Node<'b>) -> Option<Value> {
        let property = node.get("propertyName")?.as_str()?;
        let list = ["oneOf", "anyOf"].iter().find_map(|keyword| holder.get(keyword))?;
        Some(discriminator(property, tag_positions(node, &list), default_position(node, &list)))
    }
}

/// A discriminator whose tags lead to positions.
pub(super) fn discriminator(property: &str, positions: BTreeMap<String, usize>, default: Option<usize>) -> Value {
    let number = |position| Value::Number(Number::Integer(i128::try_from(position).unwrap_or_default().into()));
    let mapping = positions.into_iter().map(|(tag, position)| (tag, number(position))).collect();
    let mut discriminator = Object::default();
    discriminator.insert("propertyName", Value::String(property.to_owned()));
    discriminator.insert("mapping", Value::Object(mapping));
    discriminator.extend(default.map(|position| ("defaultMapping", number(position))));
    Value::Object(discriminator)
}

/// Lets a mapping lead to the names of alternatives that have one.
pub(super) fn name_mapping(keywords: &mut Object) {
    if !keywords.contains_key("discriminator") {
        return;
    }
    let alternatives = ["oneOf", "anyOf"].iter().find_map(|keyword| keywords.get(keyword)?.as_array());
    let proper: Vec<Value> =
        alternatives.unwrap_or_default().iter().filter(|one| !is_null_schema(one)).cloned().collect();
    let Some(Value::Object(discriminator)) = keywords.get_mut("discriminator") else { return };
    let mut targets: Vec<&mut Value> = Vec::new();
    for (keyword, value) in discriminator.iter_mut() {
        match (keyword.as_str(), value) {
            ("mapping", Value::Object(mapping)) => targets.extend(mapping.values_mut()),
            ("defaultMapping", value) => targets.push(value),
            _ => {}
        }
    }
    for target in targets {
        let position = target.as_number().and_then(Number::as_i128).and_then(|position| usize::try_from(position).ok());
        let name = position.and_then(|position| proper.get(position)).and_then(Value::reference);
        if let Some(name) = name.map(str::to_owned) {
            *target = Value::String(name);
        }
    }
}

/// A schema, unless it accepts everything.
fn restricting(value: Value) -> Option<Value> {
    (value != Value::Bool(true)).then_some(value)
}

fn types(node: &Node<'_>) -> Option<Value> {
    let known = |name: &&str| TYPES.contains(name);
    if let Some(name) = node.as_str().filter(known) {
        return Some(Value::String(name.to_owned()));
    }
    let mut names: Vec<&str> = Vec::new();
    for name in node.items().filter_map(|item| item.as_str()).filter(known) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [] => None,
        [only] => Some(Value::String((*only).to_owned())),
        several => Some(Value::Array(several.iter().map(|name| Value::String((*name).to_owned())).collect())),
    }
}

fn values(node: &Node<'_>) -> Option<Value> {
    let mut values: Vec<Value> = Vec::new();
    for value in node.items().map(|item| canonical(item.value())) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    (!values.is_empty()).then_some(Value::Array(values))
}

fn names(node: &Node<'_>) -> Option<Value> {
    let mut names: Vec<&str> = node.items().filter_map(|item| item.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| Value::Array(names.into_iter().map(|name| Value::String(name.to_owned())).collect()))
}

fn dependent(node: &Node<'_>) -> Option<Value> {
    let members = sorted_entries(node).into_iter();
    let members = members.filter_map(|(name, others)| Some((name, names(&others)?)));
    let members: Object = members.collect();
    (!members.is_empty()).then_some(Value::Object(members))
}

/// Bounds as of 3.1: `exclusiveMinimum: true` beside `minimum` (3.0) is the bound itself.
fn bounds(node: &Node<'_>, keywords: &mut Object) {
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        let number = |keyword: &str| node.get(keyword).filter(|node| node.as_f64().is_some());
        let beyond = node.get(exclusive);
        let is_exclusive = beyond.as_ref().and_then(|node| node.as_bool()) == Some(true);
        if let Some(number) = number(bound) {
            let keyword = if is_exclusive { exclusive } else { bound };
            keywords.insert(keyword, number.value().clone());
        }
        if let Some(number) = number(exclusive) {
            keywords.insert(exclusive, number.value().clone());
        }
    }
}

/// `nullable: true` (3.0), where nothing else looks after `null`.
fn nullable(node: &Node<'_>, keywords: &mut Object) {
    if node.get("nullable").and_then(|node| node.as_bool()) != Some(true) {
        return;
    }
    if let Some(Value::String(name)) = keywords.get("type") {
        let types = [name.clone(), "null".to_owned()].map(Value::String).to_vec();
        keywords.insert("type", Value::Array(types));
    }
}
