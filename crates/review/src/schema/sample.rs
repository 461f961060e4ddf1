//! Values of a term: as small as can be, or with a member, an item or a count that shows something. They are guesses, which the
//! validator confirms.

mod texts;

use std::collections::{BTreeMap, BTreeSet};

use methodical_wire::{Exact, Pattern};
use serde_json::{Map, Value as Json};

use super::engine::Engine;
use super::facts::{Lists, Numbers, Objects};
use super::inclusion::free_name;
use super::normal::{Case, Facts, Normal};
use super::pattern::matched;
use super::space::Term;

/// How a value should be, beside what it has to be.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    /// Members with these values.
    pub(super) members: Vec<(String, Json)>,
    /// A member that has to be there.
    pub(super) with: Option<String>,
    /// A member that must not be there.
    pub(super) without: Option<String>,
    /// An item at a position.
    pub(super) item: Option<(usize, Json)>,
    /// So many items or members, or more.
    pub(super) count: Option<u64>,
    /// All members that are declared.
    pub(super) full: bool,
}

/// How deep values are nested.
const DEEPEST: u32 = 16;
/// How many values are put together for one.
const SAMPLES: u32 = 500;
/// How many items or members a value may have.
const LARGEST: u64 = 1_000;

impl Engine<'_> {
    /// A small value of a term.
    pub(super) fn sample(&mut self, term: Term) -> Option<Json> {
        if let Some(known) = self.samples.get(&term) {
            return Some(known.clone());
        }
        self.go_deeper()?;
        let normal = self.normal(term);
        let value = self.sample_normal(&normal);
        self.sampled -= 1;
        if let Some(value) = &value {
            self.samples.insert(term, value.clone());
        }
        value
    }

    /// One value within another. `None`: that would be too deep, or too many.
    fn go_deeper(&mut self) -> Option<()> {
        if self.sampled == 0 {
            self.samples_left = SAMPLES;
        }
        if self.sampled >= DEEPEST || self.samples_left == 0 {
            return None;
        }
        self.samples_left -= 1;
        self.sampled += 1;
        Some(())
    }

    fn sample_normal(&mut self, normal: &Normal) -> Option<Json> {
        let truth = || [false, true].into_iter().find(|truth| normal.booleans[usize::from(*truth)]).map(Json::Bool);
        let null = normal.null.then_some(Json::Null);
        if self.sampled > DEEPEST / 2
            && let Some(plain) = null.clone().or_else(truth)
        {
            return Some(plain);
        }
        let first = normal.cases.iter().find_map(|case| self.sample_case(case, &Wish::default()));
        first.or_else(truth).or(null)
    }

    /// Some values of a case: the smallest, and one with all that is declared.
    pub(super) fn samples_of(&mut self, case: &Case) -> Vec<Json> {
        if let Facts::Numbers(numbers) = &case.facts
            && case.values.is_none()
        {
            return numbers.samples();
        }
        if let Facts::Texts(texts) = &case.facts
            && case.values.is_none()
        {
            return self.text_samples(texts).into_iter().map(Json::from).collect();
        }
        if let Some(values) = &case.values {
            return values.clone();
        }
        let wishes =
            [Wish::default(), Wish { full: true, ..Wish::default() }, Wish { count: Some(2), ..Wish::default() }];
        let mut samples: Vec<Json> = wishes.iter().filter_map(|wish| self.sample_case(case, wish)).collect();
        if let Facts::Objects(objects) = &case.facts {
            let names: Vec<String> = objects.sent().map(|(name, _)| name.clone()).take(12).collect();
            for name in names {
                samples.extend(self.sample_case(case, &Wish { with: Some(name.clone()), ..Wish::default() }));
                samples.extend(self.sample_case(case, &Wish { without: Some(name), full: true, ..Wish::default() }));
            }
        }
        samples.dedup();
        samples
    }

    /// A value of a case as it is wished. `None`: none was found.
    pub(super) fn sample_case(&mut self, case: &Case, wish: &Wish) -> Option<Json> {
        if let Some(values) = &case.values {
            return values.first().cloned();
        }
        match &case.facts {
            Facts::Numbers(numbers) => numbers.samples().into_iter().next(),
            Facts::Texts(texts) => self.text_samples(texts).into_iter().next().map(Json::from),
            Facts::Lists(lists) => self.sample_list(lists, wish),
            Facts::Objects(objects) => self.sample_object(objects, wish),
        }
    }

    fn sample_list(&mut self, lists: &Lists, wish: &Wish) -> Option<Json> {
        let contained: u64 = lists.contains.iter().map(|(_, least, _)| *least).sum();
        let wished = wish.item.as_ref().map_or(0, |(index, _)| *index as u64 + 1);
        let count = lists.least.max(wish.count.unwrap_or(0)).max(wished).max(contained);
        if count > LARGEST || count > lists.longest() {
            return None;
        }
        let mut wanted = lists.contains.iter().flat_map(|(term, least, _)| (0..*least).map(move |_| *term));
        let mut items: Vec<Json> = Vec::new();
        for index in 0..usize::try_from(count).ok()? {
            if let Some((_, value)) = wish.item.as_ref().filter(|(at, _)| *at == index) {
                items.push(value.clone());
                continue;
            }
            let term = lists.item(index);
            let term = wanted.next().map_or(term, |contained| self.space.both(term, contained));
            let item = if lists.unique { self.another(term, &items)? } else { self.sample(term)? };
            items.push(item);
        }
        Some(Json::Array(items))
    }

    /// A value that is not among others.
    fn another(&mut self, term: Term, others: &[Json]) -> Option<Json> {
        self.go_deeper()?;
        let candidates = self.candidates(term, others.len());
        self.sampled -= 1;
        candidates.into_iter().find(|value| {
            !others.iter().any(|other| methodical_wire::equal(other, value)) && self.accepts(term, value) == Some(true)
        })
    }

    /// Values of a term, or nearly so, of which some differ from others.
    fn candidates(&mut self, term: Term, others: usize) -> Vec<Json> {
        let normal = self.normal(term);
        let mut candidates = self.only_values(term).unwrap_or_default();
        for case in &normal.cases {
            candidates.extend(self.samples_of(case));
            if let Facts::Texts(texts) = &case.facts {
                candidates.extend((0..=others).map(|number| Json::from(format!("item{number}"))));
                candidates
                    .retain(|value| value.as_str().is_none_or(|text| texts.patterns.is_empty() || text.len() < 64));
            }
            candidates.extend(if matches!(case.facts, Facts::Numbers(_)) {
                (0..=others).map(Json::from).collect()
            } else {
                Vec::new()
            });
        }
        candidates
    }

    fn sample_object(&mut self, objects: &Objects, wish: &Wish) -> Option<Json> {
        let mut members: BTreeMap<String, Json> = wish.members.iter().cloned().collect();
        let mut missing: Vec<String> = objects.sent().filter(|(_, member)| member.required).map(first).collect();
        missing.extend(wish.with.clone());
        let mut optional: Vec<String> = objects.sent().filter(|(_, member)| !member.required).map(first).collect();
        if wish.full {
            self.add_members(&mut members, objects, &optional, wish);
        }
        missing.extend(members.keys().flat_map(|name| objects.together.get(name)).flatten().cloned());
        let is_left_out = |name: &String| Some(name) == wish.without.as_ref();
        while let Some(name) = missing.pop() {
            if members.contains_key(&name) || is_left_out(&name) {
                continue;
            }
            let value = self.sample_member(objects, &name)?;
            missing.extend(objects.together.get(&name).into_iter().flatten().cloned());
            members.insert(name, value);
        }
        let count = objects.least.max(wish.count.unwrap_or(0)).min(LARGEST);
        optional.reverse();
        let mut passed: BTreeSet<String> = wish.without.iter().cloned().collect();
        while (members.len() as u64) < count {
            let name = match optional.pop() {
                Some(name) => name,
                None => self.more_name(objects, |name| members.contains_key(name) || passed.contains(name))?,
            };
            if members.contains_key(&name) || !passed.insert(name.clone()) {
                continue;
            }
            if let Some(value) = self.sample_member(objects, &name) {
                members.insert(name, value);
            } else if optional.is_empty() {
                return None;
            }
        }
        Some(Json::Object(members.into_iter().collect::<Map<String, Json>>()))
    }

    fn add_members(&mut self, members: &mut BTreeMap<String, Json>, objects: &Objects, names: &[String], wish: &Wish) {
        let known: BTreeSet<String> = members.keys().cloned().collect();
        for name in names.iter().filter(|name| !known.contains(*name) && wish.without.as_ref() != Some(*name)) {
            if let Some(value) = self.sample_member(objects, name) {
                members.insert(name.clone(), value);
            }
        }
    }

    fn sample_member(&mut self, objects: &Objects, name: &str) -> Option<Json> {
        let term = match objects.members.get(name) {
            Some(member) => member.term,
            None => objects.unnamed(name, &mut self.space),
        };
        self.sample(term)
    }

    /// The name of one more member, where a schema has members without names of their own.
    fn more_name(&mut self, objects: &Objects, is_taken: impl Fn(&str) -> bool) -> Option<String> {
        let patterned = objects.patterns.iter().filter(|(_, term)| **term != Term::NEVER);
        let patterned = patterned.filter_map(|(pattern, _)| matched(pattern)).find(|name| !is_taken(name));
        let is_open = objects.additional != Some(Term::NEVER);
        patterned.or_else(|| {
            let names = (0..LARGEST).map(|number| format!("{}{number}", free_name(objects, objects)));
            let mut free = names.filter(|name| {
                !is_taken(name) && !objects.patterns.keys().any(|pattern| Pattern::shared(pattern).matches(name))
            });
            is_open.then(|| free.next()).flatten()
        })
    }
}

