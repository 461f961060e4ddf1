//! The crate of types: one module for a family of types, their schemas beside them, and the operations as data.

mod body;
mod constructor;
pub(crate) mod enumeration;
mod object;
mod recursion;
mod union;

use std::collections::BTreeMap;

use methodical_model::{Kind, OperationId, Schema, Shape, TypeDef, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::data::schema::{self, Place};
use crate::docs::Text;
use crate::features::Condition;
use crate::manifest::{self, Crate};
use crate::names::ident;
use crate::parallel::Jobs;
use crate::render::{self, Module, WIDTH, ready, type_text};
use crate::rust_type::{Context, Known};
use crate::scope::Scope;
use crate::{Files, Package};
pub(crate) use recursion::Recursion;
use recursion::held;

/// The files of the crate. Beside an API stand its receivers, if it has any.
pub(crate) fn generate(known: &Known<'_>, receivers: Option<&Known<'_>>, package: &Package) -> Files {
    let mut files = modules(known, receivers, package);
    manifest::insert(&mut files, &context(known, package), &Crate::Types);
    files
}

fn context<'a>(known: &'a Known<'a>, package: &'a Package) -> Context<'a> {
    Context::new(known, package, "crate".to_owned(), "methodical_wire")
}

/// The files that are code.
pub(crate) fn modules(known: &Known<'_>, receivers: Option<&Known<'_>>, package: &Package) -> Files {
    let api = known.api;
    let context = context(known, package);
    let recursion = Recursion::of(api);
    let families = families(&context);
    let tags = operations_by_tag(&context);
    let mut jobs = Jobs::default();
    let mut files = Files::default();
    for (module, types) in &families {
        jobs.add(format!("src/{module}.rs"), || type_module(&context, &recursion, types));
        jobs.add(format!("src/schemas/{module}.json"), || schema::file(&context, types));
    }
    for (module, operations) in &tags {
        jobs.add(format!("src/operations/{module}.rs"), || operation_module(&context, operations));
    }
    jobs.add("src/schemas.rs", || schema_module(&context, &families));
    let of_tag = |operations: &[OperationId]| {
        let tag = operations.first().map(|id| context.api.operation(*id).tag);
        tag.map_or_else(TokenStream::new, |tag| context.features.expand(&context.features.of_tag(tag)))
    };
    let operations = tags.iter().map(|(module, operations)| (ident(module), of_tag(operations))).collect();
    files.insert("src/operations.rs", index(package, "All operations, as data: what the runtimes read.", operations));
    if let Some(known) = receivers {
        let received = self::context(known, package);
        let tags = operations_by_tag(&received);
        for (module, operations) in &tags {
            files.insert(format!("src/webhooks/{module}.rs"), operation_module(&received, operations));
        }
        let condition = context.features.expand(&context.features.of_webhooks());
        let modules = tags.keys().map(|module| (ident(module), condition.clone())).collect();
        let docs = "All requests that the server sends, as data: what the runtimes read.";
        files.insert("src/webhooks.rs", index(package, docs, modules));
    }
    let mut modules = root(&context, &families);
    if receivers.is_some() {
        modules.insert(1, Module::Named { name: "webhooks".to_owned() });
    }
    files.insert("src/lib.rs", render::crate_root(package, context.wire, &modules));
    jobs.run(&mut files);
    files
}

type Families<'a> = BTreeMap<String, Vec<(TypeId, &'a TypeDef)>>;

fn families<'a>(context: &Context<'a>) -> Families<'a> {
    let mut families = Families::new();
    let modules = context.names.type_modules();
    let selected = |id: TypeId| context.known.selection.has_type(id);
    for ((id, def), module) in context.api.types_with_ids().zip(modules).filter(|((id, _), _)| selected(*id)) {
        families.entry(module.clone()).or_default().push((id, def));
    }
    families
}

fn operations_by_tag(context: &Context<'_>) -> BTreeMap<String, Vec<OperationId>> {
    let mut tags: BTreeMap<String, Vec<OperationId>> = BTreeMap::new();
    let selected = |id: OperationId| context.known.selection.has_operation(id);
    for (id, operation) in context.api.operations_with_ids().filter(|(id, _)| selected(*id)) {
        tags.entry(context.names.tag_module(operation.tag).to_string()).or_default().push(id);
    }
    tags
}

