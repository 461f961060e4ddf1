//! Schemas that are themselves on the spot, with no member and no item between: a type of them would have no end, and reading a
//! value of it neither.

use methodical_diagnostic::{Diagnostic, Place};
use methodical_document::Value;

use super::Lowering;
use super::canonical::is_null_schema;
use crate::{Canonical, Kind, Schema, Shape, TypeDef};

impl Lowering<'_, '_> {
    /// Breaks every such circle where it closes.
    pub(super) fn break_circles(&mut self, types: &mut [TypeDef]) {
        self.break_alias_circles(types);
        for (index, position) in closing_alternatives(types) {
            self.break_union_circle(&mut types[index], position);
        }
    }

    /// Makes aliases that are nothing but themselves any value: where a list or a map lies between, Rust has a type.
    fn break_alias_circles(&mut self, types: &mut [TypeDef]) {
        for index in 0..types.len() {
            if !leads_back(types, index) {
                continue;
            }
            let definition = &mut types[index];
            let place = Place::Value(definition.origin.clone());
            let message = "this schema is defined by itself and nothing else; any value is accepted";
            // A circle of `allOf` has been reported there already.
            if !self.diagnostics.iter().any(|earlier| earlier.place == place) {
                let diagnostic = Diagnostic::warning("model/alias-circle", message, place);
                self.report(diagnostic.help("say what it is, or refer to another schema"));
            }
            let origin = definition.origin.clone();
            definition.shape = Shape::Alias(Schema { kind: Kind::Any, nullable: false, default: None, origin });
            definition.canonical = Canonical::any();
        }
    }

    /// Leaves an alternative without values. It keeps its place, since alternatives are known by that.
    fn break_union_circle(&mut self, definition: &mut TypeDef, position: usize) {
        let Shape::Union(union) = &mut definition.shape else { return };
        let Some((_, schema)) = union.variants.get_mut(position) else { return };
        let message = "this alternative leads back to the union that it is one of; it is taken for one without values";
        let diagnostic = Diagnostic::warning("model/union-circle", message, Place::Value(schema.origin.clone()));
        self.report(diagnostic.help("remove it: what it accepts, the other alternatives accept"));
        schema.kind = Kind::Nothing;
        let Value::Object(members) = &mut definition.canonical.value else { return };
        for keyword in ["oneOf", "anyOf"] {
            let Some(Value::Array(alternatives)) = members.get_mut(keyword) else { continue };
            if let Some(closing) = alternatives.iter_mut().filter(|one| !is_null_schema(one)).nth(position) {
                *closing = Value::Bool(false);
            }
        }
    }
}

/// Whether an alias leads back to itself through aliases only.
fn leads_back(types: &[TypeDef], start: usize) -> bool {
    let mut at = start;
    for _ in 0..=types.len() {
        let Shape::Alias(schema) = &types[at].shape else {
            return false;
        };
        let Some(next) = schema.type_id() else {
            return false;
        };
        at = next.index();
        if at == start {
            return true;
        }
    }
    // A circle further on, which is broken where it closes.
    false
}

/// The union that a schema is, behind any aliases.
fn union_behind(types: &[TypeDef], schema: &Schema) -> Option<usize> {
    let mut at = schema.type_id()?;
    for _ in 0..=types.len() {
        match &types[at.index()].shape {
            Shape::Union(_) => return Some(at.index()),
            Shape::Alias(schema) => at = schema.type_id()?,
            Shape::Object(_) | Shape::Enumeration(_) => return None,
        }
    }
    None
}

/// The alternatives that lead back to a union from which they were come to, each by its type and position: depth first, in
/// the order of the types, so that the same ones are found each time.
fn closing_alternatives(types: &[TypeDef]) -> Vec<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        Open,
        Done,
    }
    let mut seen = vec![Seen::Not; types.len()];
    let mut closing = Vec::new();
    for start in 0..types.len() {
        // Each with the position of the alternative that is next.
        let mut path = vec![(start, 0)];
        while let Some((index, position)) = path.last_mut() {
            let variants = match &types[*index].shape {
                Shape::Union(union) if seen[*index] != Seen::Done => union.variants.as_slice(),
                Shape::Union(_) | Shape::Alias(_) | Shape::Object(_) | Shape::Enumeration(_) => &[],
            };
            seen[*index] = Seen::Open;
            let Some((_, schema)) = variants.get(*position) else {
                seen[*index] = Seen::Done;
                path.pop();
                continue;
            };
            let own = (*index, *position);
            *position += 1;
            if let Some(target) = union_behind(types, schema) {
                match seen[target] {
                    Seen::Not => path.push((target, 0)),
                    Seen::Open => closing.push(own),
                    Seen::Done => {}
                }
            }
        }
    }
    closing
}
