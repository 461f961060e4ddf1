//! A program in which a generated client calls the generated server of the same description: each operation with values that
//! the program is given, and each declared answer. It shows that what one says the other hears, and is no part of what users
//! are given.

use std::collections::BTreeSet;

use methodical_model::{Api, OperationId, SecurityKind, TagId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::rust_type::{Context, Known};
use crate::scope::Scope;
use crate::{Files, Package, client, render, server};

/// The crate that has what all such programs have in common.
pub(crate) const HARNESS: &str = "methodical_exchange";

/// The program, and what can be tried with it.
pub struct Exchange {
    /// Its sources, `src/main.rs` and what that needs.
    pub files: Files,
    /// The features that it needs of the generated crates; `None` where they have none.
    pub features: Option<BTreeSet<String>>,
    /// The operations that it calls.
    pub operations: Vec<Played>,
}

/// An operation of the program.
#[derive(Debug, Clone)]
pub struct Played {
    /// Which.
    pub operation: OperationId,
    /// The responses that its handler can answer.
    pub responses: Vec<PlayedResponse>,
    /// By parameter, in the order of the model, the field of the request struct; none where it is no argument.
    pub arguments: Vec<Option<String>>,
}

/// A response that a handler can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayedResponse {
    /// Its position among the operation's.
    pub response: usize,
    /// The status that it is answered with.
    pub status: u16,
    /// Whether it is a problem; else its body and header fields are as declared.
    pub is_refusal: bool,
}

/// The program that calls the chosen operations. Of the others of their tags it has handlers, which are never called. Beside it a module `other` with a function `other`
/// gives another client, if it is said that there is one.
pub fn exchange(api: &Api, package: &Package, has_other: bool, is_chosen: impl Fn(OperationId) -> bool) -> Exchange {
    let types = package.library_name("types");
    let wire = "methodical_server::wire";
    let known = Known::of(api);
    let client_context = Context::new(&known, package, types.clone(), wire);
    let server_context = Context::new(&known, package, types, wire);
    let mut chosen = server_context.operations_by_tag();
    chosen.retain(|(_, ids)| ids.iter().any(|id| is_chosen(*id)));
    let mut files = Files::default();
    let mut operations = Vec::new();
    files.insert("src/handlers.rs", server::exchange_module(&server_context, &chosen, is_chosen, &mut operations));
    let played: BTreeSet<OperationId> = operations
        .iter()
        .filter(|played: &&Played| !played.responses.is_empty())
        .map(|played| played.operation)
        .collect();
    files.insert("src/calls.rs", calls_module(&client_context, &server_context, &chosen, &played));
    files.insert("src/main.rs", program(&client_context, has_other));
    let tags: Vec<TagId> = chosen.iter().map(|(tag, _)| *tag).collect();
    let features = tags.iter().map(|tag| server_context.features.of_tag(*tag)).collect::<Option<Vec<_>>>();
    let features = features.map(|sets| sets.into_iter().flatten().collect::<BTreeSet<usize>>());
    let features = features.map(|set| server_context.features.names_of(&set)).filter(|names| !names.is_empty());
    Exchange { files, features, operations }
}

fn calls_module(
    client_context: &Context<'_>,
    server_context: &Context<'_>,
    chosen: &[(TagId, Vec<OperationId>)],
    played: &BTreeSet<OperationId>,
) -> String {
    let scope = Scope::default();
    let [client, turn, step, call] = [
        (client_context.package.library_name("client"), "Client"),
        (HARNESS.to_owned(), "Turn"),
        (HARNESS.to_owned(), "Step"),
        (HARNESS.to_owned(), "Call"),
    ]
    .map(|(path, name)| scope.take(&path, name));
    let mut functions = TokenStream::new();
    let mut requests = TokenStream::new();
    let mut entries = TokenStream::new();
    for (tag, operations) in chosen {
        for id in operations.iter().filter(|id| played.contains(id)) {
            let names = client_context.names.operation(*id);
            let (method, constant) = (&names.method, &names.constant);
            let data = scope.take(&client_context.types, client_context.operations);
            let (name, request) = server::expand_exchange_request(server_context, &scope, *tag, *id);
            let called = client::expand_exchange_call(client_context, &scope, *id);
            functions.extend(quote! {
                async fn #method(client: &#client, turn: &#turn) -> #step<()> {
                    let request = Requests::#method(turn)?;
                    turn.expect(request.clone());
                    #called
                    Ok(())
                }
            });
            requests.extend(quote! {
                fn #method(turn: &#turn) -> #step<#name> { Ok(#request) }
            });
            entries.extend(quote! {
                (
                    &#data::#constant,
                    |client, turn| Box::pin(#method(client, turn)),
                    |turn| Requests::#method(turn).map(|request| turn.expect(request)),
                ),
            });
        }
    }
    let uses = scope.expand_uses(client_context.features);
    let items = quote! {
        #uses

        pub(crate) fn all() -> Vec<#call<#client>> {
            vec![#entries]
        }

        /// What handlers should be given.
        struct Requests;

        impl Requests { #requests }

        #functions
    };
    render::own_module("The calls, and what they have to come to.", items)
}

fn program(context: &Context<'_>, has_other: bool) -> String {
    let [client, server] = ["client", "server"].map(|kind| context.package.library_name(kind));
    let schemes = context.schemes().into_iter().filter(|scheme| scheme.kind != SecurityKind::MutualTls);
    let credentials: String =
        schemes.map(|scheme| format!("({:?}, {}), ", scheme.name.wire, scheme.kind == SecurityKind::Basic)).collect();
    format!(
        r#"//! The client against the server.

#![allow(deprecated, unreachable_patterns, unused_imports, unused_variables, clippy::all)]

mod calls;
mod handlers;
{module}
use methodical_exchange::{{Program, Stage, run}};
use methodical_server::{{Api, Credentials, MemoryStore, ReadTx, Unauthenticated}};

/// What handles all operations.
pub(crate) struct Implementation(Stage);

impl Api for Implementation {{
    type Store = MemoryStore;
    type Principal = ();

    async fn authenticate<'t>(
        &'t self,
        _: &'t ReadTx<MemoryStore>,
        credentials: &'t Credentials,
    ) -> Result<(), Unauthenticated> {{
        self.0.admit(credentials)
    }}

    fn rate_key(&self, (): &()) -> String {{
        String::new()
    }}

    fn anonymous(&self) -> Option<()> {{
        Some(())
    }}
}}

fn main() {{
    run(Program {{
        base_path: {base:?},
        credentials: &[{credentials}],
        router: |stage, limits| {{
            {server}::service(Implementation(stage), MemoryStore::new()).limits(limits).into_router()
        }},
        client: {client}::Client::from_runtime,
        calls: calls::all(),
        other: {other},
    }});
}}
"#,
        base = server::base_path(context.api),
        module = if has_other { "mod other;\n" } else { "" },
        other = if has_other { "Some(other::other())" } else { "None::<methodical_exchange::Other<()>>" },
    )
}
