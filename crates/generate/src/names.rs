//! The names that generated code needs beyond the model's: constants, modules, and types that accompany an operation.
//!
//! Derived from the model's names by rules, and made distinct where a description is unlucky. All three outputs take
//! them from here, so a client's `PutTag` and a server's are the same word.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use methodical_model::{Api, Operation, OperationId, TagId, TypeDef, TypeId, is_keyword};
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

use crate::content::BodyNames;

/// An identifier from a Rust name of the model, which may be raw.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// An identifier that can be shared between threads, which those of `proc_macro2` cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RustName(String);

impl fmt::Display for RustName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl ToTokens for RustName {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        ident(&self.0).to_tokens(tokens);
    }
}

/// Whether a text is a name as it stands.
pub(crate) fn is_word(text: &str) -> bool {
    // `syn` knows the keywords of older editions only.
    !is_keyword(text) && syn::parse_str::<Ident>(text).is_ok()
}

/// A Rust name as `serde` sees it: without the mark of raw identifiers.
pub(crate) fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// All derived names of an API.
#[derive(Debug)]
pub(crate) struct Names {
    operations: Vec<OperationNames>,
    handlers: Vec<RustName>,
    tag_modules: Vec<RustName>,
    links: Vec<RustName>,
    schemas: Vec<RustName>,
    type_modules: Vec<String>,
}

/// The names of what accompanies an operation.
#[derive(Debug)]
pub(crate) struct OperationNames {
    /// Its data: `PUT_TAG`.
    pub(crate) constant: RustName,
    /// Its method, of the client and of the handlers: `put_tag`.
    pub(crate) method: RustName,
    /// The client's method that waits for the end of the work that it follows: `wait_task`.
    pub(crate) wait: Option<RustName>,
    /// Its marker type: `PutTag`.
    pub(crate) marker: RustName,
    /// Its optional parameters: `PutTagQuery`.
    pub(crate) query: RustName,
    /// Its declared errors: `PutTagProblem`.
    pub(crate) problem: RustName,
    /// Its outcome, where it has one of its own: `PutTagOutcome`.
    pub(crate) outcome: RustName,
    /// What a handler is given: `PutTagRequest`.
    pub(crate) request: RustName,
    /// What its messages hold, where that needs names.
    pub(crate) bodies: BodyNames,
}

impl Names {
    /// The names of everything in `api`.
    pub(crate) fn of(api: &Api) -> Names {
        let mut types = Unique::with(RESERVED_TYPES);
        let markers: Vec<RustName> = api
            .operations
            .iter()
            .map(|operation| {
                types.name(&[operation.name.pascal.clone(), format!("{}Operation", operation.name.pascal)])
            })
            .collect();
        let mut constants = Unique::default();
        let mut methods = Unique::with(RESERVED_METHODS);
        let mut operations: Vec<OperationNames> = api
            .operations
            .iter()
            .zip(markers)
            .map(|(operation, marker)| operation_names(operation, marker, &mut types, &mut constants, &mut methods))
            .collect();
        // After all operations: what waits for one takes no name from another.
        for (operation, names) in api.operations.iter().zip(&mut operations) {
            let candidates = |wait: &str| [wait.to_owned(), format!("wait_{}", plain(&operation.name.snake))];
            names.wait = operation.monitor.as_ref().map(|monitor| methods.name(&candidates(&monitor.wait.snake)));
        }
        let handlers = api.tags.iter().map(|tag| handler_name(&tag.name.pascal, &mut types)).collect();
        let links = api.types.iter().map(|def| types.name(&[format!("{}Links", def.name.pascal)])).collect();
        // After all others, and beside the types of schemas, which stand in the same crate.
        types.0.extend(api.types.iter().map(|def| def.name.pascal.clone()));
        for (operation, names) in api.operations.iter().zip(&mut operations) {
            names.bodies = BodyNames::of(api, operation, &mut types);
        }
        let mut modules = Unique::with(RESERVED_MODULES);
        let tag_modules =
            api.tags.iter().map(|tag| modules.name(&module_candidates(&tag.name.snake, "operations"))).collect();
        let mut statics = Unique::default();
        let schemas = api.types.iter().map(|def| statics.name(&[constant(&def.name.snake)])).collect();
        let type_modules = type_modules(api);
        Names { operations, handlers, tag_modules, links, schemas, type_modules }
    }

    /// The names that accompany an operation.
    pub(crate) fn operation(&self, id: OperationId) -> &OperationNames {
        &self.operations[id.index()]
    }

    /// The trait of a tag's handlers.
    pub(crate) fn handlers(&self, tag: TagId) -> &RustName {
        &self.handlers[tag.index()]
    }

    /// The module of a tag's operations.
    pub(crate) fn tag_module(&self, tag: TagId) -> &RustName {
        &self.tag_modules[tag.index()]
    }

    /// The trait of the links of a type.
    pub(crate) fn links(&self, id: TypeId) -> &RustName {
        &self.links[id.index()]
    }

    /// The static that holds a type's schema.
    pub(crate) fn schema(&self, id: TypeId) -> &RustName {
        &self.schemas[id.index()]
    }

