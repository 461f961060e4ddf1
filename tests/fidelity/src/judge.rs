//! The judge: an independent validator of JSON Schema, asked about the schemas as their author wrote them.
//!
//! Nothing of the model's lowering is used here. What OpenAPI says otherwise than JSON Schema 2020-12 is translated (`translate`),
//! one schema after another, and references stay references.

mod family;
mod translate;

pub(crate) use translate::{CONSTRUCT, TAGGED};

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use jsonschema::{Draft, Registry, Validator};
use methodical_diagnostic::{Origin, Pointer};
use methodical_document::{Bundle, Node};
use methodical_model::{Direction, Shape};
use serde_json::{Map, Value, json};

use family::Parents;

/// The schemas of a description as JSON Schema, each for the ways in which its values travel.
pub struct Schemas {
    all: Map<String, Value>,
}

/// Collects the schemas that are asked for, and all that they refer to.
pub struct Collector<'b> {
    bundle: &'b Bundle,
    parents: Parents<'b>,
    keys: HashMap<(Pointer, Direction, bool), String>,
    waiting: Vec<(Node<'b>, Direction, bool, String)>,
    all: Map<String, Value>,
}

impl<'b> Collector<'b> {
    /// A collection without schemas.
    pub fn new(bundle: &'b Bundle) -> Collector<'b> {
        let parents = Parents::of(bundle);
        Collector { bundle, parents, keys: HashMap::new(), waiting: Vec::new(), all: Map::new() }
    }

    /// The key of a schema, for values that travel this `way`.
    pub fn key(&mut self, node: &Node<'b>, way: Direction) -> String {
        self.key_of(node, way, false)
    }

    /// The key of a schema; or, of a parent, of what it says itself, its children aside.
    fn key_of(&mut self, node: &Node<'b>, way: Direction, own: bool) -> String {
        let own = own && self.parents.get(node).is_some();
        let next = format!("s{}", self.keys.len());
        let key = self.keys.entry((node.pointer(), way, own)).or_insert_with(|| next.clone()).clone();
        if key == next {
            self.waiting.push((*node, way, own, key.clone()));
        }
        key
    }

    /// All of them, translated.
    pub fn finish(mut self) -> Schemas {
        while let Some((node, way, own, key)) = self.waiting.pop() {
            let schema = translate::named(&mut self, &node, way, own);
            self.all.insert(key, schema);
        }
        Schemas { all: self.all }
    }
}

/// Where each schema of a bundle was written, the other way round: from the origin to the pointer in the bundle.
pub fn origins(bundle: &Bundle) -> HashMap<Origin, Pointer> {
    let mut found = HashMap::new();
    let mut waiting = vec![bundle.root()];
    while let Some(node) = waiting.pop() {
        let pointer = node.pointer();
        found.entry(bundle.origin(&pointer)).or_insert(pointer);
        waiting.extend(node.entries().map(|(_, member)| member));
        waiting.extend(node.items());
    }
    found
}

/// The schemas, ready to be asked about values of some of them.
pub struct Judge {
    validators: HashMap<String, Result<Arc<Validator>, String>>,
}

/// What decides about values of one schema.
pub struct Decider<'k> {
    key: &'k str,
    validator: Arc<Validator>,
}

impl Schemas {
    /// One schema.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.all.get(key)
    }

    /// The schema behind a `$ref` of one of them.
    pub fn referred(&self, reference: &str) -> Option<&Value> {
        self.all.get(reference.strip_prefix(translate::PREFIX)?)
    }

    /// The judge of values of the schemas with these keys. Beyond the deadline it understands no more of them.
    ///
    /// A validator is compiled with all that its schema leads to, which in a large description is nearly everything; so as many
    /// as possible are compiled together, as members of one object.
    ///
    /// # Errors
    ///
    /// The validator does not understand the schemas at all.
    pub fn judge<'k>(&self, keys: impl IntoIterator<Item = &'k str>, deadline: Instant) -> Result<Judge, String> {
        let root = json!({ "$defs": self.all });
        let registry = Registry::new().draft(Draft::Draft202012).add(URN, root);
        let registry = registry.and_then(|registry| registry.prepare()).map_err(|error| error.to_string())?;
        let keys: Vec<&str> = keys.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut judge = Judge { validators: HashMap::new() };
        judge.compile(&registry, &keys, deadline);
        Ok(judge)
    }
}

/// What the schemas are called.
const URN: &str = "urn:judge";

