//! What a version has against a message: the other half of a witness. `message` writes what should show a break; here it is read as a
//! receiver would, by the description alone, and only what one version takes and the other does not is a witness.

use std::cell::RefCell;
use std::fmt;

use methodical_document::Value;
use methodical_model::{
    Api, Canonical, Content, Kind, MediaType, Operation, Parameter, ParameterLocation, ParameterRole, ParameterStyle,
    PathSegment, Response, Schema, Shape, Status, VariantValue,
};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json};

use super::message::Message;
use super::sample::sample_without_examples;
use super::security::{self, Schemes};
use super::status::covering;
use super::style::{self, Written, kind_of};
use super::{body, media_type, parameter};
use crate::schema::{Comparer, Version};

/// What a version has against a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A parameter or a header that has to be there is not; where, and its name.
    Missing(String),
    /// What one says is no value of it.
    Value(String),
    /// There has to be content.
    NoContent,
    /// There is content of a media type that is not declared, or none is.
    MediaType(String),
    /// The content is not as its schema says.
    Content,
    /// The credentials do not suffice.
    Credentials,
    /// No response is declared for the status.
    Status(String),
}

impl Fault {
    /// Whether it is that a parameter or a header is not there; header fields are known in any letter case.
    pub(super) fn misses(&self, what: &str) -> bool {
        matches!(self, Fault::Missing(missed) if missed.eq_ignore_ascii_case(what))
    }

    pub(super) fn is_media_type(&self) -> bool {
        matches!(self, Fault::MediaType(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Missing(what) => write!(formatter, "there is no {what}"),
            Fault::Value(what) => write!(formatter, "what the {what} says is not valid"),
            Fault::NoContent => formatter.write_str("there is no content"),
            Fault::MediaType(name) => write!(formatter, "content of the media type `{name}` is not declared"),
            Fault::Content => formatter.write_str("the content is not valid"),
            Fault::Credentials => formatter.write_str("the credentials do not suffice"),
            Fault::Status(code) => write!(formatter, "{code} is not declared"),
        }
    }
}

/// A version that listens.
pub(super) struct Listener<'l, 'a> {
    pub(super) api: &'l Api,
    pub(super) version: Version,
    pub(super) operation: &'l Operation,
    pub(super) comparer: &'l RefCell<Comparer<'a>>,
    pub(super) schemes: &'l Schemes,
}

impl Listener<'_, '_> {
    /// All that it has against a message that was made for `spoken`.
    pub(super) fn faults(&self, message: &Message, spoken: Version) -> Vec<Fault> {
        if message.method.is_none() {
            return self.response_faults(message);
        }
        let mut faults = Vec::new();
        for parameter in self.operation.parameters.iter().filter(|one| one.role != ParameterRole::Ignored) {
            let place = parameter::place(parameter);
            match self.read(message, parameter) {
                None if parameter.required => faults.push(Fault::Missing(place)),
                Some(values) if !self.is_any_valid(&parameter.canonical, &values) => faults.push(Fault::Value(place)),
                None | Some(_) => {}
            }
        }
        let required = self.operation.body.as_ref().is_some_and(|body| body.required);
        faults.extend(self.content_fault(message, body::contents(self.operation), required));
        if !security::suffices(self.schemes, &message.shown, spoken, (self.operation, self.version)) {
            faults.push(Fault::Credentials);
        }
        faults
    }

    /// The message with content of its own where it has an example that is not valid, and all that is against it still.
    pub(super) fn made_valid(&self, message: Message, spoken: Version) -> (Message, Vec<Fault>) {
        let faults = self.faults(&message, spoken);
        if !faults.contains(&Fault::Content) {
            return (message, faults);
        }
        let contents = match message.method {
            Some(_) => Some(body::contents(self.operation)),
            None => self.response(&message).map(|response| response.contents.as_slice()),
        };
        let content = message.header("Content-Type").zip(contents);
        let Some(content) = content.and_then(|(media_type, contents)| media_type::declared(contents, media_type))
        else {
            return (message, faults);
        };
        let message = message.with_value(content, &sample_without_examples(self.api, &content.schema));
        let faults = self.faults(&message, spoken);
        (message, faults)
    }

    /// The response that is declared for the status.
    fn response(&self, message: &Message) -> Option<&Response> {
        declared(&self.operation.responses, message.target.parse().ok()?)
    }

    fn response_faults(&self, message: &Message) -> Vec<Fault> {
        let Some(response) = self.response(message) else { return vec![Fault::Status(message.target.clone())] };
        let mut faults = Vec::new();
        for header in &response.headers {
            let place = format!("header {}", header.name.wire);
            match message.header(&header.name.wire) {
                None if header.required => faults.push(Fault::Missing(place)),
                Some(text) => {
                    let values = self.values(&header.schema, header.style, header.explode, text);
                    if !self.is_any_valid(&header.canonical, &values) {
                        faults.push(Fault::Value(place));
                    }
                }
                None => {}
            }
        }
        faults.extend(self.content_fault(message, &response.contents, !response.contents.is_empty()));
        faults
    }

