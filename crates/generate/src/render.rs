//! Tokens to text: header, formatting, and the blank lines that `prettyplease` does not know.
//!
//! The text is *not* what `rustfmt` would write: its result depends on the user's `rustfmt.toml` and on its version, so
//! a check that compares bytes would fail in every repository with settings of its own. Each generated module is
//! therefore declared under `#[rustfmt::skip]` (see [`module`]), and `cargo fmt` leaves it alone. Only a `lib.rs` is
//! seen by `rustfmt`; [`crate_root`] writes nothing there that a setting could change.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Item;

use crate::Package;
use crate::docs::inner_docs;

/// The text of a module: header, docs, items with blank lines between them.
pub(crate) fn module(package: &Package, docs: &str, items: TokenStream) -> String {
    let docs = inner_docs(docs);
    let file = parse(quote! { #docs #items });
    let head = syn::File { items: Vec::new(), ..file.clone() };
    format!("// {}\n\n{}\n{}", package.header(), prettyplease::unparse(&head), render_items(&file.items))
}

/// The text of a crate's root: docs from the README, then every module with its names re-exported.
pub(crate) fn crate_root(package: &Package, modules: &[Module]) -> String {
    let mut text = format!("// {}\n\n#![doc = include_str!(\"../README.md\")]\n", package.header());
    for module in modules {
        text.push_str(&match module {
            Module::Named { name, docs } => format!("\n/// {docs}\n#[rustfmt::skip]\npub mod {name};\n"),
            Module::Flat(name) => format!("\n#[rustfmt::skip]\nmod {name};\npub use self::{name}::*;\n"),
            Module::Use { path, name, docs } => format!("\n/// {docs}\npub use {path} as {name};\n"),
        });
    }
    text
}

/// A line of a crate's root.
pub(crate) enum Module {
    /// A public module.
    Named { name: Ident, docs: &'static str },
    /// A private module whose names all stand at the root.
    Flat(Ident),
    /// Another crate, under a short name.
    Use { path: String, name: &'static str, docs: &'static str },
}

fn render_items(items: &[Item]) -> String {
    let mut text = String::new();
    let mut previous: Option<&Item> = None;
    for item in items {
        let together = matches!((previous, item), (Some(Item::Use(_)), Item::Use(_)));
        let blank = if previous.is_none() || together { "" } else { "\n" };
        let file = syn::File { shebang: None, attrs: Vec::new(), items: vec![item.clone()], ..parse(quote!()) };
        text.push_str(blank);
        text.push_str(&space_members(item, &prettyplease::unparse(&file)));
        previous = Some(item);
    }
    text
}

/// Blank lines between the members of an `impl` or a `trait`: a member ends with `;` or `}` at its own indent.
fn space_members(item: &Item, text: &str) -> String {
    if !matches!(item, Item::Impl(_) | Item::Trait(_)) {
        return text.to_owned();
    }
    let mut spaced = String::with_capacity(text.len() + 64);
    let mut ended = false;
    for line in text.lines() {
        let begins = ["    ///", "    #[", "    pub fn", "    fn"].iter().any(|start| line.starts_with(start));
        if ended && begins {
            spaced.push('\n');
        }
        spaced.push_str(line);
        spaced.push('\n');
        let inside = line.starts_with("    ") && !line.starts_with("    ///");
        let closes =
            line == "    }" || (line.ends_with(';') && !line.starts_with("     ")) || line.starts_with("    ) -> ");
        ended = inside && closes;
    }
    spaced
}

fn parse(tokens: TokenStream) -> syn::File {
    match syn::parse2(tokens.clone()) {
        Ok(file) => file,
        Err(error) => panic!("generated tokens are not Rust ({error}): {tokens}"),
    }
}