impl Judge {
    /// What decides about values of one schema.
    ///
    /// # Errors
    ///
    /// The validator does not understand the schema, or one that it refers to, or there was no time for it.
    pub fn of<'k>(&self, key: &'k str) -> Result<Decider<'k>, String> {
        let found = self.validators.get(key).cloned();
        let validator = found.unwrap_or_else(|| Err("the judge was not asked about it".to_owned()))?;
        Ok(Decider { key, validator })
    }

    /// Where several together are not understood, the halves are tried each alone.
    fn compile(&mut self, registry: &Registry<'_>, keys: &[&str], deadline: Instant) {
        let found = match Instant::now() < deadline {
            true => validator(registry, keys).map(Arc::new),
            false => Err(NO_TIME.to_owned()),
        };
        match (found, keys) {
            (Err(reason), [_, _, ..]) if reason != NO_TIME => {
                let (one, other) = keys.split_at(keys.len() / 2);
                self.compile(registry, one, deadline);
                self.compile(registry, other, deadline);
            }
            (found, keys) => {
                self.validators.extend(keys.iter().map(|key| ((*key).to_owned(), found.clone())));
            }
        }
    }
}

/// Why the judge says nothing of a schema that there was no time for.
pub const NO_TIME: &str = "there was no time for it";

impl Decider<'_> {
    /// Whether a value is one of the schema.
    pub fn is_valid(&self, value: Value) -> bool {
        self.validator.is_valid(&Value::Object(Map::from_iter([(self.key.to_owned(), value)])))
    }
}

/// What decides about objects of which each member is a value of the schema that has its name for a key.
fn validator(registry: &Registry<'_>, keys: &[&str]) -> Result<Validator, String> {
    let member = |key: &&str| ((*key).to_owned(), json!({ "$ref": format!("{URN}{}{key}", translate::PREFIX) }));
    let members: Map<String, Value> = keys.iter().map(member).collect();
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_registry(registry)
        .should_validate_formats(true)
        .with_format("byte", is_base64)
        .with_format("decimal", is_decimal)
        .with_format("time", is_time)
        .build(&json!({ "properties": members }))
        .map_err(|error| error.to_string())
}

/// RFC 3339 `full-time`, of which the offset may be missing.
fn is_time(text: &str) -> bool {
    static DATE_TIME: LazyLock<Option<Validator>> = LazyLock::new(|| {
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        options.build(&json!({ "format": "date-time" })).ok()
    });
    let is_date_time = |text: &str| {
        DATE_TIME.as_ref().is_some_and(|validator| validator.is_valid(&json!(format!("2016-12-31T{text}"))))
    };
    is_date_time(text) || is_date_time(&format!("{text}Z"))
}

/// A number in digits: sign, point and exponent may be there.
fn is_decimal(text: &str) -> bool {
    text.parse::<f64>().is_ok() && !text.contains(|letter: char| letter.is_ascii_alphabetic() && !"eE".contains(letter))
}

/// RFC 4648 base64 with padding.
fn is_base64(text: &str) -> bool {
    let letters = text.trim_end_matches('=');
    let padding = text.len() - letters.len();
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    // The bits that are left over are zero.
    let ends = match padding {
        1 => letters.ends_with(|last| "AEIMQUYcgkosw048".contains(last)),
        2 => letters.ends_with(|last| "AQgw".contains(last)),
        _ => padding == 0,
    };
    text.len().is_multiple_of(4) && ends && letters.bytes().all(is_letter)
}

/// Whether a type is what a parent says itself: the alternative for all other tags of a union that was made of the same schema.
fn is_rest_of_union(api: &methodical_model::Api, index: usize) -> bool {
    api.types.iter().any(|def| {
        let Shape::Union(union) = &def.shape else { return false };
        let rest = union.discriminator.as_ref().and_then(|discriminator| union.variants.get(discriminator.default?));
        let rest = rest.and_then(|(_, schema)| schema.type_id());
        rest.is_some_and(|id| id.index() == index && api.types[index].origin == def.origin)
    })
}

/// The named types of a model with what their author wrote: the position of each, and its key.
pub fn keys(
    collector: &mut Collector<'_>,
    api: &methodical_model::Api,
    chosen: impl Fn(usize) -> bool,
) -> BTreeMap<usize, String> {
    let bundle = collector.bundle;
    let origins = origins(bundle);
    let mut keys = BTreeMap::new();
    for (index, def) in api.types.iter().enumerate().filter(|(index, _)| chosen(*index)) {
        if let Some(node) = origins.get(&def.origin).and_then(|pointer| bundle.at(pointer)) {
            let own = is_rest_of_union(api, index);
            keys.insert(index, collector.key_of(&node, def.direction, own));
        }
    }
    keys
}
