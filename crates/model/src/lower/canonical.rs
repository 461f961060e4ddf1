//! The canonical JSON Schema of each schema (see [`Canonical`]): what OpenAPI 3.0 says otherwise is translated, annotations
//! are left out, and `allOf` is merged as far as its parts can be told in one.
//!
//! A schema that has a type of its own is referred to where it stands. Whether it has one is decided as its type is lowered,
//! so that canonical forms ask for no further types, except for what a `$ref` leads to from a place that has no type (`not`,
//! `if` and the like).

mod keyword;
mod merge;
mod null;
mod order;

pub(super) use null::is_null_schema;

use std::collections::BTreeSet;

use methodical_diagnostic::Diagnostics;
use methodical_document::{Node, Object, Value};

use super::direction::access;
use super::family::{Family, Part};
use super::flat::{Flat, has_siblings};
use super::object::telling;
use super::schema::{Form, form};
use super::{DEEPEST, Lowering};
use crate::canonical::IMPLIED_TYPE;
use crate::semantics::read_property;
use crate::{Access, Canonical, Direction, OnReadOnly, TypeDef, TypeId};

/// Whether the types of the model are made of the schemas in a place.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Stands {
    /// They are: schemas with types of their own are referred to.
    Typed,
    /// They are not: a schema is what it says, and only a `$ref` is a reference.
    Free,
    /// Nothing is: what a `$ref` leads to is written out.
    Expanded,
}

/// How deep schemas are written out that refer to each other.
const EXPANDED: usize = 16;

/// Where a schema stands.
#[derive(Clone, Copy)]
pub(super) struct At {
    way: Direction,
    stands: Stands,
    depth: usize,
}

impl At {
    fn below(self) -> At {
        At { depth: self.depth + 1, ..self }
    }

    fn free(self) -> At {
        match self.stands {
            Stands::Typed | Stands::Free => At { stands: Stands::Free, ..self },
            Stands::Expanded => self,
        }
    }
}

/// What `$ref`s begin with while types have no names yet; their preliminary number follows.
const PRELIMINARY: char = '\u{0}';

