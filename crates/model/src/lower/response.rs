//! Responses and their headers.

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, Value};

use super::Lowering;
use super::member::Object;
use super::parameter::{ValueSchema, any_text, canonical_text, check_header_name, schema_or_content};
use super::reading::{is_extension, key_place, sorted_entries};
use crate::names::{Scope, distinct};
use crate::{
    Content, Direction, Docs, ExampleLevel, HeaderRole, Method, Name, ParameterStyle, Response, ResponseHeader, Status,
};

impl<'b> Lowering<'b, '_> {
    /// The members of `responses` that are statuses.
    pub(super) fn statuses(&mut self, node: &Node<'b>) -> Vec<(Status, Node<'b>)> {
        if !node.is_object() {
            self.wrong_type(node, "an object");
        }
        let mut statuses = Vec::new();
        for (key, node) in sorted_entries(node) {
            match status(key) {
                _ if is_extension(key) => {}
                Some(status) => statuses.push((status, node)),
                None => {
                    let message = format!("`{key}` is no status");
                    let diagnostic = Diagnostic::error("model/status", message, node.key_place());
                    self.report(diagnostic.help("write a code such as `404`, a range such as `4XX`, or `default`"));
                }
            }
        }
        statuses
    }

    /// A response to `method`, and its `links`. `successes` has the content of successes before it: two successes of one
    /// operation whose inline schemas are equal return one type.
    pub(super) fn response(
        &mut self,
        method: Method,
        status: Status,
        node: &Node<'b>,
        successes: &mut Vec<(&'b Value, Vec<Content>)>,
    ) -> Option<(Response, Option<Node<'b>>)> {
        let node = self.object(node)?;
        self.check_members(&node, Object::Response);
        if node.get("description").is_none() {
            let place = key_place(&node);
            let diagnostic = Diagnostic::warning("model/missing-description", "a response has no `description`", place);
            self.report(diagnostic.help("say in a sentence when it is given; OpenAPI demands a description"));
        }
        let contents = if method == Method::Head || has_no_content(status) {
            self.check_no_content(&node, status);
            Vec::new()
        } else if status.is_success() {
            self.success_contents(&node, successes)
        } else {
            self.contents(&node, self.way(Direction::Response))
        };
        let headers = self.response_headers(&node, status);
        let links = node.get("links");
        let docs = self.docs(&node, "summary");
        let response = Response { status, docs, contents, headers, links: Vec::new(), origin: node.origin() };
        Some((response, links))
    }

    /// HTTP has no place for what is declared there, so it never arrives.
    fn check_no_content(&mut self, node: &Node<'b>, status: Status) {
        let Some(content) = node.get("content").filter(|content| content.entries().next().is_some()) else { return };
        let other = "remove `content`, or answer with a status that has some, such as 200";
        let (what, help) = match status {
            Status::Code(code) if has_no_content(status) => (format!("with status {code}"), other),
            Status::Range(class) if has_no_content(status) => (format!("with status {class}XX"), other),
            Status::Code(_) | Status::Range(_) | Status::Default => {
                ("to HEAD".to_owned(), "remove `content`: what GET answers is declared on GET")
            }
        };
        let message = format!("a response {what} has no content, whatever is declared");
        let diagnostic = Diagnostic::warning("model/content-without-place", message, content.key_place());
        self.report(diagnostic.help(help));
    }

    /// What stands for a response that could not be read, which was reported: the status is declared all the same.
    pub(super) fn unread_response(&mut self, status: Status, node: &Node<'b>) -> Response {
        let origin = node.origin();
        self.unread.insert(origin.clone());
        Response { status, docs: Docs::default(), contents: Vec::new(), headers: Vec::new(), links: Vec::new(), origin }
    }

    fn success_contents(&mut self, node: &Node<'b>, successes: &mut Vec<(&'b Value, Vec<Content>)>) -> Vec<Content> {
        let Some(content) = node.get("content") else {
            return Vec::new();
        };
        if let Some((_, contents)) = successes.iter().find(|(value, _)| *value == content.value()) {
            return contents.clone();
        }
        let mut contents = self.contents_or_streams(node, self.way(Direction::Response));
        // A problem document says that something failed: it never is what a success returns by choice.
        contents.sort_by_key(|content| content.kind == crate::MediaType::Problem);
        successes.push((content.value(), contents.clone()));
        contents
    }

    fn response_headers(&mut self, response: &Node<'b>, status: Status) -> Vec<ResponseHeader> {
        let entries = self.map(response, "headers");
        // OpenAPI says that a `Content-Type` here is ignored: `content` tells it.
        let entries: Vec<_> =
            entries.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type")).collect();
        let wires: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
        let names = distinct(&wires, Scope::Plain);
        let mut headers = Vec::new();
        for ((wire, node), name) in entries.into_iter().zip(names) {
            self.report_all(check_header_name(wire, &node.key_place()));
            let Some(node) = self.object(&node) else {
                headers.push(unread_header(name, &node));
                continue;
            };
            self.check_members(&node, Object::Header);
            let ValueSchema { schema, canonical, is_content } =
                schema_or_content(self, &node, self.way(Direction::Response));
            self.note_examples(&node, &schema, ExampleLevel::Message);
            headers.push(ResponseHeader {
                role: header_role(wire),
                name,
                required: self.truth(&node, "required"),
                style: if is_content { ParameterStyle::Json } else { ParameterStyle::Simple },
                explode: self.truth(&node, "explode"),
                schema,
                canonical,
                docs: self.description(&node),
                deprecated: self.truth(&node, "deprecated"),
                origin: node.origin(),
            });
        }
        let is_redirect = matches!(status, Status::Code(301 | 302 | 303 | 307 | 308));
        if is_redirect && headers.iter().all(|header| header.role != HeaderRole::Location) {
            headers.push(location(response));
        }
        headers
    }

    pub(super) fn report_all(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }
}

