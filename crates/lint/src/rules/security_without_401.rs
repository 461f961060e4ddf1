//! `security` says that credentials are needed; the 401 says what a request without them gets. Generated code has
//! it either way, but who reads the description looks for it among the responses.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       security: [{ token: [] }]
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//! components: { securitySchemes: { token: { type: http, scheme: bearer } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       security: [{ token: [] }]
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//!         "401": { description: Who are you? }
//! components: { securitySchemes: { token: { type: http, scheme: bearer } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Status};

use crate::subject::{place, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an operation with `security` that declares no 401",
    group: Group::Security,
    severity: Severity::Warning,
    concerns: &[catalogue::AUTH_ENFORCED],
    source: include_str!("security_without_401.rs"),
    check,
};

const ID: &str = "lint/security-without-401";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in api.operations.iter().filter(|operation| !operation.security.is_empty()) {
        let covers = |status| matches!(status, Status::Code(401) | Status::Range(4) | Status::Default);
        let optional = operation.security.iter().any(Vec::is_empty);
        if !optional && !operation.responses.iter().any(|response| covers(response.status)) {
            let message = format!("{} needs credentials, and declares no 401", title(operation));
            diagnostics.push(Diagnostic::warning(ID, message, place(operation)).help("declare 401"));
        }
    }
}
