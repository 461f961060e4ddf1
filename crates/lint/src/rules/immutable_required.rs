//! A member that keeps the value it had at creation cannot also be sent anew with every PUT: the second PUT either
//! repeats it for nothing or asks for what may not be.
//!
//! Make it `readOnly` as well, or leave it out of what PUT requires.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Tag" } } } }
//!       responses:
//!         "204": { description: Done }
//! components:
//!   schemas:
//!     Tag:
//!       type: object
//!       required: [colour]
//!       properties: { colour: { type: string, x-semantics: { immutable: true } } }
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
//!       requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Tag" } } } }
//!       responses:
//!         "204": { description: Done }
//! components:
//!   schemas:
//!     Tag:
//!       type: object
//!       required: [colour]
//!       properties: { colour: { type: string, readOnly: true, x-semantics: { immutable: true } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Access, Api, Method};

use crate::subject::{body_objects, place, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an `immutable` member that the body of PUT requires",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::READONLY_STABLE, catalogue::PUT_REPLACES_WHOLE],
    source: include_str!("immutable_required.rs"),
    check,
};

const ID: &str = "lint/immutable-required";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in with_method(api, &[Method::Put]) {
        for member in body_objects(api, operation).iter().flat_map(|object| &object.properties) {
            if member.immutable && member.required && member.access != Access::ReadOnly {
                let name = &member.name.wire;
                let message = format!("`{name}` is immutable, and the body of {} requires it", title(operation));
                let help = format!("add `readOnly: true` to `{name}`, or take it out of `required`");
                let diagnostic = Diagnostic::error(ID, message, Place::Key(member.origin().clone()));
                diagnostics.push(diagnostic.related(place(operation), "the PUT").help(help));
            }
        }
    }
}
