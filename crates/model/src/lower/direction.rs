//! Which schemas look different on the way to the server and on the way back.
//!
//! A schema is *directional* if a `readOnly` or `writeOnly` property lies anywhere below it, through references too.
//! Only directional schemas are split into two types; all others are one type for both ways.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use methodical_document::{Node, NodeId};

use super::family::{Families, Part};
use super::schema::transparent;
use crate::Access;

/// A schema, or what a parent says itself.
type Spot = (NodeId, Part);

/// What is known of the schemas that were asked about, and of all that they refer to.
pub(super) struct Directional<'b> {
    families: Rc<Families<'b>>,
    seen: HashMap<Spot, Scan, foldhash::fast::RandomState>,
    directional: HashSet<Spot, foldhash::fast::RandomState>,
}

/// What one schema has in itself, references not followed.
struct Scan {
    has_access: bool,
    targets: Vec<Spot>,
}

impl<'b> Directional<'b> {
    /// Nothing is known yet.
    pub(super) fn of(families: Rc<Families<'b>>) -> Directional<'b> {
        Directional { families, seen: HashMap::default(), directional: HashSet::default() }
    }

    /// Whether the schema at `node` is directional.
    pub(super) fn contains(&mut self, node: &Node<'b>, part: Part) -> bool {
        let spot = (node.id(), part);
        if !self.seen.contains_key(&spot) {
            self.learn(*node, part);
        }
        self.directional.contains(&spot)
    }

    /// The schema and all that it refers to, directly or not.
    pub(super) fn reachable(&mut self, node: &Node<'b>) -> HashSet<NodeId> {
        self.contains(node, Part::Whole);
        let mut reached = HashSet::new();
        let mut waiting = vec![(node.id(), Part::Whole)];
        while let Some(spot) = waiting.pop() {
            if let Some(scan) = self.seen.get(&spot).filter(|_| !reached.contains(&spot)) {
                waiting.extend(scan.targets.iter().copied());
                reached.insert(spot);
            }
        }
        reached.into_iter().map(|(node, _)| node).collect()
    }

    /// Scans a schema and all that it refers to.
    fn learn(&mut self, node: Node<'b>, part: Part) {
        let mut learnt = Vec::new();
        let mut waiting = vec![(node, part)];
        while let Some((node, part)) = waiting.pop() {
            let spot = (node.id(), part);
            if self.seen.contains_key(&spot) {
                continue;
            }
            let (has_access, targets) = self.scan(&node, part);
            let spots = targets.iter().map(|(target, part)| (target.id(), *part)).collect();
            self.seen.insert(spot, Scan { has_access, targets: spots });
            learnt.push(spot);
            waiting.extend(targets);
        }
        self.spread(&learnt);
    }

    /// Marks what is directional, until nothing changes: a schema is if one that it refers to is.
    fn spread(&mut self, learnt: &[Spot]) {
        loop {
            let before = self.directional.len();
            // What was learnt last is mostly referred to by what was learnt before it.
            for spot in learnt.iter().rev() {
                let scan = &self.seen[spot];
                if scan.has_access || scan.targets.iter().any(|target| self.directional.contains(target)) {
                    self.directional.insert(*spot);
                }
            }
            if self.directional.len() == before {
                return;
            }
        }
    }

    /// Whether a property below `node` says who may set it, and the nodes that are referred to.
    fn scan(&self, node: &Node<'b>, part: Part) -> (bool, Vec<(Node<'b>, Part)>) {
        if let Some(family) = self.families.of_parent(node).filter(|_| part == Part::Whole) {
            let children = family.children.iter().map(|child| (child.node, child.part));
            return (false, children.chain([(*node, Part::Own)]).collect());
        }
        let mut has_access = false;
        let mut targets = Vec::new();
        let mut waiting = vec![(*node, Part::Whole)];
        while let Some((node, part)) = waiting.pop() {
            if node.reference().is_some() {
                targets.extend(node.resolve().node().map(|target| {
                    // Only a parent is something else than what it says itself.
                    let part = if self.families.of_parent(&target).is_some() { part } else { Part::Whole };
                    (target, part)
                }));
            }
            for (keyword, member) in node.entries() {
                match keyword {
                    "properties" => {
                        for (_, property) in member.entries() {
                            has_access |= access(&property) != Access::ReadWrite;
                            waiting.push((property, Part::Whole));
                        }
                    }
                    "patternProperties" => {
                        waiting.extend(member.entries().map(|(_, schema)| (schema, Part::Whole)));
                    }
                    "items" | "additionalProperties" => waiting.push((member, Part::Whole)),
                    "prefixItems" | "oneOf" | "anyOf" => waiting.extend(member.items().map(|item| (item, Part::Whole))),
                    "allOf" => {
                        let wraps = transparent(&node).is_some() && !self.families.has_child(&node);
                        let part = if wraps { Part::Whole } else { Part::Own };
                        waiting.extend(member.items().map(|item| (item, part)));
                    }
                    _ => {}
                }
            }
        }
        (has_access, targets)
    }
}

/// How many nodes are asked for `readOnly` and `writeOnly`, behind references and in `allOf`, before a property is taken
/// for one that says neither.
const MOST_ANNOTATIONS: usize = 200;

/// Who may set a property, and who may see it: as it says itself, or as what it refers to or is merged from says.
pub(super) fn access(property: &Node<'_>) -> Access {
    let mut waiting = vec![*property];
    for _ in 0..MOST_ANNOTATIONS {
        let Some(node) = waiting.pop() else { break };
        let says = |member| node.get(member).and_then(|node| node.as_bool()) == Some(true);
        if says("readOnly") {
            return Access::ReadOnly;
        } else if says("writeOnly") {
            return Access::WriteOnly;
        }
        let merged: Vec<_> = node.get("allOf").into_iter().flat_map(|members| members.items()).collect();
        waiting.extend(merged.into_iter().rev());
        waiting.extend(node.reference().and_then(|_| node.resolve().node()));
    }
    Access::ReadWrite
}
