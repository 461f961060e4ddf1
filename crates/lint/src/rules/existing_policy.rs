//! `onExisting` says what PUT does to what is already there. `refuse` needs an error to refuse with (409 or 412)
//! and no success for the case (200 or 204); `replace` and `merge` need that success.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       x-semantics: { onExisting: refuse }
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "201": { description: Made }
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
//!       x-semantics: { onExisting: refuse }
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "201": { description: Made }
//!         "409": { description: It is there already }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method, OnExisting, Operation};

use crate::subject::{at_word, declared_on_itself, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "`onExisting` that the method or the statuses of PUT contradict",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::PUT_REPLACES_WHOLE, catalogue::PUT_REGARDLESS],
    source: include_str!("existing_policy.rs"),
    check,
};

const ID: &str = "lint/existing-policy";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let Some(policy) = operation.semantics.on_existing else {
            continue;
        };
        let Some(why) = contradiction(operation, policy) else {
            continue;
        };
        let message = format!("{} is declared `onExisting: {}`, but {why}", title(operation), policy.as_str());
        let help = "remove `onExisting`, or declare the statuses that fit it";
        diagnostics.push(at_word(operation, "onExisting", |place| Diagnostic::error(ID, message, place)).help(help));
    }
}

fn contradiction(operation: &Operation, policy: OnExisting) -> Option<&'static str> {
    if operation.method != Method::Put {
        // As a default of the root or of a path item it speaks of the PUTs alone.
        return declared_on_itself(operation, "onExisting").then_some("only PUT can be");
    }
    let stores = [200, 202, 204].into_iter().any(|code| operation.declares(code));
    let refuses = operation.declares(409) || operation.declares(412);
    match policy {
        OnExisting::Refuse if stores => Some("its statuses include success for what is there"),
        OnExisting::Refuse if !refuses => Some("it declares neither 409 nor 412"),
        OnExisting::Replace | OnExisting::Merge if !stores => Some("it declares neither 200 nor 204"),
        OnExisting::Refuse | OnExisting::Replace | OnExisting::Merge => None,
    }
}
