//! Descriptions in memory, and edits of them.

use methodical_diagnostic::{Diagnostics, Style, render_text};
use methodical_document::{Documents, bundle};
use methodical_model::{Api, lower};

/// The model of a description without errors.
pub(crate) fn api(text: &str) -> Api {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("it is a description");
    let api = lower(&bundle, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{}", render_text(&diagnostics, &documents, Style::Plain));
    api
}

/// The text after each `from` in it became its `to`.
pub(crate) fn edited(base: &str, edits: &[(&str, &str)]) -> String {
    let mut text = base.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from} is not in the base");
        text = text.replace(from, to);
    }
    text
}
