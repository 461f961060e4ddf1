//! The texts that diagnostics point into, and lines and columns in them.
//!
//! A place knows bytes at most. Lines and columns are counted here, for the few texts and places that are shown.

use std::collections::HashMap;
use std::ops::Range;

use crate::{DocumentId, Place};

/// What can show the documents that places point into.
///
/// An id that is unknown to it has an empty name and text; a place that it cannot find has no range.
pub trait Sources {
    /// The name by which a person knows the document, mostly a path.
    fn name(&self, document: DocumentId) -> &str;

    /// The whole text of the document.
    fn text(&self, document: DocumentId) -> &str;

    /// The bytes of the text that a place covers.
    fn range(&self, place: &Place) -> Option<Range<usize>>;
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The starts of the lines of a text, so that many positions in a large text cost one pass.
pub(crate) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let after_breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// The position of a byte offset. An offset beyond the end is the end; one within a character is its start.
    pub(crate) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        Position { line, column: text[start..offset].chars().count() + 1 }
    }

    /// The bytes of a line (from 1), without its line break. Empty beyond the last line.
    pub(crate) fn range(&self, text: &str, line: usize) -> Range<usize> {
        let Some(start) = line.checked_sub(1).and_then(|index| self.starts.get(index)).copied() else {
            return text.len()..text.len();
        };
        let end = self.starts.get(line).map_or(text.len(), |next| next - 1);
        start..start + text[start..end].trim_end_matches('\r').len()
    }

    /// How many lines there are.
    pub(crate) fn count(&self) -> usize {
        self.starts.len()
    }
}

/// The lines of each document, found once for a rendering.
#[derive(Default)]
pub(crate) struct LinesByDocument(HashMap<DocumentId, Lines>);

impl LinesByDocument {
    pub(crate) fn of(&mut self, document: DocumentId, text: &str) -> &Lines {
        self.0.entry(document).or_insert_with(|| Lines::of(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_at_either_break() {
        let text = "één\r\ntwee\n\n";
        let lines = Lines::of(text);
        let at = |offset| {
            let Position { line, column } = lines.position(text, offset);
            (line, column)
        };
        assert_eq!([at(0), at(2), at(3), at(7), at(99)], [(1, 1), (1, 2), (1, 2), (2, 1), (4, 1)]);
        assert_eq!(&text[lines.range(text, 1)], "één");
        assert_eq!(&text[lines.range(text, 2)], "twee");
        assert_eq!(&text[lines.range(text, 9)], "");
    }
}
