//! Which alternative of a `oneOf` or `anyOf` a value is. The schema decides, and not the order in which `serde` would
//! try the variants: an untagged enum takes the first that happens to fit.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::ser::{self, Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use serde_path_to_error::Segment;

use crate::Schema;
use crate::rules::text::members;
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
/// A client thereby reads also what a newer server has added to. An alternative with a constant that the value contradicts is none
/// of them: that is how objects say of what kind they are, where nothing names a discriminator.
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

/// Writes the value of an alternative with its tag, where it has none: that an alternative says by itself which it is, is not
/// demanded of it.
///
/// # Errors
/// The serializer's, or the value's.
pub fn tag<T: Serialize, S: Serializer>(
    serializer: S,
    property: &'static str,
    tag: &'static str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(value).map_err(ser::Error::custom)?;
    let Some(members) = members(&text).filter(|members| !members.contains_key(property)) else {
        return value.serialize(serializer);
    };
    let mut map = serializer.serialize_map(Some(members.len() + 1))?;
    map.serialize_entry(property, tag)?;
    for (name, text) in members {
        let value: &RawValue = serde_json::from_str(text).map_err(ser::Error::custom)?;
        map.serialize_entry(&name, value)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
    fn what_no_tag_tells_may_have_an_alternative() {
        static OPEN: Schema = Schema::new(
            r#"{
              "oneOf": [{"$ref": "One"}, {"$ref": "Many"}],
              "discriminator": {"propertyName": "kind", "mapping": {"one": "One"}, "defaultMapping": "Many"}
            }"#,
            &[("One", &ONE), ("Many", &MANY)],
        );
        check(&OPEN, json!({"kind": "one"}), Some(0));
        check(&OPEN, json!({"kind": "two"}), Some(1));
        check(&OPEN, json!({"kind": 2}), Some(1));
        check(&OPEN, json!({"name": "a"}), Some(1));
        assert_eq!(crate::validate(&OPEN, &json!({"kind": "two", "names": []})), []);
        assert_eq!(crate::validate(&OPEN, &json!({"kind": "one", "names": []})).len(), 1);
    }

    #[test]
    fn a_constant_is_as_good_as_a_discriminator() {
        static ADDED: Schema =
            Schema::new(r#"{"properties": {"kind": {"const": "added"}, "at": {"type": "integer"}}}"#, &[]);
        static MOVED: Schema =
            Schema::new(r#"{"properties": {"kind": {"const": "moved"}, "to": {"type": "integer"}}}"#, &[]);
        static KINDS: Schema = Schema::new(
            r#"{"oneOf": [{"$ref": "Added"}, {"$ref": "Moved"}]}"#,
            &[("Added", &ADDED), ("Moved", &MOVED)],
        );
        check(&KINDS, json!({"kind": "moved", "at": 1}), Some(1));
        check(&KINDS, json!({"kind": "moved", "to": "nowhere"}), Some(1));
        check(&KINDS, json!({"to": 1}), Some(1));
        check(&KINDS, json!({"kind": "removed", "at": 1}), None);
        check(&KINDS, json!(1), Some(0));
    }

    #[test]
    fn one_alternative_is_the_only_one() {
        static ALONE: Schema = Schema::new(r#"{"anyOf": [{"type": "object"}, {"type": "null"}]}"#, &[]);
        check(&ALONE, json!({"a": 1}), Some(0));
        check(&ALONE, json!(3), Some(0));
    }

    #[test]
    fn an_alternative_is_written_with_its_tag() {
        struct Tagged<T>(T);
        impl<T: Serialize> Serialize for Tagged<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                tag(serializer, "kind", "one", &self.0)
            }
        }
        let check = |value: Value, expect: &str| {
            assert_eq!(serde_json::to_string(&Tagged(&value)).expect("it is written"), expect);
            let written = serde_json::to_value(Tagged(&value)).expect("it is written");
            assert_eq!(written, serde_json::from_str::<Value>(expect).expect("it is JSON"));
        };
        check(json!({"a": [1, {"b": 0.1}]}), r#"{"kind":"one","a":[1,{"b":0.1}]}"#);
        check(json!({}), r#"{"kind":"one"}"#);
        // What it says itself stays, and what is no object has no members.
        check(json!({"kind": "uno"}), r#"{"kind":"uno"}"#);
        check(json!("text"), r#""text""#);
        let inner = Tagged(BTreeMap::from([("share", 0.1_f32)]));
        assert_eq!(serde_json::to_string(&inner).expect("it is written"), r#"{"kind":"one","share":0.1}"#);
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
