//! An operation that declares only what can go wrong leaves open what comes when all goes well: generated code then knows no
//! success, and no client can tell a declared answer from a surprise.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get: { operationId: listLetters, responses: { "404": { description: There are none } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get: { operationId: listLetters, responses: { "200": { description: All letters } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Status};

use crate::subject::{place, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an operation that declares no success",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::ERROR_DECLARED],
    source: include_str!("success_missing.rs"),
    check,
};

const ID: &str = "lint/success-missing";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    // Where there is no response at all, the model has said so.
    for operation in api.operations.iter().filter(|operation| !operation.responses.is_empty()) {
        let goes_on = |status| match status {
            Status::Code(code) => code < 400,
            Status::Range(class) => class < 4,
            Status::Default => true,
        };
        if !operation.responses.iter().any(|response| goes_on(response.status)) {
            let message = format!("{} declares errors alone", title(operation));
            let help = "declare what it answers when all goes well";
            diagnostics.push(Diagnostic::warning(ID, message, place(operation)).help(help));
        }
    }
}
