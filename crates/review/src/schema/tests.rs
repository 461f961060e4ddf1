//! Pairs of schemas, and what is said of them: which changes, and what each does.

mod drawn;
mod judged;
mod make;
mod same;
mod table;

use methodical_diagnostic::{Diagnostics, Style, render_text};
use methodical_document::{Documents, bundle};
use methodical_model::{Api, lower};

use super::{Comparer, SchemaChange, Side, Verdict};
use crate::Way;

/// A description with some schemas, of which `Root` is what one operation takes and answers.
fn api(schemas: &str) -> Api {
    api_of("3.1.0", schemas)
}

fn api_of(version: &str, schemas: &str) -> Api {
    readable(version, schemas).unwrap_or_else(|said| panic!("{schemas}\n{said}"))
}

/// The description, or what is wrong with it.
fn readable(version: &str, schemas: &str) -> Result<Api, String> {
    let content = "{content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}";
    let indented: String = schemas.lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "openapi: {version}\ninfo: {{title: T, version: '1'}}\npaths:\n  /root:\n    post:\n      operationId: send\n      \
         requestBody: {content}\n      responses:\n        '200':\n          description: It.\n          \
         content: {{application/json: {{schema: {{$ref: '#/components/schemas/Root'}}}}}}\ncomponents:\n  schemas:\n{indented}"
    );
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text.as_str())], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("it is a description");
    let api = lower(&bundle, &mut diagnostics);
    let said = render_text(&diagnostics, &documents, Style::Plain);
    if diagnostics.has_errors() { Err(said) } else { Ok(api) }
}

fn side(api: &Api, way: Way) -> Side<'_> {
    let operation = &api.operations[0];
    let content = match way {
        Way::Request => &operation.body.as_ref().expect("it takes one").contents[0],
        Way::Response => &operation.responses[0].contents[0],
    };
    Side { schema: &content.schema, canonical: &content.canonical, textual: false }
}

/// Each change as `kind path verdict`; what breaks has a witness for the whole place.
fn changes(way: Way, old: &Api, new: &Api) -> Vec<String> {
    let mut comparer = Comparer::new(old, new);
    let (before, after) = (side(old, way), side(new, way));
    let ids = comparer.compare(way, before, after);
    let mut told: Vec<String> = Vec::new();
    for id in ids {
        let change = comparer.change(id).clone();
        let witness = match change.verdict {
            Verdict::Breaking => match comparer.witness(way, before, after, id) {
                Ok(_) => "",
                Err(_) => " (no witness)",
            },
            Verdict::Risky(_) | Verdict::Compatible | Verdict::Undecided(_) | Verdict::Idle => "",
        };
        told.push(format!("{} {} {}{witness}", change.kind, place(&change), word(&change.verdict)));
    }
    told.sort();
    told
}

fn place(change: &SchemaChange) -> String {
    let owner = change.owner.as_deref().filter(|owner| *owner != "Root").unwrap_or("");
    format!("{owner}{}", if owner.is_empty() && change.path.is_empty() { "." } else { &change.path })
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Breaking => "breaks",
        Verdict::Risky(_) => "is risky",
        Verdict::Compatible => "is fine",
        Verdict::Undecided(_) => "is undecided",
        Verdict::Idle => "is idle",
    }
}

/// What is said of a pair in requests, and in responses.
fn check(old: &str, new: &str, request: &[&str], response: &[&str]) {
    let (before, after) = (api(&format!("Root: {old}")), api(&format!("Root: {new}")));
    assert_eq!(changes(Way::Request, &before, &after), request, "requests from {old} to {new}");
    assert_eq!(changes(Way::Response, &before, &after), response, "responses from {old} to {new}");
}
