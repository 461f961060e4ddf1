//! A schema and all that `allOf` brings into it, as one.
//!
//! Nothing is copied: a [`Flat`] is a list of nodes, and each question is asked of all of them. What the schema says
//! itself comes first, then the members of `allOf` from the last to the first, so that what is more specific wins.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use methodical_diagnostic::Diagnostic;
use methodical_document::{Node, NodeId, SpecVersion};

use super::reading::is_extension;
use super::schema::too_deep;
use super::{DEEPEST, Lowering};

/// The nodes that make up one schema, the most specific first. Never empty.
pub(super) struct Flat<'b> {
    nodes: Vec<Node<'b>>,
    is_child: bool,
    properties: OnceCell<Properties<'b>>,
}

/// Properties by name, each with the nodes that describe it.
type Properties<'b> = BTreeMap<&'b str, Vec<Node<'b>>>;

impl<'b> Flat<'b> {
    fn new(nodes: Vec<Node<'b>>, is_child: bool) -> Flat<'b> {
        Flat { nodes, is_child, properties: OnceCell::new() }
    }

    /// The schema itself.
    pub(super) fn own(&self) -> &Node<'b> {
        &self.nodes[0]
    }

    /// Whether it is the child of a parent, and more than another name for that.
    pub(super) fn is_child(&self) -> bool {
        self.is_child
    }

    /// All nodes.
    pub(super) fn nodes(&self) -> &[Node<'b>] {
        &self.nodes
    }

    /// The most specific value of a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<Node<'b>> {
        self.nodes.iter().find_map(|node| node.get(keyword))
    }

    /// All values of a keyword.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = Node<'b>> {
        self.nodes.iter().filter_map(move |node| node.get(keyword))
    }

    /// The types that all nodes agree on, `null` aside. Empty: none is said, or [`Flat::types_conflict`].
    pub(super) fn types(&self) -> Vec<&'b str> {
        let mut agreed: Option<Vec<&'b str>> = None;
        for types in self.nodes.iter().filter_map(own_types) {
            agreed = Some(match agreed {
                Some(agreed) => common(&agreed, &types),
                None => types,
            });
        }
        agreed.unwrap_or_default().into_iter().filter(|name| *name != "null").collect()
    }

    /// Whether two nodes demand types that exclude each other.
    pub(super) fn types_conflict(&self) -> bool {
        let says_type = self.nodes.iter().filter_map(own_types).any(|types| types.iter().any(|name| *name != "null"));
        says_type && self.types().is_empty()
    }

    /// The properties of all nodes, by name: the most specific node of each first.
    pub(super) fn properties(&self) -> &Properties<'b> {
        self.properties.get_or_init(|| {
            let mut properties = Properties::new();
            for (name, node) in self.all("properties").flat_map(|node| node.entries()) {
                properties.entry(name).or_default().push(node);
            }
            properties
        })
    }

    /// The alternatives of each `oneOf` and `anyOf`, and whether they exclude each other. Alternatives that only state
    /// conditions (`required`) are no shapes and are left out.
    pub(super) fn unions(&self) -> Vec<(Vec<Node<'b>>, bool)> {
        let lists = [("oneOf", true), ("anyOf", false)];
        let mut unions = Vec::new();
        for node in &self.nodes {
            for (keyword, exclusive) in lists {
                let alternatives: Vec<_> = node.get(keyword).into_iter().flat_map(|list| list.items()).collect();
                if !alternatives.is_empty() && !alternatives.iter().all(is_condition) {
                    unions.push((alternatives, exclusive));
                }
            }
        }
        unions
    }

    /// The largest of a keyword's values.
    pub(super) fn largest(&self, keyword: &str) -> Option<u64> {
        self.all(keyword).filter_map(|node| node.as_u64()).max()
    }

    /// The smallest of a keyword's values.
    pub(super) fn smallest(&self, keyword: &str) -> Option<u64> {
        self.all(keyword).filter_map(|node| node.as_u64()).min()
    }
}