fn root(context: &Context<'_>, families: &Families<'_>) -> Vec<Module> {
    let operations = Module::Named { name: "operations".to_owned() };
    let schemas = Module::Named { name: "schemas".to_owned() };
    let flat = families
        .iter()
        .map(|(module, types)| Module::Flat { name: module.clone(), condition: when_any(context, types) });
    [operations, schemas].into_iter().chain(flat).collect()
}

/// When any of these types is there.
fn when_any(context: &Context<'_>, types: &[(TypeId, &TypeDef)]) -> TokenStream {
    context.features.expand(&context.features.of_any(types.iter().map(|(id, _)| *id)))
}

/// When each of the types of a module is there, given that the module is.
fn conditions(context: &Context<'_>, types: &[(TypeId, &TypeDef)]) -> Vec<Condition> {
    let module = context.features.of_any(types.iter().map(|(id, _)| *id));
    let of_type = |id: &TypeId| context.features.of_type(*id).clone().filter(|own| Some(own) != module.as_ref());
    types.iter().map(|(id, _)| of_type(id)).collect()
}

fn index(package: &Package, docs: &str, modules: Vec<(Ident, TokenStream)>) -> String {
    let (modules, conditions): (Vec<_>, Vec<_>) = modules.into_iter().unzip();
    let items = quote!(#(#conditions mod #modules;)* #(#conditions pub use self::#modules::*;)*);
    render::module(package, docs, items)
}

fn type_module(context: &Context<'_>, recursion: &Recursion, types: &[(TypeId, &TypeDef)]) -> String {
    let scope = Scope::new(types.iter().map(|(_, def)| def.name.pascal.clone()));
    let expander = Expander { context, recursion, scope: &scope };
    let items: Vec<TokenStream> = types
        .iter()
        .zip(conditions(context, types))
        .map(|((id, def), condition)| {
            let attribute = context.features.expand(&condition);
            scope.begin(condition);
            render::conditional(&attribute, expander.expand_type_def(*id, def))
        })
        .collect();
    let uses = scope.expand_uses(context.features);
    let docs = match types.iter().min_by_key(|(_, def)| def.name.pascal.len()) {
        Some((_, def)) if types.len() > 1 => format!("[`{}`] and what belongs to it.", def.name.pascal),
        Some((_, def)) => format!("[`{}`].", def.name.pascal),
        None => String::new(),
    };
    render::module(context.package, &docs, quote!(#uses #(#items)*))
}

/// The statics of all schemas, whose texts stand in files of their own, one for each family.
fn schema_module(context: &Context<'_>, families: &Families<'_>) -> String {
    let mut groups: BTreeMap<Condition, String> = BTreeMap::new();
    for (module, types) in families {
        let condition = context.features.of_any(types.iter().map(|(id, _)| *id));
        let group = groups.entry(condition).or_default();
        let definitions = types.iter().zip(conditions(context, types)).map(|((id, def), condition)| {
            let attribute = condition.is_some().then(|| render::attribute(&context.features.expand(&condition)));
            let definition = schema::definition(context, *id, def);
            match attribute {
                None => definition,
                Some(attribute) if attribute.len() + definition.len() + 5 <= WIDTH => {
                    format!("{attribute} {definition}")
                }
                Some(attribute) => format!("{}\n    {definition}", attribute.replace('\n', "\n    ")),
            }
        });
        let definitions: Vec<String> = definitions.collect();
        group.push_str(&match definitions.as_slice() {
            [one] if module.len() + one.len() < 90 => format!("    \"schemas/{module}.json\": {one}\n"),
            several => format!("    \"schemas/{module}.json\":\n    {}\n", several.join("\n    ")),
        });
    }
    let items = groups.iter().map(|(condition, definitions)| {
        let condition = context.features.expand(condition);
        let item = ready(&format!("schemas! {{\n{definitions}}}\n"));
        quote!(#condition #item)
    });
    let import = families.first_key_value().map(|_| {
        let wire = ident(context.wire);
        quote!(use #wire::schemas;)
    });
    render::module(
        context.package,
        "The schemas of all types, as data: what the validator reads.",
        quote!(#import #(#items)*),
    )
}

fn operation_module(context: &Context<'_>, operations: &[OperationId]) -> String {
    let local = operations.iter().flat_map(|id| {
        let names = context.names.operation(*id);
        std::iter::once(&names.constant).chain(names.bodies.beside()).map(ToString::to_string)
    });
    let scope = Scope::new(local);
    let place = Place { context, scope: &scope, statics: "crate::schemas" };
    let operation_type = type_text(&scope.take(context.wire, "Operation"));
    let items: Vec<TokenStream> = operations
        .iter()
        .map(|id| {
            let operation = context.api.operation(*id);
            let docs = Text::new(format!("`{} {}`", operation.method.as_str(), operation.path.text)).comment("");
            let name = &context.names.operation(*id).constant;
            let begun = format!("pub static {name}: {operation_type} = ");
            let value = render::data_text(place.expand_operation(operation), 0, begun.len());
            let item = ready(&format!("{docs}{begun}{value};\n"));
            let bodies = place.expand_bodies(operation, context.names.operation(*id));
            quote!(#item #bodies)
        })
        .collect();
    let uses = scope.expand_uses(context.features);
    render::module(context.package, "Operations.", quote!(#uses #(#items)*))
}

/// What the emitters of types share.
struct Expander<'a> {
    context: &'a Context<'a>,
    recursion: &'a Recursion,
    scope: &'a Scope,
}

impl Expander<'_> {
    fn expand_type_def(&self, id: TypeId, def: &TypeDef) -> TokenStream {
        match &def.shape {
            Shape::Object(object) => self.expand_object(id, def, object),
            Shape::Enumeration(variants) => self.expand_enumeration(def, variants),
            Shape::Union(union) => self.expand_union(id, def, union),
            Shape::Alias(schema) => self.expand_alias(id, def, schema),
        }
    }

    /// The type of a member or variant of `owner`, boxed where `owner` would contain itself.
    fn expand_member(&self, owner: TypeId, schema: &Schema) -> TokenStream {
        if !held(schema).into_iter().any(|target| self.recursion.needs_box(owner, target)) {
            return self.context.expand_type(self.scope, schema);
        }
        let held = self.context.expand_type(self.scope, &Schema { nullable: false, ..schema.clone() });
        if schema.nullable { quote!(Option<Box<#held>>) } else { quote!(Box<#held>) }
    }

    /// A name for another type; a type of its own where the name stands in its own definition.
    fn expand_alias(&self, id: TypeId, def: &TypeDef, schema: &Schema) -> TokenStream {
        let name = ident(&def.name.pascal);
        let docs = self.type_docs(def).outer();
        if !self.recursion.is_recursive_alias(id) {
            let target = self.context.expand_type(self.scope, schema);
            return quote!(#docs pub type #name = #target;);
        }
        let target = match schema.kind {
            Kind::Named(_) | Kind::Tuple { .. } => self.expand_member(id, schema),
            Kind::Any
            | Kind::Nothing
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Array { .. }
            | Kind::Map { .. } => self.context.expand_type(self.scope, schema),
        };
        let (serialize, deserialize) = self.serde();
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq, #serialize, #deserialize)]
            #[serde(transparent)]
            pub struct #name(pub #target);
        }
    }

    fn type_docs(&self, def: &TypeDef) -> Text {
        let mut text = Text::of(&def.docs, &origin(&def.name.wire));
        if let Some(counterpart) = def.counterpart {
            let name = &self.context.api.type_def(counterpart).name.pascal;
            let link = if self.scope.defines(name, "crate") {
                format!("[`{name}`]")
            } else {
                format!("[`{name}`](crate::{name})")
            };
            text.push(&format!(
                "What a client may send of a {link}: the members that only the server sets are not here."
            ));
        }
        if def.deprecated {
            text.push("Deprecated.");
        }
        text
    }

    fn serde(&self) -> (TokenStream, TokenStream) {
        (self.scope.take("serde", "Serialize"), self.scope.take("serde", "Deserialize"))
    }
}

/// What an author who wrote no description would at least recognise: an inline schema has its place for a name.
fn origin(wire_name: &str) -> String {
    let kind = if wire_name.starts_with('/') { "schema at" } else { "component" };
    format!("The {kind} {}.", crate::docs::code(wire_name))
}
