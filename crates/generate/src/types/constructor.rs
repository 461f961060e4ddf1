//! `new` of a struct that clients write: what has to be there, in the order in which the description demands it, and
//! nothing else. Rust has no literal that leaves members out, and a client that wants two of fifteen should not have to
//! say `None` thirteen times: it writes `..Pet::new("Bo")` behind those that it sets.
//!
//! Where all members have to be there the literal says the same with names, so there is no `new`; where none has to, there
//! is `Default`. What servers alone make has neither: there a forgotten member would be a mistake.

use methodical_model::{Direction, Kind, Object, Property, Schema, Shape, StringFormat, TypeDef, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use super::Expander;
use super::recursion::additional_schema;
use crate::docs::{Text, code};
use crate::names::ident;
use crate::render::{WIDTH, fill, ready, signature, type_text};

/// With more arguments `clippy` objects; who has to say that much reads it here as well as in a literal.
const FEW: usize = 7;

impl Expander<'_> {
    /// `constant` is the wire name of the member that is no field.
    pub(super) fn expand_constructor(
        &self,
        id: TypeId,
        def: &TypeDef,
        object: &Object,
        constant: Option<&str>,
    ) -> Option<TokenStream> {
        let is_field = |property: &&Property| constant.is_none_or(|constant| constant != property.name.wire);
        let required: Vec<&Property> =
            object.required.iter().filter_map(|position| object.properties.get(*position)).filter(is_field).collect();
        let optional: Vec<&Property> = object.properties.iter().filter(|property| !property.required).collect();
        let additional = additional_schema(&object.additional).map(|_| self.additional_name(object));
        let leaves_out = !optional.is_empty() || additional.is_some();
        if def.direction == Direction::Response || required.is_empty() || !leaves_out {
            return None;
        }
        let name = ident(&def.name.pascal);
        let docs = constructor_docs(&def.name.pascal, optional.first().copied()).comment("    ");
        let many = match required.len() > FEW {
            true => "    #[expect(clippy::too_many_arguments, reason = \"the description requires them all\")]\n",
            false => "",
        };
        let (arguments, mut fields): (Vec<_>, Vec<_>) =
            required.iter().map(|property| self.expand_set(id, property)).unzip();
        fields.extend(optional.iter().map(|property| format!("{}: None", ident(&property.name.snake))));
        fields.extend(additional.map(|name| {
            let map = self.scope.take("std::collections", "BTreeMap");
            format!("{name}: {}::new()", type_text(&map))
        }));
        let signature = signature("new", &quote!(#(#arguments),*), &quote!(#name));
        let line = format!("        {name} {{ {} }}\n", fields.join(", "));
        let literal = if line.len() <= WIDTH {
            line
        } else {
            let mut literal = format!("        {name} {{");
            fill(&mut literal, "        ", &fields.iter().map(String::as_str).collect::<Vec<_>>());
            literal.push_str("\n        }\n");
            literal
        };
        Some(ready(&format!("impl {name} {{\n{docs}{many}{signature}{literal}    }}\n}}\n")))
    }

    /// An argument, and the field that it becomes.
    fn expand_set(&self, owner: TypeId, property: &Property) -> (TokenStream, String) {
        let name = ident(&property.name.snake);
        let member = self.expand_member(owner, &property.schema);
        if self.is_written_as_text(owner, &property.schema) {
            (quote!(#name: impl Into<#member>), format!("{name}: {name}.into()"))
        } else {
            (quote!(#name: #member), name.to_string())
        }
    }

    /// Whether callers have it as `&str` as often as not, and it has the conversion.
    fn is_written_as_text(&self, owner: TypeId, schema: &Schema) -> bool {
        let boxed = schema.type_id().is_some_and(|target| self.recursion.needs_box(owner, target));
        if boxed || self.context.is_nullable(schema) {
            return false;
        }
        let behind = self.context.behind(schema);
        match behind.type_id().map(|target| &self.context.api.type_def(target).shape) {
            Some(Shape::Union(union)) => {
                union.variants.iter().any(|(_, variant)| is_text(self.context.behind(variant)))
            }
            Some(Shape::Object(_) | Shape::Enumeration(_) | Shape::Alias(_)) => false,
            None => is_text(behind),
        }
    }
}

/// Whether it is a `String`, or a `Secret`.
fn is_text(schema: &Schema) -> bool {
    match &schema.kind {
        Kind::String { format, .. } => match format {
            StringFormat::DateTime | StringFormat::Date | StringFormat::Uuid | StringFormat::Base64 => false,
            StringFormat::Plain
            | StringFormat::Binary
            | StringFormat::Email
            | StringFormat::Uri
            | StringFormat::Ipv4
            | StringFormat::Ipv6
            | StringFormat::Hostname
            | StringFormat::Password
            | StringFormat::Other(_) => true,
        },
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Constant(_)
        | Kind::Array { .. }
        | Kind::Tuple { .. }
        | Kind::Map { .. }
        | Kind::Named(_) => false,
    }
}

fn constructor_docs(name: &str, optional: Option<&Property>) -> Text {
    let Some(property) = optional else { return Text::new("With what has to be there, and nothing else.") };
    let field = ident(&property.name.snake);
    let more = code(&format!("{name} {{ {field}: Some(..), ..{name}::new(..) }}"));
    Text::new(format!("With what has to be there. To set more: {more}."))
}
