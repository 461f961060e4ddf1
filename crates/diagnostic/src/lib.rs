//! What Methodical tells the author of a description: diagnostics, the places they point to, and how both are shown.
//!
//! A [`Diagnostic`] names its place as a document and a JSON pointer ([`Origin`]); bytes, lines and columns are looked
//! up through [`Sources`] only when it is rendered, so that a stage which reports nothing pays nothing for places.
//! This crate knows neither YAML nor OpenAPI, and uses no other crate of the toolkit.

mod diagnostic;
mod locator;
mod page;
mod place;
mod render;
mod sources;

pub use diagnostic::{Diagnostic, Diagnostics, Related, Severity, Suppressed};
pub use locator::{Locator, Spot};
pub use page::{Page, example, pages};
pub use place::{DocumentId, Origin, Place, Pointer};
pub use render::{
    SarifRule, Style, Tool, github_property, github_text, render_github, render_json, render_json_of_all, render_sarif,
    render_text, uri_path,
};
pub use sources::Sources;
