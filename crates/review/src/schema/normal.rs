//! The normal form of a term: for each type of JSON the values that are accepted, as a union of cases. Type lists, `nullable`,
//! constants, `allOf`, alternatives and conditions all come to the same here if they accept the same.

use std::rc::Rc;

use methodical_model::TypeId;
use methodical_wire::equal;
use serde_json::Value as Json;

use super::draft::{Draft, Drafts, Rest, Types};
use super::engine::Engine;
use super::facts::{Lists, Numbers, Objects, Texts, Values};
use super::space::{Term, Version};

/// What a term accepts.
#[derive(Debug, Default)]
pub(super) struct Normal {
    pub(super) null: bool,
    /// `false`, `true`.
    pub(super) booleans: [bool; 2],
    pub(super) cases: Vec<Case>,
}

/// Values of one type that keep these facts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Case {
    pub(super) facts: Facts,
    /// The only values, if they are counted. What else is said has been applied to them.
    pub(super) values: Values,
    pub(super) rest: Vec<Rest>,
    /// The named type that it is, where it is one of several alternatives.
    pub(super) named: Option<(Version, TypeId)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Facts {
    Numbers(Numbers),
    Texts(Texts),
    Lists(Lists),
    Objects(Objects),
}

/// The types that have cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    pub(super) const ALL: [Kind; 4] = [Kind::Number, Kind::Text, Kind::List, Kind::Object];

    pub(super) fn of(value: &Json) -> Option<Kind> {
        match value {
            Json::Null | Json::Bool(_) => None,
            Json::Number(_) => Some(Kind::Number),
            Json::String(_) => Some(Kind::Text),
            Json::Array(_) => Some(Kind::List),
            Json::Object(_) => Some(Kind::Object),
        }
    }

    pub(super) fn any(self) -> Facts {
        match self {
            Kind::Number => Facts::Numbers(Numbers::default()),
            Kind::Text => Facts::Texts(Texts::default()),
            Kind::List => Facts::Lists(Lists::any()),
            Kind::Object => Facts::Objects(Objects::any()),
        }
    }
}

impl Facts {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Facts::Numbers(_) => Kind::Number,
            Facts::Texts(_) => Kind::Text,
            Facts::Lists(_) => Kind::List,
            Facts::Objects(_) => Kind::Object,
        }
    }

    /// Whether a writer sends such a value: an object has the members that are declared.
    pub(super) fn does_send(&self, value: &Json) -> bool {
        match (self, value) {
            (Facts::Objects(objects), Json::Object(members)) => objects.does_send(members.keys()),
            (Facts::Numbers(_) | Facts::Texts(_) | Facts::Lists(_) | Facts::Objects(_), _) => true,
        }
    }

    /// Whether others name all that they name: of objects the members.
    pub(super) fn is_named_by(&self, other: &Facts) -> bool {
        match (self, other) {
            (Facts::Objects(objects), Facts::Objects(other)) => {
                other.additional.is_some() || objects.sent().all(|(name, _)| other.declares(name))
            }
            (Facts::Numbers(_) | Facts::Texts(_) | Facts::Lists(_) | Facts::Objects(_), _) => true,
        }
    }

    /// Whether nothing can keep them, as far as that is plain to see.
    fn is_impossible(&self) -> bool {
        match self {
            Facts::Numbers(numbers) => match numbers.bounds() {
                (Some(least), Some(most)) => {
                    let order = least.value.compare(most.value);
                    order.is_gt() || order.is_eq() && (least.exclusive || most.exclusive)
                }
                (None, _) | (_, None) => false,
            },
            Facts::Texts(texts) => texts.most.is_some_and(|most| most < texts.least),
            Facts::Lists(lists) => lists.longest() < lists.least,
            Facts::Objects(objects) => {
                let missing = objects
                    .members
                    .iter()
                    .any(|(name, member)| objects.is_required(name) && member.term == Term::NEVER);
                missing || objects.most.is_some_and(|most| most < objects.least)
            }
        }
    }
}

impl Case {
    /// Whether another case has to have a member that a writer of this one never sends.
    pub(super) fn never_is(&self, other: &Case) -> bool {
        match (&self.facts, &other.facts) {
            (Facts::Objects(own), Facts::Objects(objects)) => {
                let mut required = objects.members.keys().filter(|name| objects.is_required(name));
                self.values.is_none() && required.any(|name| own.never_sends(name))
            }
            (Facts::Numbers(_) | Facts::Texts(_) | Facts::Lists(_) | Facts::Objects(_), _) => false,
        }
    }
}

