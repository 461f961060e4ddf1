//! RFC 9110 (section 15.5.6) demands `Allow` with every 405: it says which methods there are. An operation's own 405 means
//! that what is there now does not take the method; a request that is only wrong is 400 or 422.
//!
//! A 405 for methods that a path has no operation for needs no declaration: servers answer it by themselves.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /locks/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
//!     delete:
//!       operationId: removeLock
//!       responses:
//!         "204": { description: Removed }
//!         "405": { description: This one cannot be removed }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /locks/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
//!     delete:
//!       operationId: removeLock
//!       responses:
//!         "204": { description: Removed }
//!         "405":
//!           description: This one cannot be removed
//!           headers: { Allow: { required: true, schema: { type: string } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a 405 without a required `Allow`",
    group: Group::Http,
    severity: Severity::Warning,
    concerns: &[catalogue::METHOD_NOT_ALLOWED_ALLOW],
    source: include_str!("allow_missing.rs"),
    check,
};

const ID: &str = "lint/allow-missing";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for response in api.operations.iter().filter_map(|operation| operation.response(405)) {
        if !response.header("Allow").is_some_and(|header| header.required) {
            let message = "this 405 does not declare the `Allow` that HTTP demands";
            let help =
                "add it to the response's `headers`, with `required: true`; if the request is wrong, use 400 or 422";
            diagnostics.push(Diagnostic::warning(ID, message, Place::Key(response.origin.clone())).help(help));
        }
    }
}
