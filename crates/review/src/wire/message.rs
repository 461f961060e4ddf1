//! Messages as witnesses show them: a request or a response of an operation, as small as it may be, in HTTP/1.1's form.

use std::fmt::Write;

use methodical_document::{Key, Number, Value};
use methodical_model::{
    Api, Content, MediaType, Operation, Parameter, ParameterLocation, ParameterRole, ParameterStyle, PathSegment,
    Requirement, Response, ResponseHeader, SecurityKind,
};

use super::sample::sample;
use super::{media_type, status};
use crate::{Way, Witness};

/// A message that can be changed before it is written.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// `PUT`, or nothing for a response.
    pub(super) method: Option<String>,
    /// The path of a request, with the base path of its server; the code of a response.
    pub(super) target: String,
    /// Pairs `name=value`.
    pub(super) query: Vec<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
    /// Whose credentials are shown, and what they are good for.
    pub(super) shown: Vec<Requirement>,
}

impl Message {
    /// The smallest request of an operation: what has to be there, and credentials.
    pub(super) fn request(api: &Api, operation: &Operation) -> Message {
        let server = operation.servers.first().or_else(|| api.servers.first()).map_or("/", |server| &server.url);
        let (host, base) = host_and_path(server);
        let mut message = Message {
            method: Some(operation.method.as_str().to_owned()),
            target: format!("{}{}", base.trim_end_matches('/'), path(api, operation)),
            query: Vec::new(),
            headers: host.map(|host| ("Host".to_owned(), host.to_owned())).into_iter().collect(),
            body: None,
            shown: Vec::new(),
        };
        for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
            if parameter.location != ParameterLocation::Path && parameter.role != ParameterRole::Ignored {
                message = message.with_parameter(parameter, &sample(api, &parameter.schema));
            }
        }
        if let Some(alternative) = operation.security.first() {
            message = message.with_credentials(api, alternative);
        }
        match operation.body.as_ref().filter(|body| body.required).and_then(|body| body.contents.first()) {
            Some(content) => message.with_content(api, content),
            None => message,
        }
    }

    /// The smallest response: its status, the headers that have to be there, and content.
    pub(super) fn response(api: &Api, operation: &Operation, response: &Response) -> Message {
        Message::response_beside(api, &operation.responses, response)
    }

    /// The same with a code that none of the `others` names, where several are meant.
    pub(super) fn response_beside<'r>(
        api: &Api,
        others: impl IntoIterator<Item = &'r Response>,
        response: &Response,
    ) -> Message {
        let mut message = Message {
            method: None,
            target: status::code(response.status, others).to_string(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            shown: Vec::new(),
        };
        for header in response.headers.iter().filter(|header| header.required) {
            message.headers.push((header.name.wire.clone(), joined(&sample(api, &header.schema), header.explode)));
        }
        match response.contents.first() {
            Some(content) => message.with_content(api, content),
            None => message,
        }
    }

    pub(super) fn with_parameter(mut self, parameter: &Parameter, value: &Value) -> Message {
        let name = &parameter.name.wire;
        match parameter.location {
            ParameterLocation::Query => self.query.extend(pairs(parameter, value)),
            ParameterLocation::Header => self.headers.push((name.clone(), header_text(parameter, value))),
            ParameterLocation::Cookie => {
                self.headers.push(("Cookie".to_owned(), pairs(parameter, value).join("; ")));
            }
            ParameterLocation::Path => {}
        }
        self
    }

    /// With this value of a parameter, wherever that travels.
    pub(super) fn with_value_of(
        self,
        api: &Api,
        operation: &Operation,
        parameter: &Parameter,
        value: &Value,
    ) -> Message {
        if parameter.location == ParameterLocation::Path {
            let base = operation.servers.first().or_else(|| api.servers.first()).map_or("/", |server| &server.url);
            return self.to(base, &path_with(api, operation, parameter, value));
        }
        self.without_parameter(parameter).with_parameter(parameter, value)
    }

    /// With this value of a header of a response.
    pub(super) fn with_header_value(self, header: &ResponseHeader, value: &Value) -> Message {
        let text = if header.style == ParameterStyle::Json { compact(value) } else { joined(value, header.explode) };
        self.without_header(&header.name.wire).with_header(&header.name.wire, &text)
    }

    /// Without a parameter that [`Message::request`] has put there.
    pub(super) fn without_parameter(mut self, parameter: &Parameter) -> Message {
        let name = &parameter.name.wire;
        let is_it = |pair: &str| {
            let key = pair.split(['=', '[']).next().unwrap_or_default();
            key == percent(name)
        };
        match parameter.location {
            ParameterLocation::Query => self.query.retain(|pair| !is_it(pair)),
            ParameterLocation::Header => self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name)),
            ParameterLocation::Cookie => self.headers.retain(|(key, value)| key != "Cookie" || !is_it(value)),
            ParameterLocation::Path => {}
        }
        self
    }

    pub(super) fn without_header(mut self, name: &str) -> Message {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    fn with_header(mut self, name: &str, value: &str) -> Message {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With content of a media type, in place of what was there.
    pub(super) fn with_content(self, api: &Api, content: &Content) -> Message {
        let value = content.example.clone().unwrap_or_else(|| sample(api, &content.schema));
        self.with_value(content, &value)
    }

    /// The same where a range is meant by it: in a media type that none of the `others` is or covers.
    pub(super) fn with_content_beside(self, api: &Api, content: &Content, others: &[Content]) -> Message {
        let (media_type, parameters) = content.media_type.split_once(';').unwrap_or((&content.media_type, ""));
        let Some(kind) = media_type.trim().strip_suffix("/*").filter(|_| parameters.is_empty()) else {
            return self.with_content(api, content);
        };
        let kind = if kind == "*" { "application" } else { kind };
        let mut message = self.with_content(api, content);
        let usual = concrete(&content.media_type).to_owned();
        let outside = [usual, format!("{kind}/octet-stream"), format!("{kind}/x-other")];
        let outside = outside.into_iter().find(|name| media_type::declared(others, name).is_none());
        if let (Some(name), Some((_, value))) =
            (outside, message.headers.iter_mut().find(|(key, _)| key == "Content-Type"))
        {
            *value = name;
        }
        message
    }

    /// With this value in a media type.
    pub(super) fn with_value(self, content: &Content, value: &Value) -> Message {
        self.with_body(concrete(&content.media_type), body_text(content, value))
    }

    pub(super) fn with_body(mut self, media_type: &str, text: String) -> Message {
        self = self.without_body();
        self.headers.push(("Content-Type".to_owned(), media_type.to_owned()));
        self.body = Some(text);
        self
    }

    pub(super) fn without_body(mut self) -> Message {
        self.body = None;
        self.without_header("Content-Type")
    }

    /// With the credentials of one alternative, and no others.
    pub(super) fn with_credentials(mut self, api: &Api, alternative: &[Requirement]) -> Message {
        self = self.without_header("Authorization");
        self.shown = alternative.to_vec();
        for requirement in alternative {
            let Some(scheme) = api.security_schemes.get(requirement.scheme) else { continue };
            let scopes = requirement.scopes.join(" ");
            match &scheme.kind {
                SecurityKind::Http { scheme } => self.authorization(&format!("{} token", capitalised(scheme))),
                SecurityKind::Basic => self.authorization("Basic dXNlcjpwYXNzd29yZA=="),
                SecurityKind::OAuth2 | SecurityKind::OpenIdConnect if scopes.is_empty() => {
                    self.authorization("Bearer token");
                }
                SecurityKind::OAuth2 | SecurityKind::OpenIdConnect => {
                    self.authorization(&format!("Bearer token-for-{}", scopes.replace(' ', "-and-")));
                }
                SecurityKind::ApiKey { location: ParameterLocation::Query, name } => {
                    self.query.push(format!("{}=key", percent(name)));
                }
                SecurityKind::ApiKey { location: ParameterLocation::Cookie, name } => {
                    self.headers.push(("Cookie".to_owned(), format!("{name}=key")));
                }
                SecurityKind::ApiKey { location: ParameterLocation::Header | ParameterLocation::Path, name } => {
                    self.headers.push((name.clone(), "key".to_owned()));
                }
                SecurityKind::MutualTls => {}
            }
        }
        self
    }

    fn authorization(&mut self, value: &str) {
        self.headers.push(("Authorization".to_owned(), value.to_owned()));
    }

    /// To another server.
    pub(super) fn to(mut self, url: &str, operation_path: &str) -> Message {
        let (host, base) = host_and_path(url);
        self = self.without_header("Host");
        if let Some(host) = host {
            self.headers.insert(0, ("Host".to_owned(), host.to_owned()));
        }
        self.target = format!("{}{operation_path}", base.trim_end_matches('/'));
        self
    }

    pub(super) fn witness(&self, direction: Way) -> Witness {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        Witness { direction, text }
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        match &self.method {
            Some(method) if self.query.is_empty() => writeln!(text, "{method} {} HTTP/1.1", self.target)?,
            Some(method) => writeln!(text, "{method} {}?{} HTTP/1.1", self.target, self.query.join("&"))?,
            None => writeln!(text, "HTTP/1.1 {}", self.target)?,
        }
        self.headers.iter().try_for_each(|(name, value)| writeln!(text, "{name}: {value}"))?;
        self.body.as_ref().map_or(Ok(()), |body| writeln!(text, "\n{body}"))
    }
}

/// The path with a value for each parameter.
pub(super) fn path(api: &Api, operation: &Operation) -> String {
    let value = |name: &str| {
        let mut parameters = operation.parameters.iter();
        let parameter =
            parameters.find(|parameter| parameter.location == ParameterLocation::Path && parameter.name.wire == name);
        parameter.map_or_else(|| "x".to_owned(), |parameter| path_text(parameter, &sample(api, &parameter.schema)))
    };
    let mut path = String::new();
    for segment in &operation.path.segments {
        path.push('/');
        for part in segment {
            match part {
                PathSegment::Literal(text) => path.push_str(text),
                PathSegment::Parameter(name) => path.push_str(&value(name)),
            }
        }
    }
    path
}

/// The path of an operation with one of its parameters changed.
fn path_with(api: &Api, operation: &Operation, changed: &Parameter, value: &Value) -> String {
    let marker = format!("{{{}}}", changed.name.wire);
    let (before, after) = operation.path.text.split_once(&marker).unwrap_or((&operation.path.text, ""));
    let fill = |text: &str| {
        let mut text = text.to_owned();
        for parameter in operation.parameters.iter().filter(|parameter| parameter.location == ParameterLocation::Path) {
            let marker = format!("{{{}}}", parameter.name.wire);
            text = text.replace(&marker, &path_text(parameter, &sample(api, &parameter.schema)));
        }
        text
    };
    format!("{}{}{}", fill(before), path_text(changed, value), fill(after))
}

fn path_text(parameter: &Parameter, value: &Value) -> String {
    let text = percent(&joined(value, parameter.explode));
    match parameter.style {
        ParameterStyle::Label => format!(".{text}"),
        ParameterStyle::Matrix => format!(";{}={text}", parameter.name.wire),
        ParameterStyle::Json => percent(&compact(value)),
        ParameterStyle::Simple
        | ParameterStyle::Form
        | ParameterStyle::SpaceDelimited
        | ParameterStyle::PipeDelimited
        | ParameterStyle::DeepObject
        | ParameterStyle::Cookie => text,
    }
}

fn header_text(parameter: &Parameter, value: &Value) -> String {
    if parameter.style == ParameterStyle::Json { compact(value) } else { joined(value, parameter.explode) }
}

/// The pairs `name=value` that a parameter becomes in a query or a cookie.
fn pairs(parameter: &Parameter, value: &Value) -> Vec<String> {
    let name = percent(&parameter.name.wire);
    let pair = |value: &str| format!("{name}={}", percent(value));
    match (parameter.style, value) {
        (ParameterStyle::Json, value) => vec![pair(&compact(value))],
        (ParameterStyle::DeepObject, Value::Object(members)) => {
            members.iter().map(|(key, value)| format!("{name}[{}]={}", percent(key), percent(&scalar(value)))).collect()
        }
        (_, Value::Array(items)) if parameter.explode => items.iter().map(|item| pair(&scalar(item))).collect(),
        (_, Value::Object(members)) if parameter.explode => {
            members.iter().map(|(key, value)| format!("{}={}", percent(key), percent(&scalar(value)))).collect()
        }
        (ParameterStyle::SpaceDelimited, Value::Array(items)) => {
            vec![format!("{name}={}", items.iter().map(scalar).collect::<Vec<_>>().join("%20"))]
        }
        (ParameterStyle::PipeDelimited, Value::Array(items)) => {
            vec![format!("{name}={}", items.iter().map(scalar).collect::<Vec<_>>().join("|"))]
        }
        (_, value) => vec![format!("{name}={}", percent(&joined(value, false)))],
    }
}

/// A value without names: items with commas between them.
fn joined(value: &Value, explode: bool) -> String {
    match value {
        Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join(","),
        Value::Object(members) => {
            let between = if explode { "=" } else { "," };
            let member = |(key, value): (&Key, &Value)| format!("{key}{between}{}", scalar(value));
            members.iter().map(member).collect::<Vec<_>>().join(",")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => scalar(value),
    }
}

/// A plain value as it stands in a parameter.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => compact(value),
    }
}

