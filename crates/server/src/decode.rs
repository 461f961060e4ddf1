//! From a request to the value that its request struct is read from: parameters by their styles, the body by its media type, both
//! checked against their schemas, and every violation reported at once (INVALID-REFUSED).

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderName};
use http::request::Parts;
use methodical_wire::body::Payload;
use methodical_wire::style::{self, Query, StyleError};
use methodical_wire::{
    Blob, Body, Content, Encoding, Form, Operation, Parameter, ParameterLocation, Place, Problem, ReadBody,
    RequestBody, SecurityScheme, Violation, form, media, multipart, normalise, parse_json, validate,
    validate_parameter,
};
use percent_encoding::percent_decode_str;
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

use crate::body::Arrived;
use crate::failure::Failure;
use crate::refusal::unprocessable;

/// What came of a request before its parameters are read.
#[derive(Debug)]
pub(crate) struct Received {
    /// Which content of its success the caller prefers, by position.
    pub(crate) accept: usize,
    /// Which of the declared contents the body is, by position.
    pub(crate) content: usize,
    pub(crate) body: Arrived,
}

/// A request that was read and checked: parameters under the names of their fields, and the body.
#[derive(Debug, Clone, Default)]
pub struct Decoded {
    members: Vec<(&'static str, Member)>,
    accept: usize,
    /// Which of the declared contents the body is, by position, and that content.
    content: (usize, Option<&'static Content>),
    /// What the body says that it is, where the declared media type is a range.
    media_type: Option<String>,
}

/// What a handler is given; generated code implements it where `serde` cannot.
#[diagnostic::on_unimplemented(message = "`{Self}` is not what a request is read as")]
pub trait Request: Sized + Send + 'static {
    /// Reads it.
    ///
    /// # Errors
    /// When a member is not of its type, although its schema accepts it.
    fn read(request: &Decoded) -> Result<Self, Unreadable>;
}

impl<T: DeserializeOwned + Send + 'static> Request for T {
    fn read(request: &Decoded) -> Result<T, Unreadable> {
        request.request()
    }
}

/// A request that cannot be read.
#[derive(Debug)]
pub struct Unreadable(pub(crate) Box<Problem>);

impl Unreadable {
    fn new(path: &str, why: impl std::fmt::Display) -> Unreadable {
        Unreadable(Box::new(Problem::new(400, format!("`{path}` cannot be read: {why}."))))
    }
}

#[derive(Debug, Clone)]
enum Member {
    Json(Value),
    Blob(Blob),
    Form(Form),
}

/// The name of the body among the members.
const BODY: &str = "body";

