//! The validator: a schema and a value give every violation, each with its place. One interpreter over data instead of
//! generated code for each type. It is bounded in depth, in steps and in what it reports, so that no value can make it
//! run away; what it could not look at counts as a violation, never as valid.

mod values;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::format::check_format;
use crate::pattern;
use crate::{Access, Additional, Bound, Discriminator, OnReadOnly, Parameter, ParameterLocation, Property, Schema};
use values::{
    Type, alternatives, counted, has_duplicates, is_literal, list_literals, mistyped, one_of, type_of, whole,
};

/// Which part of a request is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Place {
    Body,
    Path,
    Query,
    Header,
    Cookie,
}

impl Place {
    /// Its name in a problem's `errors`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Place::Body => "body",
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
            Place::Cookie => "cookie",
        }
    }
}

impl From<ParameterLocation> for Place {
    fn from(location: ParameterLocation) -> Place {
        match location {
            ParameterLocation::Path => Place::Path,
            ParameterLocation::Query => Place::Query,
            ParameterLocation::Header => Place::Header,
            ParameterLocation::Cookie => Place::Cookie,
        }
    }
}

/// A value that its schema does not accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which part of the request it stands in.
    pub location: Place,
    /// JSON pointer to it (RFC 6901): into the body, or `/` and the parameter's name and so on.
    pub pointer: String,
    /// What is wrong, as the predicate of a sentence about it.
    pub detail: String,
}

/// How many violations are reported.
const REPORTED: usize = 100;
/// How deep schemas are followed. `serde_json` reads 128 levels; a level takes up to three schemas.
const DEPTH: u32 = 420;
/// How many schemas are applied to one value: enough for unions in unions, but not for each to multiply the last.
pub(crate) fn steps_for(value: &Value) -> u32 {
    let nodes = u32::try_from(nodes(value)).unwrap_or(u32::MAX);
    nodes.saturating_mul(1_000).clamp(10_000, 5_000_000)
}

fn nodes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
        Value::Array(items) => 1 + items.iter().map(nodes).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(nodes).sum::<usize>(),
    }
}

/// Every violation of a body, at most a hundred.
pub fn validate(schema: &Schema, value: &Value) -> Vec<Violation> {
    Walk::new(Place::Body, steps_for(value)).run(schema, value)
}

/// Every violation of a parameter's value; the pointers begin with the parameter's name.
pub fn validate_parameter(parameter: &Parameter, value: &Value) -> Vec<Violation> {
    let mut walk = Walk::new(parameter.location.into(), steps_for(value));
    walk.path.push(Step::Name(parameter.name));
    walk.run(parameter.schema, value)
}

/// A pointer one step longer.
pub(crate) fn child(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

/// The alternative of a union that a value belongs to, as [`union::decode`](crate::union::decode) describes it.
pub(crate) fn variant_of(schema: &Schema, value: &Value) -> Option<usize> {
    variant_within(schema, value, &mut steps_for(value))
}

/// The same, within what is left of the steps that a walk of its own may take.
pub(crate) fn variant_within(schema: &Schema, value: &Value, steps: &mut u32) -> Option<usize> {
    let Schema::Union { variants, discriminator, .. } = schema else {
        return None;
    };
    if let Some(discriminator) = discriminator {
        return tagged(discriminator, value).filter(|index| *index < variants.len());
    }
    let rank = |(index, variant): (usize, &&Schema)| {
        let mut walk = Walk::new(Place::Body, *steps);
        walk.check(variant, value);
        *steps = walk.steps;
        let unnamed = usize::MAX - named_members(variant, value);
        (walk.violations.len(), unnamed, index)
    };
    let ranks = variants.iter().enumerate().map(rank);
    ranks.min().map(|(_, _, index)| index)
}

fn tagged(discriminator: &Discriminator, value: &Value) -> Option<usize> {
    let tag = value.get(discriminator.property)?.as_str()?;
    discriminator.mapping.iter().find(|(name, _)| *name == tag).map(|(_, index)| *index)
}

fn named_members(schema: &Schema, value: &Value) -> usize {
    let mut schema = schema;
    for _ in 0..64 {
        let (Schema::Ref(target) | Schema::Nullable(target)) = schema else {
            break;
        };
        schema = target;
    }
    if let Schema::Object { properties, .. } = schema {
        properties.iter().filter(|property| value.get(property.name).is_some()).count()
    } else {
        0
    }
}

/// A step of the way to a value; text is made of the way only where there is something to report.
#[derive(Clone, Copy)]
enum Step<'v> {
    Name(&'v str),
    Index(usize),
}

struct Walk<'v> {
    location: Place,
    path: Vec<Step<'v>>,
    violations: Vec<Violation>,
    depth: u32,
    steps: u32,
}

