//! What a schema says of the values of one type, in a form that can be compared: bounds, lengths, items, members. Of two schemas that
//! both have to hold, the facts are put together here.

use std::collections::{BTreeMap, BTreeSet};

use methodical_wire::{Exact, Pattern};
use serde_json::Value as Json;

use super::space::{Space, Term};

/// A bound of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    pub(super) value: Exact,
    pub(super) exclusive: bool,
}

/// Numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Numbers {
    /// Whether they have no fraction.
    pub(super) whole: bool,
    pub(super) least: Option<Bound>,
    pub(super) most: Option<Bound>,
    pub(super) steps: Vec<Exact>,
    pub(super) formats: BTreeSet<String>,
}

/// Strings.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Texts {
    pub(super) least: u64,
    pub(super) most: Option<u64>,
    pub(super) patterns: BTreeSet<String>,
    pub(super) formats: BTreeSet<String>,
    pub(super) encodings: BTreeSet<String>,
    pub(super) media_types: BTreeSet<String>,
    /// `x-extensible-enum`: values that are in use, of which there may be more.
    pub(super) known: BTreeSet<String>,
}

/// Lists.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lists {
    pub(super) first: Vec<Term>,
    pub(super) items: Term,
    pub(super) least: u64,
    pub(super) most: Option<u64>,
    pub(super) unique: bool,
    /// What has to be among the items, and how often.
    pub(super) contains: Vec<(Term, u64, Option<u64>)>,
}

/// Objects.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Objects {
    pub(super) members: BTreeMap<String, Member>,
    pub(super) patterns: BTreeMap<String, Term>,
    /// What members without a name of their own have to be. `None`: nothing is said.
    pub(super) additional: Option<Term>,
    pub(super) names: Term,
    pub(super) least: u64,
    pub(super) most: Option<u64>,
    /// `dependentRequired`.
    pub(super) together: BTreeMap<String, BTreeSet<String>>,
    /// `dependentSchemas`.
    pub(super) dependent: BTreeMap<String, Term>,
}

/// A member with a name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    pub(super) term: Term,
    pub(super) required: bool,
    /// Whether `properties` has it; being required alone does not declare it.
    pub(super) declared: bool,
    pub(super) read_only: Option<OnReadOnly>,
}

/// What becomes of a `readOnly` member that a client sends all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnReadOnly {
    Tolerate,
    Refuse,
}

impl Numbers {
    pub(super) fn and(&mut self, other: &Numbers) {
        self.whole |= other.whole;
        self.least = tighter(self.least, other.least, true);
        self.most = tighter(self.most, other.most, false);
        for step in &other.steps {
            if !self.steps.contains(step) {
                self.steps.push(*step);
            }
        }
        self.formats.extend(other.formats.iter().cloned());
    }

    /// The bounds, with those that the width of integers is; for integers inclusive ones.
    pub(super) fn bounds(&self) -> (Option<Bound>, Option<Bound>) {
        let (mut least, mut most) = (self.least, self.most);
        if self.whole {
            for format in &self.formats {
                let (low, high) = width(format);
                let bound = |value| Bound { value: Exact::Integer(value), exclusive: false };
                least = tighter(least, low.map(bound), true);
                most = tighter(most, high.map(bound), false);
            }
            least = least.map(|bound| inclusive(bound, 1));
            most = most.map(|bound| inclusive(bound, -1));
        }
        (least, most)
    }
}

/// Whether a bound refuses nothing that another lets pass.
pub(super) fn is_within(inner: Option<Bound>, outer: Option<Bound>, lower: bool) -> bool {
    tighter(inner, outer, lower) == inner
}

/// Of two bounds the one that refuses more.
fn tighter(left: Option<Bound>, right: Option<Bound>, lower: bool) -> Option<Bound> {
    let (Some(one), Some(other)) = (left, right) else { return left.or(right) };
    let order = one.value.compare(other.value);
    let order = if lower { order } else { order.reverse() };
    let keeps = order.is_gt() || order.is_eq() && (one.exclusive || !other.exclusive);
    Some(if keeps { one } else { other })
}

/// The bound for integers: `exclusiveMinimum: 5` is `minimum: 6`, and so is `minimum: 5.5`.
fn inclusive(bound: Bound, step: i128) -> Bound {
    let value = match bound.value {
        Exact::Integer(integer) if bound.exclusive => integer.checked_add(step).map(Exact::Integer),
        Exact::Integer(integer) => Some(Exact::Integer(integer)),
        Exact::Float(float) => {
            let rounded = if step > 0 { float.ceil() } else { float.floor() };
            Exact::parse(&format!("{rounded}"))
        }
    };
    Bound { value: value.unwrap_or(bound.value), exclusive: false }
}

