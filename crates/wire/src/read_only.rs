//! `readOnly` members in requests. A request's schema lists them with the policy that the description chose; `Refuse` is
//! the validator's business, the other two are here. One walk serves both sides of a request's preparation.

use serde_json::{Number, Value};

use crate::rules::{ObjectRules, OnReadOnly, Reference, Rules, Type};
use crate::validate::{child, steps_for, variant_within};
use crate::{Place, Schema, Violation};

/// Values nested deeper are left as they are; `serde_json` itself reads no deeper than 128.
const DEPTH: u32 = 256;

/// Makes a valid request body ready to be read into its type: drops `readOnly` members that are to be ignored or that
/// have been compared, and writes integers as such (JSON Schema counts `1.0` as one, Rust's types do not).
pub fn normalise(schema: &Schema, value: &mut Value) {
    let mut steps = steps_for(value);
    normalise_at(schema.rules(), value, DEPTH, &mut steps);
}

/// Writes every number without a fraction as an integer, whatever a schema says of it: no value is another thereby.
pub fn write_integers(value: &mut Value) {
    match value {
        Value::Number(_) => normalise_integer(value),
        Value::Array(items) => items.iter_mut().for_each(write_integers),
        Value::Object(members) => members.values_mut().for_each(write_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn normalise_at(rules: &Rules, value: &mut Value, depth: u32, steps: &mut u32) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    if rules.is_only(Type::Integer) {
        normalise_integer(value);
    }
    if let (Some(list), Value::Array(items)) = (&rules.list, &mut *value) {
        for (index, item) in items.iter_mut().enumerate() {
            if let Some(wanted) = list.item(index) {
                normalise_at(wanted, item, depth, steps);
            }
        }
    }
    if let Some(object) = &rules.object {
        normalise_members(object, value, depth, steps);
    }
    if let Some(target) = rules.reference.and_then(Reference::rules) {
        normalise_at(target, value, depth, steps);
    }
    for part in &rules.all {
        normalise_at(part, value, depth, steps);
    }
    if let Some(variant) = chosen(rules, value, steps) {
        normalise_at(variant, value, depth, steps);
    }
}

fn normalise_members(object: &ObjectRules, value: &mut Value, depth: u32, steps: &mut u32) {
    let Some(members) = value.as_object_mut() else {
        return;
    };
    members.retain(|name, _| object.property(name).is_none_or(|property| property.read_only.is_none()));
    for (name, member) in members {
        let known = object.property(name).filter(|property| property.known).map(|property| &property.rules);
        if let Some(rules) = known.or(object.additional.as_ref()) {
            normalise_at(rules, member, depth, steps);
        }
        for (_, rules) in object.patterns.iter().filter(|(pattern, _)| pattern.matches(name)) {
            normalise_at(rules, member, depth, steps);
        }
    }
}

/// The alternative that a value belongs to, where there are several.
fn chosen<'r>(rules: &'r Rules, value: &Value, steps: &mut u32) -> Option<&'r Rules> {
    let union = rules.unions.iter().find(|union| !union.of_conditions)?;
    if let [only] = union.variants.as_slice() {
        return Some(only);
    }
    let index = variant_within(rules, value, steps)?;
    union.variants.get(index)
}

/// `1.0` becomes `1`, as far as both are exact.
fn normalise_integer(value: &mut Value) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.is_i64() || value.is_u64() {
        return;
    }
    if let Some(number) = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() <= EXACT) {
        #[expect(clippy::cast_possible_truncation, reason = "integral, and within 53 bits")]
        let integer = number as i64;
        *value = Value::Number(Number::from(integer));
    }
}

/// Compares the `readOnly` members whose policy is `Match` with the present representation. With none present
/// (`None`), such a member cannot be equal to anything and is refused.
pub fn check_read_only(schema: &Schema, sent: &Value, present: Option<&Value>) -> Vec<Violation> {
    let mut violations = Vec::new();
    compare(schema.rules(), sent, present, "", DEPTH, &mut violations);
    violations
}

fn compare(
    rules: &Rules,
    sent: &Value,
    present: Option<&Value>,
    pointer: &str,
    depth: u32,
    violations: &mut Vec<Violation>,
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    if let Some(list) = &rules.list {
        for (index, item) in sent.as_array().into_iter().flatten().enumerate() {
            let present = present.and_then(|present| present.get(index));
            if let Some(wanted) = list.item(index) {
                compare(wanted, item, present, &child(pointer, &index.to_string()), depth, violations);
            }
        }
    }
    if let Some(object) = &rules.object {
        compare_members(object, sent, present, pointer, depth, violations);
    }
    if let Some(target) = rules.reference.and_then(Reference::rules) {
        compare(target, sent, present, pointer, depth, violations);
    }
    for part in &rules.all {
        compare(part, sent, present, pointer, depth, violations);
    }
    let mut steps = steps_for(sent);
    if let Some(variant) = chosen(rules, sent, &mut steps) {
        compare(variant, sent, present, pointer, depth, violations);
    }
}

fn compare_members(
    object: &ObjectRules,
    sent: &Value,
    present: Option<&Value>,
    pointer: &str,
    depth: u32,
    violations: &mut Vec<Violation>,
) {
    for property in &object.properties {
        let Some(member) = sent.get(&property.name) else {
            continue;
        };
        let present = present.and_then(|present| present.get(&property.name));
        let pointer = child(pointer, &property.name);
        match property.read_only {
            Some(OnReadOnly::Match) if present != Some(member) => {
                let detail = "is read-only, and differs from the present value".to_owned();
                violations.push(Violation { location: Place::Body, pointer, detail });
            }
            Some(OnReadOnly::Match | OnReadOnly::Ignore | OnReadOnly::Refuse) => {}
            None => compare(&property.rules, member, present, &pointer, depth, violations),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static THING: Schema = Schema::new(
        r#"{
          "type": "object",
          "properties": {
            "age": {"type": "integer"},
            "id": {"x-read-only": "ignore"},
            "inner": {"anyOf": [{"$ref": "Thing"}, {"type": "null"}]},
            "made": {"x-read-only": "match"}
          }
        }"#,
        &[("Thing", &THING)],
    );

    #[test]
    fn ignored_members_go_and_integers_are_integers() {
        let mut value = json!({"age": 3.0, "id": 1, "made": "x", "other": 1.0, "inner": {"id": 2, "age": 1.5}});
        normalise(&THING, &mut value);
        assert_eq!(value.to_string(), r#"{"age":3,"inner":{"age":1.5},"other":1.0}"#);
    }

    #[test]
    fn matching_members_are_compared_at_every_depth() {
        let check = |sent: Value, present: Option<Value>| {
            let violations = check_read_only(&THING, &sent, present.as_ref());
            violations.into_iter().map(|violation| violation.pointer).collect::<Vec<_>>()
        };
        let present = json!({"made": "x", "inner": {"made": "y"}});
        assert!(check(json!({"made": "x", "id": 9}), Some(present.clone())).is_empty());
        assert_eq!(check(json!({"made": "z", "inner": {"made": "z"}}), Some(present)), ["/inner/made", "/made"]);
        assert_eq!(check(json!({"made": "x"}), None), ["/made"]);
        assert!(check(json!({}), None).is_empty());
    }
}
