//! The forms of a review: what each says, and that none loses anything without saying so.

use jiff::civil::Date;
use methodical_diagnostic::{Diagnostics, Locator, Style};
use methodical_document::{Documents, bundle};
use methodical_model::{Api, lower};
use methodical_review::report::{
    Fold, MARKDOWN_BUDGET, Report, Versions, render_github, render_json, render_junit, render_markdown, render_sarif,
    render_text,
};
use methodical_review::{Ledger, Policy, compare};
use serde_json::Value;

const BASE: &str = include_str!("tags.yaml");
const TODAY: Date = Date::constant(2026, 11, 30);

fn read(text: &str) -> (Documents, Api) {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("it is a description");
    let api = lower(&bundle, &mut diagnostics);
    (documents, api)
}

fn report(old: &str, new: &str, ledger: &Ledger) -> Report {
    let (old_documents, old) = read(old);
    let (new_documents, new) = read(new);
    let (old_locator, new_locator) = (Locator::new(&old_documents), Locator::new(&new_documents));
    let versions = Versions { old: ("old", &old, &old_locator), new: ("new", &new, &new_locator) };
    Report::new(&compare(&old, &new).changes, versions, &Policy::default(), ledger, TODAY)
}

/// DELETE falls silent, and what is written is seen later.
fn two_losses() -> Report {
    let new = BASE
        .replace("        '404': &absent { $ref: '#/components/responses/Absent' }\n", "")
        .replace("consistency: linearizable", "consistency: eventual");
    report(BASE, &new, &Ledger::default())
}

/// As many operations as are asked for, with a description that no page may take for markup.
fn many(count: usize) -> String {
    let path = |index| {
        format!(
            "  /things{index}/<b>@all*:\n    get: {{ operationId: get{index}, responses: {{ '200': {{ description: it }} }} }}\n"
        )
    };
    let paths: String = (0..count).map(path).collect();
    format!("openapi: 3.1.0\ninfo: {{ title: '<script>alert(1)</script>', version: '1' }}\npaths:\n  /: {{}}\n{paths}")
}

#[test]
fn as_text() {
    insta::assert_snapshot!(render_text(&two_losses(), Style::Plain, Fold::Compatible));
}

#[test]
fn as_coloured_text() {
    let text = render_text(&two_losses(), Style::Colour, Fold::Compatible);
    assert!(text.contains("\u{1b}[1m\u{1b}[33mrisky\u{1b}[0m: "), "{text:?}");
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!(render_markdown(&two_losses(), MARKDOWN_BUDGET));
}

#[test]
fn as_annotations() {
    insta::assert_snapshot!(render_github(&two_losses()));
}

#[test]
fn as_junit() {
    insta::assert_snapshot!(render_junit(&two_losses()));
}

#[test]
fn as_sarif() {
    insta::assert_snapshot!(render_sarif(&two_losses()));
}

#[test]
fn json_has_the_shape_that_is_published() {
    let schema: Value = serde_json::from_str(include_str!("../../../docs/review.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for report in [two_losses(), report(BASE, BASE, &Ledger::default()), report(&many(3), &many(1), &Ledger::default())]
    {
        let json: Value = serde_json::from_str(&render_json(&report)).expect("JSON");
        let errors: Vec<String> =
            validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

/// At any size what is shown and what is said to be left out are together all that there is.
#[test]
fn markdown_keeps_within_its_budget_and_counts_what_it_leaves_out() {
    let report = report(&many(900), &many(0), &Ledger::default());
    assert_eq!(report.changes.len(), 900);
    for budget in [65_000, 20_000, 2_000, 1_000] {
        let text = render_markdown(&report, budget);
        let size = text.chars().count();
        assert!(size <= budget, "{size} characters in a budget of {budget}");
        let shown = text.matches("`operation-removed`").count();
        let left_out = text.split_once(" more change").map_or(0, |(before, _)| {
            let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            digits.parse::<usize>().expect("a number")
        });
        assert_eq!(shown + left_out, 900, "at {budget}");
        assert!(shown > 0 || budget < 2_000, "at {budget}");
    }
    let whole = render_markdown(&report, usize::MAX);
    assert_eq!((whole.matches("### `operation-removed`").count(), whole.contains("more change")), (900, false));
}

#[test]
fn names_of_others_are_no_markup() {
    let report = report(&many(2), &many(1), &Ledger::default());
    let markdown = render_markdown(&report, MARKDOWN_BUDGET);
    assert!(markdown.contains("\\<script>alert(1)\\</script>"), "{markdown}");
    assert!(markdown.contains("`GET /things1/<b>@all*`"), "as code it is as it is: {markdown}");
    let html = methodical_review::report::render_html(&report);
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !html.contains("<script>alert"), "{html}");
    assert!(html.contains("GET /things1/&lt;b&gt;@all*"), "{html}");
}
