//! Who is refused for load needs to know when to come again; otherwise every client guesses, and all come at once.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//!         "429": { description: Too many }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//!         "429": { description: Too many, headers: { Retry-After: { required: true, schema: { type: integer } } } }
//! ```

use crate::{Group, LintRule};
use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, HeaderRole, Status};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a 429 or 503 without a required `Retry-After`",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::RATE_429_RETRY_AFTER],
    source: include_str!("retry_after_missing.rs"),
    check,
};

const ID: &str = "lint/retry-after-missing";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for response in api.operations.iter().flat_map(|operation| &operation.responses) {
        let Status::Code(code @ (429 | 503)) = response.status else {
            continue;
        };
        let mut headers = response.headers.iter().filter(|header| header.role == HeaderRole::RetryAfter);
        if !headers.any(|header| header.required) {
            let message = format!("this {code} does not say when to come again");
            let help = "add `Retry-After` to the response's `headers`, with `required: true`";
            diagnostics.push(Diagnostic::warning(ID, message, Place::Key(response.origin.clone())).help(help));
        }
    }
}
