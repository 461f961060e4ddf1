//! Credentials sent in plaintext belong to everybody on the way. A description that demands credentials and offers
//! a plain `http` server contradicts itself.
//!
//! Bad:
//!
//! ```yaml
//! servers: [{ url: "http://tags.example" }]
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
//! servers: [{ url: "https://tags.example" }]
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       security: [{ token: [] }]
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//! components: { securitySchemes: { token: { type: http, scheme: bearer } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::subject::{is_plain, place, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "operations with `security` on a server in plain `http`",
    group: Group::Security,
    severity: Severity::Error,
    concerns: &[catalogue::HTTPS_ONLY, catalogue::AUTH_ENFORCED],
    source: include_str!("plain_http_credentials.rs"),
    check,
};

const ID: &str = "lint/plain-http-credentials";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let Some(secured) = api.operations.iter().find(|operation| !operation.security.is_empty()) else {
        return;
    };
    for server in api.servers.iter().filter(|server| is_plain(server)) {
        let message = format!("credentials would be sent in plaintext to `{}`", server.url);
        let diagnostic = Diagnostic::error(ID, message, Place::Key(server.origin.clone()));
        let what = format!("{} needs credentials", title(secured));
        diagnostics.push(diagnostic.related(place(secured), what).help("write `https`, or remove this server"));
    }
}
