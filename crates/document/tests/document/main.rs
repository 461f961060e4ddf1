//! Documents from text to bundle: one `check` a stage, and every description of the shared corpus.
//!
//! An input is one text of several files, each after a line `=== name`; the first is the entry.

mod bundling;
mod corpus;
mod failures;
mod overlays;
mod reading;

use methodical_diagnostic::{Diagnostics, Style, render_text};
use methodical_document::{Bundle, Documents, bundle};

/// The files of an input.
fn files(input: &str) -> Vec<(&str, &str)> {
    input.split("=== ").skip(1).filter_map(|file| file.split_once('\n')).collect()
}

/// Reads and bundles an input.
fn load(input: &str) -> (Documents, Option<Bundle>, Diagnostics) {
    let files = files(input);
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory(files[0].0, &files, &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics);
    diagnostics.sort(&documents);
    (documents, bundle, diagnostics)
}

/// All diagnostics of an input, as text.
fn diagnose(input: &str) -> String {
    let (documents, _, diagnostics) = load(input);
    render_text(&diagnostics, &documents, Style::Plain)
}

/// The bundle of an input without mistakes.
fn bundled(input: &str) -> Bundle {
    let (documents, bundle, diagnostics) = load(input);
    assert!(diagnostics.is_empty(), "{}", render_text(&diagnostics, &documents, Style::Plain));
    bundle.expect("a description without mistakes has a bundle")
}
