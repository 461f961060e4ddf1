//! Operations as data: everything that the runtimes need to know of one, so that generated code is this data and one
//! call, and no operation has a function body of its own.

use crate::{ANY, RequestBody, Response, Schema, StatusPattern};

/// An operation of a description.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path template as it is declared: `/tags/{name}`. See [`Operation::template`].
    pub path: &'static str,
    /// The URL of a server of its own, defaults of variables put in; `None`: it is where the API is.
    pub server: Option<&'static str>,
    /// What it does to the server's state.
    pub effect: Effect,
    /// Its parameters, without those that the runtimes fill in by themselves (preconditions, idempotency key).
    pub parameters: &'static [Parameter],
    /// Its request body.
    pub body: Option<RequestBody>,
    /// The declared responses: codes first, then ranges, then the default.
    pub responses: &'static [Response],
    /// Alternatives, each of schemes that are needed together. Empty: no credentials are needed.
    pub security: &'static [&'static [SecurityScheme]],
    /// Its idempotency key, if it takes one.
    pub idempotency: Option<Idempotency>,
    /// Whether it takes `If-Match`.
    pub if_match: bool,
    /// Whether it takes `If-None-Match`.
    pub if_none_match: bool,
    /// How the `Location` of a 201 is made from the body, by declared links.
    pub locations: &'static [LocationTemplate],
    /// How its list is walked.
    pub paging: Option<Paging>,
}

impl Operation {
    /// One with nothing particular about it, to be filled in: in data, `..Operation::PLAIN` stands for what is usual.
    pub const PLAIN: Operation = Operation {
        id: "",
        method: Method::Get,
        path: "",
        server: None,
        effect: Effect::Safe,
        parameters: &[],
        body: None,
        responses: &[],
        security: &[],
        idempotency: None,
        if_match: false,
        if_none_match: false,
        locations: &[],
        paging: None,
    };

    /// One that changes nothing.
    pub const fn safe(method: Method, id: &'static str, path: &'static str) -> Operation {
        Operation { id, method, path, effect: Effect::Safe, ..Operation::PLAIN }
    }

    /// One that comes to the same, once or often.
    pub const fn idempotent(method: Method, id: &'static str, path: &'static str) -> Operation {
        Operation { effect: Effect::Idempotent, ..Operation::safe(method, id, path) }
    }

    /// One that has more effect each time.
    pub const fn not_idempotent(method: Method, id: &'static str, path: &'static str) -> Operation {
        Operation { effect: Effect::Unsafe, ..Operation::safe(method, id, path) }
    }

    /// Whether somebody who was granted these scopes has all that one of the alternatives of its security wants.
    pub fn allows_scopes(&self, is_granted: impl Fn(&str) -> bool) -> bool {
        let allows = |schemes: &&[SecurityScheme]| {
            schemes.iter().flat_map(SecurityScheme::scopes).all(|scope| is_granted(scope))
        };
        self.security.is_empty() || self.security.iter().any(allows)
    }

    /// The template of its path alone, and the query that is declared with it (`/tags?all=1`).
    ///
    /// OpenAPI allows neither a query nor a fragment there. Descriptions have them to tell operations apart that share a
    /// path; a fragment never travels.
    pub fn template(&self) -> (&'static str, Option<&'static str>) {
        split_path(self.path)
    }

    /// The declared response for a status: its own code, else its range, else the default.
    pub fn response(&self, status: u16) -> Option<&'static Response> {
        let declared = |wanted: StatusPattern| self.responses.iter().find(|response| response.status == wanted);
        let class = u8::try_from(status / 100).unwrap_or(u8::MAX);
        declared(StatusPattern::Code(status))
            .or_else(|| declared(StatusPattern::Range(class)))
            .or_else(|| declared(StatusPattern::Default))
    }
}

