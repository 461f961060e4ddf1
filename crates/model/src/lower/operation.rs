//! Operations.

use std::collections::BTreeMap;

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, SpecVersion};

use super::member::Object;
use super::reading::key_place;
use super::route::Route;
use super::webhook::Sent;
use super::{Lowering, PendingLinks};
use crate::semantics::{self, SemanticsPlace};
use crate::{Effect, Idempotency, Method, Operation, Parameter, ParameterRole, Replays, Semantics, TagId};

impl<'b> Lowering<'b, '_> {
    pub(super) fn operations(
        &mut self,
        root: &Node<'b>,
        routes: &[Route<'b>],
        tags: &BTreeMap<&'b str, TagId>,
        semantics: &Semantics,
    ) -> Vec<Operation> {
        let numbered = routes.iter().enumerate();
        numbered.map(|(index, route)| self.operation(root, index, route, tags[route.home_tag()], semantics)).collect()
    }

    /// The requests that the server sends. The root's `security` is not theirs: it says what the server wants of others.
    pub(super) fn webhooks(
        &mut self,
        root: &Node<'b>,
        sent: Vec<Sent<'b>>,
        tags: &BTreeMap<&'b str, TagId>,
        semantics: &Semantics,
    ) -> Vec<Operation> {
        self.inverted = true;
        let links = self.links.len();
        let lowered = sent.into_iter().map(|Sent { route, receiver }| {
            let operation = self.operation(root, 0, &route, tags[route.home_tag()], semantics);
            let has_own = route.node.get("security").is_some();
            let security = if has_own { operation.security } else { Vec::new() };
            Operation { receiver: Some(receiver), servers: Vec::new(), security, ..operation }
        });
        let lowered = lowered.collect();
        // What follows from the answer to a webhook would be a request of the server's again.
        self.links.truncate(links);
        self.inverted = false;
        lowered
    }

    fn operation(
        &mut self,
        root: &Node<'b>,
        index: usize,
        route: &Route<'b>,
        tag: TagId,
        defaults: &Semantics,
    ) -> Operation {
        let node = &route.node;
        self.check_members(node, Object::Operation);
        let tags = self.all_tags(node);
        let semantics = self.semantics(route, defaults);
        let (parameters, unread_parameters) = self.parameters(route);
        let (security, security_origin) = self.security(root, node);
        let body = self.request_body(node);
        let responses = self.responses(node, route.method);
        for (response, links) in responses.links {
            self.links.push(PendingLinks { operation: index, response, node: links });
        }
        Operation {
            name: route.name.clone(),
            has_id: node.get("operationId").is_some_and(|id| id.as_str().is_some()),
            receiver: None,
            method: route.method,
            path: route.path.clone(),
            servers: self.own_servers(&route.item, node),
            tag,
            tags,
            docs: self.docs(node, "summary"),
            deprecated: self.truth(node, "deprecated"),
            sunset: self.sunset(node),
            stability: self.stability(node),
            effect: semantics.effect.unwrap_or_else(|| effect(route.method)),
            idempotency: idempotency(&parameters, &semantics),
            parameters,
            unread_parameters,
            body,
            responses: responses.responses,
            security,
            security_origin,
            // Outcome, paging, locations and monitor are settled when all operations are known.
            outcome: crate::Outcome::Other,
            paging: None,
            locations: Vec::new(),
            monitor: None,
            resource: None,
            semantics,
            promises: Vec::new(),
            origin: node.origin(),
        }
    }

    /// The `x-semantics` of the operation over those of its path item over those of the root.
    fn semantics(&mut self, route: &Route<'b>, defaults: &Semantics) -> Semantics {
        let of_item = semantics::read(&route.item, SemanticsPlace::PathItem, self.diagnostics);
        let of_operation = semantics::read(&route.node, SemanticsPlace::Operation, self.diagnostics);
        defaults.overlaid_by(&of_item).overlaid_by(&of_operation)
    }

    fn all_tags(&mut self, node: &Node<'b>) -> Vec<String> {
        let mut tags = Vec::new();
        for tag in self.list(node, "tags") {
            match tag.as_str() {
                Some(name) => tags.push(name.to_owned()),
                None => self.wrong_type(&tag, "a string"),
            }
        }
        tags
    }

    /// The request body, if one is declared.
    fn request_body(&mut self, operation: &Node<'b>) -> Option<crate::RequestBody> {
        let node = self.object_member(operation, "requestBody")?;
        self.check_members(&node, Object::RequestBody);
        if node.get("content").is_none() {
            self.missing(&node, "content", "add the media types that the body may have");
        }
        let contents = self.contents_or_streams(&node, self.way(crate::Direction::Request));
        if contents.is_empty() {
            return None;
        }
        let required = self.truth(&node, "required");
        Some(crate::RequestBody { required, docs: self.description(&node), contents, origin: node.origin() })
    }

    /// The responses, sorted, each with its links for later.
    fn responses(&mut self, operation: &Node<'b>, method: Method) -> Responses<'b> {
        let mut found = Vec::new();
        let Some(node) = operation.get("responses") else {
            // Since OpenAPI 3.1 an operation may say nothing of its responses.
            if self.bundle.version() == SpecVersion::V3_0 {
                let message = "this operation declares no responses";
                let diagnostic = Diagnostic::slip("model/missing-member", message, key_place(operation));
                self.report(diagnostic.help("add `responses` with at least the success"));
            }
            return Responses::default();
        };
        let mut successes = Vec::new();
        for (key, node) in self.statuses(&node) {
            let response = self.response(method, key, &node, &mut successes);
            found.push(response.unwrap_or_else(|| (self.unread_response(key, &node), None)));
        }
        found.sort_by_key(|(response, _)| response.status);
        let mut responses = Responses::default();
        for (response, links) in found {
            responses.links.extend(links.map(|links| (responses.responses.len(), links)));
            responses.responses.push(response);
        }
        responses
    }
}

/// Responses, and the `links` of those that have some, by position.
#[derive(Default)]
struct Responses<'b> {
    responses: Vec<crate::Response>,
    links: Vec<(usize, Node<'b>)>,
}

/// What a method does by RFC 9110, section 9.2, and RFC 10008 for QUERY. PATCH and POST are neither safe nor idempotent.
fn effect(method: Method) -> Effect {
    match method {
        Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query => Effect::Safe,
        Method::Put | Method::Delete => Effect::Idempotent,
        Method::Post | Method::Patch | Method::Other(_) => Effect::Unsafe,
    }
}

fn idempotency(parameters: &[Parameter], semantics: &Semantics) -> Option<Idempotency> {
    let parameter = parameters.iter().find(|parameter| parameter.role == ParameterRole::IdempotencyKey)?;
    let declared = semantics.idempotency_key.unwrap_or_default();
    Some(Idempotency {
        header: parameter.name.wire.clone(),
        required: parameter.required,
        replays: declared.replays.unwrap_or(Replays::Success),
        // `x-semantics` counts milliseconds; a part of a second is no second that a client could rely on.
        retention: declared.retention.map(|milliseconds| milliseconds / 1000),
    })
}
