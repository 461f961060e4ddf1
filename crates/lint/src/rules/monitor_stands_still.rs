//! A monitor is polled until its status changes. A status that is `immutable` never does, so that the two contradict each
//! other, and a client would wait for ever.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /discs/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
//!     delete:
//!       operationId: wipeDisc
//!       responses:
//!         "202": { description: It is being wiped, links: { Follow: { operationId: getTask, parameters: { id: $request.path.id } } } }
//!   /tasks/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
//!     get:
//!       operationId: getTask
//!       x-semantics: { monitor: { status: status, succeeded: [done] } }
//!       responses:
//!         "200": { description: The task, content: { application/json: { schema: { $ref: "#/components/schemas/Task" } } } }
//!         "404": { description: There is none }
//! components:
//!   schemas:
//!     Task: { type: object, properties: { status: { type: string, enum: [busy, done], x-semantics: { immutable: true } } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /discs/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
//!     delete:
//!       operationId: wipeDisc
//!       responses:
//!         "202": { description: It is being wiped, links: { Follow: { operationId: getTask, parameters: { id: $request.path.id } } } }
//!   /tasks/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
//!     get:
//!       operationId: getTask
//!       x-semantics: { monitor: { status: status, succeeded: [done] } }
//!       responses:
//!         "200": { description: The task, content: { application/json: { schema: { $ref: "#/components/schemas/Task" } } } }
//!         "404": { description: There is none }
//! components:
//!   schemas:
//!     Task: { type: object, properties: { status: { type: string, enum: [busy, done], x-semantics: { volatile: true } } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Pointer, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Monitor, Operation, Property, Shape};

use crate::subject::{at_word, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a `monitor` whose status is `immutable`",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::LRO_MONITOR, catalogue::READONLY_STABLE],
    source: include_str!("monitor_stands_still.rs"),
    check,
};

const ID: &str = "lint/monitor-stands-still";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let Some(monitor) = &operation.monitor else {
            continue;
        };
        let stands_still = status(api, operation, monitor).is_some_and(|property| property.immutable);
        if stands_still {
            let message =
                format!("{} is polled until `{}` changes, and it never does", title(operation), monitor.status);
            let help = "remove `immutable` from the status, or point to the member that changes";
            diagnostics.push(at_word(operation, "monitor", |place| Diagnostic::error(ID, message, place)).help(help));
        }
    }
}

/// The member that is polled.
fn status<'a>(api: &'a Api, operation: &'a Operation, monitor: &Monitor) -> Option<&'a Property> {
    let pointer = Pointer::parse(&monitor.status)?;
    let body = &operation.response(200)?.content()?.schema;
    let holder = api.schema_at(body, pointer.parent()?.as_str())?;
    match &api.resolved(holder)?.shape {
        Shape::Object(object) => {
            let name = pointer.last()?;
            object.properties.iter().find(|property| property.name.wire == name)
        }
        Shape::Enumeration(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
}
