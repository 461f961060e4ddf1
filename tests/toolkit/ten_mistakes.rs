//! Ten different mistakes in one description, one of them in the YAML of a second file: one run reports all of them.

use std::collections::BTreeSet;
use std::path::Path;

use methodical::pipeline;
use methodical_diagnostic::{Sources, Style, render_text};

#[test]
fn ten_mistakes_are_reported_in_one_run_with_their_places() {
    let entry = Path::new("../../tests/toolkit/ten-mistakes/openapi.yaml");
    let reading = pipeline::read(entry);
    let found: BTreeSet<usize> =
        reading.diagnostics.iter().filter_map(|diagnostic| mistake(&reading, diagnostic)).collect();
    assert_eq!(found, (1..=10).collect(), "each comment `# n:` in the description marks a mistake");
    insta::assert_snapshot!(render_text(&reading.diagnostics, &reading.documents, Style::Plain));
}

/// The number in the comment on the line that a diagnostic points to.
fn mistake(reading: &pipeline::Reading, diagnostic: &methodical_diagnostic::Diagnostic) -> Option<usize> {
    let document = diagnostic.place.document()?;
    let text = reading.documents.text(document);
    if reading.documents.name(document).ends_with("shelves.yaml") {
        return Some(8);
    }
    let start = reading.documents.range(&diagnostic.place)?.start;
    let from = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[from..].lines().next()?;
    let (_, comment) = line.split_once("# ")?;
    comment.split_once(':')?.0.parse().ok()
}