fn first<T>((name, _): (&String, T)) -> String {
    name.clone()
}

impl Numbers {
    /// Some numbers that keep the facts, the simplest first.
    pub(super) fn samples(&self) -> Vec<Json> {
        let (least, most) = self.bounds();
        let mut candidates: Vec<Exact> = vec![Exact::Integer(0), Exact::Integer(1)];
        for bound in [least, most].into_iter().flatten() {
            candidates.extend(around(bound.value));
        }
        for step in self.steps.iter().copied() {
            let near = candidates.clone();
            candidates.extend(near.into_iter().flat_map(|number| multiples(number, step)));
        }
        candidates.extend(float(0.5));
        candidates.extend(
            least.zip(most).and_then(|(least, most)| float((least.value.as_f64() + most.value.as_f64()) / 2.0)),
        );
        let mut samples: Vec<Json> = Vec::new();
        for number in candidates.into_iter().filter(|number| self.accepts(*number)) {
            if let Some(value) = number_value(number)
                && !samples.contains(&value)
            {
                samples.push(value);
            }
        }
        samples
    }

    fn accepts(&self, number: Exact) -> bool {
        let (least, most) = self.bounds();
        let above = least.is_none_or(|bound| {
            let order = number.compare(bound.value);
            order.is_gt() || order.is_eq() && !bound.exclusive
        });
        let below = most.is_none_or(|bound| {
            let order = number.compare(bound.value);
            order.is_lt() || order.is_eq() && !bound.exclusive
        });
        let whole = !self.whole || matches!(number, Exact::Integer(_));
        above && below && whole && self.steps.iter().all(|step| number.is_multiple_of(*step))
    }
}

