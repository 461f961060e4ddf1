//! RFC 9110 (section 15.5.2) demands a challenge with every 401. Declared and required, it reaches the error that
//! generated clients hand on.
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
//!         "401": { description: Who are you? }
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
//!         "401":
//!           description: Who are you?
//!           headers: { WWW-Authenticate: { required: true, schema: { type: string } } }
//! ```

use crate::{Group, LintRule};
use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, HeaderRole};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a 401 without a required `WWW-Authenticate`",
    group: Group::Security,
    severity: Severity::Warning,
    concerns: &[catalogue::AUTH_CHALLENGE],
    source: include_str!("challenge_missing.rs"),
    check,
};

const ID: &str = "lint/challenge-missing";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for response in api.operations.iter().filter_map(|operation| operation.response(401)) {
        let mut headers = response.headers.iter().filter(|header| header.role == HeaderRole::WwwAuthenticate);
        if !headers.any(|header| header.required) {
            let message = "this 401 does not declare the `WWW-Authenticate` that HTTP demands";
            let help = "add it to the response's `headers`, with `required: true`";
            diagnostics.push(Diagnostic::warning(ID, message, Place::Key(response.origin.clone())).help(help));
        }
    }
}
