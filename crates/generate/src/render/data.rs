//! Data as text: struct literals, lists and calls, in one line where there is room, else a part a line.

use std::fmt::Write;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::WIDTH;

const STEP: usize = 4;

/// An expression as text. It begins behind the first `used` characters of a line that is indented by `indent`.
pub(crate) fn data_text(tokens: TokenStream, indent: usize, used: usize) -> String {
    let mut text = String::new();
    Part::of(tokens).write(&mut text, indent, used, 1);
    text
}

/// The first lines of a method, up to its `{`.
pub(crate) fn signature(name: &str, arguments: &TokenStream, returns: &TokenStream) -> String {
    let arguments: Vec<String> = split(arguments.clone()).iter().map(Part::text).collect();
    let returns = Part::of(returns.clone()).text();
    let line = format!("    pub fn {name}({}) -> {returns} {{\n", arguments.join(", "));
    if line.len() <= WIDTH {
        return line;
    }
    format!("    pub fn {name}(\n        {},\n    ) -> {returns} {{\n", arguments.join(",\n        "))
}

/// A chain of calls as a statement: on one line if there is room, else a call a line.
pub(crate) fn chain(calls: &TokenStream, indent: usize) -> String {
    let (line, space) = (Part::of(calls.clone()).text(), " ".repeat(indent));
    if line.len() + indent <= WIDTH {
        return format!("{space}{line}\n");
    }
    let mut text = space.clone();
    for token in calls.clone() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '.' && text.trim() == "self" => text.push('.'),
            TokenTree::Punct(punct) if punct.as_char() == '.' => text.push_str(&format!("\n{space}    .")),
            TokenTree::Punct(_) | TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => {
                text.push_str(&Part::of(token.into()).text());
            }
        }
    }
    text.push('\n');
    text
}

/// Whether there is one part and a comma behind it.
fn is_tuple_of_one(tokens: TokenStream) -> bool {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let last_is_comma = tokens.clone().into_iter().last().is_some_and(|last| is_comma(&last));
    last_is_comma && split(tokens).len() == 1
}

/// What stands between two commas: tokens, some of which hold parts.
struct Part {
    pieces: Vec<Piece>,
    /// How long it is on one line; `None`: it holds a text of several lines.
    length: usize,
}

enum Piece {
    Token(String),
    Group { open: &'static str, close: &'static str, parts: Vec<Part>, length: usize },
}

impl Part {
    fn of(tokens: TokenStream) -> Part {
        let mut pieces = Vec::new();
        let mut text = String::new();
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let is_called = text.ends_with(|c: char| c.is_alphanumeric() || "_>!".contains(c));
                    if !text.is_empty() {
                        pieces.push(Piece::Token(std::mem::take(&mut text)));
                    }
                    let (open, close) = match group.delimiter() {
                        Delimiter::Brace => ("{ ", " }"),
                        Delimiter::Bracket => ("[", "]"),
                        // What tells a tuple of one from an expression in parentheses.
                        Delimiter::Parenthesis if !is_called && is_tuple_of_one(group.stream()) => ("(", ",)"),
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::None => ("", ""),
                    };
                    let before_brace = open == "{ " && !pieces.is_empty();
                    if let Some(Piece::Token(name)) = pieces.last_mut().filter(|_| before_brace) {
                        name.push(' ');
                    }
                    let parts = split(group.stream());
                    let inside: usize = parts.iter().map(|part| part.length + 2).sum();
                    let length = open.len() + close.len() + inside.saturating_sub(2);
                    pieces.push(Piece::Group { open, close, parts, length });
                }
                TokenTree::Ident(ident) => {
                    if text.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"') {
                        text.push(' ');
                    }
                    // Cannot fail, here and below: a `String` takes everything.
                    let _ = write!(text, "{ident}");
                }
                TokenTree::Literal(literal) => {
                    if text.ends_with(|c: char| c.is_alphanumeric()) {
                        text.push(' ');
                    }
                    let _ = write!(text, "{literal}");
                }
                TokenTree::Punct(punct) => match punct.as_char() {
                    ':' if punct.spacing() == proc_macro2::Spacing::Joint || text.ends_with(':') => text.push(':'),
                    ':' => text.push_str(": "),
                    ',' => text.push_str(", "),
                    '>' if text.ends_with(" =") => text.push_str("> "),
                    '=' => text.push_str(" ="),
                    other => text.push(other),
                },
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Token(text));
        }
        let length = pieces.iter().map(Piece::length).sum();
        Part { pieces, length }
    }

    /// `after` is what has to fit behind it on its last line.
    fn write(&self, text: &mut String, indent: usize, used: usize, after: usize) {
        let fits = used + self.length + after <= WIDTH;
        let longest = self.pieces.iter().map(Piece::inside).max().filter(|longest| !fits && *longest > 0);
        let mut broken = false;
        for piece in &self.pieces {
            match piece {
                Piece::Group { open, close, parts, .. } if !broken && Some(piece.inside()) == longest => {
                    broken = true;
                    if let ([only], "[" | "(") = (parts.as_slice(), *open) {
                        text.push_str(open);
                        only.write(text, indent, WIDTH, 1);
                        text.push_str(close);
                        continue;
                    }
                    text.push_str(open.trim_end());
                    for part in parts {
                        text.push('\n');
                        text.push_str(&" ".repeat(indent + STEP));
                        part.write(text, indent + STEP, indent + STEP, 1);
                        // Nothing may come after what is filled in from elsewhere.
                        text.push_str(if part.is_rest() { "" } else { "," });
                    }
                    text.push('\n');
                    text.push_str(&" ".repeat(indent));
                    text.push_str(close.trim_start_matches([',', ' ']));
                }
                Piece::Group { .. } | Piece::Token(_) => piece.flat(text),
            }
        }
    }

    fn flat(&self, text: &mut String) {
        self.pieces.iter().for_each(|piece| piece.flat(text));
    }

    /// On one line.
    fn text(&self) -> String {
        let mut text = String::new();
        self.flat(&mut text);
        text
    }

    fn is_rest(&self) -> bool {
        matches!(self.pieces.first(), Some(Piece::Token(text)) if text.starts_with(".."))
    }
}

