//! The examples of the manual pages are true: each bad one is reported by its code, and no good one is.

use methodical_diagnostic::{Diagnostics, Page};
use methodical_document::{Documents, bundle};
use methodical_model::{codes, lower};

fn reported(page: &Page, example: &str) -> bool {
    let head = "openapi: 3.1.0\ninfo: { title: Fixture, version: \"1\" }\n";
    let text = if example.starts_with("openapi: ") { example.to_owned() } else { format!("{head}{example}") };
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", &text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).unwrap_or_else(|| panic!("{} shows no description", page.code));
    lower(&bundle, &mut diagnostics);
    diagnostics.iter().any(|diagnostic| diagnostic.code == page.code)
}

#[test]
fn the_examples_of_the_pages_are_true() {
    let mut wrong = Vec::new();
    for page in codes() {
        if page.bad().is_some_and(|bad| !reported(&page, &bad)) {
            wrong.push(format!("{}: the bad example is well", page.code));
        }
        if page.good().is_some_and(|good| reported(&page, &good)) {
            wrong.push(format!("{}: the good example is not", page.code));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(codes().iter().filter(|page| page.bad().is_some()).count() > 40, "most pages show what they speak of");
}
