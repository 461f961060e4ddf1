//! An object with named members: a struct.

use methodical_model::{Access, Kind, Object, Property, TypeDef, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Expander;
use super::recursion::additional_schema;
use crate::docs::{Text, code};
use crate::names::{Unique, ident, plain};
use crate::rust_type::expand_complexity;

impl Expander<'_> {
    pub(super) fn expand_object(&self, id: TypeId, def: &TypeDef, object: &Object) -> TokenStream {
        let name = ident(&def.name.pascal);
        let constant = constant_member(object);
        let mut docs = self.type_docs(def);
        if let Some(ConstantMember { name, value }) = &constant {
            docs.push(&format!("Its {} is {}, always.", code(name), code(value)));
        }
        let docs = docs.outer();
        let (serialize, deserialize) = self.serde();
        let is_field = |property: &&Property| constant.as_ref().is_none_or(|one| one.name != property.name.wire);
        let others: Vec<&Property> = object.properties.iter().filter(is_field).collect();
        // Where nothing is required, `..Default::default()` leaves out what is not wanted.
        let optional = others.iter().all(|property| !property.required);
        let default = optional.then(|| quote!(Default,));
        let constructor = self.expand_constructor(id, def, object, constant.as_ref().map(|constant| constant.name));
        let mut fields: Vec<_> = others.into_iter().map(|property| self.expand_field(id, property)).collect();
        fields.extend(self.expand_additional(object));
        let complex = expand_complexity(&fields);
        let tag = constant.map(|ConstantMember { name, value }| quote!(#[serde(tag = #name, rename = #value)]));
        quote! {
            #docs
            #complex
            #[derive(Debug, Clone, #default PartialEq, #serialize, #deserialize)]
            #tag
            pub struct #name { #(#fields,)* }

            #constructor
        }
    }

    fn expand_field(&self, owner: TypeId, property: &Property) -> TokenStream {
        let name = ident(&property.name.snake);
        let member = self.expand_member(owner, &property.schema);
        let nullable = self.context.is_nullable(&property.schema);
        let absent = !property.required;
        let mut docs = field_docs(property);
        if absent && nullable {
            docs.push("`Some(None)` is null; `None` is absent.");
        }
        let docs = docs.outer();
        let field_type = if absent { quote!(Option<#member>) } else { member };
        let mut serde = Vec::new();
        if property.name.wire != plain(&property.name.snake) {
            let wire_name = &property.name.wire;
            serde.push(quote!(rename = #wire_name));
        }
        if absent && nullable {
            let module = format!("{}::double_option", self.context.wire);
            serde.push(quote!(default));
            serde.push(quote!(skip_serializing_if = "Option::is_none"));
            serde.push(quote!(with = #module));
        } else if absent {
            if self.context.has_null(&property.schema) {
                let function = format!("{}::double_option::present", self.context.wire);
                serde.push(quote!(default));
                serde.push(quote!(deserialize_with = #function));
            }
            serde.push(quote!(skip_serializing_if = "Option::is_none"));
        }
        let attribute = (!serde.is_empty()).then(|| quote!(#[serde(#(#serde),*)]));
        quote!(#docs #attribute pub #name: #field_type)
    }

    fn expand_additional(&self, object: &Object) -> Option<TokenStream> {
        let schema = additional_schema(&object.additional)?;
        let name = self.additional_name(object);
        let map = self.scope.take("std::collections", "BTreeMap");
        let value = self.context.expand_type(self.scope, schema);
        Some(quote! {
            /// The members that have no name in the description.
            #[serde(flatten)]
            pub #name: #map<String, #value>
        })
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
            | Kind::Map { .. }
            | Kind::Named(_) => None,
        }
    })
}

fn field_docs(property: &Property) -> Text {
    let mut text = Text::of(&property.docs, &format!("The member {}.", code(&property.name.wire)));
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