    fn content_fault(&self, message: &Message, contents: &[Content], required: bool) -> Option<Fault> {
        let (Some(body), Some(media_type)) = (&message.body, message.header("Content-Type")) else {
            return required.then_some(Fault::NoContent);
        };
        let Some(content) = media_type::declared(contents, media_type) else {
            return Some(Fault::MediaType(media_type.to_owned()));
        };
        let values = match content.kind {
            MediaType::Json | MediaType::Problem => vec![serde_json::from_str(body).ok()?],
            // What is written in another way than as JSON is not looked into.
            MediaType::Form
            | MediaType::Multipart
            | MediaType::Text
            | MediaType::Binary
            | MediaType::Events
            | MediaType::TextEvents
            | MediaType::Lines
            | MediaType::Sequence => return None,
        };
        let canonical = content.problem.as_ref().map_or(&content.canonical, |problem| &problem.canonical);
        (!self.is_any_valid(canonical, &values)).then_some(Fault::Content)
    }

    /// Whether one reading of a text is valid, as far as that can be known.
    fn is_any_valid(&self, canonical: &Canonical, values: &[Json]) -> bool {
        let mut comparer = self.comparer.borrow_mut();
        values.iter().any(|value| comparer.accepts(self.version, &canonical.value, value) != Some(false))
    }

    /// What a parameter says: the values that it can be read as. `None`: it is not there.
    pub(super) fn read(&self, message: &Message, parameter: &Parameter) -> Option<Vec<Json>> {
        let name = &parameter.name.wire;
        let values = |text: &str| self.values(&parameter.schema, parameter.style, parameter.explode, text);
        match parameter.location {
            ParameterLocation::Header => message.header(name).map(values),
            ParameterLocation::Path => self.of_path(message, name).as_deref().map(values),
            ParameterLocation::Query => self.among(&pairs(&message.query), parameter),
            ParameterLocation::Cookie => {
                let cookies = message.headers.iter().filter(|(key, _)| key == "Cookie");
                let cookies: Vec<String> =
                    cookies.flat_map(|(_, value)| value.split("; ").map(str::to_owned)).collect();
                self.among(&pairs(&cookies), parameter)
            }
        }
    }

    /// What stands in the path for a parameter; nothing where a segment has several.
    fn of_path(&self, message: &Message, name: &str) -> Option<String> {
        let segments = &self.operation.path.segments;
        let written: Vec<&str> = message.target.split('/').collect();
        let own = written.get(written.len().checked_sub(segments.len())?..)?;
        segments.iter().zip(own).find_map(|(segment, text)| {
            let at = segment.iter().position(|part| matches!(part, PathSegment::Parameter(one) if one == name))?;
            let literal = |parts: &[PathSegment]| {
                let text = |part: &PathSegment| match part {
                    PathSegment::Literal(text) => Some(text.clone()),
                    PathSegment::Parameter(_) => None,
                };
                parts.iter().map(text).collect::<Option<String>>()
            };
            let text = text.strip_prefix(literal(&segment[..at])?.as_str())?;
            text.strip_suffix(literal(&segment[at + 1..])?.as_str()).map(str::to_owned)
        })
    }

    /// What pairs `name=value` say of a parameter.
    fn among(&self, pairs: &[(String, String)], parameter: &Parameter) -> Option<Vec<Json>> {
        let name = &parameter.name.wire;
        let is_exploded = parameter.explode && parameter.style != ParameterStyle::Json;
        let own = || pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        match kind_of(self.api, &parameter.schema) {
            Written::Object if parameter.style == ParameterStyle::DeepObject => {
                let member =
                    |key: &str| key.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']').map(str::to_owned);
                let members = pairs.iter().filter_map(|(key, value)| Some((member(key)?, decoded(value))));
                self.object(&parameter.schema, members.collect())
            }
            Written::Object if is_exploded => {
                let is_other = |key: &str| self.operation.parameters.iter().any(|one| one.name.wire == key);
                let members = pairs.iter().filter(|(key, _)| !is_other(key));
                self.object(&parameter.schema, members.map(|(key, value)| (key.clone(), decoded(value))).collect())
            }
            Written::List if is_exploded => {
                let items: Vec<String> = own().map(decoded).collect();
                (!items.is_empty()).then(|| self.list(&parameter.schema, &items))
            }
            Written::Plain | Written::List | Written::Object | Written::Any => {
                own().next().map(|text| self.values(&parameter.schema, parameter.style, parameter.explode, text))
            }
        }
    }

