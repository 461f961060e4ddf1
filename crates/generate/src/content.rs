//! What messages hold, as Rust types. Of one media type it is the type of its schema; of several it is an enum with a variant
//! for each, and header fields are a struct. Both stand beside the operations' data in the types crate, because client and
//! server use them.

use methodical_model::{
    Api, Content, FormField, HeaderRole, MediaType, Operation, Outcome, RequestBody, Response, ResponseHeader, Status,
    essence, form_fields,
};
use proc_macro2::TokenStream;
use quote::quote;

use crate::names::{OperationNames, RustName, Unique};
use crate::promises::{is_error, may_be_absent};
use crate::rust_type::Context;
use crate::scope::Scope;
use crate::status::RUNTIME_ERRORS;

/// One of several types that a body may have.
pub(crate) struct Alternative<'a> {
    /// Its variant.
    pub(crate) name: RustName,
    /// Its media type; the first, where several come to one type.
    pub(crate) content: &'a Content,
    /// Where these stand among the contents.
    pub(crate) positions: Vec<usize>,
}

/// The types that a body may have, in the order of the contents. JSON is one type under whatever name, if its schema is.
pub(crate) fn alternatives(contents: &[Content]) -> Vec<Alternative<'_>> {
    let mut groups: Vec<(&Content, Vec<usize>)> = Vec::new();
    for (position, content) in contents.iter().enumerate() {
        match groups.iter_mut().find(|(first, _)| are_one(first, content)) {
            Some((_, positions)) => positions.push(position),
            None => groups.push((content, vec![position])),
        }
    }
    let mut names = Unique::with(&["Self"]);
    let named = groups.into_iter().map(|(content, positions)| (names.name(&variants(content)), content, positions));
    named.map(|(name, content, positions)| Alternative { name, content, positions }).collect()
}

fn are_one(left: &Content, right: &Content) -> bool {
    let same_type = left.kind == right.kind && left.schema.same_type(&right.schema);
    match left.kind {
        MediaType::Json => same_type,
        MediaType::Problem => right.kind == MediaType::Problem,
        MediaType::Form
        | MediaType::Multipart
        | MediaType::Text
        | MediaType::Binary
        | MediaType::Events
        | MediaType::TextEvents
        | MediaType::Lines
        | MediaType::Sequence => same_type && essence(&left.media_type) == essence(&right.media_type),
    }
}

/// Candidates for a variant's name: the subtype, and with the type before it.
fn variants(content: &Content) -> [String; 2] {
    let essence = essence(&content.media_type);
    let (family, subtype) = essence.split_once('/').unwrap_or(("", &essence));
    let short = match (family, subtype) {
        ("*", _) => "Any".to_owned(),
        (family, "*") => pascal(family),
        (_, "x-www-form-urlencoded") => "Form".to_owned(),
        ("multipart", "form-data") => "Multipart".to_owned(),
        ("application", "octet-stream") => "Binary".to_owned(),
        ("application", "problem+json") => "Problem".to_owned(),
        ("text", "plain") => "Text".to_owned(),
        ("text", "event-stream") => "Events".to_owned(),
        (_, subtype) => pascal(subtype.strip_prefix("x-").unwrap_or(subtype)),
    };
    [short, pascal(&essence)]
}

fn pascal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..]);
    let name: String = words.map(capital).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("Media{name}") }
}

/// Where the form with files stands among the contents of a request's body, and its fields.
pub(crate) fn form<'a>(api: &'a Api, body: &'a RequestBody) -> Option<(usize, Vec<FormField<'a>>)> {
    let mut contents = body.contents.iter().enumerate();
    contents.find_map(|(position, content)| Some((position, form_fields(api, content)?)))
}

/// Where the response stands that the operation's success has its content from: the first with any.
pub(crate) fn success(operation: &Operation) -> Option<usize> {
    let is_success = |response: &Response| !is_error(operation, response) && response.status.is_success();
    operation.responses.iter().position(|response| is_success(response) && response.content().is_some())
}

/// What an error says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// It is declared without a body.
    Nothing,
    /// A problem document.
    Problem,
    /// Something else, or a choice.
    Other,
}

pub(crate) fn says(response: &Response) -> Says {
    let is_problem = |content: &Content| content.kind == MediaType::Problem;
    match response.contents.as_slice() {
        [] => Says::Nothing,
        contents if contents.iter().all(is_problem) => Says::Problem,
        [..] => Says::Other,
    }
}

/// Whether an error may be sent as a problem: one that says nothing is the better for it.
pub(crate) fn allows_problem(response: &Response) -> bool {
    let is_problem = |content: &Content| content.kind == MediaType::Problem;
    response.contents.is_empty() || response.contents.iter().any(is_problem)
}

