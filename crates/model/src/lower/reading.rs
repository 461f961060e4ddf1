//! Reading members with the type that OpenAPI gives them, and reporting those that have another.

use methodical_diagnostic::{Diagnostic, Place};
use methodical_document::{Node, Value};

use super::Lowering;
use super::types::innermost;
use crate::{Docs, Example, ExampleLevel, Schema};

impl<'b> Lowering<'b, '_> {
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Says that `node` is not what OpenAPI expects there.
    pub(super) fn wrong_type(&mut self, node: &Node<'_>, expected: &str) {
        self.report(wrong_type(node, expected));
    }

    /// Says that a member which OpenAPI demands is absent.
    pub(super) fn missing(&mut self, holder: &Node<'_>, member: &str, help: &str) {
        let message = format!("{} has no `{member}`", described(holder));
        self.report(Diagnostic::slip("model/missing-member", message, key_place(holder)).help(help));
    }

    /// The object that `node` is or refers to. A broken reference has been reported when the bundle was made.
    pub(super) fn object(&mut self, node: &Node<'b>) -> Option<Node<'b>> {
        let target = node.resolve().node()?;
        if !target.is_object() {
            self.wrong_type(&target, "an object");
            return None;
        }
        Some(target)
    }

    /// A member that must be an object, if it is there.
    pub(super) fn object_member(&mut self, holder: &Node<'b>, member: &str) -> Option<Node<'b>> {
        let node = holder.get(member)?;
        self.object(&node)
    }

    /// The members of a map, sorted by key.
    pub(super) fn map(&mut self, holder: &Node<'b>, member: &str) -> Vec<(&'b str, Node<'b>)> {
        let Some(node) = holder.get(member) else {
            return Vec::new();
        };
        if !node.is_object() {
            self.wrong_type(&node, "an object");
        }
        sorted_entries(&node)
    }

    /// The items of a list, in their order.
    pub(super) fn list(&mut self, holder: &Node<'b>, member: &str) -> Vec<Node<'b>> {
        let Some(node) = holder.get(member) else {
            return Vec::new();
        };
        if !node.is_array() {
            self.wrong_type(&node, "an array");
        }
        node.items().collect()
    }

    pub(super) fn text(&mut self, holder: &Node<'b>, member: &str) -> Option<&'b str> {
        let node = holder.get(member)?;
        if node.as_str().is_none() {
            self.wrong_type(&node, "a string");
        }
        node.as_str()
    }

    /// A member that is `true` or `false`; `false` where it is absent.
    pub(super) fn truth(&mut self, holder: &Node<'b>, member: &str) -> bool {
        self.choice(holder, member).unwrap_or_default()
    }

    /// A member that is `true` or `false`, if it is there.
    pub(super) fn choice(&mut self, holder: &Node<'b>, member: &str) -> Option<bool> {
        let node = holder.get(member)?;
        if node.as_bool().is_none() {
            self.wrong_type(&node, "`true` or `false`");
        }
        node.as_bool()
    }

    pub(super) fn docs(&mut self, node: &Node<'b>, summary: &str) -> Docs {
        Docs {
            summary: self.text(node, summary).map(str::to_owned),
            description: self.text(node, "description").map(str::to_owned),
        }
    }

    /// `description` alone.
    pub(super) fn description(&mut self, node: &Node<'b>) -> Docs {
        Docs { summary: None, description: self.text(node, "description").map(str::to_owned) }
    }

    /// `example`, or the first of `examples` (the first by name, where they have names).
    pub(super) fn example(&mut self, node: &Node<'b>) -> Option<Value> {
        if let Some(example) = node.get("example") {
            return Some(canonical(example.value()));
        }
        let examples = node.get("examples")?;
        if let Some(first) = examples.index(0) {
            return Some(canonical(first.value()));
        }
        let (_, first) = sorted_entries(&examples).into_iter().next()?;
        let first = first.resolve().node()?;
        Some(canonical(first.get("value").or_else(|| first.get("dataValue"))?.value()))
    }

    /// Keeps the examples that stand in `holder`, for values of `schema`.
    pub(super) fn note_examples(&mut self, holder: &Node<'b>, schema: &Schema, level: ExampleLevel) {
        let examples = holder.get("examples");
        let listed = examples.iter().flat_map(|examples| examples.items());
        let named = examples.iter().flat_map(|examples| examples.entries()).filter_map(|(_, example)| {
            let example = example.resolve().node()?;
            example.get("value").or_else(|| example.get("dataValue"))
        });
        for example in holder.get("example").into_iter().chain(listed).chain(named) {
            let origin = example.origin();
            if self.seen_examples.insert((origin.clone(), innermost(schema))) {
                let value = canonical(example.value());
                self.examples.push(Example { schema: schema.clone(), value, level, origin });
            }
        }
    }
}

/// That `node` is not what OpenAPI expects there.
pub(super) fn wrong_type(node: &Node<'_>, expected: &str) -> Diagnostic {
    let what = node.key().map_or_else(|| "this".to_owned(), |key| format!("`{key}`"));
    let message = format!("expected {expected} for {what}, found {}", node.kind_name());
    let is_unquoted = expected == "a string" && matches!(node.value(), Value::Bool(_) | Value::Number(_));
    let help = if is_unquoted { "put it between quotes".to_owned() } else { format!("write {expected}, or remove it") };
    Diagnostic::slip("model/wrong-type", message, node.place()).help(help)
}

/// The members of an object, sorted by key.
pub(super) fn sorted_entries<'b>(node: &Node<'b>) -> Vec<(&'b str, Node<'b>)> {
    let mut entries: Vec<_> = node.entries().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// Whether a key is a specification extension (OpenAPI 3.1, section 4.9).
pub(super) fn is_extension(key: &str) -> bool {
    key.starts_with("x-")
}

/// A value whose objects have their members in the order of their keys: two descriptions that differ in the order of
/// members only have the same model.
pub(super) fn canonical(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().map(|(key, value)| (key.clone(), canonical(value))).collect();
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            Value::Object(members.into_iter().collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The key of a node; the node itself where it has none. An object as a whole is too large to show.
pub(super) fn key_place(node: &Node<'_>) -> Place {
    if node.key().is_some() { node.key_place() } else { node.place() }
}

/// A node by its key, for the beginning of a sentence.
fn described(node: &Node<'_>) -> String {
    match node.key() {
        Some(key) => format!("`{key}`"),
        None if node.pointer().is_root() => "the description".to_owned(),
        None => "this object".to_owned(),
    }
}
