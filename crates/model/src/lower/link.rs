//! Links: how an attribute that a response returns forms the next request.
//!
//! They are lowered last, because a link may lead to any operation and its pointers are looked up in the lowered schema
//! of the body. A link with an error is left out; the others stay.

use std::collections::HashMap;

use methodical_diagnostic::{Diagnostic, Diagnostics, Pointer};
use methodical_document::{Node, Resolved, nearest};

use super::PendingLinks;
use super::expression::source;
use super::member::{Object, misspelt_members};
use super::reading::sorted_entries;
use crate::names::{Scope, distinct};
use crate::{Api, Docs, Link, LinkSource, Name, Operation, OperationId, ParameterLocation, Response};

/// Lowers all links of all responses.
pub(super) fn lower_links(api: &mut Api, pending: &[PendingLinks<'_>], diagnostics: &mut Diagnostics) {
    let targets = Targets::new(api);
    for PendingLinks { operation, response, node } in pending {
        let mut reader = Reader { api, targets: &targets, diagnostics };
        let owner = &api.operations[*operation];
        let links = reader.links(owner, &owner.responses[*response], node);
        api.operations[*operation].responses[*response].links = links;
    }
}

/// Operations by id and by place.
struct Targets {
    by_id: HashMap<String, OperationId>,
    by_pointer: HashMap<Pointer, OperationId>,
}

impl Targets {
    fn new(api: &Api) -> Targets {
        let mut targets = Targets { by_id: HashMap::new(), by_pointer: HashMap::new() };
        for (id, operation) in (0..).map(OperationId).zip(&api.operations) {
            // Of two operations with one id the first has it; the second was reported.
            targets.by_id.entry(operation.name.wire.clone()).or_insert(id);
            let item = Pointer::from_tokens(["paths", &operation.path.text]);
            targets.by_pointer.insert(item.concat(&Pointer::from_tokens(operation.method.members())), id);
        }
        targets
    }
}

struct Reader<'a, 'd> {
    api: &'a Api,
    targets: &'a Targets,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_, '_> {
    fn links(&mut self, owner: &Operation, response: &Response, node: &Node<'_>) -> Vec<Link> {
        if !node.is_object() {
            self.wrong_type(node, "an object");
        }
        let entries = sorted_entries(node);
        let wires: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
        let names = distinct(&wires, Scope::Plain);
        let links = entries.iter().zip(names).map(|((_, node), name)| self.link(owner, response, node, name));
        links.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn link(&mut self, owner: &Operation, response: &Response, node: &Node<'_>, name: Name) -> Option<Link> {
        let node = match node.resolve() {
            Resolved::Node(node) => node,
            Resolved::Broken | Resolved::Cycle => return None,
        };
        if !node.is_object() {
            self.wrong_type(&node, "an object");
            return None;
        }
        self.diagnostics.extend(misspelt_members(&node, Object::Link));
        if let Some(body) = node.get("requestBody") {
            let message = "`requestBody` in links is not supported: the body stays an argument";
            let diagnostic = Diagnostic::warning("model/not-supported", message, body.key_place());
            self.diagnostics.push(diagnostic.help("remove it, or leave it to other tools"));
        }
        let target = self.target(&node)?;
        let parameters = self.parameters(owner, response, &node, target)?;
        let description = node.get("description").and_then(|node| node.as_str()).map(str::to_owned);
        let docs = Docs { summary: None, description };
        Some(Link { name, target, parameters, wait: None, docs, origin: node.origin() })
    }

    /// The operation that a link leads to.
    fn target(&mut self, node: &Node<'_>) -> Option<OperationId> {
        if let Some(id_node) = node.get("operationId") {
            let Some(id) = id_node.as_str() else {
                self.wrong_type(&id_node, "a string");
                return None;
            };
            let found = self.targets.by_id.get(id).copied();
            if found.is_none() {
                let known = self.targets.by_id.keys().map(String::as_str);
                let help = nearest(id, known).map(|near| format!("did you mean `{near}`?"));
                self.no_target(&id_node, id, help);
            }
            return found;
        }
        let Some(reference) = node.get("operationRef") else {
            let message = "this link names no operation";
            let diagnostic = Diagnostic::slip("model/link-target", message, super::reading::key_place(node));
            self.diagnostics.push(diagnostic.help("add `operationId`"));
            return None;
        };
        let text = reference.as_str().unwrap_or_default();
        let found = text.strip_prefix('#').and_then(Pointer::parse).map(unescaped);
        // One that leads to nothing at all has been reported when the bundle was made.
        let leads_somewhere = found.as_ref().is_none_or(|pointer| node.bundle().at(pointer).is_some());
        let found = found.and_then(|pointer| self.targets.by_pointer.get(&pointer).copied());
        if found.is_none() && leads_somewhere {
            self.no_target(&reference, text, Some("use `operationId`".to_owned()));
        }
        found
    }

    fn no_target(&mut self, node: &Node<'_>, name: &str, help: Option<String>) {
        let message = format!("there is no operation `{name}` for this link to lead to");
        let help = help.unwrap_or_else(|| "name an operation of this description by its `operationId`".to_owned());
        self.diagnostics.push(Diagnostic::slip("model/link-target", message, node.place()).help(help));
    }

    /// The parameters of a link. `None` if one of them is wrong: a link that lacks one would lead elsewhere.
    fn parameters(
        &mut self,
        owner: &Operation,
        response: &Response,
        node: &Node<'_>,
        target: OperationId,
    ) -> Option<Vec<(String, LinkSource)>> {
        let Some(node) = node.get("parameters") else {
            return Some(Vec::new());
        };
        if !node.is_object() {
            self.wrong_type(&node, "an object");
            return None;
        }
        let parameters = sorted_entries(&node);
        let read: Vec<_> = parameters
            .iter()
            .map(|(key, value)| Some((self.parameter_name(target, key, value)?, self.source(owner, response, value)?)))
            .collect();
        read.into_iter().collect()
    }

    /// The target's parameter that a key names, by its name or as `path.id`.
    fn parameter_name(&mut self, target: OperationId, key: &str, value: &Node<'_>) -> Option<String> {
        let operation = self.api.operation(target);
        let (location, name) = match key.split_once('.') {
            Some(("path", name)) => (Some(ParameterLocation::Path), name),
            Some(("query", name)) => (Some(ParameterLocation::Query), name),
            Some(("header", name)) => (Some(ParameterLocation::Header), name),
            Some(("cookie", name)) => (Some(ParameterLocation::Cookie), name),
            _ => (None, key),
        };
        let found = operation.parameters.iter().find(|parameter| {
            let is_named =
                parameter.name.wire == name && location.is_none_or(|location| parameter.location == location);
            is_named || parameter.name.wire == key
        });
        if found.is_none() && !operation.unread_parameters {
            let message = format!("the operation `{}` has no parameter `{key}`", operation.name.wire);
            let known = operation.parameters.iter().map(|parameter| parameter.name.wire.as_str());
            let help = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name one of its parameters".to_owned(),
            };
            self.diagnostics.push(Diagnostic::slip("model/link-parameter", message, value.key_place()).help(help));
        }
        found.map(|parameter| parameter.name.wire.clone())
    }

    fn source(&mut self, owner: &Operation, response: &Response, value: &Node<'_>) -> Option<LinkSource> {
        let source = match source(value.value()) {
            Ok(source) => source,
            Err(reason) => {
                let diagnostic = Diagnostic::slip("model/link-expression", reason, value.place());
                let help = "write an expression such as `$response.body#/id` or `$request.path.id`, or a constant";
                self.diagnostics.push(diagnostic.help(help));
                return None;
            }
        };
        match self.check_source(owner, response, &source) {
            Ok(()) => Some(source),
            Err(message) => {
                let diagnostic = Diagnostic::slip("model/link-pointer", message, value.place());
                self.diagnostics.push(diagnostic.help("point to something that this operation declares"));
                None
            }
        }
    }

    /// Whether what a source names is declared.
    fn check_source(&self, owner: &Operation, response: &Response, source: &LinkSource) -> Result<(), String> {
        match source {
            LinkSource::ResponseBody(pointer) => {
                let content = response.content().ok_or("this response has no body")?;
                let found = self.api.schema_at(&content.schema, pointer);
                found.map(|_| ()).ok_or_else(|| format!("the body of this response has nothing at `{pointer}`"))
            }
            LinkSource::RequestBody(pointer) => {
                let body = owner.body.as_ref().ok_or("this operation has no request body")?;
                let content = body.contents.first();
                let found = content.and_then(|content| self.api.schema_at(&content.schema, pointer));
                found.map(|_| ()).ok_or_else(|| format!("the request body has nothing at `{pointer}`"))
            }
            LinkSource::ResponseHeader(name) => {
                let found = response.header(name);
                found.map(|_| ()).ok_or_else(|| format!("this response declares no header `{name}`"))
            }
            LinkSource::Request(location, name) => {
                let is_it = |parameter: &&crate::Parameter| {
                    parameter.location == *location && parameter.name.wire.eq_ignore_ascii_case(name)
                };
                let found = owner.parameters.iter().find(is_it);
                let found = found.is_some() || owner.unread_parameters;
                found.then_some(()).ok_or_else(|| format!("this operation has no such parameter `{name}`"))
            }
            LinkSource::Constant(_) => Ok(()),
        }
    }

    fn wrong_type(&mut self, node: &Node<'_>, expected: &str) {
        self.diagnostics.push(super::reading::wrong_type(node, expected));
    }
}

/// A pointer from a URI fragment, in which braces are percent-encoded.
fn unescaped(pointer: Pointer) -> Pointer {
    let text = pointer.as_str().replace("%7B", "{").replace("%7b", "{").replace("%7D", "}").replace("%7d", "}");
    Pointer::parse(&text).unwrap_or(pointer)
}
