//! Diagnostics as a person reads them, and as a program does.

mod excerpt;
mod github;
mod json;
mod sarif;
mod spot;
mod text;

pub use github::{github_property, github_text, render_github};
pub use json::{render_json, render_json_of_all};
pub use sarif::{SarifRule, Tool, render_sarif, uri_path};
pub use text::{Style, render_text};