/// Cuts a declared path into template and query, without its fragment. What stands between braces is a name.
pub(crate) fn split_path(path: &str) -> (&str, Option<&str>) {
    let (path, _) = split_outside_braces(path, '#');
    match split_outside_braces(path, '?') {
        (path, "") => (path, None),
        (path, query) => (path, Some(query)),
    }
}

fn split_outside_braces(text: &str, at: char) -> (&str, &str) {
    let mut named = false;
    let place = text.find(|character| {
        named = character == '{' || named && character != '}';
        character == at && !named
    });
    place.map_or((text, ""), |place| (&text[..place], &text[place + at.len_utf8()..]))
}

/// The methods that OpenAPI 3.0 to 3.2 describe, and any other (`additionalOperations`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are RFC 9110's")]
pub enum Method {
    Get,
    Head,
    Put,
    Post,
    Patch,
    Delete,
    Options,
    Trace,
    Query,
    /// By another name, which is a token.
    Other(&'static str),
}

impl Method {
    /// As it stands in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Trace => "TRACE",
            Method::Query => "QUERY",
            Method::Other(name) => name,
        }
    }
}

/// What an operation does to the server's state (RFC 9110, section 9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing that a client could see.
    Safe,
    /// The same, once or often.
    Idempotent,
    /// More each time.
    Unsafe,
}

/// A parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its wire name.
    pub name: &'static str,
    /// The field that carries it in the server's request struct.
    pub member: &'static str,
    /// Where it travels.
    pub location: ParameterLocation,
    /// How it is written.
    pub style: Style,
    /// Whether lists and objects are written member by member.
    pub explode: bool,
    /// Whether reserved characters of a path's or a query's value stay as they are.
    pub allow_reserved: bool,
    /// Whether it may stand in a query without a value, which then is as if it were absent.
    pub allow_empty: bool,
    /// Whether it has to be sent.
    pub required: bool,
    /// The value that stands for it where it is absent, as JSON.
    pub default: Option<&'static str>,
    /// What its value has to be.
    pub schema: &'static Schema,
}

impl Parameter {
    /// One with nothing particular about it, to be filled in: in data, `..Parameter::PLAIN` stands for what is usual.
    pub const PLAIN: Parameter = Parameter {
        name: "",
        member: "",
        location: ParameterLocation::Query,
        style: Style::Form,
        explode: true,
        allow_reserved: false,
        allow_empty: false,
        required: false,
        default: None,
        schema: &ANY,
    };

    /// One in the query, by the usual style; its field has its name.
    pub const fn query(name: &'static str, schema: &'static Schema) -> Parameter {
        Parameter { name, member: name, schema, ..Parameter::PLAIN }
    }

    /// One in the path, which has to be sent.
    pub const fn path(name: &'static str, schema: &'static Schema) -> Parameter {
        Parameter { location: ParameterLocation::Path, required: true, ..Parameter::header(name, schema) }
    }

    /// A header field.
    pub const fn header(name: &'static str, schema: &'static Schema) -> Parameter {
        let (location, style) = (ParameterLocation::Header, Style::Simple);
        Parameter { location, style, explode: false, ..Parameter::query(name, schema) }
    }

    /// A cookie.
    pub const fn cookie(name: &'static str, schema: &'static Schema) -> Parameter {
        Parameter { location: ParameterLocation::Cookie, ..Parameter::query(name, schema) }
    }

    /// This one, in the field of another name.
    pub const fn member(self, member: &'static str) -> Parameter {
        Parameter { member, ..self }
    }

    /// This one, written otherwise.
    pub const fn style(self, style: Style, explode: bool) -> Parameter {
        Parameter { style, explode, ..self }
    }

    /// This one, which has to be sent.
    pub const fn required(self) -> Parameter {
        Parameter { required: true, ..self }
    }

    /// This one, with what stands for it where it is absent, as JSON.
    pub const fn default(self, json: &'static str) -> Parameter {
        Parameter { default: Some(json), ..self }
    }
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum ParameterLocation {
    Path,
    Query,
    Header,
    Cookie,
}

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// `form` in a cookie without percent-encoding.
    Cookie,
    /// A parameter with `content`: its JSON text.
    Json,
}

