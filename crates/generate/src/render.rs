//! Tokens to text: header, formatting, and the blank lines that `prettyplease` does not know.
//!
//! The text is *not* what `rustfmt` would write: its result depends on the user's `rustfmt.toml` and on its version, so
//! a check that compares bytes would fail in every repository with settings of its own. Each generated module is
//! therefore declared under `#[rustfmt::skip]` (see [`module`]), and `cargo fmt` leaves it alone. Only a `lib.rs` is
//! seen by `rustfmt`; [`crate_root`] writes nothing there that a setting could change.

mod data;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Item, ItemMacro, Lit, LitStr, Meta};

pub(crate) use data::{chain, data_text, signature};

use crate::Package;
use crate::docs::inner_docs;

/// How long the lines may be that are not `prettyplease`'s.
pub(crate) const WIDTH: usize = 120;

/// The text of a module: header, docs, items with blank lines between them.
pub(crate) fn module(package: &Package, docs: &str, items: TokenStream) -> String {
    let docs = inner_docs(docs);
    let mut file = parse(quote! { #docs #items });
    let items = std::mem::take(&mut file.items);
    format!("// {}\n\n{}\n{}", package.header(), prettyplease::unparse(&file), render_items(items))
}

/// The text of a module that is the user's own from then on: without a header, and free for `rustfmt`.
pub(crate) fn own_module(docs: &str, items: TokenStream) -> String {
    let docs = inner_docs(docs);
    let mut file = parse(quote! { #docs #items });
    let items = std::mem::take(&mut file.items);
    format!("{}\n{}", prettyplease::unparse(&file), render_items(items))
}

/// The text of a crate's root: docs from the README, then every module with its names re-exported. `wire` is what the wire
/// crate is called there, whose macro declares modules by a line each; `rustfmt` does not look into it.
pub(crate) fn crate_root(package: &Package, wire: &str, modules: &[Module]) -> String {
    let mut text = format!("// {}\n\n#![doc = include_str!(\"../README.md\")]\n", package.header());
    let flat = modules.iter().filter_map(|module| match module {
        Module::Flat { name, condition } if condition.is_empty() => Some(format!("    {name};\n")),
        Module::Flat { name, condition } => {
            let condition = attribute(condition).replace('\n', "\n    ");
            let line = format!("    {condition} {name};\n");
            Some(if line.len() <= WIDTH { line } else { format!("    {condition}\n    {name};\n") })
        }
        Module::Named { .. } | Module::Use { .. } => None,
    });
    let flat: String = flat.collect();
    for module in modules {
        match module {
            Module::Named { name } => text.push_str(&format!("\n#[rustfmt::skip]\npub mod {name};\n")),
            Module::Use { path, name, docs } => text.push_str(&format!("\n/// {docs}\npub use {path} as {name};\n")),
            Module::Flat { .. } => {}
        }
    }
    if !flat.is_empty() {
        text.push_str(&format!("\n#[rustfmt::skip]\n{wire}::modules! {{\n{flat}}}\n"));
    }
    text
}

/// A line of a crate's root.
pub(crate) enum Module {
    /// A public module, whose documentation stands in its file.
    Named { name: String },
    /// A private module whose names all stand at the root, where its condition holds.
    Flat { name: String, condition: TokenStream },
    /// Another crate, under a short name.
    Use { path: String, name: &'static str, docs: &'static str },
}

/// An attribute as it is written: tokens by themselves have spaces everywhere.
pub(crate) fn attribute(tokens: &TokenStream) -> String {
    let text = unparse(&parse(quote!(#tokens use x;)));
    text.trim_end().trim_end_matches("use x;").trim_end().to_owned()
}

/// The member of a trait as it stands there.
pub(crate) fn trait_member(tokens: TokenStream) -> String {
    let text = unparse(&parse(quote!(trait T { #tokens })));
    text.lines().skip(1).take_while(|line| *line != "}").map(|line| format!("{line}\n")).collect()
}

/// Attributes, each in lines of its own that begin with `indent`.
fn with_attributes(attributes: &[Attribute], indent: &str) -> String {
    let mut text = String::new();
    for one in attributes {
        match doc_line(one) {
            Some(line) => text.push_str(&format!("{indent}///{line}\n")),
            None => attribute(&quote!(#one)).lines().for_each(|line| text.push_str(&format!("{indent}{line}\n"))),
        }
    }
    text
}

/// What a doc comment of one line says.
fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(named) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &named.value else { return None };
    named.path.is_ident("doc").then(|| line.value())
}

/// An item that is text already, as it will stand in its module: what is regular need not be parsed to be formatted, and
/// what stands between the braces of a macro `prettyplease` leaves as it finds it.
pub(crate) fn ready(text: &str) -> TokenStream {
    let text = raw(text);
    quote!(ready!(#text);)
}

/// A `use` that is text already; several stand together.
pub(crate) fn used(text: &str) -> TokenStream {
    let text = Literal::string(text);
    quote!(used!(#text);)
}

/// A text as a literal that is soon read again: raw where it can be, so that not every quote is escaped only to be taken back.
fn raw(text: &str) -> Literal {
    const FENCE: &str = "########";
    let can_be_raw = !text.contains('\r') && !text.contains(&format!("\"{FENCE}"));
    let literal = can_be_raw.then(|| format!("r{FENCE}\"{text}\"{FENCE}").parse().ok()).flatten();
    literal.unwrap_or_else(|| Literal::string(text))
}

/// A text as a literal of Rust.
pub(crate) fn quoted(text: &str) -> String {
    Literal::string(text).to_string()
}

/// The text of what [`ready`] made.
fn ready_text(item: &Item) -> Option<String> {
    let Item::Macro(item) = item else { return None };
    if !(item.mac.path.is_ident("ready") || is_used(item)) {
        return None;
    }
    let text: LitStr = syn::parse2(item.mac.tokens.clone()).ok()?;
    Some(format!("{}{}", with_attributes(&item.attrs, ""), text.value()))
}

fn is_used(item: &ItemMacro) -> bool {
    item.mac.path.is_ident("used")
}

/// Tokens on one line, as they stand in types and paths; by themselves they have spaces everywhere.
pub(crate) fn type_text(tokens: &TokenStream) -> String {
    let spaced = tokens.to_string();
    spaced
        .replace(" :: ", "::")
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace(" ,", ",")
        .replace("( ", "(")
        .replace(" )", ")")
}

/// Each item with this attribute in front.
pub(crate) fn conditional(condition: &TokenStream, items: TokenStream) -> TokenStream {
    if condition.is_empty() {
        return items;
    }
    let items = parse(items).items;
    quote!(#(#condition #items)*)
}

/// Trees of large descriptions are large, so that items are moved, one at a time, and never copied.
fn render_items(items: Vec<Item>) -> String {
    let mut text = String::new();
    let mut file = parse(TokenStream::new());
    let mut after_use = false;
    for item in items {
        let is_use = matches!(&item, Item::Use(_)) || matches!(&item, Item::Macro(item) if is_used(item));
        let together = after_use && is_use;
        if !(text.is_empty() || together) {
            text.push('\n');
        }
        after_use = is_use;
        let has_members = matches!(item, Item::Impl(_) | Item::Trait(_));
        if let Some(item) = ready_text(&item) {
            text.push_str(&item);
            continue;
        }
        file.items = vec![item];
        let item = unparse(&file);
        text.push_str(&if has_members { space_members(&item) } else { item });
    }
    text
}

/// As `prettyplease` does it, but for long conditions, which it spreads over a line a feature.
fn unparse(file: &syn::File) -> String {
    let text = prettyplease::unparse(file);
    if text.contains("#[cfg(\n") { fill_conditions(&text) } else { text }
}

fn fill_conditions(text: &str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        filled.push_str(line);
        if line.trim_start() == "#[cfg(" {
            let indent = &line[..line.len() - "#[cfg(".len()];
            let condition: String = lines.by_ref().map(str::trim).take_while(|line| *line != ")]").collect();
            match condition.strip_prefix("any(").and_then(|inner| inner.strip_suffix(')')) {
                Some(inner) => {
                    let features: Vec<&str> = inner.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
                    filled.push_str("any(");
                    fill(&mut filled, indent, &features);
                    filled.push_str(&format!("\n{indent}))]"));
                }
                None => filled.push_str(&format!("{condition})]")),
            }
        }
        filled.push('\n');
    }
    filled
}

/// As many of them in a line as there is room for.
pub(crate) fn fill(text: &mut String, indent: &str, features: &[&str]) {
    let mut room = 0;
    for feature in features {
        if feature.len() + 2 > room {
            text.push_str(&format!("\n{indent}    {feature},"));
            room = WIDTH.saturating_sub(indent.len() + 4 + feature.len() + 1);
        } else {
            text.push_str(&format!(" {feature},"));
            room -= feature.len() + 2;
        }
    }
}

/// Blank lines between the members of an `impl` or a `trait`: a member ends with `;` or `}` at its own indent.
fn space_members(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 64);
    let mut ended = false;
    for line in text.lines() {
        let begins =
            ["    ///", "    #[", "    pub fn", "    fn", "    async fn"].iter().any(|start| line.starts_with(start));
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
    // To show the tokens they would have to be copied first, whole.
    match syn::parse2(tokens) {
        Ok(file) => file,
        Err(error) => panic!("generated tokens are not Rust: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_names_all_its_features_however_many_there_are() {
        for count in 1..40 {
            let names: Vec<String> = (0..count).map(|number| format!("feature-{number}")).collect();
            let written = attribute(&quote!(#[cfg(any(#(feature = #names),*))]));
            for name in &names {
                assert!(written.contains(&format!("feature = \"{name}\"")), "{name} is not in {written}");
            }
            assert!(written.lines().all(|line| line.len() <= WIDTH), "{written}");
        }
    }
}
