//! Two terms side by side, with everything below: which facts differ, and where. Each pair of places is looked at once; what leads from
//! one to another is kept, so that a change in a shared type is found from everywhere, circles included.

mod alternatives;
mod idle;
mod lists;
mod objects;
mod scalars;
mod types;
mod words;

pub(super) use words::quoted;

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use methodical_diagnostic::Origin;
use methodical_model::Api;
use serde_json::Value as Json;

use super::change::{SchemaChange, SchemaChangeId, SchemaChangeKind, Verdict};
use super::engine::Engine;
use super::inclusion::{Answer, Facet, Gap};
use super::normal::Normal;
use super::place::{Key, Place};
use super::roles;
use super::space::{Term, Version};
use crate::Way;

/// Two terms in their places.
#[derive(Debug, Clone)]
pub(super) struct Pair<'a> {
    pub(super) way: Way,
    /// Of the old version and of the new one.
    pub(super) terms: [Term; 2],
    places: [Place<'a>; 2],
    /// The named type in which they stand.
    owner: Option<String>,
    /// Where in that.
    path: Rc<str>,
    mask: Mask,
    /// Whether values travel as text.
    textual: bool,
}

/// Whether what one alternative refuses another one accepts, the least known first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Mask {
    None,
    /// Another one has all that is sent.
    Accepted,
    /// Only one accepts it that is open, and knows nothing of some members.
    Overlooked,
}

/// What is wrong with a value that only an open alternative accepts.
const OVERLOOKED: &str = "only an alternative accepts it that does not know all of its members";

/// A step from a value into it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Member(String),
    Item(usize),
    /// Any item behind those that have schemas of their own.
    Items(usize),
    /// Any member without a name of its own.
    Others,
    /// Any member whose name matches a pattern.
    Patterned(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct PairKey {
    way: Way,
    terms: [Term; 2],
    places: [Key; 2],
    mask: Mask,
}

/// What was found at a pair.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) pair: Pair<'a>,
    pub(super) changes: Vec<SchemaChangeId>,
    pub(super) below: Vec<(Step, usize)>,
}

/// All pairs that were looked at, and all changes.
#[derive(Debug, Default)]
pub(super) struct Graph<'a> {
    /// By what they are, wherever in a type they stand.
    pairs: HashMap<PairKey, Vec<usize>>,
    pub(super) found: Vec<Found<'a>>,
    changes: Vec<SchemaChange>,
    /// Values of the places that changes happened at, which show them.
    pub(super) shown_by: Vec<Option<Json>>,
    known: HashMap<ChangeKey, SchemaChangeId>,
}

/// What makes two changes one: the same fact, written in the same places.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ChangeKey {
    way: Way,
    kind: SchemaChangeKind,
    origins: [Option<Origin>; 2],
    path: String,
    message: String,
}