/// Credentials that a request has to carry. `name` is the scheme's name under `components/securitySchemes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecurityScheme {
    /// `Authorization: <scheme> <token>`, for every scheme but the two below.
    Http {
        /// Name of the component.
        name: &'static str,
        /// What stands before the token.
        scheme: &'static str,
    },
    /// `Authorization: Basic`.
    Basic {
        /// Name of the component.
        name: &'static str,
    },
    /// A key in a header, a query or a cookie.
    ApiKey {
        /// Name of the component.
        name: &'static str,
        /// Where the key travels.
        location: ParameterLocation,
        /// Name of the header, query parameter or cookie.
        parameter: &'static str,
    },
    /// `Authorization: Bearer`; also OAuth 2 and OpenID Connect.
    Bearer {
        /// Name of the component.
        name: &'static str,
        /// The scopes that the token needs, all of them.
        scopes: &'static [&'static str],
    },
    /// A certificate of the client's.
    MutualTls {
        /// Name of the component.
        name: &'static str,
    },
}

impl SecurityScheme {
    /// The scopes that it wants; only what is OAuth 2 or OpenID Connect has any.
    pub fn scopes(&self) -> &'static [&'static str] {
        match self {
            SecurityScheme::Bearer { scopes, .. } => scopes,
            SecurityScheme::Http { .. }
            | SecurityScheme::Basic { .. }
            | SecurityScheme::ApiKey { .. }
            | SecurityScheme::MutualTls { .. } => &[],
        }
    }

    /// Its name under `components/securitySchemes`.
    pub const fn name(&self) -> &'static str {
        match self {
            SecurityScheme::Http { name, .. }
            | SecurityScheme::Basic { name }
            | SecurityScheme::ApiKey { name, .. }
            | SecurityScheme::Bearer { name, .. }
            | SecurityScheme::MutualTls { name } => name,
        }
    }
}

/// What a request's idempotency key promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Idempotency {
    /// The header that carries the key.
    pub header: &'static str,
    /// Whether it has to be sent.
    pub required: bool,
    /// Which answers are replayed.
    pub replays: Replays,
    /// How long a key is kept.
    pub retention_seconds: u64,
}

/// Which answers are replayed under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Replays {
    /// Successes; a failed request may be tried again.
    Success,
    /// Failures too.
    All,
}

/// How the URL of what was created is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocationTemplate {
    /// The path template of the operation that reads it.
    pub path: &'static str,
    /// Path parameters that come from the body, each with a JSON pointer into it.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Path parameters that come from the path of the request, each with the name that it has there.
    pub of_request: &'static [(&'static str, &'static str)],
}

/// How a list is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Paging {
    /// How the next page is asked for.
    pub style: PagingStyle,
    /// The query parameter that chooses the page.
    pub parameter: &'static str,
    /// JSON pointer to its next value; null or absent there ends the walk.
    pub next: &'static str,
    /// JSON pointer to the items.
    pub items: &'static str,
}

/// How the next page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PagingStyle {
    /// By number.
    Number,
    /// By an opaque cursor.
    Cursor,
}

#[cfg(test)]
mod tests {
    use super::split_path;

    #[test]
    fn a_path_ends_before_its_query_and_its_fragment() {
        assert_eq!(split_path("/a/{id}"), ("/a/{id}", None));
        assert_eq!(split_path("/a?b=c&d"), ("/a", Some("b=c&d")));
        assert_eq!(split_path("/a?b=c#d"), ("/a", Some("b=c")));
        assert_eq!(split_path("/a#b?c"), ("/a", None));
        assert_eq!(split_path("/a?"), ("/a", None));
        assert_eq!(split_path("/{id?}/{#b}?c={d}"), ("/{id?}/{#b}", Some("c={d}")));
        assert_eq!(split_path("/{open?a"), ("/{open?a", None));
    }
}
