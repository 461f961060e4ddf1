//! `info` and `tags`: what stands at the root for people.

use std::collections::BTreeMap;

use methodical_document::Node;

use super::Lowering;
use super::member::Object;
use super::route::Route;
use crate::names::{Scope, distinct};
use crate::{Docs, Tag, TagId};

/// What `info` says.
pub(super) struct Info {
    pub(super) docs: Docs,
    pub(super) version: String,
}

/// The tag of operations that have none.
pub(super) const DEFAULT_TAG: &str = "default";

impl<'b> Lowering<'b, '_> {
    pub(super) fn info(&mut self, root: &Node<'b>) -> Info {
        self.check_members(root, Object::Root);
        let Some(node) = root.get("info") else {
            self.missing(root, "info", "add `info` with a `title` and a `version`");
            return Info { docs: Docs::default(), version: String::new() };
        };
        let Some(node) = self.object(&node) else {
            return Info { docs: Docs::default(), version: String::new() };
        };
        self.check_members(&node, Object::Info);
        for member in ["title", "version"] {
            if node.get(member).is_none() {
                self.missing(&node, member, "add it: OpenAPI demands it");
            }
        }
        // `summary` is one line about the API; the title is its name, which generated crates put first.
        let docs = self.docs(&node, "title");
        Info { docs, version: self.text(&node, "version").unwrap_or_default().to_owned() }
    }

    /// The tags in use, sorted by name, and the id of each.
    pub(super) fn tags<'r>(
        &mut self,
        root: &Node<'b>,
        routes: impl Iterator<Item = &'r Route<'b>>,
    ) -> (Vec<Tag>, BTreeMap<&'b str, TagId>)
    where
        'b: 'r,
    {
        let mut used: BTreeMap<&'b str, Docs> = routes.map(|route| (route.home_tag(), Docs::default())).collect();
        for node in self.list(root, "tags") {
            let Some(node) = self.object(&node) else {
                continue;
            };
            let Some(name) = self.text(&node, "name") else {
                continue;
            };
            if let Some(docs) = used.get_mut(name) {
                *docs = self.docs(&node, "summary");
            }
        }
        let wires: Vec<&str> = used.keys().copied().collect();
        let names = distinct(&wires, Scope::Plain);
        let ids = wires.into_iter().zip((0..).map(TagId)).collect();
        let tags = names.into_iter().zip(used.into_values()).map(|(name, docs)| Tag { name, docs }).collect();
        (tags, ids)
    }
}
