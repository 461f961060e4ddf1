//! Where in a text each node stands: built only when a diagnostic of that document is shown.
//!
//! Values come from parsers that keep no places. This index reads a text a second time, for places alone: JSON with a
//! small scanner of its own (it has been parsed before, so the scanner may trust it), YAML with the events of
//! `saphyr-parser`. Where a text breaks off or the second reader is stricter than the first, what was found so far is
//! kept, and a place that is missing becomes the nearest one around it.
//!
//! Of JSON only what lies near the root is read at first: what is deeper is passed over, and read when a place in it is asked for.
//! Few of a description's parts ever are, and passing over takes a fraction of the time and none of the memory.

mod json;
mod yaml;

pub(crate) use yaml::too_deep;

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use methodical_diagnostic::Pointer;

/// How far aliases and merge keys are followed.
const LONGEST_ALIAS: usize = 32;
const NONE: u32 = u32::MAX;
/// In the place of a first child: there may be children, which have not been read.
const FOLDED: u32 = NONE - 1;
/// How many levels of JSON are read at once: a component or an operation of a description is read when it is needed.
const LEVELS: usize = 3;

/// The places of all nodes of one text.
#[derive(Debug, Default)]
pub(crate) struct Places {
    entries: Vec<Entry>,
    /// What was read of folded nodes, by entry.
    unfolded: Mutex<HashMap<u32, Arc<Places>>>,
}

/// A node that was found.
struct Found {
    key: Option<Span>,
    value: Span,
    /// Whether it is the one that was looked for, and not one around it.
    exact: bool,
}