/// Whether a server refuses with this response by a variant of the operation's own: what is more than a problem, and what has no
/// body and is not the runtime's to say.
pub(crate) fn is_own_error(operation: &Operation, index: usize) -> bool {
    let response = &operation.responses[index];
    let by_itself = |status| matches!(status, Status::Code(429 | 503));
    is_error(operation, response)
        && match says(response) {
            Says::Other => true,
            Says::Nothing if is_runtimes(response.status) => !by_itself(response.status),
            Says::Nothing | Says::Problem => !typed_headers(operation, index).is_empty(),
        }
}

fn is_runtimes(status: Status) -> bool {
    matches!(status, Status::Code(code) if RUNTIME_ERRORS.contains(&code))
}

/// Where the response stands that says that something is absent, if it is no problem.
pub(crate) fn absence(operation: &Operation) -> Option<usize> {
    let absence = operation.response(404).filter(|response| says(response) == Says::Other)?;
    let index = operation.responses.iter().position(|response| std::ptr::eq(response, absence));
    index.filter(|_| may_be_absent(operation))
}

/// A header field that a response's struct has.
pub(crate) struct TypedHeader<'a> {
    pub(crate) header: &'a ResponseHeader,
    pub(crate) required: bool,
}

/// The header fields of a response that are not the runtime's, as those of a problem are that only the runtime sends. A PUT that
/// says 200 or 201 by itself has one struct for both.
pub(crate) fn typed_headers(operation: &Operation, index: usize) -> Vec<TypedHeader<'_>> {
    let response = &operation.responses[index];
    let is_error = is_error(operation, response);
    if is_error && is_runtimes(response.status) && says(response) != Says::Other {
        return Vec::new();
    }
    let responses: Vec<&Response> = match operation.outcome {
        _ if is_error => vec![response],
        Outcome::Upsert => operation.responses.iter().filter(|other| other.status.is_success()).collect(),
        Outcome::Find
        | Outcome::Fetch
        | Outcome::Update
        | Outcome::Delete
        | Outcome::Discard
        | Outcome::Create
        | Outcome::Accept
        | Outcome::Other => vec![response],
    };
    let mut fields: Vec<TypedHeader<'_>> = Vec::new();
    for header in responses.iter().flat_map(|response| &response.headers) {
        let is_known = fields.iter().any(|field| field.header.name.wire == header.name.wire);
        if !is_known && is_typed(operation, response.status, header.role) {
            let required = responses
                .iter()
                .all(|response| response.header(&header.name.wire).is_some_and(|header| header.required));
            fields.push(TypedHeader { header, required });
        }
    }
    fields
}

/// Whether a handler gives this field; the runtimes write and read the others by themselves.
fn is_typed(operation: &Operation, status: Status, role: HeaderRole) -> bool {
    match role {
        HeaderRole::Plain | HeaderRole::LastModified | HeaderRole::Link | HeaderRole::RetryAfter => true,
        HeaderRole::Location => {
            let own = matches!(operation.outcome, Outcome::Upsert | Outcome::Create | Outcome::Accept);
            status != Status::Code(201) && !own
        }
        HeaderRole::ETag => operation.outcome == Outcome::Other,
        HeaderRole::WwwAuthenticate
        | HeaderRole::RateLimit
        | HeaderRole::RateRemaining
        | HeaderRole::RateReset
        | HeaderRole::RequestId => false,
    }
}

/// Whether a message of the operation holds a stream.
pub(crate) fn has_stream(operation: &Operation) -> bool {
    let answers = operation.responses.iter().flat_map(|response| &response.contents);
    holds_stream(operation.body.iter().flat_map(|body| &body.contents).chain(answers))
}

/// Whether one of these contents is a stream, which comes once and is equal to nothing.
pub(crate) fn holds_stream<'a>(contents: impl IntoIterator<Item = &'a Content>) -> bool {
    contents.into_iter().any(|content| content.kind.is_stream())
}

/// What a type can derive that holds bodies of these contents.
pub(crate) fn derives<'a>(contents: impl IntoIterator<Item = &'a Content>) -> TokenStream {
    if holds_stream(contents) { quote!(Debug) } else { quote!(Debug, Clone, PartialEq) }
}

/// Whether a content is of a media range that says nothing of how it is written, so that which media type it is goes with it.
pub(crate) fn is_open(content: &Content) -> bool {
    essence(&content.media_type).contains('*')
        && matches!(content.kind, MediaType::Text | MediaType::Binary | MediaType::Multipart)
}

