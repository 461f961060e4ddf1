//! A cursor over a bundle: what lowering walks with.
//!
//! A node is a value and the number that it has in its bundle, so that walking copies nothing and asks for no memory. Its pointer is
//! spelled out only for a diagnostic or an origin.

use methodical_diagnostic::{Origin, Place, Pointer};

use crate::bundle::Bundle;
use crate::numbers::Step;
use crate::value::{Number, Value, array_index};

/// A value of a bundle, together with its place.
#[derive(Clone, Copy, Debug)]
pub struct Node<'b> {
    bundle: &'b Bundle,
    value: &'b Value,
    id: NodeId,
}

/// Which node of its bundle one is, on whatever way it was come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(pub(crate) u32);

/// How long most pointers are, or shorter.
const LENGTH: usize = 120;

/// Where following references leads.
#[derive(Clone, Debug)]
pub enum Resolved<'b> {
    /// To a node that is no reference, or has its own content beside one it cannot follow further.
    Node(Node<'b>),
    /// To nothing. Bundling has reported it.
    Broken,
    /// Around in a circle. Bundling has reported it.
    Cycle,
}

impl<'b> Resolved<'b> {
    /// The node, if there is one.
    pub fn node(self) -> Option<Node<'b>> {
        match self {
            Self::Node(node) => Some(node),
            Self::Broken | Self::Cycle => None,
        }
    }
}

impl<'b> Node<'b> {
    pub(crate) fn root(bundle: &'b Bundle) -> Self {
        Self { bundle, value: bundle.to_value(), id: NodeId(0) }
    }

    /// The bundle it belongs to.
    pub fn bundle(&self) -> &'b Bundle {
        self.bundle
    }

    /// The value.
    pub fn value(&self) -> &'b Value {
        self.value
    }

    /// Which node of the bundle it is.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// The pointer to it in the bundle.
    pub fn pointer(&self) -> Pointer {
        let mut pointer = Pointer::with_capacity(LENGTH);
        for step in self.bundle.way_to(self.id) {
            match step {
                Step::Key(key) => pointer.push(key),
                Step::Index(index) => pointer.push_index(index),
            }
        }
        pointer
    }

    /// Where it was written, which may be another document than the entry.
    pub fn origin(&self) -> Origin {
        self.bundle.origin(&self.pointer())
    }

    /// Its place, for a diagnostic about the value.
    pub fn place(&self) -> Place {
        Place::Value(self.origin())
    }

    /// The place of its key, for a diagnostic about a name or about a whole large object.
    pub fn key_place(&self) -> Place {
        self.bundle.key_place(&self.pointer())
    }

    /// The key by which its parent holds it. `None` for the root and for items of an array.
    pub fn key(&self) -> Option<&'b str> {
        match self.bundle.way_to(self.id).last()? {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }

    /// A member of this object. `None` where this is no object or has no such member.
    pub fn get(&self, key: &str) -> Option<Node<'b>> {
        let members = self.value.as_object()?;
        let position = members.position(key)?;
        let (_, value) = members.get_index(position)?;
        Some(self.child(position, value))
    }

    /// An item of this array. `None` where this is no array or has too few.
    pub fn index(&self, index: usize) -> Option<Node<'b>> {
        let value = self.value.as_array()?.get(index)?;
        Some(self.child(index, value))
    }

    /// The items of this array; none where it is no array.
    pub fn items(&self) -> impl ExactSizeIterator<Item = Node<'b>> + use<'b> {
        let node = *self;
        let items = self.value.as_array().unwrap_or_default();
        items.iter().enumerate().map(move |(index, value)| node.child(index, value))
    }

    /// The members of this object in their order; none where it is no object.
    pub fn entries(&self) -> impl Iterator<Item = (&'b str, Node<'b>)> + use<'b> {
        let node = *self;
        let members = self.value.as_object().into_iter().flatten().enumerate();
        members.map(move |(position, (key, value))| (key.as_str(), node.child(position, value)))
    }

    fn child(&self, position: usize, value: &'b Value) -> Node<'b> {
        Node { bundle: self.bundle, value, id: self.bundle.child(self.id, position) }
    }

    /// The node that a pointer leads to from here.
    pub(crate) fn descend(&self, pointer: &Pointer) -> Option<Node<'b>> {
        pointer.tokens().try_fold(*self, |node, token| match node.value {
            Value::Array(_) => node.index(array_index(&token)?),
            Value::Object(_) => node.get(&token),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        })
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&'b str> {
        self.value.as_str()
    }

    /// The truth value, if this is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(*value),
            Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The number, if this is one.
    pub fn as_number(&self) -> Option<&'b Number> {
        self.value.as_number()
    }

    /// The integer, if this is one (`3.0` counts as one, as in JSON Schema).
    pub fn as_i128(&self) -> Option<i128> {
        self.as_number()?.as_i128()
    }

    /// The integer, if this is one that is not negative and fits.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_i128()?.try_into().ok()
    }

    /// The nearest double, if this is a number.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number()?.as_f64()
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        self.value.as_object().is_some()
    }

    /// Whether this is an array.
    pub fn is_array(&self) -> bool {
        self.value.as_array().is_some()
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        *self.value == Value::Null
    }

    /// What kind of value it is, with its article, for messages: `an object`.
    pub const fn kind_name(&self) -> &'static str {
        self.value.kind_name()
    }

    /// The `$ref`, where this is an object that has one.
    ///
    /// In a bundle it is `#` and a percent-encoded JSON pointer, unless it is broken.
    pub fn reference(&self) -> Option<&'b str> {
        self.value.reference()
    }

    /// Follows references within the bundle until a node has none. What stands beside a `$ref` is left behind.
    pub fn resolve(&self) -> Resolved<'b> {
        let mut node = *self;
        // Each step of a chain without a circle comes to another node, so the number of steps bounds the chain.
        for _ in 0..crate::reference::LONGEST_CHAIN {
            let Some(reference) = node.reference() else {
                return Resolved::Node(node);
            };
            let Some(target) = crate::reference::local_pointer(reference).and_then(|pointer| self.bundle.at(&pointer))
            else {
                return Resolved::Broken;
            };
            node = target;
        }
        Resolved::Cycle
    }
}
