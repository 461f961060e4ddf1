//! A whole value that shows a change: the value of the place that the change happened at, with a value of everything around it that both
//! versions accept, as far as there is one.

use std::collections::{HashMap, VecDeque};

use serde_json::Value as Json;

use super::change::{SchemaChangeId, Undecided};
use super::engine::Engine;
use super::facts::Objects;
use super::inclusion::free_name;
use super::normal::{Facts, Normal};
use super::pattern::matched;
use super::sample::Wish;
use super::space::Term;
use super::walk::{Graph, Pair, Step};

/// How many ways of putting a value around another are tried at each step.
const TRIED: usize = 12;

impl<'a> Graph<'a> {
    pub(super) fn witness(
        &mut self,
        engine: &mut Engine<'a>,
        pair: Pair<'a>,
        id: SchemaChangeId,
    ) -> Result<Json, Undecided> {
        let undecided = |reason: &str| Undecided(reason.to_owned());
        let (writer, reader) = pair.roles();
        let root = self.look_at(engine, pair);
        let way = self.way(root, id).ok_or_else(|| undecided("the change is not reached from here"))?;
        let mut value =
            self.shown_by.get(id.0).cloned().flatten().ok_or_else(|| undecided("no value shows the change"))?;
        for (position, step) in way.iter().rev() {
            let (writer, reader) = self.found[*position].pair.roles();
            value = engine
                .around(writer, reader, step, &value)
                .ok_or_else(|| undecided("no value was found for what is around it"))?;
        }
        if engine.shows(writer, reader, &value) {
            return Ok(value);
        }
        Err(undecided("what shows it at its place is accepted as a whole, or could not be made whole"))
    }

    /// The shortest way to a change: pairs, each with the step that leads on from it.
    fn way(&self, root: usize, id: SchemaChangeId) -> Option<Vec<(usize, Step)>> {
        let mut from: HashMap<usize, Option<(usize, Step)>> = HashMap::from([(root, None)]);
        let mut waiting = VecDeque::from([root]);
        while let Some(position) = waiting.pop_front() {
            if self.found[position].changes.contains(&id) {
                let mut way = Vec::new();
                let mut at = position;
                while let Some(Some((before, step))) = from.get(&at) {
                    way.push((*before, step.clone()));
                    at = *before;
                }
                way.reverse();
                return Some(way);
            }
            for (step, below) in &self.found[position].below {
                if !from.contains_key(below) {
                    from.insert(*below, Some((position, step.clone())));
                    waiting.push_back(*below);
                }
            }
        }
        None
    }
}

impl Engine<'_> {
    /// A value that has another one in it: acceptable to the writer, and to the reader but for that one.
    fn around(&mut self, writer: Term, reader: Term, step: &Step, value: &Json) -> Option<Json> {
        let both = self.space.both(writer, reader);
        let mut candidates = Vec::new();
        for term in [both, writer] {
            let normal = self.normal(term);
            self.wrap(&normal, step, value, &mut candidates);
        }
        let sent: Vec<Json> =
            candidates.into_iter().filter(|value| self.accepts(writer, value) == Some(true)).take(TRIED).collect();
        let refused = sent.iter().find(|value| self.accepts(reader, value) == Some(false)).cloned();
        refused.or_else(|| sent.into_iter().next())
    }

    fn wrap(&mut self, normal: &Normal, step: &Step, value: &Json, wrapped: &mut Vec<Json>) {
        for case in normal.cases.iter().filter(|case| case.values.is_none()).take(TRIED) {
            let member = |name: String| Wish { members: vec![(name, value.clone())], ..Wish::default() };
            let wish = match (&case.facts, step) {
                (Facts::Objects(_), Step::Member(name)) => member(name.clone()),
                (Facts::Objects(objects), Step::Others) => member(free_name(objects, &Objects::any())),
                (Facts::Objects(_), Step::Patterned(pattern)) => member(matched(pattern).unwrap_or_default()),
                (Facts::Lists(_), Step::Item(index) | Step::Items(index)) => {
                    Wish { item: Some((*index, value.clone())), ..Wish::default() }
                }
                (Facts::Numbers(_) | Facts::Texts(_) | Facts::Lists(_) | Facts::Objects(_), _) => continue,
            };
            wrapped.extend(self.sample_case(case, &wish));
        }
    }
}
