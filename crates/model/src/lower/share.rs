//! Inline schemas that say the same become one type.
//!
//! Descriptions repeat themselves: who writes one by a program often has it inline what several operations have in
//! common, and with a type for each place most of a large crate would say again what it says elsewhere. Components are
//! never shared: that two of them say the same today is for their author to change.
//!
//! Two schemas say the same if nothing but their places and examples could tell them apart, and if what they refer to
//! says the same too. All are taken for one at first and told apart until nothing more does (as automata are made small), so
//! that schemas that contain themselves are no special case.

use std::collections::HashMap;
use std::hash::Hash;
use std::io::Write;
use std::mem::discriminant;

use methodical_document::{Value, both};

use super::canonical::preliminary;
use super::types::{for_ids, for_shape};
use crate::{Additional, Docs, Schema, Shape, TypeDef};

/// For each type the one that stands for it, which is the `first` of those that say the same.
pub(super) fn representatives<'t, F: Ord>(
    types: &mut [TypeDef],
    is_inline: impl Fn(usize) -> bool,
    first: impl Fn(usize) -> F + 't,
) -> Vec<usize> {
    let apart = |index: usize| (!is_inline(index)).then_some(index);
    // Those that stay apart need not be asked what they say.
    let apart_all: Vec<Option<usize>> = (0..types.len()).map(apart).collect();
    let told = told(types, &apart_all);
    let (mut classes, mut count) = number(told.iter().enumerate().map(|(index, told)| (apart_all[index], &told.text)));
    loop {
        let below = |told: &Told| told.references.iter().map(|index| classes[*index]).collect::<Vec<_>>();
        let (finer, finer_count) = number(classes.iter().zip(&told).map(|(class, told)| (*class, below(told))));
        if finer_count == count {
            break;
        }
        (classes, count) = (finer, finer_count);
    }
    let mut chosen: Vec<Option<usize>> = vec![None; count];
    for (index, class) in classes.iter().enumerate() {
        if chosen[*class].is_none_or(|earlier| first(index) < first(earlier)) {
            chosen[*class] = Some(index);
        }
    }
    classes.iter().enumerate().map(|(index, class)| chosen[*class].unwrap_or(index)).collect()
}

/// What each type says, found out on two cores. Those that stay apart need not be asked.
fn told(types: &mut [TypeDef], apart: &[Option<usize>]) -> Vec<Told> {
    let told = |(definition, apart): (&mut TypeDef, &Option<usize>)| match apart {
        None => Told::of(definition),
        Some(_) => Told::default(),
    };
    let half = types.len() / 2;
    let ((first, second), apart) = (types.split_at_mut(half), apart.split_at(half));
    let (mut all, second) = both(
        || first.iter_mut().zip(apart.0).map(told).collect::<Vec<Told>>(),
        || second.iter_mut().zip(apart.1).map(told).collect::<Vec<Told>>(),
    );
    all.extend(second);
    all
}

/// Numbers things from 0, equal ones alike, and counts the numbers.
fn number<T: Eq + Hash>(things: impl Iterator<Item = T>) -> (Vec<usize>, usize) {
    let mut numbers: HashMap<T, usize, foldhash::fast::RandomState> = HashMap::default();
    let numbered = things.map(|thing| {
        let next = numbers.len();
        *numbers.entry(thing).or_insert(next)
    });
    let numbered: Vec<usize> = numbered.collect();
    (numbered, numbers.len())
}

/// What a type says: itself, and by reference.
#[derive(Default)]
struct Told {
    text: Vec<u8>,
    /// Preliminary numbers of types, in the order in which they are referred to.
    references: Vec<usize>,
}

impl Told {
    fn of(definition: &mut TypeDef) -> Told {
        let mut told = Told::default();
        told.docs(&definition.docs);
        told.note(format_args!("{} {:?}", definition.deprecated, definition.direction));
        told.references.extend(definition.counterpart.map(crate::TypeId::index));
        told.shape(&definition.shape);
        for_shape(&mut definition.shape, &mut |schema| told.schema(schema));
        told.value(&definition.canonical.value);
        told
    }

    fn note(&mut self, text: std::fmt::Arguments<'_>) {
        // Cannot fail: a list of bytes takes everything.
        let _ = write!(self.text, "{text}\0");
    }

    /// One of a few words.
    fn word(&mut self, word: &str) {
        self.text.extend_from_slice(word.as_bytes());
        self.text.push(0);
    }

