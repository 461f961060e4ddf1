//! What a run comes to, for people: a table by set, what failed and why, and what took longest.

use std::collections::{BTreeMap, BTreeSet};

use super::record::{Outcome, Record, Status};

/// How many of the slowest are named.
const SLOWEST: usize = 10;

/// Prints all of it.
pub(crate) fn print(records: &[Record], compiled: bool) {
    print_failures(records);
    print_codes(records);
    print_slowest(records);
    print_table(records, compiled);
}

/// The share, in per cent, of what is not wrong on purpose and has come through the whole ladder.
pub(crate) fn share(records: &[Record], compiled: bool) -> f64 {
    let (all, well) = counts(records.iter(), compiled);
    percent(well, all)
}

fn counts<'r>(records: impl Iterator<Item = &'r Record>, compiled: bool) -> (usize, usize) {
    let sound: Vec<&Record> = records.filter(|record| !record.negative).collect();
    let well = |record: &&&Record| if compiled { record.is_compiled() } else { record.is_generated() };
    (sound.len(), sound.iter().filter(well).count())
}

fn percent(part: usize, all: usize) -> f64 {
    if all == 0 { 100.0 } else { 100.0 * part as f64 / all as f64 }
}

fn print_table(records: &[Record], compiled: bool) {
    let sets: BTreeSet<&str> = records.iter().map(|record| record.set.as_str()).collect();
    println!(
        "\n{:<10} {:>5}  {:>16}  {:>7}  {:>7}  {:>16}  {:>18}  {:>9}  {:>15}",
        "set", "count", "generated", "refused", "crashed", "compiled", "negative handled", "lines", "fallbacks"
    );
    for set in sets {
        let chosen: Vec<&Record> = records.iter().filter(|record| record.set == set).collect();
        print_row(set, &chosen, compiled);
    }
    print_row("all", &records.iter().collect::<Vec<_>>(), compiled);
    println!("(generated, refused and compiled are counted of those that are not wrong on purpose)");
}

fn print_row(set: &str, records: &[&Record], compiled: bool) {
    let negative: Vec<&&Record> = records.iter().filter(|record| record.negative).collect();
    let handled = negative.iter().filter(|record| is_handled(record, compiled)).count();
    let (all, generated) = counts(records.iter().copied(), false);
    let whole = counts(records.iter().copied(), true).1;
    let crashed = records.iter().filter(|record| matches!(record.generation.outcome, Outcome::Crashed(_))).count();
    let refused = records.iter().filter(|record| !record.negative && record.generation.outcome == Outcome::Refused);
    let lines: u64 = records.iter().flat_map(|record| record.generation.lines.values()).sum();
    let sum = |count: fn(&Record) -> Option<u64>| records.iter().copied().filter_map(count).reduce(|a, b| a + b);
    let (fallbacks, places) = (sum(|record| record.generation.fallbacks), sum(|record| record.generation.places));
    let of = |part: usize, all: usize| format!("{part}/{all} {:.1}%", percent(part, all));
    println!(
        "{set:<10} {:>5}  {:>16}  {:>7}  {crashed:>7}  {:>16}  {:>18}  {lines:>9}  {:>15}",
        records.len(),
        of(generated, all),
        refused.count(),
        if compiled { of(whole, all) } else { "-".to_owned() },
        of(handled, negative.len()),
        fallbacks.map_or("-".to_owned(), |count| format!("{count}/{}", places.unwrap_or_default())),
    );
}

/// A description that is wrong on purpose is refused with a reason, or what is made of it is sound.
fn is_handled(record: &Record, compiled: bool) -> bool {
    match record.generation.outcome {
        Outcome::Refused => record.generation.first_error.is_some(),
        Outcome::Generated => !compiled || record.is_compiled(),
        Outcome::Crashed(_) => false,
    }
}

fn print_failures(records: &[Record]) {
    let failures: Vec<String> = records.iter().flat_map(failure).collect();
    if !failures.is_empty() {
        println!("\nfailures");
        failures.iter().for_each(|line| println!("  {line}"));
    }
}

/// Why a description failed, if it did: with one line for each of its crates that does not compile.
fn failure(record: &Record) -> Vec<String> {
    let name = format!("{} {}{}", record.set, record.name, if record.negative { " (negative)" } else { "" });
    match &record.generation.outcome {
        Outcome::Crashed(said) => vec![format!("{name}: CRASHED: {said}")],
        Outcome::Refused if record.negative => Vec::new(),
        Outcome::Refused => {
            let errors: u64 = record.generation.errors.values().sum();
            let first = record.generation.first_error.as_deref().unwrap_or("without a reason");
            vec![format!("{name}: refused: {first} [{errors} errors]")]
        }
        Outcome::Generated => {
            let crates = record.compilation.iter().flat_map(|compilation| &compilation.crates);
            let failed = crates.filter(|(_, verdict)| verdict.status == Status::Failed);
            let line = |(kind, verdict): (&String, &super::record::Verdict)| {
                let codes: Vec<_> = verdict.errors.iter().map(|(code, count)| format!("{code}×{count}")).collect();
                let first = verdict.first_error.as_deref().unwrap_or("without a reason");
                format!("{name}: {kind} does not compile: {first} [{}]", codes.join(" "))
            };
            failed.map(line).collect()
        }
    }
}

/// What the compiler and the toolkit complain of, over all: where to begin.
fn print_codes(records: &[Record]) {
    let mut compiler: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
    let mut refusals: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
    let mut lints: BTreeMap<&str, (u64, usize)> = BTreeMap::new();
    for record in records {
        let sound = !record.negative && record.generation.outcome == Outcome::Refused;
        add(&mut refusals, record.generation.errors.iter().filter(|_| sound));
        let crates = || record.compilation.iter().flat_map(|compilation| compilation.crates.values());
        add(&mut compiler, crates().flat_map(|verdict| &verdict.errors));
        add(&mut lints, crates().flat_map(|verdict| &verdict.lints));
    }
    for (title, codes) in
        [("errors that refused sound descriptions", refusals), ("compile errors", compiler), ("lints of clippy", lints)]
    {
        let mut codes: Vec<_> = codes.into_iter().collect();
        codes.sort_by_key(|(code, (_, descriptions))| (std::cmp::Reverse(*descriptions), *code));
        if !codes.is_empty() {
            println!("\n{title}, by code: descriptions (times)");
        }
        for (code, (times, descriptions)) in codes {
            println!("  {descriptions:>4} ({times})  {code}");
        }
    }
}

fn add<'r>(sums: &mut BTreeMap<&'r str, (u64, usize)>, counts: impl Iterator<Item = (&'r String, &'r u64)>) {
    let mut own: BTreeMap<&str, u64> = BTreeMap::new();
    for (code, count) in counts {
        *own.entry(code).or_default() += count;
    }
    for (code, count) in own {
        let sum = sums.entry(code).or_default();
        sum.0 += count;
        sum.1 += 1;
    }
}

fn print_slowest(records: &[Record]) {
    let mut slowest: Vec<&Record> = records.iter().collect();
    slowest.sort_by(|one, other| other.generation.seconds.total_cmp(&one.generation.seconds));
    println!("\nslowest to generate");
    for record in slowest.into_iter().take(SLOWEST) {
        let generation = &record.generation;
        let lines: u64 = generation.lines.values().sum();
        println!(
            "  {:>7.2} s  {:>5} MiB  {:>5} operations  {:>5} types  {lines:>7} lines  {}",
            generation.seconds, generation.peak, generation.operations, generation.types, record.name
        );
    }
}
