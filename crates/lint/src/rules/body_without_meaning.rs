//! RFC 9110 (sections 9.3.1, 9.3.2 and 9.3.5) gives content in GET, HEAD and DELETE no meaning: proxies drop it,
//! servers refuse it, and a cache answers without looking at it.
//!
//! It is a warning and no error, because published APIs do it and their clients rely on it.
//!
//! Put what is asked into query parameters; or use POST, or QUERY (OpenAPI 3.2), which is safe and has content.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     delete:
//!       operationId: deleteTag
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "204": { description: Done }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     delete:
//!       operationId: deleteTag
//!       parameters: [{ name: reason, in: query, schema: { type: string } }]
//!       responses:
//!         "204": { description: Done }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method};

use crate::subject::{concerning, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a request body on GET, HEAD or DELETE",
    group: Group::Http,
    severity: Severity::Warning,
    concerns: &[catalogue::GET_SAFE, catalogue::DELETE_TARGET_ONLY],
    source: include_str!("body_without_meaning.rs"),
    check,
};

const ID: &str = "lint/body-without-meaning";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in with_method(api, &[Method::Get, Method::Head, Method::Delete]) {
        let Some(body) = &operation.body else {
            continue;
        };
        let message = format!("{} has a request body, which HTTP gives no meaning there", title(operation));
        let help = "use query parameters, or POST";
        let place = Place::Key(body.origin.clone());
        let diagnostic = Diagnostic::warning(ID, message, place);
        let rule = if operation.method == Method::Delete { catalogue::DELETE_TARGET_ONLY } else { catalogue::GET_SAFE };
        diagnostics.push(concerning(diagnostic.help(help), rule));
    }
}
