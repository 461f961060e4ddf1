//! The schemas of both descriptions in one space. A term is a set of schemas that all have to hold, by what each means: two terms
//! are one number exactly if they say the same, whichever description they stand in.

use std::collections::HashMap;
use std::rc::Rc;

use methodical_document::{Object, Value};
use methodical_model::{Api, IMPLIED_TYPE, TypeId};

use super::hash::{Hash, Hashes};

/// Which of the two descriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Version {
    Old,
    New,
}

impl Version {
    pub(crate) fn other(self) -> Version {
        match self {
            Version::Old => Version::New,
            Version::New => Version::Old,
        }
    }
}

/// A schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Part(u32);

/// Schemas that all have to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Term(u32);

impl Term {
    /// Every value.
    pub(super) const ANY: Term = Term(0);
    /// No value.
    pub(super) const NEVER: Term = Term(1);

    /// Its position among all terms.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The text of a schema.
#[derive(Clone)]
pub(super) enum Text<'a> {
    /// As it stands in a description.
    Written(&'a Value),
    /// Made on the way.
    Made(Rc<Value>),
}

impl Text<'_> {
    pub(super) fn value(&self) -> &Value {
        match self {
            Text::Written(value) => value,
            Text::Made(value) => value,
        }
    }
}

pub(super) struct Space<'a> {
    apis: [&'a Api; 2],
    hashes: [Hashes<'a>; 2],
    parts: Vec<(Version, Text<'a>, Hash)>,
    by_meaning: HashMap<Hash, Part>,
    by_address: HashMap<usize, Part>,
    terms: Vec<Rc<[Part]>>,
    by_parts: HashMap<Rc<[Part]>, Term>,
}

impl<'a> Space<'a> {
    pub(super) fn new(old: &'a Api, new: &'a Api) -> Space<'a> {
        let mut space = Space {
            apis: [old, new],
            hashes: [Hashes::new(old), Hashes::new(new)],
            parts: Vec::new(),
            by_meaning: HashMap::new(),
            by_address: HashMap::new(),
            terms: Vec::new(),
            by_parts: HashMap::new(),
        };
        space.term(Vec::new());
        let never = space.made(Version::Old, Value::Bool(false));
        space.term(vec![never]);
        space
    }

    pub(super) fn api(&self, version: Version) -> &'a Api {
        self.apis[version as usize]
    }

    pub(super) fn named(&self, version: Version, name: &str) -> Option<TypeId> {
        self.hashes[version as usize].named(name)
    }

    /// The schema of a named type.
    pub(super) fn type_text(&self, version: Version, id: TypeId) -> Text<'a> {
        Text::Written(&self.api(version).type_def(id).canonical.value)
    }

    pub(super) fn version(&self, part: Part) -> Version {
        self.parts[part.0 as usize].0
    }

    pub(super) fn text(&self, part: Part) -> Text<'a> {
        self.parts[part.0 as usize].1.clone()
    }

    pub(super) fn parts(&self, term: Term) -> Rc<[Part]> {
        Rc::clone(&self.terms[term.index()])
    }

    /// The text of a term that is one schema, behind any references.
    pub(super) fn single(&self, term: Term) -> Option<Text<'a>> {
        const DEEPEST: usize = 16;
        let [only] = &*self.terms[term.index()] else { return None };
        let (version, mut text) = (self.version(*only), self.text(*only));
        for _ in 0..DEEPEST {
            let Some(id) = text.value().reference().and_then(|name| self.named(version, name)) else {
                return Some(text);
            };
            text = self.type_text(version, id);
        }
        None
    }

    /// The component of a version that a term is.
    pub(super) fn component(&self, version: Version, term: Term) -> Option<TypeId> {
        match &*self.terms[term.index()] {
            [only] => self.hashes[version as usize].component(self.parts[only.0 as usize].2),
            _ => None,
        }
    }

    /// How many terms there are.
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    /// A schema that stands in a description, as a term.
    pub(super) fn written(&mut self, version: Version, value: &'a Value) -> Term {
        if says_nothing(value) {
            return Term::ANY;
        }
        let address = std::ptr::from_ref(value) as usize;
        let part = match self.by_address.get(&address) {
            Some(part) => *part,
            None => {
                let part = self.part(version, Text::Written(value));
                self.by_address.insert(address, part);
                part
            }
        };
        self.term(vec![part])
    }

    /// A schema, as a term.
    pub(super) fn whole(&mut self, version: Version, text: &Text<'a>) -> Term {
        match text {
            Text::Written(value) => self.written(version, value),
            Text::Made(value) => self.made_term(version, (**value).clone()),
        }
    }

    /// A member or an item of a schema, as a term.
    pub(super) fn inner(&mut self, version: Version, holder: &Text<'a>, at: impl Fn(&Value) -> Option<&Value>) -> Term {
        match holder {
            Text::Written(value) => at(value).map_or(Term::ANY, |value| self.written(version, value)),
            Text::Made(value) => match at(value) {
                Some(value) => self.made_term(version, value.clone()),
                None => Term::ANY,
            },
        }
    }

    /// A schema that is made on the way, as a term.
    pub(super) fn made_term(&mut self, version: Version, value: Value) -> Term {
        if says_nothing(&value) {
            return Term::ANY;
        }
        let part = self.made(version, value);
        self.term(vec![part])
    }

    /// The schema of one keyword.
    pub(super) fn keyword(&mut self, version: Version, keyword: &str, value: Value) -> Term {
        let members: Object = [(keyword.to_owned(), value)].into_iter().collect();
        self.made_term(version, Value::Object(members))
    }

    /// All values that a term does not accept.
    pub(super) fn negated(&mut self, term: Term) -> Term {
        let parts = self.parts(term);
        let not = |value: &Value| Value::Object([("not".to_owned(), value.clone())].into_iter().collect());
        match &*parts {
            [] => Term::NEVER,
            [only] => {
                let (version, text) = (self.version(*only), self.text(*only));
                self.made_term(version, not(text.value()))
            }
            // Parts of both versions are no schema of either.
            _ => Term::ANY,
        }
    }

    /// All objects with a member of this name, and all that are no objects.
    pub(super) fn having(&mut self, name: &str) -> Term {
        self.keyword(Version::Old, "required", Value::Array(vec![Value::String(name.to_owned())]))
    }

    /// Objects that may have any members, and say so.
    pub(super) fn open(&mut self) -> Term {
        self.keyword(Version::Old, "additionalProperties", Value::Bool(true))
    }

    /// All strings.
    pub(super) fn texts(&mut self) -> Term {
        self.keyword(Version::Old, "type", Value::String("string".to_owned()))
    }

    /// One value.
    pub(super) fn constant(&mut self, value: Value) -> Term {
        self.keyword(Version::Old, "const", value)
    }

    fn made(&mut self, version: Version, value: Value) -> Part {
        self.part(version, Text::Made(Rc::new(value)))
    }

    fn part(&mut self, version: Version, text: Text<'a>) -> Part {
        let hash = self.hashes[version as usize].schema(text.value());
        if let Some(part) = self.by_meaning.get(&hash) {
            return *part;
        }
        let part = Part(u32::try_from(self.parts.len()).unwrap_or(u32::MAX));
        self.parts.push((version, text, hash));
        self.by_meaning.insert(hash, part);
        part
    }

    fn term(&mut self, mut parts: Vec<Part>) -> Term {
        parts.sort_unstable();
        parts.dedup();
        if let Some(term) = self.by_parts.get(parts.as_slice()) {
            return *term;
        }
        let term = Term(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
        let parts: Rc<[Part]> = parts.into();
        self.terms.push(Rc::clone(&parts));
        self.by_parts.insert(parts, term);
        term
    }

    /// Both.
    pub(super) fn both(&mut self, left: Term, right: Term) -> Term {
        match (left, right) {
            (Term::NEVER, _) | (_, Term::NEVER) => Term::NEVER,
            (Term::ANY, one) | (one, Term::ANY) => one,
            (left, right) if left == right => left,
            (left, right) => {
                let parts = self.terms[left.index()].iter().chain(self.terms[right.index()].iter());
                let parts = parts.copied().collect();
                self.term(parts)
            }
        }
    }
}

/// Whether every value is accepted. A type that only generated code gives to it says nothing of messages.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Object(members) => members.keys().all(|keyword| keyword.as_str() == IMPLIED_TYPE),
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    }
}
