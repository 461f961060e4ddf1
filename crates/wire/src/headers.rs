//! Header fields of responses as a struct: each is read by its schema, and written so that it can be read.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::union::located;
use crate::{Parameter, Violation, style, validate_parameter};

/// The declared header fields of a response; generated.
pub trait ResponseHeaders: Serialize + DeserializeOwned {
    /// The fields, each with the struct's member.
    const FIELDS: &'static [Parameter];

    /// Reads them. `field` gives a header field's value, several of one name joined by commas.
    ///
    /// # Errors
    /// When one that is required is absent, or one is not what its schema says; it tells of all of them.
    fn from_fields(field: impl Fn(&str) -> Option<String>) -> Result<Self, HeaderError> {
        let mut members = Map::new();
        let mut wrong = Vec::new();
        for parameter in Self::FIELDS {
            let Some(text) = field(parameter.name) else {
                if parameter.required {
                    wrong.push(format!("`{}` is absent", parameter.name));
                }
                continue;
            };
            match style::read_header(parameter, &text) {
                Ok(value) => {
                    wrong.extend(violations(parameter, &value));
                    members.insert(parameter.member.to_owned(), value);
                }
                Err(error) => wrong.push(error.to_string()),
            }
        }
        if !wrong.is_empty() {
            return Err(HeaderError(wrong.join("; ")));
        }
        serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| HeaderError(located(&error)))
    }

    /// Writes them: names and values.
    ///
    /// # Errors
    /// When one is not what its schema says, or cannot be written.
    fn to_fields(&self) -> Result<Vec<(&'static str, String)>, HeaderError> {
        let mut members = match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            Ok(_) => Map::new(),
            Err(error) => return Err(HeaderError(error.to_string())),
        };
        let mut fields = Vec::new();
        for parameter in Self::FIELDS {
            let Some(value) = members.remove(parameter.member).filter(|value| !value.is_null()) else {
                continue;
            };
            if let Some(wrong) = violations(parameter, &value).next() {
                return Err(HeaderError(wrong));
            }
            let text = style::write_header(parameter, &value).map_err(|error| HeaderError(error.to_string()))?;
            fields.extend(text.map(|text| (parameter.name, text)));
        }
        Ok(fields)
    }
}

fn violations(parameter: &Parameter, value: &Value) -> impl Iterator<Item = String> {
    let violations = validate_parameter(parameter, value).into_iter();
    violations.map(|Violation { pointer, detail, .. }| format!("`{}` {detail}", pointer.trim_start_matches('/')))
}

/// Header fields that are not what is declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the header fields are not what is declared: {0}")]
pub struct HeaderError(String);
/// Defines what an answer has in header fields of its own: a record, and beside each member how its field is written.
///
/// ```
/// use methodical_wire::{INTEGER, Parameter};
///
/// methodical_wire::headers! {
///     /// How much there is.
///     pub struct Total {
///         optional x_total: Option<u64> => Parameter::header("X-Total", &INTEGER).member("x_total"),
///     }
/// }
/// ```
#[macro_export]
macro_rules! headers {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $($(#[$on_member:meta])* $kind:ident $member:ident: $type:ty $(= $wire:literal)? => $data:expr,)*
        }
    ) => {
        $crate::record! {
            $(#[$attribute])*
            pub struct $name {
                $($(#[$on_member])* $kind $member: $type $(= $wire)?,)*
            }
        }

        impl $crate::ResponseHeaders for $name {
            const FIELDS: &'static [$crate::Parameter] = &[$($data),*];
        }
    };
}