fn float(number: f64) -> Option<Exact> {
    Exact::parse(&format!("{number:?}"))
}

fn around(number: Exact) -> Vec<Exact> {
    let floats = [-1.0, -0.5, -0.001, 0.001, 0.5, 1.0].into_iter().filter_map(|off| float(number.as_f64() + off));
    match number {
        Exact::Integer(integer) => {
            let near = [0, -1, 1].into_iter().filter_map(|off| integer.checked_add(off)).map(Exact::Integer);
            near.chain(floats).collect()
        }
        Exact::Float(_) => [number].into_iter().chain(floats).collect(),
    }
}

/// Multiples of a step that are near a number.
fn multiples(number: Exact, step: Exact) -> Vec<Exact> {
    match (number, step) {
        (Exact::Integer(number), Exact::Integer(step)) if step != 0 => {
            let times = number.div_euclid(step);
            let near = [-1, 0, 1, 2].into_iter().filter_map(|off| times.checked_add(off)?.checked_mul(step));
            near.map(Exact::Integer).collect()
        }
        (number, step) => {
            let times = (number.as_f64() / step.as_f64()).floor();
            [-1.0, 0.0, 1.0, 2.0].into_iter().filter_map(|off| float((times + off) * step.as_f64())).collect()
        }
    }
}

fn number_value(number: Exact) -> Option<Json> {
    match number {
        Exact::Integer(integer) => {
            let small = i64::try_from(integer).ok().map(Json::from);
            small.or_else(|| u64::try_from(integer).ok().map(Json::from))
        }
        Exact::Float(float) => serde_json::Number::from_f64(float).map(Json::Number),
    }
}
