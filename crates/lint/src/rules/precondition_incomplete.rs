//! `If-Match` needs the 412 with which a stale tag is refused; a 304 needs the `If-None-Match` that asks for it.
//! One without the other promises nothing. A 412 needs any precondition at all.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags/{name}:
//!     parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
//!     put:
//!       operationId: putTag
//!       parameters: [{ name: If-Match, in: header, schema: { type: string } }]
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
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
//!     put:
//!       operationId: putTag
//!       parameters: [{ name: If-Match, in: header, schema: { type: string } }]
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "204": { description: Done }
//!         "412": { description: Somebody was faster }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, ParameterRole};

use crate::subject::{concerning, place, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a precondition without the answer for it, or the answer without the precondition",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::COND_IF_MATCH, catalogue::COND_INM_304],
    source: include_str!("precondition_incomplete.rs"),
    check,
};

const ID: &str = "lint/precondition-incomplete";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let if_match = operation.parameter(ParameterRole::IfMatch);
        let if_none_match = operation.parameter(ParameterRole::IfNoneMatch);
        let any =
            if_match.is_some() || if_none_match.is_some() || operation.parameter(ParameterRole::IfModified).is_some();
        if if_match.is_some() && !operation.declares(412) && !operation.declares(409) {
            let message = format!("{} takes `If-Match`, and declares no 412 for a stale one", title(operation));
            let diagnostic = Diagnostic::warning(ID, message, place(operation)).help("declare 412");
            diagnostics.push(concerning(diagnostic, catalogue::COND_IF_MATCH));
        }
        for (code, name, rule) in
            [(412, "If-Match", catalogue::COND_IF_MATCH), (304, "If-None-Match", catalogue::COND_INM_304)]
        {
            if let Some(response) = operation.response(code).filter(|_| !any && !operation.unread_parameters) {
                let message = format!("{} declares {code}, and no precondition that leads to it", title(operation));
                let diagnostic = Diagnostic::warning(ID, message, place(operation));
                let related = Place::Key(response.origin.clone());
                let help = format!("declare `{name}` as a header parameter");
                diagnostics.push(concerning(diagnostic.related(related, "the response").help(help), rule));
            }
        }
    }
}
