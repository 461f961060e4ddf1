//! What schemas mean, as numbers: equal numbers, equal meaning, whatever a component is called, whether it is referred to or written
//! in place, and in which order anything stands. It is why what did not change costs next to nothing.
//!
//! Types are taken in the order of what they refer to. Those that refer to each other in a circle are told apart in rounds, each
//! looking one reference further, until a round tells no more of them apart; then each counts with all of the circle.

use std::collections::{BTreeSet, HashMap};

use methodical_document::{Number, Object, Value};
use methodical_model::{Api, IMPLIED_TYPE, TypeId};

/// A meaning. 128 bits, so that two schemas of one number by accident are not to be expected.
pub(super) type Hash = u128;

const FACTOR: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

pub(super) fn mix(left: Hash, right: Hash) -> Hash {
    let product = (left.rotate_left(29) ^ right).wrapping_mul(FACTOR);
    product ^ (product >> 59)
}

pub(super) fn text(text: &str) -> Hash {
    let mut hash = mix(1, text.len() as u128);
    for chunk in text.as_bytes().chunks(16) {
        let mut bytes = [0; 16];
        bytes[..chunk.len()].copy_from_slice(chunk);
        hash = mix(hash, u128::from_le_bytes(bytes));
    }
    hash
}

/// A sum, in which order means nothing.
fn sum(hashes: impl Iterator<Item = Hash>) -> Hash {
    hashes.fold(7, |sum, hash| sum.wrapping_add(mix(hash, 11)))
}

/// The hashes of all types of a description, by position.
pub(super) struct Hashes<'a> {
    names: HashMap<&'a str, TypeId>,
    types: Vec<Hash>,
    /// The components, by what they mean.
    components: HashMap<Hash, TypeId>,
}

impl<'a> Hashes<'a> {
    pub(super) fn new(api: &'a Api) -> Hashes<'a> {
        let names = api.types_with_ids().map(|(id, definition)| (definition.name.pascal.as_str(), id)).collect();
        let mut hashes = Hashes { names, types: vec![0; api.types.len()], components: HashMap::new() };
        for circle in circles(api) {
            hashes.settle(api, &circle);
        }
        // Of several that mean the same the first counts. A type that got its name from its place is no component.
        for (id, _) in api.types_with_ids().filter(|(_, definition)| !definition.name.wire.starts_with('/')) {
            hashes.components.entry(hashes.types[id.index()]).or_insert(id);
        }
        hashes
    }

    /// The component that means this.
    pub(super) fn component(&self, hash: Hash) -> Option<TypeId> {
        self.components.get(&hash).copied()
    }

    /// The type that a reference names.
    pub(super) fn named(&self, name: &str) -> Option<TypeId> {
        self.names.get(name).copied()
    }

    pub(super) fn of_type(&self, id: TypeId) -> Hash {
        self.types[id.index()]
    }

    fn settle(&mut self, api: &Api, circle: &[TypeId]) {
        let refers_to_itself = |id: TypeId| api.type_def(id).canonical.references.contains(&id);
        let round = |hashes: &Hashes<'_>| -> Vec<Hash> {
            circle.iter().map(|id| hashes.schema(&api.type_def(*id).canonical.value)).collect()
        };
        if let [only] = circle
            && !refers_to_itself(*only)
        {
            self.types[only.index()] = round(self)[0];
            return;
        }
        let mut classes = 0;
        loop {
            let next: Vec<Hash> = round(self);
            for (id, hash) in circle.iter().zip(&next) {
                self.types[id.index()] = mix(self.types[id.index()], *hash);
            }
            let told_apart = circle.iter().map(|id| self.types[id.index()]).collect::<BTreeSet<_>>().len();
            if told_apart <= classes {
                break;
            }
            classes = told_apart;
        }
        let whole = sum(circle.iter().map(|id| self.types[id.index()]));
        for id in circle {
            self.types[id.index()] = mix(self.types[id.index()], whole);
        }
    }

    /// What a schema means.
    pub(super) fn schema(&self, value: &Value) -> Hash {
        let Value::Object(keywords) = value else { return plain(value) };
        if let (1, Some((keyword, only))) = (keywords.len(), keywords.first()) {
            match (keyword.as_str(), only) {
                ("$ref", Value::String(name)) => return self.reference(name),
                ("allOf", Value::Array(parts)) if parts.len() == 1 => return self.schema(&parts[0]),
                _ => {}
            }
        }
        let mut said = keywords.iter().filter(|(keyword, _)| keyword.as_str() != IMPLIED_TYPE).peekable();
        if said.peek().is_none() {
            return plain(&Value::Bool(true));
        }
        sum(said.map(|(keyword, value)| self.keyword(keywords, keyword, value)))
    }

    fn reference(&self, name: &str) -> Hash {
        self.named(name).map_or_else(|| text(name), |id| self.of_type(id))
    }

