//! Where in a text each node stands: built only when a diagnostic of that document is shown.
//!
//! Values come from parsers that keep no places. This index reads a text a second time, for places alone: JSON with a
//! small scanner of its own (it has been parsed before, so the scanner may trust it), YAML with the events of
//! `saphyr-parser`. Where a text breaks off or the second reader is stricter than the first, what was found so far is
//! kept, and a place that is missing becomes the nearest one around it.

mod json;
mod yaml;

pub(crate) use yaml::too_deep;

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Range;

use methodical_diagnostic::Pointer;

/// How far aliases and merge keys are followed.
const LONGEST_ALIAS: usize = 32;
const NONE: u32 = u32::MAX;

/// The places of all nodes of one text.
#[derive(Debug, Default)]
pub(crate) struct Places {
    entries: Vec<Entry>,
}

/// One node. A large description has a million of them, so a key is kept as its hash and siblings as a linked list.
#[derive(Debug)]
struct Entry {
    token: u64,
    key: Option<Span>,
    value: Span,
    first_child: u32,
    next_sibling: u32,
    /// The entry that a YAML alias stands for.
    alias: u32,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

/// A key that one object has twice.
#[derive(Clone, Debug)]
pub(crate) struct Duplicate {
    pub(crate) key: String,
    pub(crate) first: Range<usize>,
    pub(crate) second: Range<usize>,
}

/// The syntax of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Json,
    Yaml,
    /// Anything else: it has no nodes.
    Text,
}

impl Places {
    pub(crate) fn of(text: &str, syntax: Syntax) -> Self {
        Builder::default().read(text, syntax).places
    }

    /// The bytes of the value at a pointer, or of the nearest value around it.
    pub(crate) fn value(&self, pointer: &Pointer) -> Option<Range<usize>> {
        self.entry(pointer).map(|(entry, _)| entry.value.range())
    }

    /// The bytes of the value at a pointer, if it was found itself.
    pub(crate) fn exact_value(&self, pointer: &Pointer) -> Option<Range<usize>> {
        self.entry(pointer).filter(|(_, exact)| *exact).map(|(entry, _)| entry.value.range())
    }

    /// The bytes of the key of the value at a pointer; of the value where it has none.
    pub(crate) fn key(&self, pointer: &Pointer) -> Option<Range<usize>> {
        self.entry(pointer).map(|(entry, _)| entry.key.unwrap_or(entry.value).range())
    }

    fn entry(&self, pointer: &Pointer) -> Option<(&Entry, bool)> {
        let mut at = 0;
        for token in pointer.tokens() {
            match self.find(at, token_hash(&token), LONGEST_ALIAS) {
                Some(child) => at = child,
                None => return Some((self.entries.get(at)?, false)),
            }
        }
        Some((self.entries.get(at)?, true))
    }

    /// The child with a token: a written one first, then one that a merge key brings.
    fn find(&self, parent: usize, token: u64, patience: usize) -> Option<usize> {
        let patience = patience.checked_sub(1)?;
        let parent = self.written(parent);
        if let Some(found) = self.children(parent).find(|child| self.entries[*child].token == token) {
            return Some(found);
        }
        let merge = self.children(parent).find(|child| self.entries[*child].token == token_hash("<<"))?;
        self.find(merge, token, patience).or_else(|| {
            let sources: Vec<_> = self.children(self.written(merge)).collect();
            sources.into_iter().find_map(|source| self.find(source, token, patience))
        })
    }

    /// The entry itself, or the one that an alias stands for.
    fn written(&self, at: usize) -> usize {
        match self.entries.get(at) {
            Some(entry) if entry.alias != NONE => entry.alias as usize,
            Some(_) | None => at,
        }
    }

    fn children(&self, parent: usize) -> impl Iterator<Item = usize> {
        let first = self.entries.get(parent).map(|entry| entry.first_child);
        std::iter::successors(first, |child| Some(self.entries.get(*child as usize)?.next_sibling))
            .take_while(|child| *child != NONE)
            .map(|child| child as usize)
    }
}

