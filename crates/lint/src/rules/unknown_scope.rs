//! A token has the scopes that its flow offers. A requirement with a scope that no flow of the scheme declares cannot be met by
//! anybody who goes by the description; mostly it is misspelt, or was renamed in one place only.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       security: [{ login: ["letters:raed"] }]
//!       responses: { "200": { description: Letters }, "401": { description: Who are you? } }
//! components:
//!   securitySchemes:
//!     login:
//!       type: oauth2
//!       flows: { clientCredentials: { tokenUrl: "https://id.example/token", scopes: { "letters:read": Read letters } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       security: [{ login: ["letters:read"] }]
//!       responses: { "200": { description: Letters }, "401": { description: Who are you? } }
//! components:
//!   securitySchemes:
//!     login:
//!       type: oauth2
//!       flows: { clientCredentials: { tokenUrl: "https://id.example/token", scopes: { "letters:read": Read letters } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_document::nearest;
use methodical_model::rules as catalogue;
use methodical_model::{Api, SecurityKind, SecurityScheme};

use crate::subject::place;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a scope that no flow of its security scheme declares",
    group: Group::Security,
    severity: Severity::Warning,
    concerns: &[catalogue::AUTH_ENFORCED],
    source: include_str!("unknown_scope.rs"),
    check,
};

const ID: &str = "lint/unknown-scope";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        for requirement in operation.security.iter().flatten() {
            let Some(scheme) = api.security_schemes.get(requirement.scheme) else { continue };
            let Some(known) = scopes(scheme) else { continue };
            for scope in requirement.scopes.iter().filter(|scope| !known.contains(&scope.as_str())) {
                let message = format!("`{}` has no scope `{scope}`", scheme.name.wire);
                let at = operation.security_origin.clone().map_or_else(|| place(operation), Place::Key);
                let help = match nearest(scope, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "declare it in `scopes` of the flow, or remove it".to_owned(),
                };
                let diagnostic = Diagnostic::warning(ID, message, at);
                diagnostics.push(diagnostic.related(Place::Key(scheme.origin.clone()), "the scheme").help(help));
            }
        }
    }
}

/// The scopes of a scheme that lists them; of others they are roles, or known elsewhere.
fn scopes(scheme: &SecurityScheme) -> Option<Vec<&str>> {
    match scheme.kind {
        SecurityKind::OAuth2 if !scheme.flows.is_empty() => {
            Some(scheme.flows.iter().flat_map(|flow| &flow.scopes).map(|(scope, _)| scope.as_str()).collect())
        }
        SecurityKind::OAuth2
        | SecurityKind::OpenIdConnect
        | SecurityKind::Http { .. }
        | SecurityKind::Basic
        | SecurityKind::ApiKey { .. }
        | SecurityKind::MutualTls => None,
    }
}
