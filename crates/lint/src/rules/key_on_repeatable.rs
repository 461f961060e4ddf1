//! A key makes a request repeatable that is not so by itself. GET, HEAD, PUT and DELETE are (RFC 9110, section
//! 9.2.2): a key on them promises a second, stored answer beside the true one.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       parameters: [{ name: Idempotency-Key, in: header, schema: { type: string } }]
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
//!     put:
//!       operationId: putTag
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "204": { description: Done }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method, ParameterRole};

use crate::subject::{place, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an idempotency key on a method that needs none",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::IDEM_REPLAY],
    source: include_str!("key_on_repeatable.rs"),
    check,
};

const ID: &str = "lint/key-on-repeatable";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    const REPEATABLE: &[Method] = &[Method::Get, Method::Head, Method::Put, Method::Delete, Method::Query];
    for operation in with_method(api, REPEATABLE) {
        let Some(parameter) = operation.parameter(ParameterRole::IdempotencyKey) else {
            continue;
        };
        let message = format!("{} takes an idempotency key, and may be repeated without one", title(operation));
        let help = "remove the parameter: HTTP lets every client repeat this method";
        let diagnostic = Diagnostic::error(ID, message, Place::Value(parameter.origin.clone()));
        diagnostics.push(diagnostic.related(place(operation), "the operation").help(help));
    }
}
