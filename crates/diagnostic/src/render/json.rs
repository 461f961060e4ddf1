//! Diagnostics as JSON for a program. The shape is published: see [`render_json`].

use serde::Serialize;

use crate::sources::{LinesByDocument, Position};
use crate::{Diagnostic, Diagnostics, Place, Related, Sources};

/// Writes the diagnostics, in the order of the list, as a JSON array with a line break at its end.
///
/// Each item is an object with all of these members:
///
/// | member | type | meaning |
/// |---|---|---|
/// | `code` | string | the kind, such as `document/broken-reference` |
/// | `severity` | string | `error`, `warning` or `note` |
/// | `message` | string | what is wrong |
/// | `file` | string or null | the name of the document; null where it lies in none |
/// | `line`, `column` | integer or null | the first character of the place, both from 1; columns count characters |
/// | `end_line`, `end_column` | integer or null | the character after the place |
/// | `pointer` | string or null | the JSON pointer of the node (RFC 6901), where the place is one |
/// | `help` | string or null | the way out |
/// | `notes` | array of strings | further facts |
/// | `related` | array of objects | further places: `message`, and the members from `file` to `pointer` as above |
///
/// Members may be added in later versions; those here keep their meaning.
pub fn render_json(diagnostics: &Diagnostics, sources: &dyn Sources) -> String {
    let mut lines = LinesByDocument::default();
    let items: Vec<_> = diagnostics.iter().map(|diagnostic| item(diagnostic, sources, &mut lines)).collect();
    // Strings, integers and nulls only: there is nothing in it that JSON cannot say.
    let mut json = serde_json::to_string_pretty(&items).unwrap_or_else(|_| "[]".to_owned());
    json.push('\n');
    json
}

#[derive(Serialize)]
struct Item<'d> {
    code: &'d str,
    severity: &'d str,
    message: &'d str,
    #[serde(flatten)]
    spot: Spot<'d>,
    help: Option<&'d str>,
    notes: &'d [String],
    related: Vec<RelatedItem<'d>>,
}

#[derive(Serialize)]
struct RelatedItem<'d> {
    message: &'d str,
    #[serde(flatten)]
    spot: Spot<'d>,
}

#[derive(Serialize)]
struct Spot<'d> {
    file: Option<&'d str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    pointer: Option<&'d str>,
}

fn item<'d>(diagnostic: &'d Diagnostic, sources: &'d dyn Sources, lines: &mut LinesByDocument) -> Item<'d> {
    let mut related_item =
        |related: &'d Related| RelatedItem { message: &related.message, spot: spot(&related.place, sources, lines) };
    let related = diagnostic.related.iter().map(&mut related_item).collect();
    Item {
        code: diagnostic.code,
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        spot: spot(&diagnostic.place, sources, lines),
        help: diagnostic.help.as_deref(),
        notes: &diagnostic.notes,
        related,
    }
}

fn spot<'d>(place: &'d Place, sources: &'d dyn Sources, lines: &mut LinesByDocument) -> Spot<'d> {
    let found = place.document().and_then(|document| {
        let range = sources.range(place)?;
        let text = sources.text(document);
        let lines = lines.of(document, text);
        Some((lines.position(text, range.start), lines.position(text, range.end)))
    });
    let (start, end): (Option<Position>, Option<Position>) = found.unzip();
    Spot {
        file: place.document().map(|document| sources.name(document)),
        line: start.map(|position| position.line),
        column: start.map(|position| position.column),
        end_line: end.map(|position| position.line),
        end_column: end.map(|position| position.column),
        pointer: place.pointer().map(|pointer| pointer.as_str()),
    }
}
