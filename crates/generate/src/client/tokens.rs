//! Where the tokens of OAuth 2 come from: for each scheme and flow without a person in it a function that begins a source
//! at the declared URL, and the scopes that can be asked for.

use methodical_model::{OAuthFlow, OAuthFlowKind, SecurityScheme};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::RUNTIME;
use crate::docs::{Text, code, first_line};
use crate::names::{Unique, ident, is_word, plain};
use crate::render;
use crate::rust_type::Context;
use crate::scope::Scope;

/// The module; `None` where no flow goes without a person.
pub(super) fn tokens_module(context: &Context<'_>) -> Option<String> {
    let scope = Scope::default();
    let mut names = Unique::default();
    let mut items = TokenStream::new();
    for scheme in context.schemes() {
        let flow = |kind| scheme.flows.iter().find(|flow| flow.kind == kind);
        if let Some(flow) = flow(OAuthFlowKind::ClientCredentials) {
            items.extend(expand_client_credentials(&scope, &mut names, scheme, flow));
        }
        let refreshed = [OAuthFlowKind::AuthorizationCode, OAuthFlowKind::DeviceAuthorization, OAuthFlowKind::Password];
        if let Some(flow) = refreshed.into_iter().find_map(flow) {
            items.extend(expand_refresh(&scope, &mut names, scheme, flow));
        }
    }
    if items.is_empty() {
        return None;
    }
    let uses = scope.expand_uses(context.features);
    let docs = "Tokens of OAuth 2, fetched when a request needs one and kept as long as they are good.";
    Some(render::module(context.package, docs, quote!(#uses #items)))
}

fn expand_client_credentials(
    scope: &Scope,
    names: &mut Unique,
    scheme: &SecurityScheme,
    flow: &OAuthFlow,
) -> Option<TokenStream> {
    let url = flow.token_url.as_ref().filter(|url| url.starts_with("https://"))?;
    let name = names.claim(&[plain(&scheme.name.snake), &format!("{}_tokens", plain(&scheme.name.snake))]);
    let scopes = expand_scopes(&name, flow);
    let docs = docs(&format!("Tokens for {} by client credentials", code(&scheme.name.wire)), url, flow, &name).outer();
    let (oauth, builder) = (scope.take(RUNTIME, "OAuth2"), scope.take(RUNTIME, "OAuth2Builder"));
    let (base_url, error) = (scope.take(RUNTIME, "BaseUrl"), scope.take(RUNTIME, "BaseUrlError"));
    let name = safe(&name);
    Some(quote! {
        #docs
        pub fn #name(client_id: impl Into<String>, client_secret: impl Into<String>) -> Result<#builder, #error> {
            Ok(#oauth::client_credentials(#base_url::https(#url)?, client_id, client_secret))
        }

        #scopes
    })
}

fn expand_refresh(scope: &Scope, names: &mut Unique, scheme: &SecurityScheme, flow: &OAuthFlow) -> Option<TokenStream> {
    let url = flow.refresh_url.as_ref().or(flow.token_url.as_ref()).filter(|url| url.starts_with("https://"))?;
    let name = names.claim(&[format!("{}_refreshed", plain(&scheme.name.snake))]);
    let scopes = expand_scopes(&name, flow);
    let docs = docs(&format!("Tokens for {} by a refresh token", code(&scheme.name.wire)), url, flow, &name);
    let docs = docs.and("A client without a secret is a public one.").outer();
    let (oauth, builder) = (scope.take(RUNTIME, "OAuth2"), scope.take(RUNTIME, "OAuth2Builder"));
    let (base_url, error) = (scope.take(RUNTIME, "BaseUrl"), scope.take(RUNTIME, "BaseUrlError"));
    Some(quote! {
        #docs
        pub fn #name(
            client_id: impl Into<String>,
            client_secret: Option<String>,
            refresh_token: impl Into<String>,
        ) -> Result<#builder, #error> {
            Ok(#oauth::refresh_token(#base_url::https(#url)?, client_id, client_secret, refresh_token))
        }

        #scopes
    })
}

/// A function may be called like a keyword.
fn safe(name: &Ident) -> Ident {
    let name = name.to_string();
    if is_word(&name) { ident(&name) } else { format_ident!("{name}_tokens") }
}

fn docs(title: &str, url: &str, flow: &OAuthFlow, name: &Ident) -> Text {
    let mut text = Text::new(format!("{title}, from {}.", code(url)));
    for (scope, about) in &flow.scopes {
        let about = first_line(about);
        let about = if about.is_empty() { String::new() } else { format!(": {about}") };
        text.push(&format!("Scope {}{about}", code(scope)));
    }
    if !flow.scopes.is_empty() {
        text.push(&format!("Without `.scopes(..)` the token server decides; [`{}`] is all of them.", constant(name)));
    }
    text.and("# Errors").and("If the URL is none that tokens may be fetched from.")
}

fn expand_scopes(name: &Ident, flow: &OAuthFlow) -> Option<TokenStream> {
    if flow.scopes.is_empty() {
        return None;
    }
    let constant = constant(name);
    let scopes = flow.scopes.iter().map(|(scope, _)| scope);
    let docs = Text::new(format!("All scopes of [`{}`].", safe(name))).outer();
    Some(quote! {
        #docs
        pub const #constant: &[&str] = &[#(#scopes),*];
    })
}

fn constant(name: &Ident) -> Ident {
    format_ident!("{}_SCOPES", plain(&name.to_string()).to_uppercase())
}
