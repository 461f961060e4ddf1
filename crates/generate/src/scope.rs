//! The names that a module brings in: only what it uses, and never one that means something else there.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::features::{Condition, Features, union};
use crate::names::ident;
use crate::render::{self, WIDTH, attribute, fill};

/// The names in one generated module.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    local: BTreeSet<String>,
    imports: RefCell<BTreeMap<String, Import>>,
    /// When what is being expanded is there, given that the module is.
    condition: RefCell<Condition>,
    qualified: Cell<bool>,
}

/// A name from elsewhere.
#[derive(Debug)]
struct Import {
    path: String,
    condition: Condition,
}

impl Scope {
    /// A module that defines these names itself.
    pub(crate) fn new(local: impl IntoIterator<Item = String>) -> Scope {
        Scope { local: local.into_iter().collect(), ..Scope::default() }
    }

    /// What is taken from now on is needed on this condition only.
    pub(crate) fn begin(&self, condition: Condition) {
        self.condition.replace(condition);
        self.qualified.set(false);
    }

    /// What is taken from now on is written with its path: a condition says too little of when it is needed.
    pub(crate) fn begin_qualified(&self) {
        self.qualified.set(true);
    }

    /// `name` from `path`: brought in by a `use`, or with its path where the name is taken already.
    pub(crate) fn take(&self, path: &str, name: &str) -> TokenStream {
        let mut imports = self.imports.borrow_mut();
        let name_ident = ident(name);
        if self.qualified.get() {
            let path = expand_path(path);
            return quote!(#path::#name_ident);
        }
        let condition = self.condition.borrow();
        match imports.get_mut(name) {
            Some(import) if import.path == path => {
                import.condition = union(import.condition.take(), condition.clone());
                quote!(#name_ident)
            }
            None if !self.local.contains(name) => {
                imports.insert(name.to_owned(), Import { path: path.to_owned(), condition: condition.clone() });
                quote!(#name_ident)
            }
            Some(_) | None => {
                let path = expand_path(path);
                quote!(#path::#name_ident)
            }
        }
    }

    /// Whether `name` from `path` is what this module itself defines.
    pub(crate) fn defines(&self, name: &str, path: &str) -> bool {
        path == "crate" && self.local.contains(name)
    }

    /// The `use` items, one for each path and condition.
    pub(crate) fn expand_uses(&self, features: &Features) -> TokenStream {
        let imports = self.imports.borrow();
        let mut by_path: BTreeMap<(&str, &Condition), Vec<&str>> = BTreeMap::new();
        for (name, Import { path, condition }) in imports.iter() {
            by_path.entry((path, condition)).or_default().push(name);
        }
        let mut uses = TokenStream::new();
        for ((path, condition), names) in by_path {
            let condition = features.expand(condition);
            let condition = if condition.is_empty() { String::new() } else { format!("{}\n", attribute(&condition)) };
            let names: Vec<String> = names.iter().map(|name| ident(name).to_string()).collect();
            let path = expand_path(path).to_string().replace(' ', "");
            let line = match names.as_slice() {
                [name] => format!("use {path}::{name};\n"),
                names => format!("use {path}::{{{}}};\n", names.join(", ")),
            };
            let text = if line.len() <= WIDTH || names.len() < 2 {
                line
            } else {
                let mut text = format!("use {path}::{{");
                fill(&mut text, "", &names.iter().map(String::as_str).collect::<Vec<_>>());
                text.push_str("\n};\n");
                text
            };
            uses.extend(render::used(&format!("{condition}{text}")));
        }
        uses
    }
}

/// `a::b::c` as tokens.
fn expand_path(path: &str) -> TokenStream {
    let segments = path.split("::").map(|segment| {
        let segment = ident(segment);
        quote!(#segment)
    });
    quote!(#(#segments)::*)
}