    /// The values that a text can be read as, which stands by itself.
    fn values(&self, schema: &Schema, style: ParameterStyle, explode: bool, text: &str) -> Vec<Json> {
        if style == ParameterStyle::Json {
            return serde_json::from_str(&decoded(text)).ok().into_iter().collect();
        }
        let kind = kind_of(self.api, schema);
        let (text, between) = match style {
            ParameterStyle::Label => (text.strip_prefix('.').unwrap_or(text), ","),
            ParameterStyle::Matrix => (text.split_once('=').map_or(text, |(_, value)| value), ","),
            ParameterStyle::SpaceDelimited => (text, "%20"),
            ParameterStyle::PipeDelimited => (text, "|"),
            ParameterStyle::Simple
            | ParameterStyle::Form
            | ParameterStyle::DeepObject
            | ParameterStyle::Cookie
            | ParameterStyle::Json => (text, ","),
        };
        let parts = || text.split(between).map(decoded).collect::<Vec<_>>();
        match kind {
            Written::Plain => self.plain(schema, &decoded(text)),
            Written::List => self.list(schema, &parts()),
            Written::Object if explode => {
                let members = parts()
                    .into_iter()
                    .filter_map(|part| part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
                self.object(schema, members.collect()).unwrap_or_default()
            }
            Written::Object => {
                let parts = parts();
                let members = parts.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
                self.object(schema, members.collect()).unwrap_or_default()
            }
            // Whether it is one or several is not said.
            Written::Any => [self.plain(schema, &decoded(text)), self.list(schema, &parts())].concat(),
        }
    }

    fn plain(&self, schema: &Schema, text: &str) -> Vec<Json> {
        let (coerced, plain) = (coerced(self.api, schema, text), Json::from(text));
        if coerced == plain { vec![plain] } else { vec![coerced, plain] }
    }

    fn list(&self, schema: &Schema, items: &[String]) -> Vec<Json> {
        let kind = &self.api.unaliased(schema).kind;
        let inner = |index: usize| {
            if let Kind::Array { items, .. } = kind {
                return Some(&**items);
            }
            if let Kind::Tuple { items, .. } = kind { items.get(index) } else { None }
        };
        let typed = items.iter().enumerate().map(|(index, text)| match inner(index) {
            Some(schema) => coerced(self.api, schema, text),
            None => literal(text),
        });
        vec![typed.collect(), items.iter().map(|text| Json::from(text.as_str())).collect()]
    }

    /// `None`: there are no members, and so it is not there.
    fn object(&self, schema: &Schema, members: Vec<(String, String)>) -> Option<Vec<Json>> {
        if members.is_empty() {
            return None;
        }
        let schema = self.api.unaliased(schema);
        let object = style::object(self.api, schema);
        let inner = |name: &str| {
            if let Kind::Map { values, .. } = &schema.kind {
                return Some(&**values);
            }
            object?.properties.iter().find(|one| one.name.wire == name).map(|property| &property.schema)
        };
        let typed = |(name, text): &(String, String)| {
            let value = inner(name).map_or_else(|| literal(text), |schema| coerced(self.api, schema, text));
            (name.clone(), value)
        };
        let typed: Map<String, Json> = members.iter().map(typed).collect();
        let plain: Map<String, Json> = members.into_iter().map(|(name, text)| (name, Json::from(text))).collect();
        Some(vec![Json::Object(typed), Json::Object(plain)])
    }
}

/// The response that is declared for a code.
fn declared(responses: &[Response], code: u16) -> Option<&Response> {
    let find = |status: Status| responses.iter().find(|response| response.status == status);
    find(Status::Code(code)).or_else(|| covering(responses, Status::Code(code))).or_else(|| find(Status::Default))
}

/// Names and values, the values as they are written.
fn pairs(written: &[String]) -> Vec<(String, String)> {
    let pair = |pair: &String| match pair.split_once('=') {
        Some((name, value)) => (decoded(name), value.to_owned()),
        None => (decoded(pair), String::new()),
    };
    written.iter().map(pair).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// What a text is where anything else than texts may stand.
fn literal(text: &str) -> Json {
    let value = serde_json::from_str(text).ok();
    value.filter(|value: &Json| !value.is_string()).unwrap_or_else(|| Json::from(text))
}

/// A text as a value of a schema.
fn coerced(api: &Api, schema: &Schema, text: &str) -> Json {
    match &api.unaliased(schema).kind {
        Kind::String { .. } | Kind::Constant(Value::String(_)) => Json::from(text),
        Kind::Named(id) => match &api.type_def(*id).shape {
            Shape::Enumeration(variants) => {
                let is_text = |value: &VariantValue| matches!(value, VariantValue::Text(one) if one == text);
                match variants.iter().any(|variant| is_text(&variant.value)) {
                    true => Json::from(text),
                    false => literal(text),
                }
            }
            Shape::Object(_) | Shape::Union(_) | Shape::Alias(_) => literal(text),
        },
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Constant(_)
        | Kind::Array { .. }
        | Kind::Tuple { .. }
        | Kind::Map { .. } => literal(text),
    }
}
