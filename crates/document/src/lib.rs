//! Documents: the only place of the toolkit that reads and writes YAML and JSON.
//!
//! [`Documents::read`] loads the entry of a description and each file that it refers to; [`bundle()`] brings them into one
//! [`Bundle`], whose references are all local; a [`Node`] is the cursor with which lowering walks over it. No node keeps a
//! line: [`Documents`] finds the place of a pointer again when a diagnostic is shown.
//!
//! No input makes this crate panic: files may be missing, hostile or endless, and references may go in circles.

mod bundle;
mod documents;
mod inputs;
mod nearest;
mod node;
mod numbers;
mod object;
mod overlay;
mod parallel;
mod parse;
mod places;
mod reference;
mod store;
mod value;
mod write;

pub use bundle::{Bundle, SpecVersion, bundle};
pub use documents::Documents;
pub use inputs::Inputs;
pub use nearest::nearest;
pub use node::{Node, NodeId, Resolved};
pub use object::{Key, Object};
pub use parallel::{STACK, both};
pub use value::{Integer, Number, Value};
pub use write::JsonText;

/// The manual pages of the diagnostics of this stage.
pub fn codes() -> Vec<methodical_diagnostic::Page> {
    methodical_diagnostic::pages(include_str!("codes.md"))
}
