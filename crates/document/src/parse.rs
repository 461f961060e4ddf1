//! From text to [`Value`]: JSON by `serde_json`, YAML by the maintained `serde_yaml`, each through one visitor.
//!
//! The visitor is our own because a derived one would drop the order of keys or the second of two equal ones, and because it counts: a
//! few lines of YAML with aliases can stand for more nodes than memory holds.

mod visitor;

use std::ops::Range;

use crate::places::{self, Places, Syntax};
use crate::value::{Number, Value};
use methodical_diagnostic::Pointer;
use serde::de::DeserializeSeed;
use visitor::{Seed, State};

/// A text that was read: its value, the syntax it turned out to be, and the keys that stand twice in an object.
pub(crate) struct Parsed {
    pub(crate) value: Value,
    pub(crate) syntax: Syntax,
    /// A key that was met a second time. Their places are in [`places::duplicates`].
    pub(crate) duplicate: Option<String>,
}

/// Why a text is neither JSON nor YAML.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) syntax: Syntax,
    pub(crate) message: String,
    pub(crate) range: Range<usize>,
}

/// Reads a text. The name decides which syntax an error is told in: `.json` means JSON.
pub(crate) fn parse(name: &str, text: &str) -> Result<Parsed, Failure> {
    let is_json = extension(name).eq_ignore_ascii_case("json");
    // YAML 1.2 contains JSON, but a JSON parser is ten times as fast, and stricter where the name says JSON.
    if is_json || text.trim_start().starts_with(['{', '[']) {
        match parse_json(text) {
            Ok(parsed) => return Ok(parsed),
            Err(failure) if is_json => return Err(failure),
            Err(_) => {}
        }
    }
    parse_yaml(text)
}

/// What follows the last dot of a file's name.
pub(crate) fn extension(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn parse_json(text: &str) -> Result<Parsed, Failure> {
    let state = State::new(text.len(), Syntax::Json);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Seed(&state).deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(value) => Ok(finish(text, Syntax::Json, value, &state)),
        Err(error) => {
            let message = error.to_string();
            let sentence = in_words(message.split(" at line ").next().unwrap_or_default());
            Err(Failure {
                syntax: Syntax::Json,
                message: sentence,
                range: json_range(text, error.line(), error.column()),
            })
        }
    }
}

fn parse_yaml(text: &str) -> Result<Parsed, Failure> {
    if opens_many(text)
        && let Some(range) = places::too_deep(text)
    {
        let message = in_words("recursion limit exceeded");
        return Err(Failure { syntax: Syntax::Yaml, message, range });
    }
    let state = State::new(text.len(), Syntax::Yaml);
    match Seed(&state).deserialize(serde_yaml::Deserializer::from_str(text)) {
        Ok(value) => Ok(finish(text, Syntax::Yaml, value, &state)),
        Err(error) => {
            let place = error.location().map_or((1, 1), |location| (location.line(), location.column()));
            let message = in_words(&without_place(&error.to_string(), place));
            Err(Failure { syntax: Syntax::Yaml, message, range: yaml_range(text, place.0, place.1) })
        }
    }
}

/// Whether a text may have very many open brackets at once, for which libyaml's time grows with the square.
fn opens_many(text: &str) -> bool {
    let mut open = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > 1000
    })
}

fn finish(text: &str, syntax: Syntax, mut value: Value, state: &State) -> Parsed {
    if state.has_doubtful_number() {
        let places = Places::of(text, syntax);
        restore_numbers(&mut value, &mut Pointer::root(), text, &places);
    }
    Parsed { value, syntax, duplicate: state.duplicate() }
}

/// Gives integers that came as doubles their digits back, from the text.
fn restore_numbers(value: &mut Value, pointer: &mut Pointer, text: &str, places: &Places) {
    match value {
        Value::Number(number @ Number::Float(_)) if visitor::is_doubtful(number) => {
            if let Some(written) = places.exact_value(text, pointer).and_then(|range| text.get(range)) {
                *number = visitor::read_number(written).unwrap_or_else(|| number.clone());
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                restore_numbers(item, &mut pointer.join(&index.to_string()), text, places);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                restore_numbers(member, &mut pointer.join(key), text, places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `serde_json` counts bytes in its columns, from 1, and 0 for the end of the line before.
fn json_range(text: &str, line: usize, column: usize) -> Range<usize> {
    let line_start = line_start(text, line);
    let at = text.floor_char_boundary((line_start + column.saturating_sub(1)).min(text.len()));
    one_character(text, at)
}

/// libyaml counts characters.
fn yaml_range(text: &str, line: usize, column: usize) -> Range<usize> {
    let start = line_start(text, line);
    let at = text[start..].char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at);
    one_character(text, at)
}

fn line_start(text: &str, line: usize) -> usize {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(breaks).nth(line.saturating_sub(1)).unwrap_or(text.len())
}

fn one_character(text: &str, at: usize) -> Range<usize> {
    let length =
        text[at..].chars().next().filter(|character| !matches!(character, '\r' | '\n')).map_or(0, char::len_utf8);
    at..at + length
}

/// What some of libyaml's messages mean to who writes YAML.
fn in_words(message: &str) -> String {
    let meaning = match message {
        "deserializing from YAML containing more than one document is not supported" => {
            "it holds more than one document, divided by `---`"
        }
        "recursion limit exceeded" => "it is nested more than 128 levels deep",
        "repetition limit exceeded" => "its aliases stand for too many nodes",
        "unknown anchor" => "no anchor of this name stands before the alias",
        other => other,
    };
    meaning.to_owned()
}

/// The message without the line and column of the place itself, which the diagnostic shows.
fn without_place(message: &str, (line, column): (usize, usize)) -> String {
    message.replacen(&format!(" at line {line} column {column}"), "", 1)
}
