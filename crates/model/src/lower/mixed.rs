//! `oneOf` and `anyOf` beside `properties`: one type with the members of all alternatives.

use std::collections::BTreeMap;

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, NodeId};

use super::Lowering;
use super::flat::Flat;
use super::object::telling;
use super::scalar;
use super::schema::{Form, form};
use crate::{IntegerFormat, Kind, NumberFormat, Schema, StringFormat};

/// How deep lists are looked into to find out whether two are alike.
const LISTS: usize = 8;

/// What the type of a schema is, as far as it tells two apart.
#[derive(Debug, Clone, PartialEq)]
enum Sketch {
    /// Texts, of whatever format; with the schema of those that have a type of their own.
    Text(StringFormat, Option<NodeId>),
    Boolean,
    Integer(IntegerFormat),
    Number(NumberFormat),
    List(Box<Sketch>),
    /// What only the same schema has the type of.
    Own(NodeId),
}

impl<'b> Lowering<'b, '_> {
    /// What the alternatives of a union have that stands beside `properties`: each member may be there. Which of them go
    /// together the validator knows, and the type does not. Those that several have, and not alike, come with a type that
    /// holds what any of them does.
    pub(super) fn mixed_in(
        &mut self,
        alternatives: &[Node<'b>],
        members: &mut BTreeMap<&'b str, Node<'b>>,
        unlike: &mut BTreeMap<&'b str, Schema>,
    ) {
        if let Some(first) = alternatives.first() {
            let message = "`oneOf` or `anyOf` beside `properties`: the type does not say which members go together";
            let diagnostic = Diagnostic::warning("model/mixed-composition", message, first.place());
            self.report(diagnostic.help(
                "servers check it; for a type that says it put the common properties into each alternative by `allOf`",
            ));
        }
        let mut found: BTreeMap<&'b str, Vec<Node<'b>>> = BTreeMap::new();
        for alternative in alternatives {
            let flat = self.flat(alternative);
            for (name, nodes) in flat.properties() {
                // What stands beside the union holds for all alternatives.
                if let Some(node) = telling(nodes).filter(|_| !members.contains_key(name)) {
                    found.entry(name).or_default().push(node);
                }
            }
        }
        for (name, nodes) in found {
            // Of those that are alike, one that may be `null` is as wide as all.
            let nullable = nodes.iter().find(|node| self.accepts_null(node));
            let Some(first) = nullable.or(nodes.first()) else { continue };
            if let Some(kind) = self.wider(&nodes) {
                if matches!(kind, Kind::Any) {
                    let message =
                        format!("alternatives give `{name}` different types: it is any value, which servers check");
                    let diagnostic = Diagnostic::warning("model/not-in-types", message, first.place());
                    self.report(diagnostic.help("call it something else in each, or give it one type"));
                }
                let nullable = nullable.is_some();
                unlike.insert(name, Schema { kind, nullable, default: None, origin: first.origin() });
            }
            members.insert(name, *first);
        }
    }

    /// What holds the values of all these schemas, if no type of one of them does.
    fn wider(&self, nodes: &[Node<'b>]) -> Option<Kind> {
        let sketches: Vec<Sketch> = nodes.iter().map(|node| self.sketch(node, LISTS)).collect();
        let first = sketches.first()?;
        if sketches.iter().all(|sketch| sketch == first) {
            return None;
        }
        let all = |is: fn(&Sketch) -> bool| sketches.iter().all(is);
        let is_narrow = |sketch: &Sketch| {
            matches!(sketch, Sketch::Integer(IntegerFormat::I32 | IntegerFormat::U32 | IntegerFormat::I64))
        };
        Some(if all(|sketch| matches!(sketch, Sketch::Text(..))) {
            Kind::String { format: StringFormat::Plain, min_length: None, max_length: None, pattern: None }
        } else if sketches.iter().all(is_narrow) {
            Kind::Integer { format: IntegerFormat::I64, minimum: None, maximum: None, multiple_of: None }
        } else if all(|sketch| matches!(sketch, Sketch::Number(_))) {
            Kind::Number { format: NumberFormat::F64, minimum: None, maximum: None, multiple_of: None }
        } else {
            Kind::Any
        })
    }

    fn sketch(&self, node: &Node<'b>, lists: usize) -> Sketch {
        let target = node.resolve().node().filter(|_| node.reference().is_some());
        let node = target.as_ref().unwrap_or(node);
        let flat = self.quiet_flat(node);
        match form(&flat) {
            Form::Transparent(inner) if lists > 0 => self.sketch(&inner, lists - 1),
            Form::Enumeration => self.sketch_of_values(&flat, node),
            Form::Plain => self.sketch_of_plain(&flat, node, lists),
            Form::Transparent(_) | Form::Object | Form::Union => Sketch::Own(node.id()),
        }
    }

    fn sketch_of_values(&self, flat: &Flat<'b>, node: &Node<'b>) -> Sketch {
        let are_texts = flat.all("enum").flat_map(|values| values.items()).all(|value| value.as_str().is_some());
        if are_texts { Sketch::Text(StringFormat::Plain, Some(node.id())) } else { Sketch::Own(node.id()) }
    }

    fn sketch_of_plain(&self, flat: &Flat<'b>, node: &Node<'b>, lists: usize) -> Sketch {
        let own = Sketch::Own(node.id());
        if let Some(value) = flat.get("const") {
            return if value.as_str().is_some() { Sketch::Text(StringFormat::Plain, None) } else { own };
        }
        if flat.get("enum").is_some() || !flat.unions().is_empty() {
            return own;
        }
        match flat.types().as_slice() {
            ["boolean"] => Sketch::Boolean,
            ["string"] => Sketch::Text(scalar::string_format(flat), None),
            ["integer"] => {
                if let Kind::Integer { format, .. } = scalar::integer(flat) {
                    Sketch::Integer(format)
                } else {
                    own
                }
            }
            ["number"] => {
                if let Kind::Number { format, .. } = scalar::number(flat) {
                    Sketch::Number(format)
                } else {
                    own
                }
            }
            ["array"] => match flat.get("items").filter(|_| lists > 0 && flat.get("prefixItems").is_none()) {
                Some(items) => Sketch::List(Box::new(self.sketch(&items, lists - 1))),
                None => own,
            },
            _ => own,
        }
    }
}
