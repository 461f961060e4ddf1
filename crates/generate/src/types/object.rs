//! An object with named members: a struct.

use methodical_model::{Access, Object, Property, TypeDef, TypeId};
use proc_macro2::TokenStream;
use quote::quote;

use super::Expander;
use super::recursion::additional_schema;
use crate::docs::{Text, code};
use crate::names::{Unique, ident, plain};
use crate::rust_type::expand_complexity;

impl Expander<'_> {
    pub(super) fn expand_object(&self, id: TypeId, def: &TypeDef, object: &Object) -> TokenStream {
        let name = ident(&def.name.pascal);
        let docs = self.type_docs(def).outer();
        let (serialize, deserialize) = self.serde();
        // Where nothing is required, `..Default::default()` leaves out what is not wanted.
        let optional = object.properties.iter().all(|property| !property.required);
        let default = optional.then(|| quote!(Default,));
        let mut fields: Vec<_> = object.properties.iter().map(|property| self.expand_field(id, property)).collect();
        fields.extend(self.expand_additional(object));
        let complex = expand_complexity(&fields);
        quote! {
            #docs
            #complex
            #[derive(Debug, Clone, #default PartialEq, #serialize, #deserialize)]
            pub struct #name { #(#fields,)* }
        }
    }

    fn expand_field(&self, owner: TypeId, property: &Property) -> TokenStream {
        let name = ident(&property.name.snake);
        let docs = field_docs(property).outer();
        let member = self.expand_member(owner, &property.schema);
        let nullable = self.context.is_nullable(&property.schema);
        let absent = !property.required;
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
            serde.push(quote!(skip_serializing_if = "Option::is_none"));
        }
        let attribute = (!serde.is_empty()).then(|| quote!(#[serde(#(#serde),*)]));
        quote!(#docs #attribute pub #name: #field_type)
    }

    fn expand_additional(&self, object: &Object) -> Option<TokenStream> {
        let schema = additional_schema(&object.additional)?;
        let mut names = Unique::default();
        for property in &object.properties {
            names.claim(&[property.name.snake.as_str()]);
        }
        let name = names.claim(&["additional".to_owned(), "additional_properties".to_owned()]);
        let map = self.scope.take("std::collections", "BTreeMap");
        let value = self.context.expand_type(self.scope, schema);
        Some(quote! {
            /// The members that have no name in the description.
            #[serde(flatten)]
            pub #name: #map<String, #value>
        })
    }
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
