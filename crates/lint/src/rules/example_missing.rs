//! An example is what people read before the schema, what a reference shows, and what a mock or a fuzzer begins with. A body
//! without one has to be imagined.
//!
//! Write it at the media type, or at the schema: there it also serves all other operations that use the schema. Of a
//! union an example of each alternative will do. Bytes are passed over.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       requestBody: { required: true, content: { application/json: { schema: { type: object, properties: { colour: { type: string } } } } } }
//!       responses:
//!         "204": { description: Done }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       requestBody:
//!         required: true
//!         content:
//!           application/json:
//!             schema: { type: object, properties: { colour: { type: string } } }
//!             example: { colour: red }
//!       responses:
//!         "204": { description: Done }
//! ```

use std::collections::HashSet;

use methodical_diagnostic::{Diagnostic, Diagnostics, Origin, Place, Severity};
use methodical_model::{Api, Content, Kind, MediaType, Schema, Shape};

use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a request body or a success without an example",
    group: Group::Examples,
    severity: Severity::Warning,
    concerns: &[],
    source: include_str!("example_missing.rs"),
    check,
};

const ID: &str = "lint/example-missing";

/// How many unions may lie in one another.
const DEPTH: usize = 8;

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let shown = Shown { api, holders: api.examples.iter().filter_map(|example| holder(&example.origin)).collect() };
    for operation in &api.operations {
        let requests = operation.body.iter().flat_map(|body| &body.contents);
        let successes = operation.responses.iter().filter(|response| response.status.is_success());
        let requests = requests.map(|content| (content, "request body"));
        let successes = successes.flat_map(|response| &response.contents).map(|content| (content, "success"));
        for (content, what) in requests.chain(successes) {
            if is_shown(content) && content.example.is_none() && !shown.has_example(&content.schema, DEPTH) {
                diagnostics.push(diagnose(content, what));
            }
        }
    }
}

/// Whether there is anything to show: what may be any value, or has a schema that could not be read, is anybody's guess.
fn is_shown(content: &Content) -> bool {
    match content.kind {
        _ if matches!(content.schema.kind, Kind::Any) => false,
        MediaType::Json | MediaType::Form | MediaType::Text => true,
        MediaType::Problem
        | MediaType::Multipart
        | MediaType::Binary
        | MediaType::Events
        | MediaType::TextEvents
        | MediaType::Lines
        | MediaType::Sequence => false,
    }
}

/// What holds an example: `example` is a member of it, and so is the `examples` in which one stands.
fn holder(example: &Origin) -> Option<Origin> {
    let mut pointer = example.pointer.clone();
    while !pointer.last()?.starts_with("example") {
        pointer = pointer.parent()?;
    }
    Some(Origin { pointer: pointer.parent()?, ..example.clone() })
}

/// The schemas with examples.
struct Shown<'a> {
    api: &'a Api,
    holders: HashSet<Origin>,
}

impl Shown<'_> {
    fn has_example(&self, schema: &Schema, depth: usize) -> bool {
        if self.holders.contains(&schema.origin) {
            return true;
        }
        let Some(definition) = self.api.named(schema).filter(|_| depth > 0) else {
            return false;
        };
        definition.example.is_some()
            || match &definition.shape {
                Shape::Alias(inner) => self.has_example(inner, depth - 1),
                Shape::Union(union) => {
                    let mut variants = union.variants.iter();
                    !union.variants.is_empty() && variants.all(|(_, schema)| self.has_example(schema, depth - 1))
                }
                Shape::Object(_) | Shape::Enumeration(_) => false,
            }
    }
}

fn diagnose(content: &Content, what: &str) -> Diagnostic {
    let message = format!("this {what} has no example");
    let help = "add `example` beside the `schema`, or within it";
    Diagnostic::warning(ID, message, Place::Key(content.origin.clone())).help(help)
}