/// Whether a format is a width, which is looked at as bounds are.
pub(super) fn has_width(format: &str) -> bool {
    width(format) != (None, None)
}

/// The bounds that the width of an integer is, as the validator has them.
fn width(format: &str) -> (Option<i128>, Option<i128>) {
    let between = |least: i128, most: i128| (Some(least), Some(most));
    match format {
        "int8" => between(i8::MIN.into(), i8::MAX.into()),
        "int16" => between(i16::MIN.into(), i16::MAX.into()),
        "int32" => between(i32::MIN.into(), i32::MAX.into()),
        "int64" => between(i64::MIN.into(), i64::MAX.into()),
        "uint8" => between(0, u8::MAX.into()),
        "uint16" => between(0, u16::MAX.into()),
        "uint32" => between(0, u32::MAX.into()),
        "uint64" => between(0, u64::MAX.into()),
        _ => (None, None),
    }
}

/// Of two greatest counts the smaller.
fn smaller(left: Option<u64>, right: Option<u64>) -> Option<u64> {
    left.into_iter().chain(right).min()
}

impl Texts {
    pub(super) fn and(&mut self, other: &Texts) {
        self.least = self.least.max(other.least);
        self.most = smaller(self.most, other.most);
        self.patterns.extend(other.patterns.iter().cloned());
        self.formats.extend(other.formats.iter().cloned());
        self.encodings.extend(other.encodings.iter().cloned());
        self.media_types.extend(other.media_types.iter().cloned());
        self.known.extend(other.known.iter().cloned());
    }
}

impl Lists {
    pub(super) fn any() -> Lists {
        Lists { first: Vec::new(), items: Term::ANY, least: 0, most: None, unique: false, contains: Vec::new() }
    }

    /// What the item at a position has to be.
    pub(super) fn item(&self, index: usize) -> Term {
        self.first.get(index).copied().unwrap_or(self.items)
    }

    pub(super) fn and(&mut self, other: &Lists, space: &mut Space<'_>) {
        let length = self.first.len().max(other.first.len());
        self.first = (0..length).map(|index| space.both(self.item(index), other.item(index))).collect();
        self.items = space.both(self.items, other.items);
        self.least = self.least.max(other.least);
        self.most = smaller(self.most, other.most);
        self.unique |= other.unique;
        for contained in &other.contains {
            if !self.contains.contains(contained) {
                self.contains.push(*contained);
            }
        }
    }

    /// The most items that there can be.
    pub(super) fn longest(&self) -> u64 {
        let never = (0..=self.first.len()).find(|index| self.item(*index) == Term::NEVER);
        smaller(self.most, never.map(|index| index as u64)).unwrap_or(u64::MAX)
    }
}

impl Objects {
    pub(super) fn any() -> Objects {
        Objects {
            members: BTreeMap::new(),
            patterns: BTreeMap::new(),
            additional: None,
            names: Term::ANY,
            least: 0,
            most: None,
            together: BTreeMap::new(),
            dependent: BTreeMap::new(),
        }
    }

    /// What a member has to be that has no entry of its own.
    pub(super) fn unnamed(&self, name: &str, space: &mut Space<'_>) -> Term {
        let mut matching =
            self.patterns.iter().filter(|(pattern, _)| Pattern::shared(pattern).matches(name)).peekable();
        if matching.peek().is_none() {
            return self.additional.unwrap_or(Term::ANY);
        }
        matching.map(|(_, term)| *term).fold(Term::ANY, |all, term| space.both(all, term))
    }

    /// What a reader wants a member to be.
    pub(super) fn read(&self, name: &str, space: &mut Space<'_>) -> Term {
        match self.members.get(name) {
            Some(Member { read_only: Some(OnReadOnly::Tolerate), .. }) => Term::ANY,
            Some(Member { read_only: Some(OnReadOnly::Refuse), .. }) => Term::NEVER,
            Some(member) => member.term,
            None => self.unnamed(name, space),
        }
    }

