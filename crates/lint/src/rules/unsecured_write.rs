//! An API that declares security schemes and lets anybody write somewhere has mostly forgotten a line. Where it is
//! meant, an explicit `security: []` on the operation, or at the root, says so.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     post:
//!       operationId: signUp
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "204": { description: Done }
//! components: { securitySchemes: { token: { type: http, scheme: bearer } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     post:
//!       operationId: signUp
//!       security: []
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "204": { description: Done }
//! components: { securitySchemes: { token: { type: http, scheme: bearer } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::subject::{place, title, writes};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a write that needs no credentials, in an API that has some",
    group: Group::Security,
    severity: Severity::Warning,
    concerns: &[catalogue::AUTH_ENFORCED],
    source: include_str!("unsecured_write.rs"),
    check,
};

const ID: &str = "lint/unsecured-write";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    if api.security_schemes.is_empty() {
        return;
    }
    for operation in api.operations.iter().filter(|operation| writes(operation.method)) {
        if operation.security_origin.is_none() {
            let message = format!("{} can be called by anybody", title(operation));
            let help = "declare `security` on it or at the root; `security: []` says that it is meant";
            diagnostics.push(Diagnostic::warning(ID, message, place(operation)).help(help));
        }
    }
}
