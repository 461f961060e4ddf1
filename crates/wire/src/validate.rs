//! The validator: a schema and a value give every violation, each with its place. One interpreter over compiled rules
//! instead of generated code for each type. It is bounded in depth, in steps and in what it reports, so that no value can make it
//! run away; what it could not look at counts as a violation, never as valid.

mod evaluated;
mod members;
mod union;
mod values;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::format::check_format;
use crate::rules::{Bound, Exact, ListRules, NumberRules, Reference, Rules, TextRules, Type};
use crate::{Parameter, ParameterLocation, Schema, SchemaSet};
pub(crate) use union::{variant_of, variant_within};
pub use values::equal;
use values::{alternatives, counted, has_duplicates, list_values, mistyped};

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
    Walk::new(Place::Body, steps_for(value)).run(schema.rules(), value)
}

/// Every violation of a parameter's value; the pointers begin with the parameter's name.
pub fn validate_parameter(parameter: &Parameter, value: &Value) -> Vec<Violation> {
    let mut walk = Walk::new(parameter.location.into(), steps_for(value));
    walk.path.push(Step::Name(parameter.name));
    walk.run(parameter.schema.rules(), value)
}

/// Whether there is no violation.
pub(crate) fn accepts(rules: &Rules, value: &Value) -> bool {
    Walk::new(Place::Body, steps_for(value)).run(rules, value).is_empty()
}

/// What a schema of a set has against a value. `None`: the value is too deep or too intricate to be sure.
pub(crate) fn judge(set: &SchemaSet, rules: &Rules, value: &Value) -> Option<Vec<Violation>> {
    let mut walk = Walk { entries: Some(set), ..Walk::new(Place::Body, steps_for(value)) };
    walk.check(rules, value);
    (!walk.gave_up).then_some(walk.violations)
}

/// A pointer one step longer.
pub(crate) fn child(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
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
    /// Where references to entries lead; none for generated schemas.
    entries: Option<&'v SchemaSet>,
    /// Whether depth or steps did not suffice.
    gave_up: bool,
}