    pub(super) fn is_required(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|member| member.required && member.read_only.is_none())
    }

    /// Whether it has a member of this name.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|member| member.declared)
    }

    /// Whether a writer sends all of these members: where nothing is said of others, it sends those that it declares.
    pub(super) fn does_send<'n>(&self, mut names: impl Iterator<Item = &'n String>) -> bool {
        self.additional.is_some() || names.all(|name| self.members.contains_key(name)) || self.members.is_empty()
    }

    /// Whether a writer never sends a member of this name.
    pub(super) fn never_sends(&self, name: &str) -> bool {
        match self.members.get(name) {
            Some(member) => member.term == Term::NEVER || member.read_only.is_some(),
            None if self.patterns.keys().any(|pattern| Pattern::shared(pattern).matches(name)) => false,
            None => self.additional.map_or(!self.members.is_empty(), |others| others == Term::NEVER),
        }
    }

    /// The members that a writer may send: the declared ones, and those that it has to.
    pub(super) fn sent(&self) -> impl Iterator<Item = (&String, &Member)> {
        self.members.iter().filter(|(_, member)| member.read_only.is_none() && member.term != Term::NEVER)
    }

    /// Whether another one says nothing that this one does not say, of members with names.
    pub(super) fn is_plainly_within(&self, other: &Objects) -> bool {
        let says_no_more = |(name, member): (&String, &Member)| match self.members.get(name) {
            Some(own) => own.term == member.term && (own.required || !member.required),
            None => !member.required && self.additional == Some(Term::NEVER),
        };
        let names_only = Objects { members: BTreeMap::new(), ..other.clone() } == Objects::any();
        names_only && other.members.iter().all(says_no_more)
    }

    /// Whether one of two has a rule for all names but those that its patterns match, and the other one patterns that it does not know:
    /// then the facts of both together say less than both do.
    pub(super) fn mixes_with(&self, other: &Objects) -> bool {
        let is_unknown = |one: &Objects, two: &Objects| {
            one.additional.is_some()
                && !one.patterns.is_empty()
                && two.patterns.keys().any(|pattern| !one.patterns.contains_key(pattern))
        };
        is_unknown(self, other) || is_unknown(other, self)
    }

    pub(super) fn and(&mut self, other: &Objects, space: &mut Space<'_>) {
        let names: BTreeSet<&String> = self.members.keys().chain(other.members.keys()).collect();
        let mut members = BTreeMap::new();
        for name in names {
            let (one, two) = (self.members.get(name), other.members.get(name));
            let left = one.map_or_else(|| self.unnamed(name, space), |member| member.term);
            let right = two.map_or_else(|| other.unnamed(name, space), |member| member.term);
            let either = |is: fn(&Member) -> bool| one.is_some_and(is) || two.is_some_and(is);
            let member = Member {
                term: space.both(left, right),
                required: either(|member| member.required),
                declared: either(|member| member.declared),
                read_only: one.and_then(|member| member.read_only).or(two.and_then(|member| member.read_only)),
            };
            members.insert(name.clone(), member);
        }
        self.members = members;
        self.patterns = patterns(self, other, space);
        self.additional = match (self.additional, other.additional) {
            (Some(left), Some(right)) => Some(space.both(left, right)),
            (left, right) => left.or(right),
        };
        self.names = space.both(self.names, other.names);
        self.least = self.least.max(other.least);
        self.most = smaller(self.most, other.most);
        for (name, others) in &other.together {
            self.together.entry(name.clone()).or_default().extend(others.iter().cloned());
        }
        for (name, term) in &other.dependent {
            let own = self.dependent.get(name).copied().unwrap_or(Term::ANY);
            let both = space.both(own, *term);
            self.dependent.insert(name.clone(), both);
        }
    }
}

/// A name that only one of two has a pattern for, is to the other one of the rest.
fn patterns(one: &Objects, two: &Objects, space: &mut Space<'_>) -> BTreeMap<String, Term> {
    let all: BTreeSet<&String> = one.patterns.keys().chain(two.patterns.keys()).collect();
    let mut patterns = BTreeMap::new();
    for pattern in all {
        let of = |objects: &Objects| {
            let rest = if objects.patterns.is_empty() { objects.additional } else { None };
            objects.patterns.get(pattern).copied().or(rest).unwrap_or(Term::ANY)
        };
        let both = space.both(of(one), of(two));
        patterns.insert(pattern.clone(), both);
    }
    patterns
}

/// A set of values of one type, or all of them.
pub(super) type Values = Option<Vec<Json>>;
