//! Writes values as JSON and as YAML.
//!
//! Both writers are our own: numbers come out as they went in, long ones included, and the layout is the same in every
//! version of every dependency. YAML strings are plain only where no reader of YAML 1.1 or 1.2 could take them for
//! anything else; else they are quoted as JSON, which YAML 1.2 contains.

use std::fmt::Write;

use crate::object::Object;
use crate::value::{Number, Value};

/// Writes JSON, indented by two spaces, with a line break at its end.
pub(crate) fn to_json(value: &Value) -> String {
    let mut json = JsonText::default();
    json.value(value);
    json.finish()
}

/// JSON that is being written, indented by two spaces: for who has something to write that is no [`Value`], or is one in another order.
#[derive(Debug, Default)]
pub struct JsonText {
    text: String,
    depth: usize,
}

impl JsonText {
    /// Writes a value.
    pub fn value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => self.array(items, Self::value),
            Value::Object(members) => {
                self.object(members.iter().map(|(key, member)| (key.as_str(), member)), Self::value)
            }
            // JSON has no word for what is no finite number.
            Value::Number(Number::Text(text)) if text.ends_with(['n', 'f']) => quote(&mut self.text, text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => write_flow(&mut self.text, value),
        }
    }

    /// Writes an array, each item by `write`.
    pub fn array<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.list(['[', ']'], items, |json, item| write(json, item));
    }

    /// Writes an object, each member by `write`.
    pub fn object<'m, T>(
        &mut self,
        members: impl IntoIterator<Item = (&'m str, T)>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.list(['{', '}'], members, |json, (key, member)| {
            quote(&mut json.text, key);
            json.text.push_str(": ");
            write(json, member);
        });
    }

    fn list<T>(
        &mut self,
        [open, close]: [char; 2],
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.text.push(open);
        self.depth += 1;
        let mut is_empty = true;
        for item in items {
            self.text.push_str(if is_empty { "\n" } else { ",\n" });
            indent(&mut self.text, self.depth);
            write(self, item);
            is_empty = false;
        }
        self.depth -= 1;
        if !is_empty {
            self.text.push('\n');
            indent(&mut self.text, self.depth);
        }
        self.text.push(close);
    }

    /// The text, with a line break at its end.
    pub fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }
}

/// Writes a scalar or an empty container, the same in JSON and in YAML.
fn write_flow(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        // Writing to a `String` cannot fail.
        Value::Number(number) => _ = write!(out, "{number}"),
        Value::String(text) => quote(out, text),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// Writes YAML in blocks.
pub(crate) fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(members) if !members.is_empty() => write_members(&mut out, members, 0, Start::Line),
        Value::Array(items) if !items.is_empty() => write_items(&mut out, items, 0, Start::Line),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            write_scalar(&mut out, value, 0);
        }
    }
    out
}

/// Where a block begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// On a line of its own.
    Line,
    /// Behind the dash of the item that it is.
    Dash,
}

fn write_members(out: &mut String, members: &Object, depth: usize, start: Start) {
    for (index, (key, member)) in members.iter().enumerate() {
        if index > 0 || start == Start::Line {
            indent(out, depth);
        }
        write_key(out, key, depth);
        match member {
            Value::Object(members) if !members.is_empty() => {
                out.push('\n');
                write_members(out, members, depth + 1, Start::Line);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                write_items(out, items, depth + 1, Start::Line);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                out.push(' ');
                write_scalar(out, member, depth + 1);
            }
        }
    }
}

/// How long a key may be before its `:`. YAML (1.2.2, section 7.4.2) stops looking for one after 1024 characters.
const LONGEST_KEY: usize = 1000;

/// Writes a key and its colon. A very long key needs a `?` before it.
fn write_key(out: &mut String, key: &str, depth: usize) {
    let start = out.len();
    write_string(out, key);
    if out.len() - start > LONGEST_KEY {
        out.insert_str(start, "? ");
        out.push('\n');
        indent(out, depth);
    }
    out.push(':');
}

fn write_items(out: &mut String, items: &[Value], depth: usize, start: Start) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || start == Start::Line {
            indent(out, depth);
        }
        out.push_str("- ");
        match item {
            Value::Object(members) if !members.is_empty() => write_members(out, members, depth + 1, Start::Dash),
            Value::Array(items) if !items.is_empty() => write_items(out, items, depth + 1, Start::Dash),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                write_scalar(out, item, depth + 1);
            }
        }
    }
}

fn write_scalar(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::String(text) if is_block(text) => write_block(out, text, depth),
        Value::String(text) => write_string(out, text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => write_flow(out, value),
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn write_string(out: &mut String, text: &str) {
    if is_plain(text) { out.push_str(text) } else { quote(out, text) }
}

/// Whether a text of several lines can stand as a literal block, as prose should.
fn is_block(text: &str) -> bool {
    let printable = |character: char| character == '\n' || !(character.is_control() || is_unusual(character));
    let first = text.chars().next();
    text.contains('\n')
        && text.chars().all(printable)
        && !first.is_some_and(char::is_whitespace)
        && text.lines().any(|line| !line.is_empty())
}

fn write_block(out: &mut String, text: &str, depth: usize) {
    let content = text.trim_end_matches('\n');
    out.push_str(match text.len() - content.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    // Without its last line break, which `push('\n')` below gives back to each line.
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// Whether a text is a string in every YAML, without quotes, as key and as value.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins_well =
        bytes.first().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, b'/' | b'_' | b'$'));
    let ends_well = !text.ends_with([' ', ':']);
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b" _-./$+*()=;@~^<>!?&,{}[]%:'\"".contains(byte);
    let separators = text.contains(": ") || text.contains(" #");
    // Plain scalars break lines at no width here, and a word that any YAML reads as null, a truth value or a number is quoted.
    begins_well && ends_well && bytes.iter().all(inside) && !separators && !is_word(text)
}

fn is_word(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n")
}

/// Characters that some readers take for line breaks or byte order marks.
fn is_unusual(character: char) -> bool {
    matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Writes a string as JSON does, which is a double-quoted scalar of YAML too.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    let is_special =
        |character: char| matches!(character, '"' | '\\') || character.is_control() || is_unusual(character);
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        out.push_str(&rest[..at]);
        let mut characters = rest[at..].chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(other) => _ = write!(out, "\\u{:04x}", u32::from(other)),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn indent(out: &mut String, depth: usize) {
    (0..depth).for_each(|_| out.push_str("  "));
}
