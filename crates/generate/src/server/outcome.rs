//! The answers of an operation that fit none of the runtime's facts: a variant for each declared success.

use methodical_model::{MediaType, Response, Status};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Expander;
use crate::content;
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
        let variants = self.outcome_variants().into_iter();
        let variants: Vec<Variant> =
            variants.map(|(index, response, name)| self.variant(index, response, name)).collect();
        let definitions = variants.iter().map(|variant| &variant.definition);
        let arms = variants.iter().map(|variant| &variant.arm);
        let (answer, reply, fault) = (self.runtime("Answer"), self.runtime("Reply"), self.runtime("Fault"));
        let large = expand_large(variants.iter().map(|variant| &variant.payload), "an answer is taken apart at once");
        let derives = content::derives(self.operation.responses.iter().flat_map(|response| &response.contents));
        quote! {
            #docs
            #[derive(#derives)]
            #large
            pub enum #name { #(#definitions,)* }

            impl #answer for #name {
                fn into_reply(self) -> Result<#reply, #fault> {
                    match self { #(#arms)* }
                }
            }
        }
    }

    /// The responses that are variants, each with its position and its variant's name.
    pub(super) fn outcome_variants(&self) -> Vec<(usize, &Response, Ident)> {
        let mut names = Unique::default();
        let answers = self.operation.responses.iter().enumerate().filter(|(_, response)| self.is_chosen(response));
        answers.map(|(index, response)| (index, response, names.claim(&[variant_name(response.status)]))).collect()
    }

    /// Successes and redirections; 304 and what is informational is not a handler's to choose.
    pub(super) fn is_chosen(&self, response: &Response) -> bool {
        !is_error(self.operation, response)
            && !matches!(response.status, Status::Code(304) | Status::Code(100..=199) | Status::Range(1))
    }

    /// A variant holds, as far as there are any: the status where it is a range's, the body, the header fields.
    fn variant(&self, index: usize, response: &Response, name: Ident) -> Variant {
        let own = &self.names.outcome;
        let description = response.docs.description.as_deref().map(first_paragraph).unwrap_or_default();
        let docs = Text::new(description).and_if_empty("Declared without a description.").outer();
        let reply = self.runtime("Reply");
        let (mut types, mut fields) = (Vec::new(), Vec::new());
        let status = match response.status {
            Status::Code(code) => {
                let code = Literal::u16_unsuffixed(code);
                quote!(#code)
            }
            Status::Range(_) | Status::Default => {
                types.push(quote!(u16));
                fields.push(quote!(status));
                quote!(status)
            }
        };
        // What a body is written from is taken, or looked at where `serde` writes it.
        let is_taken = self.names.bodies.contents[index].is_some()
            || response.content().is_some_and(|content| {
                content::is_open(content)
                    || content.kind.is_stream()
                    || matches!(content.kind, MediaType::Binary | MediaType::Multipart)
            });
        let made = match response.content() {
            None => quote!(#reply::empty(#status)),
            Some(_) if is_taken => quote!(#reply::body(#status, body)?),
            Some(_) => quote!(#reply::content(#status, &body)?),
        };
        if response.content().is_some() {
            let content = Some(index);
            types.push(self.context.expand_response_content(self.scope, self.operation, self.names, content));
            fields.push(quote!(body));
        }
        let headers = self.names.bodies.headers[index].as_ref();
        if let Some(name) = headers {
            types.push(self.context.expand_beside(self.scope, name));
            fields.push(quote!(headers));
        }
        let made = match (response.content(), headers) {
            (_, Some(_)) => quote!(#made.with_headers(&headers)),
            (None, None) => quote!(Ok(#made)),
            (Some(_), None) if is_taken => quote!(#reply::body(#status, body)),
            (Some(_), None) => quote!(#reply::content(#status, &body)),
        };
        let (payload, pattern) = match types.as_slice() {
            [] => (quote!(), quote!()),
            [..] => (quote!((#(#types),*)), quote!((#(#fields),*))),
        };
        let arm = quote!(#own::#name #pattern => #made,);
        Variant { definition: quote!(#docs #name #payload), payload, arm }
    }
}

/// A variant, and how it becomes a reply.
struct Variant {
    definition: TokenStream,
    payload: TokenStream,
    arm: TokenStream,
}
