//! An object with named members: a struct, defined by `record!`.

use methodical_model::{Access, Kind, Object, Property, TypeDef, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Expander;
use super::recursion::additional_schema;
use crate::docs::{Text, code};
use crate::names::{Unique, ident};
use crate::render::{WIDTH, quoted, ready, type_text};

impl Expander<'_> {
    pub(super) fn expand_object(&self, id: TypeId, def: &TypeDef, object: &Object) -> TokenStream {
        let name = ident(&def.name.pascal);
        let constant = constant_member(object);
        let mut docs = self.type_docs(def);
        if let Some(ConstantMember { name, value }) = &constant {
            docs.push(&format!("Its {} is {}, always.", code(name), code(value)));
        }
        let is_field = |property: &&Property| constant.as_ref().is_none_or(|one| one.name != property.name.wire);
        let others: Vec<&Property> = object.properties.iter().filter(is_field).collect();
        // Where nothing is required, `..Default::default()` leaves out what is not wanted.
        let optional = others.iter().all(|property| !property.required);
        let constructor = self.expand_constructor(id, def, object, constant.as_ref().map(|constant| constant.name));
        let mut fields: Vec<_> = others.into_iter().map(|property| self.expand_field(id, property)).collect();
        fields.extend(self.expand_additional(object));
        let mut text =
            format!("{}! {{\n{}", type_text(&self.scope.take(self.context.wire, "record")), docs.comment("    "));
        if optional {
            text.push_str("    #[derive(Default)]\n");
        }
        text.push_str(&format!("    pub struct {name} {{"));
        if let Some(ConstantMember { name, value }) = &constant {
            text.push_str(&format!("\n        {} = {},", quoted(name), quoted(value)));
        }
        let begun = text.rfind('\n').map_or(0, |end| text.len() - end);
        let line = fields.iter().map(|field| field.trim()).collect::<Vec<_>>().join(" ");
        if constant.is_none() && !line.contains("///") && begun + line.len() + 4 <= WIDTH {
            text.push_str(&if line.is_empty() { "}\n}\n".to_owned() } else { format!(" {line} }}\n}}\n") });
        } else {
            fields.iter().for_each(|field| text.push_str(&format!("\n{field}")));
            text.push_str(if text.ends_with('{') { "}\n}\n" } else { "\n    }\n}\n" });
        }
        let record = ready(&text);
        quote!(#record #constructor)
    }

    /// A member as `record!` has it, and its type.
    fn expand_field(&self, owner: TypeId, property: &Property) -> String {
        let name = ident(&property.name.snake);
        let member = self.expand_member(owner, &property.schema);
        let has_null = self.context.is_nullable(&property.schema) || self.context.has_null(&property.schema);
        let (kind, field_type) = match (property.required, has_null) {
            (true, _) => ("required", member),
            (false, true) => ("nullable", quote!(Option<#member>)),
            (false, false) => ("optional", quote!(Option<#member>)),
        };
        let docs = field_docs(property).comment("        ");
        let wire_name = &property.name.wire;
        let renamed =
            if *wire_name == property.name.snake { String::new() } else { format!(" = {}", quoted(wire_name)) };
        format!("{docs}        {kind} {name}: {}{renamed},", type_text(&field_type))
    }

    fn expand_additional(&self, object: &Object) -> Option<String> {
        let schema = additional_schema(&object.additional)?;
        let name = self.additional_name(object);
        let map = self.scope.take("std::collections", "BTreeMap");
        let value = self.context.expand_type(self.scope, schema);
        Some(format!("        rest {name}: {},", type_text(&quote!(#map<String, #value>))))
    }

    /// The field of the members without names.
    pub(super) fn additional_name(&self, object: &Object) -> Ident {
        let mut names = Unique::default();
        for property in &object.properties {
            names.claim(&[property.name.snake.as_str()]);
        }
        names.claim(&["additional".to_owned(), "additional_properties".to_owned()])
    }
}

/// A member that has one value only.
struct ConstantMember<'a> {
    name: &'a str,
    value: &'a str,
}

/// The first member that always is one text: there is nothing to choose or to learn in it, so it is written and no field.
/// That it is there when it is read is for the schema to say.
fn constant_member(object: &Object) -> Option<ConstantMember<'_>> {
    // Members without names are read into a map, which would then hold it.
    if additional_schema(&object.additional).is_some() {
        return None;
    }
    object.properties.iter().filter(|property| property.required && !property.schema.nullable).find_map(|property| {
        match &property.schema.kind {
            Kind::Constant(value) => value.as_str().map(|value| ConstantMember { name: &property.name.wire, value }),
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Array { .. }
            | Kind::Tuple { .. }
            | Kind::Map { .. }
            | Kind::Named(_) => None,
        }
    })
}

/// What its author and its direction say of a member. A name that says nothing more than itself is not said again.
fn field_docs(property: &Property) -> Text {
    let mut text = Text::of(&property.docs, "");
    match property.access {
        Access::ReadWrite => {}
        Access::ReadOnly => text.push("Set by the server alone."),
        Access::WriteOnly => text.push("Sent, and never returned."),
    }
    if property.deprecated {
        text.push("Deprecated.");
    }
    text
}
