//! OpenAPI ignores header parameters that are called `Accept`, `Content-Type` or `Authorization`: media types and `security` say these
//! things. What is declared so is sent by no generated client and checked by no server.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       parameters: [{ name: Authorization, in: header, required: true, schema: { type: string } }]
//!       responses: { "200": { description: Letters }, "401": { description: Who are you? } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       security: [{ token: [] }]
//!       responses: { "200": { description: Letters }, "401": { description: Who are you? } }
//! components: { securitySchemes: { token: { type: http, scheme: bearer } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::{Api, ParameterRole};

use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a header parameter that OpenAPI ignores",
    group: Group::Http,
    severity: Severity::Note,
    concerns: &[],
    source: include_str!("parameter_ignored.rs"),
    check,
};

const ID: &str = "lint/parameter-ignored";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for parameter in api.operations.iter().flat_map(|operation| &operation.parameters) {
        if parameter.role == ParameterRole::Ignored {
            let name = &parameter.name.wire;
            let instead =
                if name.eq_ignore_ascii_case("authorization") { "`security`" } else { "the media types of `content`" };
            let message = format!("`{name}` as a parameter is ignored: {instead} says it");
            let help = format!("say it by {instead}, and remove the parameter");
            diagnostics.push(Diagnostic::note(ID, message, Place::Value(parameter.origin.clone())).help(help));
        }
    }
}
