//! From the keywords of schemas to cases: what all parts of a term say is put together, and multiplied out where there are
//! alternatives. What would become too much, or can be told in no fact, stays as a rest that still has to hold.

mod keywords;
mod unions;

use std::rc::Rc;

use methodical_document::{Number, Value};
use methodical_model::TypeId;
use methodical_wire::equal;
use serde_json::Value as Json;

use super::facts::{Lists, Numbers, Objects, Texts};
use super::space::{Part, Space, Term, Text, Version};

/// A set of the types of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NULL: Types = Types(1);
    pub(super) const BOOLEAN: Types = Types(2);
    pub(super) const NUMBER: Types = Types(4);
    pub(super) const TEXT: Types = Types(8);
    pub(super) const LIST: Types = Types(16);
    pub(super) const OBJECT: Types = Types(32);
    pub(super) const NONE: Types = Types(0);
    pub(super) const ALL: Types = Types(63);
    pub(super) const EACH: [Types; 6] =
        [Types::NULL, Types::BOOLEAN, Types::NUMBER, Types::TEXT, Types::LIST, Types::OBJECT];

    pub(super) fn includes(self, other: Types) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn and(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    pub(super) fn or(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    pub(super) fn without(self, other: Types) -> Types {
        Types(self.0 & !other.0)
    }

    pub(super) fn has(self, value: &Json) -> bool {
        self.includes(match value {
            Json::Null => Types::NULL,
            Json::Bool(_) => Types::BOOLEAN,
            Json::Number(_) => Types::NUMBER,
            Json::String(_) => Types::TEXT,
            Json::Array(_) => Types::LIST,
            Json::Object(_) => Types::OBJECT,
        })
    }
}

/// What has to hold beside the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rest {
    /// The term is not accepted.
    Not(Term),
    /// `if`, `then` and `else`; a schema that is not there accepts everything.
    Condition([Term; 3]),
    /// Exactly one of the terms accepts it.
    Exactly(Rc<[Term]>),
    /// The keyword of a schema says more than the facts do.
    Opaque(&'static str, Term),
}

/// One way in which a value may be accepted.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) types: Types,
    pub(super) values: Option<Vec<Json>>,
    pub(super) numbers: Numbers,
    pub(super) texts: Texts,
    pub(super) lists: Lists,
    pub(super) objects: Objects,
    pub(super) rest: Vec<Rest>,
    pub(super) named: Option<(Version, TypeId)>,
    /// Whether nothing but types and values says what it accepts.
    pub(super) is_plain: bool,
}

impl Draft {
    pub(super) fn any() -> Draft {
        Draft {
            types: Types::ALL,
            values: None,
            numbers: Numbers::default(),
            texts: Texts::default(),
            lists: Lists::any(),
            objects: Objects::any(),
            rest: Vec::new(),
            named: None,
            is_plain: true,
        }
    }

    fn and(&mut self, other: &Draft, space: &mut Space<'_>) {
        self.types = self.types.and(other.types);
        self.values = match (self.values.take(), &other.values) {
            (Some(mut values), Some(others)) => {
                values.retain(|value| others.iter().any(|other| equal(value, other)));
                Some(values)
            }
            (values, others) => values.or_else(|| others.clone()),
        };
        self.numbers.and(&other.numbers);
        self.texts.and(&other.texts);
        self.lists.and(&other.lists, space);
        self.objects.and(&other.objects, space);
        for rest in &other.rest {
            self.demand(rest.clone());
        }
        self.named = other.named.or(self.named);
        self.is_plain &= other.is_plain;
    }

    fn demand(&mut self, rest: Rest) {
        self.is_plain = false;
        if !self.rest.contains(&rest) {
            self.rest.push(rest);
        }
    }

    /// Whether nothing can be both, as far as that is plain to see.
    fn is_apart_from(&self, other: &Draft, space: &Space<'_>) -> bool {
        self.is_apart_in(Types::ALL, other, space)
    }

    /// Whether nothing of some types can be both.
    fn is_apart_in(&self, types: Types, other: &Draft, space: &Space<'_>) -> bool {
        let types = types.and(self.types).and(other.types);
        if types == Types::NONE {
            return true;
        }
        if let (Some(values), Some(others)) = (&self.values, &other.values) {
            return !values.iter().any(|value| types.has(value) && others.iter().any(|other| equal(value, other)));
        }
        let of_both = |values: &Option<Vec<Json>>| {
            values.as_ref().is_some_and(|values| !values.iter().any(|value| types.has(value)))
        };
        of_both(&self.values)
            || of_both(&other.values)
            || types == Types::OBJECT && are_objects_apart(&self.objects, &other.objects, space)
    }
}

impl Draft {
    /// What of it is of some types.
    fn of(&self, types: Types) -> Draft {
        Draft { types: self.types.and(types), ..self.clone() }
    }

    /// Whether it accepts every value of a type, as far as that is plain to see.
    fn has_all(&self, types: Types) -> bool {
        let any = Draft::any();
        let is_any = match types {
            Types::NUMBER => self.numbers == any.numbers,
            Types::TEXT => self.texts == any.texts,
            Types::LIST => self.lists == any.lists,
            Types::OBJECT => self.objects == any.objects,
            _ => true,
        };
        self.types.includes(types) && self.values.is_none() && self.rest.is_empty() && is_any
    }

