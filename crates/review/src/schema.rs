//! Two schemas compared by what they accept.
//!
//! Equal meaning has equal numbers (`hash`), so that what did not change costs next to nothing. What did is brought to normal forms
//! (`normal`), which are walked side by side (`walk`): each difference is a change at its own place, once for each way in which values
//! travel, however many places refer to it. Whether it breaks anybody is a question of inclusion (`inclusion`), and the answer "yes"
//! needs a value that the validator accepts on the writer's side and refuses on the reader's.
//!
//! A writer sends the members that it declares; a reader reads as its schema says. So a new optional member is no break for readers
//! that are not closed, although a stranger might have sent another value under its name.

mod annotations;
mod change;
mod draft;
mod engine;
mod facts;
mod hash;
mod inclusion;
mod normal;
mod pattern;
mod place;
mod sample;
mod space;
#[cfg(test)]
mod tests;
mod textual;
mod walk;
mod witness;

use methodical_document::Value;
use methodical_model::{Api, Canonical, Schema};
use serde_json::Value as Json;

use crate::Way;
use annotations::Annotations;
pub use change::SchemaChangeKind;
pub(crate) use change::{SchemaChange, SchemaChangeId, Undecided, Verdict};
use engine::Engine;
pub(crate) use pattern::{Found, search};
use place::Place;
use space::Term;
pub(crate) use space::Version;
use walk::{Graph, Pair};

/// A schema of one version, in place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) canonical: &'a Canonical,
    /// Whether values travel as text, so that `1` is a text as well as a number.
    pub(crate) textual: bool,
}

/// Compares schemas of two versions, and remembers what it has compared.
pub(crate) struct Comparer<'a> {
    engine: Engine<'a>,
    graph: Graph<'a>,
    annotations: Annotations<'a>,
}

impl<'a> Comparer<'a> {
    pub(crate) fn new(old: &'a Api, new: &'a Api) -> Comparer<'a> {
        Comparer { engine: Engine::new(old, new), graph: Graph::default(), annotations: Annotations::default() }
    }

    /// All changes that are reached from a place, those of the named types in it included. A change in a type that several places
    /// refer to has one id.
    pub(crate) fn compare(&mut self, way: Way, old: Side<'a>, new: Side<'a>) -> Vec<SchemaChangeId> {
        let mut reached = match self.pair(way, old, new) {
            Some(pair) => self.graph.reached(&mut self.engine, pair),
            None => Vec::new(),
        };
        let apis = [Version::Old, Version::New].map(|version| self.engine.space.api(version));
        reached.extend(self.annotations.reached(&mut self.graph, apis, way, [old.schema, new.schema]));
        reached
    }

    /// Whether the validator accepts a value of a schema of a version. `None`: it is too intricate to be sure.
    pub(crate) fn accepts(&mut self, version: Version, schema: &Value, value: &Json) -> Option<bool> {
        let term = self.engine.space.made_term(version, schema.clone());
        self.engine.accepts(term, value)
    }

    pub(crate) fn change(&self, id: SchemaChangeId) -> &SchemaChange {
        self.graph.change(id)
    }

    /// A whole value of this place that shows a change of it: for requests one that was valid and is not any more, for responses one
    /// that is valid and was not. The validator has confirmed it on both schemas.
    pub(crate) fn witness(
        &mut self,
        way: Way,
        old: Side<'a>,
        new: Side<'a>,
        id: SchemaChangeId,
    ) -> Result<Json, Undecided> {
        let nothing = || Undecided("the change is not reached from here".to_owned());
        let pair = self.pair(way, old, new).ok_or_else(nothing)?;
        self.graph.witness(&mut self.engine, pair, id)
    }

    /// The two sides as what is compared. `None`: they mean the same.
    fn pair(&mut self, way: Way, old: Side<'a>, new: Side<'a>) -> Option<Pair<'a>> {
        let space = &mut self.engine.space;
        let terms =
            [space.written(Version::Old, &old.canonical.value), space.written(Version::New, &new.canonical.value)];
        let apis = [Version::Old, Version::New].map(|version| space.api(version));
        let places = [Place::of(apis[0], old.schema), Place::of(apis[1], new.schema)];
        if terms[0] == terms[1] {
            return None;
        }
        let textual = old.textual && new.textual;
        let terms = if textual { self.textual([old, new], terms) } else { terms };
        (terms[0] != terms[1]).then(|| Pair::root(way, terms, places, apis, textual))
    }

    fn textual(&mut self, sides: [Side<'a>; 2], mut terms: [Term; 2]) -> [Term; 2] {
        let space = &mut self.engine.space;
        let [old, new] = sides.map(|side| &side.canonical.value);
        for (own, other) in [((Version::Old, old), (Version::New, new)), ((Version::New, new), (Version::Old, old))] {
            if let Some(loosened) = textual::loosened(space, own, other) {
                terms[own.0 as usize] = space.made_term(own.0, loosened);
            }
        }
        terms
    }
}

impl Way {
    /// Of two of old and new, the writer's and the reader's.
    pub(crate) fn roles<T: Copy>(self, [old, new]: [T; 2]) -> (T, T) {
        match self {
            Way::Request => (old, new),
            Way::Response => (new, old),
        }
    }

    /// Whether the new version is the one that writes.
    fn is_written_by_new(self) -> bool {
        match self {
            Way::Request => false,
            Way::Response => true,
        }
    }
}

/// What the writer and the reader want.
fn roles(way: Way, terms: [Term; 2]) -> (Term, Term) {
    way.roles(terms)
}
