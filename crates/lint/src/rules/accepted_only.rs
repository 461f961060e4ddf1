//! `consistency: linearizable` says that a write is seen by everybody once it is answered. An operation whose only
//! success is 202 answers before it has written, so the two contradict each other.
//!
//! Say `eventual` on the operation, with the bound in `within`, or answer when the work is done.
//!
//! Bad:
//!
//! ```yaml
//! x-semantics: { consistency: linearizable }
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "202": { description: It will be stored }
//! ```
//!
//! Good:
//!
//! ```yaml
//! x-semantics: { consistency: linearizable }
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       x-semantics: { consistency: eventual, within: PT5S }
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "202": { description: It will be stored }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Consistency, Status};

use crate::subject::{at_word, title, writes};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a write that is only accepted (202) under `consistency: linearizable`",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::READ_AFTER_WRITE, catalogue::WRITE_ATOMIC],
    source: include_str!("accepted_only.rs"),
    check,
};

const ID: &str = "lint/accepted-only";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in api.operations.iter().filter(|operation| writes(operation.method)) {
        let mut successes = operation.responses.iter().filter(|response| response.status.is_success()).peekable();
        let accepts = successes.peek().is_some() && successes.all(|response| response.status == Status::Code(202));
        if accepts && operation.semantics.consistency == Some(Consistency::Linearizable) {
            let message = format!("{} only accepts (202), and is to be seen by everybody at once", title(operation));
            let help = "say `consistency: eventual` here, with its bound in `within`";
            diagnostics
                .push(at_word(operation, "consistency", |place| Diagnostic::error(ID, message, place)).help(help));
        }
    }
}
