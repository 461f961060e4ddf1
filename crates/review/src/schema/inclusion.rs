//! Whether all that one term accepts another accepts too, for a writer that sends what its schema declares and a reader that reads what
//! its schema says. Circles are followed once: what is being asked is taken to hold meanwhile, and what leant on an answer that turned
//! out wrong is forgotten.

mod lists;
mod objects;
mod scalars;

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value as Json;

use super::draft::{Rest, document};
use super::engine::Engine;
use super::normal::{Case, Facts, Kind, Normal};
use super::space::Term;
pub(super) use objects::free_name;
pub(super) use scalars::checked;

/// Whether a reader accepts all that a writer sends.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Included,
    /// It does not accept this value.
    Not(Rc<Json>),
    /// It cannot be told, for this reason.
    Unknown(&'static str),
}

/// One thing in which a reader does not accept what a writer sends.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    pub(super) facet: Facet,
    /// Values that may show it.
    pub(super) shown_by: Vec<Json>,
    /// Why it is not certain that there is such a value.
    pub(super) doubt: Option<&'static str>,
}

/// What a fact is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Facet {
    Whole,
    Minimum,
    Maximum,
    MultipleOf,
    Format,
    MinLength,
    MaxLength,
    Pattern,
    Item(usize),
    Items,
    MinItems,
    MaxItems,
    Unique,
    Contains,
    Member(String),
    Required(String),
    Additional,
    Patterned(String),
    Names,
    MinProperties,
    MaxProperties,
    Together(String),
    Dependent(String),
    Rest,
}

/// How much is wanted to be known of gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Whether there is any: the first is enough, without values.
    Whether,
    /// All, with values.
    Values,
    /// All with values, but not what members and items that both have would say by themselves.
    OwnValues,
}

/// What is being asked, and what has been answered.
pub(super) struct Questions {
    answers: HashMap<(Term, Term), Answer>,
    open: Vec<(Term, Term)>,
    /// The pairs that were found included while others were open, in order.
    leaning: Vec<(Term, Term)>,
    steps: u32,
}

impl Default for Questions {
    fn default() -> Questions {
        Questions { answers: HashMap::new(), open: Vec::new(), leaning: Vec::new(), steps: STEPS }
    }
}

/// How many pairs of cases are compared for one question.
const STEPS: u32 = 20_000;
/// How deep questions lead to others.
const DEEPEST: usize = 120;

