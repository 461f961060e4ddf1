//! The client itself: what it is made from.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use quote::quote;

use methodical_model::SecurityKind;

use super::RUNTIME;
use crate::docs::{Text, code};
use crate::names::{Unique, plain};
use crate::render;
use crate::rust_type::Context;
use crate::scope::Scope;

/// A credential that the constructor takes.
pub(crate) struct Credential<'a> {
    /// The component's name.
    pub(crate) scheme: &'a str,
    /// The argument's.
    pub(crate) argument: Ident,
    /// The runtime's type for it.
    pub(crate) type_name: &'static str,
    /// Whether it may also be a source that fetches it.
    pub(crate) may_be_fetched: bool,
}

/// The module with `Client`.
pub(super) fn client_module(context: &Context<'_>) -> String {
    let scope = Scope::new(["Client".to_owned()]);
    let credentials = credentials(context);
    let title = context.api.docs.summary.as_deref().unwrap_or("the API");
    let docs = Text::new(format!("A client of {}. Cloning it is cheap; clones share their connections.", code(title)));
    let docs = docs.outer();
    let runtime = scope.take(RUNTIME, "Client");
    let (base_url, builder) = (scope.take(RUNTIME, "BaseUrl"), scope.take(RUNTIME, "ClientBuilder"));
    let error = scope.take(RUNTIME, "BuildError");
    let arguments = credentials.iter().map(|one| {
        let argument = &one.argument;
        let credential = scope.take(RUNTIME, if one.may_be_fetched { "Credential" } else { one.type_name });
        if one.may_be_fetched { quote!(#argument: impl Into<#credential>) } else { quote!(#argument: #credential) }
    });
    let given = credentials.iter().map(|Credential { scheme, argument, .. }| quote!(.credential(#scheme, #argument)));
    let new_docs = constructor_docs(&credentials).outer();
    let items = quote! {
        #docs
        #[derive(Debug, Clone)]
        pub struct Client {
            pub(crate) inner: #runtime,
        }

        impl Client {
            #new_docs
            pub fn new(base: #base_url, #(#arguments),*) -> Result<Client, #error> {
                Client::builder(base) #(#given)* .build().map(Client::from_runtime)
            }

            /// Settings and credentials one by one; [`Client::from_runtime`] takes what it builds.
            pub fn builder(base: #base_url) -> #builder {
                #runtime::builder(base)
            }

            /// A client that calls through this one.
            pub fn from_runtime(inner: #runtime) -> Client {
                Client { inner }
            }

            /// The client that this one calls through, for operations that are not generated.
            pub fn into_runtime(self) -> #runtime {
                self.inner
            }
        }
    };
    let uses = scope.expand_uses(context.features);
    render::module(context.package, "The client itself; its methods stand with their tags.", quote!(#uses #items))
}

fn constructor_docs(credentials: &[Credential<'_>]) -> Text {
    let names: Vec<String> = credentials.iter().map(|one| code(one.scheme)).collect();
    let sentence = match names.as_slice() {
        [] => "A client with the default settings.".to_owned(),
        names => format!("A client with the default settings and these credentials: {}.", names.join(", ")),
    };
    Text::new(sentence)
        .and("# Errors")
        .and("If the settings do not make a client, for example for lack of root certificates.")
}

/// The credentials of the alternative that most operations name first; others are the builder's.
pub(crate) fn credentials<'a>(context: &Context<'a>) -> Vec<Credential<'a>> {
    let mut counts: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    for alternative in context.api.operations.iter().filter_map(|operation| operation.security.first()) {
        let schemes = alternative.iter().map(|requirement| requirement.scheme).collect();
        *counts.entry(schemes).or_default() += 1;
    }
    counts.remove(&Vec::new());
    let most = counts.values().max().copied().unwrap_or(0);
    let schemes = counts.into_iter().find(|(_, count)| *count == most).map(|(schemes, _)| schemes);
    let mut arguments = Unique::with(&["base"]);
    let schemes = schemes.unwrap_or_default().into_iter().map(|scheme| &context.api.security_schemes[scheme]);
    schemes
        .filter(|scheme| scheme.kind != SecurityKind::MutualTls)
        .map(|scheme| {
            let argument =
                arguments.claim(&[scheme.name.snake.clone(), format!("{}_credential", plain(&scheme.name.snake))]);
            let type_name = if scheme.kind == SecurityKind::Basic { "Basic" } else { "Token" };
            let may_be_fetched = matches!(scheme.kind, SecurityKind::OAuth2 | SecurityKind::OpenIdConnect);
            Credential { scheme: &scheme.name.wire, argument, type_name, may_be_fetched }
        })
        .collect()
}
