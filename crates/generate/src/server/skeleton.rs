//! The beginning of a service: every handler of a tag, each with a body that says that it is not written yet. The signatures
//! are the trait's own, so what compiles here is what the user goes on from.

use methodical_model::{OperationId, TagId};
use proc_macro2::TokenStream;
use quote::quote;

use super::{Expander, RUNTIME};
use crate::docs::{Text, code};
use crate::promises::request_line;
use crate::render;
use crate::rust_type::Context;
use crate::scope::Scope;

/// The module of a tag in the user's service: `context` has its paths as seen from there, `server` is the generated crate.
pub(crate) fn skeleton_module(context: &Context<'_>, server: &str, tag: TagId, operations: &[OperationId]) -> String {
    let handlers = context.names.handlers(tag);
    let scope = Scope::default();
    let trait_name = scope.take(server, &handlers.to_string());
    let expanders: Vec<Expander<'_>> = operations
        .iter()
        .map(|id| Expander {
            context,
            scope: &scope,
            operation: context.api.operation(*id),
            names: context.names.operation(*id),
            handlers,
        })
        .collect();
    // These names are used as they are, so they come before any other of the same spelling.
    for expander in &expanders {
        let outcome = expander.has_own_outcome().then_some(&expander.names.outcome);
        for name in [&expander.names.marker, &expander.names.request].into_iter().chain(outcome) {
            scope.take(server, &name.to_string());
        }
    }
    let implementation = scope.take("crate::api", "Implementation");
    let methods: Vec<TokenStream> = expanders.iter().map(Expander::expand_unwritten).collect();
    let uses = scope.expand_uses(context.features);
    let name = code(&context.api.tag(tag).name.wire);
    let docs = Text::new(format!("The operations of {name}: each is answered with 501 until you have written it."));
    let items = quote!(#uses impl #trait_name for #implementation { #(#methods)* });
    render::own_module(&docs.text(), items)
}

impl Expander<'_> {
    /// The handler, not yet written.
    fn expand_unwritten(&self) -> TokenStream {
        let docs = Text::new(request_line(self.operation)).outer();
        let (name, marker, request) = (&self.names.method, &self.names.marker, &self.names.request);
        let (tx, cx, refusal) = (self.expand_tx(), self.runtime("Cx"), self.runtime("Refusal"));
        let answer = self.expand_answer();
        let store = self.scope.take(RUNTIME, "MemoryStore");
        let caller = self.scope.take("crate::api", "Caller");
        quote! {
            #docs
            async fn #name<'t>(
                &'t self,
                _tx: &'t #tx<#store>,
                _request: #request,
                _cx: &'t #cx<#caller>,
            ) -> Result<#answer, #refusal<#marker>> {
                Err(#refusal::not_implemented())
            }
        }
    }
}
