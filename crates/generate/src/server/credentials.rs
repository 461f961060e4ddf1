//! The credentials of a request by the names of the description's security schemes: where there are several, a method for
//! each says more than a name in quotes.

use methodical_model::{SecurityKind, SecurityScheme};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::RUNTIME;
use crate::docs::{Text, code};
use crate::names::{Unique, plain};
use crate::render;
use crate::rust_type::Context;
use crate::scope::Scope;

/// What the runtime's type has for methods.
const TAKEN: &[&str] = &["basic", "clone", "first", "fmt", "get", "schemes", "scopes"];

/// The module; `None` where there is nothing to tell apart.
pub(super) fn credentials_module(context: &Context<'_>) -> Option<String> {
    let mut schemes = context.schemes();
    schemes.retain(|scheme| scheme.kind != SecurityKind::MutualTls);
    if schemes.len() < 2 {
        return None;
    }
    let scope = Scope::new(["Schemes".to_owned()]);
    let mut names = Unique::with(TAKEN);
    let named: Vec<(Ident, &SecurityScheme)> = schemes
        .into_iter()
        .map(|scheme| {
            let name = &scheme.name.snake;
            (names.claim(&[name.clone(), format!("{}_credential", plain(name))]), scheme)
        })
        .collect();
    let signatures = named.iter().map(|(name, scheme)| {
        let (docs, value) = (docs(scheme).outer(), value(scheme));
        quote!(#docs fn #name(&self) -> Option<#value>;)
    });
    let methods = named.iter().map(|(name, scheme)| {
        let (wire, value) = (&scheme.name.wire, value(scheme));
        let get = if scheme.kind == SecurityKind::Basic { quote!(basic) } else { quote!(get) };
        quote!(fn #name(&self) -> Option<#value> { self.#get(#wire) })
    });
    let credentials = scope.take(RUNTIME, "Credentials");
    let items = quote! {
        /// What a request carries, for `authenticate`: of the alternative that it satisfies, the value for each scheme.
        pub trait Schemes { #(#signatures)* }

        impl Schemes for #credentials { #(#methods)* }
    };
    let uses = scope.expand_uses(context.features);
    Some(render::module(context.package, "Credentials, by the description's security schemes.", quote!(#uses #items)))
}

fn value(scheme: &SecurityScheme) -> TokenStream {
    if scheme.kind == SecurityKind::Basic { quote!((&str, &str)) } else { quote!(&str) }
}

fn docs(scheme: &SecurityScheme) -> Text {
    let name = code(&scheme.name.wire);
    let what = match &scheme.kind {
        SecurityKind::Basic => format!("User name and password for {name}."),
        SecurityKind::Http { scheme } => {
            format!("The token for {name}: what follows {} in `Authorization`.", code(scheme))
        }
        SecurityKind::ApiKey { name: parameter, .. } => format!("The key for {name}, sent as {}.", code(parameter)),
        SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => {
            format!("The access token for {name}; `scopes` says which scopes the operation wants of it.")
        }
        SecurityKind::MutualTls => format!("The certificate for {name}."),
    };
    Text::of(&scheme.docs, &what).and_if_empty(&what)
}
