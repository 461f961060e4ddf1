//! `deepObject`: `filter[a]=1`. OpenAPI says what one level of members looks like and no more; what stands here beyond it is
//! what its servers agree on: members of members are `filter[a][b]=1`, a list is repeated (`filter[a]=1&filter[a]=2`, also
//! `filter[a][]=1`) or numbered (`filter[a][0]=1`), which lists of objects always are.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::query::Query;
use super::read::{Plus, decode};
use super::shape::{Alternative, Items, Shape, alternatives, any, coerce_as, items_of, members_of};
use super::write::encode_segment;
use super::{StyleError, primitive_text};
use crate::Parameter;
use crate::rules::Rules;
use crate::validate::accepts;

/// How many brackets a name may have.
const DEEPEST: usize = 16;

/// What stands at a name: texts, and what stands below it by its next bracket.
#[derive(Debug, Default)]
struct Tree {
    texts: Vec<String>,
    below: BTreeMap<String, Tree>,
}

/// Reads a parameter; `None`: nothing of it is there.
pub(super) fn read_tree(
    parameter: &Parameter,
    as_one: &Alternative<'_>,
    query: &Query,
) -> Result<Option<Value>, StyleError> {
    let mut tree = Tree::default();
    for (name, raw) in &query.pairs {
        let Some(brackets) = name.strip_prefix(parameter.name).and_then(steps) else {
            continue;
        };
        if brackets.len() > DEEPEST {
            return Err(StyleError::Malformed { name: parameter.name.to_owned() });
        }
        let mut at = &mut tree;
        for step in brackets {
            at = at.below.entry(step.to_owned()).or_default();
        }
        at.texts.push(decode(parameter.name, raw, Plus::Space)?);
    }
    if tree.texts.is_empty() && tree.below.is_empty() {
        return Ok(None);
    }
    tree.value_as(as_one).ok_or_else(|| StyleError::Malformed { name: parameter.name.to_owned() }).map(Some)
}

/// `[a][b]` as `a`, `b`; `None` for what is no sequence of brackets.
fn steps(mut text: &str) -> Option<Vec<&str>> {
    let mut steps = Vec::new();
    while !text.is_empty() {
        let (step, rest) = text.strip_prefix('[')?.split_once(']')?;
        steps.push(step);
        text = rest;
    }
    Some(steps)
}

impl Tree {
    /// The value that stands here, as the first alternative that accepts it has it.
    fn value(&self, rules: &Rules) -> Option<Value> {
        let found = alternatives(rules);
        let mut first = None;
        for alternative in &found {
            match self.value_as(alternative) {
                Some(value) if found.len() == 1 || accepts(alternative.rules, &value) => return Some(value),
                Some(value) => _ = first.get_or_insert(value),
                None => {}
            }
        }
        first
    }

    fn value_as(&self, as_one: &Alternative<'_>) -> Option<Value> {
        match as_one.shape {
            Shape::Array(items) => self.list(items),
            Shape::Object(_) if !self.texts.is_empty() => None,
            Shape::Object(members) => {
                let member = |(name, tree): (&String, &Tree)| Some((name.clone(), tree.value(members.rules(name))?));
                self.below.iter().map(member).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            Shape::Primitive => match self.texts.as_slice() {
                [only] if self.below.is_empty() => Some(coerce_as(as_one.rules, only)),
                _ => None,
            },
            Shape::Any => self.free(),
        }
    }

    /// Where the schema does not say: numbers make a list, names an object.
    fn free(&self) -> Option<Value> {
        match (self.texts.as_slice(), self.below.is_empty()) {
            ([only], true) => Some(Value::from(only.as_str())),
            (texts, true) => Some(texts.iter().map(String::as_str).collect()),
            ([], false) if self.below.keys().all(|step| is_number(step)) => self.list(Items::default()),
            ([], false) => {
                let member = |(name, tree): (&String, &Tree)| Some((name.clone(), tree.value(any())?));
                self.below.iter().map(member).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            (_, false) => None,
        }
    }

    fn list(&self, items: Items<'_>) -> Option<Value> {
        let mut texts: Vec<&String> = self.texts.iter().collect();
        let mut numbered = Vec::new();
        for (step, tree) in &self.below {
            match step.as_str() {
                "" => texts.extend(&tree.texts),
                step => numbered.push((step.parse::<u32>().ok()?, tree)),
            }
        }
        numbered.sort_by_key(|(number, _)| *number);
        let mut list: Vec<Value> =
            texts.into_iter().enumerate().map(|(index, text)| coerce_as(items.at(index), text)).collect();
        for (_, tree) in numbered {
            list.push(tree.value(items.at(list.len()))?);
        }
        Some(Value::Array(list))
    }
}

fn is_number(step: &str) -> bool {
    step.is_empty() || step.parse::<u32>().is_ok()
}

/// Writes a parameter as pairs.
pub(super) fn write_tree(
    parameter: &Parameter,
    value: &Value,
    encode: fn(&str) -> String,
) -> Result<String, StyleError> {
    let mut pairs = Vec::new();
    let walk = Walk { parameter, encode };
    walk.write(&encode_segment(parameter.name), parameter.schema.rules(), value, 0, &mut pairs)?;
    Ok(pairs.join("&"))
}

struct Walk<'p> {
    parameter: &'p Parameter,
    encode: fn(&str) -> String,
}

impl Walk<'_> {
    fn write(
        &self,
        name: &str,
        rules: &Rules,
        value: &Value,
        depth: usize,
        pairs: &mut Vec<String>,
    ) -> Result<(), StyleError> {
        if depth > DEEPEST {
            return Err(StyleError::Nested { name: self.parameter.name.to_owned() });
        }
        match value {
            Value::Object(members) => {
                let known = members_of(rules);
                for (member, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                    let rules = known.map_or_else(any, |known| known.rules(member));
                    let name = format!("{name}%5B{}%5D", encode_segment(member));
                    self.write(&name, rules, value, depth + 1, pairs)?;
                }
                Ok(())
            }
            Value::Array(items) => {
                let known = items_of(rules);
                // At the top a list has no member to be repeated under, and servers of this style want brackets.
                let repeats = depth > 0 && known.is_some() && items.iter().all(|item| primitive_text(item).is_some());
                for (index, item) in items.iter().enumerate() {
                    let name = if repeats { name.to_owned() } else { format!("{name}%5B{index}%5D") };
                    self.write(&name, known.unwrap_or_default().at(index), item, depth + 1, pairs)?;
                }
                Ok(())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                let text = primitive_text(value).unwrap_or_else(|| "null".to_owned());
                pairs.push(format!("{name}={}", (self.encode)(&text)));
                Ok(())
            }
        }
    }
}
