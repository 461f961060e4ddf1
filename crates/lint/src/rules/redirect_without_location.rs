//! A redirect says "elsewhere", and `Location` says where (RFC 9110, section 15.4). Generated code has it whether or not it is declared;
//! whoever reads the description, or reads it with another tool, does not.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /newest:
//!     get: { operationId: findNewest, responses: { "303": { description: It is over there } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /newest:
//!     get:
//!       operationId: findNewest
//!       responses:
//!         "303":
//!           description: It is over there
//!           headers: { Location: { required: true, schema: { type: string, format: uri-reference } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, HeaderRole, ResponseHeader, Status};

use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a redirect that declares no `Location`",
    group: Group::Http,
    severity: Severity::Note,
    concerns: &[catalogue::GET_LINKS_RESOLVE],
    source: include_str!("redirect_without_location.rs"),
    check,
};

const ID: &str = "lint/redirect-without-location";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for response in api.operations.iter().flat_map(|operation| &operation.responses) {
        let Status::Code(code @ (301 | 302 | 303 | 307 | 308)) = response.status else {
            continue;
        };
        // The model has one for each redirect; one that nobody wrote stands where the response does.
        let is_declared =
            |header: &ResponseHeader| header.role == HeaderRole::Location && header.origin != response.origin;
        if !response.headers.iter().any(is_declared) {
            let message = format!("this {code} does not say where to");
            let help = "add `Location` to the response's `headers`";
            diagnostics.push(Diagnostic::note(ID, message, Place::Key(response.origin.clone())).help(help));
        }
    }
}
