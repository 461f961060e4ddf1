//! 201 says that something new exists, and `Location` says where (RFC 9110, section 15.3.2). Without it a client
//! has to know how URLs are made. It is required of POST alone: a PUT already has the URL.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     post:
//!       operationId: addTag
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "201": { description: Made }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     post:
//!       operationId: addTag
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "201": { description: Made, headers: { Location: { required: true, schema: { type: string } } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, HeaderRole, Method};

use crate::subject::with_method;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a POST whose 201 has no required `Location`",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::POST_CREATED, catalogue::POST_LOCATION_RESOLVES],
    source: include_str!("created_without_location.rs"),
    check,
};

const ID: &str = "lint/created-without-location";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for response in with_method(api, &[Method::Post]).filter_map(|operation| operation.response(201)) {
        let mut headers = response.headers.iter().filter(|header| header.role == HeaderRole::Location);
        if !headers.any(|header| header.required) {
            let message = "this 201 does not say where what was created is";
            let help = "add `Location` to the response's `headers`, with `required: true`";
            diagnostics.push(Diagnostic::warning(ID, message, Place::Key(response.origin.clone())).help(help));
        }
    }
}
