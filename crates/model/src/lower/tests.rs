//! Tests of lowering: what it reports, what it makes, and that neither depends on the order of members.

mod corpus;
mod diagnostics;
mod model;
mod shuffle;
mod streams;

use methodical_diagnostic::{Diagnostics, Style, render_text};
use methodical_document::{Bundle, Documents, bundle};

use crate::{Api, lower};

/// Lowers a description and renders what was reported.
fn lowered(input: &str) -> (Api, String) {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", input)], &mut diagnostics);
    let bundle: Bundle = bundle(&documents, &mut diagnostics).expect("the fixture is a description");
    let api = lower(&bundle, &mut diagnostics);
    diagnostics.sort(&documents);
    (api, render_text(&diagnostics, &documents, Style::Plain))
}

/// Lowers a description that must be without fault.
fn faultless(input: &str) -> Api {
    let (api, report) = lowered(input);
    assert_eq!(report, "");
    api
}

/// A description of version 3.0 with these members.
fn description(members: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\n{members}")
}

/// A description with these component schemas.
fn schemas(schemas: &str) -> String {
    let indented: String = schemas.lines().map(|line| format!("    {line}\n")).collect();
    description(&format!("paths: {{}}\ncomponents:\n  schemas:\n{indented}"))
}

/// A description with one GET that has these members.
fn operation(path: &str, members: &str) -> String {
    let indented: String = members.lines().map(|line| format!("      {line}\n")).collect();
    description(&format!("paths:\n  {path}:\n    get:\n      operationId: getThing\n{indented}"))
}
