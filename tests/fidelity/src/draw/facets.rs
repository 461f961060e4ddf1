//! All schemas that one value has to satisfy, laid side by side: references followed, `allOf` opened, of `oneOf` and `anyOf` one
//! alternative chosen. A question about a keyword is asked of all of them.

use serde_json::{Map, Value};

use super::Drawer;
use crate::json::Json;
use crate::judge::{CONSTRUCT, TAGGED};

type Object = Map<String, Value>;

/// How many schemas may apply to one value.
const MOST: usize = 400;

/// The schemas that one value has to satisfy.
#[derive(Default)]
pub(super) struct Facets<'s> {
    /// The schema `false` is among them.
    pub(super) never: bool,
    all: Vec<&'s Object>,
    combined: Vec<(&'static str, Option<&'s Value>)>,
}

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

impl<'s> Facets<'s> {
    pub(super) fn of(drawer: &mut Drawer<'s>, schemas: &[&'s Value]) -> Facets<'s> {
        let mut facets = Facets::default();
        let mut waiting: Vec<&'s Value> = schemas.iter().rev().copied().collect();
        while let Some(schema) = waiting.pop() {
            if *schema == Value::Bool(false) {
                facets.never = true;
            }
            let Some(keywords) = schema.as_object().filter(|_| facets.all.len() < MOST) else { continue };
            facets.all.push(keywords);
            facets.open(drawer, keywords, &mut waiting);
        }
        facets
    }

    fn open(&mut self, drawer: &mut Drawer<'s>, keywords: &'s Object, waiting: &mut Vec<&'s Value>) {
        let list = |keyword: &str| keywords.get(keyword).and_then(Value::as_array).filter(|list| !list.is_empty());
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            waiting.extend(drawer.schemas.referred(reference));
        }
        if let Some(parts) = list("allOf") {
            self.combined.push(("allOf", None));
            waiting.extend(parts);
        }
        for keyword in ["oneOf", "anyOf"] {
            let Some(alternatives) = list(keyword) else { continue };
            let tagged = keywords.contains_key(TAGGED);
            self.combined.push(match (keyword, tagged) {
                _ if keywords.contains_key(CONSTRUCT) => ("nullable", None),
                (_, true) => ("oneOf with discriminator", None),
                ("oneOf", false) => ("oneOf", None),
                (_, false) => ("anyOf", None),
            });
            waiting.extend(choose(drawer, alternatives));
        }
        if let Some(excluded) = keywords.get("not") {
            self.combined.push(("not", Some(excluded)));
        }
        if let Some(condition) = keywords.get("if") {
            self.combined.push(("if", None));
            if drawer.random.below(2) == 0 {
                waiting.push(condition);
                waiting.extend(keywords.get("then"));
            } else {
                waiting.extend(keywords.get("else"));
            }
        }
    }

    /// The first value of a keyword.
    pub(super) fn any(&self, keyword: &str) -> Option<&'s Value> {
        self.all(keyword).next()
    }

    /// All values of a keyword.
    pub(super) fn all<'f>(&'f self, keyword: &'f str) -> impl Iterator<Item = &'s Value> + use<'f, 's> {
        self.all.iter().filter_map(move |keywords| keywords.get(keyword))
    }

    /// The schemas, each with all its keywords.
    pub(super) fn schemas(&self) -> &[&'s Object] {
        &self.all
    }

    /// What is put together here; of `not`, what it excludes.
    pub(super) fn combined(&self) -> Vec<(&'static str, Option<&'s Value>)> {
        let mut combined = self.combined.clone();
        combined.dedup_by(|left, right| left.0 == right.0);
        combined
    }

    /// The construct that a translation has named.
    pub(super) fn construct(&self) -> Option<&'s str> {
        self.any(CONSTRUCT).and_then(Value::as_str)
    }

    /// Whether a type is named at all.
    pub(super) fn names_type(&self) -> bool {
        self.any("type").is_some()
    }

    /// The types that a value may have: those that all name; where none is named, those that the keywords speak of.
    pub(super) fn types(&self) -> Vec<&'s str> {
        let mut types: Vec<&'s str> = TYPES.to_vec();
        for named in self.all("type") {
            let names: Vec<&str> = match named {
                Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                    named.as_str().into_iter().collect()
                }
            };
            let has = |name: &str| names.contains(&name) || name == "integer" && names.contains(&"number");
            types.retain(|name| has(name));
        }
        if self.names_type() {
            // An integer is a number like any other; it is drawn only where it is asked for.
            if types.contains(&"number") {
                types.retain(|name| *name != "integer");
            }
            return types;
        }
        let speaks = |keywords: &[&str]| keywords.iter().any(|keyword| self.any(keyword).is_some());
        if speaks(&["properties", "required", "additionalProperties", "patternProperties", "minProperties"]) {
            vec!["object"]
        } else if speaks(&["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"]) {
            vec!["array"]
        } else if speaks(&["pattern", "minLength", "maxLength", "format"]) {
            vec!["string"]
        } else if speaks(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
            vec!["number"]
        } else {
            Vec::new()
        }
    }

    /// The values that are listed, if any are.
    pub(super) fn values(&self) -> Option<Vec<Json>> {
        let read = |value: &Value| Json::parse(&value.to_string());
        let constants = self.all("const").map(|value| read(value).into_iter().collect::<Vec<_>>());
        let lists = self.all("enum").filter_map(Value::as_array);
        let lists = lists.map(|list| list.iter().filter_map(read).collect::<Vec<_>>());
        let both = constants.chain(lists).reduce(|left, right| {
            left.into_iter().filter(|value| right.iter().any(|other| value.difference(other).is_none())).collect()
        });
        both.filter(|values| !values.is_empty())
    }

    /// The largest of the counts that a keyword gives.
    pub(super) fn largest(&self, keyword: &str) -> Option<usize> {
        self.all(keyword).filter_map(Value::as_u64).max().and_then(|count| usize::try_from(count).ok())
    }

    /// The smallest of the counts that a keyword gives.
    pub(super) fn smallest(&self, keyword: &str) -> Option<usize> {
        self.all(keyword).filter_map(Value::as_u64).min().map(|count| usize::try_from(count).unwrap_or(usize::MAX))
    }
}

/// The alternative whose turn it is; where values are deep already, one that goes no deeper.
fn choose<'s>(drawer: &mut Drawer<'s>, alternatives: &'s [Value]) -> Option<&'s Value> {
    if drawer.left == 0 || drawer.path.len() >= super::DEEP {
        let is_plain = |schema: &&Value| {
            let kind = schema.get("type").and_then(Value::as_str);
            schema.get("enum").is_some() || kind.is_some_and(|kind| !matches!(kind, "object" | "array"))
        };
        if let Some(plain) = alternatives.iter().find(is_plain) {
            return Some(plain);
        }
    }
    let offset = if drawer.path.is_empty() { 0 } else { drawer.random.below(alternatives.len()) };
    alternatives.get((drawer.turn + offset) % alternatives.len())
}
