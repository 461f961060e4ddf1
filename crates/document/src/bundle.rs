//! All documents in one: what every later stage reads.
//!
//! A bundle is a description in a single document, with each reference local. It remembers of each part that was brought
//! in where that part had been written, so that a diagnostic still shows the author's own file.

mod here;
mod homes;
mod kind;
mod named;
mod resolve;
mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use methodical_diagnostic::{Diagnostic, Diagnostics, DocumentId, Origin, Place, Pointer};

use crate::documents::Documents;
use crate::node::{Node, NodeId};
use crate::numbers::{Numbers, Step};
use crate::overlay::Written;
use crate::value::{Number, Value};
use crate::write;

/// The version of OpenAPI that a description is written in. A patch version changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecVersion {
    /// OpenAPI 3.0.x
    V3_0,
    /// OpenAPI 3.1.x
    V3_1,
    /// OpenAPI 3.2.x
    V3_2,
}

/// A description as one document.
#[derive(Clone, Debug)]
pub struct Bundle {
    version: SpecVersion,
    entry: DocumentId,
    root: Arc<Value>,
    numbers: Numbers,
    moved: HashMap<Pointer, Moved>,
    /// What overlays did to the entry.
    written: Written,
}

/// Where a part of the bundle was written that does not stand in the entry at the same pointer.
#[derive(Clone, Debug)]
struct Moved {
    origin: Origin,
    /// Where the key stands that now holds the part: beside the `$ref` in whose place it came.
    key: Option<Origin>,
}

/// Brings all documents into one.
///
/// External path items, and parts that have no section under `components`, come into the place of the `$ref`; everything else
/// goes to `components`, under its own name or that name with a number. What is wrong with references and with the
/// version is reported; then the bundle holds such a reference as it was written.
///
/// `None` only if the entry is no object, or no version of OpenAPI that is known.
pub fn bundle(documents: &Documents, diagnostics: &mut Diagnostics) -> Option<Bundle> {
    let entry = documents.entry();
    let value = documents.value(entry)?;
    if value.as_object().is_none() {
        diagnostics.push(no_description(value, entry));
        return None;
    }
    let version = read_version(value, entry, diagnostics)?;
    let (changed, moved) = walk::bundle(documents, diagnostics, value);
    let root = match changed {
        Some(changed) => Arc::new(changed),
        None => documents.shared_value(entry)?,
    };
    let numbers = Numbers::of(&root);
    Some(Bundle { version, entry, root, numbers, moved, written: documents.written().clone() })
}

impl Bundle {
    /// The version of OpenAPI.
    pub fn version(&self) -> SpecVersion {
        self.version
    }

    /// The whole description.
    pub fn root(&self) -> Node<'_> {
        Node::root(self)
    }

    /// The node at a pointer. References on the way are not followed: a bundle has none that need it.
    pub fn at(&self, pointer: &Pointer) -> Option<Node<'_>> {
        self.root().descend(pointer)
    }

    /// The steps from the root to a node.
    pub(crate) fn way_to(&self, node: NodeId) -> impl Iterator<Item = Step<'_>> {
        self.numbers.way(&self.root, node)
    }

    /// A child of a node, by its position.
    pub(crate) fn child(&self, node: NodeId, position: usize) -> NodeId {
        self.numbers.child(node, position)
    }

    /// Where the node at a pointer of the bundle was written.
    pub fn origin(&self, pointer: &Pointer) -> Origin {
        let origin = match self.nearest_move(pointer) {
            Some((moved, rest)) => Origin::new(moved.origin.document, moved.origin.pointer.concat(&rest)),
            None => Origin::new(self.entry, pointer.clone()),
        };
        self.written.redirect(origin, self.entry)
    }

    /// The place of the key that holds the node at a pointer of the bundle.
    pub fn key_place(&self, pointer: &Pointer) -> Place {
        let held = self.moved.get(pointer).and_then(|moved| moved.key.clone());
        Place::Key(match held {
            Some(key) => self.written.redirect(key, self.entry),
            None => self.origin(pointer),
        })
    }

    fn nearest_move(&self, pointer: &Pointer) -> Option<(&Moved, Pointer)> {
        if self.moved.is_empty() {
            return None;
        }
        pointer.ancestors().find_map(|ancestor| {
            let moved = self.moved.get(ancestor)?;
            Some((moved, Pointer::parse(&pointer.as_str()[ancestor.len()..])?))
        })
    }

    /// The description as a plain value.
    pub fn to_value(&self) -> &Value {
        &self.root
    }

    /// The description as JSON, indented by two spaces, with a line break at its end.
    pub fn to_json(&self) -> String {
        write::to_json(&self.root)
    }

    /// The description as YAML 1.2.
    pub fn to_yaml(&self) -> String {
        write::to_yaml(&self.root)
    }
}

fn no_description(value: &Value, entry: DocumentId) -> Diagnostic {
    let message = format!("a description is an object, and this is {}", value.kind_name());
    Diagnostic::error("document/no-description", message, Place::Value(Origin::new(entry, Pointer::root())))
        .help("begin with `openapi: 3.1.0`, `info` and `paths`")
}

/// Reads `openapi`. A number is as good as a string: `openapi: 3.1` is YAML's trap, and its meaning is plain.
fn read_version(root: &Value, entry: DocumentId, diagnostics: &mut Diagnostics) -> Option<SpecVersion> {
    let at = |key: &str| Place::Value(Origin::new(entry, Pointer::root().join(key)));
    let text = match root.get("openapi") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number @ (Number::Integer(_) | Number::Float(_)))) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Number(Number::Text(_)) | Value::Array(_) | Value::Object(_))
        | None => {
            diagnostics.push(missing_version(root, entry, at("swagger")));
            return None;
        }
    };
    match text.split('.').take(2).collect::<Vec<_>>()[..] {
        ["3", "0"] => Some(SpecVersion::V3_0),
        ["3", "1"] => Some(SpecVersion::V3_1),
        ["3", "2"] => Some(SpecVersion::V3_2),
        _ => {
            let message = format!("OpenAPI `{text}` is not supported");
            let help = "write `openapi: 3.0.4`, `3.1.1` or `3.2.0`, and what that version demands";
            diagnostics.push(Diagnostic::error("document/unsupported-version", message, at("openapi")).help(help));
            None
        }
    }
}

fn missing_version(root: &Value, entry: DocumentId, swagger: Place) -> Diagnostic {
    if root.get("swagger").is_some() {
        let message = "this is a description of version 2.0 (Swagger), which is not supported";
        return Diagnostic::error("document/unsupported-version", message, swagger)
            .help("convert it to OpenAPI 3 first, for example with `npx swagger2openapi` or in the Swagger Editor");
    }
    let place = Place::Value(Origin::new(entry, Pointer::root()));
    Diagnostic::error("document/no-description", "the member `openapi` with the version is missing", place)
        .help("write `openapi: 3.0.4`, `3.1.1` or `3.2.0` at the top of the entry file")
}
