//! What came of the calls: kept by description, and shown by what they tried.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::prepare::Calls;
use crate::corpus::trial::Program;

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Kind {
    /// The handler was given what the client was called with, and the client came to what the handler answered.
    Same,
    /// The drawn values are none of the types, which `fidelity` counts.
    NotOfType,
    /// The client did not send it, and said why: a style that cannot say a value.
    NotSent,
    /// The server refused it before its handler was called, and said why.
    Refused,
    /// The handler was given something else.
    Misheard,
    /// The client came to something else.
    Misread,
    /// It was sent otherwise than the native client sends it.
    Unlike,
    /// A panic, or no word at all.
    Crashed,
}

impl Kind {
    const ALL: [Kind; 8] = [
        Kind::Same,
        Kind::NotOfType,
        Kind::NotSent,
        Kind::Refused,
        Kind::Misheard,
        Kind::Misread,
        Kind::Unlike,
        Kind::Crashed,
    ];

    /// Those that are never right.
    pub(super) const WRONG: [Kind; 3] = [Kind::Misheard, Kind::Misread, Kind::Crashed];

    fn title(self) -> &'static str {
        match self {
            Kind::Same => "same",
            Kind::NotOfType => "not of type",
            Kind::NotSent => "not sent",
            Kind::Refused => "refused",
            Kind::Misheard => "misheard",
            Kind::Misread => "misread",
            Kind::Unlike => "unlike",
            Kind::Crashed => "crashed",
        }
    }
}

/// What came of one description.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) name: String,
    /// The digest of all that was tried.
    pub(super) digest: String,
    operations: (usize, usize),
    counts: BTreeMap<String, u64>,
    /// By what calls tried: how many came to the same, of how many.
    covers: BTreeMap<String, (u64, u64)>,
    /// All that did not come to the same: the kind, the operation and what was said.
    differences: Vec<(Kind, String, String)>,
    /// The same for progenitor's client.
    #[serde(default)]
    others: Others,
    left_out: BTreeMap<String, u64>,
}

/// What came of the calls by progenitor's client.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Others {
    operations: usize,
    counts: BTreeMap<String, u64>,
    differences: Vec<(Kind, String, String)>,
}

impl Record {
    /// From what the program said of its cases, and how it ended, if not well.
    pub(super) fn of(program: &Program<Calls>, digest: &str, outcomes: &[Vec<Value>], ended: Option<String>) -> Record {
        let calls = &program.tried;
        let mut record = Record {
            name: program.name.clone(),
            digest: digest.to_owned(),
            operations: calls.operations,
            counts: BTreeMap::new(),
            covers: BTreeMap::new(),
            differences: Vec::new(),
            others: Others { operations: calls.others, ..Others::default() },
            left_out: calls.left_out.clone(),
        };
        for (position, drawn) in calls.cases.iter().enumerate() {
            let operation = || drawn.case["operation"].as_str().unwrap_or_default().to_owned();
            let both = outcomes.get(position);
            if let Some(other) = both.and_then(|both| both.get(1)) {
                let (kind, said) = read(Some(other), None);
                *record.others.counts.entry(kind.title().to_owned()).or_default() += 1;
                if kind != Kind::Same {
                    record.others.differences.push((kind, operation(), said));
                }
            }
            let (kind, said) = read(both.and_then(|both| both.first()), ended.as_deref());
            *record.counts.entry(kind.title().to_owned()).or_default() += 1;
            for cover in &drawn.covers {
                let (same, all) = record.covers.entry(cover.clone()).or_default();
                *same += u64::from(kind == Kind::Same);
                *all += 1;
            }
            if kind != Kind::Same {
                record.differences.push((kind, operation(), said));
            }
        }
        record
    }

    pub(super) fn count(&self, kind: Kind) -> u64 {
        self.counts.get(kind.title()).copied().unwrap_or_default()
    }
}

