//! A PUT with 200 or 204 as its only answer: whether it creates what is absent, or refuses, cannot be known.
//!
//! 201 beside it says that PUT creates (and generated code then tells creation from replacement); 404 says that it
//! only updates; 201 alone says that it only creates. Nothing is guessed: such an operation promises neither.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
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
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "204": { description: Done }
//!         "201": { description: Made }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method, PutMode};

use crate::subject::{is_item, place, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a PUT whose statuses do not say what it does with something absent",
    group: Group::Gaps,
    severity: Severity::Note,
    concerns: &[catalogue::PUT_UPSERT],
    source: include_str!("ambiguous_put.rs"),
    check,
};

const ID: &str = "lint/ambiguous-put";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let puts = with_method(api, &[Method::Put]).filter(|operation| is_item(operation));
    for operation in puts.filter(|operation| PutMode::of(operation) == PutMode::Ambiguous) {
        let message = format!("{} does not say what it does with something absent", title(operation));
        let help = "declare 201 if it creates, or 404 if it only updates";
        diagnostics.push(Diagnostic::note(ID, message, place(operation)).help(help));
    }
}
