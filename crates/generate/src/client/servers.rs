//! The servers of the description: a function for each, which makes the base URL of a client. Variables are its arguments,
//! and those with a closed set of values are enums with their default.

use methodical_model::{Server, ServerVariable};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::RUNTIME;
use crate::docs::{Text, code};
use crate::names::{Unique, ident};
use crate::render;
use crate::rust_type::Context;
use crate::scope::Scope;

/// The module; `None` where the description names no server that a client could be made for.
pub(super) fn servers_module(context: &Context<'_>) -> Option<String> {
    let usable: Vec<&Server> = context.api.servers.iter().filter(|server| kind(server).is_some()).collect();
    let says_nothing = usable.iter().all(|server| server.template == "/");
    if says_nothing {
        return None;
    }
    let mut types = Unique::with(&["BaseUrl", "BaseUrlError", "Default", "Ok", "Err", "Result", "Self", "String"]);
    let scope = Scope::default();
    let servers: Vec<_> = usable.iter().map(|server| Constructor::new(server, &mut types)).collect();
    let functions = servers.iter().map(|server| server.expand(&scope));
    let enums = servers.iter().flat_map(|server| &server.enums).map(|(name, variable)| expand_enum(name, variable));
    let items: TokenStream = quote!(#(#functions)* #(#enums)*);
    let uses = scope.expand_uses(context.features);
    Some(render::module(context.package, "The servers that the description names.", quote!(#uses #items)))
}

/// How a server is reached.
#[derive(Clone, Copy)]
enum Kind {
    Https,
    Loopback,
    Relative,
}

/// `None` for plain `http` to elsewhere, which no client speaks.
fn kind(server: &Server) -> Option<Kind> {
    let Some((scheme, rest)) = server.url.split_once("://") else {
        return Some(Kind::Relative);
    };
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    match scheme {
        "https" => Some(Kind::Https),
        "http" if host == "localhost" || host.starts_with("127.") => Some(Kind::Loopback),
        _ => None,
    }
}

struct Constructor<'a> {
    server: &'a Server,
    enums: Vec<(Ident, &'a ServerVariable)>,
}

impl<'a> Constructor<'a> {
    fn new(server: &'a Server, types: &mut Unique) -> Self {
        let closed = server.variables.iter().filter(|variable| !variable.values.is_empty());
        let name = |variable: &ServerVariable| {
            let own = &variable.name.pascal;
            types.claim(&[own.clone(), format!("{}{own}", server.name.pascal)])
        };
        let mut name = name;
        Self { server, enums: closed.map(|variable| (name(variable), variable)).collect() }
    }

    fn expand(&self, scope: &Scope) -> TokenStream {
        let name = ident(&self.server.name.snake);
        let (base_url, error) = (scope.take(RUNTIME, "BaseUrl"), scope.take(RUNTIME, "BaseUrlError"));
        let template = &self.server.template;
        let (mut arguments, mut values) = (Vec::new(), Vec::new());
        for variable in &self.server.variables {
            let (argument, wire) = (ident(&variable.name.snake), &variable.name.wire);
            match self.enums.iter().find(|(_, known)| std::ptr::eq(*known, variable)) {
                Some((enumeration, _)) => {
                    arguments.push(quote!(#argument: #enumeration));
                    values.push(quote!((#wire, #argument.as_str())));
                }
                None => {
                    arguments.push(quote!(#argument: &str));
                    values.push(quote!((#wire, #argument)));
                }
            }
        }
        let docs = self.docs().outer();
        let (arguments, call) = match kind(self.server) {
            Some(Kind::Relative) => {
                let mut base = Unique::default();
                for variable in &self.server.variables {
                    base.claim(&[variable.name.snake.as_str()]);
                }
                let base = base.claim(&["base", "base_url"]);
                (quote!(#base: &#base_url, #(#arguments),*), quote!(#base.relative_server))
            }
            Some(Kind::Loopback) => (quote!(#(#arguments),*), quote!(#base_url::loopback_server)),
            Some(Kind::Https) | None => (quote!(#(#arguments),*), quote!(#base_url::server)),
        };
        quote! {
            #docs
            pub fn #name(#arguments) -> Result<#base_url, #error> {
                #call(#template, &[#(#values),*])
            }
        }
    }

    fn docs(&self) -> Text {
        let server = self.server;
        let title = server.description.as_deref().unwrap_or_default();
        let mut text = Text::new(title).and_if_empty("A server of the description.");
        text.push(&format!("Its URL is {}.", code(&server.template)));
        for variable in &server.variables {
            let (name, default) = (code(&variable.name.wire), code(&variable.default));
            let about = variable.description.as_deref().map(crate::docs::first_line).unwrap_or_default();
            let about = if about.is_empty() { String::new() } else { format!(" {about}") };
            text.push(&format!("{name} is {default} unless chosen otherwise.{about}"));
        }
        text.and("# Errors").and("If what comes out is no URL that a client can be made for.")
    }
}

fn expand_enum(name: &Ident, variable: &ServerVariable) -> TokenStream {
    let variants = variable.values.iter().map(|value| {
        let (docs, name) = (Text::new(code(&value.wire)).outer(), ident(&value.pascal));
        let default = (value.wire == variable.default).then(|| quote!(#[default]));
        quote!(#docs #default #name)
    });
    let arms = variable.values.iter().map(|value| {
        let (name, wire) = (ident(&value.pascal), &value.wire);
        quote!(Self::#name => #wire)
    });
    let docs = Text::new(variable.description.clone().unwrap_or_default());
    let docs = docs.and_if_empty(&format!("The variable {} of a server's URL.", code(&variable.name.wire))).outer();
    quote! {
        #docs
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub enum #name { #(#variants,)* }

        impl #name {
            /// As it stands in the URL.
            pub fn as_str(self) -> &'static str {
                match self { #(#arms,)* }
            }
        }
    }
}
