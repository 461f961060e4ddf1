//! Values drawn from a schema: ones that it should accept, and beside each all the ways to break one constraint of it. Whether a
//! value is accepted after all is for the judge to say; so a guess here may be wrong, and does no harm.

mod facets;
mod list;
mod number;
mod object;
mod text;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::json::{Json, Step, pointer};
use crate::judge::Schemas;
use crate::random::Random;
use facets::Facets;

/// A value, with what was decided on the way.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The value.
    pub value: Json,
    /// The constructs that it is made by, each with the place.
    pub constructs: BTreeSet<(String, String)>,
    /// Ways to break it, each of one constraint.
    pub breaks: Vec<Break>,
}

/// A change that breaks a constraint.
#[derive(Debug, Clone)]
pub struct Break {
    /// Of which construct.
    pub construct: String,
    /// Where.
    pub path: Vec<Step>,
    /// What is there then; nothing without.
    pub value: Option<Json>,
}

impl Break {
    /// The value with this change.
    pub fn apply(&self, value: &Json) -> Option<Json> {
        let mut value = value.clone();
        let Some(new) = &self.value else {
            let (last, path) = self.path.split_last()?;
            match (value.at_mut(path)?, last) {
                (Json::Object(members), Step::Name(name)) => drop(members.remove(name)?),
                (Json::Array(items), Step::Index(index)) if *index < items.len() => drop(items.remove(*index)),
                _ => return None,
            }
            return Some(value);
        };
        match self.path.split_last() {
            Some((Step::Name(name), path)) => {
                let Json::Object(members) = value.at_mut(path)? else { return None };
                members.insert(name.clone(), new.clone());
            }
            Some((Step::Index(_), _)) | None => *value.at_mut(&self.path)? = new.clone(),
        }
        Some(value)
    }
}

/// How much of what may be there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Nothing that need not.
    Least,
    /// Everything, as far as it is not deep.
    Most,
    /// As chance has it.
    Some,
}

/// How many values a drawn one is made of, about.
const SIZE: usize = 120;
/// How deep members that need not be there are drawn.
const DEEP: usize = 6;
/// Deeper than any value that must be there.
const DEEPEST: usize = 40;

/// Draws values of the schemas of one description.
pub struct Drawer<'s> {
    schemas: &'s Schemas,
    random: Random,
    fill: Fill,
    /// Which alternative comes next.
    turn: usize,
    left: usize,
    path: Vec<Step>,
    constructs: BTreeSet<(String, String)>,
    /// Whether ways to break values are looked for.
    is_breaking: bool,
    breaks: Vec<Break>,
}

