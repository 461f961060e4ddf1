//! The visitor that both parsers fill.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use crate::object::{Key as KeyText, Object};
use crate::places::Syntax;
use crate::value::{Number, Value};

/// How many nodes any text may have.
const FREE_NODES: usize = 1_000_000;

/// What is known beside the value, shared by all levels of one reading.
pub(super) struct State {
    syntax: Syntax,
    remaining: Cell<usize>,
    duplicate: RefCell<Option<String>>,
    doubtful: Cell<bool>,
}

impl State {
    pub(super) fn new(length: usize, syntax: Syntax) -> Self {
        // Without aliases a node takes two bytes at least. Ten nodes a byte is more than any honest use of aliases makes.
        let remaining = Cell::new(length.saturating_mul(10).max(FREE_NODES));
        Self { syntax, remaining, duplicate: RefCell::default(), doubtful: Cell::new(false) }
    }

    pub(super) fn has_doubtful_number(&self) -> bool {
        self.doubtful.get()
    }

    pub(super) fn duplicate(&self) -> Option<String> {
        self.duplicate.borrow().clone()
    }

    fn count<E: Error>(&self) -> Result<(), E> {
        let remaining = self.remaining.get().checked_sub(1);
        self.remaining.set(remaining.ok_or_else(|| E::custom("its aliases stand for too many nodes"))?);
        Ok(())
    }

    fn note_duplicate(&self, key: String) {
        self.duplicate.borrow_mut().get_or_insert(key);
    }

    fn number(&self, number: Number) -> Value {
        self.doubtful.set(self.doubtful.get() || is_doubtful(&number));
        Value::Number(number)
    }
}

/// Whether the parser may have rounded a number: integers beyond 64 or 128 bits come as doubles.
pub(super) fn is_doubtful(number: &Number) -> bool {
    matches!(number, Number::Float(float) if float.abs() >= 9.0e15)
}

/// Reads the text of a number. `None` where it is none.
pub(super) fn read_number(text: &str) -> Option<Number> {
    if let Ok(integer) = text.parse::<i128>() {
        return Some(Number::Integer(integer.into()));
    }
    let float: f64 = text.parse().ok()?;
    let is_integer = text.trim_start_matches(['+', '-']).bytes().all(|byte| byte.is_ascii_digit());
    if is_integer || !float.is_finite() {
        Some(Number::Text(text.trim_start_matches('+').to_owned()))
    } else {
        Some(Number::Float(float))
    }
}

/// Reads one value.
pub(super) struct Seed<'s>(pub(super) &'s State);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that JSON has too")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::Integer(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::Integer(value.into())))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Number(Number::Integer(value.into())))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        let number = i128::try_from(value)
            .map_or_else(|_| Number::Text(value.to_string()), |integer| Number::Integer(integer.into()));
        Ok(Value::Number(number))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(match value {
            value if value.is_nan() => Value::Number(Number::Text(".nan".to_owned())),
            f64::INFINITY => Value::Number(Number::Text(".inf".to_owned())),
            f64::NEG_INFINITY => Value::Number(Number::Text("-.inf".to_owned())),
            value => self.0.number(Number::Float(value)),
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Seed(self.0))? {
            array.push(item);
        }
        array.shrink_to_fit();
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Object::default();
        let mut merged = Vec::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            let value = entries.next_value_seed(Seed(self.0))?;
            if key == "<<" && self.0.syntax == Syntax::Yaml {
                merged.extend(merge_sources(value).ok_or_else(|| A::Error::custom("`<<` merges mappings only"))?);
            } else if object.contains_key(&key) {
                self.0.note_duplicate(key.into());
            } else {
                object.push(key, value);
            }
        }
        // What is written wins over what is merged, and an earlier merged mapping over a later one.
        for (key, value) in merged.into_iter().flatten() {
            object.get_or_insert_with(&key, || value);
        }
        object.shrink();
        Ok(Value::Object(object))
    }

    /// YAML's own tags (`!env x`) say nothing that JSON could; the value below them counts.
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let (IgnoredAny, content) = data.variant()?;
        content.newtype_variant_seed(Seed(self.0))
    }
}

/// The mappings that a merge key names: one, or several in a sequence.
fn merge_sources(value: Value) -> Option<Vec<Object>> {
    let sources = match value {
        Value::Array(items) => items,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            vec![value]
        }
    };
    sources.into_iter().map(|source| if let Value::Object(members) = source { Some(members) } else { None }).collect()
}

/// Reads a key. In YAML, `200:` and `true:` are keys by their text.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = KeyText;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<KeyText, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = KeyText;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key that is a scalar")
    }

    fn visit_str<E>(self, key: &str) -> Result<KeyText, E> {
        Ok(key.into())
    }

    fn visit_string<E>(self, key: String) -> Result<KeyText, E> {
        Ok(key.into())
    }
}
