//! Pairs of descriptions with another tool's verdict: how often ours is the same, and why it is not where it is not.
//!
//! The verdict is that of the wire. The other tool's is an opinion and not the truth, so each class of disagreement has
//! its argument in `cases/arguments.tsv`, by the other tool's names for changes.

use std::collections::BTreeMap;
use std::path::Path;

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, bundle};
use methodical_model::{Api, lower};
use methodical_review::{Review, WireLevel, compare};

/// How many of 173 verdicts are the same. It only ever rises.
const AGREED: usize = 117;

/// Columns: what the other tool calls the change (`-`: it sees none), its verdict, ours, and why ours is right.
const ARGUMENTS: &str = include_str!("cases/arguments.tsv");

/// A row of the table of cases.
struct Case<'a> {
    name: &'a str,
    old: &'a str,
    new: &'a str,
    verdict: &'a str,
    changes: &'a str,
}

#[test]
fn verdicts_agree_or_have_an_argument() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/review-cases");
    let Ok(table) = std::fs::read_to_string(folder.join("cases.tsv")) else {
        eprintln!("SKIPPED: verdicts_agree_or_have_an_argument: there are no cases in {}", folder.display());
        return;
    };
    let cases: Vec<Case<'_>> = table.lines().skip(1).filter_map(case).collect();
    let (mut agreed, mut unargued) = (0, Vec::new());
    for case in &cases {
        let ours = verdict(&folder, case);
        if ours == case.verdict {
            agreed += 1;
            continue;
        }
        let argument = argument(case, ours);
        println!("{}: theirs {} ({}), ours {ours}: {}", case.name, case.verdict, case.changes, argument.unwrap_or("?"));
        if argument.is_none() {
            unargued.push(case.name);
        }
    }
    println!("{agreed} of {} verdicts are the same", cases.len());
    assert!(unargued.is_empty(), "nothing is said for the verdicts on {unargued:?}");
    assert!(agreed >= AGREED, "only {agreed} verdicts are the same, and {AGREED} were");
}

fn case(row: &str) -> Option<Case<'_>> {
    let mut columns = row.split('\t');
    let mut next = || columns.next();
    Some(Case { name: next()?, old: next()?, new: next()?, verdict: next()?, changes: next()? })
}

/// The class of the gravest change; what concerns names and tags alone is compatible.
fn verdict(folder: &Path, case: &Case<'_>) -> &'static str {
    let review: Review = compare(&api(&folder.join(case.old)), &api(&folder.join(case.new)));
    let levels = review.changes.iter().filter_map(|change| change.wire.as_ref().map(|verdict| verdict.level));
    match levels.max() {
        Some(WireLevel::Breaking) => "breaking",
        Some(WireLevel::Risky | WireLevel::Undecided) => "potentially-breaking",
        Some(WireLevel::Compatible) => "compatible",
        None if review.changes.is_empty() => "no-change",
        None => "compatible",
    }
}

/// Whatever is wrong with a description, its model says what it can.
fn api(path: &Path) -> Api {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(path, &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).unwrap_or_else(|| panic!("{} is a description", path.display()));
    lower(&bundle, &mut diagnostics)
}

/// Why ours is right: the argument for the first of the other tool's changes that there is one for.
fn argument(case: &Case<'_>, ours: &str) -> Option<&'static str> {
    let arguments: BTreeMap<(&str, &str, &str), &str> = ARGUMENTS
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let key = (columns.next()?, columns.next()?, columns.next()?);
            Some((key, columns.next()?))
        })
        .collect();
    let names = case.changes.split(',').map(|name| name.split('*').next().unwrap_or_default());
    names.into_iter().find_map(|name| arguments.get(&(name, case.verdict, ours)).copied())
}