fn read(outcome: Option<&Value>, ended: Option<&str>) -> (Kind, String) {
    let Some(outcome) = outcome else {
        return (Kind::Crashed, format!("the program ended: {}", ended.unwrap_or("well, but too early")));
    };
    let (name, said) = match outcome {
        Value::String(name) => (name.as_str(), String::new()),
        Value::Object(members) => members.iter().next().map_or(("", String::new()), |(name, said)| {
            (name.as_str(), said.as_str().unwrap_or_default().chars().take(1500).collect())
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => ("", String::new()),
    };
    let kind = match name {
        "Same" => Kind::Same,
        "NotOfType" => Kind::NotOfType,
        "NotSent" => Kind::NotSent,
        "Refused" => Kind::Refused,
        "Misheard" => Kind::Misheard,
        "Misread" => Kind::Misread,
        "Unlike" => Kind::Unlike,
        _ => Kind::Crashed,
    };
    (kind, said)
}

/// Shows what came of all.
pub(super) fn print(records: &[Record], failed: &[String], show: usize) {
    for kind in &Kind::ALL[1..] {
        show_all(records, *kind, show, "", |record| &record.differences);
        show_all(records, *kind, show, "progenitor: ", |record| &record.others.differences);
    }
    let mut covers: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut left_out: BTreeMap<&str, u64> = BTreeMap::new();
    for record in records {
        for (cover, (same, all)) in &record.covers {
            let sum = covers.entry(cover).or_default();
            *sum = (sum.0 + same, sum.1 + all);
        }
        for (reason, count) in &record.left_out {
            *left_out.entry(reason).or_default() += count;
        }
    }
    println!("\n{:<28} {:>9} {:>9}", "tried", "calls", "the same");
    for (cover, (same, all)) in covers {
        println!("{cover:<28} {all:>9} {:>8.1}%", percent(same, all));
    }
    println!();
    let titles: Vec<String> = Kind::ALL.iter().map(|kind| format!("{:>11}", kind.title())).collect();
    println!("{:<28} {:>10} {:>7} {}", "description", "operations", "calls", titles.concat());
    let row = |name: &str, operations: &str, counts: &[u64]| {
        let calls: u64 = counts.iter().sum();
        let counts: Vec<String> = counts.iter().map(|count| format!("{count:>11}")).collect();
        println!("{name:<28} {operations:>10} {calls:>7} {}", counts.concat());
    };
    let mut sums = [0; Kind::ALL.len()];
    let mut operations = (0, 0);
    for record in records {
        let counts = Kind::ALL.map(|kind| record.count(kind));
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        operations = (operations.0 + record.operations.0, operations.1 + record.operations.1);
        let name: String = record.name.chars().take(28).collect();
        row(&name, &format!("{}/{}", record.operations.0, record.operations.1), &counts);
    }
    row("all", &format!("{}/{}", operations.0, operations.1), &sums);
    print_others(records);
    for (reason, count) in left_out {
        println!("left out: {count} times {reason}");
    }
    for line in failed {
        println!("not tried: {line}");
    }
}

/// What came of the calls by progenitor's client, if it was asked.
fn print_others(records: &[Record]) {
    if records.iter().all(|record| record.others.operations == 0) {
        return;
    }
    println!("\nby progenitor's client");
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    let mut operations = 0;
    for record in records {
        operations += record.others.operations;
        for (kind, count) in &record.others.counts {
            *sums.entry(kind).or_default() += count;
        }
        let counts: Vec<String> = record.others.counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        println!("{:<28} {:>10}  {}", record.name, record.others.operations, counts.join(", "));
    }
    let sums: Vec<String> = sums.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    println!("{:<28} {operations:>10}  {}\n", "all", sums.join(", "));
}

fn show_all<'r>(
    records: &'r [Record],
    kind: Kind,
    most: usize,
    client: &str,
    of: impl Fn(&'r Record) -> &'r [(Kind, String, String)],
) {
    let all = records.iter().flat_map(|record| of(record).iter().map(move |difference| (record, difference)));
    for (record, (_, operation, said)) in all.filter(|(_, (own, ..))| *own == kind).take(most) {
        let said: String = said.chars().take(600).collect();
        println!("{client}{}: {} {operation}: {said}", kind.title(), record.name);
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}
