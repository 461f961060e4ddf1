//! A call while it is put together: the values of parameters and body in the order they were given, and the first thing
//! that went wrong. All of it is turned into a request in one place, by the operation's data.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use methodical_wire::body::{Written, encode};
use methodical_wire::style::{self, StyleError};
use methodical_wire::{self as wire, Blob, BodyError, Content, Encoding, Parameter, ParameterLocation, Style, media};
use serde_json::Value;
use url::Url;

use crate::authorise::{Authority, insert_secret};
use crate::base_url::BaseUrl;
use crate::client::Inner;
use crate::error::RequestError;
use crate::target::{base_of, receiver_of};
use crate::transport::Prepared;

/// What a call is made of.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) operation: &'static wire::Operation,
    pub(crate) method: wire::Method,
    pub(crate) values: Vec<(&'static Parameter, Value)>,
    pub(crate) body: Option<Sent>,
    pub(crate) headers: HeaderMap,
    /// Where it is sent instead of where the API is.
    pub(crate) receiver: Option<BaseUrl>,
    pub(crate) fault: Option<RequestError>,
}

/// A body, and which of the declared contents it is.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    content: &'static Content,
    bytes: Blob,
    /// Where it is not what the content declares.
    media_type: Option<String>,
}

impl Draft {
    pub(crate) fn new(operation: &'static wire::Operation) -> Draft {
        Draft {
            operation,
            method: operation.method,
            values: Vec::new(),
            body: None,
            headers: HeaderMap::new(),
            receiver: None,
            fault: None,
        }
    }

    /// Whether it can be sent more than once.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.body.as_ref().is_none_or(|body| body.bytes.is_repeatable())
    }

    fn fail(&mut self, error: RequestError) {
        self.fault.get_or_insert(error);
    }

    /// Sets a parameter, in place of a value that it already has.
    pub(crate) fn set(&mut self, location: ParameterLocation, name: &str, value: Result<Value, serde_json::Error>) {
        let mut known = self.operation.parameters.iter();
        match known.find(|parameter| parameter.location == location && parameter.name == name) {
            Some(parameter) => self.set_known(parameter, value),
            None => self.fail(RequestError::UnknownParameter(name.to_owned())),
        }
    }

    fn set_known(&mut self, parameter: &'static Parameter, value: Result<Value, serde_json::Error>) {
        match value {
            Ok(value) => {
                self.values.retain(|(known, _)| !std::ptr::eq(*known, parameter));
                self.values.push((parameter, value));
            }
            Err(error) => {
                let (what, detail) = (parameter.name.to_owned(), error.to_string());
                self.fail(RequestError::Serialise { what, detail });
            }
        }
    }

    /// Sets the parameters that the members of an object name, by field or else by wire name.
    pub(crate) fn set_all(&mut self, members: Result<Value, serde_json::Error>) {
        let members = match members {
            Ok(Value::Object(members)) => members,
            Ok(_) => return,
            Err(error) => {
                return self.fail(RequestError::Serialise { what: "parameters".to_owned(), detail: error.to_string() });
            }
        };
        for (name, value) in members {
            let parameters = self.operation.parameters;
            let by_member = parameters.iter().find(|parameter| parameter.member == name);
            match by_member.or_else(|| parameters.iter().find(|parameter| parameter.name == name)) {
                Some(parameter) => self.set_known(parameter, Ok(value)),
                None => self.fail(RequestError::UnknownParameter(name)),
            }
        }
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            (_, _) => self.fail(RequestError::Header(name.to_owned())),
        }
    }

    /// Asks for JSON alone where an answer may be something else too: pointers lead through nothing else.
    pub(crate) fn ask_for_json(&mut self) {
        let contents = || self.operation.responses.iter().flat_map(|response| response.contents);
        let is_json = |content: &&Content| matches!(content.encoding, Encoding::Json | Encoding::Problem);
        if contents().all(|content| is_json(&content)) {
            return;
        }
        let types: Vec<&str> = contents().filter(is_json).map(|content| content.media_type).collect();
        if let Ok(types) = HeaderValue::from_str(&types.join(", ")) {
            self.headers.insert(header::ACCEPT, types);
        }
    }

    pub(crate) fn set_body(&mut self, body: Result<Written, BodyError>) {
        let Some(declared) = self.operation.body else {
            return self.fail(RequestError::UnexpectedBody);
        };
        let sent = body.and_then(|written| {
            let content = declared.contents.get(written.content).ok_or_else(|| BodyError::new("it is not declared"))?;
            let (bytes, media_type) = encode(content, written)?;
            Ok(Sent { content, bytes, media_type })
        });
        match sent {
            Ok(sent) => self.body = Some(sent),
            Err(error) => self.fail(RequestError::Serialise { what: "body".to_owned(), detail: error.to_string() }),
        }
    }
}

