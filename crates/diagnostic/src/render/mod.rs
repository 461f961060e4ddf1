//! Diagnostics as a person reads them, and as a program does.

mod excerpt;
mod json;
mod text;

pub use json::render_json;
pub use text::{Style, render_text};