    /// Whether another draft accepts all that it does, as far as that is plain to see.
    fn is_within(&self, other: &Draft) -> bool {
        let any = Draft::any();
        other.types.includes(self.types)
            && other.values.is_none()
            && other.rest.is_empty()
            && [&self.numbers, &any.numbers].contains(&&other.numbers)
            && [&self.texts, &any.texts].contains(&&other.texts)
            && [&self.lists, &any.lists].contains(&&other.lists)
            && (self.objects == other.objects || self.objects.is_plainly_within(&other.objects))
    }
}

/// Whether a member that one of them has to have cannot be what both want.
fn are_objects_apart(one: &Objects, two: &Objects, space: &Space<'_>) -> bool {
    let names = one.members.keys().filter(|name| one.is_required(name) || two.is_required(name));
    let names = names.chain(two.members.keys().filter(|name| two.is_required(name)));
    for name in names {
        let of = |objects: &Objects| match objects.members.get(name) {
            Some(member) => member.term,
            None if objects.patterns.is_empty() => objects.additional.unwrap_or(Term::ANY),
            None => Term::ANY,
        };
        let (left, right) = (of(one), of(two));
        if left == Term::NEVER || right == Term::NEVER {
            return true;
        }
        if let (Some(left), Some(right)) = (constants(space, left), constants(space, right))
            && !left.iter().any(|value| right.iter().any(|other| equal(value, other)))
        {
            return true;
        }
    }
    false
}

/// The values of a term that is written as a constant or as counted values.
fn constants(space: &Space<'_>, term: Term) -> Option<Vec<Json>> {
    space.parts(term).iter().find_map(|part| {
        let text = space.text(*part);
        let target = text.value().reference().and_then(|name| space.named(space.version(*part), name));
        let resolved = target.map(|id| space.type_text(space.version(*part), id));
        counted(resolved.as_ref().unwrap_or(&text).value())
    })
}

/// `const` or `enum`, or what is of both.
pub(super) fn counted(value: &Value) -> Option<Vec<Json>> {
    let constant = value.get("const").map(json);
    let listed = value.get("enum").and_then(Value::as_array).map(|values| values.iter().map(json).collect::<Vec<_>>());
    match (constant, listed) {
        (Some(constant), Some(mut listed)) => {
            listed.retain(|value| equal(value, &constant));
            Some(listed)
        }
        (constant, listed) => constant.map(|value| vec![value]).or(listed),
    }
}

/// A value of a description as the validator takes it.
pub(super) fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Number(number) => {
            let integer = number.as_i128();
            let small = integer.and_then(|integer| i64::try_from(integer).ok()).map(Json::from);
            let large = || integer.and_then(|integer| u64::try_from(integer).ok()).map(Json::from);
            small.or_else(large).unwrap_or_else(|| number.as_f64().map_or(Json::Null, Json::from))
        }
        Value::String(text) => Json::from(text.as_str()),
        Value::Array(items) => items.iter().map(json).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), json(value))).collect(),
    }
}

/// A value of the validator's as descriptions have it.
pub(super) fn document(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => {
            let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
            let float = || Number::Float(number.as_f64().unwrap_or_default());
            Value::Number(integer.map_or_else(float, |integer| Number::Integer(integer.into())))
        }
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(document).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), document(value))).collect())
        }
    }
}

/// Puts the parts of a term together.
pub(super) struct Drafts<'s, 'a> {
    space: &'s mut Space<'a>,
    /// The schemas that are put together.
    parts: Rc<[Part]>,
    /// All of them.
    all: Term,
    /// How many schemas may still be looked into.
    steps: u32,
}

/// How many cases a term may have.
const CASES: usize = 400;
/// How deep schemas are followed that lead on to each other.
const DEEPEST: u32 = 64;

