//! JSON text as values, read more strictly than `serde_json` does: an object that names a member twice is refused
//! (RFC 8259, section 4, leaves open which of the two counts). Were it read, one of them would have been looked at by no
//! validator, and whoever stands before the server may have looked at the other (INVALID-REFUSED).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How much of a member's name an error quotes.
const SHOWN: usize = 64;

/// The value of a JSON text.
///
/// # Errors
/// If it is no JSON, is nested too deeply, or names a member of an object twice.
pub fn parse_json(text: &[u8]) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Strict.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if members.contains_key(&name) {
                let shown: String = name.chars().take(SHOWN).collect();
                return Err(A::Error::custom(format!("the member `{shown}` stands there twice")));
            }
            members.insert(name, entries.next_value_seed(Strict)?);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_else_is_read_as_serde_json_reads_it() {
        let deep = format!("{}{}", "[".repeat(127), "]".repeat(127));
        let deeper = format!("{}{}", "[".repeat(129), "]".repeat(129));
        for text in [
            "null",
            " true ",
            "-1",
            "0",
            "-0",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "1e3",
            "0.1",
            "1e999",
            "\"a\\u00e9\"",
            "\"\\ud800\"",
            "[1, [], {}]",
            "{\"a\": {\"a\": [null]}, \"b\": 1}",
            "{\"a\"}",
            "[1,]",
            "{} {}",
            "",
            "nul",
            &deep,
            &deeper,
        ] {
            let wanted = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
            let read = parse_json(text.as_bytes()).map_err(|error| error.to_string());
            assert_eq!(read, wanted, "{text}");
        }
        assert!(parse_json(b"\"\xff\"").is_err());
    }

    #[test]
    fn a_member_stands_there_once() {
        let check = |text: &str, expect: &str| {
            assert_eq!(parse_json(text.as_bytes()).unwrap_err().to_string(), expect);
        };
        check(r#"{"a": 7, "a": "b"}"#, "the member `a` stands there twice at line 1 column 12");
        check(r#"[{"x": {"a": 1, "b": 2, "\u0061": 3}}]"#, "the member `a` stands there twice at line 1 column 32");
    }
}
