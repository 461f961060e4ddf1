//! Tags: the properties that discriminators tell alternatives apart by.
//!
//! OpenAPI 3.0 has no `const`, so there an `enum` of one value says what the tag of an alternative is. It never will have
//! another value, since another value would be another alternative; as a type of its own, with room for values that are
//! not known yet, it would only be in the way.

use std::collections::HashSet;

use methodical_diagnostic::Pointer;
use methodical_document::{Node, Value};

/// The alternatives of all discriminated unions, each with the property that carries its tag.
#[derive(Default)]
pub(super) struct Tags(HashSet<(Pointer, String)>);

impl Tags {
    /// Finds them below the root of a description.
    pub(super) fn of(root: &Node<'_>) -> Tags {
        let mut tags = Tags::default();
        let mut pending = vec![root.clone()];
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

    fn learn(&mut self, node: &Node<'_>) {
        let property = node.get("discriminator").and_then(|node| node.get("propertyName"));
        let Some(property) = property.as_ref().and_then(|property| property.as_str()) else {
            return;
        };
        for alternatives in ["oneOf", "anyOf"].iter().filter_map(|keyword| node.get(keyword)) {
            let targets = alternatives.items().filter_map(|alternative| alternative.resolve().node());
            self.0.extend(targets.map(|target| (target.pointer(), property.to_owned())));
        }
    }

    /// The one value of a property that carries the tag of its object.
    pub(super) fn only_value(&self, object: &Node<'_>, name: &str, property: &Node<'_>) -> Option<Value> {
        let is_tag = self.0.contains(&(object.pointer(), name.to_owned()));
        let values = property.get("enum").filter(|_| is_tag && property.reference().is_none())?;
        let mut values = values.items();
        let only = values.next().filter(|_| values.next().is_none())?;
        only.as_str().map(|text| Value::String(text.to_owned()))
    }
}