impl Decoded {
    /// Reads and checks a request. `values` are the raw path parameters.
    pub(crate) fn check(
        operation: &'static Operation,
        parts: &Parts,
        values: &[(&'static str, &str)],
        received: Received,
    ) -> Result<Self, Failure> {
        let mut decoded = Self { accept: received.accept, ..Self::default() };
        let mut wrong = Vec::new();
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        for parameter in operation.parameters {
            let taken = |name: &str| is_taken(operation, parameter, name);
            match read_parameter(parameter, parts, &Queried { query: &query, taken: &taken }, values) {
                Ok(Some(value)) => {
                    wrong.extend(validate_parameter(parameter, &value));
                    decoded.push(parameter.member, Member::Json(value));
                }
                Ok(None) if parameter.required => wrong.push(missing(parameter)),
                Ok(None) => {
                    if let Some(value) = default(parameter) {
                        decoded.push(parameter.member, Member::Json(value));
                    }
                }
                Err(detail) => wrong.push(violation(parameter, detail)),
            }
        }
        let mut invalid = Vec::new();
        if let Some(declared) = &operation.body
            && let Some(content) = declared.contents.get(received.content)
            && let Some(member) = read_body(declared, content, parts, received.body, &mut invalid)?
        {
            decoded.push(BODY, member);
            decoded.content = (received.content, Some(content));
            decoded.media_type = media::is_range(content.media_type)
                .then(|| parts.headers.get(CONTENT_TYPE)?.to_str().ok().map(str::to_owned))
                .flatten();
        }
        if !wrong.is_empty() {
            wrong.extend(invalid);
            return Err(unprocessable(400, wrong).into());
        }
        if !invalid.is_empty() {
            let declared = operation.response(422).is_some();
            let status = if declared { 422 } else { 400 };
            return Err(unprocessable(status, invalid).into());
        }
        Ok(decoded)
    }

    fn push(&mut self, name: &'static str, member: Member) {
        self.members.push((name, member));
    }

    /// The request struct. It cannot fail on what the schemas accept, unless the types say more than they do.
    fn request<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        let members = self.members.iter().map(|(name, member)| (*name, MemberRef(member)));
        let deserializer = MapDeserializer::<_, Error>::new(members);
        serde_path_to_error::deserialize(deserializer)
            .map_err(|error| Unreadable::new(&error.path().to_string(), error.inner()))
    }

    /// A parameter, by the name of its field. One that is absent is `null`.
    ///
    /// # Errors
    /// When it is not of that type.
    pub fn parameter<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unreadable> {
        let absent = Member::Json(Value::Null);
        let member = self.members.iter().find(|(own, _)| *own == name).map_or(&absent, |(_, member)| member);
        serde_path_to_error::deserialize(MemberRef(member)).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { name.to_owned() } else { format!("{name}.{path}") };
            Unreadable::new(&path, error.inner())
        })
    }

    /// The body.
    ///
    /// # Errors
    /// When it is absent, or not of that type.
    pub fn body<T: ReadBody>(&self) -> Result<T, Unreadable> {
        self.optional_body()?.ok_or_else(|| Unreadable::new(BODY, "it is absent"))
    }

    /// The body, if there is one.
    ///
    /// # Errors
    /// When it is not of that type.
    pub fn optional_body<T: ReadBody>(&self) -> Result<Option<T>, Unreadable> {
        let (Some((_, member)), (content, Some(data))) =
            (self.members.iter().find(|(name, _)| *name == BODY), self.content)
        else {
            return Ok(None);
        };
        let payload = match member {
            Member::Json(value) => Payload::Value(value.clone()),
            Member::Blob(blob) => Payload::Blob(blob.clone()),
            Member::Form(form) => Payload::Form(form.clone()),
        };
        let body = Body { content, data, payload, media_type: self.media_type.clone() };
        T::read(body).map(Some).map_err(|error| Unreadable::new(BODY, error))
    }

    /// Which of the declared contents of its success the caller prefers, by position.
    pub fn accept(&self) -> usize {
        self.accept
    }

    /// The text that two requests share if they ask for the same: names and values in a fixed order.
    pub(crate) fn canonical(&self) -> Vec<u8> {
        let mut text = Vec::new();
        // The same bytes under another media type are another request.
        if self.content.0 > 0 {
            text.extend_from_slice(&self.content.0.to_be_bytes());
        }
        text.extend_from_slice(self.media_type.as_deref().unwrap_or_default().as_bytes());
        for (name, member) in &self.members {
            text.extend_from_slice(name.as_bytes());
            text.push(0);
            match member {
                Member::Json(value) => text.extend_from_slice(sorted(value).to_string().as_bytes()),
                Member::Blob(blob) => text.extend_from_slice(blob.fingerprint().unwrap_or_default()),
                Member::Form(form) => text.extend(form.canonical()),
            }
            text.push(0);
        }
        text
    }
}

/// Members in the order of their names, whichever order `serde_json` was built to keep.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_str());
            let members = members.into_iter().map(|(name, value)| (name.clone(), sorted(value)));
            Value::Object(members.collect())
        }
    }
}

fn violation(parameter: &Parameter, detail: String) -> Violation {
    let name = parameter.name.replace('~', "~0").replace('/', "~1");
    Violation { location: Place::from(parameter.location), pointer: format!("/{name}"), detail }
}

fn missing(parameter: &Parameter) -> Violation {
    violation(parameter, "is required".to_owned())
}

/// A query, and which of its names belong to others than the parameter that is being read.
struct Queried<'q> {
    query: &'q Query,
    taken: &'q dyn Fn(&str) -> bool,
}

/// Whether a name in the query is that of another parameter or of a credential.
fn is_taken(operation: &Operation, parameter: &Parameter, name: &str) -> bool {
    let is_other = |other: &Parameter| {
        let rest = name.strip_prefix(other.name).filter(|_| other.location == ParameterLocation::Query);
        !std::ptr::eq(other, parameter) && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
    };
    let is_key = |scheme: &SecurityScheme| match scheme {
        SecurityScheme::ApiKey { location: ParameterLocation::Query, parameter, .. } => *parameter == name,
        SecurityScheme::ApiKey { .. }
        | SecurityScheme::Http { .. }
        | SecurityScheme::Basic { .. }
        | SecurityScheme::Bearer { .. }
        | SecurityScheme::MutualTls { .. } => false,
    };
    operation.parameters.iter().any(is_other) || operation.security.iter().copied().flatten().any(is_key)
}

