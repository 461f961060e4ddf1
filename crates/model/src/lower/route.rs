//! Routes: the operations of all paths with their names, before anything in them is lowered.
//!
//! Names come first because inline schemas are named after the operation they stand in.

use std::collections::BTreeMap;

use methodical_diagnostic::Diagnostic;
use methodical_document::Node;

use super::Lowering;
use super::info::DEFAULT_TAG;
use super::member::Object;
use super::path::parse_path;
use super::reading::{is_extension, key_place};
use crate::names::{Scope, distinct};
use crate::{Method, Name, PathTemplate};

/// One operation, as it was found.
pub(super) struct Route<'b> {
    pub(super) path: PathTemplate,
    pub(super) method: Method,
    pub(super) name: Name,
    /// The path item.
    pub(super) item: Node<'b>,
    /// The operation.
    pub(super) node: Node<'b>,
}

impl<'b> Route<'b> {
    /// The first tag. The others are for readers of the description.
    pub(super) fn home_tag(&self) -> &'b str {
        let tags = self.node.get("tags");
        tags.and_then(|tags| tags.index(0)?.as_str()).unwrap_or(DEFAULT_TAG)
    }
}

/// The members of a path item that are operations.
pub(super) const METHODS: &[(&str, Method)] = &[
    ("get", Method::Get),
    ("head", Method::Head),
    ("put", Method::Put),
    ("post", Method::Post),
    ("patch", Method::Patch),
    ("delete", Method::Delete),
    ("options", Method::Options),
    ("trace", Method::Trace),
    ("query", Method::Query),
];

impl<'b> Lowering<'b, '_> {
    /// All operations by path and method, named.
    pub(super) fn routes(&mut self, root: &Node<'b>) -> Vec<Route<'b>> {
        if root.get("paths").is_none() && root.get("webhooks").is_none() && root.get("components").is_none() {
            self.missing(root, "paths", "add `paths: {}` with at least one path");
        }
        self.note_unused(root, "webhooks");
        let mut paths = Vec::new();
        let mut found = Vec::new();
        for (text, node) in self.map(root, "paths") {
            if is_extension(text) {
                continue;
            }
            let (template, error) = parse_path(text);
            if let Some(reason) = error {
                let message = format!("`{text}` is no path template: {reason}");
                let help = "write a path such as `/tags/{name}`";
                self.report(Diagnostic::error("model/path-template", message, node.key_place()).help(help));
            }
            self.path_item(&template, &node, &mut found);
            paths.push((template, node));
        }
        self.check_ambiguous(&paths);
        self.name_routes(found)
    }

    /// Says that a part of OpenAPI is read past: requests that the server sends are no operations of it.
    pub(super) fn note_unused(&mut self, holder: &Node<'b>, member: &str) {
        if let Some(node) = holder.get(member) {
            let message = format!("`{member}` are not generated; the schemas they use under `components` are");
            let diagnostic = Diagnostic::note("model/not-generated", message, node.key_place());
            self.report(diagnostic.help("nothing has to be done"));
        }
    }

    fn path_item(&mut self, path: &PathTemplate, node: &Node<'b>, found: &mut Vec<Found<'b>>) {
        let Some(item) = self.object(node) else {
            return;
        };
        self.check_members(&item, Object::PathItem);
        for (member, method) in METHODS {
            let Some(node) = item.get(member) else {
                continue;
            };
            let Some(node) = self.object(&node) else {
                continue;
            };
            found.push(Found { path: path.clone(), method: *method, item: item.clone(), node });
        }
        if let Some(additional) = item.get("additionalOperations") {
            let message = "`additionalOperations` are not supported: these operations are left out";
            let diagnostic = Diagnostic::warning("model/not-supported", message, additional.key_place());
            self.report(diagnostic.help("use one of the methods that path items have members for"));
        }
    }

    /// Gives each operation a name of its own.
    fn name_routes(&mut self, found: Vec<Found<'b>>) -> Vec<Route<'b>> {
        let mut first: BTreeMap<&'b str, Node<'b>> = BTreeMap::new();
        let mut wires = Vec::new();
        for found in &found {
            let id = self.operation_id(found);
            if let Some((id, node)) = id.and_then(|id| Some((id, found.node.get("operationId")?))) {
                match first.get(id) {
                    Some(other) => self.report(duplicate(id, &node, other)),
                    None => _ = first.insert(id, node),
                }
            }
            wires.push(id.map_or_else(|| made_up_id(found.method, &found.path), str::to_owned));
        }
        let names = distinct(&wires, Scope::Plain);
        let named = found.into_iter().zip(names);
        let routes: Vec<_> = named.map(|(found, name)| found.route(name)).collect();
        for route in &routes {
            self.operation_names.insert(&route.node.pointer(), &route.name);
        }
        routes
    }

    fn operation_id(&mut self, found: &Found<'b>) -> Option<&'b str> {
        if found.node.get("operationId").is_none() {
            let made_up = made_up_id(found.method, &found.path);
            let message = format!("this operation has no `operationId`; generated code calls it `{made_up}`");
            let diagnostic = Diagnostic::warning("model/missing-operation-id", message, key_place(&found.node));
            self.report(diagnostic.help(format!("add `operationId: {made_up}`, or a better name")));
        }
        self.text(&found.node, "operationId").filter(|id| !id.trim().is_empty())
    }
}

/// A route that has no name yet.
struct Found<'b> {
    path: PathTemplate,
    method: Method,
    item: Node<'b>,
    node: Node<'b>,
}

impl<'b> Found<'b> {
    fn route(self, name: Name) -> Route<'b> {
        Route { path: self.path, method: self.method, name, item: self.item, node: self.node }
    }
}

fn duplicate(id: &str, second: &Node<'_>, first: &Node<'_>) -> Diagnostic {
    let message = format!("the operationId `{id}` is used twice");
    Diagnostic::error("model/duplicate-operation-id", message, second.place())
        .related(first.place(), "first used here")
        .help("give each operation an id of its own: it is the name of a method in generated code")
}

/// `GET /tags/{name}` becomes `getTagsByName`.
fn made_up_id(method: Method, path: &PathTemplate) -> String {
    let mut words = vec![method.as_str().to_lowercase()];
    for segment in path.text.split('/').filter(|segment| !segment.is_empty()) {
        let by = if segment.starts_with('{') { "by " } else { "" };
        words.push(format!("{by}{}", segment.replace(['{', '}'], " ")));
    }
    let pascal = crate::names::pascal(&crate::names::words(&words.join(" ")));
    let mut characters = pascal.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
