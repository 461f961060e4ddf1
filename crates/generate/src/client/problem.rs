//! The declared errors of an operation: an enum with a variant for each, as far as they are not the runtime's own.

use methodical_model::{MediaType, Response, Status};
use proc_macro2::TokenStream;
use quote::quote;

use super::Expander;
use crate::content;
use crate::docs::{Text, first_paragraph};
use crate::names::{Unique, plain};
use crate::promises::{is_absence, is_error};
use crate::rust_type::expand_large;
use crate::status::{expand_pattern, variant_name};

impl Expander<'_> {
    /// The type of declared errors.
    pub(super) fn expand_problem_type(&self) -> TokenStream {
        if !self.has_problem() {
            return self.runtime("NoProblem");
        }
        let name = &self.names.problem;
        quote!(#name)
    }

    /// Whether it declares errors.
    pub(super) fn has_problem(&self) -> bool {
        !self.declared_errors().is_empty()
    }

    /// The enum of declared errors, if there are any.
    pub(super) fn expand_problem(&self) -> Option<TokenStream> {
        let errors = self.declared_errors();
        if errors.is_empty() {
            return None;
        }
        let name = &self.names.problem;
        let method = plain(&self.names.method.to_string()).to_owned();
        let docs =
            Text::new(format!("What [`Client::{method}`](crate::Client::{method}) may be refused with.")).outer();
        let mut names = Unique::default();
        let variants: Vec<Variant> =
            errors.iter().map(|(index, response)| self.error_variant(*index, response, &mut names)).collect();
        let definitions = variants.iter().map(|variant| &variant.definition);
        let read = expand_reading(&variants);
        let uses_body = read.to_string().contains("body");
        let body = if uses_body { quote!(body) } else { quote!(_) };
        let (declared, error_body) = (self.runtime("DeclaredProblem"), self.runtime("ErrorBody"));
        let problem = self.expand_problem_method(&variants);
        let large = expand_large(variants.iter().map(|variant| &variant.payload), "an error is taken apart at once");
        Some(quote! {
            #docs
            #[derive(Debug, Clone, PartialEq)]
            #[non_exhaustive]
            #large
            pub enum #name { #(#definitions,)* }

            impl #declared for #name {
                fn from_answer(status: u16, #body: #error_body) -> Result<#name, #error_body> {
                    #read
                }

                #problem
            }
        })
    }

    /// The problem document of those variants that hold one.
    fn expand_problem_method(&self, variants: &[Variant]) -> Option<TokenStream> {
        let with: Vec<&TokenStream> = variants.iter().filter_map(|variant| variant.with.as_ref()).collect();
        let without: Vec<&TokenStream> = variants.iter().filter_map(|variant| variant.without.as_ref()).collect();
        if with.is_empty() {
            return None;
        }
        let problem = self.scope.take(self.context.wire, "Problem");
        let none = (!without.is_empty()).then(|| quote!(#(#without)|* => None,));
        Some(quote! {
            fn problem(&self) -> Option<&#problem> {
                match self {
                    #(#with)|* => Some(problem),
                    #none
                }
            }
        })
    }

    /// The declared errors that neither the outcome nor the runtime's error has a place for.
    fn declared_errors(&self) -> Vec<(usize, &Response)> {
        let responses = self.operation.responses.iter().enumerate();
        responses
            .filter(|(_, response)| is_error(self.operation, response))
            .filter(|(_, response)| match response.status {
                Status::Code(401 | 429 | 503) => false,
                Status::Code(_) | Status::Range(_) | Status::Default => !is_absence(self.operation, response),
            })
            .collect()
    }

    fn error_variant(&self, index: usize, response: &Response, names: &mut Unique) -> Variant {
        let own = &self.names.problem;
        let name = names.claim(&[variant_name(response.status)]);
        let description = response.docs.description.as_deref().map(first_paragraph).unwrap_or_default();
        let docs = Text::new(description).and_if_empty("Declared without a description.").outer();
        let pattern = expand_pattern(response.status, &self.operation.responses);
        let is_default = response.status == Status::Default;
        let Some(content) = response.content() else {
            let (payload, made) = match response.status {
                Status::Code(_) => (quote!(), quote!(#own::#name)),
                Status::Range(_) | Status::Default => (quote!((u16)), quote!(#own::#name(status))),
            };
            let is_unit = payload.is_empty();
            let rest = if is_unit { quote!() } else { quote!((_)) };
            return Variant {
                definition: quote!(#docs #name #payload),
                payload,
                pattern,
                read: quote!(Ok(#made)),
                is_default,
                without: Some(quote!(#own::#name #rest)),
                with: None,
            };
        };
        let value = self.expand_response_content(Some(index));
        let choice = self.names.bodies.contents[index].as_ref();
        let is_problem = choice.is_none() && content.kind == MediaType::Problem;
        let read = if is_problem { quote!(body.problem()) } else { quote!(body.read()) };
        let (payload, read, others) = match response.status {
            Status::Code(_) => (quote!((#value)), quote!(#read.map(#own::#name)), quote!()),
            Status::Range(_) | Status::Default => {
                (quote!((u16, #value)), quote!(#read.map(|value| #own::#name(status, value))), quote!(_,))
            }
        };
        let alternatives = content::alternatives(&response.contents);
        let chosen = alternatives.iter().find(|alternative| alternative.content.kind == MediaType::Problem);
        let with = match (choice, chosen) {
            (Some(_), Some(chosen)) => {
                let variant = &chosen.name;
                Some(quote!(#own::#name(#others #value::#variant(problem))))
            }
            (None, Some(_)) => Some(quote!(#own::#name(#others problem))),
            (_, None) => None,
        };
        // Of a choice the other media types hold no problem.
        let without = (with.is_none() || choice.is_some()).then(|| quote!(#own::#name(..)));
        Variant { definition: quote!(#docs #name #payload), payload, pattern, read, is_default, with, without }
    }
}

/// A `match` on the status, or what its only arm would do.
fn expand_reading(variants: &[Variant]) -> TokenStream {
    if let [Variant { is_default: true, read, .. }] = variants {
        return quote!(#read);
    }
    let arms = variants.iter().map(|Variant { pattern, read, .. }| quote!(#pattern => #read,));
    let has_default = variants.iter().any(|variant| variant.is_default);
    let rest = (!has_default).then(|| quote!(_ => Err(body),));
    quote!(match status { #(#arms)* #rest })
}

/// A variant of an error's enum, how it is read, and how it matches: with a problem in it, or without.
struct Variant {
    definition: TokenStream,
    payload: TokenStream,
    pattern: TokenStream,
    read: TokenStream,
    is_default: bool,
    with: Option<TokenStream>,
    without: Option<TokenStream>,
}
