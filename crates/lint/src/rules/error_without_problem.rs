//! Errors that are all `application/problem+json` (RFC 9457) can be read by one type, whatever went wrong.
//! Generated servers answer nothing else unless the description declares another body.
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
//!         "500": { description: It is our fault }
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
//!         "500": { description: It is our fault, content: { application/problem+json: { schema: { type: object } } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, MediaType, Response};

use crate::subject::is_error;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an error response that is not `application/problem+json`",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::ERROR_PROBLEM],
    source: include_str!("error_without_problem.rs"),
    check,
};

const ID: &str = "lint/error-without-problem";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let responses = api.operations.iter().flat_map(|operation| &operation.responses);
    let errors: Vec<&Response> = responses.filter(|response| is_error(response.status)).collect();
    let is_problem = |response: &&&Response| response.contents.iter().any(|content| content.kind == MediaType::Problem);
    let without: Vec<_> = errors.iter().filter(|response| !is_problem(response)).collect();
    // An API that has no problem at all has decided otherwise; to say so at each of its errors would drown the rest.
    let none = without.len() == errors.len();
    let (shown, message) = if none && errors.len() > 1 {
        (1, "no error of this API has `application/problem+json`; this is the first")
    } else {
        (without.len(), "this error has no `application/problem+json`")
    };
    for response in without.into_iter().take(shown) {
        let help = "declare it as the content of the response";
        diagnostics.push(Diagnostic::warning(ID, message, Place::Key(response.origin.clone())).help(help));
    }
}
