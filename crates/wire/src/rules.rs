//! What a schema's text is compiled into: a tree of rules, all of which a value has to keep. Everything that can be settled
//! once is settled here (patterns, exact bounds, sorted names), so that a request costs only comparisons.

mod compile;
mod number;
pub(crate) mod text;

use std::sync::Arc;

use serde_json::Value;

use crate::Schema;
use crate::format::Format;
use crate::pattern::Pattern;
pub use number::Exact;

/// A schema, compiled.
#[derive(Default)]
pub(crate) struct Rules {
    /// The schema `false`: no value is accepted.
    pub(crate) never: bool,
    /// The types that are accepted, in the order in which the schema names them. `None`: all.
    pub(crate) types: Option<Vec<Type>>,
    /// `enum`; `const` is one of one.
    pub(crate) values: Option<Vec<Value>>,
    /// Whether there is `const`, so that types do not hold the value: they know it.
    pub(crate) constant: bool,
    /// `$ref`.
    pub(crate) reference: Option<Reference>,
    pub(crate) number: Option<NumberRules>,
    pub(crate) text: Option<Box<TextRules>>,
    pub(crate) list: Option<Box<ListRules>>,
    pub(crate) object: Option<Box<ObjectRules>>,
    /// `oneOf` and `anyOf`.
    pub(crate) unions: Vec<Union>,
    /// `allOf`.
    pub(crate) all: Vec<Rules>,
    /// `not`.
    pub(crate) not: Option<Box<Rules>>,
    /// `if`, `then`, `else`.
    pub(crate) condition: Option<Box<Condition>>,
    /// Set where the whole schema is one keyword that only leads to another schema.
    pub(crate) wraps: bool,
}

/// What a `$ref` leads to.
#[derive(Clone, Copy)]
pub(crate) enum Reference {
    /// To a static of generated code.
    Static(&'static Schema),
    /// To the entry at this position of the [`SchemaSet`](crate::SchemaSet) that is being validated with.
    Entry(usize),
}

impl Reference {
    /// The rules it leads to, unless it is an entry of a set: in code that knows generated schemas only.
    pub(crate) fn rules(self) -> Option<&'static Rules> {
        match self {
            Reference::Static(schema) => Some(schema.rules()),
            Reference::Entry(_) => None,
        }
    }
}

/// The types of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    Text,
    List,
    Object,
}

/// Rules for numbers.
#[derive(Default)]
pub(crate) struct NumberRules {
    pub(crate) minimum: Option<Bound>,
    pub(crate) maximum: Option<Bound>,
    pub(crate) multiple_of: Option<Exact>,
}

/// A bound of a number.
#[derive(Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) value: Exact,
    /// Whether the bound itself is out of range.
    pub(crate) exclusive: bool,
}

/// Rules for strings. Lengths count Unicode scalar values, as JSON Schema counts characters.
pub(crate) struct TextRules {
    pub(crate) format: Format,
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    /// Each as it was written, and compiled.
    pub(crate) pattern: Option<(String, Arc<Pattern>)>,
}

/// Rules for lists.
#[derive(Default)]
pub(crate) struct ListRules {
    /// `prefixItems`: what the first items have to be.
    pub(crate) prefix: Vec<Rules>,
    /// What the others have to be.
    pub(crate) items: Option<Rules>,
    pub(crate) min_items: Option<u64>,
    pub(crate) max_items: Option<u64>,
    pub(crate) unique: bool,
    pub(crate) contains: Option<Contains>,
    pub(crate) unevaluated: Option<Rules>,
}

/// `contains`, and how many.
pub(crate) struct Contains {
    pub(crate) rules: Rules,
    pub(crate) minimum: u64,
    pub(crate) maximum: Option<u64>,
}

/// Rules for objects.
#[derive(Default)]
pub(crate) struct ObjectRules {
    /// The members with names, sorted; those that are only required among them.
    pub(crate) properties: Vec<Property>,
    /// `patternProperties`.
    pub(crate) patterns: Vec<(Arc<Pattern>, Rules)>,
    /// What members have to be that neither of these names.
    pub(crate) additional: Option<Rules>,
    /// `propertyNames`.
    pub(crate) names: Option<Rules>,
    pub(crate) min_properties: Option<u64>,
    pub(crate) max_properties: Option<u64>,
    /// `dependentRequired` and `dependentSchemas`: what has to hold where a member is present.
    pub(crate) dependent: Vec<(String, Dependent)>,
    pub(crate) unevaluated: Option<Rules>,
}

/// What the presence of a member demands.
pub(crate) enum Dependent {
    /// That others are there.
    Members(Vec<String>),
    /// That the object keeps more rules.
    Schema(Box<Rules>),
}

