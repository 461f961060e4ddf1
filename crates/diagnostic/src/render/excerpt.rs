//! The few lines of a text that are shown around a place.
//!
//! miette would show whole lines, and a JSON document is often one line of megabytes. So each line is cut to a window
//! around the place before miette sees it, and what it is given is this small text, with the true line and column.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::sources::{Lines, Position};

/// How many characters of a line are shown at most.
const WINDOW: usize = 84;
/// How many of them stand before the place, when the line has to be cut.
const LEAD: usize = 28;
/// How many lines are shown before and after the line of the place.
const CONTEXT: usize = 1;
const ELLIPSIS: &str = "...";

/// A small text around a place.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    /// The line of the document (from 0) with which the excerpt begins.
    first_line: usize,
    /// The place, in bytes of the excerpt.
    range: Range<usize>,
    position: Position,
}

impl Excerpt {
    /// Cuts the excerpt for a byte range. Of a range over several lines, its first line is marked.
    pub(super) fn cut(name: &str, text: &str, lines: &Lines, range: Range<usize>) -> Self {
        let position = lines.position(text, range.start);
        let first = position.line.saturating_sub(CONTEXT).max(1);
        // The line after the last line break holds nothing to see.
        let ends_with_break = text.ends_with('\n') && position.line < lines.count();
        let last = (position.line + CONTEXT).min(lines.count() - usize::from(ends_with_break));
        let mut excerpt =
            Self { name: name.to_owned(), text: String::new(), first_line: first - 1, range: 0..0, position };
        for line in first..=last {
            let content = &text[lines.range(text, line)];
            let start = excerpt.text.len();
            if line == position.line {
                let marked = mark_in_line(text, lines, line, &range);
                let window = push_window(&mut excerpt.text, content, marked);
                excerpt.range = start + window.start..start + window.end;
            } else {
                push_window(&mut excerpt.text, content, 0..0);
            }
            excerpt.text.push('\n');
        }
        excerpt
    }

    /// The place, in bytes of the excerpt.
    pub(super) fn span(&self) -> SourceSpan {
        (self.range.start, self.range.len()).into()
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context, miette asks for the position of the place; with it, for the text to be shown.
        let (line, column) = match (before, after) {
            (0, 0) => (self.position.line - 1, self.position.column - 1),
            _ => (self.first_line, 0),
        };
        let data = match (before, after) {
            (0, 0) => self.text.as_bytes().get(span.offset()..span.offset() + span.len()).unwrap_or_default(),
            _ => self.text.as_bytes(),
        };
        let whole: SourceSpan = (0, self.text.len()).into();
        let count = self.text.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, whole, line, column, count)))
    }
}

/// The part of the place that lies in its first line, in bytes of that line.
fn mark_in_line(text: &str, lines: &Lines, line: usize, range: &Range<usize>) -> Range<usize> {
    let whole = lines.range(text, line);
    let start = text.floor_char_boundary(range.start).clamp(whole.start, whole.end);
    let end = text.floor_char_boundary(range.end).clamp(start, whole.end);
    start - whole.start..end - whole.start
}

/// Appends the window of a line that shows `marked`, and returns where the mark now lies, relative to the window.
fn push_window(out: &mut String, line: &str, marked: Range<usize>) -> Range<usize> {
    let begin = out.len();
    if line.chars().count() <= WINDOW {
        push_printable(out, line);
        return marked;
    }
    let before = line[..marked.start].char_indices().rev().take(LEAD).last();
    let start = before.map_or(marked.start, |(at, _)| at);
    let end = line[start..].char_indices().nth(WINDOW).map_or(line.len(), |(at, _)| start + at);
    if start > 0 {
        out.push_str(ELLIPSIS);
    }
    let shift = out.len() - begin;
    push_printable(out, &line[start..end]);
    if end < line.len() {
        out.push_str(ELLIPSIS);
    }
    marked.start - start + shift..marked.end.min(end) - start + shift
}

/// Control characters of a hostile document must not reach a terminal; a space takes the place of each.
fn push_printable(out: &mut String, text: &str) {
    for character in text.chars() {
        if character.is_control() && character != '\t' {
            out.extend(std::iter::repeat_n(' ', character.len_utf8()));
        } else {
            out.push(character);
        }
    }
}
