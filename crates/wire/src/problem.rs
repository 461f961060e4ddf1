//! Problem details (RFC 9457). Reading never fails on an object and loses nothing: a member of the wrong type is kept
//! among the extensions, since section 3.1 tells consumers to ignore such members and not the whole problem.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{Place, Violation};

/// What went wrong, for machines and people.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// A URI that names the kind of problem; `about:blank` says that the status is all there is to know.
    pub type_: String,
    /// The kind of problem in words, the same each time.
    pub title: String,
    /// The status of the response; 0 where a problem that was read does not say.
    pub status: u16,
    /// This occurrence in words.
    pub detail: Option<String>,
    /// A URI that names this occurrence.
    pub instance: Option<String>,
    /// Each part of the request that was wrong.
    pub errors: Vec<ProblemError>,
    /// All other members.
    pub extensions: Map<String, Value>,
}

/// A part of a request that was wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemError {
    /// What is wrong with it.
    pub detail: String,
    /// Which part of the request it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Place>,
    /// JSON pointer to it (RFC 6901); the name of a parameter is its first step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl From<Violation> for ProblemError {
    fn from(violation: Violation) -> ProblemError {
        let Violation { location, pointer, detail } = violation;
        ProblemError { detail, location: Some(location), pointer: Some(pointer) }
    }
}

impl Problem {
    /// A problem of the kind `about:blank`, its title the status's reason phrase.
    pub fn new(status: u16, detail: impl Into<String>) -> Problem {
        Problem {
            type_: BLANK.to_owned(),
            title: reason(status).to_owned(),
            status,
            detail: Some(detail.into()),
            instance: None,
            errors: Vec::new(),
            extensions: Map::new(),
        }
    }

    /// Of this kind, instead of `about:blank`.
    #[must_use]
    pub fn with_type(mut self, type_: impl Into<String>, title: impl Into<String>) -> Problem {
        self.type_ = type_.into();
        self.title = title.into();
        self
    }

    /// Naming this occurrence.
    #[must_use]
    pub fn with_instance(mut self, instance: impl Into<String>) -> Problem {
        self.instance = Some(instance.into());
        self
    }

    /// With the parts of the request that were wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: impl IntoIterator<Item = impl Into<ProblemError>>) -> Problem {
        self.errors.extend(errors.into_iter().map(Into::into));
        self
    }

    /// With one more member. The members that RFC 9457 defines have fields of their own and are left alone.
    #[must_use]
    pub fn with_extension(mut self, name: impl Into<String>, value: impl Into<Value>) -> Problem {
        let name = name.into();
        if !STANDARD.contains(&name.as_str()) {
            self.extensions.insert(name, value.into());
        }
        self
    }
}

const BLANK: &str = "about:blank";
const STANDARD: [&str; 6] = ["detail", "errors", "instance", "status", "title", "type"];

