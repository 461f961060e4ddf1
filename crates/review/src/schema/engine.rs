//! What all questions share: the space of schemas, their normal forms, the validator of each version, and what has been answered.

use std::collections::HashMap;
use std::rc::Rc;

use methodical_document::Value;
use methodical_model::Api;
use methodical_wire::{CompiledSchema, SchemaSet, Violation};
use serde_json::Value as Json;

use super::inclusion::Questions;
use super::normal::Normal;
use super::space::{Space, Term, Text, Version};

pub(super) struct Engine<'a> {
    pub(super) space: Space<'a>,
    pub(super) normals: Vec<Option<Rc<Normal>>>,
    pub(super) questions: Questions,
    /// How deep samples are nested at the moment.
    pub(super) sampled: u32,
    /// How many values may still be put together for the one that is being made.
    pub(super) samples_left: u32,
    /// The values that were put together.
    pub(super) samples: HashMap<Term, Json>,
    /// How deep normal forms are nested that are made for others.
    pub(super) normalised: u32,
    sets: [SchemaSet; 2],
    compiled: HashMap<super::space::Part, Rc<CompiledSchema>>,
    facets: HashMap<String, Rc<CompiledSchema>>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(old: &'a Api, new: &'a Api) -> Engine<'a> {
        Engine {
            space: Space::new(old, new),
            normals: Vec::new(),
            questions: Questions::default(),
            sampled: 0,
            samples_left: 0,
            samples: HashMap::new(),
            normalised: 0,
            sets: [SchemaSet::default(), SchemaSet::default()],
            compiled: HashMap::new(),
            facets: HashMap::new(),
        }
    }

    /// What the validator has against a value. `None`: it is too intricate to be sure.
    pub(super) fn violations(&mut self, term: Term, value: &Json) -> Option<Vec<Violation>> {
        let mut all = Vec::new();
        for part in self.space.parts(term).iter() {
            let version = self.space.version(*part);
            let compiled = match self.compiled.get(part) {
                Some(compiled) => Rc::clone(compiled),
                None => {
                    let text = self.space.text(*part);
                    let compiled = Rc::new(self.compile(version, &text));
                    self.compiled.insert(*part, Rc::clone(&compiled));
                    compiled
                }
            };
            all.extend(self.sets[version as usize].violations(&compiled, value)?);
        }
        Some(all)
    }

    /// Whether the validator accepts a value.
    pub(super) fn accepts(&mut self, term: Term, value: &Json) -> Option<bool> {
        self.violations(term, value).map(|found| found.is_empty())
    }

    fn compile(&mut self, version: Version, text: &Text<'a>) -> CompiledSchema {
        self.define(version, text.value());
        self.sets[version as usize].compile(&text.value().to_json())
    }

    /// Makes known to the validator what a schema refers to.
    fn define(&mut self, version: Version, value: &Value) {
        let mut waiting = references(value);
        while let Some(name) = waiting.pop() {
            let Some(id) = self.space.named(version, &name) else { continue };
            let set = &mut self.sets[version as usize];
            if !set.contains(&name) {
                let schema = &self.space.api(version).type_def(id).canonical.value;
                set.insert(&name, schema.to_json());
                waiting.extend(references(schema));
            }
        }
    }

    /// Whether a text keeps one keyword, such as `format`.
    pub(super) fn keeps(&mut self, keyword: &str, value: &str, text: &str) -> bool {
        let schema = serde_json::json!({ keyword: value }).to_string();
        let set = &self.sets[0];
        let compiled = self.facets.entry(schema).or_insert_with_key(|schema| Rc::new(set.compile(schema)));
        set.violations(compiled, &Json::from(text)).is_some_and(|found| found.is_empty())
    }
}

/// The names that a schema refers to.
fn references(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                found.extend(value.reference().map(str::to_owned));
                waiting.extend(members.values());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}
