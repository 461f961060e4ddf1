//! What the answers come to: for each construct how often it was kept or refused as it should be, and every disagreement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cases::Case;
use crate::harness::Answer;
use crate::json::{Json, pointer_at};

/// How often something was tried, and how often it went as it should.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Valid values in which the construct was.
    pub valid: u64,
    /// Those of them that came back as they were.
    pub kept: u64,
    /// Values in which it was broken.
    pub violating: u64,
    /// Those of them that the type or the validator refused.
    pub refused: u64,
}

/// How a type or the validator disagrees with the judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// The program that held the type ended at the value.
    Crashed,
    /// The validator refuses what is valid.
    ValidatorRefuses,
    /// The type cannot hold what is valid.
    TypeRefuses,
    /// The value comes back as another.
    Changed,
    /// Neither refuses what is not valid.
    Accepted,
    /// The validator accepts what is not valid; the type does not.
    ValidatorAccepts,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Crashed => "crashed at it",
            Kind::ValidatorRefuses => "valid, refused by the validator",
            Kind::TypeRefuses => "valid, refused by the type",
            Kind::Changed => "valid, changed by the type",
            Kind::Accepted => "not valid, accepted",
            Kind::ValidatorAccepts => "not valid, accepted by the validator alone",
        })
    }
}

/// A disagreement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Disagreement {
    /// The type's name.
    pub of: String,
    /// How.
    pub kind: Kind,
    /// About which construct, as far as that can be told.
    pub construct: String,
    /// What was said of it, with the place.
    pub said: String,
    /// The value.
    pub text: String,
}

/// What all cases came to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Verdict {
    /// By construct.
    pub tallies: BTreeMap<String, Tally>,
    /// All disagreements.
    pub disagreements: Vec<Disagreement>,
    /// How many values were tried.
    pub values: u64,
    /// Types of which no valid value was found.
    pub barren: Vec<String>,
    /// Types about which the judge does not decide, with the reason.
    pub unjudged: Vec<(String, String)>,
}

impl Verdict {
    /// Adds what became of one value; `None` if the program that held the type ended at it.
    pub fn add(&mut self, of: &str, case: &Case, answer: Option<&Answer>) {
        self.values += 1;
        let found = disagreement(case, answer);
        let failed = found.as_ref().filter(|(kind, ..)| *kind != Kind::ValidatorAccepts);
        let at_fault: BTreeSet<&str> = failed.map(|(_, place, _)| at(case, place)).unwrap_or_default();
        let names: BTreeSet<&str> = case.constructs.iter().map(|(_, construct)| construct.as_str()).collect();
        for name in names {
            let tally = self.tallies.entry(name.to_owned()).or_default();
            let well = u64::from(!at_fault.contains(name));
            if case.valid {
                tally.valid += 1;
                tally.kept += well;
            } else if case.broken {
                tally.violating += 1;
                tally.refused += well;
            }
        }
        if let Some((kind, place, said)) = found {
            let construct = at(case, &place).into_iter().collect::<Vec<_>>().join(", ");
            let said = if said.is_empty() { place } else { format!("{place}: {said}") };
            self.disagreements.push(Disagreement { of: of.to_owned(), kind, construct, said, text: case.text.clone() });
        }
    }

    /// Adds another verdict.
    pub fn merge(&mut self, other: &Verdict) {
        for (name, tally) in &other.tallies {
            let sum = self.tallies.entry(name.clone()).or_default();
            sum.valid += tally.valid;
            sum.kept += tally.kept;
            sum.violating += tally.violating;
            sum.refused += tally.refused;
        }
        self.values += other.values;
        self.disagreements.extend(other.disagreements.iter().cloned());
        self.barren.extend(other.barren.iter().cloned());
        self.unjudged.extend(other.unjudged.iter().cloned());
    }

