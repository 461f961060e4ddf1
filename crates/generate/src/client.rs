//! The client crate: a module for a tag, in which an operation is a method, its data and the types of its answers.

mod credentials;
mod example;
mod exchange;
mod first_call;
mod links;
mod method;
mod outcome;
mod problem;
mod receiver;
mod servers;
mod tokens;
mod usage;

pub(crate) use credentials::credentials;
pub(crate) use example::{Setting, example_features, program, server};
pub(crate) use exchange::expand_exchange_call;
pub(crate) use first_call::{FirstCall, first_call};
pub(crate) use links::has_links;

use methodical_model::{Operation, OperationId, TagId};
use proc_macro2::TokenStream;
use quote::quote;

use crate::data::operation::is_argument;
use crate::docs::Text;
use crate::manifest::{self, Crate};
use crate::names::OperationNames;
use crate::parallel::Jobs;
use crate::render::{self, Module, ready, type_text};
use crate::rust_type::{Context, Known};
use crate::scope::Scope;
use crate::{Files, Package};

/// The crate that the generated client stands on.
pub(crate) const RUNTIME: &str = "methodical_client";

/// The files of the crate.
pub(crate) fn generate(known: &Known<'_>, package: &Package, kind: &Crate) -> Files {
    let (mut files, context) = (modules(known, package), context(known, package));
    manifest::insert(&mut files, &context, kind);
    if matches!(kind, Crate::Client) {
        let path = format!("examples/{}.rs", package.example_name());
        files.insert(path, example::example(&context, package));
    }
    files
}

/// The files that are code.
pub(crate) fn modules(known: &Known<'_>, package: &Package) -> Files {
    let context = context(known, package);
    let mut jobs = Jobs::default();
    let mut files = Files::default();
    let mut modules = vec![Module::Flat { name: "client".to_owned(), condition: TokenStream::new() }];
    files.insert("src/client.rs", credentials::client_module(&context));
    if let Some(text) = links::links_module(&context) {
        files.insert("src/links.rs", text);
        let condition = context.features.expand(&links::condition(&context));
        modules.push(Module::Flat { name: "links".to_owned(), condition });
    }
    if let Some(text) = links::prelude_module(&context) {
        files.insert("src/prelude.rs", text);
        modules.push(Module::Named { name: "prelude".to_owned() });
    }
    if let Some(text) = servers::servers_module(&context) {
        files.insert("src/servers.rs", text);
        modules.push(Module::Named { name: "servers".to_owned() });
    }
    if let Some(text) = tokens::tokens_module(&context) {
        files.insert("src/tokens.rs", text);
        modules.push(Module::Named { name: "tokens".to_owned() });
    }
    for (tag, mut operations) in context.operations_by_tag() {
        operations.retain(|id| known.selection.has_operation(*id));
        let module = context.names.tag_module(tag);
        let context = &context;
        jobs.add(format!("src/{module}.rs"), move || tag_module(context, tag, &operations));
        let condition = context.features.expand(&context.features.of_tag(tag));
        modules.push(Module::Flat { name: module.to_string(), condition });
    }
    let types = Module::Use { path: context.types.clone(), name: "types", docs: "The types of bodies and parameters." };
    let runtime =
        Module::Use { path: RUNTIME.to_owned(), name: "runtime", docs: "What calls, outcomes and errors are." };
    modules.extend([runtime, types]);
    files.insert("src/lib.rs", render::crate_root(package, context.wire, &modules));
    jobs.run(&mut files);
    files
}

/// Whether the call of an operation has `pages` and `items`.
pub(crate) fn is_paginated(context: &Context<'_>, id: OperationId) -> bool {
    let (operation, names) = (context.api.operation(id), context.names.operation(id));
    Expander { context, scope: &Scope::default(), operation, names }.paginated_item().is_some()
}

/// What the emitters of this crate read.
pub(crate) fn context<'a>(known: &'a Known<'a>, package: &'a Package) -> Context<'a> {
    Context::new(known, package, package.library_name("types"), "methodical_client::wire")
}

