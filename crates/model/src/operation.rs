//! Operations: what a client may ask, and every answer that is declared for it.

use methodical_diagnostic::Origin;
use methodical_document::Value;

use crate::{
    Canonical, Content, Day, Docs, Effect, Method, Name, Outcome, Promise, RequestBody, ResourceId, Schema, Semantics,
    Stability, TagId,
};

/// An index into [`Api::operations`](crate::Api::operations).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub(crate) u32);

impl OperationId {
    /// The position in [`Api::operations`](crate::Api::operations).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `operationId` (made up from method and path where it is missing); as a method (`put_tag`) and a type (`PutTag`).
    pub name: Name,
    /// Whether the description has its `operationId`.
    pub has_id: bool,
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: PathTemplate,
    /// Of a request that the API's server sends: who receives it. Request and response then go the other way.
    pub receiver: Option<Receiver>,
    /// Servers of its own, or of its path item; empty: it is where the API is.
    pub servers: Vec<crate::Server>,
    /// The tag it is at home in.
    pub tag: TagId,
    /// All `tags`, as written: the one it is at home in first, if it has any.
    pub tags: Vec<String>,
    /// `summary`, `description`.
    pub docs: Docs,
    /// Whether it is `deprecated`.
    pub deprecated: bool,
    /// `x-sunset`: the day from which on it may be gone.
    pub sunset: Option<Day>,
    /// `x-stability-level`.
    pub stability: Stability,
    /// Parameters in template order, then query, header and cookie by wire name.
    pub parameters: Vec<Parameter>,
    /// Whether a parameter was left out because it could not be read, which was reported.
    pub unread_parameters: bool,
    /// The request body.
    pub body: Option<RequestBody>,
    /// Responses by status: codes first, then ranges, then `default`.
    pub responses: Vec<Response>,
    /// Alternatives, each a set that must hold together. Empty: no credentials needed.
    pub security: Vec<Vec<Requirement>>,
    /// The `security` that counts for it, its own or the root's, if there is one: also where it says that no
    /// credentials are needed, and where what it says was reported and left out.
    pub security_origin: Option<Origin>,
    /// Safe, idempotent or unsafe.
    pub effect: Effect,
    /// `Idempotency-Key`, if declared.
    pub idempotency: Option<Idempotency>,
    /// What a client gets back and a handler gives, decided from method, statuses and bodies.
    pub outcome: Outcome,
    /// How a list is walked.
    pub paging: Option<Paging>,
    /// How `Location` of a 201 is made from the body: the operation that reads it, with its parameters. Of an operation
    /// that only accepts ([`Outcome::Accept`]) that of the 202: the operation that follows the work.
    pub locations: Vec<Location>,
    /// How the representation that it reads tells where the work stands, if it is what is polled to follow it.
    pub monitor: Option<Monitor>,
    /// The resource it acts on, if one was recognised.
    pub resource: Option<ResourceId>,
    /// `x-semantics` of operation, path item and root, merged.
    pub semantics: Semantics,
    /// The rules of the catalogue that hold for it.
    pub promises: Vec<Promise>,
    /// Where it was written.
    pub origin: Origin,
}

impl Operation {
    /// The declared response for exactly this status code, ranges and `default` left aside.
    pub fn response(&self, code: u16) -> Option<&Response> {
        self.responses.iter().find(|response| response.status == Status::Code(code))
    }

    /// Whether exactly this status code is declared.
    pub fn declares(&self, code: u16) -> bool {
        self.response(code).is_some()
    }

    /// The declared parameter with this role.
    pub fn parameter(&self, role: ParameterRole) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.role == role)
    }
}

/// Who receives a request that the API's server sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// Whoever has registered for this webhook, by means that no description tells.
    Webhook {
        /// The key under `webhooks`.
        name: String,
    },
    /// Whoever called an operation, at the URL that this call named.
    Callback {
        /// The wire name of that operation.
        of: String,
        /// The key under `callbacks`.
        name: String,
        /// The URL: text with runtime expressions in braces.
        url: String,
    },
}

/// A path as written, and cut up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathTemplate {
    /// As written: `/stacklets/{id}`. It may hold a query and a fragment, which OpenAPI allows no path to have.
    pub text: String,
    /// Its segments between slashes, without query and fragment, each a sequence of parts (`{id}.json` has two).
    pub segments: Vec<Vec<PathSegment>>,
}

/// A part of a path's segment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathSegment {
    /// Text.
    Literal(String),
    /// A parameter, by wire name.
    Parameter(String),
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Wire name and Rust name (distinct within the operation, and from `body`).
    pub name: Name,
    /// Where it travels.
    pub location: ParameterLocation,
    /// How it is written.
    pub style: ParameterStyle,
    /// `explode`, default filled in.
    pub explode: bool,
    /// `allowReserved`.
    pub allow_reserved: bool,
    /// `allowEmptyValue`.
    pub allow_empty: bool,
    /// Whether it must be sent.
    pub required: bool,
    /// What the runtime does with it by itself.
    pub role: ParameterRole,
    /// Its schema.
    pub schema: Schema,
    /// Which values it accepts.
    pub canonical: Canonical,
    /// Its `description`.
    pub docs: Docs,
    /// Whether it is `deprecated`.
    pub deprecated: bool,
    /// `x-sunset`: the day from which on it may be gone.
    pub sunset: Option<Day>,
    /// Where it was written.
    pub origin: Origin,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are OpenAPI's")]
pub enum ParameterStyle {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// `form` in a cookie without percent-encoding (OpenAPI 3.2).
    Cookie,
    /// A parameter with `content`: its JSON text.
    Json,
}

