//! `atomicity` says whether a request for several objects makes all or none. It means nothing where a request
//! carries one object: several are an array, an object around one, or an alternative that has one, both in the
//! request body and in the 201 response.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     post:
//!       operationId: addTag
//!       x-semantics: { atomicity: all }
//!       requestBody: { required: true, content: { application/json: { schema: { type: string } } } }
//!       responses:
//!         "204": { description: Done }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     post:
//!       operationId: addTags
//!       x-semantics: { atomicity: all }
//!       requestBody: { required: true, content: { application/json: { schema: { type: array, items: { type: string } } } } }
//!       responses:
//!         "201":
//!           description: Made
//!           content: { application/json: { schema: { type: array, items: { type: string } } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::subject::{at_word, declared_on_itself, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "`atomicity` on an operation that handles one object",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::POST_MANY_ATOMIC],
    source: include_str!("atomicity_of_one.rs"),
    check,
};

const ID: &str = "lint/atomicity-of-one";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let promised = operation.promises.iter().any(|promise| promise.rule == catalogue::POST_MANY_ATOMIC);
        let unread = operation.responses.iter().any(|response| api.unread.contains(&response.origin));
        if promised || unread || !declared_on_itself(operation, "atomicity") {
            continue;
        }
        let message = format!("{} has an `atomicity`, and does not make several objects", title(operation));
        let help = "remove it, or declare an array in the request body and in the 201 response";
        diagnostics.push(at_word(operation, "atomicity", |place| Diagnostic::error(ID, message, place)).help(help));
    }
}
