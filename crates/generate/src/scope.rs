//! The names that a module brings in: only what it uses, and never one that means something else there.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::names::ident;

/// The names in one generated module.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    local: BTreeSet<String>,
    imports: RefCell<BTreeMap<String, String>>,
}

impl Scope {
    /// A module that defines these names itself.
    pub(crate) fn new(local: impl IntoIterator<Item = String>) -> Scope {
        Scope { local: local.into_iter().collect(), imports: RefCell::default() }
    }

    /// `name` from `path`: brought in by a `use`, or with its path where the name is taken already.
    pub(crate) fn take(&self, path: &str, name: &str) -> TokenStream {
        let mut imports = self.imports.borrow_mut();
        let owner = imports.get(name).map(String::as_str);
        let free = !self.local.contains(name) && owner.is_none_or(|owner| owner == path);
        let name_ident = ident(name);
        if free {
            imports.insert(name.to_owned(), path.to_owned());
            quote!(#name_ident)
        } else {
            let path = expand_path(path);
            quote!(#path::#name_ident)
        }
    }

    /// Whether `name` from `path` is what this module itself defines.
    pub(crate) fn defines(&self, name: &str, path: &str) -> bool {
        path == "crate" && self.local.contains(name)
    }

    /// The `use` items, one for each path.
    pub(crate) fn expand_uses(&self) -> TokenStream {
        let mut by_path: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, path) in self.imports.borrow().iter() {
            by_path.entry(path.clone()).or_default().push(name.clone());
        }
        let mut uses = TokenStream::new();
        for (path, names) in by_path {
            let path = expand_path(&path);
            let names: Vec<_> = names.iter().map(|name| ident(name)).collect();
            uses.extend(match names.as_slice() {
                [name] => quote!(use #path::#name;),
                names => quote!(use #path::{#(#names),*};),
            });
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
