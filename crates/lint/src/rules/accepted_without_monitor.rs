//! 202 says that the work is still to be done (RFC 9110, section 15.3.3). Without a monitor nobody learns how it ends, and
//! where the monitor does not say which states end the work, no client can wait for it.
//!
//! Link the 202 to the GET that is polled, answer its URL in `Location`, and write `x-semantics: { monitor: ... }` on that
//! GET: its status, and the values with which the work has ended well or otherwise.
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
//!       responses:
//!         "200": { description: The task, content: { application/json: { schema: { $ref: "#/components/schemas/Task" } } } }
//!         "404": { description: There is none }
//! components:
//!   schemas:
//!     Task: { type: object, properties: { status: { type: string, enum: [busy, done] } } }
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
//!     Task: { type: object, properties: { status: { type: string, enum: [busy, done] } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Operation, Response};

use crate::subject::title;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a 202 that names no monitor, or one of which nobody knows when it ends",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::LRO_MONITOR],
    source: include_str!("accepted_without_monitor.rs"),
    check,
};

const ID: &str = "lint/accepted-without-monitor";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let Some(accepted) = operation.response(202) else {
            continue;
        };
        let mut targets = accepted.links.iter().map(|link| api.operation(link.target)).peekable();
        let has_header = ["Location", "Operation-Location"].iter().any(|name| accepted.header(name).is_some());
        if targets.peek().is_none() && !has_header {
            diagnostics.push(unnamed(operation, accepted));
        } else if !targets.any(|target| target.monitor.is_some()) {
            diagnostics.push(endless(operation, accepted));
        }
    }
}

fn unnamed(operation: &Operation, accepted: &Response) -> Diagnostic {
    let message = format!("{} is accepted (202), and nothing says where the work is followed", title(operation));
    let help = "add a link to the GET that tells how it stands, and `Location` with its URL";
    Diagnostic::warning(ID, message, Place::Key(accepted.origin.clone())).help(help)
}

fn endless(operation: &Operation, accepted: &Response) -> Diagnostic {
    let message =
        format!("{} is accepted (202), and what it leads to does not declare how the work ends", title(operation));
    let help = "link it to a GET with `x-semantics: { monitor: { status: ..., succeeded: [...], failed: [...] } }`";
    Diagnostic::warning(ID, message, Place::Key(accepted.origin.clone())).help(help)
}
