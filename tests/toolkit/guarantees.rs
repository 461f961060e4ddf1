//! The table of guarantees: on a small description with tests in several languages, on markers that are wrong, and on
//! this repository, whose own table has to be whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use methodical::config::{self, Require};
use methodical::guarantees::markers::{self, Markers};
use methodical::guarantees::{Table, TableReport, render_markdown, render_text, report};
use methodical::pipeline;
use methodical_diagnostic::{Style, render_text as render_diagnostics};
use methodical_model::catalogue;

use crate::workspace::{Run, repository};

fn folder(name: &str) -> PathBuf {
    repository().join("tests/toolkit").join(name)
}

fn markers_of(base: &Path, folders: &[&str]) -> Markers {
    let folders: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    markers::read(base, &folders).expect("the folders are there")
}

fn table_of(base: &Path, description: &str, markers: &Markers, require: Require) -> TableReport {
    let contract = pipeline::read(&base.join(description)).contract.expect("a description");
    report(&Table::new(&contract.api, &markers.shown, require))
}

fn books() -> TableReport {
    let base = folder("guarantees");
    let markers = markers_of(&base, &["tests"]);
    assert!(!markers.diagnostics.has_errors(), "{:?}", markers.diagnostics);
    table_of(&base, "openapi.yaml", &markers, Require::Core)
}

#[test]
fn as_text() {
    insta::assert_snapshot!(render_text(&books()));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(render_markdown(&books()));
}

#[test]
fn as_data() {
    let mut table = books();
    table.rules.retain(|rule| rule.rule.starts_with("GET-"));
    table.others.retain(|rule| rule.rule.starts_with("PATCH-") || rule.rule == "COND-REQUIRED");
    insta::assert_json_snapshot!(table);
}

/// Every marker that is wrong is reported with its place, and none of them shows anything.
#[test]
fn markers_that_are_wrong() {
    let markers = markers_of(&folder("guarantees-wrong"), &["tests"]);
    let mut text = render_diagnostics(&markers.diagnostics, &markers.texts, Style::Plain);
    text.push_str("\nshown all the same:\n");
    for shown in &markers.shown {
        text.push_str(&format!("{}:{} {} {}\n", shown.file, shown.line, shown.name, shown.rule));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_missing_test_fails_the_check() {
    let base = folder("guarantees");
    let check = Run::methodical(&base, &["promises", "--guarantees", "--check"]);
    assert_eq!(check.code, Some(1));
    assert!(check.stdout.starts_with("20 of 69 rules are promised"), "{}", check.stdout);
    let gaps = check.stderr.lines().filter_map(|line| line.strip_prefix("Books: no test shows "));
    let expected = ["DELETE-NO-PRECHECK", "DELETE-TARGET-ONLY", "ERROR-DECLARED", "FAILED-WRITE-NO-EFFECT"];
    let gaps: BTreeSet<&str> = gaps.collect();
    assert!(expected.iter().all(|rule| gaps.contains(rule)), "{gaps:?}");
    assert!(!gaps.contains("OPTIONS-ALLOW"), "it is no core rule, and they alone are asked for: {gaps:?}");
    let shown = Run::methodical(&base, &["promises", "--guarantees"]);
    assert_eq!(shown.code, Some(0), "without the check a gap is only shown: {}", shown.stderr);
}

#[test]
fn what_the_command_line_may_not_say() {
    let base = folder("guarantees");
    for arguments in [
        &["promises", "--check"][..],
        &["promises", "--guarantees", "--operation", "getBook"],
        &["lint", "--format", "markdown"],
        &["promises", "--guarantees", "--tests", "no-such-folder"],
    ] {
        let run = Run::methodical(&base, arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stdout);
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

/// A description alone will do: then nothing is known to be shown.
#[test]
fn without_a_configuration_no_test_is_known() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::copy(folder("guarantees").join("openapi.yaml"), elsewhere.path().join("books.yaml")).expect("a copy");
    let run = Run::methodical(elsewhere.path(), &["promises", "--guarantees", "books.yaml", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let table: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let rules = table["rules"].as_array().expect("rules");
    assert!(rules.iter().all(|rule| rule["tests"].as_array().is_some_and(Vec::is_empty)), "{table}");
}

/// This repository's own configuration, with the tests that it lists.
fn ours() -> (Markers, TableReport) {
    let base = repository();
    let config::Reading::Sound(config) = config::read(&base.join(config::FILE_NAME)).expect("a configuration") else {
        panic!("methodical.toml is wrong");
    };
    let markers = markers::read(&base, &config.guarantees.tests).expect("the tests are there");
    let text = render_diagnostics(&markers.diagnostics, &markers.texts, Style::Plain);
    assert!(markers.diagnostics.is_empty(), "{text}");
    let table = table_of(&base, "spec/openapi.yaml", &markers, config.guarantees.require);
    (markers, table)
}

#[test]
fn every_rule_of_the_catalogue_stands_in_our_table_and_what_is_promised_is_shown() {
    let (_, table) = ours();
    let promised: BTreeSet<&str> = table.rules.iter().map(|rule| rule.rule).collect();
    let others: BTreeSet<&str> = table.others.iter().map(|rule| rule.rule).collect();
    assert!(promised.is_disjoint(&others));
    assert_eq!(promised.len() + others.len(), catalogue().len());
    let core = catalogue().iter().filter(|rule| rule.core).map(|rule| rule.id.as_str());
    let missing: Vec<&str> = core.filter(|rule| !promised.contains(rule)).collect();
    assert!(missing.is_empty(), "core rules that the contract does not promise: {missing:?}");
    assert!(table.gaps.is_empty(), "rules that no test shows: {:?}", table.gaps);
}

/// For each rule that some operation has "at run time", a handler that breaks it; for each "by type", a case that does not
/// compile or a test that nothing else can be said.
#[test]
fn what_is_held_at_run_time_has_a_handler_that_breaks_it() {
    let (markers, table) = ours();
    let broken = |rule: &str| {
        markers
            .shown
            .iter()
            .any(|shown| shown.rule.as_str() == rule && shown.file.starts_with("crates/server/tests/service/breaking/"))
    };
    let at_run_time = table.rules.iter().filter(|rule| rule.held.iter().any(|held| held.how == "at run time"));
    let missing: Vec<&str> = at_run_time.map(|rule| rule.rule).filter(|rule| !broken(rule)).collect();
    assert!(missing.is_empty(), "held at run time, and no handler breaks it: {missing:?}");
}