impl<'b> Lowering<'b, '_> {
    /// The canonical form of a schema in place, for values that travel this `way`.
    pub(super) fn canonical(&mut self, node: &Node<'b>, way: Direction) -> Canonical {
        let value = self.canonical_at(node, At { way, stands: Stands::Typed, depth: 0 });
        Canonical { value, references: Vec::new() }
    }

    /// The canonical form of a schema that no type is made of, written out.
    pub(super) fn expanded(&mut self, node: &Node<'b>, way: Direction) -> Canonical {
        let value = self.canonical_at(node, At { way, stands: Stands::Expanded, depth: 0 });
        Canonical { value, references: Vec::new() }
    }

    /// The canonical form of what a named type is.
    pub(super) fn canonical_definition(&mut self, node: &Node<'b>, flat: &Flat<'b>, way: Direction) -> Canonical {
        let at = At { way, stands: Stands::Typed, depth: 0 };
        let value = match (node.value().as_object(), form(flat)) {
            (None, _) => self.canonical_at(node, at),
            (Some(_), Form::Transparent(inner)) => self.wrapped(node, &inner, at),
            (Some(_), form) => self.flat_canonical(node, flat, &form, at),
        };
        Canonical { value, references: Vec::new() }
    }

    /// The canonical form of a parent with its children.
    pub(super) fn canonical_family(&mut self, node: &Node<'b>, family: &Family<'b>, way: Direction) -> Canonical {
        let children = family.children.iter().map(|child| (&child.node, child.part));
        let parts: Vec<_> = children.chain([(node, Part::Own)]).collect();
        let alternatives = parts.into_iter().map(|(node, part)| {
            let id = self.named_part(node, way, part);
            reference_to(id)
        });
        let mut union = Object::default();
        union.insert("oneOf", Value::Array(alternatives.collect()));
        let positions = family.tag_positions();
        let discriminator = keyword::discriminator(family.property, positions, Some(family.children.len()));
        union.insert("discriminator", discriminator);
        keyword::name_mapping(&mut union);
        let value = order::ordered(union);
        let value = if self.accepts_null(node) { null::or_null(value) } else { value };
        Canonical { value, references: Vec::new() }
    }

    fn canonical_at(&mut self, node: &Node<'b>, at: At) -> Value {
        if let Some(anything) = node.as_bool() {
            return Value::Bool(anything);
        }
        if !node.is_object() || at.depth > DEEPEST || at.stands == Stands::Expanded && at.depth > EXPANDED {
            return Value::Bool(true);
        }
        if node.reference().is_some() && !has_siblings(node, self.bundle.version()) {
            let Some(target) = node.resolve().node() else { return Value::Bool(true) };
            let reference = match at.stands {
                Stands::Typed | Stands::Free => self.reference(&target, at.way),
                Stands::Expanded => self.canonical_at(&target, at.below()),
            };
            let adds_null = self.adds_null(node) && !self.accepts_null(&target);
            return if adds_null { null::or_null(reference) } else { reference };
        }
        let flat = self.quiet_flat(node);
        if at.stands != Stands::Typed {
            return self.flat_canonical(node, &flat, &Form::Plain, at);
        }
        match form(&flat) {
            Form::Transparent(inner) => self.wrapped(node, &inner, at),
            Form::Object | Form::Enumeration | Form::Union => self.reference(node, at.way),
            Form::Plain => self.flat_canonical(node, &flat, &Form::Plain, at),
        }
    }

    fn reference(&mut self, target: &Node<'b>, way: Direction) -> Value {
        reference_to(self.named(target, way))
    }

    /// A schema that only wraps another, and may add `null`.
    fn wrapped(&mut self, node: &Node<'b>, inner: &Node<'b>, at: At) -> Value {
        let value = self.canonical_at(inner, at.below());
        if self.accepts_null(node) && !self.accepts_null(inner) { null::or_null(value) } else { value }
    }

    /// What all nodes of a schema say together.
    fn flat_canonical(&mut self, node: &Node<'b>, flat: &Flat<'b>, form: &Form<'b>, at: At) -> Value {
        let mut merged = Object::default();
        // Alternatives are lowered where they are the variants of a type.
        let variants = if matches!(form, Form::Union) { at.stands } else { at.free().stands };
        for part in flat.nodes() {
            let mut keywords = self.keywords(part, at, variants);
            let closing = closing_part(flat, part, &mut keywords);
            merge::merge(&mut merged, keywords);
            merge::add_parts(&mut merged, closing);
        }
        self.add_properties(&mut merged, flat, at);
        if at.stands == Stands::Typed {
            null::strip(&mut merged);
            imply_type(&mut merged, form);
            let value = order::ordered(merged);
            return if self.accepts_null(node) { null::or_null(value) } else { value };
        }
        order::ordered(merged)
    }

    /// The members of all nodes, and which of them have to be there.
    fn add_properties(&mut self, merged: &mut Object, flat: &Flat<'b>, at: At) {
        let mut properties = Object::default();
        let mut absent: BTreeSet<&str> = BTreeSet::new();
        let mut policies: Vec<String> = Vec::new();
        let mut policy: Option<OnReadOnly> = None;
        for (name, nodes) in flat.properties() {
            let Some(telling) = telling(nodes) else { continue };
            match (at.way, access(&telling)) {
                (Direction::Request, Access::ReadOnly) => {
                    policy = policy.or(read_property(&telling, &mut Diagnostics::new()).on_read_only);
                    policies.push((*name).to_owned());
                    absent.insert(*name);
                }
                (Direction::Response, Access::WriteOnly) => {
                    absent.insert(*name);
                }
                (Direction::Request | Direction::Response | Direction::Both, _) => {
                    let value = self.property_canonical(flat, name, &telling, nodes, at);
                    properties.insert(*name, value);
                }
            }
        }
        let policy = match policy.unwrap_or(self.on_read_only) {
            OnReadOnly::Ignore => "ignore",
            OnReadOnly::Refuse => "refuse",
            OnReadOnly::Match => "match",
        };
        let read_only = |name: String| (name, object([("x-read-only", Value::String(policy.to_owned()))]));
        if !policies.is_empty() {
            properties.extend(policies.into_iter().map(read_only));
            properties.sort_keys();
        }
        if !properties.is_empty() {
            merged.insert("properties", Value::Object(properties));
        }
        if !absent.is_empty() {
            strip_required(merged, &absent);
        }
    }

    fn property_canonical(
        &mut self,
        flat: &Flat<'b>,
        name: &str,
        telling: &Node<'b>,
        nodes: &[Node<'b>],
        at: At,
    ) -> Value {
        let tag = (at.stands == Stands::Typed).then(|| self.tags.only_value(flat.own(), name, telling)).flatten();
        if let Some(tag) = tag {
            return object([("const", tag)]);
        }
        let own = self.canonical_at(telling, at.below());
        let others = nodes.iter().filter(|node| node.id() != telling.id());
        let others: Vec<Value> = others.map(|node| self.canonical_at(node, at.below().free())).collect();
        merge::both(own, others)
    }

    /// A list of schemas.
    fn canonicals(&mut self, list: &Node<'b>, at: At) -> Vec<Value> {
        list.items().map(|item| self.canonical_at(&item, at)).collect()
    }
}

