//! What is read and written by records, and what is said of mistakes.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

record! {
    pub struct Volume {
        required id: u64,
        nullable any: Option<Value>,
        optional label: Option<String>,
        required note: Option<String>,
        nullable owner: Option<Option<String>>,
        required parts: Vec<Part>,
        required r#type: String = "type",
    }
}

record! {
    #[derive(Default)]
    pub struct Part {
        optional size: Option<i64> = "Size",
        rest others: BTreeMap<String, bool>,
    }
}

record! {
    pub struct Circle {
        "kind" = "circle",
        required radius: f64,
    }
}

record! {
    pub struct Nothing {}
}

/// The same as `serde` derives it.
mod derived {
    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    pub(super) struct Volume {
        pub(super) id: u64,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::double_option::present")]
        pub(super) any: Option<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pub(super) label: Option<String>,
        pub(super) note: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::double_option")]
        pub(super) owner: Option<Option<String>>,
        pub(super) parts: Vec<Part>,
        #[serde(rename = "type")]
        pub(super) r#type: String,
    }

    #[derive(Debug, Serialize, Deserialize)]
    pub(super) struct Part {
        #[serde(rename = "Size", skip_serializing_if = "Option::is_none")]
        pub(super) size: Option<i64>,
        #[serde(flatten)]
        pub(super) others: BTreeMap<String, bool>,
    }
}

fn read<T: Debug + DeserializeOwned + Serialize>(text: &str) -> String {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Ok(value) => format!("{} {value:?}", serde_json::to_string(&value).unwrap()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn all_is_read_and_written_as_serde_does_it() {
    for text in [
        r#"{"id": 1, "note": null, "parts": [], "type": "ssd"}"#,
        r#"{"id": 1, "any": null, "parts": [], "type": "ssd"}"#,
        r#"{"id": 1, "any": [null], "parts": [], "type": "ssd"}"#,
        r#"{"type": "ssd", "parts": [], "owner": null, "note": "a", "label": null, "id": 1}"#,
        r#"{"unknown": [{"id": 3}], "id": 1, "owner": "a", "parts": [{"Size": 3}, {}], "type": "", "z": 1}"#,
        r#"{"id": 1, "parts": [{"more": true, "Size": null, "again": false}], "type": "\u0061"}"#,
        r#"{"\u0069d": 1, "parts": [], "type": "a", "ty": 1, "typed": 2, "": 3}"#,
        r#"{"id": "1", "parts": [], "type": "a"}"#,
        r#"{"id": 1, "type": "a"}"#,
        r#"{"parts": [], "type": "a"}"#,
        r#"{"id": 1, "label": "a", "label": "b", "parts": [], "type": "a"}"#,
        r#"{"id": 1, "note": null, "note": null, "parts": [], "type": "a"}"#,
        r#"{"id": 1, "parts": [{"Size": true}, {"Size": 1}], "type": "a"}"#,
        r#"{"id": 1, "parts": [[]]"#,
        r#"{"id": 1, "parts": [3]}"#,
        r#"{"id": 1, "parts"#,
        "3",
        "null",
    ] {
        assert_eq!(read::<Volume>(text), read::<derived::Volume>(text), "{text}");
    }
}

/// `serde` reads them from a copy, which has no places.
#[test]
fn members_without_names_have_places() {
    let told = read::<Volume>(r#"{"id": 1, "parts": [{"more": 3}], "type": "a"}"#);
    assert_eq!(told, "parts[0].more: invalid type: integer `3`, expected a boolean at line 1 column 30");
}

#[test]
fn a_list_is_no_record() {
    assert_eq!(read::<Part>("[]"), "invalid type: sequence, expected struct Part at line 1 column 0");
}

#[test]
fn a_member_with_one_value_is_written_and_passed_by() {
    assert_eq!(read::<Circle>(r#"{"radius": 1.5}"#), r#"{"kind":"circle","radius":1.5} Circle { radius: 1.5 }"#);
    assert_eq!(
        read::<Circle>(r#"{"kind": 3, "radius": 1}"#),
        r#"{"kind":"circle","radius":1.0} Circle { radius: 1.0 }"#
    );
}

#[test]
fn a_record_may_be_empty() {
    assert_eq!(read::<Nothing>(r#"{"a": 3}"#), "{} Nothing");
    assert_eq!(read::<Part>("{}"), "{} Part { size: None, others: {} }");
}

#[test]
fn values_are_read_and_written_too() {
    let value = json!({"id": 1, "note": null, "owner": null, "parts": [{"Size": 1, "x": true}], "type": "a"});
    let volume: Volume = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(volume.parts[0].others, BTreeMap::from([("x".to_owned(), true)]));
    assert_eq!(serde_json::to_value(&volume).unwrap(), value);
    assert_eq!(
        serde_json::from_value::<Volume>(Value::Null).unwrap_err().to_string(),
        "invalid type: null, expected struct Volume"
    );
}
