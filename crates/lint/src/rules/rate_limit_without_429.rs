//! Header fields that count requests say that there is a limit; what a client gets beyond it is a 429. An operation that counts
//! and declares none leaves clients without the case that they have to wait in. The same goes for one operation that lacks
//! the 429 which nearly all others of its API declare.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       responses:
//!         "204": { description: None, headers: { RateLimit-Remaining: { required: true, schema: { type: integer } } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       responses:
//!         "204": { description: None, headers: { RateLimit-Remaining: { required: true, schema: { type: integer } } } }
//!         "429": { description: Too many, headers: { Retry-After: { required: true, schema: { type: integer } } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, HeaderRole, Operation, Status};

use crate::subject::{is_most, place, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an operation that counts requests, or whose neighbours do, and declares no 429",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::RATE_429_RETRY_AFTER],
    source: include_str!("rate_limit_without_429.rs"),
    check,
};

const ID: &str = "lint/rate-limit-without-429";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let declared = api.operations.iter().filter(|operation| operation.declares(429)).count();
    let usual = is_most(declared, api.operations.len());
    for operation in api.operations.iter().filter(|operation| !covers(operation)) {
        let message = if counts(operation) {
            format!("{} counts requests, and does not say what comes when there are too many", title(operation))
        } else if usual {
            format!("{} declares no 429, which {declared} other operations do", title(operation))
        } else {
            continue;
        };
        let help = "declare 429, with a required `Retry-After`";
        diagnostics.push(Diagnostic::warning(ID, message, place(operation)).help(help));
    }
}

fn covers(operation: &Operation) -> bool {
    let statuses = operation.responses.iter().map(|response| response.status);
    statuses.into_iter().any(|status| matches!(status, Status::Code(429) | Status::Range(4) | Status::Default))
}

fn counts(operation: &Operation) -> bool {
    let mut headers = operation.responses.iter().flat_map(|response| &response.headers);
    headers.any(|header| match header.role {
        HeaderRole::RateLimit | HeaderRole::RateRemaining | HeaderRole::RateReset => true,
        HeaderRole::Plain
        | HeaderRole::ETag
        | HeaderRole::LastModified
        | HeaderRole::Location
        | HeaderRole::RetryAfter
        | HeaderRole::WwwAuthenticate
        | HeaderRole::RequestId
        | HeaderRole::Link => false,
    })
}
