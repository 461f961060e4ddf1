//! The modules of a generated crate, from its root: what each of them has for others to name.
//!
//! What is read is what is written, so that nothing can be in a crate and not in its surface. Two things are known of how it is
//! written: a crate's root brings the names of its private modules in, and a condition inside of another implies it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use methodical_model::surface::{Item, ItemKind, Items};
use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, ItemMod, ItemUse, Token, UseTree, Visibility};

use super::paths::Paths;
use crate::Files;

/// What has to be chosen for something to be there.
pub(super) type Features = Option<BTreeSet<String>>;

/// All items of a crate.
pub(super) struct Crate<'a> {
    files: &'a Files,
    library: &'a str,
    items: Items,
}

/// Where an item stands.
pub(super) struct Place {
    /// The public path of its module.
    pub(super) prefix: String,
    /// What the names in its file mean.
    pub(super) paths: Paths,
    /// When the module is there.
    pub(super) features: Features,
}

/// The items of the crate `library` that consists of `files`.
pub(super) fn items(files: &Files, library: &str) -> Items {
    let mut found = Crate { files, library, items: Items::new() };
    found.module(Path::new("src/lib.rs"), Path::new("src"), library, None);
    found.items
}

impl Crate<'_> {
    /// The items of one file. The modules that it declares lie in `folder`.
    fn module(&mut self, path: &Path, folder: &Path, prefix: &str, features: Features) {
        let Some(text) = self.files.get(path) else { return };
        let file = match syn::parse_file(text) {
            Ok(file) => file,
            Err(error) => panic!("generated code is not Rust: {}: {error}", path.display()),
        };
        let paths = Paths::of(self.library, &file.items);
        let place = Place { prefix: prefix.to_owned(), paths, features };
        for item in &file.items {
            if let syn::Item::Mod(item) = item {
                self.declared(item, folder, &place);
            } else if let syn::Item::Use(item) = item {
                self.reexported(item, &place);
            } else if let Some(modules) = modules_macro(item) {
                self.brought_in(modules, folder, &place);
            } else {
                super::item::read(item, &place, &mut self.items);
            }
        }
    }

    fn declared(&mut self, item: &ItemMod, folder: &Path, place: &Place) {
        let name = item.ident.to_string();
        let features = features(&item.attrs).or_else(|| place.features.clone());
        let prefix = match item.vis {
            Visibility::Public(_) => {
                let path = format!("{}::{name}", place.prefix);
                self.items.insert(path.clone(), plain(ItemKind::Module, format!("mod {name}"), features.clone()));
                path
            }
            // Beside a private one stands a `pub use` of all that is in it.
            Visibility::Restricted(_) | Visibility::Inherited => place.prefix.clone(),
        };
        self.below(&name, folder, &prefix, features);
    }

    fn below(&mut self, name: &str, folder: &Path, prefix: &str, features: Features) {
        let name = name.strip_prefix("r#").unwrap_or(name);
        let file: PathBuf = folder.join(format!("{name}.rs"));
        self.module(&file, &folder.join(name), prefix, features);
    }

    /// What `modules!` declares.
    fn brought_in(&mut self, tokens: TokenStream, folder: &Path, place: &Place) {
        let modules: Modules = super::macros::parse("modules", tokens);
        for (attributes, name) in modules.0 {
            self.below(&name.to_string(), folder, &place.prefix, features(&attributes));
        }
    }

    /// Another crate under a short name. What a `pub use` brings in of this crate is at its own place already.
    fn reexported(&mut self, item: &ItemUse, place: &Place) {
        let (Visibility::Public(_), UseTree::Rename(rename)) = (&item.vis, &item.tree) else { return };
        let shown = format!("use {} as {}", rename.ident, rename.rename);
        self.items.insert(
            format!("{}::{}", place.prefix, rename.rename),
            plain(ItemKind::Reexport, shown, features(&item.attrs)),
        );
    }
}

/// The input of `modules!`, if it is that.
fn modules_macro(item: &syn::Item) -> Option<TokenStream> {
    let syn::Item::Macro(item) = item else { return None };
    let is_modules = item.mac.path.segments.last().is_some_and(|segment| segment.ident == "modules");
    is_modules.then(|| item.mac.tokens.clone())
}

/// An item whose signature is the same wherever it stands.
pub(super) fn plain(kind: ItemKind, signature: String, features: Features) -> Item {
    let shown = signature.clone();
    Item { kind, signature, shown, meaning: String::new(), deprecated: false, features, origin: None }
}

/// The features in conditions.
pub(super) fn features(attributes: &[Attribute]) -> Features {
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let found: BTreeSet<String> = conditions
        .filter_map(|attribute| attribute.meta.require_list().ok())
        .flat_map(|list| texts(list.tokens.clone()))
        .collect();
    (!found.is_empty()).then_some(found)
}

/// The literals of text among tokens, in their order. Those of attributes are none of them.
pub(super) fn texts(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_attribute = false;
    for token in tokens {
        let skipped =
            std::mem::replace(&mut is_attribute, matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '#'));
        match token {
            TokenTree::Group(_) if skipped => {}
            TokenTree::Group(group) => found.extend(texts(group.stream())),
            TokenTree::Literal(literal) => {
                if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                    found.push(text.value());
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
    found
}

/// The input of `modules!`.
struct Modules(Vec<(Vec<Attribute>, Ident)>);

impl Parse for Modules {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut modules = Vec::new();
        while !input.is_empty() {
            modules.push((input.call(Attribute::parse_outer)?, input.parse()?));
            input.parse::<Token![;]>()?;
        }
        Ok(Modules(modules))
    }
}

/// The names that a file's `use` items bring in, with their paths.
pub(super) fn imported(item: &ItemUse, names: &mut HashMap<String, String>) {
    let negated = item.attrs.iter().any(|attribute| match attribute.meta.require_list() {
        Ok(list) => {
            list.tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(name) if name == "not"))
        }
        Err(_) => false,
    });
    // Without a feature another trait stands in for that of its tag.
    if !negated {
        walk(&item.tree, String::new(), names);
    }
}

fn walk(tree: &UseTree, path: String, names: &mut HashMap<String, String>) {
    let below = |name: &Ident| if path.is_empty() { name.to_string() } else { format!("{path}::{name}") };
    match tree {
        UseTree::Path(inner) => walk(&inner.tree, below(&inner.ident), names),
        UseTree::Name(name) => {
            names.insert(name.ident.to_string(), below(&name.ident));
        }
        UseTree::Rename(rename) => {
            names.insert(rename.rename.to_string(), below(&rename.ident));
        }
        UseTree::Group(group) => group.items.iter().for_each(|item| walk(item, path.clone(), names)),
        UseTree::Glob(_) => {}
    }
}
