//! An operation that takes parameters, a body or credentials can be asked wrongly. If it declares no 4xx and no `default`, every
//! refusal is an unexpected answer to generated clients, and their callers find out one by one.
//!
//! It is a note where no operation of an API declares an error: that is how the API is described, and one word about it is enough.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     post:
//!       operationId: sendLetter
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string } } } }
//!       responses: { "204": { description: Sent } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     post:
//!       operationId: sendLetter
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string } } } }
//!       responses: { "204": { description: Sent }, "400": { description: It cannot be sent } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Operation, Status};

use crate::subject::{fold, place, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an operation that can be asked wrongly, and declares no error for it",
    group: Group::Gaps,
    severity: Severity::Note,
    concerns: &[catalogue::INVALID_REFUSED, catalogue::ERROR_DECLARED],
    source: include_str!("error_missing.rs"),
    check,
};

const ID: &str = "lint/error-missing";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let asked: Vec<&Operation> = api.operations.iter().filter(|operation| can_be_wrong(operation)).collect();
    let without = asked.iter().filter(|operation| !declares_error(operation));
    let found = without.map(|operation| {
        let message = format!("{} declares no error, though it can be asked wrongly", title(operation));
        Diagnostic::note(ID, message, place(operation)).help("declare 400 or 422, and what else it refuses")
    });
    let all = "no operation of this API declares an error; this is the first that can be asked wrongly";
    fold(found.collect(), asked.len(), all, diagnostics);
}

fn can_be_wrong(operation: &Operation) -> bool {
    let asks = !operation.parameters.is_empty() || operation.body.is_some() || !operation.security.is_empty();
    asks && !operation.responses.is_empty()
}

fn declares_error(operation: &Operation) -> bool {
    operation.responses.iter().any(|response| match response.status {
        Status::Code(code) => (400..500).contains(&code),
        Status::Range(class) => class == 4,
        Status::Default => true,
    })
}