fn tag_module(context: &Context<'_>, tag: TagId, operations: &[OperationId]) -> String {
    let local = operations.iter().flat_map(|id| {
        let names = context.names.operation(*id);
        [&names.marker, &names.query, &names.problem, &names.outcome].map(ToString::to_string)
    });
    let scope = Scope::new(local);
    let expanders: Vec<Expander<'_>> = operations
        .iter()
        .map(|id| Expander {
            context,
            scope: &scope,
            operation: context.api.operation(*id),
            names: context.names.operation(*id),
        })
        .collect();
    let client = scope.take("crate", "Client");
    let methods: Vec<String> = expanders.iter().map(Expander::method).collect();
    let methods = ready(&format!("impl {} {{\n{}}}\n", type_text(&client), methods.join("\n")));
    let items = expanders.iter().map(Expander::expand_items);
    let items: TokenStream = quote!(#methods #(#items)*);
    let uses = scope.expand_uses(context.features);
    let tag = context.api.tag(tag);
    let docs = Text::of(&tag.docs, &format!("The operations of {}.", crate::docs::code(&tag.name.wire)));
    render::module(context.package, &docs.text(), quote!(#uses #items))
}

/// What the emitters of one operation share.
struct Expander<'a> {
    context: &'a Context<'a>,
    scope: &'a Scope,
    operation: &'a Operation,
    names: &'a OperationNames,
}

impl Expander<'_> {
    /// A name of the runtime.
    fn runtime(&self, name: &str) -> TokenStream {
        self.scope.take(RUNTIME, name)
    }

    /// Everything of an operation beside its method.
    fn expand_items(&self) -> TokenStream {
        let query = self.expand_query();
        let operation = self.expand_operation_impl();
        let outcome = self.expand_own_outcome();
        let problem = self.expand_problem();
        quote!(#query #operation #outcome #problem)
    }

    fn expand_operation_impl(&self) -> TokenStream {
        let marker = &self.names.marker;
        let constant = &self.names.constant;
        let operation = type_text(&self.runtime("operation"));
        let operations = type_text(&self.scope.take(&self.context.types, self.context.operations));
        let effect = type_text(&self.expand_effect());
        let outcome = type_text(&self.expand_outcome());
        let problem = type_text(&self.expand_problem_type());
        let further = self.further().map(|further| format!("; {further}")).unwrap_or_default();
        let definition = format!(
            "pub enum {marker} of {} = {operations}::{constant}: {effect} => {outcome}, {problem}{further}",
            self.names.method
        );
        let line = format!("{operation}! {{ {definition} }}\n");
        let is_short = line.len() <= render::WIDTH;
        let item = ready(&if is_short { line } else { format!("{operation}! {{\n    {definition}\n}}\n") });
        let monitored = self.expand_monitored();
        let delivered = self.expand_delivered();
        quote!(#item #monitored #delivered)
    }

    fn arguments(&self) -> Arguments<'_> {
        arguments(self.operation)
    }
}

/// What the method of an operation takes beside the body.
pub(crate) fn arguments(operation: &Operation) -> Arguments<'_> {
    let mut required = Vec::new();
    let mut grouped = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| is_argument(parameter)) {
        if parameter.required { required.push(parameter) } else { grouped.push(parameter) }
    }
    let has_body = usize::from(operation.body.as_ref().is_some_and(|body| !body.contents.is_empty()));
    let others = 1 + has_body + usize::from(!grouped.is_empty());
    if required.len() + others > MOST_ARGUMENTS {
        required.append(&mut grouped);
        return Arguments { required: Vec::new(), grouped: required };
    }
    Arguments { required, grouped }
}

/// How many arguments a method may have, itself included, before all of them become one struct.
const MOST_ARGUMENTS: usize = 7;

/// The parameters of a method: arguments of their own, and members of one struct.
pub(crate) struct Arguments<'a> {
    pub(crate) required: Vec<&'a methodical_model::Parameter>,
    grouped: Vec<&'a methodical_model::Parameter>,
}
