//! Bytes in JSON: `format: byte` and `contentEncoding: base64` members are of this type.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes that travel as RFC 4648 base64 with padding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Base64(pub Vec<u8>);

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Base64 {
        Base64(bytes)
    }
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Base64, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode(&text).map(Base64).ok_or_else(|| de::Error::custom("not base64"))
    }
}

/// The bytes that the text stands for.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_travel_as_text() {
        let bytes = Base64(vec![0, 255, 16]);
        assert_eq!(serde_json::to_string(&bytes).unwrap(), "\"AP8Q\"");
        assert_eq!(serde_json::from_str::<Base64>("\"AP8Q\"").unwrap(), bytes);
        assert!(serde_json::from_str::<Base64>("\"AP8\"").is_err());
    }
}
