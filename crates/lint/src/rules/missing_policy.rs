//! `onMissing: notFound` says that DELETE tells when there is nothing to delete, which takes a 404; `silent` says
//! that it succeeds all the same, which a 404 contradicts.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     delete:
//!       operationId: deleteTag
//!       x-semantics: { onMissing: notFound }
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
//!       x-semantics: { onMissing: notFound }
//!       responses:
//!         "204": { description: Done }
//!         "404": { description: There is none }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method, OnMissing, Operation};

use crate::subject::{at_word, declared_on_itself, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "`onMissing` that the statuses of DELETE contradict",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::DELETE_ATOMIC_MISSING, catalogue::DELETE_ONCE],
    source: include_str!("missing_policy.rs"),
    check,
};

const ID: &str = "lint/missing-policy";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let Some(policy) = operation.semantics.on_missing else {
            continue;
        };
        let Some(why) = contradiction(operation, policy) else {
            continue;
        };
        let message = format!("{} is declared `onMissing: {}`, but {why}", title(operation), policy.as_str());
        let help = "remove `onMissing`, or declare the statuses that fit it";
        let diagnostic = at_word(operation, "onMissing", |place| Diagnostic::error(ID, message, place)).help(help);
        let absent = operation.response(404).map(|response| Place::Key(response.origin.clone()));
        diagnostics.push(absent.into_iter().fold(diagnostic, |found, place| found.related(place, "the 404")));
    }
}

fn contradiction(operation: &Operation, policy: OnMissing) -> Option<&'static str> {
    if operation.method != Method::Delete {
        // As a default of the root or of a path item it speaks of the DELETEs alone.
        return declared_on_itself(operation, "onMissing").then_some("only DELETE can be");
    }
    match (policy, operation.declares(404)) {
        (OnMissing::NotFound, false) => Some("it declares no 404"),
        (OnMissing::Silent, true) => Some("it declares a 404"),
        (OnMissing::NotFound, true) | (OnMissing::Silent, false) => None,
    }
}
