//! The cases of one type: counted values, and alternatives, each beside the one of the other version that it was or became.

use std::rc::Rc;

use serde_json::Value as Json;

use super::words::{listed, quoted};
use super::{Mask, OVERLOOKED, Step, Visit};
use crate::schema::change::{SchemaChangeKind, Verdict};
use crate::schema::draft::Rest;
use crate::schema::inclusion::{Answer, Wanted};
use crate::schema::normal::{Case, Facts, Kind, Normal};
use crate::schema::place::Place;
use crate::schema::space::{Term, Version};

/// How many values that came or went are told one by one.
const TOLD: usize = 40;

impl<'a> Visit<'_, 'a> {
    pub(super) fn compare_kinds(&mut self, normals: &[Rc<Normal>; 2]) {
        let is_text = self.is_text_on_one_side([&normals[0], &normals[1]]);
        for kind in Kind::ALL.into_iter().filter(|kind| !is_text || *kind != Kind::Number) {
            let [old, new] = [0, 1].map(|side| normals[side].of_kind(kind).collect::<Vec<_>>());
            if !old.is_empty() && !new.is_empty() {
                let counted = |cases: &[&Case]| cases.iter().all(|case| case.values.is_some());
                let open = |cases: &[&Case]| cases.iter().all(|case| case.values.is_none());
                self.compare_values(&old, &new);
                // That all values are counted now, or not any more, says it all.
                if !(counted(&old) && open(&new) || open(&old) && counted(&new)) {
                    self.compare_alternatives(&old, &new);
                }
            }
        }
    }

    fn compare_values(&mut self, old: &[&Case], new: &[&Case]) {
        let counted = |cases: &[&Case]| cases.iter().find_map(|case| case.values.clone());
        let has_others = |cases: &[&Case]| cases.iter().any(|case| case.values.is_none());
        match (counted(old), counted(new)) {
            (None, None) => {}
            (Some(values), None) if !has_others(old) => self.counting(&values, false, new),
            (None, Some(values)) if !has_others(new) => self.counting(&values, true, old),
            (before, after) => {
                let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
                let lacks =
                    |values: &[Json], value: &Json| !values.iter().any(|other| methodical_wire::equal(other, value));
                let gone: Vec<&Json> = before.iter().filter(|value| lacks(&after, value)).collect();
                let come: Vec<&Json> = after.iter().filter(|value| lacks(&before, value)).collect();
                for (values, is_new) in [(gone, false), (come, true)] {
                    values.iter().take(TOLD).for_each(|value| self.value_change(value, is_new));
                    self.more_values(values.get(TOLD..).unwrap_or_default(), is_new);
                }
            }
        }
    }

    /// Values that are counted now, or are not any more.
    fn counting(&mut self, values: &[Json], is_new: bool, others: &[&Case]) {
        let kind = if is_new { SchemaChangeKind::EnumAdded } else { SchemaChangeKind::EnumRemoved };
        let shown: Vec<String> = values.iter().take(TOLD).map(quoted).collect();
        let shown = listed(&shown, "or");
        let mut draft = self.draft(kind);
        draft.message =
            if is_new { format!("It has to be {shown} now.") } else { format!("It need not be {shown} any more.") };
        (draft.before, draft.after) = if is_new { (None, Some(shown)) } else { (Some(shown), None) };
        let writes_free = is_new != self.pair.way.is_written_by_new();
        let mut candidates: Vec<Json> = if writes_free { Vec::new() } else { values.to_vec() };
        if writes_free {
            for case in others {
                candidates.extend(self.engine.samples_of(case));
            }
        }
        let (writer, reader) = self.pair.roles();
        match self.engine.included(writer, reader) {
            Answer::Included => self.add(draft, Verdict::Compatible, None),
            Answer::Not(value) => {
                candidates.push((*value).clone());
                self.judge_by(draft, candidates, None);
            }
            Answer::Unknown(reason) => self.judge_by(draft, candidates, Some(reason)),
        }
    }

    fn compare_alternatives(&mut self, old: &[&Case], new: &[&Case]) {
        let open = |cases: &[&Case]| -> Vec<Case> {
            cases.iter().filter(|case| case.values.is_none()).map(|case| (*case).clone()).collect()
        };
        let (mut old, mut new) = (open(old), open(new));
        let are_several = old.len() > 1 || new.len() > 1;
        let same = |one: &Case, two: &Case| one.facts == two.facts && one.rest == two.rest;
        old.retain(|case| {
            let position = new.iter().position(|other| same(case, other));
            position.map(|position| new.remove(position)).is_none()
        });
        if old.is_empty() && new.is_empty() {
            return;
        }
        let (writer, reader) = self.pair.roles();
        let is_masked = are_several && self.engine.included(writer, reader) == Answer::Included;
        for (case, other) in self.matched(&mut old, &mut new) {
            let (sent, _) = self.pair.way.roles([&case, &other]);
            let mask = if !is_masked {
                Mask::None
            } else if self.engine.is_known(sent, writer, reader) {
                Mask::Accepted
            } else {
                Mask::Overlooked
            };
            self.compare_cases([&case, &other], are_several, mask);
        }
        old.iter().for_each(|case| self.alternative_change(case, false));
        new.iter().for_each(|case| self.alternative_change(case, true));
    }

    /// Which alternative became which: by tag, by name, by what they have in common. They are taken out of the lists.
    fn matched(&mut self, old: &mut Vec<Case>, new: &mut Vec<Case>) -> Vec<(Case, Case)> {
        let mut matched = Vec::new();
        if old.len() == 1 && new.len() == 1 {
            matched.extend(old.pop().zip(new.pop()));
            return matched;
        }
        let mut likeness: Vec<(u32, usize, usize)> = Vec::new();
        for (left, case) in old.iter().enumerate() {
            for (right, other) in new.iter().enumerate() {
                let alike = self.likeness(case, other);
                if alike > 0 {
                    likeness.push((alike, left, right));
                }
            }
        }
        likeness.sort_by(|one, two| two.0.cmp(&one.0).then((one.1, one.2).cmp(&(two.1, two.2))));
        let (mut taken_old, mut taken_new) = (vec![false; old.len()], vec![false; new.len()]);
        for (_, left, right) in likeness {
            if !taken_old[left] && !taken_new[right] {
                (taken_old[left], taken_new[right]) = (true, true);
                matched.push((old[left].clone(), new[right].clone()));
            }
        }
        let keep = |cases: &mut Vec<Case>, taken: &[bool]| {
            let mut position = 0;
            cases.retain(|_| {
                position += 1;
                !taken[position - 1]
            });
        };
        keep(old, &taken_old);
        keep(new, &taken_new);
        matched
    }

    fn likeness(&mut self, one: &Case, two: &Case) -> u32 {
        let same_name = self.case_name(one).is_some_and(|name| Some(name) == self.case_name(two));
        let (Facts::Objects(left), Facts::Objects(right)) = (&one.facts, &two.facts) else {
            return if same_name { 1_000 } else { 1 };
        };
        if self.engine.are_apart(one, two) {
            return 0;
        }
        let common = left.members.keys().filter(|name| right.members.contains_key(*name)).count();
        let all = left.members.len().max(right.members.len()).max(1);
        let share = u32::try_from(common * 100 / all).unwrap_or(0);
        if same_name {
            1_000 + share
        } else if share >= 50 {
            share
        } else {
            0
        }
    }

    /// The name of an alternative.
    fn case_name(&self, case: &Case) -> Option<String> {
        let name = case.named.map(|(version, id)| self.api(version).type_def(id).name.wire.as_str());
        name.filter(|name| !name.starts_with('/')).map(str::to_owned)
    }

    /// An alternative that came or went.
    fn alternative_change(&mut self, case: &Case, is_new: bool) {
        let kind = if is_new { SchemaChangeKind::AlternativeAdded } else { SchemaChangeKind::AlternativeRemoved };
        let mut draft = self.draft(kind);
        let name = match self.case_name(case) {
            Some(name) => format!("`{name}`"),
            None => self.told_by_tag(case).unwrap_or_else(|| kind_name(&case.facts).to_owned()),
        };
        draft.message = if is_new {
            format!("There is one more alternative: {name}.")
        } else {
            format!("The alternative {name} is gone.")
        };
        (draft.before, draft.after) = if is_new { (None, Some(name)) } else { (Some(name), None) };
        if is_new != self.pair.way.is_written_by_new() {
            return self.add(draft, Verdict::Compatible, None);
        }
        let (writer, reader) = self.pair.roles();
        let reads = self.engine.normal(reader);
        match self.engine.case_included(case, writer, &reads, reader) {
            Answer::Included if self.engine.is_known(case, writer, reader) => {
                self.add(draft, Verdict::Compatible, None);
            }
            Answer::Included => self.add(draft, Verdict::Risky(OVERLOOKED.to_owned()), None),
            Answer::Not(value) => self.add(draft, Verdict::Breaking, Some((*value).clone())),
            Answer::Unknown(reason) => {
                let samples = self.engine.samples_of(case);
                self.judge_by(draft, samples, Some(reason));
            }
        }
    }

    /// An alternative without a name, by a constant that it has.
    fn told_by_tag(&mut self, case: &Case) -> Option<String> {
        let Facts::Objects(objects) = &case.facts else { return None };
        let required: Vec<(String, Term)> = objects
            .sent()
            .filter(|(_, member)| member.required)
            .map(|(name, member)| (name.clone(), member.term))
            .collect();
        required.into_iter().find_map(|(name, term)| {
            let values = self.engine.only_values(term)?;
            let [only] = values.as_slice() else { return None };
            Some(format!("an object whose `{name}` is {}", quoted(only)))
        })
    }

    /// The places of the values of two alternatives.
    fn case_places(&self, cases: [&Case; 2]) -> [Place<'a>; 2] {
        let place = |version: Version| {
            let own = self.pair.places[version as usize];
            match cases[version as usize].named {
                Some((of, id)) if of == version => Place::of_type(self.api(version), id),
                Some(_) | None => own,
            }
        };
        [place(Version::Old), place(Version::New)]
    }

    fn compare_cases(&mut self, cases: [&Case; 2], are_several: bool, mask: Mask) {
        let case_places = self.case_places(cases);
        let places = std::mem::replace(&mut self.pair.places, case_places);
        let owner = self.pair.owner.clone();
        let path = Rc::clone(&self.pair.path);
        if let (Some(_), Some(name)) = (self.case_name(cases[0]), self.case_name(cases[1])) {
            (self.pair.owner, self.pair.path) = (Some(name), Rc::from(""));
        }
        let was_masked = self.pair.mask;
        self.pair.mask = mask.max(was_masked);
        let (writer, reader) = self.pair.way.roles(cases);
        let (of, _) = self.pair.roles();
        let gaps = self.engine.gaps((writer, of), reader, Wanted::OwnValues);
        match (&cases[0].facts, &cases[1].facts) {
            (Facts::Numbers(old), Facts::Numbers(new)) => self.compare_numbers(old, new, &gaps),
            (Facts::Texts(old), Facts::Texts(new)) => self.compare_texts(old, new, &gaps),
            (Facts::Lists(old), Facts::Lists(new)) => self.compare_lists(old, new, &gaps),
            (Facts::Objects(old), Facts::Objects(new)) => self.compare_objects(old, new, &gaps),
            (Facts::Numbers(_) | Facts::Texts(_) | Facts::Lists(_) | Facts::Objects(_), _) => {}
        }
        self.compare_rest(cases, are_several);
        (self.pair.places, self.pair.mask) = (places, was_masked);
        (self.pair.owner, self.pair.path) = (owner, path);
    }

    /// What has to hold beside the facts. That one of several alternatives exactly has to match follows from the alternatives.
    fn compare_rest(&mut self, cases: [&Case; 2], are_several: bool) {
        let told = |case: &Case| -> Vec<Rest> {
            let counts = |rest: &&Rest| !(are_several && matches!(rest, Rest::Exactly(_)));
            case.rest.iter().filter(counts).cloned().collect()
        };
        let [old, new] = [told(cases[0]), told(cases[1])];
        if old.len() == new.len() && old.iter().all(|rest| new.contains(rest)) {
            return;
        }
        let mut draft = self.draft(SchemaChangeKind::ExclusionChanged);
        draft.message = "What it excludes beside its types and limits is not the same any more.".to_owned();
        let (writer, reader) = self.pair.roles();
        match self.engine.included(writer, reader) {
            Answer::Included => self.add(draft, Verdict::Compatible, None),
            Answer::Not(value) => self.add(draft, Verdict::Breaking, Some((*value).clone())),
            Answer::Unknown(reason) => {
                let (case, _) = self.pair.way.roles(cases);
                let samples = self.engine.samples_of(case);
                self.judge_by(draft, samples, Some(reason));
            }
        }
    }

    pub(super) fn below_member(&mut self, name: &str, terms: [Term; 2]) {
        let places = [Version::Old, Version::New]
            .map(|version| self.pair.places[version as usize].member(self.api(version), name));
        self.below(Step::Member(name.to_owned()), terms, places);
    }
}

fn kind_name(facts: &Facts) -> &'static str {
    match facts {
        Facts::Numbers(_) => "a number",
        Facts::Texts(_) => "a string",
        Facts::Lists(_) => "a list",
        Facts::Objects(_) => "an object",
    }
}
