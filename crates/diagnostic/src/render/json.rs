//! Diagnostics as JSON for a program. The shape is published: see [`render_json`].

use serde::Serialize;

use super::spot::Spot;
use crate::sources::LinesByDocument;
use crate::{Diagnostic, Diagnostics, Related, Sources};

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
/// | `suppressed` | string or null | why the author does not want to hear of it; those that have a reason come last |
/// | `related` | array of objects | further places: `message`, and the members from `file` to `pointer` as above |
///
/// Members may be added in later versions; those here keep their meaning.
pub fn render_json(diagnostics: &Diagnostics, sources: &dyn Sources) -> String {
    render_json_of_all(&[(diagnostics, sources)])
}

/// Writes the diagnostics of several descriptions as one such array, one description after the other.
pub fn render_json_of_all(all: &[(&Diagnostics, &dyn Sources)]) -> String {
    let mut items = Vec::new();
    for (diagnostics, sources) in all {
        let mut lines = LinesByDocument::default();
        let found = diagnostics.iter().map(|diagnostic| (diagnostic, None));
        let suppressed = diagnostics.suppressed().iter().map(|one| (&one.diagnostic, Some(one.reason.as_str())));
        let found = found.chain(suppressed);
        items.extend(found.map(|(diagnostic, reason)| item(diagnostic, reason, *sources, &mut lines)));
    }
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
    suppressed: Option<&'d str>,
    related: Vec<RelatedItem<'d>>,
}

#[derive(Serialize)]
struct RelatedItem<'d> {
    message: &'d str,
    #[serde(flatten)]
    spot: Spot<'d>,
}

fn item<'d>(
    diagnostic: &'d Diagnostic,
    suppressed: Option<&'d str>,
    sources: &'d dyn Sources,
    lines: &mut LinesByDocument,
) -> Item<'d> {
    let mut related_item = |related: &'d Related| RelatedItem {
        message: &related.message,
        spot: Spot::of(&related.place, sources, lines),
    };
    let related = diagnostic.related.iter().map(&mut related_item).collect();
    Item {
        code: diagnostic.code,
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        spot: Spot::of(&diagnostic.place, sources, lines),
        help: diagnostic.help.as_deref(),
        notes: &diagnostic.notes,
        suppressed,
        related,
    }
}
