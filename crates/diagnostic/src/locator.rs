//! Places as a person writes them in a sentence: `spec/openapi.yaml:12`.

use std::cell::RefCell;

use crate::sources::LinesByDocument;
use crate::{Place, Sources};

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
}
