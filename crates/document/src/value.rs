//! The plain tree that every document becomes, whether it was JSON or YAML.
//!
//! Order is kept, numbers lose nothing, and no node knows its place: places are found again on demand, so that a large
//! description costs no more than its content.

use std::fmt;

use crate::object::Object;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list of items.
    Array(Vec<Value>),
    /// Members by key, in the order in which they were written.
    Object(Object),
}

/// A number, without loss.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// An integer.
    Integer(Integer),
    /// A finite number with a fraction or an exponent that a double holds.
    Float(f64),
    /// A number beyond both (or YAML's `.inf` and `.nan`), as it was written.
    Text(String),
}

/// An integer of 128 bits, aligned as all else in a value is: each value of a document would else be a quarter larger.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(Rust, packed(8))]
pub struct Integer(i128);

impl Integer {
    /// The integer itself.
    pub const fn get(self) -> i128 {
        self.0
    }
}

impl<I: Into<i128>> From<I> for Integer {
    fn from(integer: I) -> Integer {
        Integer(integer.into())
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), formatter)
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.get(), formatter)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => write!(formatter, "{integer}"),
            Self::Float(float) => write!(formatter, "{float:?}"),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

impl Number {
    /// The integer, if it is one; `3.0` is one too, as JSON Schema counts.
    pub fn as_i128(&self) -> Option<i128> {
        match self {
            Self::Integer(integer) => Some(integer.get()),
            Self::Float(float) if float.fract() == 0.0 && float.abs() < 1e18 => Some(*float as i128),
            Self::Float(_) | Self::Text(_) => None,
        }
    }

    /// The nearest double.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(integer.get() as f64),
            Self::Float(float) => Some(*float),
            Self::Text(text) => text.parse().ok().filter(|float: &f64| float.is_finite()),
        }
    }
}

impl Value {
    /// As JSON, indented by two spaces, with a line break at its end. Numbers are written as they were read.
    pub fn to_json(&self) -> String {
        crate::write::to_json(self)
    }

    /// The member of an object. `None` where this is no object or has no such member.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// The child that one (unescaped) token of a JSON pointer names.
    pub fn child(&self, token: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => members.get(token),
            Self::Array(items) => items.get(array_index(token)?),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => None,
        }
    }

    /// The members, if this is an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(members) => Some(members),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Array(_) => None,
        }
    }

    /// The items, if this is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) => Some(items),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Object(_) => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// The number, if this is one.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            Self::Null | Self::Bool(_) | Self::String(_) | Self::Array(_) | Self::Object(_) => None,
        }
    }

    /// `$ref`, where this is an object that has one as a string.
    pub fn reference(&self) -> Option<&str> {
        self.get("$ref")?.as_str()
    }

    /// What kind of value it is, with its article, for messages.
    pub const fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// The position that a token names: digits without a leading zero (RFC 6901, section 4).
pub(crate) fn array_index(token: &str) -> Option<usize> {
    let digits = token.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = token == "0" || !token.starts_with('0');
    (digits && canonical).then(|| token.parse().ok())?
}
