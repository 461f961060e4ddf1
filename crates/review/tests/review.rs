//! Pairs of descriptions, and what the second does to the promises of the first.

mod common;
#[path = "common/render.rs"]
mod render;

use common::{api, edited};
use methodical_diagnostic::Origin;
use methodical_review::{ChangeKind, compare};
use render::{Locate, render_text};

const BASE: &str = include_str!("tags.yaml");

/// The changes after each `from` in the base became its `to`.
fn review(edits: &[(&str, &str)]) -> String {
    let text = edited(BASE, edits);
    let pointer = |origin: &Origin| format!("#{}", origin.pointer);
    render_text(&compare(&api(BASE), &api(&text)).changes, Locate { old: &pointer, new: &pointer })
}

#[test]
fn nothing_changed() {
    assert_eq!(review(&[]), "");
}

#[test]
fn a_parameter_by_another_name_is_no_change() {
    let renamed = edited(BASE, &[("{name}", "{label}"), ("name: name", "name: label")]);
    let changes = compare(&api(BASE), &api(&renamed)).changes;
    assert!(changes.iter().all(|change| change.kind == ChangeKind::PathParameterRenamed), "{changes:?}");
    assert!(changes.iter().all(|change| change.wire.is_none() && change.promises.is_none()), "{changes:?}");
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
