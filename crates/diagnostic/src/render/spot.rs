//! A place in lines and columns, as programs are told of it.

use serde::Serialize;

use crate::sources::{LinesByDocument, Position};
use crate::{Place, Sources};

/// A place; what is not known of it is null.
#[derive(Serialize)]
pub(super) struct Spot<'d> {
    pub(super) file: Option<&'d str>,
    pub(super) line: Option<usize>,
    pub(super) column: Option<usize>,
    pub(super) end_line: Option<usize>,
    pub(super) end_column: Option<usize>,
    pub(super) pointer: Option<&'d str>,
}

impl<'d> Spot<'d> {
    pub(super) fn of(place: &'d Place, sources: &'d dyn Sources, lines: &mut LinesByDocument) -> Self {
        let found = place.document().and_then(|document| {
            let range = sources.range(place)?;
            let text = sources.text(document);
            let lines = lines.of(document, text);
            Some((lines.position(text, range.start), lines.position(text, range.end)))
        });
        let (start, end): (Option<Position>, Option<Position>) = found.unzip();
        Self {
            file: place.document().map(|document| sources.name(document)),
            line: start.map(|position| position.line),
            column: start.map(|position| position.column),
            end_line: end.map(|position| position.line),
            end_column: end.map(|position| position.column),
            pointer: place.pointer().map(|pointer| pointer.as_str()),
        }
    }
}
