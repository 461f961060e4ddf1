//! Names for schemas that have none: after the place where they stand.
//!
//! The name follows from the JSON pointer alone, never from the order in which schemas are come upon, so that an edit
//! elsewhere renames nothing, unless it changes who else says the same (see `share`).

use std::collections::HashMap;

use methodical_diagnostic::Pointer;
use methodical_document::{Bundle, Node};

use super::reading::sorted_entries;
use super::union::kind_member;
use crate::Name;
use crate::names::words;

/// The names of operations by pointer.
#[derive(Default)]
pub(super) struct OperationNames(HashMap<Pointer, Vec<String>>);

impl OperationNames {
    pub(super) fn insert(&mut self, pointer: &Pointer, name: &Name) {
        self.0.insert(pointer.clone(), words(&name.wire));
    }
}

/// Titles of more words are sentences and no names.
const LONGEST_TITLE: usize = 4;

/// The words of the name for the schema at `pointer`.
pub(super) fn place_words(bundle: &Bundle, operations: &OperationNames, pointer: &Pointer) -> Vec<String> {
    let mut naming = Naming { operations, node: bundle.root(), at: Pointer::root(), words: Vec::new() };
    let tokens: Vec<String> = pointer.tokens().map(|token| token.into_owned()).collect();
    let mut rest = tokens.as_slice();
    while !rest.is_empty() {
        rest = naming.take(rest);
    }
    if naming.words.is_empty() { words("value") } else { naming.words }
}

/// A walk down a pointer that gathers words.
struct Naming<'b, 'o> {
    operations: &'o OperationNames,
    node: Node<'b>,
    at: Pointer,
    words: Vec<String>,
}

impl Naming<'_, '_> {
    /// Goes one member down, or two where a map lies between, and returns the tokens that are left.
    fn take<'t>(&mut self, tokens: &'t [String]) -> &'t [String] {
        let (first, rest) = (&tokens[0], &tokens[1..]);
        self.descend(first);
        let second = rest.first().map(String::as_str);
        match (first.as_str(), second) {
            ("components" | "schemas" | "requestBodies" | "content" | "schema" | "paths" | "webhooks", _) => {
                self.section(first, rest)
            }
            ("properties" | "patternProperties" | "$defs" | "definitions" | "headers", Some(name)) => {
                self.add(words(name));
                self.skip(rest)
            }
            ("responses", Some(status)) => {
                let is_main = self.is_main_success(status);
                self.add(words("response"));
                if !is_main {
                    self.add(words_of_status(status));
                }
                self.skip(rest)
            }
            ("parameters", Some(_)) => {
                let rest = self.skip(rest);
                let name = self.node.resolve().node().and_then(|node| node.get("name")?.as_str());
                self.add(name.map(words).unwrap_or_default());
                rest
            }
            // A callback's name, the expression of its URL, its method.
            ("callbacks", Some(name)) => {
                self.add(words(name));
                let rest = self.skip(rest);
                let rest = self.skip(rest);
                self.skip(rest)
            }
            ("oneOf" | "anyOf", Some(position)) => {
                let position = position.to_owned();
                let rest = self.skip(rest);
                let title = self.node.get("title").and_then(|title| title.as_str()).map(words);
                let title = title.filter(|title| title.len() <= LONGEST_TITLE);
                let kind = || kind_member(&self.node).map(words);
                self.add(title.or_else(kind).unwrap_or_else(|| variant_words(&position)));
                rest
            }
            ("allOf" | "prefixItems", Some(_)) => self.skip(rest),
            ("requestBody", _) => {
                self.add(words("body"));
                rest
            }
            ("items", _) => {
                self.add(words("item"));
                rest
            }
            ("additionalProperties", _) => {
                self.add(words("value"));
                rest
            }
            _ => {
                self.add(words(first));
                rest
            }
        }
    }

    /// Goes through what gives a name of its own, or none.
    fn section<'t>(&mut self, section: &str, rest: &'t [String]) -> &'t [String] {
        match (section, rest) {
            // `components/<kind>/<name>`: the kind is told for all kinds but schemas, whose names are names already.
            ("components", [kind, name, ..]) => {
                self.descend(kind);
                self.descend(name);
                self.add(words(name));
                match kind.as_str() {
                    "responses" => self.add(words("response")),
                    "requestBodies" => self.add(words("body")),
                    "callbacks" => {
                        let rest = self.skip(&rest[2..]);
                        return self.skip(rest);
                    }
                    _ => {}
                }
                &rest[2..]
            }
            ("paths", [path, method, ..]) => {
                self.descend(path);
                let operation = self.at.join(method);
                match self.operations.0.get(&operation) {
                    Some(name) => {
                        self.descend(method);
                        self.add(name.clone());
                        &rest[2..]
                    }
                    None => {
                        self.add(words(path));
                        &rest[1..]
                    }
                }
            }
            ("content" | "webhooks", [name, ..]) => {
                if section == "webhooks" {
                    self.add(words(name));
                }
                self.skip(rest)
            }
            _ => rest,
        }
    }

    fn skip<'t>(&mut self, tokens: &'t [String]) -> &'t [String] {
        let Some((first, rest)) = tokens.split_first() else {
            return tokens;
        };
        self.descend(first);
        rest
    }

    fn descend(&mut self, token: &str) {
        self.at.push(token);
        let child = self.node.get(token).or_else(|| self.node.index(token.parse().ok()?));
        if let Some(child) = child {
            self.node = child;
        }
    }

    fn add(&mut self, words: Vec<String>) {
        self.words.extend(words);
    }

    /// Whether a status is the lowest declared success: the one whose body is *the* response.
    fn is_main_success(&self, status: &str) -> bool {
        let successes = sorted_entries(&self.node).into_iter().filter(|(key, _)| key.starts_with('2'));
        successes.map(|(key, _)| key).next() == Some(status)
    }
}

fn words_of_status(status: &str) -> Vec<String> {
    vec![status.to_lowercase()]
}

/// `Variant1` is the first of `oneOf`.
fn variant_words(position: &str) -> Vec<String> {
    let number = position.parse::<usize>().map_or(0, |position| position.saturating_add(1));
    vec![format!("variant{number}")]
}
