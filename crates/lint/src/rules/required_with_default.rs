//! A default counts where nothing is sent, and what is `required` is always sent: one of the two says nothing. Clients that go by
//! `required` ask for a value that the server would have known.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       parameters: [{ name: size, in: query, required: true, schema: { type: integer, default: 50 } }]
//!       responses: { "200": { description: Letters }, "400": { description: No such page } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       parameters: [{ name: size, in: query, schema: { type: integer, default: 50 } }]
//!       responses: { "200": { description: Letters }, "400": { description: No such page } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::{Api, ParameterLocation, ParameterRole};

use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a required parameter that has a default",
    group: Group::Contradictions,
    severity: Severity::Note,
    concerns: &[],
    source: include_str!("required_with_default.rs"),
    check,
};

const ID: &str = "lint/required-with-default";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for parameter in api.operations.iter().flat_map(|operation| &operation.parameters) {
        // A parameter of the path is always required; its default is one for whoever fills in a form.
        let counts = parameter.location != ParameterLocation::Path && parameter.role != ParameterRole::Ignored;
        if parameter.required && counts && parameter.schema.default.is_some() {
            let name = &parameter.name.wire;
            let message = format!("`{name}` is required, and has a default that never counts");
            let help = "remove `required`, or the default";
            diagnostics.push(Diagnostic::note(ID, message, Place::Value(parameter.origin.clone())).help(help));
        }
    }
}
