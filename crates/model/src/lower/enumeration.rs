//! `enum`: closed sets of values become types, except for those of truth values, which are one already.

use std::collections::HashSet;

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, Value};

use super::Lowering;
use super::flat::Flat;
use super::reading::canonical;
use crate::names::{Scope, distinct};
use crate::{Direction, Kind, Shape, Variant, VariantValue};

/// Whether the values of an `enum` can be the variants of a type: there are some, `null` aside, and more than `true` and `false`.
pub(super) fn is_enumeration(values: &Node<'_>) -> bool {
    values.items().any(|value| !value.is_null() && value.as_bool().is_none())
}

impl<'b> Lowering<'b, '_> {
    /// The variants of an `enum`, in the order in which they are listed.
    pub(super) fn enumeration(&mut self, flat: &Flat<'b>) -> Shape {
        let mut seen = HashSet::new();
        let mut values = Vec::new();
        for node in flat.get("enum").into_iter().flat_map(|values| values.items()) {
            let Some((wire, value)) = variant_value(&node) else {
                continue;
            };
            self.check_value_type(flat, &node, &value);
            if seen.insert((node.as_str().is_some(), wire.clone())) {
                values.push((wire, value));
            } else {
                let message = format!("the value `{wire}` is listed twice");
                let diagnostic = Diagnostic::warning("model/duplicate-enum-value", message, node.place());
                self.report(diagnostic.help("remove one of the two"));
            }
        }
        let wires: Vec<&str> = values.iter().map(|(wire, _)| wire.as_str()).collect();
        let names = distinct(&wires, Scope::Variants);
        let variants = names.into_iter().zip(values).map(|(name, (_, value))| Variant { name, value });
        Shape::Enumeration(variants.collect())
    }

    fn check_value_type(&mut self, flat: &Flat<'b>, node: &Node<'b>, value: &VariantValue) {
        let types = flat.types();
        let fits = match value {
            VariantValue::Text(_) => types.is_empty() || types.contains(&"string"),
            VariantValue::Integer(_) => types.is_empty() || types.contains(&"integer") || types.contains(&"number"),
            VariantValue::Other(value) => types.is_empty() || types.iter().any(|name| is_of_type(value, name)),
        };
        if !fits {
            let message = format!("this value is {}, but the type is `{}`", node.kind_name(), types.join("` or `"));
            let diagnostic = Diagnostic::slip("model/enum-value", message, node.place());
            self.report(diagnostic.help("quote a string, unquote a number, or correct `type`"));
        }
    }

    /// The kind of an `enum` that is no enumeration.
    pub(super) fn odd_enumeration(&mut self, flat: &Flat<'b>, values: &Node<'b>) -> Kind {
        if !values.is_array() {
            self.wrong_type(values, "an array");
            return self.type_alone(flat);
        }
        let items: Vec<_> = values.items().collect();
        let proper: Vec<_> = items.iter().filter(|value| !value.is_null()).collect();
        match proper.as_slice() {
            [] if items.is_empty() => {
                let message = "this `enum` is empty: no value would be accepted";
                let diagnostic = Diagnostic::slip("model/empty-enum", message, values.place());
                self.report(diagnostic.help("list the values, or remove `enum`"));
                self.type_alone(flat)
            }
            [] => Kind::Constant(Value::Null),
            [only] if only.as_bool().is_some() => Kind::Constant(canonical(only.value())),
            // Of truth values, as these are no types of their own.
            _ => Kind::Boolean,
        }
    }

    /// What the type says, where the values cannot be used.
    fn type_alone(&mut self, flat: &Flat<'b>) -> Kind {
        match flat.types().as_slice() {
            [only @ ("boolean" | "integer" | "number" | "string")] => self.typed(only, flat, Direction::Both, 0),
            _ => Kind::Any,
        }
    }
}

/// A value as text, and as it is. `None` for `null`, which makes the schema nullable instead.
fn variant_value(node: &Node<'_>) -> Option<(String, VariantValue)> {
    if let Some(text) = node.as_str() {
        return Some((text.to_owned(), VariantValue::Text(text.to_owned())));
    }
    if let Some(integer) = node.as_i128() {
        return Some((integer.to_string(), VariantValue::Integer(integer)));
    }
    let value = canonical(node.value());
    (value != Value::Null).then(|| (value.to_json(), VariantValue::Other(value)))
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(_) => name == "number",
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}