    fn number(&mut self, number: usize) {
        self.text.extend_from_slice(&number.to_ne_bytes());
    }

    /// A text as it is, with its length, so that where it ends cannot be mistaken.
    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.text.extend_from_slice(text.as_bytes());
    }

    fn docs(&mut self, docs: &Docs) {
        for text in [&docs.summary, &docs.description] {
            match text {
                Some(text) => self.text(text),
                None => self.word("none"),
            }
        }
    }

    /// What only types say. Which values there are, with all limits and formats, the canonical form tells.
    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Object(object) => {
                for property in &object.properties {
                    let crate::Property {
                        name,
                        docs,
                        schema: _,
                        required,
                        deprecated,
                        stability,
                        access,
                        immutable,
                        volatile,
                    } = property;
                    [&name.wire, &name.snake, &name.pascal].into_iter().for_each(|name| self.text(name));
                    let flags = [*required, *deprecated, *immutable, *volatile].map(u8::from);
                    self.text.extend_from_slice(&flags);
                    self.text.push(*access as u8);
                    self.text.push(*stability as u8);
                    self.docs(docs);
                }
                let additional = match object.additional {
                    Additional::Unspecified => "unspecified",
                    Additional::Denied => "denied",
                    Additional::Typed(_) => "typed",
                };
                let crate::Object { required, read_only, on_read_only, min_properties, max_properties, .. } = object;
                self.note(format_args!("{required:?} {read_only:?} {on_read_only:?} {additional}"));
                self.note(format_args!("{min_properties:?} {max_properties:?}"));
            }
            Shape::Enumeration(variants) => variants.iter().for_each(|variant| self.note(format_args!("{variant:?}"))),
            Shape::Union(union) => {
                union.variants.iter().for_each(|(name, _)| {
                    self.text(&name.snake);
                    self.text(&name.pascal);
                });
                self.note(format_args!("{} {:?}", union.exclusive, union.discriminator));
            }
            Shape::Alias(_) => self.word("alias"),
        }
    }

    fn schema(&mut self, schema: &mut Schema) {
        self.note(format_args!("{:?}", discriminant(&schema.kind)));
        self.text.extend([schema.nullable, schema.default.is_some()].map(u8::from));
        schema.default.iter().for_each(|default| self.note(format_args!("{default:?}")));
        for_ids(schema, &mut |id| self.references.push(id.index()));
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => match preliminary(text) {
                Some(index) => {
                    self.references.push(index);
                    self.word("reference");
                }
                None => {
                    self.word("text");
                    self.text(text);
                }
            },
            Value::Array(items) => {
                self.word("list");
                self.number(items.len());
                items.iter().for_each(|item| self.value(item));
            }
            Value::Object(members) => {
                self.word("object");
                self.number(members.len());
                for (name, member) in members {
                    self.text(name);
                    self.value(member);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => self.note(format_args!("{value:?}")),
        }
    }
}

/// The words of a name for what stands at several places, each with its words: those that all begin and end with. `None` where these are
/// too few to say anything.
pub(super) fn common_words(places: &[Vec<String>]) -> Option<Vec<String>> {
    let (one, others) = places.split_first()?;
    let shortest = places.iter().map(Vec::len).min()?;
    let alike = |at: &dyn Fn(&[String], usize) -> Option<String>| {
        (0..shortest).take_while(|back| others.iter().all(|other| at(other, *back) == at(one, *back))).count()
    };
    let begin = alike(&|words, at| words.get(at).cloned());
    let end = alike(&|words, back| words.len().checked_sub(back + 1).and_then(|at| words.get(at).cloned()));
    let end = end.min(shortest - begin);
    let words: Vec<String> = one[..begin].iter().chain(&one[one.len() - end..]).cloned().collect();
    (words.len() > 1).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::common_words;

    #[test]
    fn a_shared_type_is_named_by_what_its_places_have_in_common() {
        let check = |places: &[&str], expect: &str| {
            let places: Vec<Vec<String>> =
                places.iter().map(|place| place.split(' ').map(str::to_owned).collect()).collect();
            assert_eq!(common_words(&places).unwrap_or_default().join(" "), expect);
        };
        check(&["get pet response 401 error item", "get pet response 403 error item"], "get pet response error item");
        check(&["get pet owner", "list pets owner"], "");
        check(&["get pet owner address", "list pets owner address"], "owner address");
        check(&["a b a", "a b a b a"], "a b a");
        check(&["a b", "c d"], "");
    }
}
