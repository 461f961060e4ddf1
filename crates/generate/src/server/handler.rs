//! The handler of an operation, and the operation that calls it.

use methodical_model::{Outcome, Response, Status};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Access, Expander};
use crate::content;
use crate::docs::Text;
use crate::names::plain;
use crate::promises::{is_error, request_line, server_docs};
use crate::render;
use crate::status::{CHOSEN_ERRORS, RUNTIME_ERRORS};

impl Expander<'_> {
    /// The trait's method. Its docs are the most of it, and text already.
    pub(super) fn handler(&self) -> String {
        let docs = server_docs(self.operation, self.context.common);
        let own = format!("Those that are more than a problem are variants of [`{}`].", self.names.problem);
        let docs = if self.own_errors().is_empty() { docs } else { docs.and(own) };
        format!("{}{}", docs.comment("    "), render::trait_member(self.expand_handler()))
    }

    fn expand_handler(&self) -> TokenStream {
        let name = &self.names.method;
        let (marker, request) = (&self.names.marker, &self.names.request);
        let (tx, cx, refusal) = (self.expand_tx(), self.runtime("Cx"), self.runtime("Refusal"));
        let answer = self.expand_answer();
        quote! {
            fn #name<'t>(
                &'t self,
                tx: &'t #tx<Self::Store>,
                request: #request,
                cx: &'t #cx<Self::Principal>,
            ) -> impl Future<Output = Result<#answer, #refusal<#marker>>> + Send + 't;
        }
    }

    /// `ReadTx`, or `mut WriteTx`.
    pub(super) fn expand_tx(&self) -> TokenStream {
        match self.access() {
            Access::Read => self.runtime("ReadTx"),
            Access::Write => {
                let tx = self.runtime("WriteTx");
                quote!(mut #tx)
            }
        }
    }

    pub(super) fn expand_answer(&self) -> TokenStream {
        if self.has_own_outcome() {
            let name = &self.names.outcome;
            return quote!(#name);
        }
        let value = self.context.expand_response_content(self.scope, self.operation, self.names, self.answered());
        match self.operation.outcome {
            Outcome::Find => {
                let found = self.runtime("Found");
                let found = self.expand_headed(quote!(#found<'t, #value>));
                quote!(Option<#found>)
            }
            Outcome::Fetch => {
                let found = self.runtime("Found");
                self.expand_headed(quote!(#found<'t, #value>))
            }
            Outcome::Upsert => self.expand_fact("Upserted", &value),
            Outcome::Update => self.expand_fact("Updated", &value),
            Outcome::Create => self.expand_fact("Created", &value),
            Outcome::Accept => self.expand_fact("Accepted", &value),
            Outcome::Delete => self.expand_headed(self.runtime("Removed")),
            Outcome::Discard => self.expand_headed(self.runtime("Discarded")),
            Outcome::Other => {
                let name = &self.names.outcome;
                quote!(#name)
            }
        }
    }

    fn expand_fact(&self, name: &str, value: &TokenStream) -> TokenStream {
        let name = self.runtime(name);
        self.expand_headed(quote!(#name<#value>))
    }

    /// An answer with the header fields that are declared for it.
    fn expand_headed(&self, answer: TokenStream) -> TokenStream {
        let mut successes = self.operation.responses.iter().zip(&self.names.bodies.headers);
        let headers = successes.find_map(|(response, name)| name.as_ref().filter(|_| response.status.is_success()));
        let Some(name) = headers else { return answer };
        let (headed, name) = (self.runtime("Headed"), self.context.expand_beside(self.scope, name));
        quote!(#headed<#answer, #name>)
    }

    /// The marker, its data and its declared errors.
    pub(super) fn expand_operation_impl(&self) -> TokenStream {
        let (marker, request, constant) = (&self.names.marker, &self.names.request, &self.names.constant);
        let handlers = self.handlers;
        let name = plain(&self.names.method.to_string()).to_owned();
        let docs = Text::new(format!("{}: marker and data of [`{handlers}::{name}`].", request_line(self.operation)));
        let docs = docs.outer();
        let (operation, wire) = (self.runtime("Operation"), self.runtime("wire"));
        let operations = self.scope.take(&self.context.types, self.context.operations);
        let declares = self.expand_declares();
        quote! {
            #docs
            #[derive(Debug)]
            pub enum #marker {}

            impl #operation for #marker {
                const DATA: &'static #wire::Operation = &#operations::#constant;
                type Request = #request;
            }

            #declares
        }
    }

    fn expand_declares(&self) -> TokenStream {
        let marker = &self.names.marker;
        let errors = self.operation.responses.iter().filter(|response| is_error(self.operation, response));
        let errors = errors.filter(|response| content::allows_problem(response));
        let is_other = |code: &u16| {
            let mut others = self.operation.responses.iter().filter(|response| !content::allows_problem(response));
            others.any(|response| response.status == Status::Code(*code))
        };
        let mut codes = Vec::new();
        for response in errors {
            match response.status {
                Status::Code(code) => codes.push(code),
                Status::Range(class) => {
                    codes.extend(CHOSEN_ERRORS.iter().filter(|code| *code / 100 == u16::from(class)))
                }
                Status::Default => {
                    let declares = self.runtime("Declares");
                    return quote!(impl<const S: u16> #declares<S> for #marker {});
                }
            }
        }
        codes.retain(|code| !RUNTIME_ERRORS.contains(code) && !is_other(code));
        codes.sort_unstable();
        codes.dedup();
        let declared = codes.into_iter().map(|code| {
            let (declares, code) = (self.runtime("Declares"), Literal::u16_unsuffixed(code));
            quote!(impl #declares<#code> for #marker {})
        });
        quote!(#(#declared)*)
    }

    /// How the runtime calls the handler.
    pub(super) fn expand_call(&self) -> TokenStream {
        let (marker, request, handlers) = (&self.names.marker, &self.names.request, self.handlers);
        let name = &self.names.method;
        let (tx, cx, refusal) = (self.expand_tx(), self.runtime("Cx"), self.runtime("Refusal"));
        let answer = self.expand_answer();
        let (kind, lifetime) = match self.access() {
            Access::Read => (self.runtime("Read"), quote!(<'t>)),
            Access::Write => (self.runtime("Write"), quote!()),
        };
        quote! {
            impl<A: #handlers> #kind<A> for #marker {
                type Answer #lifetime = #answer;

                fn call<'t>(
                    api: &'t A,
                    tx: &'t #tx<A::Store>,
                    request: #request,
                    cx: &'t #cx<A::Principal>,
                ) -> impl Future<Output = Result<Self::Answer #lifetime, #refusal<Self>>> + Send + 't {
                    #handlers::#name(api, tx, request, cx)
                }
            }
        }
    }

    /// The first success that has content.
    fn answered(&self) -> Option<usize> {
        let has_content = |response: &Response| response.status.is_success() && response.content().is_some();
        self.operation.responses.iter().position(has_content)
    }
}
