//! Which schemas look different on the way to the server and on the way back.
//!
//! A schema is *directional* if a `readOnly` or `writeOnly` property lies anywhere below it, through references too.
//! Only directional schemas are split into two types; all others are one type for both ways.

use std::collections::{HashMap, HashSet};

use methodical_diagnostic::Pointer;
use methodical_document::Node;

use crate::Access;

/// What is known of the schemas that were asked about, and of all that they refer to.
#[derive(Default)]
pub(super) struct Directional {
    seen: HashMap<Pointer, Scan>,
    directional: HashSet<Pointer>,
}

/// What one schema has in itself, references not followed.
struct Scan {
    has_access: bool,
    targets: Vec<Pointer>,
}

impl Directional {
    /// Whether the schema at `node` is directional.
    pub(super) fn contains(&mut self, node: &Node<'_>) -> bool {
        let pointer = node.pointer();
        if !self.seen.contains_key(&pointer) {
            self.learn(node.clone());
        }
        self.directional.contains(&pointer)
    }

    /// The schema and all that it refers to, directly or not.
    pub(super) fn reachable(&mut self, node: &Node<'_>) -> HashSet<Pointer> {
        self.contains(node);
        let mut reached = HashSet::new();
        let mut waiting = vec![node.pointer()];
        while let Some(pointer) = waiting.pop() {
            if let Some(scan) = self.seen.get(&pointer).filter(|_| !reached.contains(&pointer)) {
                waiting.extend(scan.targets.iter().cloned());
                reached.insert(pointer);
            }
        }
        reached
    }

    /// Scans a schema and all that it refers to.
    fn learn(&mut self, node: Node<'_>) {
        let mut learnt = Vec::new();
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            let pointer = node.pointer();
            if self.seen.contains_key(&pointer) {
                continue;
            }
            let (has_access, targets) = scan(&node);
            let pointers = targets.iter().map(Node::pointer).collect();
            self.seen.insert(pointer.clone(), Scan { has_access, targets: pointers });
            learnt.push(pointer);
            waiting.extend(targets);
        }
        self.spread(&learnt);
    }

    /// Marks what is directional, until nothing changes: a schema is if one that it refers to is.
    fn spread(&mut self, learnt: &[Pointer]) {
        loop {
            let before = self.directional.len();
            // What was learnt last is mostly referred to by what was learnt before it.
            for pointer in learnt.iter().rev() {
                let scan = &self.seen[pointer];
                if scan.has_access || scan.targets.iter().any(|target| self.directional.contains(target)) {
                    self.directional.insert(pointer.clone());
                }
            }
            if self.directional.len() == before {
                return;
            }
        }
    }
}

/// Whether a property below `node` says who may set it, and the nodes that are referred to.
fn scan<'b>(node: &Node<'b>) -> (bool, Vec<Node<'b>>) {
    let mut has_access = false;
    let mut targets = Vec::new();
    let mut waiting = vec![node.clone()];
    while let Some(node) = waiting.pop() {
        if node.reference().is_some() {
            targets.extend(node.resolve().node());
        }
        for (keyword, member) in node.entries() {
            match keyword {
                "properties" => {
                    for (_, property) in member.entries() {
                        has_access |= access(&property) != Access::ReadWrite;
                        waiting.push(property);
                    }
                }
                "patternProperties" => waiting.extend(member.entries().map(|(_, schema)| schema)),
                "items" | "additionalProperties" => waiting.push(member),
                "allOf" | "oneOf" | "anyOf" => waiting.extend(member.items()),
                _ => {}
            }
        }
    }
    (has_access, targets)
}

/// How many nodes are asked for `readOnly` and `writeOnly`, behind references and in `allOf`, before a property is taken
/// for one that says neither.
const MOST_ANNOTATIONS: usize = 200;

/// Who may set a property, and who may see it: as it says itself, or as what it refers to or is merged from says.
pub(super) fn access(property: &Node<'_>) -> Access {
    let mut waiting = vec![property.clone()];
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
