//! What a call comes to: one of the runtime's outcomes, or an enum with a variant for each declared success.

use methodical_model::{Content, Outcome, ParameterRole, Response, Status};
use proc_macro2::TokenStream;
use quote::quote;

use super::Expander;
use crate::content;
use crate::docs::{Text, first_paragraph};
use crate::names::{Unique, plain};
use crate::promises::is_error;
use crate::rust_type::expand_large;
use crate::status::{expand_pattern, variant_name};

impl Expander<'_> {
    /// The outcome's type.
    pub(super) fn expand_outcome(&self) -> TokenStream {
        let of_value = |name: &str| {
            let (name, value) = (self.runtime(name), self.expand_success());
            quote!(#name<#value>)
        };
        match self.operation.outcome {
            Outcome::Find => of_value("Find"),
            Outcome::Fetch => of_value("Fetched"),
            Outcome::Upsert => of_value("Put"),
            Outcome::Update => of_value("Updated"),
            Outcome::Create => of_value("Created"),
            Outcome::Accept => of_value("Accepted"),
            Outcome::Delete => self.runtime("Deleted"),
            Outcome::Discard => self.runtime("Discarded"),
            Outcome::Other => {
                let name = &self.names.outcome;
                quote!(#name)
            }
        }
    }

    /// The content of the first success that has any.
    pub(super) fn success(&self) -> Option<&Content> {
        content::success(self.operation).and_then(|index| self.operation.responses[index].content())
    }

    /// Its type.
    pub(super) fn expand_success(&self) -> TokenStream {
        self.expand_response_content(content::success(self.operation))
    }

    /// The type of what a response holds.
    pub(super) fn expand_response_content(&self, index: Option<usize>) -> TokenStream {
        self.context.expand_response_content(self.scope, self.operation, self.names, index)
    }

    /// The enum of an operation whose answers fit none of the runtime's outcomes.
    pub(super) fn expand_own_outcome(&self) -> Option<TokenStream> {
        if self.operation.outcome != Outcome::Other {
            return None;
        }
        let name = &self.names.outcome;
        let method = plain(&self.names.method.to_string()).to_owned();
        let docs = Text::new(format!("What [`Client::{method}`](crate::Client::{method}) comes to.")).outer();
        let variants = self.variants();
        let definitions = variants.iter().map(|variant| {
            let (docs, name, payload) = (&variant.docs, &variant.name, &variant.payload);
            quote!(#docs #name #payload)
        });
        let decoded = expand_decoding(&variants);
        let (outcome, answer) = (self.runtime("Outcome"), self.runtime("Answer"));
        let large = expand_large(variants.iter().map(|variant| &variant.payload), "an outcome is taken apart at once");
        Some(quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            #large
            pub enum #name { #(#definitions,)* }

            impl #outcome for #name {
                fn decode(answer: #answer) -> Result<#name, #answer> {
                    #decoded
                }
            }
        })
    }

    fn variants(&self) -> Vec<Variant> {
        let mut names = Unique::default();
        let revalidates = self.operation.parameter(ParameterRole::IfNoneMatch).is_some();
        let answers = self.operation.responses.iter().enumerate().filter(|(_, response)| {
            let not_modified = revalidates && response.status == Status::Code(304);
            let informational = matches!(response.status, Status::Code(100..=199) | Status::Range(1));
            !is_error(self.operation, response) && !not_modified && !informational
        });
        answers.map(|(index, response)| self.variant(index, response, &mut names)).collect()
    }

    fn variant(&self, index: usize, response: &Response, names: &mut Unique) -> Variant {
        let name = names.claim(&[variant_name(response.status)]);
        let description = response.docs.description.as_deref().map(first_paragraph).unwrap_or_default();
        let docs = Text::new(description).and_if_empty("Declared without a description.").outer();
        let meta = self.runtime("Meta");
        let pattern = expand_pattern(response.status, &self.operation.responses);
        let own = &self.names.outcome;
        let (payload, read) = match response.content() {
            Some(_) => {
                let value = self.expand_response_content(Some(index));
                (quote!((#value, #meta)), quote!(answer.read().map(|(value, meta)| #own::#name(value, meta))))
            }
            None => (quote!((#meta)), quote!(Ok(#own::#name(answer.into_meta())))),
        };
        Variant { docs, name, payload, pattern, read, is_default: response.status == Status::Default }
    }
}

/// A `match` on the status, or what its only arm would do.
fn expand_decoding(variants: &[Variant]) -> TokenStream {
    match variants {
        [] => return quote!(Err(answer)),
        [Variant { is_default: true, read, .. }] => return quote!(#read),
        [_, ..] => {}
    }
    let arms = variants.iter().map(|Variant { pattern, read, .. }| quote!(#pattern => #read,));
    let has_default = variants.iter().any(|variant| variant.is_default);
    let rest = (!has_default).then(|| quote!(_ => Err(answer),));
    quote!(match answer.status() { #(#arms)* #rest })
}

/// A variant of an outcome's enum.
struct Variant {
    docs: TokenStream,
    name: proc_macro2::Ident,
    payload: TokenStream,
    pattern: TokenStream,
    read: TokenStream,
    is_default: bool,
}