    /// The table by construct.
    pub fn table(&self) -> String {
        let mut lines = vec![format!("{:<34} {:>24} {:>24}", "construct", "valid values kept", "violations refused")];
        let share = |part: u64, all: u64| match all {
            0 => "-".to_owned(),
            _ => format!("{part}/{all} {:>5.1}%", 100.0 * part as f64 / all as f64),
        };
        let row = |name: &str, tally: &Tally| {
            format!("{name:<34} {:>24} {:>24}", share(tally.kept, tally.valid), share(tally.refused, tally.violating))
        };
        lines.extend(self.tallies.iter().map(|(name, tally)| row(name, tally)));
        let sum = self.tallies.values().fold(Tally::default(), |sum, tally| Tally {
            valid: sum.valid + tally.valid,
            kept: sum.kept + tally.kept,
            violating: sum.violating + tally.violating,
            refused: sum.refused + tally.refused,
        });
        lines.push(row("all", &sum));
        lines.join("\n")
    }

    /// The disagreements by kind and construct: how many there are, and the first few.
    pub fn summary(&self, shown: usize) -> String {
        let mut groups: BTreeMap<(Kind, &str), Vec<&Disagreement>> = BTreeMap::new();
        for one in &self.disagreements {
            groups.entry((one.kind, &one.construct)).or_default().push(one);
        }
        let mut lines = Vec::new();
        for ((kind, construct), all) in groups {
            lines.push(format!("{kind}: {construct} ({})", all.len()));
            lines.extend(
                all.iter().take(shown).map(|one| format!("    {}: {} in {}", one.of, one.said, short(&one.text))),
            );
        }
        lines.join("\n")
    }
}

/// How an answer disagrees with the judge, where, and what was said.
fn disagreement(case: &Case, answer: Option<&Answer>) -> Option<(Kind, String, String)> {
    let Some(Answer { violation, read }) = answer else {
        return Some((Kind::Crashed, String::new(), String::new()));
    };
    match (case.valid, violation, read) {
        (true, Some((place, said)), _) => Some((Kind::ValidatorRefuses, place.clone(), said.clone())),
        (true, None, Err(said)) => Some((Kind::TypeRefuses, place_of(said, &case.text), said.clone())),
        (true, None, Ok(written)) => {
            let (before, after) = (Json::parse(&case.text)?, Json::parse(written)?);
            // What was to be broken may have become a member that nobody declares, and those are not kept.
            let change = before.difference(&after).filter(|_| !case.broken);
            change.map(|place| (Kind::Changed, place, format!("it is {}", short(written))))
        }
        (false, None, Ok(_)) => Some((Kind::Accepted, String::new(), String::new())),
        (false, None, Err(said)) => Some((Kind::ValidatorAccepts, String::new(), said.clone())),
        (false, Some(_), _) => None,
    }
}

/// The place that an error of `serde_json` speaks of: a pointer that it begins with, or a column.
fn place_of(said: &str, text: &str) -> String {
    let column = said.rsplit_once(" column ").and_then(|(_, column)| column.parse::<usize>().ok());
    column.map(|column| pointer_at(text, column)).unwrap_or_default()
}

/// The constructs of the place that is nearest, here or above; of a broken value the one that was broken.
fn at<'c>(case: &'c Case, place: &str) -> BTreeSet<&'c str> {
    if !case.valid {
        return case.constructs.iter().map(|(_, construct)| construct.as_str()).collect();
    }
    let mut place = place;
    loop {
        let here = case.constructs.iter().filter(|(other, _)| other == place).map(|(_, construct)| construct.as_str());
        let here: BTreeSet<&str> = here.collect();
        if !here.is_empty() {
            return here;
        }
        match place.rsplit_once('/') {
            Some((above, _)) => place = above,
            None => return case.constructs.iter().map(|(_, construct)| construct.as_str()).collect(),
        }
    }
}

fn short(text: &str) -> String {
    const SHOWN: usize = 300;
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).collect::<String>() + "..." }
}
