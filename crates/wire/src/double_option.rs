//! A `with` module for members that may be absent *and* may be null: `Option<Option<T>>`, where `None` is absent and
//! `Some(None)` is null. Such a field needs `#[serde(default, skip_serializing_if = "Option::is_none")]` beside it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes null or the value; an absent member is skipped before this is asked.
///
/// # Errors
/// The serializer's.
pub fn serialize<T: Serialize, S: Serializer>(member: &Option<Option<T>>, serializer: S) -> Result<S::Ok, S::Error> {
    member.as_ref().and_then(Option::as_ref).serialize(serializer)
}

/// Reads a member that is there.
///
/// # Errors
/// The deserializer's.
pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Reads a member that is there where the type itself has null among its values: `Option` would take null for absence.
///
/// # Errors
/// The deserializer's.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super")]
        note: Option<Option<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "super::present")]
        any: Option<serde_json::Value>,
    }

    #[test]
    fn absent_and_null_are_told_apart() {
        for (text, note) in
            [("{}", None), (r#"{"note":null}"#, Some(None)), (r#"{"note":"a"}"#, Some(Some("a".to_owned())))]
        {
            let sample = Sample { note, any: None };
            assert_eq!(serde_json::from_str::<Sample>(text).unwrap(), sample);
            assert_eq!(serde_json::to_string(&sample).unwrap(), text);
        }
        let any: Sample = serde_json::from_str(r#"{"any":null}"#).unwrap();
        assert_eq!(any.any, Some(serde_json::Value::Null));
        assert_eq!(serde_json::to_string(&any).unwrap(), r#"{"any":null}"#);
    }
}
