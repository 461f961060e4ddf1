//! The description itself, as the server crate carries it: one JSON document, with the promises of each operation.
//!
//! What is served, shown or compared is then what was generated from. The members stand in an order of our own, that of
//! the OpenAPI specification where it has one and by name elsewhere, so that the order in which an author wrote them
//! makes no difference; each has a line of its own, so that a diff shows what changed.

use std::collections::HashMap;

use methodical_document::{JsonText, Object, Value};
use methodical_model::{Api, Operation, Promise, RuleId};

use crate::Package;
use crate::promises::common;

/// The text of the document. `description` is the root of a description of one document. It is written as it is read, since a large
/// one should not have to be copied to be written in another order.
pub(crate) fn text(api: &Api, package: &Package, description: &Value) -> String {
    let common = common(api);
    let of_all = common.iter().filter_map(|rule| Some(entry(rule.as_str(), rule.rule()?.title)));
    let of_all = Value::Array(of_all.collect());
    let header = Value::String(package.header());
    let writer = Writer { promising: promising(api, description), common };
    let mut json = JsonText::default();
    match description {
        Value::Object(root) => {
            let mut members = ordered(root, Position::Fixed);
            members.retain(|(key, _)| *key != "x-generated");
            put(&mut members, "x-promises", Member::Own(of_all));
            members.insert(1.min(members.len()), ("x-generated", Member::Own(header)));
            json.object(members, |json, member| writer.write(json, member));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => json.value(description),
    }
    json.finish()
}

/// The objects of all operations, by where they are in memory: whatever way one comes to such an object, it is that operation.
fn promising<'a>(api: &'a Api, description: &Value) -> HashMap<*const Object, &'a Operation> {
    let paths = description.get("paths");
    let object = |operation: &Operation| {
        let item = paths?.get(&operation.path.text)?;
        let members = operation.method.members();
        let found = members.iter().try_fold(item, |value, step| value.get(step))?;
        Some(std::ptr::from_ref(found.as_object()?))
    };
    api.operations.iter().filter_map(|operation| Some((object(operation)?, operation))).collect()
}

fn entry(rule: &str, sentence: &str) -> Value {
    let members = [("rule", rule), ("sentence", sentence)];
    Value::Object(members.map(|(name, text)| (name.to_owned(), Value::String(text.to_owned()))).into_iter().collect())
}

/// A member of an object as it is written: the author's, or one that says something of ours.
enum Member<'v> {
    Written(&'v Value, Position),
    Own(Value),
}

/// Puts a member in the place of the one with its key, or at the end.
fn put<'v>(members: &mut Vec<(&'v str, Member<'v>)>, key: &'v str, member: Member<'v>) {
    match members.iter_mut().find(|(known, _)| *known == key) {
        Some((_, known)) => *known = member,
        None => members.push((key, member)),
    }
}

/// What is known while the document is written.
struct Writer<'a> {
    promising: HashMap<*const Object, &'a Operation>,
    /// What every operation promises.
    common: Vec<RuleId>,
}

impl Writer<'_> {
    fn write(&self, json: &mut JsonText, member: Member<'_>) {
        match member {
            Member::Own(value) => json.value(&value),
            Member::Written(Value::Array(items), position) => {
                json.array(items, |json, item| self.write(json, Member::Written(item, position)));
            }
            Member::Written(Value::Object(object), position) => {
                let mut members = ordered(object, position);
                if let Some(operation) = self.promising.get(&std::ptr::from_ref(object)) {
                    put(&mut members, "x-promises", Member::Own(self.own_promises(operation)));
                }
                json.object(members, |json, member| self.write(json, member));
            }
            Member::Written(value, _) => json.value(value),
        }
    }

    /// What an operation promises beyond what all do.
    fn own_promises(&self, operation: &Operation) -> Value {
        let own = operation.promises.iter().filter(|promise| !self.common.contains(&promise.rule));
        Value::Array(own.map(|Promise { rule, sentence, .. }| entry(rule.as_str(), sentence)).collect())
    }
}

/// What the keys of an object are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Words of the specification.
    Fixed,
    /// Names of the description's own, each of an object with words of the specification.
    Names,
    /// Data: examples, defaults, extensions.
    Data,
}

/// The members that hold named objects.
const MAPS: [&str; 17] = [
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "mapping",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "variables",
];

/// The order in which a reader expects the words of the specification; all others follow by name.
const FIRST: [&str; 43] = [
    "openapi",
    "info",
    "servers",
    "security",
    "tags",
    "paths",
    "components",
    "$ref",
    "operationId",
    "title",
    "name",
    "in",
    "version",
    "url",
    "summary",
    "description",
    "deprecated",
    "get",
    "put",
    "post",
    "patch",
    "delete",
    "parameters",
    "requestBody",
    "responses",
    "type",
    "format",
    "nullable",
    "enum",
    "default",
    "required",
    "readOnly",
    "writeOnly",
    "style",
    "explode",
    "headers",
    "content",
    "schema",
    "links",
    "properties",
    "items",
    "allOf",
    "oneOf",
];

/// The members of an object in the order in which they are written.
fn ordered(object: &Object, position: Position) -> Vec<(&str, Member<'_>)> {
    let mut members: Vec<_> = object.iter().map(|(key, member)| (rank(position, key), member)).collect();
    members.sort_by_key(|(rank, _)| *rank);
    let written = |((_, key), member)| (key, Member::Written(member, below(position, key, member)));
    members.into_iter().map(written).collect()
}

/// What the keys of the member `key` are.
fn below(position: Position, key: &str, member: &Value) -> Position {
    match position {
        Position::Data => Position::Data,
        Position::Names => Position::Fixed,
        Position::Fixed if key.starts_with("x-") => Position::Data,
        Position::Fixed if ["const", "default", "enum", "example", "value"].contains(&key) => Position::Data,
        Position::Fixed if MAPS.contains(&key) && member.as_object().is_some() => Position::Names,
        Position::Fixed => Position::Fixed,
    }
}

fn rank(position: Position, key: &str) -> (usize, &str) {
    let first = match position {
        Position::Fixed => FIRST.iter().position(|one| *one == key),
        Position::Names | Position::Data => None,
    };
    (first.unwrap_or(FIRST.len()), key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_specification_come_first_and_names_by_name() {
        let object = |members: &[(&str, Value)]| {
            Value::Object(members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
        };
        let null = || Value::Null;
        let schema = object(&[
            ("x-z", object(&[("type", null()), ("b", null())])),
            ("minimum", null()),
            ("properties", object(&[("type", object(&[("items", null()), ("type", null())])), ("id", null())])),
            ("example", object(&[("type", null()), ("in", null())])),
            ("type", null()),
        ]);
        let writer = Writer { promising: HashMap::new(), common: Vec::new() };
        let mut json = JsonText::default();
        writer.write(&mut json, Member::Written(&schema, Position::Fixed));
        insta::assert_snapshot!(json.finish(), @r#"
        {
          "type": null,
          "properties": {
            "id": null,
            "type": {
              "type": null,
              "items": null
            }
          },
          "example": {
            "in": null,
            "type": null
          },
          "minimum": null,
          "x-z": {
            "b": null,
            "type": null
          }
        }
        "#);
    }
}