    /// The module in which each type stands, by position.
    pub(crate) fn type_modules(&self) -> &[String] {
        &self.type_modules
    }
}

fn operation_names(
    operation: &Operation,
    marker: RustName,
    types: &mut Unique,
    constants: &mut Unique,
    methods: &mut Unique,
) -> OperationNames {
    let snake = &operation.name.snake;
    let method = methods.name(&[snake.clone(), format!("{}_operation", plain(snake))]);
    let mut named = |suffix: &str| types.name(&[format!("{}{suffix}", operation.name.pascal)]);
    OperationNames {
        query: named("Query"),
        problem: named("Problem"),
        outcome: named("Outcome"),
        request: named("Request"),
        constant: constants.name(&[constant(&operation.name.snake)]),
        marker,
        method,
        wait: None,
        bodies: BodyNames::default(),
    }
}

fn handler_name(pascal: &str, types: &mut Unique) -> RustName {
    // `A` is who implements it.
    let plain = (pascal != "A").then(|| pascal.to_owned());
    let candidates: Vec<String> = plain.into_iter().chain([format!("{pascal}Handlers")]).collect();
    types.name(&candidates)
}

fn constant(snake: &str) -> String {
    plain(snake).to_uppercase()
}

/// Candidates for a module's name, the second for where the first means something else.
fn module_candidates(snake: &str, suffix: &str) -> [String; 2] {
    // A module is a file, and rustc finds files only by ASCII names.
    let ascii: String = plain(snake).chars().map(|c| if c.is_ascii() { c } else { 'x' }).collect();
    let plain = ascii.as_str();
    let second = format!("{}_{suffix}", plain.trim_end_matches('_'));
    let first = if is_word(plain) { plain.to_owned() } else { second.clone() };
    [first, second]
}

/// Types stand together with those whose names begin with theirs, and request halves with their response halves: a
/// module is a family such as `Tag`, `TagInput`, `TagList`, and an edit of one family leaves the other files alone.
fn type_modules(api: &Api) -> Vec<String> {
    let names: BTreeSet<&str> = api.types.iter().map(|def| def.name.pascal.as_str()).collect();
    let mut modules = Unique::with(RESERVED_MODULES);
    let families: BTreeSet<String> = api.types.iter().map(|def| family(&names, def)).collect();
    let by_name: BTreeMap<&str, &TypeDef> = api.types.iter().rev().map(|def| (def.name.pascal.as_str(), def)).collect();
    let by_family: BTreeMap<String, String> = families
        .into_iter()
        .map(|family| {
            let root = by_name.get(family.as_str());
            let snake = root.map_or_else(|| family.to_lowercase(), |def| def.name.snake.clone());
            let module = modules.name(&module_candidates(&snake, "types")).to_string();
            (family, module)
        })
        .collect();
    api.types.iter().map(|def| by_family[&family(&names, def)].clone()).collect()
}

/// The shortest name of a type with which this one's begins, at the boundary of a word.
fn family(names: &BTreeSet<&str>, def: &TypeDef) -> String {
    let name = def.name.pascal.as_str();
    let boundary = |index: &usize| name[*index..].starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let mut ends = name.char_indices().skip(1).map(|(index, _)| index).filter(boundary);
    ends.find(|end| names.contains(&name[..*end])).map_or(name, |end| &name[..end]).to_owned()
}

/// Names given out so far.
#[derive(Debug, Default)]
pub(crate) struct Unique(BTreeSet<String>);

impl Unique {
    pub(crate) fn with(reserved: &[&str]) -> Unique {
        Unique(reserved.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The first candidate that is free, else the last with a number.
    pub(crate) fn claim<S: AsRef<str>>(&mut self, candidates: &[S]) -> Ident {
        ident(&self.name(candidates).0)
    }

    /// The same, for [`Names`].
    pub(crate) fn name<S: AsRef<str>>(&mut self, candidates: &[S]) -> RustName {
        let last = candidates.last().map(AsRef::as_ref).unwrap_or_default().to_owned();
        let numbered = (2_usize..).map(|number| format!("{last}{number}"));
        let mut all = candidates.iter().map(|name| name.as_ref().to_owned()).chain(numbered);
        let name = all.find(|name| !self.0.contains(name)).unwrap_or(last);
        self.0.insert(name.clone());
        RustName(name)
    }
}

/// Names that generated code means something else by (`A` is its type parameter), and those of the prelude.
const RESERVED_TYPES: &[&str] = &[
    "A",
    "Box",
    "Client",
    "ClientBuilder",
    "Clone",
    "Copy",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
    "service",
];

/// What generated clients are made by.
const RESERVED_METHODS: &[&str] = &["builder", "from_runtime", "into_runtime", "new"];

/// File names and modules that generated crates have for themselves.
const RESERVED_MODULES: &[&str] = &[
    "client",
    "credentials",
    "description",
    "lib",
    "links",
    "main",
    "mod",
    "operations",
    "prelude",
    "schemas",
    "servers",
    "service",
    "tokens",
    "types",
    "webhooks",
];
