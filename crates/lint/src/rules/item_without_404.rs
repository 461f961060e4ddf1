//! A path that ends with a parameter names one thing, which may not be there. Without a declared 404 generated code
//! takes it for always there, and the first absent one is an unexpected answer.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     get:
//!       operationId: getTag
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     get:
//!       operationId: getTag
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//!         "404": { description: There is none }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method, Status};

use crate::subject::{is_item, place, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a GET of one thing among several that has no 404",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::GET_ABSENT_404],
    source: include_str!("item_without_404.rs"),
    check,
};

const ID: &str = "lint/item-without-404";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in with_method(api, &[Method::Get]).filter(|operation| is_item(operation)) {
        let covers = |status| matches!(status, Status::Code(404) | Status::Range(4));
        if !operation.responses.iter().any(|response| covers(response.status)) {
            let message = format!("{} does not say what it answers for something absent", title(operation));
            diagnostics.push(Diagnostic::warning(ID, message, place(operation)).help("declare 404"));
        }
    }
}
