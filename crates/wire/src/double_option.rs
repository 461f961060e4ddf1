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

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        #[serde(default, skip_serializing_if = "Option::is_none", with = "super")]
        note: Option<Option<String>>,
    }

    #[test]
    fn absent_and_null_are_told_apart() {
        for (text, note) in
            [("{}", None), (r#"{"note":null}"#, Some(None)), (r#"{"note":"a"}"#, Some(Some("a".to_owned())))]
        {
            let sample = Sample { note };
            assert_eq!(serde_json::from_str::<Sample>(text).unwrap(), sample);
            assert_eq!(serde_json::to_string(&sample).unwrap(), text);
        }
    }
}