/// Whether HTTP lets no content follow (RFC 9110, sections 6.4.1 and 15.3.6).
fn has_no_content(status: Status) -> bool {
    matches!(status, Status::Code(100..=199 | 204 | 205 | 304) | Status::Range(1))
}

/// Reads a key of `responses`.
fn status(key: &str) -> Option<Status> {
    if key == "default" {
        return Some(Status::Default);
    }
    let class = key.chars().next()?.to_digit(10).filter(|class| (1..=5).contains(class))?;
    if key.get(1..).is_some_and(|rest| rest.eq_ignore_ascii_case("xx")) {
        return Some(Status::Range(u8::try_from(class).ok()?));
    }
    let is_code = key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| key.parse().ok()).flatten().map(Status::Code)
}

/// What the runtimes know a header as, by the names that are in use for it.
fn header_role(name: &str) -> HeaderRole {
    match name.to_ascii_lowercase().as_str() {
        "etag" => HeaderRole::ETag,
        "last-modified" => HeaderRole::LastModified,
        "location" => HeaderRole::Location,
        "retry-after" => HeaderRole::RetryAfter,
        "www-authenticate" => HeaderRole::WwwAuthenticate,
        "ratelimit-limit" | "x-ratelimit-limit" | "x-rate-limit-limit" => HeaderRole::RateLimit,
        // `RateLimit` alone (draft-ietf-httpapi-ratelimit-headers) is a structured field that tells what remains.
        "ratelimit" | "ratelimit-remaining" | "x-ratelimit-remaining" | "x-rate-limit-remaining" => {
            HeaderRole::RateRemaining
        }
        "ratelimit-reset" | "x-ratelimit-reset" | "x-rate-limit-reset" => HeaderRole::RateReset,
        "x-request-id" | "request-id" | "x-correlation-id" | "x-trace-id" | "x-amzn-requestid" => HeaderRole::RequestId,
        "link" => HeaderRole::Link,
        _ => HeaderRole::Plain,
    }
}

/// Where a redirect leads, which RFC 9110, section 15.4, says whether or not a description does.
fn location(response: &Node<'_>) -> ResponseHeader {
    let name = Name::new("Location");
    ResponseHeader { required: false, ..unread_header(name, response) }
}

/// What stands for a header that could not be read, which was reported.
fn unread_header(name: Name, node: &Node<'_>) -> ResponseHeader {
    ResponseHeader {
        role: header_role(&name.wire),
        name,
        required: true,
        style: ParameterStyle::Simple,
        explode: false,
        schema: any_text(node),
        canonical: canonical_text(),
        docs: Docs::default(),
        deprecated: false,
        origin: node.origin(),
    }
}