/// `detail`, else the title, with the status before it.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.title)?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        for error in &self.errors {
            write!(f, "; {}{}", error.pointer.as_deref().map_or(String::new(), |p| format!("{p}: ")), error.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl From<Map<String, Value>> for Problem {
    fn from(mut members: Map<String, Value>) -> Problem {
        let status = members.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        if status.is_some() {
            members.remove("status");
        }
        let status = status.unwrap_or(0);
        Problem {
            type_: take_text(&mut members, "type").unwrap_or_else(|| BLANK.to_owned()),
            title: take_text(&mut members, "title").unwrap_or_else(|| reason(status).to_owned()),
            status,
            detail: take_text(&mut members, "detail"),
            instance: take_text(&mut members, "instance"),
            errors: take_errors(&mut members),
            extensions: members,
        }
    }
}

fn take_text(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = members.get(name)?.as_str()?.to_owned();
    members.remove(name);
    Some(text)
}

/// `errors` if it has our shape; it is no member of RFC 9457, and others give it other shapes.
fn take_errors(members: &mut Map<String, Value>) -> Vec<ProblemError> {
    let Some(errors) = members.get("errors").and_then(|errors| Vec::deserialize(errors).ok()) else {
        return Vec::new();
    };
    members.remove("errors");
    errors
}

impl From<Problem> for Value {
    fn from(problem: Problem) -> Value {
        let Problem { type_, title, status, detail, instance, errors, extensions } = problem;
        let mut members = extensions;
        members.insert("type".to_owned(), type_.into());
        members.insert("title".to_owned(), title.into());
        if status != 0 {
            members.insert("status".to_owned(), status.into());
        }
        if let Some(detail) = detail {
            members.insert("detail".to_owned(), detail.into());
        }
        if let Some(instance) = instance {
            members.insert("instance".to_owned(), instance.into());
        }
        if !errors.is_empty() {
            members.insert("errors".to_owned(), errors.into_iter().map(error_value).collect());
        }
        Value::Object(members)
    }
}

fn error_value(error: ProblemError) -> Value {
    let mut members = Map::new();
    members.insert("detail".to_owned(), error.detail.into());
    if let Some(location) = error.location {
        members.insert("location".to_owned(), location.as_str().into());
    }
    if let Some(pointer) = error.pointer {
        members.insert("pointer".to_owned(), pointer.into());
    }
    Value::Object(members)
}

/// As the map that it is: with members in the order of their names, whichever of them are extensions.
impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Problem { type_, title, status, detail, instance, errors, extensions } = self;
        let status = Some(status).filter(|status| **status != 0);
        let errors = Some(errors).filter(|errors| !errors.is_empty());
        // One that was read with a member of the wrong type has it among the extensions.
        let is_written = |name: &str| match name {
            "detail" => detail.is_some(),
            "errors" => errors.is_some(),
            "instance" => instance.is_some(),
            "status" => status.is_some(),
            "title" | "type" => true,
            _ => false,
        };
        let mut extensions = extensions.iter().filter(|(name, _)| !is_written(name)).peekable();
        let mut members = serializer.serialize_map(None)?;
        for name in STANDARD {
            while let Some((other, value)) = extensions.next_if(|(other, _)| other.as_str() < name) {
                members.serialize_entry(other, value)?;
            }
            match name {
                "detail" => write_some(&mut members, name, detail.as_ref())?,
                "errors" => write_some(&mut members, name, errors)?,
                "instance" => write_some(&mut members, name, instance.as_ref())?,
                "status" => write_some(&mut members, name, status)?,
                "title" => members.serialize_entry(name, title)?,
                _ => members.serialize_entry(name, type_)?,
            }
        }
        for (other, value) in extensions {
            members.serialize_entry(other, value)?;
        }
        members.end()
    }
}

fn write_some<M: SerializeMap>(members: &mut M, name: &str, value: Option<&impl Serialize>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| members.serialize_entry(name, value))
}

impl<'de> Deserialize<'de> for Problem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Problem, D::Error> {
        Map::deserialize(deserializer).map(Problem::from)
    }
}

/// The reason phrase of a status (RFC 9110, section 15, and its siblings).
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        507 => "Insufficient Storage",
        other => match other / 100 {
            4 => "Client Error",
            5 => "Server Error",
            _ => "Problem",
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Value, expect: &str) {
        let problem = Problem::deserialize(value).expect("an object");
        assert_eq!(problem.to_string(), expect);
    }

    #[test]
    fn what_was_read_is_written_again() {
        let value = json!({"type": "https://example.com/out-of-stock", "title": "Out of stock", "status": 409,
            "detail": "none left", "instance": "/orders/1",
            "errors": [{"pointer": "/size", "detail": "unknown", "location": "body"}], "request_id": "r1"});
        check(&value, "409 Out of stock: none left; /size: unknown");
        assert_eq!(Value::from(Problem::deserialize(&value).unwrap()), value);
    }

    #[test]
    fn members_of_other_types_are_kept_apart() {
        let value = json!({"status": "404", "title": 7, "errors": {"name": ["too short"]}, "type": "about:blank"});
        let problem = Problem::deserialize(&value).unwrap();
        assert_eq!((problem.status, problem.errors.len()), (0, 0));
        assert_eq!(problem.extensions.keys().collect::<Vec<_>>(), ["errors", "status", "title"]);
    }

    #[test]
    fn the_text_and_the_value_of_a_problem_are_one() {
        let whole = json!({"type": "u", "title": "t", "status": 409, "detail": "d", "instance": "i",
            "errors": [{"detail": "unknown"}], "a": 1, "e": null, "tone": [], "z": {}});
        for value in [whole, json!({"status": "404", "title": 7, "errors": 1, "type": null}), json!({})] {
            let problem = Problem::deserialize(&value).unwrap();
            assert_eq!(serde_json::to_string(&problem).unwrap(), Value::from(problem).to_string());
        }
    }

    #[test]
    fn an_empty_object_is_a_problem_and_a_list_is_none() {
        check(&json!({}), "0 Problem");
        assert!(Problem::deserialize(json!([])).is_err());
    }

    #[test]
    fn extensions_cannot_take_a_members_place() {
        let problem = Problem::new(404, "no tag `a`").with_extension("status", 200).with_extension("request_id", "r1");
        assert_eq!(
            serde_json::to_string(&problem).unwrap(),
            r#"{"detail":"no tag `a`","request_id":"r1","status":404,"title":"Not Found","type":"about:blank"}"#
        );
    }
}