impl<'v> Walk<'v> {
    fn new(location: Place, steps: u32) -> Walk<'v> {
        Walk { location, path: Vec::new(), violations: Vec::new(), depth: DEPTH, steps, entries: None, gave_up: false }
    }

    /// The rules that a reference leads to.
    fn target(&self, rules: &'v Rules) -> Option<&'v Rules> {
        match rules.reference? {
            Reference::Static(schema) => Some(schema.rules()),
            Reference::Entry(position) => self.entries?.entry(position),
        }
    }

    fn run(mut self, rules: &'v Rules, value: &'v Value) -> Vec<Violation> {
        self.check(rules, value);
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

    fn below(&mut self, step: Step<'v>, check: impl FnOnce(&mut Walk<'v>)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    /// What a schema would say. It may cost steps, but not report.
    fn attempt(&mut self, rules: &'v Rules, value: &'v Value) -> Vec<Violation> {
        let reported = std::mem::take(&mut self.violations);
        self.check(rules, value);
        std::mem::replace(&mut self.violations, reported)
    }

    fn accepts(&mut self, rules: &'v Rules, value: &'v Value) -> bool {
        self.attempt(rules, value).is_empty()
    }

    fn check(&mut self, rules: &'v Rules, value: &'v Value) {
        self.gave_up |= self.depth == 0 || self.steps == 0;
        if self.depth == 0 {
            return self.refuse("is nested too deeply");
        }
        if self.steps == 0 {
            return self.refuse("is too intricate to be checked");
        }
        self.steps -= 1;
        self.depth -= 1;
        self.check_rules(rules, value);
        self.depth += 1;
    }

    /// What a value has to be comes first; where it is something else, its size and content say nothing more.
    fn check_rules(&mut self, rules: &'v Rules, value: &'v Value) {
        if rules.never {
            return self.refuse("must be absent");
        }
        if let Some(values) = &rules.values
            && !values.iter().any(|one| equal(one, value))
        {
            return self.refuse(format!("must be {}", list_values(values)));
        }
        if let Some(types) = &rules.types
            && !types.iter().any(|wanted| wanted.has(value))
        {
            return self.refuse(mistyped(&alternatives(types), value));
        }
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => {
                if let (Some(rules), Some(number)) = (&rules.number, Exact::of(number)) {
                    self.check_number(rules, number);
                }
            }
            Value::String(text) => {
                if let Some(rules) = &rules.text {
                    self.check_text(rules, text);
                }
            }
            Value::Array(list) => {
                if let Some(rules) = &rules.list {
                    self.check_list(rules, list);
                }
            }
            Value::Object(members) => {
                if let Some(rules) = &rules.object {
                    self.check_object(rules, members, value);
                }
            }
        }
        self.check_combined(rules, value);
    }

    fn check_combined(&mut self, rules: &'v Rules, value: &'v Value) {
        if let Some(target) = self.target(rules) {
            self.check(target, value);
        }
        for part in &rules.all {
            self.check(part, value);
        }
        for union in &rules.unions {
            self.check_union(union, value);
        }
        if let Some(not) = &rules.not {
            let accepted = self.accepts(not, value);
            self.refuse_if(accepted, || "is what the schema excludes".to_owned());
        }
        if let Some(condition) = &rules.condition {
            let holds = self.accepts(&condition.when, value);
            let consequence = if holds { &condition.then } else { &condition.otherwise };
            if let Some(consequence) = consequence {
                self.check(consequence, value);
            }
        }
        self.check_unevaluated(rules, value);
    }

    fn check_number(&mut self, rules: &NumberRules, number: Exact) {
        if let Some(Bound { value, exclusive }) = rules.minimum {
            let words = if exclusive { "more than" } else { "at least" };
            let order = number.compare(value);
            self.refuse_if(order.is_lt() || exclusive && order.is_eq(), || format!("must be {words} {value}"));
        }
        if let Some(Bound { value, exclusive }) = rules.maximum {
            let words = if exclusive { "less than" } else { "at most" };
            let order = number.compare(value);
            self.refuse_if(order.is_gt() || exclusive && order.is_eq(), || format!("must be {words} {value}"));
        }
        if let Some(step) = rules.multiple_of {
            self.refuse_if(!number.is_multiple_of(step), || format!("must be a multiple of {step}"));
        }
    }

    fn check_text(&mut self, rules: &TextRules, text: &str) {
        if rules.min_length.is_some() || rules.max_length.is_some() {
            self.check_count(text.chars().count(), rules.min_length, rules.max_length, "character");
        }
        if let Some(detail) = check_format(rules.format, text) {
            self.refuse(detail);
        }
        if let Some((pattern, compiled)) = &rules.pattern {
            self.refuse_if(!compiled.matches(text), || format!("must match {pattern}"));
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

    fn check_list(&mut self, rules: &'v ListRules, list: &'v [Value]) {
        self.check_count(list.len(), rules.min_items, rules.max_items, "item");
        self.refuse_if(rules.unique && has_duplicates(list), || "must not contain an item twice".to_owned());
        for (index, item) in list.iter().enumerate() {
            if self.is_full() {
                return;
            }
            let Some(wanted) = rules.item(index) else { break };
            self.below(Step::Index(index), |walk| walk.check(wanted, item));
        }
        self.check_contains(rules, list);
    }

    fn check_contains(&mut self, rules: &'v ListRules, list: &'v [Value]) {
        let Some(contains) = &rules.contains else { return };
        let matching = list.iter().filter(|item| self.accepts(&contains.rules, item)).count() as u64;
        let noun = "item of the kind that it has to contain";
        if matching < contains.minimum {
            self.refuse(format!("must have at least {}", counted_kind(contains.minimum, noun)));
        }
        if let Some(maximum) = contains.maximum.filter(|maximum| matching > *maximum) {
            self.refuse(format!("must have at most {}", counted_kind(maximum, noun)));
        }
    }
}

/// The noun is the first word; what says which comes behind it.
fn counted_kind(count: u64, kind: &str) -> String {
    match kind.split_once(' ') {
        Some((noun, rest)) => format!("{} {rest}", counted(count, noun)),
        None => counted(count, kind),
    }
}

impl Type {
    /// Whether a value is of this type. Integers are those of 64 bits, which is what can be read.
    pub(crate) fn has(self, value: &Value) -> bool {
        match self {
            Type::Null => value.is_null(),
            Type::Boolean => value.is_boolean(),
            Type::Integer => values::is_whole(value),
            Type::Number => value.is_number(),
            Type::Text => value.is_string(),
            Type::List => value.is_array(),
            Type::Object => value.is_object(),
        }
    }
}

#[cfg(test)]
mod tests;
