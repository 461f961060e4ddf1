//! Names with their paths, so that two modules that import differently have the same signatures.

use std::collections::HashMap;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

use super::module::imported;

/// What the names in one file mean.
pub(super) struct Paths {
    library: String,
    names: HashMap<String, String>,
}

impl Paths {
    /// Those of a file with these items.
    pub(super) fn of(library: &str, items: &[syn::Item]) -> Paths {
        let mut names = HashMap::new();
        for item in items {
            if let syn::Item::Use(item) = item {
                imported(item, &mut names);
            } else if let Some(name) = defined(item) {
                names.insert(name.clone(), format!("{library}::{name}"));
            }
        }
        Paths { library: library.to_owned(), names }
    }

    /// A part of a signature with every name's path.
    pub(super) fn full(&self, part: &impl ToTokens) -> String {
        let mut text = String::new();
        write(part.to_token_stream(), Some(self), &mut text);
        tidy(text)
    }

    /// The first name of a path: where it comes from.
    fn path(&self, name: &str) -> String {
        match self.names.get(name) {
            _ if name == "crate" => self.library.clone(),
            Some(path) => match path.strip_prefix("crate") {
                Some(rest) => format!("{}{rest}", self.library),
                None => path.clone(),
            },
            None => name.to_owned(),
        }
    }
}

/// The name of the type or trait that an item defines.
fn defined(item: &syn::Item) -> Option<String> {
    if let syn::Item::Struct(item) = item {
        Some(item.ident.to_string())
    } else if let syn::Item::Enum(item) = item {
        Some(item.ident.to_string())
    } else if let syn::Item::Trait(item) = item {
        Some(item.ident.to_string())
    } else if let syn::Item::Type(item) = item {
        Some(item.ident.to_string())
    } else if let syn::Item::Macro(item) = item {
        // Behind attributes comes `pub enum Name` or `pub struct Name`.
        let mut tokens = item.mac.tokens.clone().into_iter();
        tokens.find(|token| matches!(token, TokenTree::Ident(word) if word == "struct" || word == "enum"))?;
        tokens.next().map(|name| name.to_string())
    } else {
        None
    }
}

/// A part of a signature as a person reads it: names without paths.
pub(super) fn shown(part: &impl ToTokens) -> String {
    let mut text = String::new();
    write(part.to_token_stream(), None, &mut text);
    tidy(text)
}

/// Whether a comma ends a list depends on how long its line is. And one crate goes by several names.
fn tidy(text: String) -> String {
    let text = text.replace(", >", ">").replace(", )", ")");
    let text = text.trim_end().trim_end_matches(',');
    text.replace("methodical_client::wire::", "methodical_wire::")
        .replace("methodical_server::wire::", "methodical_wire::")
}

/// Names get their paths, or lose them.
fn write(tokens: TokenStream, paths: Option<&Paths>, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                let name = name.to_string();
                let is_inside = text.ends_with("::") || text.ends_with('\'');
                match paths {
                    Some(paths) if !is_inside => push(text, &paths.path(&name)),
                    None if text.ends_with("::") && !text.ends_with("Self::") => {
                        let before = text.trim_end_matches("::");
                        let start = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
                        text.truncate(start);
                        text.push_str(&name);
                    }
                    Some(_) | None if is_inside => text.push_str(&name),
                    Some(_) | None => push(text, &name),
                }
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                ',' => text.push_str(", "),
                ':' if punct.spacing() == Spacing::Joint || text.ends_with(':') => text.push(':'),
                ':' => text.push_str(": "),
                '-' => text.push_str(" -"),
                '>' if text.ends_with(" -") => text.push_str("> "),
                sign @ ('=' | '+') => text.push_str(&format!(" {sign} ")),
                sign => text.push(sign),
            },
            TokenTree::Literal(literal) => push(text, &literal.to_string()),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), paths, text);
                text.push_str(close);
            }
        }
    }
}

/// A word, apart from one before it.
fn push(text: &mut String, word: &str) {
    let is_apart = |last: char| last.is_alphanumeric() || matches!(last, '_' | '>' | ')');
    if text.ends_with(is_apart) {
        text.push(' ');
    }
    text.push_str(word);
}
