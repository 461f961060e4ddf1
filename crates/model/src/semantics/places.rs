//! Finds each `x-semantics` that stands where nothing reads it.
//!
//! What is never read would promise nothing without a word, e.g. on a response, or on a component's schema itself
//! instead of the property that refers to it. Data (examples, defaults, enumerations, other extensions) is passed over.

use methodical_diagnostic::{Diagnostic, Diagnostics};
use methodical_document::Node;

/// What a node is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Root,
    /// `components`: sections by name.
    Components,
    /// `paths`, and other maps of path items.
    Paths,
    PathItem,
    /// `additionalOperations` of OpenAPI 3.2.
    Operations,
    Operation,
    /// Maps of callbacks, each a map of path items.
    Callbacks,
    /// `properties` of a schema.
    Properties,
    Property,
    Other,
}

/// Reports each `x-semantics` below the root that stands where nothing reads it.
pub(super) fn check_places(root: &Node<'_>, diagnostics: &mut Diagnostics) {
    let mut pending = vec![(*root, Position::Root)];
    while let Some((node, position)) = pending.pop() {
        if let Some(stray) = node.get("x-semantics").filter(|_| !position.has_semantics()) {
            let message = "`x-semantics` is read from the root, path items, operations and properties, and not here";
            let help = "move it to one of those, or remove it";
            diagnostics.push(Diagnostic::error("model/semantics-place", message, stray.key_place()).help(help));
        }
        pending.extend(node.items().map(|item| (item, Position::Other)));
        pending.extend(node.entries().filter_map(|(key, child)| Some((child, position.child(key)?))));
    }
}

impl Position {
    fn has_semantics(self) -> bool {
        match self {
            Self::Root | Self::PathItem | Self::Operation | Self::Property => true,
            // Names of the description's own stand here, and one of them may be `x-semantics`.
            Self::Components | Self::Paths | Self::Operations | Self::Callbacks | Self::Properties => true,
            Self::Other => false,
        }
    }

    /// What the member `key` is. `None` for data.
    fn child(self, key: &str) -> Option<Self> {
        let position = match (self, key) {
            (Self::Paths, _) => Self::PathItem,
            (Self::Operations, _) => Self::Operation,
            (Self::Callbacks, _) => Self::Paths,
            (Self::Properties, _) => Self::Property,
            (_, "example" | "examples" | "default" | "enum" | "const") => return None,
            (_, extension) if extension.starts_with("x-") => return None,
            (Self::Root, "paths" | "webhooks") | (Self::Components, "pathItems") => Self::Paths,
            (Self::Root, "components") => Self::Components,
            (Self::Operation | Self::Components, "callbacks") => Self::Callbacks,
            (Self::PathItem, "additionalOperations") => Self::Operations,
            (Self::PathItem, method) if is_method(method) => Self::Operation,
            (_, "properties") => Self::Properties,
            (Self::Root | Self::Components | Self::PathItem | Self::Operation | Self::Property | Self::Other, _) => {
                Self::Other
            }
        };
        Some(position)
    }
}

fn is_method(key: &str) -> bool {
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"].contains(&key)
}
