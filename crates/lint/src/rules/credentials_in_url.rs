//! A URL is written down by every server, proxy and browser that it passes, and is handed on in `Referer`. Credentials in it are
//! soon known to many (RFC 6750, section 2.3).
//!
//! Take them in a header field. Reported are schemes of type `apiKey` in the query that some operation uses, and parameters of path and
//! query that are passwords by format or by name.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       security: [{ key: [] }]
//!       responses: { "200": { description: Letters }, "401": { description: Who are you? } }
//! components: { securitySchemes: { key: { type: apiKey, in: query, name: key } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       security: [{ key: [] }]
//!       responses: { "200": { description: Letters }, "401": { description: Who are you? } }
//! components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }
//! ```

use std::collections::BTreeSet;

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Kind, Parameter, ParameterLocation, SecurityKind, StringFormat};

use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "credentials that travel in the URL",
    group: Group::Security,
    severity: Severity::Warning,
    concerns: &[catalogue::AUTH_ENFORCED],
    source: include_str!("credentials_in_url.rs"),
    check,
};

const ID: &str = "lint/credentials-in-url";

const HELP: &str = "take them in a header field";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let required = api.operations.iter().flat_map(|operation| operation.security.iter().flatten());
    let used: BTreeSet<usize> = required.map(|requirement| requirement.scheme).collect();
    for scheme in used.iter().filter_map(|index| api.security_schemes.get(*index)) {
        if let SecurityKind::ApiKey { location: ParameterLocation::Query, name } = &scheme.kind {
            let message = format!("the key `{name}` travels in the URL, where it is written down on the way");
            diagnostics.push(Diagnostic::warning(ID, message, Place::Key(scheme.origin.clone())).help(HELP));
        }
    }
    for parameter in api.operations.iter().flat_map(|operation| &operation.parameters) {
        if in_url(parameter) && (is_password(api, parameter) || has_secret_name(parameter)) {
            let name = &parameter.name.wire;
            let message = format!("`{name}` is a secret, and travels in the URL, where it is written down on the way");
            diagnostics.push(Diagnostic::warning(ID, message, Place::Value(parameter.origin.clone())).help(HELP));
        }
    }
}

fn in_url(parameter: &Parameter) -> bool {
    match parameter.location {
        ParameterLocation::Path | ParameterLocation::Query => true,
        ParameterLocation::Header | ParameterLocation::Cookie => false,
    }
}

fn is_password(api: &Api, parameter: &Parameter) -> bool {
    matches!(api.unaliased(&parameter.schema).kind, Kind::String { format: StringFormat::Password, .. })
}

/// Names that mean nothing else. `token` alone is one of pages as often as of persons.
fn has_secret_name(parameter: &Parameter) -> bool {
    let names = ["password", "access_token", "refresh_token", "id_token", "client_secret", "api_key"];
    names.contains(&parameter.name.snake.as_str())
}