impl Piece {
    /// A text of several lines has those already, and counts as its first.
    fn length(&self) -> usize {
        match self {
            Piece::Token(text) => text.split('\n').next().map_or(0, |line| line.chars().count()),
            Piece::Group { length, .. } => *length,
        }
    }

    /// How much there is to put on lines of its own.
    fn inside(&self) -> usize {
        match self {
            Piece::Group { parts, length, .. } if parts.iter().any(|part| !part.is_text()) => *length,
            Piece::Group { .. } | Piece::Token(_) => 0,
        }
    }

    fn flat(&self, text: &mut String) {
        match self {
            Piece::Token(token) => text.push_str(token),
            Piece::Group { parts, open, .. } if parts.is_empty() => text.push_str(match open.trim_end() {
                "{" => "{}",
                "[" => "[]",
                _ => "()",
            }),
            Piece::Group { open, close, parts, .. } => {
                text.push_str(open);
                for (position, part) in parts.iter().enumerate() {
                    text.push_str(if position == 0 { "" } else { ", " });
                    part.flat(text);
                }
                text.push_str(close);
            }
        }
    }
}

impl Part {
    /// Whether it is one literal, with which nothing is gained on a line of its own.
    fn is_text(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Token(text)] if text.starts_with(['"', 'r']) && text.ends_with(['"', '#']))
    }
}

fn split(tokens: TokenStream) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    // Between the angles of a type a comma separates nothing of ours.
    let mut angles = 0_usize;
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' && angles == 0 => {
                parts.push(Part::of(std::mem::take(&mut part).into_iter().collect()));
            }
            TokenTree::Punct(punct) if punct.as_char() == '<' => {
                angles += 1;
                part.push(token);
            }
            TokenTree::Punct(punct) if punct.as_char() == '>' => {
                angles = angles.saturating_sub(1);
                part.push(token);
            }
            TokenTree::Punct(_) | TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => part.push(token),
        }
    }
    if !part.is_empty() {
        parts.push(Part::of(part.into_iter().collect()));
    }
    parts
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{data_text, signature};

    #[test]
    fn a_tuple_of_one_keeps_its_comma() {
        let arguments = quote!(&self, list: &Tuple<(String,), (Option<i64>,), Nothing>, key: (Option<i64>));
        assert_eq!(
            signature("f", &arguments, &quote!(Call<F>)),
            "    pub fn f(&self, list: &Tuple<(String,), (Option<i64>,), Nothing>, key: (Option<i64>)) -> Call<F> {\n"
        );
        assert_eq!(data_text(quote!(f(a,)), 0, 0), "f(a)");
    }

    #[test]
    fn what_fits_into_a_line_stands_on_one() {
        let short = quote!(Some(Paging { style: PagingStyle::Number, next: "/a", items: &[a::B] }));
        assert_eq!(
            data_text(short.clone(), 0, 0),
            "Some(Paging { style: PagingStyle::Number, next: \"/a\", items: &[a::B] })"
        );
        assert_eq!(
            data_text(quote!(&[#short, #short, schema!(r#"{}"#, "A" => A)]), 0, 0),
            "&[\n    Some(Paging { style: PagingStyle::Number, next: \"/a\", items: &[a::B] }),\n    \
             Some(Paging { style: PagingStyle::Number, next: \"/a\", items: &[a::B] }),\n    \
             schema!(r#\"{}\"#, \"A\" => A),\n]"
        );
        assert_eq!(
            data_text(quote!(Operation { path: "/a", list: &[], ..Operation::PLAIN }), 0, 90),
            "Operation {\n    path: \"/a\",\n    list: &[],\n    ..Operation::PLAIN\n}"
        );
    }
}
