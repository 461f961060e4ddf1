//! The server crate: a trait of handlers for each tag, the operations that call them, and the service of all.

mod credentials;
mod exchange;
mod handler;
mod outcome;
mod problem;
mod request;
mod skeleton;

pub(crate) use exchange::{exchange_module, expand_exchange_request};
pub(crate) use skeleton::skeleton_module;

use methodical_document::Value;
use methodical_model::{Api, Effect, Operation, OperationId, Outcome, TagId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::content;
use crate::docs::{Text, code};
use crate::features::Condition;
use crate::manifest::{self, Crate};
use crate::names::{OperationNames, RustName};
use crate::parallel::Jobs;
use crate::render::{self, Module, ready, type_text};
use crate::rust_type::{Context, Known};
use crate::scope::Scope;
use crate::{Files, Package, description};

/// The crate that the generated server stands on.
pub(crate) const RUNTIME: &str = "methodical_server";

/// The files of the crate.
pub(crate) fn generate(known: &Known<'_>, package: &Package, kind: &Crate, description: Option<&Value>) -> Files {
    let mut files = modules(known, package, description);
    manifest::insert(&mut files, &context(known, package), kind);
    files
}

/// What the emitters of this crate read.
fn context<'a>(known: &'a Known<'a>, package: &'a Package) -> Context<'a> {
    Context::new(known, package, package.library_name("types"), "methodical_server::wire")
}

/// The files that are code.
pub(crate) fn modules(known: &Known<'_>, package: &Package, description: Option<&Value>) -> Files {
    let context = context(known, package);
    let mut tags = context.operations_by_tag();
    // The trait of a tag is there whichever of its operations are wanted.
    for (_, operations) in &mut tags {
        operations.retain(|id| known.selection.has_operation(*id));
    }
    let mut jobs = Jobs::default();
    let mut files = Files::default();
    if let Some(description) = description {
        // The longest of them first, so that no core waits for another at the end.
        jobs.add("openapi.json", || description::text(known.api, package, description));
    }
    let mut modules = vec![Module::Flat { name: "service".to_owned(), condition: TokenStream::new() }];
    for (tag, operations) in &tags {
        let module = context.names.tag_module(*tag);
        jobs.add(format!("src/{module}.rs"), || tag_module(&context, *tag, operations));
        let condition = context.features.expand(&context.features.of_tag(*tag));
        modules.push(Module::Flat { name: module.to_string(), condition });
    }
    files.insert("src/service.rs", service_module(&context, &tags));
    if let Some(text) = credentials::credentials_module(&context) {
        files.insert("src/credentials.rs", text);
        modules.push(Module::Flat { name: "credentials".to_owned(), condition: TokenStream::new() });
    }
    if description.is_some() {
        files.insert("src/description.rs", description_module(package));
        modules.push(Module::Flat { name: "description".to_owned(), condition: TokenStream::new() });
    }
    let types = Module::Use { path: context.types.clone(), name: "types", docs: "The types of bodies and parameters." };
    let runtime = Module::Use { path: RUNTIME.to_owned(), name: "runtime", docs: "What handlers receive and answer." };
    modules.extend([runtime, types]);
    files.insert("src/lib.rs", render::crate_root(package, context.wire, &modules));
    jobs.run(&mut files);
    files
}

/// The constant that holds the description.
fn description_module(package: &Package) -> String {
    let items = quote! {
        /// The description that this crate was generated from: one OpenAPI document, as JSON.
        ///
        /// Beside what its author wrote, the member `x-promises` of each operation lists what it promises, and that of the root
        /// what every operation promises.
        pub const DESCRIPTION: &str = include_str!("../openapi.json");
    };
    render::module(package, "The description of the API.", items)
}