impl<'s> Drawer<'s> {
    /// What draws from these schemas, by these numbers, and looks for ways to break what it draws if it `is_breaking`.
    pub fn new(schemas: &'s Schemas, random: Random, is_breaking: bool) -> Drawer<'s> {
        let (path, constructs, breaks) = Default::default();
        Drawer { schemas, random, fill: Fill::Most, turn: 0, left: SIZE, path, constructs, is_breaking, breaks }
    }

    /// One value. Each `turn` prefers other alternatives.
    pub fn draw(&mut self, schema: &'s Value, fill: Fill, turn: usize) -> Drawn {
        (self.fill, self.turn, self.left) = (fill, turn, SIZE);
        let value = self.value(&[schema]);
        Drawn { value, constructs: std::mem::take(&mut self.constructs), breaks: std::mem::take(&mut self.breaks) }
    }

    /// A value that all of these schemas accept.
    fn value(&mut self, schemas: &[&'s Value]) -> Json {
        self.left = self.left.saturating_sub(1);
        let facets = Facets::of(self, schemas);
        if facets.never || self.path.len() > DEEPEST {
            return Json::Null;
        }
        self.note_combined(&facets);
        let value = match facets.values() {
            Some(values) => self.listed(&facets, &values),
            None => self.typed(&facets),
        };
        if self.is_breaking {
            self.break_type(&facets, &value);
        }
        value
    }

    /// What is drawn for another purpose than to be there: neither its constructs nor its breaks are told.
    fn aside<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        let kept = (std::mem::take(&mut self.constructs), std::mem::take(&mut self.breaks));
        let is_breaking = std::mem::replace(&mut self.is_breaking, false);
        let drawn = draw(self);
        ((self.constructs, self.breaks), self.is_breaking) = (kept, is_breaking);
        drawn
    }

    fn below(&mut self, step: Step, schemas: &[&'s Value]) -> Json {
        self.path.push(step);
        let value = self.value(schemas);
        self.path.pop();
        value
    }

    fn note(&mut self, construct: impl Into<String>) {
        self.constructs.insert((pointer(&self.path), construct.into()));
    }

    fn break_here(&mut self, construct: impl Into<String>, value: Json) {
        if self.is_breaking {
            self.breaks.push(Break { construct: construct.into(), path: self.path.clone(), value: Some(value) });
        }
    }

    fn break_below(&mut self, construct: impl Into<String>, step: Step, value: Option<Json>) {
        if !self.is_breaking {
            return;
        }
        let path = self.path.iter().cloned().chain([step]).collect();
        self.breaks.push(Break { construct: construct.into(), path, value });
    }

    /// Whether something that need not be there is.
    fn wants(&mut self) -> bool {
        match self.fill {
            Fill::Least => false,
            Fill::Most => self.left > 0 && self.path.len() < DEEP,
            Fill::Some => self.left > 0 && self.path.len() < DEEP && self.random.below(2) == 0,
        }
    }

    fn note_combined(&mut self, facets: &Facets<'s>) {
        for (construct, excluded) in facets.combined() {
            self.note(construct);
            if let Some(excluded) = excluded.filter(|_| self.is_breaking) {
                let is_deep = self.path.len() >= DEEP;
                let value = if is_deep { Json::Null } else { self.aside(|drawer| drawer.value(&[excluded])) };
                self.break_here(construct, value);
            }
        }
    }

    /// One of the values that an `enum` or a `const` lists.
    fn listed(&mut self, facets: &Facets<'s>, values: &[Json]) -> Json {
        let construct = facets.construct().unwrap_or(if facets.any("const").is_some() { "const" } else { "enum" });
        let label = match values.iter().find(|value| **value != Json::Null) {
            Some(Json::String(_)) | None => construct.to_owned(),
            Some(_) => format!("{construct}, no text"),
        };
        self.note(label.as_str());
        let position = (self.turn + self.random.below(values.len())) % values.len().max(1);
        let value = values.get(position).cloned().unwrap_or(Json::Null);
        let unlike = match &value {
            Json::String(text) => Json::String(format!("{text}-unlike")),
            Json::Number(text) => Json::Number(format!("{}7", text.split(['.', 'e', 'E']).next().unwrap_or("1"))),
            Json::Bool(truth) => Json::Bool(!truth),
            Json::Null => Json::text("unlike"),
            Json::Array(items) => Json::Array(items.iter().cloned().chain([Json::Null]).collect()),
            Json::Object(members) => {
                Json::Object(members.clone().into_iter().chain([("unlike".to_owned(), Json::Null)]).collect())
            }
        };
        self.break_here(label, unlike);
        value
    }

    fn typed(&mut self, facets: &Facets<'s>) -> Json {
        let types = facets.types();
        let plain: Vec<&str> = types.iter().copied().filter(|name| *name != "null").collect();
        if plain.len() < types.len() {
            self.note("nullable");
            if plain.is_empty() || (self.fill != Fill::Most && self.random.below(4) == 0) {
                return Json::Null;
            }
        }
        if plain.len() > 1 && facets.names_type() {
            self.note("list of types");
        }
        let turn = self.turn + self.random.below(2);
        match plain.get(turn % plain.len().max(1)).copied() {
            Some("boolean") => {
                self.note("boolean");
                Json::Bool(self.random.below(2) == 0)
            }
            Some("integer") => self.integer(facets),
            Some("number") => self.number(facets),
            Some("string") => self.text(facets),
            Some("array") => self.list(facets),
            Some("object") => self.object(facets),
            Some(_) | None => self.anything(),
        }
    }

    fn anything(&mut self) -> Json {
        self.note("any value");
        let some = ["{\"any\":[1,\"two\",null]}", "\"any\"", "12", "true", "[]", "0.5"];
        self.random.choose(&some).and_then(|text| Json::parse(text)).unwrap_or(Json::Null)
    }

    /// The same place with a value of another type, and with null.
    fn break_type(&mut self, facets: &Facets<'s>, value: &Json) {
        let others = [
            Json::text("text"),
            Json::integer(3),
            Json::Bool(true),
            Json::Array(Vec::new()),
            Json::Object(Default::default()),
        ];
        let kind = std::mem::discriminant(value);
        let types = facets.types();
        if !facets.names_type() && facets.values().is_none() {
            return;
        }
        let accepted = |other: &Json| types.contains(&kind_name(other));
        let unlike: Vec<Json> =
            others.into_iter().filter(|other| std::mem::discriminant(other) != kind && !accepted(other)).collect();
        if let Some(other) = self.random.choose(&unlike) {
            self.break_here(format!("type {}", kind_name(value)), other.clone());
        }
        if *value != Json::Null && !types.contains(&"null") {
            self.break_here("not null", Json::Null);
        }
    }
}

fn kind_name(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}