/// What a body says that it is. A range stands for what its encoding mostly is.
fn content_type(Sent { content, media_type, .. }: &Sent) -> HeaderValue {
    let declared = match content.encoding {
        _ if !media::is_range(content.media_type) => content.media_type,
        Encoding::Json => "application/json",
        Encoding::Problem => "application/problem+json",
        Encoding::Form => "application/x-www-form-urlencoded",
        Encoding::Text => "text/plain; charset=utf-8",
        Encoding::Events | Encoding::TextEvents => "text/event-stream",
        Encoding::Lines => "application/jsonl",
        Encoding::Sequence => "application/json-seq",
        Encoding::Binary | Encoding::Multipart => "application/octet-stream",
    };
    let media_type = media_type.as_deref().unwrap_or(declared);
    HeaderValue::from_str(media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// Makes the request that every attempt sends.
pub(crate) fn prepare(client: &Inner, draft: Draft, authority: &Authority) -> Result<Prepared, RequestError> {
    let operation = draft.operation;
    if let Some(fault) = draft.fault {
        return Err(fault);
    }
    check_presence(operation, &draft.values, draft.body.is_some())?;
    if client.validates {
        check_validity(&draft.values, draft.body.as_ref())?;
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, accept(operation));
    if let Some(body) = &draft.body {
        headers.insert(header::CONTENT_TYPE, content_type(body));
    }
    let mut pairs = write_pairs(&draft.values, &mut headers)?;
    authority.apply(&mut headers, &mut pairs.query, &mut pairs.cookies)?;
    if !pairs.cookies.is_empty() {
        insert_secret(&mut headers, header::COOKIE.as_str(), &pairs.cookies.join("; "))?;
    }
    headers.extend(draft.headers);
    let url = match &draft.receiver {
        Some(receiver) => with_query(receiver_of(client, receiver)?, &pairs.query),
        None => write_url(&base_of(client, operation)?, operation, &draft.values, &pairs.query)?,
    };
    let method = match draft.method {
        wire::Method::Get => Method::GET,
        wire::Method::Head => Method::HEAD,
        wire::Method::Put => Method::PUT,
        wire::Method::Post => Method::POST,
        wire::Method::Patch => Method::PATCH,
        wire::Method::Delete => Method::DELETE,
        wire::Method::Options => Method::OPTIONS,
        wire::Method::Trace => Method::TRACE,
        named @ (wire::Method::Query | wire::Method::Other(_)) => {
            let name = named.as_str();
            Method::from_bytes(name.as_bytes()).map_err(|_| RequestError::Method(name.to_owned()))?
        }
    };
    Ok(Prepared { method, url, headers, body: draft.body.map(|body| body.bytes) })
}

fn check_presence(
    operation: &wire::Operation,
    values: &[(&'static Parameter, Value)],
    has_body: bool,
) -> Result<(), RequestError> {
    let has =
        |parameter: &Parameter| values.iter().any(|(known, value)| std::ptr::eq(*known, parameter) && !value.is_null());
    if let Some(missing) = operation.parameters.iter().find(|parameter| parameter.required && !has(parameter)) {
        return Err(RequestError::MissingParameter(missing.name.to_owned()));
    }
    match operation.body {
        Some(body) if body.required && !has_body => Err(RequestError::MissingBody),
        Some(_) | None => Ok(()),
    }
}

fn check_validity(values: &[(&'static Parameter, Value)], body: Option<&Sent>) -> Result<(), RequestError> {
    let present = values.iter().filter(|(_, value)| !value.is_null());
    let mut violations: Vec<_> =
        present.flat_map(|(parameter, value)| wire::validate_parameter(parameter, value)).collect();
    if let Some(Sent { content, bytes, .. }) = body.filter(|body| body.content.encoding == Encoding::Json)
        && let Some(bytes) = bytes.in_memory()
    {
        let value = serde_json::from_slice(bytes).unwrap_or(Value::Null);
        violations.extend(wire::validate(content.schema, &value));
    }
    if violations.is_empty() { Ok(()) } else { Err(RequestError::Invalid(violations)) }
}

/// Every declared media type, and problems, which a server may answer also where they are not declared.
fn accept(operation: &wire::Operation) -> HeaderValue {
    let mut types: Vec<&str> = Vec::new();
    let declared = operation.responses.iter().flat_map(|response| response.contents);
    for media_type in declared.map(|content| content.media_type).chain(["application/problem+json"]) {
        if !types.contains(&media_type) {
            types.push(media_type);
        }
    }
    HeaderValue::from_str(&types.join(", ")).unwrap_or(HeaderValue::from_static("*/*"))
}

#[derive(Default)]
struct Pairs {
    query: Vec<String>,
    cookies: Vec<String>,
}

fn write_pairs(values: &[(&'static Parameter, Value)], headers: &mut HeaderMap) -> Result<Pairs, RequestError> {
    let mut pairs = Pairs::default();
    check_names(values)?;
    for (parameter, value) in values {
        match parameter.location {
            ParameterLocation::Path => {}
            ParameterLocation::Query => {
                pairs.query.extend(Some(style::write_query(parameter, value)?).filter(|text| !text.is_empty()));
            }
            ParameterLocation::Cookie => pairs.cookies.extend(style::write_cookie(parameter, value)?),
            ParameterLocation::Header => {
                if let Some(text) = style::write_header(parameter, value)? {
                    headers.insert(header_name(parameter.name)?, header_value(parameter.name, &text)?);
                }
            }
        }
    }
    Ok(pairs)
}

/// A member that is written as a query parameter of its own must not be taken for another parameter.
fn check_names(values: &[(&'static Parameter, Value)]) -> Result<(), RequestError> {
    let in_query = || values.iter().filter(|(parameter, _)| parameter.location == ParameterLocation::Query);
    let spread =
        |parameter: &Parameter| parameter.explode && !matches!(parameter.style, Style::DeepObject | Style::Json);
    for (parameter, value) in in_query().filter(|(parameter, _)| spread(parameter)) {
        let Value::Object(members) = value else {
            continue;
        };
        let mut others = in_query().filter(|(other, _)| !std::ptr::eq(*other, *parameter));
        if others.any(|(other, _)| members.contains_key(other.name)) {
            return Err(StyleError::Ambiguous { name: parameter.name.to_owned() }.into());
        }
    }
    Ok(())
}

fn header_name(name: &str) -> Result<HeaderName, RequestError> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| RequestError::Header(name.to_owned()))
}

fn header_value(name: &str, text: &str) -> Result<HeaderValue, RequestError> {
    HeaderValue::from_str(text).map_err(|_| RequestError::Header(name.to_owned()))
}

/// Base, path with its values, query. A path that the URL's own rules would shorten is refused: `/tags/..` is not a tag.
fn write_url(
    base: &Url,
    operation: &wire::Operation,
    values: &[(&'static Parameter, Value)],
    query: &[String],
) -> Result<Url, RequestError> {
    let mut path = String::new();
    let (mut rest, declared) = operation.template();
    while let Some((literal, (name, after))) =
        rest.split_once('{').and_then(|(literal, after)| Some((literal, after.split_once('}')?)))
    {
        let mut in_path = values.iter().filter(|(parameter, _)| parameter.location == ParameterLocation::Path);
        let Some((parameter, value)) = in_path.find(|(parameter, _)| parameter.name == name) else {
            return Err(RequestError::MissingParameter(name.to_owned()));
        };
        path.push_str(literal);
        path.push_str(&style::write_path(parameter, value)?);
        rest = after;
    }
    path.push_str(rest);
    let steps = |path: &str| path.split('/').filter(|step| is_dots(step)).count();
    if steps(&path) > 0 {
        return Err(RequestError::Path);
    }
    let mut url = base.clone();
    url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), path.strip_prefix('/').unwrap_or(&path)));
    // A declared pair with a template in it is written by its parameter.
    let declared = declared.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.contains('{'));
    let query: Vec<String> = declared.map(str::to_owned).chain(query.iter().cloned()).collect();
    Ok(with_query(url, &query))
}

/// What a receiver's URL has for a query stays in front.
fn with_query(mut url: Url, query: &[String]) -> Url {
    let own = url.query().filter(|own| !own.is_empty()).map(str::to_owned);
    let pairs: Vec<&str> = own.as_deref().into_iter().chain(query.iter().map(String::as_str)).collect();
    url.set_query((!pairs.is_empty()).then(|| pairs.join("&")).as_deref());
    url
}

/// `.` and `..`, also percent-encoded: URL parsers take them for steps.
fn is_dots(step: &str) -> bool {
    after_dot(step).is_some_and(|rest| rest.is_empty() || after_dot(rest) == Some(""))
}

fn after_dot(step: &str) -> Option<&str> {
    [".", "%2e", "%2E"].into_iter().find_map(|dot| step.strip_prefix(dot))
}

#[cfg(test)]
mod tests {
    use methodical_wire::SecurityScheme;

    use super::*;
    use crate::{BaseUrl, Client, Token};

    const OPERATION: wire::Operation = wire::Operation { id: "get", path: "/", ..wire::Operation::PLAIN };

    #[test]
    fn dots_are_found_however_they_are_written() {
        assert!([".", "..", "%2e", ".%2E", "%2e%2e", "%2E."].into_iter().all(is_dots));
        assert!(!["", "...", "a", ".a", "a.", "%2f", "%2e%2e%2e", "%"].into_iter().any(is_dots));
    }

    /// The layers below log headers, but for those that are marked.
    #[tokio::test]
    async fn credentials_are_marked_wherever_they_travel() {
        const fn key(location: ParameterLocation) -> SecurityScheme {
            SecurityScheme::ApiKey { name: "key", location, parameter: "x-key" }
        }
        const BEARER: &[SecurityScheme] = &[SecurityScheme::Bearer { name: "key", scopes: &[] }];
        const HEADER: &[SecurityScheme] = &[key(ParameterLocation::Header)];
        const COOKIE: &[SecurityScheme] = &[key(ParameterLocation::Cookie)];
        const fn operation(security: &'static [&'static [SecurityScheme]]) -> wire::Operation {
            wire::Operation { security, ..OPERATION }
        }
        static OPERATIONS: [wire::Operation; 3] = [operation(&[BEARER]), operation(&[HEADER]), operation(&[COOKIE])];
        let base = BaseUrl::https("https://api.example").expect("https");
        let client = Client::builder(base).credential("key", Token::new("s3cret")).only_own_roots().build();
        let client = client.expect("a client");
        for (operation, name) in OPERATIONS.iter().zip(["authorization", "x-key", "cookie"]) {
            let authority = Authority::gather(client.inner(), operation).await.expect("credentials");
            let prepared = prepare(client.inner(), Draft::new(operation), &authority).expect("a request");
            assert!(prepared.headers[name].is_sensitive(), "{name}");
            assert!(!format!("{:?}", prepared.headers).contains("s3cret"), "{name}");
        }
    }

    #[test]
    fn a_declared_query_travels_and_a_fragment_does_not() {
        let check = |path: &'static str, query: &[&str], expect: &str| {
            let operation = wire::Operation { path, ..OPERATION };
            let base = Url::parse("https://api.example/v1/").expect("a URL");
            let query: Vec<String> = query.iter().map(|pair| (*pair).to_owned()).collect();
            let url = write_url(&base, &operation, &[], &query).expect("a URL");
            assert_eq!(url.as_str(), format!("https://api.example/v1{expect}"));
        };
        check("/a?beta=true", &[], "/a?beta=true");
        check("/a?beta=true&q={q}#x", &["q=1"], "/a?beta=true&q=1");
        check("/a#refresh", &[], "/a");
        check("bare", &["q=1"], "/bare?q=1");
    }
}
