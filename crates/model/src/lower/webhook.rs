//! Webhooks and callbacks: requests that the API's server sends. They are operations with the direction inverted, so their
//! bodies are what servers show, and their answers what clients say.

use std::collections::HashSet;

use methodical_document::{Node, NodeId};

use super::Lowering;
use super::member::Object;
use super::reading::is_extension;
use super::route::{METHODS, Route};
use crate::names::{Scope, distinct};
use crate::{Name, PathSegment, PathTemplate, Receiver};

/// A request that the server sends, as it was found.
pub(super) struct Sent<'b> {
    pub(super) route: Route<'b>,
    pub(super) receiver: Receiver,
}

impl<'b> Lowering<'b, '_> {
    /// All webhooks, then all callbacks, named. A callback that several operations share is one.
    pub(super) fn sent(&mut self, root: &Node<'b>, routes: &[Route<'b>]) -> Vec<Sent<'b>> {
        let mut found = Vec::new();
        for (name, item) in self.map(root, "webhooks") {
            let receiver = Receiver::Webhook { name: name.to_owned() };
            self.sent_by(&item, name, &receiver, &mut found);
        }
        for route in routes {
            for (name, callback) in self.map(&route.node, "callbacks") {
                let Some(callback) = self.object(&callback).filter(|_| !is_extension(name)) else {
                    continue;
                };
                for (url, item) in super::reading::sorted_entries(&callback) {
                    if !is_extension(url) {
                        let of = route.name.wire.clone();
                        let receiver = Receiver::Callback { of, name: name.to_owned(), url: url.to_owned() };
                        self.sent_by(&item, name, &receiver, &mut found);
                    }
                }
            }
        }
        let mut seen: HashSet<NodeId> = HashSet::new();
        found.retain(|(node, ..): &(Node<'b>, _, _, _, _)| seen.insert(node.id()));
        self.name_sent(found)
    }

    /// The operations of one path item.
    fn sent_by(&mut self, item: &Node<'b>, name: &str, receiver: &Receiver, found: &mut Vec<Found<'b>>) {
        let Some(item) = self.object(item) else {
            return;
        };
        self.check_members(&item, Object::PathItem);
        let operations: Vec<_> = METHODS.iter().filter_map(|(key, method)| Some((item.get(key)?, *method))).collect();
        let is_only = operations.len() == 1;
        for (node, method) in operations {
            let Some(node) = self.object(&node) else {
                continue;
            };
            let id = node.get("operationId").and_then(|id| id.as_str()).filter(|id| !id.trim().is_empty());
            let made_up = if is_only { name.to_owned() } else { format!("{} {name}", method.as_str().to_lowercase()) };
            let wire = id.map_or(made_up, str::to_owned);
            found.push((node, item, method, wire, receiver.clone()));
        }
    }

    fn name_sent(&mut self, found: Vec<Found<'b>>) -> Vec<Sent<'b>> {
        let wires: Vec<&str> = found.iter().map(|(.., wire, _)| wire.as_str()).collect();
        let names = distinct(&wires, Scope::Plain);
        let named = found.into_iter().zip(names).map(|((node, item, method, _, receiver), name)| {
            self.operation_names.insert(&node.pointer(), &name);
            Sent { route: Route { path: path(&name), method, name, item, node }, receiver }
        });
        named.collect()
    }
}

/// An operation, its path item, its method, what it is called, and who receives it.
type Found<'b> = (Node<'b>, Node<'b>, crate::Method, String, Receiver);

/// Where a receiver has it unless told otherwise: descriptions do not say, since receivers choose.
fn path(name: &Name) -> PathTemplate {
    let text = name.snake.trim_start_matches("r#").replace('_', "-");
    PathTemplate { text: format!("/{text}"), segments: vec![vec![PathSegment::Literal(text)]] }
}
