//! How parameters are written into a request and read back: OpenAPI's styles, which are RFC 6570's but for deep objects.
//! Values are [`serde_json::Value`]; the schema tells `5` the number from `5` the text when reading.

mod query;
mod read;
mod same;
mod shape;
mod tree;
mod write;

use serde_json::Value;

pub use query::{Query, read_query, read_query_among};
pub use read::{cookie, read_cookie, read_header, read_path};
pub use shape::coerce;
pub use write::{encode_form, encode_segment, write_cookie, write_header, write_path, write_query};

/// A parameter that cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StyleError {
    /// Its value nests deeper than its style can say.
    #[error("`{name}` nests deeper than its style can say")]
    Nested {
        /// The parameter's name.
        name: String,
    },
    /// What is written for its value would make another path, or one that has to be sent look as if it were absent.
    #[error("`{name}` must not be empty")]
    Empty {
        /// The parameter's name.
        name: String,
    },
    /// What would be written for its value is read as another one.
    #[error("`{name}` has a value that its style cannot tell from another: a delimiter in an item, most often")]
    Ambiguous {
        /// The parameter's name.
        name: String,
    },
    /// No header field can carry its value: line ends, control characters, and what is not ASCII.
    #[error("`{name}` has a value that no header field can carry")]
    NotInHeader {
        /// The parameter's name.
        name: String,
    },
    /// It stands in the query more than once.
    #[error("`{name}` stands there more than once")]
    Repeated {
        /// The parameter's name.
        name: String,
    },
    /// Percent-decoding it gives no UTF-8.
    #[error("`{name}` is not UTF-8")]
    NotUtf8 {
        /// The parameter's name.
        name: String,
    },
    /// Its text is not JSON.
    #[error("`{name}` is not JSON: {detail}")]
    NotJson {
        /// The parameter's name.
        name: String,
        /// What is wrong with it.
        detail: String,
    },
    /// Its text does not have the form of its style.
    #[error("`{name}` does not have the form that its style prescribes")]
    Malformed {
        /// The parameter's name.
        name: String,
    },
}

impl StyleError {
    /// The parameter's wire name.
    pub fn name(&self) -> &str {
        match self {
            StyleError::Nested { name }
            | StyleError::Empty { name }
            | StyleError::Ambiguous { name }
            | StyleError::Repeated { name }
            | StyleError::NotUtf8 { name }
            | StyleError::NotJson { name, .. }
            | StyleError::NotInHeader { name }
            | StyleError::Malformed { name } => name,
        }
    }
}

/// The text of a value that is neither null, nor a list, nor an object.
pub fn primitive_text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests;
