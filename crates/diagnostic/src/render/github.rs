//! Diagnostics as workflow commands of GitHub Actions, which shows them at the lines of a pull request.

use super::spot::Spot;
use crate::sources::LinesByDocument;
use crate::{Diagnostic, Diagnostics, Severity, Sources};

/// Writes one command a line: `::error file=..,line=..,col=..,title=..::message`. What was suppressed is left out.
pub fn render_github(diagnostics: &Diagnostics, sources: &dyn Sources) -> String {
    let mut lines = LinesByDocument::default();
    diagnostics.iter().map(|diagnostic| command(diagnostic, sources, &mut lines) + "\n").collect()
}

fn command(diagnostic: &Diagnostic, sources: &dyn Sources, lines: &mut LinesByDocument) -> String {
    let level = match diagnostic.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let spot = Spot::of(&diagnostic.place, sources, lines);
    let number = |name: &str, value: Option<usize>| value.map(|value| format!("{name}={value}"));
    // GitHub takes columns only where both ends lie in one line.
    let columns = spot.line == spot.end_line;
    let properties = [
        spot.file.map(|file| format!("file={}", github_property(file))),
        number("line", spot.line),
        number("endLine", spot.end_line),
        number("col", spot.column.filter(|_| columns)),
        number("endColumn", spot.end_column.filter(|_| columns)),
        Some(format!("title={}", github_property(diagnostic.code))),
    ];
    let properties: Vec<_> = properties.into_iter().flatten().collect();
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let notes = diagnostic.notes.iter().map(|note| format!("note: {note}"));
    let text: Vec<_> = std::iter::once(diagnostic.message.clone()).chain(help).chain(notes).collect();
    format!("::{level} {}::{}", properties.join(","), github_text(&text.join("\n")))
}

/// The text of a command of GitHub Actions: what would end it is escaped.
pub fn github_text(text: &str) -> String {
    escaped(text, false)
}

/// A property of a command of GitHub Actions: what would end it, or the command, is escaped.
pub fn github_property(text: &str) -> String {
    escaped(text, true)
}

fn escaped(text: &str, is_property: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            ':' if is_property => escaped.push_str("%3A"),
            ',' if is_property => escaped.push_str("%2C"),
            other => escaped.push(other),
        }
    }
    escaped
}