/// The declared default, if it is one of the values that the parameter may have.
fn default(parameter: &Parameter) -> Option<Value> {
    let value = parse_json(parameter.default?.as_bytes()).ok()?;
    validate_parameter(parameter, &value).is_empty().then_some(value)
}

fn read_parameter(
    parameter: &'static Parameter,
    parts: &Parts,
    queried: &Queried<'_>,
    values: &[(&'static str, &str)],
) -> Result<Option<Value>, String> {
    let text = |error: StyleError| match error {
        StyleError::NotUtf8 { .. } => "is not UTF-8".to_owned(),
        StyleError::Repeated { .. } => "stands there more than once".to_owned(),
        StyleError::NotJson { detail, .. } => format!("is not JSON: {detail}"),
        StyleError::Nested { .. }
        | StyleError::Empty { .. }
        | StyleError::NotInHeader { .. }
        | StyleError::Ambiguous { .. }
        | StyleError::Malformed { .. } => "does not have the form that its style prescribes".to_owned(),
    };
    match parameter.location {
        ParameterLocation::Path => {
            let Some((_, raw)) = values.iter().find(|(name, _)| *name == parameter.name) else {
                return Ok(None);
            };
            let decoded: Vec<u8> = percent_decode_str(raw).collect();
            if decoded.contains(&0) {
                return Err("must not hold a NUL character".to_owned());
            }
            style::read_path(parameter, raw).map(Some).map_err(text)
        }
        ParameterLocation::Query => style::read_query_among(parameter, queried.query, queried.taken).map_err(text),
        ParameterLocation::Header => match joined(parts, parameter.name, ", ")? {
            Some(field) => style::read_header(parameter, &field).map(Some).map_err(text),
            None => Ok(None),
        },
        ParameterLocation::Cookie => match joined(parts, COOKIE.as_str(), "; ")? {
            Some(field) => style::read_cookie(parameter, &field).map_err(text),
            None => Ok(None),
        },
    }
}

/// Several header fields of one name are one list.
fn joined(parts: &Parts, name: &str, separator: &str) -> Result<Option<String>, String> {
    let Ok(name) = HeaderName::try_from(name) else {
        return Ok(None);
    };
    let fields = parts.headers.get_all(name).iter().map(|field| field.to_str());
    let fields: Vec<&str> = fields.collect::<Result<_, _>>().map_err(|_| "is not plain text".to_owned())?;
    Ok((!fields.is_empty()).then(|| fields.join(separator)))
}

fn read_body(
    declared: &RequestBody,
    content: &Content,
    parts: &Parts,
    body: Arrived,
    invalid: &mut Vec<Violation>,
) -> Result<Option<Member>, Failure> {
    let body = match body {
        Arrived::Bytes(bytes) => bytes,
        // A stream without items is a stream.
        Arrived::Items(blob, wrong) => {
            invalid.extend(wrong);
            let is_there = declared.required || parts.headers.contains_key(CONTENT_TYPE);
            return Ok(is_there.then_some(Member::Blob(blob)));
        }
        Arrived::Blob(blob) if blob.length() == Some(0) => Bytes::new(),
        Arrived::Blob(blob) => return Ok(Some(Member::Blob(blob))),
        Arrived::Parts(form) => {
            let form = multipart::read(content, form, invalid);
            let form = form.map_err(|error| Failure::new(400, format!("The form cannot be read: {error}.")))?;
            return Ok(Some(Member::Form(form)));
        }
    };
    // A form without pairs, a text without characters and bytes without any are bodies all the same, if one is wanted.
    let is_there = declared.required || parts.headers.contains_key(CONTENT_TYPE);
    let may_be_empty = is_there && matches!(content.encoding, Encoding::Form | Encoding::Text | Encoding::Binary);
    if body.is_empty() && !may_be_empty {
        return match declared.required {
            true => Err(Failure::new(400, "The request has no body, and it needs one.")),
            false => Ok(None),
        };
    }
    let mut value = match content.encoding {
        Encoding::Binary
        | Encoding::Multipart
        | Encoding::Events
        | Encoding::TextEvents
        | Encoding::Lines
        | Encoding::Sequence => return Ok(Some(Member::Blob(body.into()))),
        Encoding::Json | Encoding::Problem => parse_json(&body)
            .map_err(|error| Failure::new(400, format!("The body cannot be read as JSON: {error}.")))?,
        Encoding::Text => Value::String(utf8(&body)?.to_owned()),
        Encoding::Form => form::read(content, utf8(&body)?)
            .map_err(|error| Failure::new(400, format!("The form cannot be read: {error}.")))?,
    };
    // What was sent is judged as it was sent: making it ready drops the read-only members that are to be refused.
    let wrong = validate(content.schema, &value);
    // Many say that they send a form when they send nothing.
    if body.is_empty() && content.encoding == Encoding::Form && !declared.required && !wrong.is_empty() {
        return Ok(None);
    }
    invalid.extend(wrong);
    normalise(content.schema, &mut value);
    Ok(Some(Member::Json(value)))
}

fn utf8(body: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(body).map_err(|_| Failure::new(400, "The body is not UTF-8."))
}

/// Hands a member to `serde`: JSON as it is, bytes as bytes.
#[derive(Clone, Copy)]
struct MemberRef<'d>(&'d Member);

impl<'d> serde::de::IntoDeserializer<'d, Error> for MemberRef<'d> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for MemberRef<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Member::Json(value) => value.deserialize_any(visitor),
            Member::Blob(blob) => visitor.visit_bytes(blob.in_memory().map_or(&[], Bytes::as_ref)),
            Member::Form(_) => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Member::Json(value) => value.deserialize_option(visitor),
            Member::Blob(_) | Member::Form(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Member::Json(value) => value.deserialize_newtype_struct(name, visitor),
            Member::Blob(_) | Member::Form(_) => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Member::Json(value) => value.deserialize_enum(name, variants, visitor),
            Member::Blob(blob) => visitor.visit_bytes(blob.in_memory().map_or(&[], Bytes::as_ref)),
            Member::Form(_) => visitor.visit_unit(),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    /// As generated code has it for a binary body: anything that accepts bytes.
    #[derive(Debug, PartialEq)]
    struct Binary(Bytes);

    impl<'de> Deserialize<'de> for Binary {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Reader;
            impl Visitor<'_> for Reader {
                type Value = Binary;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("bytes")
                }

                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Binary, E> {
                    Ok(Binary(Bytes::copy_from_slice(bytes)))
                }
            }
            deserializer.deserialize_byte_buf(Reader)
        }
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Upload {
        name: String,
        size: Option<u64>,
        wide: i128,
        kind: Kind,
        body: Option<Binary>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Plain,
    }

    #[test]
    fn members_become_the_fields_of_a_request() {
        let mut decoded = Decoded::default();
        decoded.push("name", Member::Json(json!("a")));
        decoded.push("wide", Member::Json(json!(-1)));
        decoded.push("kind", Member::Json(json!("plain")));
        decoded.push("body", Member::Blob(Bytes::from_static(&[0, 255]).into()));
        let upload = Upload {
            name: "a".to_owned(),
            size: None,
            wide: -1,
            kind: Kind::Plain,
            body: Some(Binary(Bytes::from_static(&[0, 255]))),
        };
        assert_eq!(decoded.request::<Upload>().ok(), Some(upload));

        decoded.push("size", Member::Json(json!("big")));
        let Unreadable(problem) = decoded.request::<Upload>().unwrap_err();
        let text = "400 Bad Request: `size` cannot be read: invalid type: string \"big\", expected u64.";
        assert_eq!(problem.to_string(), text);
    }

    #[test]
    fn equal_requests_have_one_canonical_text() {
        let text = |value: Value| {
            let mut decoded = Decoded::default();
            decoded.push("body", Member::Json(value));
            decoded.canonical()
        };
        let one = serde_json::from_str(r#"{"a": [{"c": 1, "b": 2}], "d": null}"#).unwrap();
        let other = serde_json::from_str(r#"{"d": null, "a": [{"b": 2, "c": 1}]}"#).unwrap();
        assert_eq!(text(one), text(other));
        assert_ne!(text(json!([1, 2])), text(json!([2, 1])));
    }
}
