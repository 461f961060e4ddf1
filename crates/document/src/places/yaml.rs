//! Places in a YAML text, from the events of `saphyr-parser`.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, Span};

use super::{Builder, Container};

pub(super) fn read(text: &str, builder: &mut Builder) {
    let offsets = Offsets::of(text);
    let mut reader = Reader { text, offsets, builder, anchors: HashMap::new() };
    for event in Parser::new_from_str(text) {
        // After an error the parser has nothing more to say; what came before it is good.
        let Ok((event, span)) = event else { break };
        if reader.read(&event, span).is_none() {
            break;
        }
    }
}

/// Where a text is nested deeper than saphyr allows in brackets (255 levels), which it finds out in linear time.
pub(crate) fn too_deep(text: &str) -> Option<Range<usize>> {
    let error = Parser::new_from_str(text).find_map(Result::err)?;
    let at = Offsets::of(text).byte(text, error.marker().index());
    (error.info() == "recursion limit exceeded").then_some(at..at)
}

struct Reader<'t> {
    text: &'t str,
    offsets: Offsets,
    builder: &'t mut Builder,
    /// The entry of each anchor.
    anchors: HashMap<usize, usize>,
}

impl Reader<'_> {
    /// Takes in one event. `None` when the rest of the text has no places: a second document, or a key that is no scalar.
    fn read(&mut self, event: &Event<'_>, span: Span) -> Option<()> {
        let range = self.range(span);
        match event {
            Event::Scalar(text, _, anchor, _) => {
                if self.builder.awaits_key() {
                    self.builder.key(text, range);
                } else {
                    let entry = self.builder.value(range);
                    self.anchors.insert(*anchor, entry);
                }
            }
            Event::Alias(anchor) => self.alias(*anchor, range)?,
            Event::SequenceStart(anchor, _) => self.open(Container::Array, *anchor, range)?,
            Event::MappingStart(anchor, _) => self.open(Container::Object, *anchor, range)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(range),
            Event::DocumentEnd => return None,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
        Some(())
    }

    fn open(&mut self, container: Container, anchor: usize, range: Range<usize>) -> Option<()> {
        if self.builder.awaits_key() {
            return None;
        }
        let entry = self.builder.open(container, range.start);
        self.anchors.insert(anchor, entry);
        Some(())
    }

    /// A flow container ends at its bracket; a block has no end of its own, and ends with its last child.
    fn close(&mut self, range: Range<usize>) {
        let bracket = self.text[..range.end].ends_with(['}', ']']) && !range.is_empty();
        self.builder.close(bracket.then_some(range.end));
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Option<()> {
        if self.builder.awaits_key() {
            return None;
        }
        let entry = self.builder.value(range);
        if let Some(target) = self.anchors.get(&anchor) {
            self.builder.places.entries[entry].alias = *target as u32;
        }
        Some(())
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = self.offsets.byte(self.text, span.start.index());
        let end = self.offsets.byte(self.text, span.end.index()).max(start);
        start..start + self.text[start..end].trim_end().len()
    }
}

/// How far apart the remembered characters are.
const STRIDE: usize = 64;

/// The byte offsets of characters: saphyr counts characters, everybody else bytes.
struct Offsets {
    /// The byte offset of each 64th character; empty when all are ASCII, and both counts agree.
    landmarks: Vec<usize>,
}

impl Offsets {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self { landmarks: Vec::new() };
        }
        Self { landmarks: text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect() }
    }

    fn byte(&self, text: &str, character: usize) -> usize {
        if self.landmarks.is_empty() {
            return character.min(text.len());
        }
        let Some(landmark) = self.landmarks.get(character / STRIDE) else {
            return text.len();
        };
        text[*landmark..].char_indices().nth(character % STRIDE).map_or(text.len(), |(at, _)| landmark + at)
    }
}