/// What the runtimes do with a parameter by themselves. Such parameters are no arguments of generated methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterRole {
    /// An argument.
    Plain,
    /// `If-Match`.
    IfMatch,
    /// `If-None-Match`.
    IfNoneMatch,
    /// `If-Modified-Since` or `If-Unmodified-Since`.
    IfModified,
    /// The idempotency key.
    IdempotencyKey,
    /// The page number, cursor or offset of a list (still an argument, and moved by page streams).
    Page,
    /// The size of a page (still an argument).
    PageSize,
    /// `Accept`, `Content-Type` or `Authorization`: OpenAPI says that such declarations are ignored.
    Ignored,
}

/// A declared response.
#[derive(Debug, Clone)]
pub struct Response {
    /// Its status.
    pub status: Status,
    /// Its `description`.
    pub docs: Docs,
    /// What it holds; empty: no content.
    pub contents: Vec<Content>,
    /// Its headers by wire name.
    pub headers: Vec<ResponseHeader>,
    /// Its links by name.
    pub links: Vec<Link>,
    /// Where it was written.
    pub origin: Origin,
}

impl Response {
    /// The content that generated code reads and writes.
    pub fn content(&self) -> Option<&Content> {
        self.contents.first()
    }

    /// The header with this name, by ASCII case-insensitive comparison.
    pub fn header(&self, name: &str) -> Option<&ResponseHeader> {
        self.headers.iter().find(|header| header.name.wire.eq_ignore_ascii_case(name))
    }
}

/// A key of `responses`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// `200`.
    Code(u16),
    /// `4XX` is `Range(4)`.
    Range(u8),
    /// `default`.
    Default,
}

impl Status {
    /// Whether every code it covers is a success (2xx).
    pub fn is_success(self) -> bool {
        match self {
            Status::Code(code) => (200..300).contains(&code),
            Status::Range(class) => class == 2,
            Status::Default => false,
        }
    }
}

/// A header of a response.
#[derive(Debug, Clone)]
pub struct ResponseHeader {
    /// Wire name and Rust name.
    pub name: Name,
    /// What the runtimes know it as.
    pub role: HeaderRole,
    /// Whether it is on every such response.
    pub required: bool,
    /// How it is written: [`ParameterStyle::Simple`], or [`ParameterStyle::Json`] with `content`.
    pub style: ParameterStyle,
    /// `explode`.
    pub explode: bool,
    /// Its schema.
    pub schema: Schema,
    /// Which values it accepts.
    pub canonical: Canonical,
    /// Its `description`.
    pub docs: Docs,
    /// Whether it is `deprecated`.
    pub deprecated: bool,
    /// Where it was written.
    pub origin: Origin,
}

/// What the runtimes know a response header as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the fields' own")]
pub enum HeaderRole {
    Plain,
    ETag,
    LastModified,
    Location,
    RetryAfter,
    WwwAuthenticate,
    RateLimit,
    RateRemaining,
    RateReset,
    RequestId,
    Link,
}

/// `links`: an attribute that a response returned forms the next request.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its name; as a method (`get_stacklet`).
    pub name: Name,
    /// The operation it leads to.
    pub target: OperationId,
    /// The target's parameters (by wire name) and where their values come from.
    pub parameters: Vec<(String, LinkSource)>,
    /// Where it leads to a monitor: the method that waits for the end of the work (`wait_task`).
    pub wait: Option<Name>,
    /// Its `description`.
    pub docs: Docs,
    /// Where it was written.
    pub origin: Origin,
}

/// Where a link's parameter takes its value from: a runtime expression or a constant.
#[derive(Debug, Clone)]
pub enum LinkSource {
    /// `$response.body#/pointer`; the pointer was found in the body's schema.
    ResponseBody(String),
    /// `$response.header.name`.
    ResponseHeader(String),
    /// `$request.path.name`, `$request.query.name`, `$request.header.name`.
    Request(ParameterLocation, String),
    /// `$request.body#/pointer`.
    RequestBody(String),
    /// A constant.
    Constant(Value),
}

/// One requirement of a security alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Position in [`Api::security_schemes`](crate::Api::security_schemes).
    pub scheme: usize,
    /// Scopes, or roles.
    pub scopes: Vec<String>,
}

/// What a request's key promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The header that carries it.
    pub header: String,
    /// Whether it must be sent.
    pub required: bool,
    /// Which answers are replayed.
    pub replays: Replays,
    /// How long a key is kept, in seconds, if declared.
    pub retention: Option<u64>,
}

/// Which answers are replayed under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replays {
    /// Only successes; a failed request may be tried again.
    Success,
    /// Failures too.
    All,
}

/// How a list is walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// How the next page is asked for.
    pub style: PagingStyle,
    /// The query parameter that chooses the page, by wire name.
    pub parameter: String,
    /// JSON pointer to its next value in the body; null or absent there ends the walk.
    pub next: String,
    /// JSON pointer to the items in the body.
    pub items: String,
}

/// How the next page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagingStyle {
    /// By number.
    Number,
    /// By an opaque cursor.
    Cursor,
}

/// How the body of a 200 tells where work stands. A value that is in neither list, known or not, means that it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitor {
    /// The method of generated clients that waits for the end (`wait_task`).
    pub wait: Name,
    /// JSON pointer to the status in the body.
    pub status: String,
    /// The values with which the work has ended well.
    pub succeeded: Vec<String>,
    /// The values with which it has ended otherwise.
    pub failed: Vec<String>,
    /// The values with which it goes on.
    pub working: Vec<String>,
}

/// How the `Location` of a 201 or 202 is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The operation that reads what was created, or follows the work.
    pub target: OperationId,
    /// Its path parameters by wire name that come from the body, each with a JSON pointer into it.
    pub parameters: Vec<(String, String)>,
    /// Those that come from the path of the request, each with its wire name there.
    pub of_request: Vec<(String, String)>,
}
