//! Alternatives, what is excluded, and conditions.

use methodical_document::{Object, Value};

use super::{CASES, Draft, Drafts, Rest, Types, counted, list};
use crate::schema::facts::{Member, Objects};
use crate::schema::hash::{is_null, position_of};
use crate::schema::space::{Term, Text, Version};

/// How many alternatives are told apart pair by pair.
const PAIRS: usize = 64;

/// What tells alternatives apart.
struct Tags {
    property: String,
    /// Each tag with the position of its alternative, `null` aside.
    mapping: Vec<(String, usize)>,
    default: Option<usize>,
}

impl<'a> Drafts<'_, 'a> {
    /// `oneOf` or `anyOf`.
    pub(super) fn unite(
        &mut self,
        drafts: Vec<Draft>,
        version: Version,
        text: &Text<'a>,
        keyword: &'static str,
        depth: u32,
    ) -> Vec<Draft> {
        let alternatives = list(text, keyword);
        if text.value().get(keyword).is_none() {
            return drafts;
        }
        let terms: Vec<Term> = alternatives.iter().map(|one| self.whole(version, one)).collect();
        if drafts.len().saturating_mul(alternatives.len()) > CASES {
            let whole = self.whole(version, text);
            let mut drafts = drafts;
            drafts.iter_mut().for_each(|draft| draft.demand(Rest::Opaque("too many alternatives", whole)));
            return drafts;
        }
        let tags = tags(text.value(), keyword);
        let mut found: Vec<Vec<Draft>> = Vec::new();
        let mut position = 0;
        for alternative in &alternatives {
            let mut chosen = self.add(drafts.clone(), version, alternative, depth);
            let name = alternative.value().reference().and_then(|name| self.space.named(version, name));
            for draft in chosen.iter_mut().filter(|draft| draft.named.is_none()) {
                draft.named = name.map(|id| (version, id));
            }
            if let Some(tags) = tags.as_ref().filter(|_| !is_null(alternative.value())) {
                self.tag(&mut chosen, version, tags, position);
            }
            position += usize::from(!is_null(alternative.value()));
            found.push(chosen);
        }
        let is_meant = keyword == "oneOf" && tags.is_none() && alternatives.len() > 1;
        if is_meant && !is_any_within(&found) {
            self.demand_one(&mut found, Rest::Exactly(terms.into()));
        }
        found.into_iter().flatten().collect()
    }

    /// That exactly one alternative accepts a value, type by type: nothing is to be demanded of types of which no value is of two, and
    /// a type of which two accept every value has none that only one accepts.
    fn demand_one(&self, alternatives: &mut [Vec<Draft>], rest: Rest) {
        let is_shared = |types: &Types| !self.are_apart(alternatives, *types);
        let shared: Vec<Types> = Types::EACH.into_iter().filter(is_shared).collect();
        let has_all = |drafts: &&Vec<Draft>, types: Types| drafts.iter().any(|draft| draft.has_all(types));
        let is_twice = |types: &Types| alternatives.iter().filter(|drafts| has_all(drafts, *types)).count() > 1;
        let (twice, doubtful): (Vec<Types>, Vec<Types>) = shared.into_iter().partition(is_twice);
        let [twice, doubtful] = [twice, doubtful].map(|all| all.into_iter().fold(Types::NONE, Types::or));
        if twice.or(doubtful) == Types::NONE {
            return;
        }
        for drafts in alternatives {
            let split = std::mem::take(drafts).into_iter().flat_map(|draft| {
                let certain = draft.of(Types::ALL.without(twice).without(doubtful));
                let mut other = draft.of(doubtful);
                other.demand(rest.clone());
                [certain, other]
            });
            drafts.extend(split.filter(|draft| draft.types != Types::NONE));
            drafts.iter_mut().for_each(|draft| draft.is_plain = false);
        }
    }

    /// Whether no value of some types is of two alternatives, as far as that is plain to see.
    fn are_apart(&self, alternatives: &[Vec<Draft>], types: Types) -> bool {
        if alternatives.len() > PAIRS {
            return false;
        }
        alternatives.iter().enumerate().all(|(index, drafts)| {
            let others = alternatives[index + 1..].iter().flatten();
            let apart = |other: &Draft| drafts.iter().all(|draft| draft.is_apart_in(types, other, self.space));
            others.into_iter().all(apart)
        })
    }

    /// What the tag of an alternative has to be.
    fn tag(&mut self, drafts: &mut Vec<Draft>, version: Version, tags: &Tags, position: usize) {
        let own: Vec<Value> = tags.values(|target| target == position);
        if own.is_empty() || tags.default == Some(position) {
            // It has every value whose tag leads elsewhere, or that has none.
            let others = self.tagged(version, tags, tags.values(|target| target != position));
            drafts.iter_mut().for_each(|draft| draft.demand(Rest::Not(others)));
            return;
        }
        let term = self.space.keyword(version, "enum", Value::Array(own));
        let mut objects = Objects::any();
        let member = Member { term, required: true, declared: true, read_only: None };
        objects.members.insert(tags.property.clone(), member);
        let tagged = Draft { types: Types::OBJECT, objects, is_plain: false, ..Draft::any() };
        drafts.iter_mut().for_each(|draft| draft.and(&tagged, self.space));
        drafts.retain(|draft| draft.types != Types::NONE);
    }

    /// The objects with one of these tags.
    fn tagged(&mut self, version: Version, tags: &Tags, values: Vec<Value>) -> Term {
        let object = |members: Vec<(&str, Value)>| {
            Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Object>())
        };
        let property = object(vec![("enum", Value::Array(values))]);
        let schema = object(vec![
            ("type", Value::String("object".to_owned())),
            ("required", Value::Array(vec![Value::String(tags.property.clone())])),
            ("properties", object(vec![(tags.property.as_str(), property)])),
        ]);
        self.space.made_term(version, schema)
    }

    /// `not`.
    pub(super) fn exclude(&mut self, drafts: Vec<Draft>, version: Version, text: &Text<'a>) -> Vec<Draft> {
        if text.value().get("not").is_none() {
            return drafts;
        }
        let term = self.space.inner(version, text, |value| value.get("not"));
        self.without(drafts, term)
    }

    fn without(&mut self, mut drafts: Vec<Draft>, term: Term) -> Vec<Draft> {
        if term == Term::ANY {
            return Vec::new();
        }
        let parts = self.space.parts(term);
        let text = match &*parts {
            [only] => self.space.text(*only),
            _ => return demand_not(drafts, term),
        };
        let only = text.value().as_object().filter(|members| members.len() == 1).and_then(|members| members.first());
        match only.map(|(keyword, value)| (keyword.as_str(), value)) {
            Some(("type", named)) if single_type(named).is_some() => {
                let refused = single_type(named).unwrap_or(Types::NONE);
                drafts.iter_mut().for_each(|draft| draft.types = draft.types.without(refused));
                drafts.retain(|draft| draft.types != Types::NONE);
                drafts
            }
            Some(("required", Value::Array(names))) if names.len() == 1 => {
                let Some(name) = names[0].as_str() else { return drafts };
                let mut objects = Objects::any();
                let absent = Member { term: Term::NEVER, required: false, declared: false, read_only: None };
                objects.members.insert(name.to_owned(), absent);
                let without = Draft { types: Types::OBJECT, objects, is_plain: false, ..Draft::any() };
                drafts.iter_mut().for_each(|draft| draft.and(&without, self.space));
                drafts.retain(|draft| draft.types != Types::NONE);
                drafts
            }
            Some(("const" | "enum", _)) if drafts.iter().all(|draft| draft.values.is_some()) => {
                let refused = counted(text.value()).unwrap_or_default();
                for values in drafts.iter_mut().filter_map(|draft| draft.values.as_mut()) {
                    values.retain(|value| !refused.iter().any(|one| methodical_wire::equal(one, value)));
                }
                drafts
            }
            Some(_) | None => demand_not(drafts, term),
        }
    }

    /// `if`, `then`, `else`: what follows where it is plain whether the condition is met, and all three together where it is not.
    pub(super) fn condition(
        &mut self,
        drafts: Vec<Draft>,
        version: Version,
        text: &Text<'a>,
        depth: u32,
    ) -> Vec<Draft> {
        let [test, then, otherwise] =
            ["if", "then", "else"].map(|keyword| self.space.inner(version, text, |value| value.get(keyword)));
        if text.value().get("if").is_none() || (then, otherwise) == (Term::ANY, Term::ANY) {
            return drafts;
        }
        let met = self.add_term(vec![Draft::any()], test, depth);
        let mut found = Vec::new();
        for mut draft in drafts {
            if self.holds(test) {
                found.extend(self.add_term(vec![draft], then, depth));
            } else if self.fails(test) || met.iter().all(|met| draft.is_apart_from(met, self.space)) {
                found.extend(self.add_term(vec![draft], otherwise, depth));
            } else {
                draft.demand(Rest::Condition([test, then, otherwise]));
                found.push(draft);
            }
        }
        found
    }

    /// The drafts, of which a term has to hold too.
    fn add_term(&mut self, mut drafts: Vec<Draft>, term: Term, depth: u32) -> Vec<Draft> {
        for part in self.space.parts(term).iter() {
            let (version, text) = (self.space.version(*part), self.space.text(*part));
            drafts = self.add(drafts, version, &text, depth);
        }
        drafts
    }

    /// Whether a term is among what is put together.
    fn holds(&self, term: Term) -> bool {
        self.space.parts(term).iter().all(|part| self.parts.contains(part))
    }

    /// Whether it is among what is put together that a term does not hold.
    fn fails(&mut self, term: Term) -> bool {
        self.space.parts(term).len() == 1 && {
            let refused = self.space.negated(term);
            self.holds(refused)
        }
    }
}

