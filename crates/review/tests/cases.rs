//! Pairs of descriptions with another tool's verdict: how often ours is the same, and why it is not where it is not.
//!
//! The verdict is [`Review::verdict`], as reports have it too. The other tool's is an opinion and not the truth, so each class of
//! disagreement has its argument in `cases/arguments.tsv`: by one of the other tool's names for changes, by both verdicts, and by the
//! kinds of the facts that decide ours. A verdict that is the same for another reason, or another one, has no argument.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, bundle};
use methodical_model::{Api, lower};
use methodical_review::{Review, Verdict, compare};

/// How many of 173 verdicts are the same. It only ever rises.
const AGREED: usize = 128;

/// Columns: what the other tool calls the change (`-`: it sees none), its verdict, ours, the kinds of the facts that decide ours (`-`:
/// there are none), and why ours is right.
const ARGUMENTS: &str = include_str!("cases/arguments.tsv");

/// A row of the table of cases.
struct Case<'a> {
    name: &'a str,
    old: &'a str,
    new: &'a str,
    verdict: &'a str,
    changes: &'a str,
}

/// What an argument is for.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

#[test]
fn verdicts_agree_or_have_an_argument() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/review-cases");
    let Ok(table) = std::fs::read_to_string(folder.join("cases.tsv")) else {
        eprintln!("SKIPPED: verdicts_agree_or_have_an_argument: there are no cases in {}", folder.display());
        return;
    };
    let cases: Vec<Case<'_>> = table.lines().skip(1).filter_map(case).collect();
    let arguments = arguments();
    let (mut agreed, mut unargued, mut used) = (0, Vec::new(), HashSet::new());
    for case in &cases {
        let review = compare(&api(&folder.join(case.old)), &api(&folder.join(case.new)));
        let ours = review.verdict().as_str();
        if ours == case.verdict {
            agreed += 1;
            continue;
        }
        let kinds = deciding(&review);
        let names = case.changes.split(',').map(|name| name.split('*').next().unwrap_or_default());
        let key = names.map(|name| (name, case.verdict, ours, kinds.as_str())).find(|key| arguments.contains_key(key));
        let argument = key.map_or("?", |key| arguments[&key]);
        println!("{}: theirs {} ({}), ours {ours} ({kinds}): {argument}", case.name, case.verdict, case.changes);
        match key {
            Some((name, theirs, ours, _)) => {
                used.insert((name, theirs, ours, kinds.clone()));
            }
            None => unargued.push(case.name),
        }
    }
    println!("{agreed} of {} verdicts are the same", cases.len());
    assert!(unargued.is_empty(), "nothing is said for the verdicts on {unargued:?}");
    let idle = |(name, theirs, ours, kinds): &Key<'_>| !used.contains(&(*name, *theirs, *ours, (*kinds).to_owned()));
    let idle: Vec<_> = arguments.keys().filter(|key| idle(key)).collect();
    assert!(idle.is_empty(), "no case needs what is said for {idle:?}");
    assert!(agreed >= AGREED, "only {agreed} verdicts are the same, and {AGREED} were");
}

fn case(row: &str) -> Option<Case<'_>> {
    let mut columns = row.split('\t');
    let mut next = || columns.next();
    Some(Case { name: next()?, old: next()?, new: next()?, verdict: next()?, changes: next()? })
}

/// Whatever is wrong with a description, its model says what it can.
fn api(path: &Path) -> Api {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(path, &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).unwrap_or_else(|| panic!("{} is a description", path.display()));
    lower(&bundle, &mut diagnostics)
}

/// The kinds of the changes that each come to what the review comes to.
fn deciding(review: &Review) -> String {
    let verdict = review.verdict();
    let decides = |change: &&methodical_review::Change| Verdict::of(std::slice::from_ref(change)) == verdict;
    let kinds: BTreeSet<&str> = match verdict {
        Verdict::NoChange => BTreeSet::new(),
        Verdict::Compatible | Verdict::PotentiallyBreaking | Verdict::Breaking => {
            review.changes.iter().filter(decides).map(|change| change.kind.as_str()).collect()
        }
    };
    if kinds.is_empty() { "-".to_owned() } else { kinds.into_iter().collect::<Vec<_>>().join("+") }
}

fn arguments() -> BTreeMap<Key<'static>, &'static str> {
    let rows = ARGUMENTS.lines().skip(1).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, theirs, ours, kinds, argument] = columns[..] else { panic!("five columns, and not {line}") };
        ((name, theirs, ours, kinds), argument)
    });
    rows.collect()
}
