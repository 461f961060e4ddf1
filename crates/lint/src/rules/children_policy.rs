//! `children` says what DELETE does to what hangs on the resource. It means nothing on another method. `refuse`
//! needs the 409 with which DELETE refuses.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     delete:
//!       operationId: deleteTag
//!       x-semantics: { children: refuse }
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
//!       x-semantics: { children: refuse }
//!       responses:
//!         "204": { description: Done }
//!         "409": { description: It is in use }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Children, Method};

use crate::subject::{at_word, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "`children` that the method or the statuses contradict",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::DELETE_CHILDREN],
    source: include_str!("children_policy.rs"),
    check,
};

const ID: &str = "lint/children-policy";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let Some(children) = operation.semantics.children else {
            continue;
        };
        let (message, help) = if operation.method != Method::Delete {
            (format!("{} has `children`, which only DELETE can", title(operation)), "move it to the DELETE")
        } else if children == Children::Refuse && !operation.declares(409) {
            let message = format!("{} refuses what has children, and declares no 409 for it", title(operation));
            (message, "declare 409, or another policy")
        } else {
            continue;
        };
        diagnostics.push(at_word(operation, "children", |place| Diagnostic::error(ID, message, place)).help(help));
    }
}