impl<'v> Walk<'v> {
    fn new(location: Place, steps: u32) -> Walk<'v> {
        Walk { location, path: Vec::new(), violations: Vec::new(), depth: DEPTH, steps }
    }

    fn run(mut self, schema: &'v Schema, value: &'v Value) -> Vec<Violation> {
        self.check(schema, value);
        self.violations
    }

    fn pointer(&self) -> String {
        let append = |pointer: String, step: &Step<'_>| match step {
            Step::Name(name) => child(&pointer, name),
            Step::Index(index) => format!("{pointer}/{index}"),
        };
        self.path.iter().fold(String::new(), append)
    }

    fn refuse(&mut self, detail: impl Into<String>) {
        if self.violations.len() < REPORTED {
            let pointer = self.pointer();
            self.violations.push(Violation { location: self.location, pointer, detail: detail.into() });
        }
    }

    fn refuse_if(&mut self, wrong: bool, detail: impl FnOnce() -> String) {
        if wrong {
            self.refuse(detail());
        }
    }

    fn is_full(&self) -> bool {
        self.violations.len() >= REPORTED
    }

    fn check(&mut self, schema: &'v Schema, value: &'v Value) {
        if self.depth == 0 {
            return self.refuse("is nested too deeply");
        }
        if self.steps == 0 {
            return self.refuse("is too intricate to be checked");
        }
        self.steps -= 1;
        self.depth -= 1;
        self.check_kind(schema, value);
        self.depth += 1;
    }

    fn check_kind(&mut self, schema: &'v Schema, value: &'v Value) {
        match schema {
            Schema::Any => {}
            Schema::Nothing => self.refuse("must be absent"),
            Schema::Boolean => self.refuse_if(!value.is_boolean(), || mistyped("true or false", value)),
            Schema::Integer { minimum, maximum, multiple_of } => {
                self.check_integer(value, *minimum, *maximum, *multiple_of);
            }
            Schema::Number { minimum, maximum, multiple_of } => {
                self.check_number(value, *minimum, *maximum, *multiple_of);
            }
            Schema::String { .. } => self.check_string(schema, value),
            Schema::Enumeration(literals) => {
                let listed = literals.iter().any(|literal| is_literal(*literal, value));
                self.refuse_if(!listed, || format!("must be {}", list_literals(literals)));
            }
            Schema::Array { items, min_items, max_items, unique } => {
                let Some(list) = value.as_array() else {
                    return self.refuse(mistyped("a list", value));
                };
                self.check_count(list.len(), *min_items, *max_items, "item");
                self.refuse_if(*unique && has_duplicates(list), || "must not contain an item twice".to_owned());
                self.check_items(items, list);
            }
            Schema::Object { properties, additional, min_properties, max_properties } => {
                let Some(members) = value.as_object() else {
                    return self.refuse(mistyped("an object", value));
                };
                self.check_count(members.len(), *min_properties, *max_properties, "member");
                self.check_members(properties, *additional, members);
            }
            Schema::Union { variants, exclusive, discriminator } => {
                let choice = if *exclusive { Choice::One } else { Choice::Any };
                self.check_union(variants, choice, discriminator.as_ref(), value);
            }
            Schema::Nullable(schema) => {
                if !value.is_null() {
                    self.check(schema, value);
                }
            }
            Schema::Ref(schema) => self.check(schema, value),
        }
    }

    fn check_integer(
        &mut self,
        value: &'v Value,
        minimum: Option<i128>,
        maximum: Option<i128>,
        multiple: Option<i128>,
    ) {
        let Some(number) = value.as_number().and_then(whole) else {
            return self.refuse(mistyped("an integer", value));
        };
        if let Some(minimum) = minimum {
            self.refuse_if(number < minimum, || format!("must be at least {minimum}"));
        }
        if let Some(maximum) = maximum {
            self.refuse_if(number > maximum, || format!("must be at most {maximum}"));
        }
        if let Some(multiple) = multiple.filter(|multiple| *multiple != 0) {
            self.refuse_if(number.wrapping_rem(multiple) != 0, || format!("must be a multiple of {multiple}"));
        }
    }

    fn check_number(
        &mut self,
        value: &'v Value,
        minimum: Option<Bound>,
        maximum: Option<Bound>,
        multiple: Option<f64>,
    ) {
        let Some(number) = value.as_f64() else {
            return self.refuse(mistyped("a number", value));
        };
        if let Some(Bound { value, exclusive }) = minimum {
            let words = if exclusive { "more than" } else { "at least" };
            self.refuse_if(number < value || (exclusive && number == value), || format!("must be {words} {value}"));
        }
        if let Some(Bound { value, exclusive }) = maximum {
            let words = if exclusive { "less than" } else { "at most" };
            self.refuse_if(number > value || (exclusive && number == value), || format!("must be {words} {value}"));
        }
        if let Some(multiple) = multiple.filter(|multiple| *multiple > 0.0) {
            // Decimal fractions have no exact binary form: 0.3 is a multiple of 0.1, though not bit by bit.
            let quotient = number / multiple;
            let off = (quotient - quotient.round()).abs() > 1e-9 * quotient.abs().max(1.0);
            self.refuse_if(off, || format!("must be a multiple of {multiple}"));
        }
    }

    fn check_string(&mut self, schema: &'v Schema, value: &'v Value) {
        let Schema::String { format, min_length, max_length, pattern } = schema else {
            return;
        };
        let Some(text) = value.as_str() else {
            return self.refuse(mistyped("a string", value));
        };
        if min_length.is_some() || max_length.is_some() {
            self.check_count(text.chars().count(), *min_length, *max_length, "character");
        }
        if let Some(detail) = check_format(*format, text) {
            self.refuse(detail);
        }
        if let Some(pattern) = *pattern {
            self.refuse_if(!pattern::matches(pattern, text), || format!("must match {pattern}"));
        }
    }

    fn check_count(&mut self, count: usize, minimum: Option<u64>, maximum: Option<u64>, noun: &str) {
        let count = count as u64;
        if let Some(minimum) = minimum {
            self.refuse_if(count < minimum, || format!("must have at least {}", counted(minimum, noun)));
        }
        if let Some(maximum) = maximum {
            self.refuse_if(count > maximum, || format!("must have at most {}", counted(maximum, noun)));
        }
    }

    fn check_items(&mut self, items: &'v Schema, list: &'v [Value]) {
        for (index, item) in list.iter().enumerate() {
            if self.is_full() {
                return;
            }
            self.below(Step::Index(index), |walk| walk.check(items, item));
        }
    }

    fn check_members(
        &mut self,
        properties: &'v [Property],
        additional: Additional,
        members: &'v serde_json::Map<String, Value>,
    ) {
        for property in properties {
            match (members.get(property.name), property.access) {
                (Some(_), Access::ReadOnly(OnReadOnly::Refuse)) => {
                    self.below(Step::Name(property.name), |walk| walk.refuse("is read-only and must be absent"));
                }
                // What is ignored may be anything.
                (Some(_), Access::ReadOnly(OnReadOnly::Ignore)) => {}
                (Some(value), Access::ReadWrite | Access::ReadOnly(OnReadOnly::Match)) => {
                    self.below(Step::Name(property.name), |walk| walk.check(property.schema, value));
                }
                (None, Access::ReadWrite) if property.required => {
                    self.below(Step::Name(property.name), |walk| walk.refuse("is missing"));
                }
                (None, Access::ReadWrite | Access::ReadOnly(_)) => {}
            }
        }
        let unnamed = members.iter().filter(|(name, _)| !properties.iter().any(|property| property.name == *name));
        for (name, value) in unnamed {
            match additional {
                Additional::Allowed => return,
                _ if self.is_full() => return,
                Additional::Denied => self.below(Step::Name(name), |walk| walk.refuse("is unknown here")),
                Additional::Typed(schema) => self.below(Step::Name(name), |walk| walk.check(schema, value)),
            }
        }
    }

    fn check_union(
        &mut self,
        variants: &[&'v Schema],
        choice: Choice,
        discriminator: Option<&'v Discriminator>,
        value: &'v Value,
    ) {
        if let Some(discriminator) = discriminator {
            return match tagged(discriminator, value).and_then(|index| variants.get(index)) {
                Some(variant) => self.check(variant, value),
                None if !value.is_object() => self.refuse(mistyped("an object", value)),
                None => {
                    let tags = discriminator.mapping.iter().map(|(tag, _)| format!("`{tag}`")).collect();
                    self.below(Step::Name(discriminator.property), |walk| {
                        walk.refuse(format!("must be {}", one_of(tags)))
                    });
                }
            };
        }
        let attempts: Vec<_> = variants.iter().map(|variant| self.attempt(variant, value)).collect();
        let matching = attempts.iter().filter(|violations| violations.is_empty()).count();
        match (matching, choice) {
            (0, _) => self.report_nearest(variants, attempts, value),
            (1, _) | (_, Choice::Any) => {}
            (_, Choice::One) => self.refuse(format!("matches {matching} alternatives; exactly one is allowed")),
        }
    }

    /// What an alternative would say. It may cost steps, but not report.
    fn attempt(&mut self, variant: &'v Schema, value: &'v Value) -> Vec<Violation> {
        let reported = std::mem::take(&mut self.violations);
        self.check(variant, value);
        std::mem::replace(&mut self.violations, reported)
    }

    /// Nothing matched: the alternative that was nearest explains why, since all of them together would confuse. Where the
    /// value is of no alternative's type, the types themselves are what is wanted.
    fn report_nearest(&mut self, variants: &[&'v Schema], attempts: Vec<Vec<Violation>>, value: &'v Value) {
        let types: Vec<_> = variants.iter().map(|variant| type_of(variant)).collect();
        if let Some(types) = types.iter().copied().collect::<Option<Vec<_>>>()
            && !types.is_empty()
            && !types.iter().any(|wanted| wanted.has(value))
        {
            return self.refuse(mistyped(&alternatives(&types), value));
        }
        let here = self.pointer().len();
        let rank = |((variant, violations), wanted): &((&&'v Schema, Vec<Violation>), Option<Type>)| {
            let mistyped = wanted.is_some_and(|wanted| !wanted.has(value));
            let at_the_top = violations.iter().any(|violation| violation.pointer.len() == here);
            (mistyped, at_the_top, violations.len(), usize::MAX - named_members(variant, value))
        };
        match variants.iter().zip(attempts).zip(types).min_by_key(rank) {
            None => self.refuse("must be absent"),
            Some(((_, violations), _)) => {
                let room = REPORTED.saturating_sub(self.violations.len());
                self.violations.extend(violations.into_iter().take(room));
            }
        }
    }

    fn below(&mut self, step: Step<'v>, check: impl FnOnce(&mut Walk<'v>)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }
}

#[derive(Clone, Copy)]
enum Choice {
    One,
    Any,
}

#[cfg(test)]
mod tests;