/// One node. A large description has very many of them, so a key is kept as its hash and siblings as a linked list.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        Builder { levels: LEVELS, ..Builder::default() }.read(text, syntax).places
    }

    /// The bytes of the value at a pointer, or of the nearest value around it.
    ///
    /// The text is the one that the places are of, here and below.
    pub(crate) fn value(&self, text: &str, pointer: &Pointer) -> Option<Range<usize>> {
        self.find(text, pointer).map(|found| found.value.range())
    }

    /// The bytes of the value at a pointer, if it was found itself.
    pub(crate) fn exact_value(&self, text: &str, pointer: &Pointer) -> Option<Range<usize>> {
        self.find(text, pointer).filter(|found| found.exact).map(|found| found.value.range())
    }

    /// The bytes of the key of the value at a pointer; of the value where it has none.
    pub(crate) fn key(&self, text: &str, pointer: &Pointer) -> Option<Range<usize>> {
        self.find(text, pointer).map(|found| found.key.unwrap_or(found.value).range())
    }

    fn find(&self, text: &str, pointer: &Pointer) -> Option<Found> {
        let tokens: Vec<u64> = pointer.tokens().map(|token| token_hash(&token)).collect();
        self.find_below_root(text, &tokens)
    }

    fn find_below_root(&self, text: &str, tokens: &[u64]) -> Option<Found> {
        let mut at = 0;
        for (depth, token) in tokens.iter().enumerate() {
            if self.entries.get(at)?.first_child == FOLDED {
                return self.find_in_folded(text, at, &tokens[depth..]);
            }
            match self.child(at, *token, LONGEST_ALIAS) {
                Some(child) => at = child,
                None => return Some(Found { exact: false, ..self.entries.get(at)?.found() }),
            }
        }
        Some(self.entries.get(at)?.found())
    }

    fn find_in_folded(&self, text: &str, at: usize, tokens: &[u64]) -> Option<Found> {
        let itself = self.entries[at].found();
        let text = text.get(itself.value.range())?;
        let mut unfolded = self.unfolded.lock().unwrap_or_else(PoisonError::into_inner);
        let places = Arc::clone(unfolded.entry(at as u32).or_insert_with(|| Arc::new(Places::of(text, Syntax::Json))));
        drop(unfolded);
        let found = places.find_below_root(text, tokens)?;
        let moved = |span: Span| Span { start: span.start + itself.value.start, end: span.end + itself.value.start };
        match moved(found.value) {
            // Nothing below it is the nearest, and only here its key is known.
            value if value == itself.value => Some(Found { exact: false, ..itself }),
            value => Some(Found { key: found.key.map(moved), value, exact: found.exact }),
        }
    }

    /// The child with a token: a written one first, then one that a merge key brings.
    fn child(&self, parent: usize, token: u64, patience: usize) -> Option<usize> {
        let patience = patience.checked_sub(1)?;
        let parent = self.written(parent);
        if let Some(found) = self.children(parent).find(|child| self.entries[*child].token == token) {
            return Some(found);
        }
        let merge = self.children(parent).find(|child| self.entries[*child].token == token_hash("<<"))?;
        self.child(merge, token, patience).or_else(|| {
            let sources: Vec<_> = self.children(self.written(merge)).collect();
            sources.into_iter().find_map(|source| self.child(source, token, patience))
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
            .take_while(|child| *child < FOLDED)
            .map(|child| child as usize)
    }
}

impl Entry {
    fn found(&self) -> Found {
        Found { key: self.key, value: self.value, exact: true }
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
    let builder = Builder { duplicates: Some(Vec::new()), levels: usize::MAX, ..Builder::default() };
    builder.read(text, syntax).duplicates.unwrap_or_default()
}

/// Collects entries from a reader's events, in the order of the text.
#[derive(Default)]
struct Builder {
    places: Places,
    frames: Vec<Frame>,
    /// The keys that stand twice, if they are wanted.
    duplicates: Option<Vec<Duplicate>>,
    /// How many levels of JSON are read.
    levels: usize,
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

    /// Whether a container that begins here lies deeper than is read.
    fn folds(&self) -> bool {
        self.frames.len() >= self.levels
    }

    /// Adds a container that is not read.
    fn folded(&mut self, range: Range<usize>) {
        let entry = self.value(range);
        self.places.entries[entry].first_child = FOLDED;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of the value at a pointer, and that of its key.
    fn texts<'t>(text: &'t str, places: &Places, pointer: &str) -> (&'t str, &'t str) {
        let pointer = Pointer::parse(pointer).unwrap();
        let of = |range: Option<Range<usize>>| &text[range.unwrap()];
        (of(places.value(text, &pointer)), of(places.key(text, &pointer)))
    }

    #[test]
    fn what_is_deep_is_found_as_what_is_near() {
        let deep = r#"{"x": [{"]": "\"}", "y": {"z/": [[1, {}], [2, {"é": {"last": [null]}}]]}}]}"#;
        let text = format!(r#"{{"a": {{"b": {{"c": {deep}, "d": {{}}}}}}, "e": 3}}"#);
        let places = Places::of(&text, Syntax::Json);
        let check = |pointer: &str, value: &str, key: &str| {
            // Twice: what was read is remembered.
            for _ in 0..2 {
                assert_eq!(texts(&text, &places, pointer), (value, key), "{pointer}");
            }
        };
        check("/e", "3", r#""e""#);
        check("/a/b/d", "{}", r#""d""#);
        check("/a/b/c", deep, r#""c""#);
        check("/a/b/c/x/0/]", r#""\"}""#, r#""]""#);
        check("/a/b/c/x/0/y/z~1/0/0", "1", "1");
        check("/a/b/c/x/0/y/z~1/1/1/é/last/0", "null", "null");
        check("/a/b/c/x/0/y/z~1/1/1/é/last", "[null]", r#""last""#);
        // What is not there is found where it would be.
        check("/a/b/c/none/x", deep, r#""c""#);
        check("/a/b/d/none", "{}", r#""d""#);
        check("/a/b/c/x/0/y/z~1/1/1/none", r#"{"é": {"last": [null]}}"#, r#"{"é": {"last": [null]}}"#);
        let missing = Pointer::parse("/a/b/c/none").unwrap();
        assert_eq!(places.exact_value(&text, &missing), None);
    }
}