impl<'a> Pair<'a> {
    pub(super) fn root(
        way: Way,
        terms: [Term; 2],
        places: [Place<'a>; 2],
        apis: [&'a Api; 2],
        textual: bool,
    ) -> Pair<'a> {
        Pair { way, terms, places, owner: owner(places, apis), path: Rc::from(""), mask: Mask::None, textual }
    }

    fn key(&self) -> PairKey {
        let places = self.places.map(|place| place.key());
        PairKey { way: self.way, terms: self.terms, places, mask: self.mask }
    }

    pub(super) fn roles(&self) -> (Term, Term) {
        roles(self.way, self.terms)
    }
}

/// The name of a component that both sides are. A type that got its name from its place is none.
fn owner(places: [Place<'_>; 2], apis: [&Api; 2]) -> Option<String> {
    let names = [0, 1].map(|side: usize| places[side].type_id().map(|id| apis[side].type_def(id).name.wire.as_str()));
    let [Some(old), Some(new)] = names else { return None };
    (!old.starts_with('/') && !new.starts_with('/')).then(|| new.to_owned())
}

impl Step {
    fn path(&self, path: &str) -> String {
        let token = match self {
            Step::Member(name) => name.replace('~', "~0").replace('/', "~1"),
            Step::Item(index) => index.to_string(),
            Step::Items(_) | Step::Others | Step::Patterned(_) => "*".to_owned(),
        };
        format!("{path}/{token}")
    }
}

impl<'a> Graph<'a> {
    pub(super) fn change(&self, id: SchemaChangeId) -> &SchemaChange {
        &self.changes[id.0]
    }

    /// The id of a change: a new one, unless the same was found from elsewhere.
    /// Where an alternative beside it makes it harmless in one place, what it does in others counts.
    pub(super) fn register(&mut self, change: SchemaChange, shown_by: Option<Json>) -> SchemaChangeId {
        let origins = [change.old.clone(), change.new.clone()];
        let (path, message) = (change.path.clone(), change.message.clone());
        let key = ChangeKey { way: change.way, kind: change.kind, origins, path, message };
        let next = SchemaChangeId(self.changes.len());
        let id = *self.known.entry(key).or_insert(next);
        if id == next {
            self.changes.push(change);
            self.shown_by.push(shown_by);
        } else if change.verdict.rank() > self.changes[id.0].verdict.rank() {
            self.changes[id.0].verdict = change.verdict;
            self.shown_by[id.0] = shown_by;
        }
        id
    }

    /// All changes at a pair and below it, in the order in which they are come upon.
    pub(super) fn reached(&mut self, engine: &mut Engine<'a>, pair: Pair<'a>) -> Vec<SchemaChangeId> {
        let root = self.look_at(engine, pair);
        let (mut seen, mut waiting) = (HashSet::from([root]), VecDeque::from([root]));
        let (mut reached, mut counted) = (Vec::new(), HashSet::new());
        while let Some(position) = waiting.pop_front() {
            let found = &self.found[position];
            reached.extend(found.changes.iter().copied().filter(|id| counted.insert(*id)));
            waiting.extend(found.below.iter().map(|(_, below)| *below).filter(|below| seen.insert(*below)));
        }
        let gravest = reached.iter().map(|id| self.change(*id).verdict.rank()).max().unwrap_or(0);
        if gravest < Verdict::Breaking.rank() {
            reached.extend(self.break_together(engine, root, gravest));
        }
        reached
    }

    /// What changes come to together, of which none breaks anything by itself.
    fn break_together(&mut self, engine: &mut Engine<'a>, root: usize, gravest: u8) -> Option<SchemaChangeId> {
        let pair = self.found[root].pair.clone();
        let (writer, reader) = pair.roles();
        let (verdict, shown_by) = match engine.included(writer, reader) {
            Answer::Included => return None,
            Answer::Not(value) => (Verdict::Breaking, Some((*value).clone())),
            Answer::Unknown(reason) => (Verdict::Undecided(reason.to_owned()), None),
        };
        if verdict.rank() <= gravest {
            return None;
        }
        let mut visit = Visit { engine, graph: self, pair, at: root };
        let draft = Draft {
            message: "What changed here excludes more together than each change by itself.".to_owned(),
            ..visit.draft(SchemaChangeKind::ExclusionChanged)
        };
        Some(visit.put(draft, verdict, shown_by))
    }

    /// The position of a pair among those found; it and all below are looked at if they were not before.
    pub(super) fn look_at(&mut self, engine: &mut Engine<'a>, pair: Pair<'a>) -> usize {
        let root = self.enter(pair);
        let mut next = self.found.len().min(root.1);
        while next < self.found.len() {
            let pair = self.found[next].pair.clone();
            Visit { engine, graph: self, pair, at: next }.run();
            next += 1;
        }
        root.0
    }

    /// The position of a pair, and from which position on pairs are still to be looked at. In schemas without names that lead back to
    /// themselves, what is above a place is met again below it, and is that.
    fn enter(&mut self, pair: Pair<'a>) -> (usize, usize) {
        let end = self.found.len();
        let same = self.pairs.entry(pair.key()).or_default();
        let is_above = |position: &&usize| {
            let known = &self.found[**position].pair;
            known.path == pair.path || known.owner == pair.owner && pair.path.starts_with(&*known.path)
        };
        if let Some(position) = same.iter().find(is_above) {
            return (*position, end);
        }
        same.push(end);
        self.found.push(Found { pair, changes: Vec::new(), below: Vec::new() });
        (end, end)
    }
}

/// The look at one pair.
struct Visit<'v, 'a> {
    engine: &'v mut Engine<'a>,
    graph: &'v mut Graph<'a>,
    pair: Pair<'a>,
    at: usize,
}

/// A change before it is judged.
struct Draft<'a> {
    kind: SchemaChangeKind,
    origins: [&'a Origin; 2],
    /// A member or an item below the pair that it is about.
    step: Option<Step>,
    before: Option<String>,
    after: Option<String>,
    message: String,
}

impl<'a> Visit<'_, 'a> {
    fn run(mut self) {
        let normals = self.pair.terms.map(|term| self.engine.normal(term));
        self.compare_facts(&normals);
        self.compare_idle(&normals);
    }

    fn compare_facts(&mut self, normals: &[Rc<Normal>; 2]) {
        let before = self.graph.found[self.at].changes.len();
        self.compare_types(normals);
        self.compare_kinds(normals);
        let found = &self.graph.found[self.at];
        if !found.below.is_empty() {
            return;
        }
        if found.changes.len() == before {
            return self.compare_whole();
        }
        let hurts = found.changes.iter().any(|id| self.graph.change(*id).verdict.hurts());
        let have_rest = normals.iter().any(|normal| normal.cases.iter().any(|case| !case.rest.is_empty()));
        if !hurts && have_rest {
            self.compare_once_more();
        }
    }

    /// Changes that break nothing by themselves may do so together, where a value has to match one alternative and no other.
    fn compare_once_more(&mut self) {
        let (writer, reader) = self.pair.roles();
        if let Answer::Not(value) = self.engine.included(writer, reader) {
            let draft = Draft {
                message: "More or fewer alternatives match the same value, of which exactly one has to.".to_owned(),
                ..self.draft(SchemaChangeKind::ExclusionChanged)
            };
            self.add(draft, Verdict::Breaking, Some((*value).clone()));
        }
    }

    /// What is left where no fact differs: something that is excluded.
    fn compare_whole(&mut self) {
        let draft = Draft {
            message: "What it excludes beside its types and limits is not the same any more.".to_owned(),
            ..self.draft(SchemaChangeKind::ExclusionChanged)
        };
        let (writer, reader) = self.pair.roles();
        match self.engine.included(writer, reader) {
            Answer::Included => {
                if self.engine.included(reader, writer) != Answer::Included {
                    self.add(draft, Verdict::Compatible, None);
                }
            }
            Answer::Not(value) => self.add(draft, Verdict::Breaking, Some((*value).clone())),
            Answer::Unknown(reason) => {
                self.add(draft, Verdict::Undecided(reason.to_owned()), None);
            }
        }
    }

    fn api(&self, version: Version) -> &'a Api {
        self.engine.space.api(version)
    }

