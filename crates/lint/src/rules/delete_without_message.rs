//! DELETE says by itself that there was nothing to delete, and says it with a message. A 404 without content is
//! what a mistyped URL gives too.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     delete:
//!       operationId: deleteTag
//!       responses:
//!         "204": { description: Done }
//!         "404": { description: There is none }
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
//!       responses:
//!         "204": { description: Done }
//!         "404": { description: There is none, content: { application/problem+json: { schema: { type: object } } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method};

use crate::subject::with_method;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a DELETE whose 404 has no content",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::DELETE_ATOMIC_MISSING],
    source: include_str!("delete_without_message.rs"),
    check,
};

const ID: &str = "lint/delete-without-message";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for response in with_method(api, &[Method::Delete]).filter_map(|operation| operation.response(404)) {
        if response.contents.is_empty() {
            let message = "this 404 of a DELETE has no content that says that there was nothing to delete";
            let help = "give it `application/problem+json`";
            diagnostics.push(Diagnostic::warning(ID, message, Place::Key(response.origin.clone())).help(help));
        }
    }
}
