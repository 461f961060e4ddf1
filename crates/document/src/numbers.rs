//! The numbers of a bundle's nodes: the root has 0, and the children of a node follow each other in their order.
//!
//! So a number tells both ways: from a node to its children, and back to all that it lies in. That is eight bytes a node, and
//! whoever walks over a bundle need not remember how he came.

use crate::node::NodeId;
use crate::value::Value;

/// The numbers of all nodes below a value.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    nodes: Vec<Family>,
}

/// What a node belongs to, and what belongs to it.
#[derive(Clone, Copy, Debug)]
struct Family {
    parent: u32,
    /// The number of the first child, if there is one.
    first: u32,
}

/// A step from a node to a child.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

/// How deep most nodes lie, or less.
const DEPTH: usize = 16;

impl Numbers {
    /// Numbers a value and all below it.
    pub(crate) fn of(root: &Value) -> Numbers {
        let mut values = vec![root];
        let mut nodes = vec![Family { parent: 0, first: 0 }];
        let mut at = 0;
        while let Some(value) = values.get(at).copied() {
            nodes[at].first = number(values.len());
            match value {
                Value::Array(items) => values.extend(items),
                Value::Object(members) => values.extend(members.values()),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
            nodes.resize(values.len(), Family { parent: number(at), first: 0 });
            at += 1;
        }
        Numbers { nodes }
    }

    /// The number of a child, by its position.
    pub(crate) fn child(&self, parent: NodeId, position: usize) -> NodeId {
        NodeId(self.nodes[parent.0 as usize].first + number(position))
    }

    /// The steps that lead to a node from the root, which must be what was numbered.
    pub(crate) fn way<'v>(&self, root: &'v Value, node: NodeId) -> impl Iterator<Item = Step<'v>> + use<'v> {
        let mut positions = Vec::with_capacity(DEPTH);
        let mut at = node.0;
        while at != 0 {
            let parent = self.nodes[at as usize].parent;
            positions.push((at - self.nodes[parent as usize].first) as usize);
            at = parent;
        }
        let mut value = root;
        positions.into_iter().rev().map_while(move |position| {
            let (step, child) = step(value, position)?;
            value = child;
            Some(step)
        })
    }
}

fn step(value: &Value, position: usize) -> Option<(Step<'_>, &Value)> {
    match value {
        Value::Array(items) => Some((Step::Index(position), items.get(position)?)),
        Value::Object(members) => {
            let (key, member) = members.get_index(position)?;
            Some((Step::Key(key), member))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A description of more nodes would not fit into memory.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
