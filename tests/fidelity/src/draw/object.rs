//! Objects: members by name, by pattern, and those without a name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::facets::Facets;
use super::text::matching;
use super::{Drawer, Fill};
use crate::json::{Json, Step};

/// Members that have no name in the description are called so.
const FREE: [&str; 4] = ["free", "unnamed", "x", "a b/c"];
/// A map that would have to be larger is not drawn.
const LARGEST: usize = 60;

impl<'s> Drawer<'s> {
    pub(super) fn object(&mut self, facets: &Facets<'s>) -> Json {
        let named = named(facets);
        self.note(if named.is_empty() { "map" } else { "object" });
        let required = required(facets);
        let mut members = BTreeMap::new();
        for (name, schemas) in &named {
            let needed = required.contains(*name);
            if schemas.iter().any(|schema| schema.get("x-absent").is_some()) || !(needed || self.wants()) {
                continue;
            }
            let value = self.below(Step::Name((*name).to_owned()), schemas);
            members.insert((*name).to_owned(), value);
        }
        for name in required.iter().filter(|name| !named.contains_key(*name)) {
            let schemas = self.unnamed(facets, name);
            members.insert((*name).to_owned(), self.below(Step::Name((*name).to_owned()), &schemas));
        }
        self.add_free(facets, &mut members);
        self.break_members(facets, &required, &members);
        Json::Object(members)
    }

    /// What a member has to satisfy that `properties` does not name.
    fn unnamed(&mut self, facets: &Facets<'s>, name: &str) -> Vec<&'s Value> {
        let mut found = Vec::new();
        for schema in facets.schemas() {
            let patterns = schema.get("patternProperties").and_then(Value::as_object);
            let matched: Vec<_> =
                patterns.into_iter().flatten().filter(|(pattern, _)| matches(pattern, name)).collect();
            if matched.is_empty() {
                found.extend(schema.get("additionalProperties"));
            } else {
                found.extend(matched.into_iter().map(|(_, schema)| schema));
            }
        }
        found
    }

    /// Members that have no name, where something says what they are, or where there must be more.
    fn add_free(&mut self, facets: &Facets<'s>, members: &mut BTreeMap<String, Json>) {
        let least = facets.largest("minProperties").unwrap_or(0).min(LARGEST);
        let greatest = facets.smallest("maxProperties").unwrap_or(usize::MAX);
        let patterns: Vec<&str> = facets
            .all("patternProperties")
            .filter_map(Value::as_object)
            .flat_map(|patterns| patterns.keys().map(String::as_str))
            .collect();
        if !patterns.is_empty() {
            self.note("patternProperties");
        }
        let closes = facets.all("additionalProperties").any(|schema| *schema == false);
        let says = facets.any("additionalProperties").is_some() && !closes;
        if says {
            self.note("additionalProperties");
        }
        let mut names = Vec::new();
        for pattern in &patterns {
            names.extend(matching(pattern, &mut self.random));
        }
        if says || least > members.len() {
            let spoken = facets.any("propertyNames").map(|schema| self.name_like(schema));
            let free = FREE.iter().map(|name| (*name).to_owned());
            let numbered = (1..=least).map(|number| format!("free{number}"));
            names.extend(
                spoken
                    .into_iter()
                    .flatten()
                    .chain(free.filter(|_| facets.any("propertyNames").is_none()))
                    .chain(numbered),
            );
        }
        let wanted = if self.fill == Fill::Least || self.path.len() >= super::DEEP { 0 } else { 2 + patterns.len() };
        let wanted = (members.len() + if says || !patterns.is_empty() { wanted } else { 0 }).max(least).min(greatest);
        for name in names {
            if members.len() >= wanted {
                break;
            }
            if members.contains_key(&name) {
                continue;
            }
            let schemas = self.unnamed(facets, &name);
            let value = self.below(Step::Name(name.clone()), &schemas);
            members.insert(name, value);
        }
    }

    /// Names that `propertyNames` accepts.
    fn name_like(&mut self, schema: &'s Value) -> Vec<String> {
        self.note("propertyNames");
        let drawn: Vec<Json> = self.aside(|drawer| (0..3).map(|_| drawer.value(&[schema])).collect());
        let text = |value| if let Json::String(text) = value { Some(text) } else { None };
        drawn.into_iter().filter_map(text).collect()
    }

    fn break_members(&mut self, facets: &Facets<'s>, required: &BTreeSet<&'s str>, members: &BTreeMap<String, Json>) {
        for name in required.iter().filter(|name| members.contains_key(**name)) {
            self.break_below("required member", Step::Name((*name).to_owned()), None);
        }
        let dependent = ["dependentRequired", "dependentSchemas"].iter().any(|keyword| facets.any(keyword).is_some());
        if dependent {
            self.note("dependent members");
            for name in members.keys().filter(|name| !required.contains(name.as_str())) {
                self.break_below("dependent members", Step::Name(name.clone()), None);
            }
        }
        let unknown = || Step::Name("unknown-member".to_owned());
        if facets.all("additionalProperties").any(|schema| *schema == false) {
            self.note("closed object");
            self.break_below("closed object", unknown(), Some(Json::integer(1)));
        }
        if facets.any("unevaluatedProperties").is_some() {
            self.note("unevaluatedProperties");
            self.break_below("unevaluatedProperties", unknown(), Some(Json::integer(1)));
        }
        if facets.any("propertyNames").is_some() {
            self.break_below("propertyNames", Step::Name("\u{1}  A-_9".to_owned()), Some(Json::Null));
        }
        if facets.any("minProperties").is_some() || facets.any("maxProperties").is_some() {
            self.note("number of members");
        }
        if facets.largest("minProperties").is_some_and(|least| least > 0) {
            self.break_here("number of members", Json::Object(BTreeMap::new()));
        }
        if let Some(greatest) = facets.smallest("maxProperties").filter(|greatest| *greatest < LARGEST)
            && let Some(like) = members.values().next()
        {
            let more = (0..=greatest).map(|number| (format!("more{number}"), like.clone()));
            self.break_here("number of members", Json::Object(members.clone().into_iter().chain(more).collect()));
        }
    }
}

fn named<'s>(facets: &Facets<'s>) -> BTreeMap<&'s str, Vec<&'s Value>> {
    let mut named: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (name, schema) in facets.all("properties").filter_map(Value::as_object).flatten() {
        named.entry(name).or_default().push(schema);
    }
    named
}

fn required<'s>(facets: &Facets<'s>) -> BTreeSet<&'s str> {
    facets.all("required").filter_map(Value::as_array).flatten().filter_map(Value::as_str).collect()
}

fn matches(pattern: &str, name: &str) -> bool {
    let schema = serde_json::json!({ "pattern": pattern });
    jsonschema::validator_for(&schema).is_ok_and(|validator| validator.is_valid(&Value::from(name)))
}
