//! Pairs of descriptions, and what the second does to the promises of the first.

use methodical_diagnostic::{Diagnostics, Origin, Style, render_text as render_diagnostics};
use methodical_document::{Documents, bundle};
use methodical_model::{Api, lower};
use methodical_review::{Locate, compare, render_text};

const BASE: &str = include_str!("tags.yaml");

fn api(text: &str) -> Api {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("it is a description");
    let api = lower(&bundle, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{}", render_diagnostics(&diagnostics, &documents, Style::Plain));
    api
}

/// The changes after each `from` in the base became its `to`.
fn review(edits: &[(&str, &str)]) -> String {
    let mut text = BASE.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from} is not in the base");
        text = text.replace(from, to);
    }
    let pointer = |origin: &Origin| format!("#{}", origin.pointer);
    render_text(&compare(&api(BASE), &api(&text)).changes, Locate { old: &pointer, new: &pointer })
}

#[test]
fn nothing_changed() {
    assert_eq!(review(&[]), "");
}

#[test]
fn a_parameter_by_another_name_is_no_change() {
    assert_eq!(review(&[("{name}", "{label}"), ("name: name", "name: label")]), "");
}

#[test]
fn delete_falls_silent() {
    insta::assert_snapshot!(review(&[("        '404': &absent { $ref: '#/components/responses/Absent' }\n", "")]));
}

#[test]
fn put_no_longer_creates() {
    insta::assert_snapshot!(review(&[("        '201': { $ref: '#/components/responses/Stored' }\n", "")]));
}

#[test]
fn put_becomes_patch() {
    insta::assert_snapshot!(review(&[("    put:", "    patch:")]));
}

#[test]
fn writes_are_seen_later() {
    insta::assert_snapshot!(review(&[("consistency: linearizable", "consistency: eventual")]));
}

#[test]
fn anybody_may_write() {
    insta::assert_snapshot!(review(&[("security: [{ token: [] }]", "security: []")]));
}

#[test]
fn preconditions_come() {
    let put = "    put:\n      operationId: putTag\n";
    let with = format!("{put}      parameters: [{{ name: If-Match, in: header, schema: {{ type: string }} }}]\n");
    let status = "        '200': { $ref: '#/components/responses/Stored' }\n        '201'";
    let refused = "        '412': { description: stale }\n        '200': { $ref: '#/components/responses/Stored' }\n        '201'";
    insta::assert_snapshot!(review(&[(put, &with), (status, refused)]));
}

#[test]
fn operations_come_and_go() {
    insta::assert_snapshot!(review(&[("/tags:", "/labels:")]));
}

#[test]
fn all_or_none_becomes_each_for_itself() {
    insta::assert_snapshot!(review(&[("atomicity: all", "atomicity: each"), ("replays: success", "replays: all")]));
}
