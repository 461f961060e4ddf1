//! `readOnly` members in requests. A request's schema lists them with the policy that the description chose; `Refuse` is
//! the validator's business, the other two are here. One walk serves both sides of a request's preparation.

use serde_json::{Number, Value};

use crate::validate::{child, steps_for, variant_of, variant_within};
use crate::{Access, Additional, OnReadOnly, Place, Schema, Violation};

/// Values nested deeper are left as they are; `serde_json` itself reads no deeper than 128.
const DEPTH: u32 = 256;

/// Makes a valid request body ready to be read into its type: drops `readOnly` members that are to be ignored or that
/// have been compared, and writes integers as such (JSON Schema counts `1.0` as one, Rust's types do not).
pub fn normalise(schema: &'static Schema, value: &mut Value) {
    let mut steps = steps_for(value);
    normalise_at(schema, value, DEPTH, &mut steps);
}

fn normalise_at(schema: &'static Schema, value: &mut Value, depth: u32, steps: &mut u32) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match schema {
        Schema::Any | Schema::Nothing | Schema::Boolean | Schema::Number { .. } => {}
        Schema::String { .. } | Schema::Enumeration(_) => {}
        Schema::Integer { .. } => normalise_integer(value),
        Schema::Nullable(schema) | Schema::Ref(schema) => normalise_at(schema, value, depth, steps),
        Schema::Array { items, .. } => {
            for item in value.as_array_mut().into_iter().flatten() {
                normalise_at(items, item, depth, steps);
            }
        }
        Schema::Object { properties, additional, .. } => {
            let Some(members) = value.as_object_mut() else {
                return;
            };
            members.retain(|name, _| {
                let property = properties.iter().find(|property| property.name == name);
                property.is_none_or(|property| property.access == Access::ReadWrite)
            });
            for (name, member) in members {
                match (properties.iter().find(|property| property.name == name), additional) {
                    (Some(property), _) => normalise_at(property.schema, member, depth, steps),
                    (None, Additional::Typed(schema)) => normalise_at(schema, member, depth, steps),
                    (None, Additional::Allowed | Additional::Denied) => {}
                }
            }
        }
        Schema::Union { variants, .. } => {
            if let Some(variant) = variant_within(schema, value, steps).and_then(|index| variants.get(index)) {
                normalise_at(variant, value, depth, steps);
            }
        }
    }
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
pub fn check_read_only(schema: &'static Schema, sent: &Value, present: Option<&Value>) -> Vec<Violation> {
    let mut violations = Vec::new();
    compare(schema, sent, present, "", DEPTH, &mut violations);
    violations
}

fn compare(
    schema: &'static Schema,
    sent: &Value,
    present: Option<&Value>,
    pointer: &str,
    depth: u32,
    violations: &mut Vec<Violation>,
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    match schema {
        Schema::Any | Schema::Nothing | Schema::Boolean | Schema::Integer { .. } | Schema::Number { .. } => {}
        Schema::String { .. } | Schema::Enumeration(_) => {}
        Schema::Nullable(schema) | Schema::Ref(schema) => compare(schema, sent, present, pointer, depth, violations),
        Schema::Array { items, .. } => {
            for (index, item) in sent.as_array().into_iter().flatten().enumerate() {
                let present = present.and_then(|present| present.get(index));
                compare(items, item, present, &child(pointer, &index.to_string()), depth, violations);
            }
        }
        Schema::Object { properties, .. } => {
            for property in *properties {
                let Some(member) = sent.get(property.name) else {
                    continue;
                };
                let present = present.and_then(|present| present.get(property.name));
                let pointer = child(pointer, property.name);
                match property.access {
                    Access::ReadOnly(OnReadOnly::Match) if present != Some(member) => {
                        let detail = "is read-only, and differs from the present value".to_owned();
                        violations.push(Violation { location: Place::Body, pointer, detail });
                    }
                    Access::ReadOnly(OnReadOnly::Match | OnReadOnly::Ignore | OnReadOnly::Refuse) => {}
                    Access::ReadWrite => compare(property.schema, member, present, &pointer, depth, violations),
                }
            }
        }
        Schema::Union { variants, .. } => {
            if let Some(variant) = variant_of(schema, sent).and_then(|index| variants.get(index)) {
                compare(variant, sent, present, pointer, depth, violations);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Format, Property};

    static TEXT: Schema = Schema::String { format: Format::Plain, min_length: None, max_length: None, pattern: None };
    static WHOLE: Schema = Schema::Integer { minimum: None, maximum: None, multiple_of: None };

    const fn property(name: &'static str, schema: &'static Schema, access: Access) -> Property {
        Property { name, schema, required: false, access }
    }

    static THING: Schema = Schema::Object {
        properties: &[
            property("age", &WHOLE, Access::ReadWrite),
            property("id", &WHOLE, Access::ReadOnly(OnReadOnly::Ignore)),
            property("inner", &Schema::Nullable(&Schema::Ref(&THING)), Access::ReadWrite),
            property("made", &TEXT, Access::ReadOnly(OnReadOnly::Match)),
        ],
        additional: Additional::Allowed,
        min_properties: None,
        max_properties: None,
    };

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