impl<'b> Lowering<'b, '_> {
    /// Brings a schema and its `allOf` together.
    pub(super) fn flat(&mut self, node: &Node<'b>) -> Flat<'b> {
        let (flat, fault) = self.collected(node);
        self.diagnostics.extend(fault);
        flat
    }

    /// The same of a schema whose faults are reported elsewhere.
    pub(super) fn quiet_flat(&self, node: &Node<'b>) -> Flat<'b> {
        self.collected(node).0
    }

    fn collected(&self, node: &Node<'b>) -> (Flat<'b>, Option<Diagnostic>) {
        if node.reference().is_none() && node.get("allOf").is_none() {
            return (Flat::new(vec![*node], false), None);
        }
        let mut collected = Collected { nodes: Vec::new(), open: HashSet::new(), done: HashSet::new(), fault: None };
        self.collect(node, &mut collected, 0);
        if collected.nodes.is_empty() {
            collected.nodes.push(*node);
        }
        (Flat::new(collected.nodes, self.families.has_child(node)), collected.fault)
    }

    fn collect(&self, node: &Node<'b>, collected: &mut Collected<'b>, depth: usize) {
        let id = node.id();
        // Two ways to one schema are no circle, but the second one brings nothing new.
        if collected.done.contains(&id) {
            return;
        }
        if depth > DEEPEST {
            collected.fault.get_or_insert_with(|| too_deep(node));
            return;
        }
        if !collected.open.insert(id) {
            collected.fault.get_or_insert_with(|| part_of_itself(node));
            return;
        }
        // A place that refers elsewhere says nothing itself, unless it has siblings that count.
        if node.reference().is_none() || has_siblings(node, self.bundle.version()) {
            collected.nodes.push(*node);
        }
        if node.reference().is_some()
            && let Some(target) = node.resolve().node()
        {
            self.collect(&target, collected, depth + 1);
        }
        let members: Vec<_> = node.get("allOf").into_iter().flat_map(|members| members.items()).collect();
        for member in members.iter().rev() {
            self.collect(member, collected, depth + 1);
        }
        collected.open.remove(&id);
        collected.done.insert(id);
    }
}

/// What has been brought together so far.
struct Collected<'b> {
    nodes: Vec<Node<'b>>,
    /// The schemas that are being looked into.
    open: HashSet<NodeId>,
    /// The schemas that have been looked into.
    done: HashSet<NodeId>,
    /// Why something was left out.
    fault: Option<Diagnostic>,
}

fn part_of_itself(node: &Node<'_>) -> Diagnostic {
    let message = "this schema is a part of itself by `allOf`; that part is left out";
    Diagnostic::slip("model/all-of-circle", message, node.place()).help("remove the reference, or make it a property")
}

/// Keywords that say nothing about which values are accepted, and `type: object`, which is said beside everything.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "$ref",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "oneOf",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Whether a node restricts values by itself, beside what it combines.
pub(super) fn has_structure(node: &Node<'_>) -> bool {
    node.entries().any(|(keyword, value)| {
        let is_object_type = keyword == "type" && value.as_str() == Some("object");
        !is_object_type && !is_extension(keyword) && !ANNOTATIONS.contains(&keyword)
    })
}

/// Whether a part of an `allOf` only describes: it has no keyword that tells values apart.
pub(super) fn says_nothing(node: &Node<'_>) -> bool {
    let is_said_of_use = |keyword: &str| matches!(keyword, "nullable" | "readOnly" | "writeOnly");
    let combines = |keyword: &str| matches!(keyword, "$ref" | "allOf" | "anyOf" | "oneOf");
    let speaks = |(keyword, _): (&str, Node<'_>)| is_said_of_use(keyword) || combines(keyword) || keyword == "type";
    node.is_object() && !has_structure(node) && !node.entries().any(speaks)
}

/// Whether what stands beside a `$ref` counts: from 3.1 on, where it restricts values (OpenAPI 3.0, section 4.7.23, has
/// it ignored).
pub(super) fn has_siblings(node: &Node<'_>, version: SpecVersion) -> bool {
    let counts = match version {
        SpecVersion::V3_0 => false,
        SpecVersion::V3_1 | SpecVersion::V3_2 => true,
    };
    let combines = ["allOf", "oneOf", "anyOf"].iter().any(|keyword| node.get(keyword).is_some());
    counts && (combines || has_structure(node))
}

/// Whether an alternative has no shape of its own, but only says which members must be there.
pub(super) fn is_condition(node: &Node<'_>) -> bool {
    let mut entries = node.entries().peekable();
    entries.peek().is_some()
        && entries.all(|(keyword, _)| matches!(keyword, "required" | "not" | "description" | "title" | "$comment"))
}

/// The types that a node names itself, if it names any.
fn own_types<'b>(node: &Node<'b>) -> Option<Vec<&'b str>> {
    let node = node.get("type")?;
    match node.as_str() {
        Some(name) => Some(vec![name]),
        None => Some(node.items().filter_map(|item| item.as_str()).collect()),
    }
}

/// The types that two lists have in common; an integer is a number.
pub(super) fn common<'b>(left: &[&'b str], right: &[&'b str]) -> Vec<&'b str> {
    let mut common: Vec<&'b str> = left.iter().filter(|name| right.contains(name)).copied().collect();
    let has = |list: &[&str], name| list.contains(&name);
    let narrowed = has(left, "integer") && has(right, "number") || has(left, "number") && has(right, "integer");
    if narrowed && !common.contains(&"integer") {
        common.push("integer");
    }
    common
}