/// A member of an object.
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) rules: Rules,
    /// Whether `properties` has it; `required` alone does not make a member known.
    pub(crate) known: bool,
    pub(crate) required: bool,
    /// What a request gets that sets it all the same, where it may not.
    pub(crate) read_only: Option<OnReadOnly>,
}

/// What becomes of a `readOnly` member that a client sends all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnReadOnly {
    /// It has no effect ([`normalise`](crate::normalise) drops it).
    Ignore,
    /// The request is refused ([`validate`](crate::validate()) reports it).
    Refuse,
    /// The request is refused unless it equals the present value ([`check_read_only`](crate::check_read_only) compares).
    Match,
}

/// `oneOf` or `anyOf`.
pub(crate) struct Union {
    /// The alternatives, `null` aside.
    pub(crate) variants: Vec<Rules>,
    /// Whether `null` is one of the alternatives.
    pub(crate) null: bool,
    /// Whether exactly one has to accept the value (`oneOf`), or at least one.
    pub(crate) exclusive: bool,
    pub(crate) discriminator: Option<Discriminator>,
    /// Whether the alternatives only say which members have to be there: no shapes, but conditions.
    pub(crate) of_conditions: bool,
}

/// What tells the alternatives of a union apart.
pub(crate) struct Discriminator {
    /// The member that carries the tag.
    pub(crate) property: String,
    /// Each tag with its position among the variants.
    pub(crate) mapping: Vec<(String, usize)>,
    /// The variant that has every other tag, or none.
    pub(crate) default: Option<usize>,
    /// The variants that no tag leads to: what has none of the tags is one of them.
    pub(crate) untagged: Vec<usize>,
}

/// `if`, `then`, `else`.
pub(crate) struct Condition {
    pub(crate) when: Rules,
    pub(crate) then: Option<Rules>,
    pub(crate) otherwise: Option<Rules>,
}

/// How many references are followed in a row. A chain that never ends has no values either.
const LONGEST_CHAIN: u32 = 64;

impl Rules {
    /// The rules behind references, and behind unions of one schema and `null`.
    pub(crate) fn core(&self) -> &Rules {
        let mut rules = self;
        for _ in 0..LONGEST_CHAIN {
            if !rules.wraps {
                return rules;
            }
            rules = match (&rules.reference, rules.unions.as_slice(), rules.all.as_slice()) {
                (Some(Reference::Static(target)), ..) => target.rules(),
                // Which set it is an entry of is not known here.
                (Some(Reference::Entry(_)), ..) => return rules,
                (None, [Union { variants, .. }], _) if variants.len() == 1 => &variants[0],
                (None, _, [only]) => only,
                (None, ..) => return rules,
            };
        }
        rules
    }

    /// The union whose alternatives are the variants of a type.
    pub(crate) fn union(&self) -> Option<&Union> {
        let unions = || self.unions.iter().chain(self.all.iter().flat_map(|part| &part.unions));
        unions().find(|union| !union.of_conditions)
    }

    /// Whether nothing is said, and every value accepted.
    pub(crate) fn is_any(&self) -> bool {
        let says_what =
            self.never || self.types.is_some() || self.values.is_some() || self.number.is_some() || self.text.is_some();
        let has_parts = self.list.is_some() || self.object.is_some() || !self.all.is_empty() || !self.unions.is_empty();
        let leads_on = self.reference.is_some() || self.not.is_some() || self.condition.is_some();
        !says_what && !has_parts && !leads_on
    }

    /// The types that values may have, `null` aside; none where nothing is said.
    pub(crate) fn types(&self) -> impl Iterator<Item = Type> + '_ {
        self.types.iter().flatten().copied().filter(|named| *named != Type::Null)
    }

    /// The one type that all values have, `null` aside.
    pub(crate) fn only_type(&self) -> Option<Type> {
        let mut types = self.types();
        types.next().filter(|_| types.next().is_none())
    }

    /// Whether values have this type and no other, `null` aside.
    pub(crate) fn is_only(&self, wanted: Type) -> bool {
        self.only_type() == Some(wanted)
    }

    /// The members that it names, here or in a part of it.
    pub(crate) fn properties(&self) -> impl Iterator<Item = &Property> {
        let own = self.object.iter().flat_map(|object| &object.properties);
        let parts = self.all.iter().filter_map(|part| part.object.as_ref()).flat_map(|object| &object.properties);
        own.chain(parts).filter(|property| property.known)
    }
}

impl ObjectRules {
    /// The member with this name.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        let found = self.properties.binary_search_by(|property| property.name.as_str().cmp(name));
        found.ok().map(|position| &self.properties[position])
    }
}

impl ListRules {
    /// What the item at a position has to be.
    pub(crate) fn item(&self, index: usize) -> Option<&Rules> {
        self.prefix.get(index).or(self.items.as_ref())
    }
}