    fn draft(&self, kind: SchemaChangeKind) -> Draft<'a> {
        let origins = self.pair.places.map(|place| place.origin());
        Draft { kind, origins, step: None, before: None, after: None, message: String::new() }
    }

    /// A change that breaks if there is a gap.
    fn judge(&mut self, draft: Draft<'a>, gaps: &[Gap], facet: &Facet, otherwise: Verdict) {
        let gaps: Vec<&Gap> = gaps.iter().filter(|gap| gap.facet == *facet).collect();
        let values: Vec<Json> = gaps.iter().flat_map(|gap| gap.shown_by.iter().cloned()).collect();
        match gaps.first() {
            None => self.add(draft, otherwise, None),
            Some(gap) => {
                let doubt = gap.doubt;
                self.judge_by(draft, values, doubt);
            }
        }
    }

    /// A change that breaks if one of the values shows it.
    fn judge_by(&mut self, draft: Draft<'a>, values: Vec<Json>, doubt: Option<&'static str>) {
        let (writer, reader) = self.pair.roles();
        let shown = values.into_iter().find(|value| self.engine.shows(writer, reader, value));
        match shown {
            Some(value) => self.add(draft, Verdict::Breaking, Some(value)),
            None => {
                let reason = doubt.unwrap_or("no value could be made that shows it");
                let verdict = match self.engine.included(writer, reader) {
                    Answer::Included => Verdict::Compatible,
                    Answer::Not(_) | Answer::Unknown(_) => Verdict::Undecided(reason.to_owned()),
                };
                self.add(draft, verdict, None);
            }
        }
    }

    fn add(&mut self, draft: Draft<'a>, verdict: Verdict, shown_by: Option<Json>) {
        self.put(draft, verdict, shown_by);
    }

    fn put(&mut self, draft: Draft<'a>, verdict: Verdict, shown_by: Option<Json>) -> SchemaChangeId {
        let hurts = verdict.hurts();
        let verdict = match self.pair.mask {
            Mask::Accepted if hurts => Verdict::Compatible,
            Mask::Overlooked if hurts => Verdict::Risky(OVERLOOKED.to_owned()),
            Mask::None | Mask::Accepted | Mask::Overlooked => verdict,
        };
        let path = match &draft.step {
            Some(step) => step.path(&self.pair.path),
            None => self.pair.path.to_string(),
        };
        let change = SchemaChange {
            way: self.pair.way,
            kind: draft.kind,
            old: Some(draft.origins[0].clone()),
            new: Some(draft.origins[1].clone()),
            owner: self.pair.owner.clone(),
            path,
            before: draft.before,
            after: draft.after,
            message: draft.message,
            verdict,
        };
        let id = self.graph.register(change, shown_by);
        let changes = &mut self.graph.found[self.at].changes;
        if !changes.contains(&id) {
            changes.push(id);
        }
        id
    }

    /// Looks at what is below, unless it means the same, or one side says nothing of it since it says nothing at all.
    fn below(&mut self, step: Step, terms: [Term; 2], places: [Place<'a>; 2]) {
        if terms[0] == terms[1] || self.pair.terms.contains(&Term::ANY) {
            return;
        }
        let places = [Version::Old, Version::New].map(|version| {
            let place = places[version as usize];
            let component = self.engine.space.component(version, terms[version as usize]).filter(|_| place.is_below());
            component.map_or(place, |id| Place::of_type(self.api(version), id))
        });
        let named = owner(places, [Version::Old, Version::New].map(|version| self.api(version)));
        let path = if named.is_some() { Rc::from("") } else { Rc::from(step.path(&self.pair.path)) };
        let owner = named.or_else(|| self.pair.owner.clone());
        let Pair { way, textual, mask, .. } = self.pair;
        let pair = Pair { way, terms, places, owner, path, mask, textual };
        let (position, _) = self.graph.enter(pair);
        let below = &mut self.graph.found[self.at].below;
        if !below.contains(&(step.clone(), position)) {
            below.push((step, position));
        }
    }
}
