//! Markers that are wrong; not compiled.

// Shows: DELETE-ONEC, delete-once
#[test]
fn misspelt() {}

// Shows:
#[test]
fn without_a_rule() {}

// Shows: GET-SAFE,, NO-5XX
#[test]
fn with_a_hole() {}

// Shows: GET-SAFE
fn helper() {}

// Shows: GET-SAFE

#[test]
fn too_far_below() {}

// Shows: DELETE-ONCE
#[test]
#[ignore = "slow"]
fn not_run() {}

/// Shows: GET-SAFE
#[test]
fn in_its_docs() {}

/// Shows: GET-SAFE
/// ```ignore
/// ```
pub struct NotRun;

// Shows: GET-SAFE