impl Span {
    fn new(range: Range<usize>) -> Self {
        // Texts are shorter than 4 GiB: reading refuses longer ones.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: offset(range.start), end: offset(range.end.max(range.start)) }
    }

    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

fn token_hash(token: &str) -> u64 {
    foldhash::quality::FixedState::default().hash_one(token)
}

/// The keys that an object has twice. Seldom anybody asks, so that places do without them.
pub(crate) fn duplicates(text: &str, syntax: Syntax) -> Vec<Duplicate> {
    let builder = Builder { duplicates: Some(Vec::new()), ..Builder::default() };
    builder.read(text, syntax).duplicates.unwrap_or_default()
}

/// Collects entries from a reader's events, in the order of the text.
#[derive(Default)]
struct Builder {
    places: Places,
    frames: Vec<Frame>,
    /// The keys that stand twice, if they are wanted.
    duplicates: Option<Vec<Duplicate>>,
}

/// A container that is still open.
struct Frame {
    entry: usize,
    last_child: u32,
    step: Step,
}

enum Step {
    /// In an object: the key that was read last, if its value has not come yet, and the keys so far, where they are wanted.
    Member { pending: Option<(u64, Span)>, seen: HashMap<u64, Span, foldhash::fast::RandomState> },
    /// In an array: how many items there were.
    Item(usize),
}

/// The two kinds of containers.
#[derive(Clone, Copy)]
enum Container {
    Object,
    Array,
}

impl Builder {
    fn read(mut self, text: &str, syntax: Syntax) -> Builder {
        match syntax {
            Syntax::Json => json::read(text, &mut self),
            Syntax::Yaml => yaml::read(text, &mut self),
            Syntax::Text => {}
        }
        self.finish()
    }

    /// Room for so many nodes, and more where there are more.
    fn reserve(&mut self, nodes: usize) {
        self.places.entries.reserve(nodes);
    }

    /// Whether what comes next is a key.
    fn awaits_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { step: Step::Member { pending: None, .. }, .. }))
    }

    fn key(&mut self, key: &str, range: Range<usize>) {
        let token = token_hash(key);
        let span = Span::new(range);
        if let Some(Frame { step: Step::Member { pending, seen }, .. }) = self.frames.last_mut() {
            *pending = Some((token, span));
            if let Some(duplicates) = &mut self.duplicates
                && let Some(first) = seen.insert(token, span).filter(|_| key != "<<")
            {
                let (first, second) = (first.range(), span.range());
                duplicates.push(Duplicate { key: key.to_owned(), first, second });
            }
        }
    }

    /// Adds a value, and returns its entry.
    fn value(&mut self, range: Range<usize>) -> usize {
        let at = self.places.entries.len();
        let (token, key) = match self.frames.last_mut() {
            Some(Frame { step: Step::Member { pending, .. }, .. }) => {
                pending.take().map_or((0, None), |(token, span)| (token, Some(span)))
            }
            Some(Frame { step: Step::Item(count), .. }) => {
                *count += 1;
                (token_hash(&(*count - 1).to_string()), None)
            }
            None => (0, None),
        };
        self.places.entries.push(Entry {
            token,
            key,
            value: Span::new(range),
            first_child: NONE,
            next_sibling: NONE,
            alias: NONE,
        });
        self.link(at as u32);
        at
    }

    fn link(&mut self, at: u32) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match frame.last_child {
            NONE => self.places.entries[frame.entry].first_child = at,
            previous => self.places.entries[previous as usize].next_sibling = at,
        }
        frame.last_child = at;
    }

    /// Opens a container at a byte, and returns its entry.
    fn open(&mut self, container: Container, start: usize) -> usize {
        let entry = self.value(start..start);
        let step = match container {
            Container::Object => Step::Member { pending: None, seen: HashMap::default() },
            Container::Array => Step::Item(0),
        };
        self.frames.push(Frame { entry, last_child: NONE, step });
        entry
    }

    /// Closes the innermost container at `end`; without one, at the end of its last child.
    fn close(&mut self, end: Option<usize>) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let last = self.places.entries.get(frame.last_child as usize).map(|child| child.value.end);
        let entry = &mut self.places.entries[frame.entry];
        let end = end.map(|end| end as u32).or(last).unwrap_or(entry.value.start);
        entry.value.end = end.max(entry.value.start);
    }

    /// Closes what is still open.
    fn finish(mut self) -> Builder {
        while !self.frames.is_empty() {
            self.close(None);
        }
        self
    }
}
