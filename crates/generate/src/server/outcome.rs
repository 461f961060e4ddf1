//! The answers of an operation that fit none of the runtime's facts: a variant for each declared success.

use methodical_model::{Response, Status};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Expander;
use crate::docs::{Text, first_paragraph};
use crate::names::{Unique, plain};
use crate::promises::is_error;
use crate::rust_type::expand_large;
use crate::status::variant_name;

impl Expander<'_> {
    /// The enum of declared successes.
    pub(super) fn expand_own_outcome(&self) -> TokenStream {
        let name = &self.names.outcome;
        let handlers = self.handlers;
        let method = plain(&self.names.method.to_string()).to_owned();
        let docs = Text::new(format!("What [`{handlers}::{method}`] may answer.")).outer();
        let mut names = Unique::default();
        let answers = self.operation.responses.iter().filter(|response| self.is_chosen(response));
        let variants: Vec<Variant> = answers.map(|response| self.variant(response, &mut names)).collect();
        let definitions = variants.iter().map(|variant| &variant.definition);
        let arms = variants.iter().map(|variant| &variant.arm);
        let (answer, reply, fault) = (self.runtime("Answer"), self.runtime("Reply"), self.runtime("Fault"));
        let large = expand_large(variants.iter().map(|variant| &variant.payload), "an answer is taken apart at once");
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            #large
            pub enum #name { #(#definitions,)* }

            impl #answer for #name {
                fn into_reply(self) -> Result<#reply, #fault> {
                    match self { #(#arms)* }
                }
            }
        }
    }

    /// Successes and redirections; 304 and what is informational is not a handler's to choose.
    fn is_chosen(&self, response: &Response) -> bool {
        !is_error(self.operation, response)
            && !matches!(response.status, Status::Code(304) | Status::Code(100..=199) | Status::Range(1))
    }

    fn variant(&self, response: &Response, names: &mut Unique) -> Variant {
        let own = &self.names.outcome;
        let name: Ident = names.claim(&[variant_name(response.status)]);
        let description = response.docs.description.as_deref().map(first_paragraph).unwrap_or_default();
        let docs = Text::new(description).and_if_empty("Declared without a description.").outer();
        let reply = self.runtime("Reply");
        let content = response.content().map(|content| self.context.expand_content(self.scope, Some(content)));
        let (payload, arm) = match (response.status, content) {
            (Status::Code(code), Some(value)) => {
                let code = Literal::u16_unsuffixed(code);
                (quote!((#value)), quote!(#own::#name(body) => #reply::content(#code, &body)))
            }
            (Status::Code(code), None) => {
                let code = Literal::u16_unsuffixed(code);
                (quote!(), quote!(#own::#name => Ok(#reply::empty(#code))))
            }
            (Status::Range(_) | Status::Default, Some(value)) => {
                (quote!((u16, #value)), quote!(#own::#name(status, body) => #reply::content(status, &body)))
            }
            (Status::Range(_) | Status::Default, None) => {
                (quote!((u16)), quote!(#own::#name(status) => Ok(#reply::empty(status))))
            }
        };
        Variant { definition: quote!(#docs #name #payload), payload, arm: quote!(#arm,) }
    }
}

/// A variant, and how it becomes a reply.
struct Variant {
    definition: TokenStream,
    payload: TokenStream,
    arm: TokenStream,
}
