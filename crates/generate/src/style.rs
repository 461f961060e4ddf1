//! How generated crates read, for other crates that write some: documentation, modules, and a crate's root.

use methodical_model::{Api, Docs};
use proc_macro2::TokenStream;

use crate::Package;
use crate::render;

/// What the author wrote, as a doc comment may hold it: neither `rustdoc` nor `clippy` objects to it.
pub fn docs(docs: &Docs, fallback: &str) -> String {
    crate::docs::Text::of(docs, fallback).text()
}

/// A paragraph of our own in lines of a readable length.
pub fn wrapped(paragraph: &str) -> String {
    crate::docs::wrapped(paragraph)
}

/// Somebody's text as a code span: a name, a value.
pub fn code(text: &str) -> String {
    crate::docs::code(text)
}

/// The API's title on one line.
pub fn title(api: &Api) -> String {
    crate::readme::title(api)
}

/// The text of a module: header, docs, items with blank lines between them.
pub fn module(package: &Package, docs: &str, items: TokenStream) -> String {
    render::module(package, docs, items)
}

/// The text of a crate's root: docs from the README, then modules whose public names all stand at the root, then those
/// that have none.
pub fn crate_root(package: &Package, flat: &[&str], private: &[&str]) -> String {
    let mut text = render::crate_root(package, "", &[]);
    for name in flat {
        text.push_str(&format!("\n#[rustfmt::skip]\nmod {name};\npub use self::{name}::*;\n"));
    }
    for name in private {
        text.push_str(&format!("\n#[rustfmt::skip]\nmod {name};\n"));
    }
    text
}
