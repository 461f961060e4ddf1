//! Routes: the operations of all paths with their names, before anything in them is lowered.
//!
//! Names come first because inline schemas are named after the operation they stand in.

use std::collections::{BTreeMap, BTreeSet};

use methodical_diagnostic::Diagnostic;
use methodical_document::Node;

use super::Lowering;
use super::info::DEFAULT_TAG;
use super::member::Object;
use super::path::{PathFault, parse_path};
use super::reading::{is_extension, key_place, sorted_entries};
use crate::names::{Scope, distinct};
use crate::{Method, MethodToken, Name, PathTemplate};

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
        let mut paths = Vec::new();
        let mut found = Vec::new();
        for (text, node) in self.map(root, "paths") {
            if is_extension(text) {
                continue;
            }
            let (template, fault) = parse_path(text);
            self.report_all(fault.map(|fault| wrong_template(text, &fault, &node)));
            self.path_item(&template, &node, &mut found);
            paths.push((template, node));
        }
        self.check_ambiguous(&paths);
        self.name_routes(found)
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
            found.push(Found { path: path.clone(), method: *method, item, node });
        }
        if let Some(additional) = item.get("additionalOperations") {
            for (name, node) in sorted_entries(&additional) {
                let Some(method) = self.additional_method(name, &node) else {
                    continue;
                };
                if let Some(node) = self.object(&node) {
                    found.push(Found { path: path.clone(), method, item, node });
                }
            }
        }
    }

    /// The method that a key of `additionalOperations` names. It must be none that path items have a member for.
    fn additional_method(&mut self, name: &str, node: &Node<'b>) -> Option<Method> {
        let token = MethodToken::new(name);
        let is_member = METHODS.iter().any(|(_, method)| method.as_str() == name);
        let reason = match token {
            Some(_) if is_member => "path items have a member for this method",
            Some(token) => return Some(Method::Other(token)),
            None => "this is no name of a method",
        };
        let diagnostic =
            Diagnostic::warning("model/not-supported", format!("{reason}: it is left out"), node.key_place());
        self.report(
            diagnostic.help(format!("write a name such as `COPY`, of at most {} letters", MethodToken::LONGEST)),
        );
        None
    }

    /// Gives each operation a name of its own.
    fn name_routes(&mut self, found: Vec<Found<'b>>) -> Vec<Route<'b>> {
        let ids: Vec<_> = found.iter().map(|found| self.operation_id(found)).collect();
        let mut taken: BTreeSet<String> = ids.iter().flatten().map(|id| (*id).to_owned()).collect();
        let mut first: BTreeMap<&'b str, Node<'b>> = BTreeMap::new();
        let mut wires = Vec::new();
        for (found, id) in found.iter().zip(ids) {
            let node = found.node.get("operationId");
            let earlier = id.and_then(|id| first.get(id));
            wires.push(match (id, node, earlier) {
                (Some(id), Some(node), Some(earlier)) => {
                    let other = free_id(id, &mut taken);
                    self.report(duplicate(id, &other, &node, earlier));
                    other
                }
                (Some(id), node, _) => {
                    first.extend(node.map(|node| (id, node)));
                    id.to_owned()
                }
                (None, ..) => self.made_up_id(found, &mut taken),
            });
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
        self.text(&found.node, "operationId").filter(|id| !id.trim().is_empty())
    }

    /// The id of an operation that has none, which is reported.
    fn made_up_id(&mut self, found: &Found<'b>, taken: &mut BTreeSet<String>) -> String {
        let wish = made_up_id(found.method, &found.path);
        let made_up = if taken.insert(wish.clone()) { wish } else { free_id(&wish, taken) };
        let message = format!("this operation has no `operationId`; generated code calls it `{made_up}`");
        let diagnostic = Diagnostic::warning("model/missing-operation-id", message, key_place(&found.node));
        self.report(diagnostic.help(format!("add `operationId: {made_up}`, or a better name")));
        made_up
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

fn wrong_template(text: &str, fault: &PathFault, node: &Node<'_>) -> Diagnostic {
    let message = format!("`{text}` is no path template: {}", fault.reason);
    let diagnostic = match fault.meaning {
        Some(meaning) => Diagnostic::slip("model/path-template", message, node.key_place())
            .note_line(format!("until then, {meaning}")),
        None => Diagnostic::error("model/path-template", message, node.key_place()),
    };
    diagnostic.help("write a path such as `/tags/{name}`")
}

fn duplicate(id: &str, other: &str, second: &Node<'_>, first: &Node<'_>) -> Diagnostic {
    let message = format!("the operationId `{id}` is used twice; generated code calls this one `{other}`");
    Diagnostic::slip("model/duplicate-operation-id", message, second.place())
        .related(first.place(), "first used here")
        .help("give each operation an id of its own: it is the name of a method in generated code")
}

/// An id with the first number from 2 on that nobody has.
fn free_id(id: &str, taken: &mut BTreeSet<String>) -> String {
    let mut numbered = (2_u64..).map(|number| format!("{id}{number}"));
    let free = numbered.find(|numbered| !taken.contains(numbered)).unwrap_or_default();
    taken.insert(free.clone());
    free
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