/// What a part of an `allOf` says of all members but its own: it looks at no other part, so that this stays apart where others
/// have more.
fn closing_part(flat: &Flat<'_>, part: &Node<'_>, keywords: &mut Object) -> Option<Value> {
    if !super::object::closes_others(flat, part) {
        return None;
    }
    let additional = keywords.remove("additionalProperties")?;
    let own = part.get("properties").into_iter().flat_map(|properties| properties.entries());
    let mut properties: Object = own.map(|(name, _)| (name, Value::Bool(true))).collect();
    properties.sort_keys();
    let mut closing = Object::default();
    if !properties.is_empty() {
        closing.insert("properties", Value::Object(properties));
    }
    closing.extend(keywords.get("patternProperties").map(|patterns| ("patternProperties", patterns.clone())));
    closing.insert("additionalProperties", additional);
    Some(Value::Object(closing))
}

/// Notes the type that generated code gives to a schema whose author left it out.
fn imply_type(merged: &mut Object, form: &Form<'_>) {
    let says = |keywords: &[&str]| keywords.iter().any(|keyword| merged.contains_key(keyword));
    if says(&["type", "enum", "const", "$ref"]) {
        return;
    }
    let implied = match form {
        Form::Object => Some("object"),
        Form::Plain if says(&["oneOf", "anyOf"]) => None,
        Form::Plain if says(&["additionalProperties", "patternProperties", "maxProperties", "minProperties"]) => {
            Some("object")
        }
        Form::Plain if says(&["items", "prefixItems", "maxItems", "minItems"]) => Some("array"),
        Form::Plain | Form::Transparent(_) | Form::Enumeration | Form::Union => None,
    };
    if let Some(implied) = implied {
        merged.insert(IMPLIED_TYPE, Value::String(implied.to_owned()));
    }
}

/// Takes names out of `required`, here and in what applies to the same object.
fn strip_required(schema: &mut Object, absent: &BTreeSet<&str>) {
    if let Some(Value::Array(names)) = schema.get_mut("required") {
        names.retain(|name| name.as_str().is_none_or(|name| !absent.contains(name)));
        if names.is_empty() {
            schema.remove("required");
        }
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let Some(Value::Array(parts)) = schema.get_mut(keyword) else { continue };
        for part in parts {
            if let Value::Object(part) = part {
                strip_required(part, absent);
            }
        }
    }
}

fn reference_to(id: TypeId) -> Value {
    object([("$ref", Value::String(format!("{PRELIMINARY}{}", id.index())))])
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().collect())
}

/// Gives references the names that types have now, and notes which types these are. `places` tells where a type that was
/// asked for stands now.
pub(super) fn settle(canonical: &mut Canonical, places: &[TypeId], types: &[TypeDef]) {
    let mut found = BTreeSet::new();
    settle_value(&mut canonical.value, places, types, &mut found);
    let mut references: Vec<TypeId> = found.into_iter().collect();
    references.sort_by(|left, right| types[left.index()].name.pascal.cmp(&types[right.index()].name.pascal));
    canonical.references = references;
}

/// Which type a text is a reference to, by its preliminary number.
pub(super) fn preliminary(text: &str) -> Option<usize> {
    text.strip_prefix(PRELIMINARY)?.parse().ok()
}

fn settle_value(value: &mut Value, places: &[TypeId], types: &[TypeDef], found: &mut BTreeSet<TypeId>) {
    match value {
        Value::String(text) => {
            if let Some(id) = preliminary(text).and_then(|index| places.get(index)) {
                found.insert(*id);
                *text = types[id.index()].name.pascal.clone();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| settle_value(item, places, types, found)),
        Value::Object(members) => members.values_mut().for_each(|member| settle_value(member, places, types, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
