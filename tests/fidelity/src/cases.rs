//! The cases of one type: values with what the judge says of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::draw::{Drawer, Drawn, Fill};
use crate::json::{Json, pointer};
use crate::judge::{Decider, Schemas};
use crate::random::Random;

/// A value to be tried.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// The JSON text.
    pub text: String,
    /// Whether the judge accepts it.
    pub valid: bool,
    /// The constructs that it is made by, each with the place; of a value with a broken constraint that one alone.
    pub constructs: BTreeSet<(String, String)>,
    /// Whether a constraint was broken on purpose.
    pub broken: bool,
}

/// How much is tried of one type.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many values are drawn.
    pub draws: usize,
    /// How many are tried that have one constraint broken.
    pub breaks: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { draws: 7, breaks: 60 }
    }
}

/// A text that is longer is not tried.
const LONGEST: usize = 60_000;

/// The cases of one schema. The same seed gives the same.
pub fn of(schemas: &Schemas, schema: &Value, judge: &Decider<'_>, random: Random, limits: Limits) -> Vec<Case> {
    let mut cases = Cases { judge, seen: BTreeSet::new(), all: Vec::new() };
    let mut drawer = Drawer::new(schemas, random, limits.breaks > 0);
    let mut drawn = Vec::new();
    for turn in 0..limits.draws {
        let fill = [Fill::Most, Fill::Least, Fill::Some][turn % 3];
        let one = drawer.draw(schema, fill, turn / 2 + turn % 2);
        cases.add(&one.value, one.constructs.clone(), false);
        drawn.push(one);
    }
    for example in schema.get("examples").and_then(Value::as_array).into_iter().flatten() {
        if let Some(value) = Json::parse(&example.to_string()) {
            cases.add(&value, [(String::new(), "example".to_owned())].into(), false);
        }
    }
    cases.add_broken(&drawn, limits.breaks);
    cases.all
}

struct Cases<'j> {
    judge: &'j Decider<'j>,
    seen: BTreeSet<String>,
    all: Vec<Case>,
}

impl Cases<'_> {
    fn add(&mut self, value: &Json, constructs: BTreeSet<(String, String)>, broken: bool) {
        let text = value.to_string();
        if text.len() <= LONGEST && self.seen.insert(text.clone()) {
            let valid = self.judge.is_valid(value.to_value());
            self.all.push(Case { text, valid, constructs, broken });
        }
    }

    /// Of each construct, in each place, one break; those of constructs that were seldom broken come first.
    fn add_broken(&mut self, drawn: &[Drawn], most: usize) {
        let mut told = BTreeSet::new();
        let mut breaks: Vec<(usize, &String, String, Option<Json>)> = Vec::new();
        for one in drawn.iter().filter(|one| self.judge.is_valid(one.value.to_value())) {
            for (number, broken) in one.breaks.iter().enumerate() {
                let place = pointer(&broken.path);
                let same = breaks.iter().filter(|(_, construct, ..)| *construct == &broken.construct).count();
                if told.insert((broken.construct.clone(), place.clone(), number % 2)) {
                    breaks.push((same, &broken.construct, place, broken.apply(&one.value)));
                }
            }
        }
        breaks.sort_by_key(|(same, ..)| *same);
        for (_, construct, place, value) in breaks.into_iter().take(most) {
            if let Some(value) = value {
                self.add(&value, [(place, construct.clone())].into(), true);
            }
        }
    }
}
