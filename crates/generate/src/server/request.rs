//! What a handler is given: the parameters by their Rust names, and the body.

use methodical_model::{Parameter, Schema};
use proc_macro2::TokenStream;
use quote::quote;

use super::Expander;
use crate::data::operation::is_argument;
use crate::docs::{Text, code};
use crate::names::ident;
use crate::promises::request_line;
use crate::rust_type::expand_complexity;

impl Expander<'_> {
    /// The struct of a request.
    pub(super) fn expand_request(&self) -> TokenStream {
        let name = &self.names.request;
        let docs = Text::new(format!("What {} was asked.", request_line(self.operation))).outer();
        let deserialize = self.scope.take("serde", "Deserialize");
        let parameters = self.operation.parameters.iter().filter(|parameter| is_argument(parameter));
        let mut fields: Vec<_> = parameters.map(|parameter| self.expand_field(parameter)).collect();
        fields.extend(self.expand_body());
        let complex = expand_complexity(&fields);
        quote! {
            #docs
            #complex
            #[derive(Debug, Clone, PartialEq, #deserialize)]
            pub struct #name { #(#fields,)* }
        }
    }

    fn expand_field(&self, parameter: &Parameter) -> TokenStream {
        let name = ident(&parameter.name.snake);
        let docs = Text::of(&parameter.docs, &format!("The parameter {}.", code(&parameter.name.wire))).outer();
        // A parameter that is `null` and one that is absent look the same on the wire.
        let schema = Schema { nullable: false, ..parameter.schema.clone() };
        let value = self.context.expand_type(self.scope, &schema);
        let optional = !parameter.required || parameter.schema.nullable;
        let value = if optional { quote!(Option<#value>) } else { value };
        quote!(#docs pub #name: #value)
    }

    fn expand_body(&self) -> Option<TokenStream> {
        let body = self.operation.body.as_ref()?;
        let content = body.contents.first()?;
        let docs = Text::of(&body.docs, &format!("The body, {}.", code(&content.media_type))).outer();
        let value = self.context.expand_content(self.scope, Some(content));
        let value = if body.required { value } else { quote!(Option<#value>) };
        Some(quote!(#docs pub body: #value))
    }
}
