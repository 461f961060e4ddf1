//! Places as a person writes them in a sentence: `spec/openapi.yaml:12`.

use std::cell::RefCell;

use crate::sources::LinesByDocument;
use crate::{Place, Sources};

/// A place in a text as people and programs name it. Lines and columns are from 1; columns count characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The name of the document.
    pub file: String,
    /// The line of the first character.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// The line of the character after the last.
    pub end_line: usize,
    /// Its column.
    pub end_column: usize,
}

/// Names the file and line of many places; each document's lines are counted once.
pub struct Locator<'s> {
    sources: &'s dyn Sources,
    lines: RefCell<LinesByDocument>,
}

impl std::fmt::Debug for Locator<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Locator").finish_non_exhaustive()
    }
}

impl<'s> Locator<'s> {
    /// A locator for places in these sources.
    pub fn new(sources: &'s dyn Sources) -> Self {
        Self { sources, lines: RefCell::default() }
    }

    /// `file:line` of a place; the file alone where the line is not known; empty where the place is nowhere.
    pub fn line(&self, place: &Place) -> String {
        let Some(document) = place.document() else {
            return String::new();
        };
        let name = self.sources.name(document);
        let Some(range) = self.sources.range(place) else {
            return name.to_owned();
        };
        let text = self.sources.text(document);
        let mut lines = self.lines.borrow_mut();
        let position = lines.of(document, text).position(text, range.start);
        format!("{name}:{}", position.line)
    }

    /// The place as a range of its text. `None` where it lies in none.
    pub fn spot(&self, place: &Place) -> Option<Spot> {
        let document = place.document()?;
        let range = self.sources.range(place)?;
        let text = self.sources.text(document);
        let mut lines = self.lines.borrow_mut();
        let lines = lines.of(document, text);
        let (start, end) = (lines.position(text, range.start), lines.position(text, range.end));
        Some(Spot {
            file: self.sources.name(document).to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        })
    }

    /// The text of a document's lines, from `first` to `last`, both from 1; shorter at its end. Each is cut after `width` characters.
    pub fn text(&self, place: &Place, first: usize, last: usize, width: usize) -> Vec<String> {
        let Some(document) = place.document() else {
            return Vec::new();
        };
        let text = self.sources.text(document);
        let mut lines = self.lines.borrow_mut();
        let lines = lines.of(document, text);
        let last = last.min(lines.count());
        (first..=last).map(|line| text[lines.range(text, line)].chars().take(width).collect()).collect()
    }
}