/// Whether all values of an alternative are of another one too. By the letter it could then never be, so that exactly one is not what the
/// author means: any of them is.
fn is_any_within(alternatives: &[Vec<Draft>]) -> bool {
    let whole = |drafts: &[Draft], others: &[Draft]| {
        !drafts.is_empty() && drafts.iter().all(|draft| others.iter().any(|other| draft.is_within(other)))
    };
    alternatives.len() <= PAIRS
        && alternatives.iter().enumerate().any(|(index, drafts)| {
            let others = alternatives.iter().enumerate().filter(|(other, _)| *other != index);
            others.into_iter().any(|(_, others)| whole(drafts, others))
        })
}

fn demand_not(mut drafts: Vec<Draft>, term: Term) -> Vec<Draft> {
    drafts.iter_mut().for_each(|draft| draft.demand(Rest::Not(term)));
    drafts
}

/// The one type that is named, integers aside, which numbers without them are not easily said.
fn single_type(named: &Value) -> Option<Types> {
    match named.as_str()? {
        "null" => Some(Types::NULL),
        "boolean" => Some(Types::BOOLEAN),
        "number" => Some(Types::NUMBER),
        "string" => Some(Types::TEXT),
        "array" => Some(Types::LIST),
        "object" => Some(Types::OBJECT),
        _ => None,
    }
}

impl Tags {
    fn values(&self, leads_to: impl Fn(usize) -> bool) -> Vec<Value> {
        let tags = self.mapping.iter().filter(|(_, target)| leads_to(*target));
        tags.map(|(tag, _)| Value::String(tag.clone())).collect()
    }
}

/// The discriminator, if it is of this union.
fn tags(holder: &Value, keyword: &str) -> Option<Tags> {
    let discriminator = holder.get("discriminator")?;
    if keyword == "anyOf" && holder.get("oneOf").is_some() {
        return None;
    }
    let alternatives = holder.get(keyword)?.as_array()?;
    let proper: Vec<&Value> = alternatives.iter().filter(|one| !is_null(one)).collect();
    let position = |value: &Value| match value.as_str() {
        Some(name) => proper.iter().position(|one| one.reference() == Some(name)),
        None => position_of(value).filter(|at| *at < proper.len()),
    };
    let mapping = discriminator.get("mapping").and_then(Value::as_object).into_iter().flatten();
    Some(Tags {
        property: discriminator.get("propertyName")?.as_str()?.to_owned(),
        mapping: mapping.filter_map(|(tag, target)| Some((tag.to_string(), position(target)?))).collect(),
        default: discriminator.get("defaultMapping").and_then(position),
    })
}
