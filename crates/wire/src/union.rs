//! Which alternative of a `oneOf` or `anyOf` a value is. The schema decides, and not the order in which `serde` would
//! try the variants: an untagged enum takes the first that happens to fit.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::Schema;
use crate::validate::{child, variant_of};

/// A value with the position of the alternative it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Position among the union's variants.
    pub variant: usize,
    /// The value.
    pub value: Value,
}

impl Chosen {
    /// Reads the value as the type of its alternative.
    ///
    /// # Errors
    /// If it does not have that type's shape.
    pub fn read<T: DeserializeOwned, E: Error>(self) -> Result<T, E> {
        serde_path_to_error::deserialize(self.value).map_err(|error| E::custom(located(&error)))
    }
}

/// What is wrong and where, as `/image: invalid type`: unions in unions come to one pointer. An untagged enum of `serde`
/// could only say that nothing fits.
pub fn located<D: fmt::Display>(error: &serde_path_to_error::Error<D>) -> String {
    let pointer = error.path().iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => child(&pointer, &index.to_string()),
        Segment::Map { key } => child(&pointer, key),
        // Neither is a step in a value.
        Segment::Enum { .. } | Segment::Unknown => pointer,
    });
    let inner = error.inner().to_string();
    match pointer.as_str() {
        "" => inner,
        pointer if inner.starts_with('/') => format!("{pointer}{inner}"),
        pointer => format!("{pointer}: {inner}"),
    }
}

/// Reads a value and finds the alternative of `schema` (a `oneOf`, an `anyOf`, or a list of types; `null` aside) that it belongs to: the discriminator's
/// where there is one, else the one with the fewest violations, and among equals the one that names most of its members.
/// A client thereby reads also what a newer server has added to.
///
/// # Errors
/// The deserializer's; or that `schema` has no alternative that could hold the value.
pub fn decode<'de, D: Deserializer<'de>>(deserializer: D, schema: &'static Schema) -> Result<Chosen, D::Error> {
    let value = serde::Deserialize::deserialize(deserializer)?;
    match variant_of(schema.rules(), &value) {
        Some(variant) => Ok(Chosen { variant, value }),
        None => Err(D::Error::custom("the value belongs to none of the alternatives")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static ONE: Schema =
        Schema::new(r#"{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}"#, &[]);
    static MANY: Schema = Schema::new(
        r#"{
          "type": "object",
          "required": ["names"],
          "properties": {"names": {"type": "array", "items": {"type": "string"}}}
        }"#,
        &[],
    );
    static WIDER: Schema = Schema::new(
        r#"{
          "type": "object",
          "required": ["name"],
          "properties": {"name": {"type": "string"}, "note": {"type": "string"}}
        }"#,
        &[],
    );
    static TEXT: Schema = Schema::new(r#"{"type": "string"}"#, &[]);

    fn check(schema: &'static Schema, value: Value, expect: Option<usize>) {
        let chosen = decode(value.clone(), schema).ok().map(|chosen| chosen.variant);
        assert_eq!(chosen, expect, "{value}");
    }

    #[test]
    fn the_schema_decides() {
        static PLAIN: Schema = Schema::new(
            r#"{"oneOf": [{"$ref": "One"}, {"type": "null"}, {"$ref": "Many"}, {"$ref": "Wider"}]}"#,
            &[("One", &ONE), ("Many", &MANY), ("Wider", &WIDER)],
        );
        check(&PLAIN, json!({"name": "a"}), Some(0));
        check(&PLAIN, json!({"names": ["a"]}), Some(1));
        check(&PLAIN, json!({"name": "a", "note": "b"}), Some(2));
        check(&PLAIN, json!({"names": [1]}), Some(1));
    }

    #[test]
    fn the_discriminator_decides_before_the_schema() {
        static TAGGED: Schema = Schema::new(
            r#"{
              "oneOf": [{"$ref": "One"}, {"$ref": "Many"}],
              "discriminator": {"propertyName": "kind", "mapping": {"one": "One", "many": 1, "bad": 7}}
            }"#,
            &[("One", &ONE), ("Many", &MANY)],
        );
        check(&TAGGED, json!({"kind": "many", "name": "a"}), Some(1));
        check(&TAGGED, json!({"kind": "one"}), Some(0));
        check(&TAGGED, json!({"kind": "none", "name": "a"}), None);
        check(&TAGGED, json!({"kind": "bad"}), None);
        check(&TAGGED, json!({"name": "a"}), None);
        check(&TEXT, json!("a"), None);
    }

    #[test]
    fn a_list_of_types_is_a_union() {
        static TYPES: Schema = Schema::new(r#"{"type": ["string", "null", "integer", "object"]}"#, &[]);
        check(&TYPES, json!("a"), Some(0));
        check(&TYPES, json!(1.0), Some(1));
        check(&TYPES, json!({}), Some(2));
        check(&TYPES, json!(true), Some(0));
    }

    /// A type that reads a union of objects below a list, as generated code does.
    #[derive(Debug)]
    struct Either;

    impl<'de> serde::Deserialize<'de> for Either {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Either, D::Error> {
            static PLAIN: Schema =
                Schema::new(r#"{"oneOf": [{"$ref": "One"}, {"$ref": "Many"}]}"#, &[("One", &ONE), ("Many", &MANY)]);
            let chosen = decode(deserializer, &PLAIN)?;
            match chosen.variant {
                0 => chosen.read().map(|_: One| Either),
                _ => chosen.read().map(|_: Many| Either),
            }
        }
    }

    #[derive(serde::Deserialize)]
    struct One {
        #[serde(rename = "name")]
        _name: String,
    }

    #[derive(serde::Deserialize)]
    struct Many {
        #[serde(rename = "names")]
        _names: Vec<String>,
    }

    /// What cannot be read is pointed at, through the union.
    #[test]
    fn mistakes_have_places() {
        let check = |text: &str, expect: &str| {
            let mut deserializer = serde_json::Deserializer::from_str(text);
            let read: Result<Vec<Either>, _> = serde_path_to_error::deserialize(&mut deserializer);
            let told = located(&read.expect_err(text));
            assert!(told.starts_with(expect), "{text}: {told}");
        };
        check(r#"[{"name":"a"},{"names":["a",3]}]"#, "/1/names/1: invalid type: integer `3`, expected a string");
        check(r#"[{"name":[]}]"#, "/0/name: invalid type: sequence");
        check("3", "invalid type: integer `3`");
    }
}
