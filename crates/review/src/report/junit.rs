//! A review as JUnit's XML, which every CI shows: each change is a test case, which fails, is skipped (accepted) or passes.

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::{Entry, Report};

/// Writes a review as JUnit's XML. A review without changes has one case, which passes.
pub fn render_junit(report: &Report) -> String {
    let mut suite = TestSuite::new(format!("{} -> {}", report.old.name, report.new.name));
    suite.add_test_cases(report.changes.iter().map(case));
    if report.changes.is_empty() {
        suite.add_test_case(TestCase::new("nothing has changed", TestCaseStatus::success()));
    }
    let mut junit = Junit::new("contract review");
    junit.add_test_suite(suite);
    // Writing to memory cannot fail.
    junit.to_string().unwrap_or_default()
}

fn case(entry: &Entry) -> TestCase {
    let accepted: Vec<String> = entry
        .accepted()
        .iter()
        .map(|(plane, accepted)| format!("accepted ({}) by {}: {}", plane.as_str(), accepted.by, accepted.reason))
        .collect();
    let status = match (entry.fails, accepted.as_slice()) {
        (true, _) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(entry.kind).set_message(&entry.message).set_description(details(entry));
            status
        }
        (false, []) => TestCaseStatus::success(),
        (false, accepted) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(accepted.join("; "));
            status
        }
    };
    let mut case = TestCase::new(format!("{} {} [{}]", entry.kind, entry.subject, entry.fingerprint), status);
    case.set_classname(format!("contract.{}", entry.level));
    if !entry.fails {
        case.set_system_out(format!("{}\n{}", entry.message, details(entry)));
    }
    case
}

fn details(entry: &Entry) -> String {
    let mut lines = Vec::new();
    for (side, spot) in [("old", &entry.old), ("new", &entry.new)] {
        lines.extend(spot.as_ref().map(|spot| format!("{side}: {}:{}:{}", spot.file, spot.line, spot.column)));
    }
    let operations = entry.operations();
    if !operations.is_empty() {
        lines.push(format!("operations: {}", operations.join(", ")));
    }
    if let Some(wire) = &entry.wire {
        lines.push(format!("wire: {}: {}", wire.level, wire.reason.as_deref().unwrap_or(entry.summary)));
        lines.extend(wire.witness.as_ref().map(|witness| witness.text.clone()));
    }
    if let Some(rust) = &entry.rust {
        lines.push(format!("rust: {} in {}\n- {}\n+ {}", rust.level, rust.crate_, rust.before, rust.after));
    }
    if let Some(promises) = &entry.promises {
        let rule = promises.rule.unwrap_or("all that it promised");
        lines.push(format!("promises: {}: {rule} {}", promises.level, promises.kind));
    }
    lines.join("\n")
}