/// The function that puts the service together.
fn service_module(context: &Context<'_>, tags: &[(TagId, Vec<OperationId>)]) -> String {
    let traits: Vec<RustName> = tags.iter().map(|(tag, _)| context.names.handlers(*tag).clone()).collect();
    // What is there on a condition is brought in by hand, under these names.
    let conditions: Vec<Condition> = tags.iter().map(|(tag, _)| context.features.of_tag(*tag)).collect();
    let by_hand = traits.iter().zip(&conditions).filter(|(_, condition)| condition.is_some());
    let scope = Scope::new(by_hand.map(|(name, _)| name.to_string()).chain(["A".to_owned()]));
    let service = scope.take(RUNTIME, "Service");
    let (base, realm) = (base_path(context.api), &context.package.prefix);
    let new = quote!(#service::new(api, store).base_path(#base).realm(#realm));
    let modules: Vec<&RustName> = tags.iter().map(|(tag, _)| context.names.tag_module(*tag)).collect();
    let is_conditional = conditions.iter().any(Option::is_some);
    let body = match modules.split_last() {
        None => new,
        Some((last, others)) if !is_conditional => quote! {
            let service = #new;
            #(let service = crate::#others::register(service);)*
            crate::#last::register(service)
        },
        Some(_) => {
            let conditions = conditions.iter().map(|condition| context.features.expand(condition));
            quote! {
                let service = #new;
                #(#conditions let service = crate::#modules::register(service);)*
                service
            }
        }
    };
    // A bound cannot have a condition, but what it names can: without its feature it asks for nothing more.
    let substitutes = tags.iter().zip(&traits).zip(&conditions).filter(|(_, condition)| condition.is_some()).map(
        |(((tag, _), name), condition)| {
            let (there, module) = (context.features.expand(condition), context.names.tag_module(*tag));
            let absent = context.features.expand_absent(condition);
            quote! {
                #there
                use crate::#module::#name;
                #absent
                use methodical_server::Api as #name;
            }
        },
    );
    let substitutes: TokenStream = substitutes.collect();
    let bounds: Vec<TokenStream> = traits
        .iter()
        .map(|name| if is_conditional { quote!(#name) } else { scope.take("crate", &name.to_string()) })
        .collect();
    let bounds = if bounds.is_empty() { vec![scope.take(RUNTIME, "Api")] } else { bounds };
    let uses = scope.expand_uses(context.features);
    let items = quote! {
        #uses
        #substitutes

        /// The service of all operations: an implementation of every handler, over a store.
        ///
        /// It stands under the path of the description's first server.
        pub fn service<A>(api: A, store: A::Store) -> #service<A>
        where
            A: #(#bounds)+*,
        {
            #body
        }
    };
    render::module(context.package, "All operations together.", items)
}

/// The path of the first server's URL, without a slash at its end.
pub(crate) fn base_path(api: &Api) -> &str {
    let url = api.servers.first().map_or("", |server| server.url.as_str());
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_scheme.find('/').map_or("", |slash| &after_scheme[slash..]);
    let end = path.find(['?', '#']).unwrap_or(path.len());
    path[..end].trim_end_matches('/')
}

fn tag_module(context: &Context<'_>, tag: TagId, operations: &[OperationId]) -> String {
    let handlers = context.names.handlers(tag);
    let local = operations.iter().flat_map(|id| {
        let names = context.names.operation(*id);
        let operation = context.api.operation(*id);
        let is_own = (0..operation.responses.len()).any(|index| content::is_own_error(operation, index));
        let names = [&names.marker, &names.request, &names.outcome]
            .into_iter()
            .chain(&names.bodies.accept)
            .chain(is_own.then_some(&names.problem));
        names.map(ToString::to_string)
    });
    let scope = Scope::new(local.chain([handlers.to_string(), "A".to_owned()]));
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
    let tag = context.api.tag(tag);
    let api = type_text(&scope.take(RUNTIME, "Api"));
    let service = scope.take(RUNTIME, "Service");
    let docs = Text::new(format!("The handlers of the operations of {}.", code(&tag.name.wire))).comment("");
    let methods: Vec<String> = expanders.iter().map(Expander::handler).collect();
    let handlers_trait = ready(&format!("{docs}pub trait {handlers}: {api} {{\n{}}}\n", methods.join("\n")));
    let items = expanders.iter().map(Expander::expand_items);
    let registered = expanders.iter().map(Expander::expand_registration);
    let items: TokenStream = quote! {
        #handlers_trait

        #(#items)*

        /// Adds the operations to a service.
        pub(crate) fn register<A: #handlers>(service: #service<A>) -> #service<A> {
            service #(#registered)*
        }
    };
    let uses = scope.expand_uses(context.features);
    let docs = Text::of(&tag.docs, &format!("The operations of {}.", code(&tag.name.wire)));
    render::module(context.package, &docs.text(), quote!(#uses #items))
}

/// What the emitters of one operation share.
struct Expander<'a> {
    context: &'a Context<'a>,
    scope: &'a Scope,
    operation: &'a Operation,
    names: &'a OperationNames,
    handlers: &'a RustName,
}

/// What a handler receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// A view.
    Read,
    /// A unit of work.
    Write,
}

impl Expander<'_> {
    /// A name of the runtime.
    fn runtime(&self, name: &str) -> TokenStream {
        self.scope.take(RUNTIME, name)
    }

    /// Safe operations read; what is declared to have an effect receives a unit of work, whatever its method.
    fn access(&self) -> Access {
        match self.operation.effect {
            Effect::Safe => Access::Read,
            Effect::Idempotent | Effect::Unsafe => Access::Write,
        }
    }

    /// Whether the answer is one of the runtime's; otherwise it is an enum of the declared successes.
    fn has_own_outcome(&self) -> bool {
        match (self.operation.outcome, self.access()) {
            (Outcome::Find | Outcome::Fetch, Access::Read) => false,
            (
                Outcome::Upsert
                | Outcome::Update
                | Outcome::Delete
                | Outcome::Discard
                | Outcome::Create
                | Outcome::Accept,
                Access::Write,
            ) => false,
            (Outcome::Other, Access::Read | Access::Write)
            | (Outcome::Find | Outcome::Fetch, Access::Write)
            | (
                Outcome::Upsert
                | Outcome::Update
                | Outcome::Delete
                | Outcome::Discard
                | Outcome::Create
                | Outcome::Accept,
                Access::Read,
            ) => true,
        }
    }

    /// Everything of an operation beside its handler.
    fn expand_items(&self) -> TokenStream {
        let request = self.expand_request();
        let outcome = self.has_own_outcome().then(|| self.expand_own_outcome());
        let problem = self.expand_own_problem();
        let operation = self.expand_operation_impl();
        let call = self.expand_call();
        quote!(#request #outcome #problem #operation #call)
    }

    fn expand_registration(&self) -> TokenStream {
        let marker = &self.names.marker;
        match self.access() {
            Access::Read => quote!(.read::<#marker>()),
            Access::Write => quote!(.write::<#marker>()),
        }
    }
}