/// The names of what an operation's messages hold, where they need any.
#[derive(Debug, Default)]
pub(crate) struct BodyNames {
    /// The body that is a form with files: `PutTagForm`.
    pub(crate) form: Option<RustName>,
    /// The body of several media types: `PutTagBody`.
    pub(crate) body: Option<RustName>,
    /// By response, what it holds in several media types: `GetTagContent`.
    pub(crate) contents: Vec<Option<RustName>>,
    /// By response, its header fields: `GetTagHeaders`.
    pub(crate) headers: Vec<Option<RustName>>,
    /// Which media type of its success the caller prefers: `GetTagAccept`.
    pub(crate) accept: Option<RustName>,
}

impl BodyNames {
    pub(crate) fn of(api: &Api, operation: &Operation, unique: &mut Unique) -> BodyNames {
        let pascal = &operation.name.pascal;
        let has_several = |contents: &[Content]| alternatives(contents).len() > 1;
        let body = operation.body.as_ref().filter(|body| has_several(&body.contents));
        let body = body.map(|_| unique.name(&[format!("{pascal}Body"), format!("{pascal}RequestBody")]));
        let form = operation.body.as_ref().and_then(|body| form(api, body));
        let form = form.map(|_| unique.name(&[format!("{pascal}Form")]));
        let mut names = BodyNames { form, body, ..BodyNames::default() };
        let success = success(operation);
        for (index, response) in operation.responses.iter().enumerate() {
            let of = |suffix: &str, is_first: bool| match is_first {
                true => format!("{pascal}{suffix}"),
                false => format!("{pascal}{}{suffix}", crate::status::variant_name(response.status)),
            };
            let earlier = &operation.responses[..index];
            let same = earlier.iter().position(|other| are_same(&other.contents, &response.contents));
            let content = match same {
                _ if !has_several(&response.contents) => None,
                Some(same) => names.contents[same].clone(),
                None => Some(unique.name(&[of("Content", Some(index) == success)])),
            };
            names.contents.push(content);
            let is_upsert = operation.outcome == Outcome::Upsert && response.status.is_success();
            let same = (0..index).find(|other| is_upsert && operation.responses[*other].status.is_success());
            let headers = match same {
                _ if typed_headers(operation, index).is_empty() => None,
                Some(same) => names.headers[same].clone(),
                None => {
                    let is_first = !is_error(operation, response) && success.is_none_or(|success| success == index);
                    Some(unique.name(&[of("Headers", is_first)]))
                }
            };
            names.headers.push(headers);
        }
        let negotiates = success.is_some_and(|success| names.contents[success].is_some());
        names.accept = negotiates.then(|| unique.name(&[format!("{pascal}Accept")]));
        names
    }
}

impl BodyNames {
    /// Those that stand beside the operation's data.
    pub(crate) fn beside(&self) -> impl Iterator<Item = &RustName> {
        self.form.iter().chain(&self.body).chain(self.contents.iter().flatten()).chain(self.headers.iter().flatten())
    }
}

/// Whether two responses hold the same in the same media types.
fn are_same(left: &[Content], right: &[Content]) -> bool {
    let same = |(left, right): (&Content, &Content)| {
        left.media_type == right.media_type && left.kind == right.kind && left.schema.same_type(&right.schema)
    };
    left.len() == right.len() && left.iter().zip(right).all(same)
}

impl Context<'_> {
    /// A type that stands beside the operations' data.
    pub(crate) fn expand_beside(&self, scope: &Scope, name: &RustName) -> TokenStream {
        let name = name.to_string();
        if scope.defines(&name, &self.types) {
            let name = crate::names::ident(&name);
            return quote!(#name);
        }
        scope.take(&format!("{}::{}", self.types, self.operations), &name)
    }

    /// The type of one media type of a request's body.
    pub(crate) fn expand_request_content(
        &self,
        scope: &Scope,
        names: &OperationNames,
        body: &RequestBody,
        position: usize,
    ) -> TokenStream {
        match (&names.bodies.form, form(self.api, body)) {
            (Some(name), Some((form, _))) if form == position => self.expand_beside(scope, name),
            (_, _) => self.expand_carried(scope, body.contents.get(position)),
        }
    }

    /// The type of what a response holds.
    pub(crate) fn expand_response_content(
        &self,
        scope: &Scope,
        operation: &Operation,
        names: &OperationNames,
        index: Option<usize>,
    ) -> TokenStream {
        let Some(index) = index else { return quote!(()) };
        match &names.bodies.contents[index] {
            Some(name) => self.expand_beside(scope, name),
            None => self.expand_carried(scope, operation.responses[index].content()),
        }
    }

    /// The type of one media type of a message; a range leaves open which it is.
    pub(crate) fn expand_carried(&self, scope: &Scope, content: Option<&Content>) -> TokenStream {
        let expanded = self.expand_content(scope, content);
        if !content.is_some_and(is_open) {
            return expanded;
        }
        let media = scope.take(self.wire, "Media");
        quote!(#media<#expanded>)
    }
}
