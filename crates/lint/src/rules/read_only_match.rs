//! `onReadOnly: match` lets a client send read-only members if their values are the present ones. A generated server
//! cannot compare them: its handlers know what is stored, and not what is shown. It ignores such members, which is safe
//! and yet less than was promised: a request that names another value is not refused.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       x-semantics: { onReadOnly: match }
//!       requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Tag" } } } }
//!       responses:
//!         "200": { description: It, content: { application/json: { schema: { $ref: "#/components/schemas/Tag" } } } }
//! components:
//!   schemas:
//!     Tag:
//!       type: object
//!       properties: { colour: { type: string }, name: { type: string, readOnly: true } }
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
//!       x-semantics: { onReadOnly: refuse }
//!       requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Tag" } } } }
//!       responses:
//!         "200": { description: It, content: { application/json: { schema: { $ref: "#/components/schemas/Tag" } } } }
//! components:
//!   schemas:
//!     Tag:
//!       type: object
//!       properties: { colour: { type: string }, name: { type: string, readOnly: true } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, OnReadOnly};

use crate::subject::{at_word, body_objects, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a policy for read-only members that generated servers do not hold",
    group: Group::Contradictions,
    severity: Severity::Warning,
    concerns: &[catalogue::READONLY_NOT_WRITABLE],
    source: include_str!("read_only_match.rs"),
    check,
};

const ID: &str = "lint/read-only-match";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let has_members = body_objects(api, operation).iter().any(|object| !object.read_only.is_empty());
        if operation.semantics.on_read_only != Some(OnReadOnly::Match) || !has_members {
            continue;
        }
        let message = format!("read-only members that are sent to {} are ignored, not compared", title(operation));
        let warning = at_word(operation, "onReadOnly", |place| Diagnostic::warning(ID, message, place));
        diagnostics.push(warning.help("declare `onReadOnly: refuse` or `ignore`, or compare them in a raw handler"));
    }
}
