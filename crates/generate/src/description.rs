//! The description itself, as the server crate carries it: one JSON document, with the promises of each operation.
//!
//! What is served, shown or compared is then what was generated from. The members stand in an order of our own, that of
//! the OpenAPI specification where it has one and by name elsewhere, so that the order in which an author wrote them
//! makes no difference; each has a line of its own, so that a diff shows what changed.

use methodical_document::{Object, Value};
use methodical_model::{Api, Promise};

use crate::Package;
use crate::promises::common;

/// The text of the document. `description` is the root of a description of one document.
pub(crate) fn text(api: &Api, package: &Package, description: &Value) -> String {
    let mut root = ordered(description, Position::Fixed);
    if let Value::Object(members) = &mut root {
        add_promises(api, members);
        let header = Value::String(package.header());
        members.shift_insert(1.min(members.len()), "x-generated".to_owned(), header);
    }
    root.to_json()
}

/// Says what every operation promises at the root, and on each operation what it promises beyond.
fn add_promises(api: &Api, root: &mut Object) {
    let common = common(api);
    let of_all = common.iter().filter_map(|rule| Some(entry(rule.as_str(), rule.rule()?.title)));
    root.insert("x-promises".to_owned(), Value::Array(of_all.collect()));
    for operation in &api.operations {
        let mut steps = vec!["paths".to_owned(), operation.path.text.clone()];
        steps.extend(operation.method.members());
        if let Some(members) = steps.iter().try_fold(&mut *root, |members, step| as_object_mut(members.get_mut(step)?))
        {
            let own = operation.promises.iter().filter(|promise| !common.contains(&promise.rule));
            let own = own.map(|Promise { rule, sentence, .. }| entry(rule.as_str(), sentence));
            members.insert("x-promises".to_owned(), Value::Array(own.collect()));
        }
    }
}

fn as_object_mut(value: &mut Value) -> Option<&mut Object> {
    match value {
        Value::Object(members) => Some(members),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}

fn entry(rule: &str, sentence: &str) -> Value {
    let members = [("rule", rule), ("sentence", sentence)];
    Value::Object(members.map(|(name, text)| (name.to_owned(), Value::String(text.to_owned()))).into_iter().collect())
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

fn ordered(value: &Value, position: Position) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| ordered(item, position)).collect()),
        Value::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(key, member)| (key.clone(), ordered(member, below(position, key, member))))
                .collect();
            members.sort_by(|(left, _), (right, _)| rank(position, left).cmp(&rank(position, right)));
            Value::Object(members.into_iter().collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
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
        insta::assert_snapshot!(ordered(&schema, Position::Fixed).to_json(), @r#"
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
