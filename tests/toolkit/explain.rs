//! `explain`: every name has a page, the published reference is these pages, and who mistypes is helped.

use std::collections::BTreeSet;
use std::fs;

use methodical::explain::{entries, find, render_list, render_page, render_reference};
use serde_json::Value;

use crate::invariants::codes;
use crate::workspace::{Run, repository};

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let names: BTreeSet<String> = entries().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), entries().len(), "two things have one name");
    let stages = ["document", "model", "lint", "progenitor", "config", "guarantees"];
    let said: BTreeSet<String> = codes();
    let missing: Vec<_> = said.iter().filter(|code| !names.contains(*code)).collect();
    assert!(missing.is_empty(), "no page tells of {missing:?}");
    let of_stage = |name: &&String| name.split_once('/').is_some_and(|(stage, _)| stages.contains(&stage));
    let stale: Vec<_> = names.iter().filter(of_stage).filter(|name| !said.contains(*name)).collect();
    assert!(stale.is_empty(), "nothing says {stale:?}");
}

#[test]
fn the_published_reference_is_these_pages() {
    let path = repository().join("docs/rules.md");
    let published = fs::read_to_string(&path).unwrap_or_default();
    let current = render_reference(&entries());
    assert!(
        published.trim_end() == current.trim_end(),
        "docs/rules.md is out of date: `cargo xtask explain --format markdown > docs/rules.md` writes it"
    );
}

#[test]
fn pages_of_each_kind() {
    let entries = entries();
    for name in ["unsecured-write", "delete-once", "model/empty-enum", "lint/ignore-stale"] {
        let entry = find(&entries, name).expect("it has a page");
        insta::assert_snapshot!(name.replace('/', "__"), render_page(entry));
    }
    assert!(render_list(&entries).lines().count() > entries.len());
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    let run = Run::methodical(&repository(), &["explain", "unsecured-wirte"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("did you mean `unsecured-write`?"), "{}", run.stderr);
    let run = Run::methodical(&repository(), &["explain", "delet-once"]);
    assert!(run.stderr.contains("did you mean `DELETE-ONCE`?"), "{}", run.stderr);
}

#[test]
fn programs_read_it_too() {
    let one = Run::methodical(&repository(), &["explain", "GET-SAFE", "--format", "json"]);
    let one: Value = serde_json::from_str(&one.stdout).expect("it is JSON");
    assert_eq!(one["name"], "GET-SAFE");
    let all = Run::methodical(&repository(), &["explain", "--format", "json"]);
    let all: Vec<Value> = serde_json::from_str(&all.stdout).expect("it is JSON");
    assert_eq!(all.len(), entries().len());
}
