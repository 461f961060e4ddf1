//! The URL says which resource a PUT means. A body that has to name it too can name another one, and then nobody
//! knows which was meant. Under another name than in the path not even a person sees that the two belong together.
//!
//! Make the member `readOnly`: clients then do not send it, and generated input types lack it.
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
//!       required: [name]
//!       properties: { name: { type: string } }
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
//!       required: [name]
//!       properties: { name: { type: string, readOnly: true } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Access, Api, Method, Operation};

use crate::subject::{body_objects, last_parameter, place, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a PUT whose body requires the identifier that is in the path",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::PUT_TARGET],
    source: include_str!("put_body_identifier.rs"),
    check,
};

const ID: &str = "lint/put-body-identifier";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in with_method(api, &[Method::Put]) {
        let Some(parameter) = last_parameter(operation) else {
            continue;
        };
        let names = identifiers(api, operation, parameter);
        for member in body_objects(api, operation).iter().flat_map(|object| &object.properties) {
            let name = &member.name.wire;
            if !member.required || member.access == Access::ReadOnly || !names.contains(name) {
                continue;
            }
            let message =
                format!("the body of {} requires `{name}`, which `{parameter}` in the path says", title(operation));
            let help = format!("add `readOnly: true` to `{name}`");
            let diagnostic = Diagnostic::error(ID, message, Place::Key(member.origin().clone()));
            diagnostics.push(diagnostic.related(place(operation), "the PUT").help(help));
        }
    }
}

/// The names that the identifier can have in a body: that of the parameter, that in what reading returns, and
/// `tag_id` for `id` (or the other way round).
fn identifiers(api: &Api, operation: &Operation, parameter: &str) -> Vec<String> {
    let mut names = vec![parameter.to_owned()];
    let Some(resource) = operation.resource.map(|id| &api.resources[id.index()]) else {
        return names;
    };
    names.extend(resource.id_pointer.as_deref().and_then(|id| id.rsplit('/').next()).map(str::to_owned));
    let long = [format!("{}_id", resource.name.snake), format!("{}Id", resource.name.snake)];
    if parameter == "id" {
        names.extend(long);
    } else if long.iter().any(|long| long == parameter) {
        names.push("id".to_owned());
    }
    names
}
