//! A request in plaintext can be read and changed on its way. Only addresses of the machine itself are excepted.
//!
//! Bad:
//!
//! ```yaml
//! servers: [{ url: "http://tags.example" }]
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! servers: [{ url: "https://tags.example" }]
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::subject::is_plain;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a server URL in plain `http`",
    group: Group::Security,
    severity: Severity::Warning,
    concerns: &[catalogue::HTTPS_ONLY],
    source: include_str!("plain_http.rs"),
    check,
};

const ID: &str = "lint/plain-http";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    if api.operations.iter().any(|operation| !operation.security.is_empty()) {
        // An error then, and `plain-http-credentials` reports it.
        return;
    }
    for server in api.servers.iter().filter(|server| is_plain(server)) {
        let message = format!("`{}` is not reached over TLS", server.url);
        let help = "write `https`, or remove this server";
        diagnostics.push(Diagnostic::warning(ID, message, Place::Key(server.origin.clone())).help(help));
    }
}