    fn keyword(&self, holder: &Object, keyword: &str, value: &Value) -> Hash {
        let (name, content) = match (keyword, value) {
            ("$ref", Value::String(name)) => (keyword, self.reference(name)),
            ("const", value) => ("enum", sum([plain(value)].into_iter())),
            ("type" | "enum" | "required", Value::Array(items)) => (keyword, sum(items.iter().map(plain))),
            ("type", name) => (keyword, sum([plain(name)].into_iter())),
            ("allOf" | "oneOf" | "anyOf", Value::Array(parts)) => {
                (keyword, sum(parts.iter().map(|part| self.schema(part))))
            }
            ("prefixItems", Value::Array(items)) => {
                (keyword, items.iter().fold(3, |hash, item| mix(hash, self.schema(item))))
            }
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(members)) => {
                (keyword, sum(members.iter().map(|(name, schema)| mix(text(name), self.schema(schema)))))
            }
            ("dependentRequired", Value::Object(members)) => {
                let names = |value: &Value| sum(value.as_array().unwrap_or_default().iter().map(plain));
                (keyword, sum(members.iter().map(|(name, others)| mix(text(name), names(others)))))
            }
            ("discriminator", Value::Object(members)) => (keyword, self.discriminator(holder, members)),
            (
                "items"
                | "contains"
                | "not"
                | "if"
                | "then"
                | "else"
                | "additionalProperties"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties",
                schema,
            ) => (keyword, self.schema(schema)),
            (_, value) => (keyword, plain(value)),
        };
        mix(text(name), content)
    }

    fn discriminator(&self, holder: &Object, members: &Object) -> Hash {
        let alternatives = ["oneOf", "anyOf"].iter().find_map(|keyword| holder.get(keyword)?.as_array());
        let proper: Vec<&Value> = alternatives.unwrap_or_default().iter().filter(|one| !is_null(one)).collect();
        let target = |value: &Value| match value.as_str() {
            Some(name) => self.reference(name),
            None => position_of(value).and_then(|at| proper.get(at)).map_or(5, |one| self.schema(one)),
        };
        let mapping = members.get("mapping").and_then(Value::as_object);
        let mapping = mapping.into_iter().flatten().map(|(tag, value)| mix(text(tag), target(value)));
        let property = members.get("propertyName").map_or(0, plain);
        let default = members.get("defaultMapping").map_or(0, target);
        mix(mix(property, sum(mapping)), default)
    }
}

/// The position that a mapping leads to.
pub(super) fn position_of(value: &Value) -> Option<usize> {
    usize::try_from(value.as_number()?.as_i128()?).ok()
}

/// Whether a schema is what the model writes for `null` alone.
pub(super) fn is_null(schema: &Value) -> bool {
    schema.as_object().is_some_and(|members| members.len() == 1)
        && schema.get("type").and_then(Value::as_str) == Some("null")
}

/// A value: numbers by what they are, members in any order.
fn plain(value: &Value) -> Hash {
    match value {
        Value::Null => 101,
        Value::Bool(truth) => 103 + u128::from(*truth),
        Value::Number(number) => mix(107, self::number(number)),
        Value::String(string) => mix(109, text(string)),
        Value::Array(items) => items.iter().fold(113, |hash, item| mix(hash, plain(item))),
        Value::Object(members) => mix(127, sum(members.iter().map(|(name, value)| mix(text(name), plain(value))))),
    }
}

fn number(number: &Number) -> Hash {
    match (number.as_i128(), number.as_f64()) {
        (Some(integer), _) => integer.cast_unsigned(),
        (None, Some(float)) => mix(131, u128::from(float.to_bits())),
        (None, None) => text(&number.to_string()),
    }
}

/// The types, those first that others refer to; what refers to each other in a circle comes together (Tarjan's algorithm, without
/// recursion).
fn circles(api: &Api) -> Vec<Vec<TypeId>> {
    const UNSEEN: usize = usize::MAX;
    let ids: Vec<TypeId> = api.types_with_ids().map(|(id, _)| id).collect();
    let mut order = vec![UNSEEN; ids.len()];
    let mut lowest = vec![UNSEEN; ids.len()];
    let mut open = vec![false; ids.len()];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in &ids {
        if order[root.index()] != UNSEEN {
            continue;
        }
        let mut ways = vec![(*root, 0_usize)];
        while let Some((id, child)) = ways.pop() {
            let at = id.index();
            if child == 0 {
                (order[at], lowest[at], open[at]) = (next, next, true);
                next += 1;
                stack.push(id);
            }
            let references = &api.type_def(id).canonical.references;
            if let Some(target) = child.checked_sub(1).and_then(|last| references.get(last))
                && open[target.index()]
            {
                lowest[at] = lowest[at].min(lowest[target.index()]);
            }
            if let Some(target) = references.get(child) {
                ways.push((id, child + 1));
                if order[target.index()] == UNSEEN {
                    ways.push((*target, 0));
                }
                continue;
            }
            if lowest[at] == order[at] {
                let from = stack.iter().rposition(|one| *one == id).unwrap_or(0);
                let circle = stack.split_off(from);
                circle.iter().for_each(|one| open[one.index()] = false);
                found.push(circle);
            }
        }
    }
    found
}
