//! Tags: the properties that discriminators tell alternatives apart by.
//!
//! OpenAPI 3.0 has no `const`, so there an `enum` of one value says what the tag of an alternative is. It never will have
//! another value, since another value would be another alternative; as a type of its own, with room for values that are
//! not known yet, it would only be in the way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use methodical_document::{Node, NodeId, Value};

use super::family::Families;
use super::schema::is_null_schema;
use super::union::tag_positions;

/// The alternatives of all discriminated unions, each with the properties that carry its tag, and the tags.
#[derive(Default)]
pub(super) struct Tags<'b>(HashMap<NodeId, BTreeMap<&'b str, BTreeSet<String>>>);

/// How many alternatives of alternatives are looked at: those that contain themselves would have no end.
const MOST_ALTERNATIVES: usize = 500;

impl<'b> Tags<'b> {
    /// Finds them below the root of a description.
    pub(super) fn of(root: &Node<'b>, families: &Families<'b>) -> Tags<'b> {
        let mut tags = Tags::default();
        for family in families.iter() {
            family.children.iter().for_each(|child| tags.note(&child.node, family.property, &child.tags));
        }
        let mut pending = vec![*root];
        while let Some(node) = pending.pop() {
            tags.learn(&node);
            pending.extend(node.items());
            // Examples, defaults and extensions are data.
            let is_data =
                |key: &str| ["example", "examples", "default", "enum"].contains(&key) || key.starts_with("x-");
            pending.extend(node.entries().filter(|(key, _)| !is_data(key)).map(|(_, member)| member));
        }
        tags
    }

    fn learn(&mut self, node: &Node<'b>) {
        let Some(discriminator) = node.get("discriminator") else {
            return;
        };
        let Some(property) = discriminator.get("propertyName").and_then(|property| property.as_str()) else {
            return;
        };
        for alternatives in ["oneOf", "anyOf"].iter().filter_map(|keyword| node.get(keyword)) {
            let positions = tag_positions(&discriminator, &alternatives);
            let proper = alternatives.items().filter(|alternative| !is_null_schema(alternative));
            for (position, alternative) in proper.enumerate() {
                let tags = positions.iter().filter(|(_, mapped)| **mapped == position).map(|(tag, _)| tag.as_str());
                self.note(&alternative, property, &tags.collect::<Vec<_>>());
            }
        }
    }

    /// Notes the tags of an alternative; where that has alternatives itself, each of them carries both tags.
    fn note(&mut self, alternative: &Node<'b>, property: &'b str, tags: &[&str]) {
        let mut waiting = vec![*alternative];
        for _ in 0..MOST_ALTERNATIVES {
            let Some(target) = waiting.pop().and_then(|alternative| alternative.resolve().node()) else { return };
            let known = self.0.entry(target.id()).or_default().entry(property).or_default();
            known.extend(tags.iter().map(|tag| (*tag).to_owned()));
            let own = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| target.get(keyword));
            waiting.extend(own.flat_map(|list| list.items()).filter(|item| !is_null_schema(item)));
        }
    }

    /// The properties that carry one of several tags of an object. A tag that can be no other is known from the variant that
    /// holds the object, and is written with it.
    pub(super) fn chosen_by(&self, object: &Node<'_>) -> impl Iterator<Item = &'b str> {
        let tags = self.0.get(&object.id()).into_iter().flatten();
        tags.filter(|(_, tags)| tags.len() > 1).map(|(property, _)| *property)
    }

    /// The one value of a property that carries the tag of its object.
    pub(super) fn only_value(&self, object: &Node<'_>, name: &str, property: &Node<'_>) -> Option<Value> {
        let is_tag = || self.0.get(&object.id()).is_some_and(|properties| properties.contains_key(name));
        let values = property.get("enum").filter(|_| property.reference().is_none() && is_tag())?;
        let mut values = values.items();
        let only = values.next().filter(|_| values.next().is_none())?;
        only.as_str().map(|text| Value::String(text.to_owned()))
    }
}