impl Engine<'_> {
    /// Whether `reader` accepts all that `writer` sends.
    pub(super) fn included(&mut self, writer: Term, reader: Term) -> Answer {
        if writer == reader || reader == Term::ANY || writer == Term::NEVER {
            return Answer::Included;
        }
        let pair = (writer, reader);
        if let Some(answer) = self.questions.answers.get(&pair) {
            return answer.clone();
        }
        let (writes, reads) = (self.space.parts(writer), self.space.parts(reader));
        if reads.iter().all(|part| writes.contains(part)) || self.questions.open.contains(&pair) {
            return Answer::Included;
        }
        if self.questions.open.is_empty() {
            self.questions.steps = STEPS;
        }
        if self.questions.open.len() >= DEEPEST || self.questions.steps == 0 {
            return Answer::Unknown("the schemas are too intricate");
        }
        let mark = self.questions.leaning.len();
        self.questions.open.push(pair);
        let answer = self.compare(writer, reader);
        self.questions.open.pop();
        if answer == Answer::Included {
            self.questions.leaning.push(pair);
        } else {
            for leaning in self.questions.leaning.drain(mark..) {
                self.questions.answers.remove(&leaning);
            }
        }
        if self.questions.open.is_empty() {
            self.questions.leaning.clear();
        }
        self.questions.answers.insert(pair, answer.clone());
        answer
    }

    fn compare(&mut self, writer: Term, reader: Term) -> Answer {
        let (writes, reads) = (self.normal(writer), self.normal(reader));
        if writes.null && !reads.null {
            return Answer::Not(Rc::new(Json::Null));
        }
        for truth in [false, true] {
            if writes.booleans[usize::from(truth)] && !reads.booleans[usize::from(truth)] {
                return Answer::Not(Rc::new(Json::Bool(truth)));
            }
        }
        let mut doubt = None;
        for kind in Kind::ALL {
            for case in writes.of_kind(kind) {
                if self.questions.steps == 0 {
                    return Answer::Unknown("the schemas are too intricate");
                }
                match self.case_included(case, writer, &reads, reader) {
                    Answer::Included => {}
                    Answer::Unknown(reason) => doubt = Some(reason),
                    not @ Answer::Not(_) => return not,
                }
            }
        }
        doubt.map_or(Answer::Included, Answer::Unknown)
    }

    /// Whether a reader accepts the values of one case of a writer.
    pub(super) fn case_included(&mut self, case: &Case, writer: Term, reads: &Normal, reader: Term) -> Answer {
        if let Some(values) = &case.values {
            return self.values_included(values, reader);
        }
        let readers: Vec<&Case> = reads.of_kind(case.facts.kind()).collect();
        let same = |other: &&&Case| other.values.is_none() && (&other.facts, &other.rest) == (&case.facts, &case.rest);
        if readers.iter().find(same).is_some() {
            return Answer::Included;
        }
        for other in &readers {
            self.questions.steps = self.questions.steps.saturating_sub(1);
            if self.gaps((case, writer), other, Wanted::Whether).is_empty() {
                return Answer::Included;
            }
        }
        if self.is_split_included((case, writer), &readers) {
            return Answer::Included;
        }
        let mut doubt = None;
        for other in nearest(case, &readers) {
            for gap in self.gaps((case, writer), other, Wanted::Values) {
                doubt = doubt.or(gap.doubt);
                if let Some(value) =
                    gap.shown_by.into_iter().take(SHOWN).find(|value| self.shows(writer, reader, value))
                {
                    return Answer::Not(Rc::new(value));
                }
            }
        }
        match self.samples_of(case).into_iter().take(SHOWN).find(|value| self.shows(writer, reader, value)) {
            Some(value) => Answer::Not(Rc::new(value)),
            None => Answer::Unknown(doubt.unwrap_or("no value was found that only one of them accepts")),
        }
    }

    /// Whether a reader that accepts a case has a case for it which names all that it has.
    pub(super) fn is_known(&mut self, case: &Case, writer: Term, reader: Term) -> bool {
        let reads = self.normal(reader);
        reads.of_kind(case.facts.kind()).any(|other| {
            case.facts.is_named_by(&other.facts) && self.gaps((case, writer), other, Wanted::Whether).is_empty()
        })
    }

    /// Whether a value was sent under one term and is not accepted under another, by the validator's word.
    pub(super) fn shows(&mut self, writer: Term, reader: Term, value: &Json) -> bool {
        self.accepts(writer, value) == Some(true) && self.accepts(reader, value) == Some(false)
    }

    fn values_included(&mut self, values: &[Json], reader: Term) -> Answer {
        let mut doubt = None;
        for value in values {
            match self.accepts(reader, value) {
                Some(true) => {}
                Some(false) => return Answer::Not(Rc::new(value.clone())),
                None => doubt = Some("the validator gives up on a value"),
            }
        }
        doubt.map_or(Answer::Included, Answer::Unknown)
    }

    /// Whether a case is included once it is split by the values of a member that it has to have, or by its types.
    fn is_split_included(&mut self, (case, of): (&Case, Term), readers: &[&Case]) -> bool {
        let Facts::Objects(objects) = &case.facts else { return false };
        if readers.len() < 2 || !case.rest.is_empty() {
            return false;
        }
        let required: Vec<(String, Term)> = objects
            .sent()
            .filter(|(_, member)| member.required)
            .map(|(name, member)| (name.clone(), member.term))
            .collect();
        for (name, term) in required {
            let Some(values) = self.only_values(term).filter(|values| (2..=VALUES).contains(&values.len())) else {
                continue;
            };
            let fits = |engine: &mut Self, value: &Json| {
                let term = engine.space.constant(document(value));
                let mut part = case.clone();
                if let Facts::Objects(objects) = &mut part.facts
                    && let Some(member) = objects.members.get_mut(&name)
                {
                    member.term = term;
                }
                readers.iter().any(|other| engine.gaps((&part, of), other, Wanted::Whether).is_empty())
            };
            if values.iter().all(|value| fits(self, value)) {
                return true;
            }
        }
        false
    }

    /// The values of a term that has no others.
    pub(super) fn only_values(&mut self, term: Term) -> Option<Vec<Json>> {
        let normal = self.normal(term);
        let mut values: Vec<Json> = Vec::new();
        values.extend(normal.null.then_some(Json::Null));
        values.extend([false, true].into_iter().filter(|truth| normal.booleans[usize::from(*truth)]).map(Json::Bool));
        for case in &normal.cases {
            values.extend(case.values.as_ref()?.iter().cloned());
        }
        Some(values)
    }

    /// In what a case of a reader does not accept what a case of a writer, with the term that it is of, sends; nothing if it accepts all.
    pub(super) fn gaps(&mut self, (writer, of): (&Case, Term), reader: &Case, wanted: Wanted) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if reader.values.is_some() {
            return vec![Gap { facet: Facet::Rest, shown_by: self.samples_of(writer), doubt: None }];
        }
        for rest in reader.rest.iter().filter(|rest| !writer.rest.contains(rest)) {
            gaps.extend(self.rest_gap((writer, of), rest, wanted));
        }
        if wanted == Wanted::Whether && !gaps.is_empty() {
            return gaps;
        }
        match (&writer.facts, &reader.facts) {
            (Facts::Numbers(numbers), Facts::Numbers(other)) => Engine::number_gaps(numbers, other, &mut gaps),
            (Facts::Texts(texts), Facts::Texts(other)) => self.text_gaps(texts, other, wanted, &mut gaps),
            (Facts::Lists(_), Facts::Lists(other)) => self.list_gaps(writer, other, wanted, &mut gaps),
            (Facts::Objects(_), Facts::Objects(other)) => self.object_gaps((writer, of), other, wanted, &mut gaps),
            (Facts::Numbers(_) | Facts::Texts(_) | Facts::Lists(_) | Facts::Objects(_), _) => {}
        }
        gaps
    }

    /// Whether the counted values of a term are all excluded by a case itself.
    fn is_excluded(&mut self, case: &Case, term: Term) -> bool {
        let Some(values) = self.only_values(term) else { return false };
        let mut terms = Vec::new();
        for rest in &case.rest {
            if let Rest::Not(term) = rest {
                terms.push(*term);
            }
        }
        values.iter().all(|value| terms.iter().any(|term| self.accepts(*term, value) == Some(true)))
    }

    /// What a reader wants beside its facts, where a case may not keep it.
    fn rest_gap(&mut self, (writer, of): (&Case, Term), rest: &Rest, wanted: Wanted) -> Option<Gap> {
        let (doubt, mut shown_by) = match rest {
            Rest::Not(term) => {
                let refused = self.normal(*term);
                let apart = refused.of_kind(writer.facts.kind()).all(|case| self.are_apart(writer, case));
                if apart || self.is_excluded(writer, *term) {
                    return None;
                }
                ("it cannot be told whether `not` excludes any of the values", Vec::new())
            }
            Rest::Condition(condition) => {
                ("it cannot be told whether the condition is kept", self.unkept(of, *condition)?)
            }
            Rest::Exactly(terms) => {
                if self.is_of_one(writer, terms) {
                    return None;
                }
                ("it cannot be told whether a value may match more than one alternative", Vec::new())
            }
            Rest::Opaque(reason, _) => (*reason, Vec::new()),
        };
        if wanted != Wanted::Whether {
            shown_by.extend(self.samples_against((writer, of), rest));
        }
        Some(Gap { facet: Facet::Rest, shown_by, doubt: Some(doubt) })
    }

    /// Whether the values that a writer sends can be of one of several terms only.
    fn is_of_one(&mut self, writer: &Case, terms: &[Term]) -> bool {
        let is_possible = |engine: &mut Self, term: Term| {
            let normal = engine.normal(term);
            normal.of_kind(writer.facts.kind()).any(|case| !engine.are_apart(writer, case) && !writer.never_is(case))
        };
        terms.iter().filter(|term| is_possible(self, **term)).count() <= 1
    }

    /// Values of a term that do not keep a condition: that meet it and lack what follows, or do not meet it and lack what follows then.
    /// `None`: all of them keep it.
    fn unkept(&mut self, of: Term, [test, then, otherwise]: [Term; 3]) -> Option<Vec<Json>> {
        let failing = self.space.negated(test);
        let (mut is_kept, mut found) = (true, Vec::new());
        for (side, wanted) in [(test, then), (failing, otherwise)] {
            let part = self.space.both(of, side);
            match self.included(part, wanted) {
                Answer::Included => {}
                Answer::Not(value) => {
                    is_kept = false;
                    found.push((*value).clone());
                }
                Answer::Unknown(_) => is_kept = false,
            }
        }
        (!is_kept).then_some(found)
    }

    /// Values of a case, and such as a rest excludes.
    fn samples_against(&mut self, (case, of): (&Case, Term), rest: &Rest) -> Vec<Json> {
        let mut samples = self.samples_of(case);
        let terms = match rest {
            Rest::Not(term) => vec![*term],
            Rest::Exactly(terms) => self.in_pairs(terms),
            Rest::Condition(_) | Rest::Opaque(..) => Vec::new(),
        };
        for term in terms.into_iter().take(SHOWN) {
            samples.extend(self.only_values(term).unwrap_or_default());
            let both = self.space.both(of, term);
            samples.extend(self.sample(both));
            samples.extend(self.sample(term));
        }
        samples.retain(|value| Kind::of(value) == Some(case.facts.kind()) && case.facts.does_send(value));
        samples
    }

    /// What is of two terms at once, and of each.
    fn in_pairs(&mut self, terms: &[Term]) -> Vec<Term> {
        let mut pairs = Vec::new();
        for (index, one) in terms.iter().enumerate().take(NEAREST) {
            for other in terms.iter().skip(index + 1).take(NEAREST) {
                pairs.push(self.space.both(*one, *other));
            }
        }
        pairs.extend(terms);
        pairs
    }
}

/// The cases of a reader that have most in common with one of a writer: where they differ, values show it best.
fn nearest<'c>(case: &Case, readers: &[&'c Case]) -> Vec<&'c Case> {
    let likeness = |other: &Case| match (&case.facts, &other.facts) {
        (Facts::Objects(own), Facts::Objects(other)) => {
            own.members.keys().filter(|name| other.members.contains_key(*name)).count()
        }
        (Facts::Numbers(_) | Facts::Texts(_) | Facts::Lists(_) | Facts::Objects(_), _) => 0,
    };
    let mut nearest = readers.to_vec();
    nearest.sort_by_key(|other| std::cmp::Reverse(likeness(other)));
    nearest.truncate(NEAREST);
    nearest
}

/// Of how many cases of a reader the gaps are looked at for a value that shows them.
const NEAREST: usize = 4;
/// How many values are tried for one gap.
const SHOWN: usize = 24;
/// By how many values of a member a case is split.
const VALUES: usize = 64;