impl Normal {
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(move |case| case.facts.kind() == kind)
    }

    fn add_value(&mut self, value: Json) {
        match value {
            Json::Null => self.null = true,
            Json::Bool(truth) => self.booleans[usize::from(truth)] = true,
            Json::Number(_) | Json::String(_) | Json::Array(_) | Json::Object(_) => {
                let Some(kind) = Kind::of(&value) else { return };
                let counted = self.cases.iter_mut().filter(|case| case.facts.kind() == kind);
                match counted.filter_map(|case| case.values.as_mut()).next() {
                    Some(values) if values.iter().any(|known| equal(known, &value)) => {}
                    Some(values) => values.push(value),
                    None => {
                        let facts = kind.any();
                        self.cases.push(Case { facts, values: Some(vec![value]), rest: Vec::new(), named: None });
                    }
                }
            }
        }
    }

    /// Adds a case, unless one that is the same is there.
    fn add_case(&mut self, case: Case) {
        let same = |other: &Case| (&other.facts, &other.values, &other.rest) == (&case.facts, &case.values, &case.rest);
        if !case.facts.is_impossible() && !self.cases.iter().any(same) {
            self.cases.push(case);
        }
    }

    /// Counted values say nothing beside a case that has all of their type.
    fn drop_counted(&mut self) {
        let is_all =
            |case: &Case| case.values.is_none() && case.rest.is_empty() && case.facts == case.facts.kind().any();
        let all: Vec<Kind> = self.cases.iter().filter(|case| is_all(case)).map(|case| case.facts.kind()).collect();
        self.cases.retain(|case| is_all(case) || !all.contains(&case.facts.kind()));
    }
}

impl Engine<'_> {
    /// The normal form of a term, made at first use.
    pub(super) fn normal(&mut self, term: Term) -> Rc<Normal> {
        if let Some(Some(normal)) = self.normals.get(term.index()) {
            return Rc::clone(normal);
        }
        let normal = Rc::new(self.make_normal(term));
        if self.normals.len() <= term.index() {
            self.normals.resize(self.space.len(), None);
        }
        self.normals[term.index()] = Some(Rc::clone(&normal));
        normal
    }

    fn make_normal(&mut self, term: Term) -> Normal {
        let drafts = Drafts::of(&mut self.space, term);
        let mut normal = Normal::default();
        for draft in drafts {
            self.settle(&mut normal, draft, term);
        }
        normal.drop_counted();
        normal
    }

    fn settle(&mut self, normal: &mut Normal, draft: Draft, term: Term) {
        let holds = |engine: &mut Engine<'_>, value: &Json| {
            draft.types.has(value) && (draft.is_plain || engine.accepts(term, value) != Some(false))
        };
        if let Some(values) = &draft.values {
            for value in values {
                if holds(self, value) {
                    normal.add_value(value.clone());
                }
            }
            return;
        }
        for value in [Json::Null, Json::Bool(false), Json::Bool(true)] {
            if holds(self, &value) {
                normal.add_value(value);
            }
        }
        let facts = [
            (Types::NUMBER, Facts::Numbers(draft.numbers)),
            (Types::TEXT, Facts::Texts(draft.texts)),
            (Types::LIST, Facts::Lists(draft.lists)),
            (Types::OBJECT, Facts::Objects(draft.objects)),
        ];
        for (types, facts) in facts {
            if draft.types.includes(types) {
                let rest = self.relevant(&draft.rest, facts.kind());
                normal.add_case(Case { facts, values: None, rest, named: draft.named });
            }
        }
    }

    /// What of a rest says anything about values of a type.
    fn relevant(&mut self, rest: &[Rest], kind: Kind) -> Vec<Rest> {
        const DEEPEST: u32 = 3;
        let mut relevant = Vec::new();
        for rest in rest {
            if let Rest::Not(term) = rest
                && self.normalised < DEEPEST
            {
                self.normalised += 1;
                let refused = self.normal(*term);
                self.normalised -= 1;
                if refused.of_kind(kind).next().is_none() {
                    continue;
                }
            }
            relevant.push(rest.clone());
        }
        relevant
    }
}
