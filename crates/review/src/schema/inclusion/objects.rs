//! Objects. A writer sends the members that it declares, and any others that its schema lets through, except those that only the
//! reader names, where the writer's schema says nothing of others: a member with a name comes to be when it is declared.

use std::collections::BTreeSet;

use methodical_wire::{Pattern, equal};
use serde_json::Value as Json;

use super::{Answer, Facet, Gap, Wanted};
use crate::schema::engine::Engine;
use crate::schema::facts::Objects;
use crate::schema::normal::{Case, Facts};
use crate::schema::pattern::{Found, matched, search};
use crate::schema::sample::Wish;
use crate::schema::space::Term;

impl Engine<'_> {
    pub(super) fn object_gaps(
        &mut self,
        (writer, of): (&Case, Term),
        other: &Objects,
        wanted: Wanted,
        gaps: &mut Vec<Gap>,
    ) {
        let Facts::Objects(objects) = &writer.facts else { return };
        let enough = |gaps: &Vec<Gap>| wanted == Wanted::Whether && !gaps.is_empty();
        for name in other.members.keys().filter(|name| other.is_required(name) && !objects.is_required(name)) {
            let wish = Wish { without: Some(name.clone()), ..Wish::default() };
            let shown_by = self.wished(writer, wanted, wish);
            gaps.push(Gap { facet: Facet::Required(name.clone()), shown_by, doubt: None });
            if enough(gaps) {
                return;
            }
        }
        for (name, member) in objects.sent() {
            if wanted == Wanted::OwnValues && other.declares(name) {
                continue;
            }
            let term = other.read(name, &mut self.space);
            self.member_gap(writer, name, member.term, term, Facet::Member(name.clone()), gaps);
            if enough(gaps) {
                return;
            }
        }
        self.open_gaps(writer, objects, other, gaps);
        if enough(gaps) {
            return;
        }
        self.count_gaps(writer, objects, other, wanted, gaps);
        self.dependent_gaps((writer, of), objects, other, wanted, gaps);
    }

    fn member_gap(&mut self, writer: &Case, name: &str, own: Term, other: Term, facet: Facet, gaps: &mut Vec<Gap>) {
        match self.included(own, other) {
            Answer::Included => {}
            Answer::Not(value) => {
                let wish = Wish { members: vec![(name.to_owned(), (*value).clone())], ..Wish::default() };
                let shown_by = self.sample_case(writer, &wish).into_iter().collect();
                gaps.push(Gap { facet, shown_by, doubt: None });
            }
            Answer::Unknown(doubt) => gaps.push(Gap { facet, shown_by: Vec::new(), doubt: Some(doubt) }),
        }
    }

    /// Members without a name of their own, where the writer has them.
    fn open_gaps(&mut self, writer: &Case, objects: &Objects, other: &Objects, gaps: &mut Vec<Gap>) {
        for (pattern, term) in objects.patterns.iter().filter(|(_, term)| **term != Term::NEVER) {
            self.pattern_gaps(writer, (pattern, *term), other, gaps);
        }
        let is_free = |name: &&String| !objects.members.contains_key(*name);
        let is_patterned = |name: &str| objects.patterns.keys().any(|pattern| Pattern::shared(pattern).matches(name));
        // Where nothing is said of others, a member that only the reader names is taken for one that is new.
        let is_said = |name: &&String| objects.additional.is_some() || is_patterned(name);
        for name in other.members.keys().filter(is_free).filter(is_said) {
            let (own, term) = (objects.unnamed(name, &mut self.space), other.read(name, &mut self.space));
            self.member_gap(writer, name, own, term, Facet::Member(name.clone()), gaps);
        }
        if objects.additional == Some(Term::NEVER) {
            return;
        }
        let additional = objects.additional.unwrap_or(Term::ANY);
        for (pattern, term) in other.patterns.iter().filter(|(pattern, _)| !objects.patterns.contains_key(*pattern)) {
            let mut found = others_matched(pattern, objects);
            let name = match &mut found {
                Found::Nothing => continue,
                Found::Text(name) => std::mem::take(name),
                Found::Unknown => String::new(),
            };
            self.member_gap(writer, &name, additional, *term, Facet::Patterned(pattern.clone()), gaps);
        }
        let name = free_name(objects, other);
        self.member_gap(writer, &name, additional, other.additional.unwrap_or(Term::ANY), Facet::Additional, gaps);
    }

    /// Members whose names match a pattern of the writer's. The reader may have patterns that match some of those names, and a rule for all
    /// others.
    fn pattern_gaps(&mut self, writer: &Case, (pattern, term): (&str, Term), other: &Objects, gaps: &mut Vec<Gap>) {
        const DOUBT: &str = "no name was found for a pattern";
        let Facts::Objects(objects) = &writer.facts else { return };
        let (found, wanted) = match other.patterns.get(pattern) {
            Some(wanted) => (matched(pattern).map_or(Found::Unknown, Found::Text), *wanted),
            None => (others_matched(pattern, other), other.additional.unwrap_or(Term::ANY)),
        };
        let facet = Facet::Patterned(pattern.to_owned());
        match found {
            Found::Nothing => {}
            Found::Text(name) => self.member_gap(writer, &name, term, wanted, facet, gaps),
            Found::Unknown if self.included(term, wanted) == Answer::Included => {}
            Found::Unknown => gaps.push(Gap { facet, shown_by: Vec::new(), doubt: Some(DOUBT) }),
        }
        for (beside, wanted) in other.patterns.iter().filter(|(beside, _)| *beside != pattern) {
            let facet = Facet::Patterned(beside.clone());
            let term = match objects.patterns.get(beside) {
                Some(own) => self.space.both(term, *own),
                None => term,
            };
            match search(&[pattern, beside], None, 0, None) {
                Found::Nothing => {}
                Found::Text(name) => self.member_gap(writer, &name, term, *wanted, facet, gaps),
                Found::Unknown if self.included(term, *wanted) == Answer::Included => {}
                Found::Unknown => gaps.push(Gap { facet, shown_by: Vec::new(), doubt: Some(DOUBT) }),
            }
        }
    }

    fn count_gaps(&mut self, writer: &Case, objects: &Objects, other: &Objects, wanted: Wanted, gaps: &mut Vec<Gap>) {
        let required = objects.sent().filter(|(_, member)| member.required).count() as u64;
        let is_open = objects.additional != Some(Term::NEVER) || !objects.patterns.is_empty();
        let most = if is_open { u64::MAX } else { objects.sent().count() as u64 };
        let most = objects.most.unwrap_or(u64::MAX).min(most);
        if objects.least.max(required) < other.least {
            let shown_by = self.wished(writer, wanted, Wish::default());
            gaps.push(Gap { facet: Facet::MinProperties, shown_by, doubt: None });
        }
        if let Some(limit) = other.most.filter(|limit| most > *limit) {
            let shown_by = self.wished(writer, wanted, Wish { count: Some(limit + 1), ..Wish::default() });
            gaps.push(Gap { facet: Facet::MaxProperties, shown_by, doubt: None });
        }
        if other.names != Term::ANY && other.names != objects.names {
            self.name_gaps(writer, objects, other.names, wanted, gaps);
            if is_open {
                self.free_name_gap(writer, objects.names, other.names, wanted, gaps);
            }
        }
    }

    /// Names that are declared, and that the reader does not take.
    fn name_gaps(&mut self, writer: &Case, objects: &Objects, names: Term, wanted: Wanted, gaps: &mut Vec<Gap>) {
        for (name, _) in objects.sent() {
            let text = Json::from(name.as_str());
            let is_named = self.accepts(objects.names, &text) != Some(false);
            if is_named && self.accepts(names, &text) != Some(true) {
                let shown_by = self.wished(writer, wanted, Wish { with: Some(name.clone()), ..Wish::default() });
                gaps.push(Gap { facet: Facet::Names, shown_by, doubt: None });
            }
        }
    }

    fn free_name_gap(&mut self, writer: &Case, own: Term, other: Term, wanted: Wanted, gaps: &mut Vec<Gap>) {
        let texts = self.space.texts();
        let own = self.space.both(own, texts);
        match self.included(own, other) {
            Answer::Included => {}
            Answer::Not(name) => {
                let with = name.as_str().map(str::to_owned);
                let shown_by = self.wished(writer, wanted, Wish { with, ..Wish::default() });
                gaps.push(Gap { facet: Facet::Names, shown_by, doubt: None });
            }
            Answer::Unknown(doubt) => gaps.push(Gap { facet: Facet::Names, shown_by: Vec::new(), doubt: Some(doubt) }),
        }
    }

    fn dependent_gaps(
        &mut self,
        (writer, of): (&Case, Term),
        objects: &Objects,
        other: &Objects,
        wanted: Wanted,
        gaps: &mut Vec<Gap>,
    ) {
        let is_open = objects.additional != Some(Term::NEVER) || !objects.patterns.is_empty();
        let sends = |name: &String| match objects.members.get(name) {
            Some(member) => member.read_only.is_none() && member.term != Term::NEVER,
            None => is_open,
        };
        let none = BTreeSet::new();
        for (name, others) in other.together.iter().filter(|(name, _)| sends(name)) {
            let own = objects.together.get(name).unwrap_or(&none);
            for missing in others.iter().filter(|one| !own.contains(*one) && !objects.is_required(one)) {
                let wish = Wish { with: Some(name.clone()), without: Some(missing.clone()), ..Wish::default() };
                let shown_by = self.wished(writer, wanted, wish);
                gaps.push(Gap { facet: Facet::Together(name.clone()), shown_by, doubt: None });
            }
        }
        for (name, term) in other.dependent.iter().filter(|(name, _)| sends(name)) {
            if objects.dependent.get(name) == Some(term) {
                continue;
            }
            let having = self.space.having(name);
            let mut part = self.space.both(of, having);
            if objects.members.is_empty() && objects.additional.is_none() {
                // Of an object that declares no members any may come.
                let open = self.space.open();
                part = self.space.both(part, open);
            }
            let facet = Facet::Dependent(name.clone());
            match self.included(part, *term) {
                Answer::Included => {}
                Answer::Not(value) => gaps.push(Gap { facet, shown_by: vec![(*value).clone()], doubt: None }),
                Answer::Unknown(doubt) => {
                    let shown_by = self.wished(writer, wanted, Wish { with: Some(name.clone()), ..Wish::default() });
                    gaps.push(Gap { facet, shown_by, doubt: Some(doubt) });
                }
            }
        }
    }

    /// Whether no value is of both cases, as far as that is plain to see.
    pub(in crate::schema) fn are_apart(&mut self, one: &Case, two: &Case) -> bool {
        if let (Some(values), Some(others)) = (&one.values, &two.values) {
            return !share(values, others);
        }
        let (Facts::Objects(left), Facts::Objects(right)) = (&one.facts, &two.facts) else { return false };
        let mut names: BTreeSet<&String> = left.members.keys().filter(|name| left.is_required(name)).collect();
        names.extend(right.members.keys().filter(|name| right.is_required(name)));
        names.into_iter().any(|name| {
            let one = term_of(left, name, self);
            let two = term_of(right, name, self);
            if one == Term::NEVER || two == Term::NEVER {
                return true;
            }
            match (self.only_values(one), self.only_values(two)) {
                (Some(values), Some(others)) => !share(&values, &others),
                (None, _) | (_, None) => false,
            }
        })
    }
}

fn term_of(objects: &Objects, name: &str, engine: &mut Engine<'_>) -> Term {
    let member = objects.members.get(name).map(|member| member.term);
    member.unwrap_or_else(|| objects.unnamed(name, &mut engine.space))
}

fn share(values: &[Json], others: &[Json]) -> bool {
    values.iter().any(|value| others.iter().any(|other| equal(value, other)))
}

/// A name that a pattern matches, and none of the patterns that somebody has.
fn others_matched(pattern: &str, objects: &Objects) -> Found {
    match objects.patterns.keys().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => matched(pattern).map_or(Found::Unknown, Found::Text),
        [only] => search(&[pattern], Some(only), 0, None),
        _ => Found::Unknown,
    }
}

/// A name that neither has an entry for.
pub(in crate::schema) fn free_name(one: &Objects, two: &Objects) -> String {
    let taken = |name: &String| {
        [one, two].into_iter().any(|objects| {
            objects.members.contains_key(name)
                || objects.patterns.keys().any(|pattern| Pattern::shared(pattern).matches(name))
        })
    };
    let mut names = (0..).map(|number| if number == 0 { "other".to_owned() } else { format!("other{number}") });
    names.find(|name| !taken(name) || name.len() > 8).unwrap_or_default()
}