impl<'a> Drafts<'_, 'a> {
    pub(super) fn of(space: &mut Space<'a>, term: Term) -> Vec<Draft> {
        let parts = space.parts(term);
        let mut drafts = Drafts { space, parts: Rc::clone(&parts), all: term, steps: 20_000 };
        let mut found = vec![Draft::any()];
        for part in parts.iter() {
            let (version, text) = (drafts.space.version(*part), drafts.space.text(*part));
            found = drafts.add(found, version, &text, DEEPEST);
        }
        let settled: Vec<Vec<Draft>> = found.into_iter().map(|draft| drafts.depend(draft)).collect();
        settled.into_iter().flatten().collect()
    }

    /// What depends on members that have to be there holds, of objects.
    fn depend(&mut self, draft: Draft) -> Vec<Draft> {
        let depends = |(name, _): &(&String, &Term)| draft.objects.is_required(name);
        let terms: Vec<Term> = draft.objects.dependent.iter().filter(depends).map(|(_, term)| *term).collect();
        if terms.is_empty() {
            return vec![draft];
        }
        let others = draft.of(Types::ALL.without(Types::OBJECT));
        let mut drafts = vec![draft.of(Types::OBJECT)];
        let parts: Vec<Part> = terms.into_iter().flat_map(|term| self.space.parts(term).to_vec()).collect();
        for part in parts {
            let (version, text) = (self.space.version(part), self.space.text(part));
            drafts = self.add(drafts, version, &text, DEEPEST);
        }
        drafts.extend((others.types != Types::NONE).then_some(others));
        drafts
    }

    /// The drafts, of which a schema has to hold too.
    fn add(&mut self, mut drafts: Vec<Draft>, version: Version, text: &Text<'a>, depth: u32) -> Vec<Draft> {
        match text.value() {
            Value::Bool(false) => return Vec::new(),
            Value::Object(_) => {}
            Value::Bool(true) | Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => return drafts,
        }
        let left = self.steps.checked_sub(1 + u32::try_from(drafts.len() / 8).unwrap_or(u32::MAX));
        let (Some(steps), Some(depth)) = (left, depth.checked_sub(1)) else {
            let term = self.whole(version, text);
            drafts.iter_mut().for_each(|draft| draft.demand(Rest::Opaque("a schema that is too intricate", term)));
            return drafts;
        };
        self.steps = steps;
        if text.value().get("unevaluatedProperties").is_some() || text.value().get("unevaluatedItems").is_some() {
            return self.add_closed(&drafts, version, text, depth);
        }
        self.add_open(drafts, version, text, depth)
    }

    fn add_open(&mut self, mut drafts: Vec<Draft>, version: Version, text: &Text<'a>, depth: u32) -> Vec<Draft> {
        let own = self.own(version, text);
        drafts.iter_mut().for_each(|draft| self.put_together(draft, &own));
        drafts.retain(|draft| draft.types != Types::NONE);
        if let Some(id) = text.value().reference().and_then(|name| self.space.named(version, name)) {
            let target = self.space.type_text(version, id);
            drafts = self.add(drafts, version, &target, depth);
        }
        for part in list(text, "allOf") {
            drafts = self.add(drafts, version, &part, depth);
        }
        drafts = self.exclude(drafts, version, text);
        for keyword in ["oneOf", "anyOf"] {
            drafts = self.unite(drafts, version, text, keyword, depth);
        }
        self.condition(drafts, version, text, depth)
    }

    /// What no part has looked at is known once all parts of this one schema are together, and no others.
    fn add_closed(&mut self, drafts: &[Draft], version: Version, text: &Text<'a>, depth: u32) -> Vec<Draft> {
        let depends =
            ["anyOf", "oneOf", "if", "dependentSchemas", "contains"].iter().any(|key| text.value().get(key).is_some());
        let mut own = self.add_open(vec![Draft::any()], version, text, depth);
        let members = text.value().get("unevaluatedProperties").is_some();
        let items = text.value().get("unevaluatedItems").is_some();
        let others = self.space.inner(version, text, |value| value.get("unevaluatedProperties"));
        let behind = self.space.inner(version, text, |value| value.get("unevaluatedItems"));
        let whole = self.whole(version, text);
        for draft in &mut own {
            if members && draft.objects.additional.is_none() {
                draft.objects.additional = Some(others);
            }
            if items && draft.lists.items == Term::ANY {
                draft.lists.items = behind;
            }
            draft.is_plain = false;
            if depends {
                draft.demand(Rest::Opaque("what no other part of the schema looks at", whole));
            }
        }
        self.product(drafts, &own, whole)
    }

    fn product(&mut self, drafts: &[Draft], others: &[Draft], whole: Term) -> Vec<Draft> {
        if drafts.len().saturating_mul(others.len()) > CASES {
            let mut drafts = drafts.to_vec();
            drafts.iter_mut().for_each(|draft| draft.demand(Rest::Opaque("too many alternatives", whole)));
            return drafts;
        }
        let mut product = Vec::new();
        for draft in drafts {
            for other in others {
                let mut draft = draft.clone();
                self.put_together(&mut draft, other);
                product.push(draft);
            }
        }
        product.retain(|draft| draft.types != Types::NONE);
        product
    }

    fn put_together(&mut self, draft: &mut Draft, other: &Draft) {
        let is_less = draft.objects.mixes_with(&other.objects);
        draft.and(other, self.space);
        if is_less {
            draft.demand(Rest::Opaque("members by patterns beside a rule for all others", self.all));
        }
    }

    /// A schema as a term.
    fn whole(&mut self, version: Version, text: &Text<'a>) -> Term {
        self.space.whole(version, text)
    }
}

/// The schemas of a keyword that has a list of them.
fn list<'a>(text: &Text<'a>, keyword: &str) -> Vec<Text<'a>> {
    fn items<'v>(value: &'v Value, keyword: &str) -> &'v [Value] {
        value.get(keyword).and_then(Value::as_array).unwrap_or_default()
    }
    match text {
        Text::Written(value) => items(value, keyword).iter().map(Text::Written).collect(),
        Text::Made(value) => items(value, keyword).iter().map(|item| Text::Made(Rc::new(item.clone()))).collect(),
    }
}