fn body_text(content: &Content, value: &Value) -> String {
    match (content.kind, value) {
        (MediaType::Form, Value::Object(members)) => {
            let pair = |(name, value): (&Key, &Value)| format!("{}={}", percent(name), percent(&scalar(value)));
            members.iter().map(pair).collect::<Vec<_>>().join("&")
        }
        (MediaType::Multipart, Value::Object(members)) => {
            let part = |(name, value): (&Key, &Value)| {
                format!("--b\nContent-Disposition: form-data; name=\"{name}\"\n\n{}\n", scalar(value))
            };
            members.iter().map(part).collect::<String>() + "--b--"
        }
        (MediaType::Text | MediaType::TextEvents | MediaType::Binary, Value::String(text)) => text.clone(),
        (MediaType::Events, Value::Object(members)) if content.text_events.is_some() => {
            let field = |(name, value): (&Key, &Value)| format!("{name}: {}", scalar(value));
            members.iter().map(field).collect::<Vec<_>>().join("\n")
        }
        (MediaType::Events, value) => format!("data: {}", compact(value)),
        (
            MediaType::Json
            | MediaType::Problem
            | MediaType::Form
            | MediaType::Multipart
            | MediaType::Text
            | MediaType::Binary
            | MediaType::TextEvents
            | MediaType::Lines
            | MediaType::Sequence,
            value,
        ) => compact(value),
    }
}

/// A media type that a range covers; anything else is itself.
fn concrete(media_type: &str) -> &str {
    match media_type.split(';').next().unwrap_or_default().trim() {
        "*/*" | "application/*" => "application/json",
        "text/*" => "text/plain",
        "image/*" => "image/png",
        "multipart/form-data" => "multipart/form-data; boundary=b",
        _ => media_type,
    }
}

/// JSON in one line.
pub(crate) fn compact(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(Number::Text(text)) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let member = |(name, value): (&Key, &Value)| format!("{}:{}", quoted(name), compact(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
        }
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

fn percent(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,:@!$'()*".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

/// The authority of a URL, if it has one, and its path.
fn host_and_path(url: &str) -> (Option<&str>, &str) {
    match url.split_once("://") {
        Some((_, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            (Some(&rest[..end]), &rest[end..])
        }
        None => (None, url),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
