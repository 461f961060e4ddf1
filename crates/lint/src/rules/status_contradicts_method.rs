//! Some statuses say what the method cannot have done. 201 says that something was made, which GET and HEAD never do and
//! DELETE does not; 304 answers a conditional GET or HEAD (RFC 9110, section 15.4.5), and 206 and 416 a GET for a part
//! (sections 15.3.7 and 15.5.17). Caches and clients act on what the status says.
//!
//! It is a warning and no error, because published APIs do it and their clients rely on it.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
//!     get:
//!       operationId: getLetter
//!       responses: { "201": { description: The letter }, "404": { description: There is none } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
//!     get:
//!       operationId: getLetter
//!       responses: { "200": { description: The letter }, "404": { description: There is none } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method, RuleId};

use crate::subject::{concerning, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a status that the method cannot come to",
    group: Group::Http,
    severity: Severity::Warning,
    concerns: &[catalogue::GET_SAFE, catalogue::DELETE_EFFECTIVE, catalogue::COND_INM_304, catalogue::RANGE_HONEST],
    source: include_str!("status_contradicts_method.rs"),
    check,
};

const ID: &str = "lint/status-contradicts-method";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        for code in [201, 206, 304, 416] {
            let Some(response) = operation.response(code) else { continue };
            let Some((rule, why, help)) = contradiction(operation.method, code) else { continue };
            let message = format!("{} declares {code}, which {why}", title(operation));
            let diagnostic = Diagnostic::warning(ID, message, Place::Key(response.origin.clone())).help(help);
            diagnostics.push(concerning(diagnostic, rule));
        }
    }
}

fn contradiction(method: Method, code: u16) -> Option<(RuleId, &'static str, &'static str)> {
    let writes = match method {
        Method::Put | Method::Post | Method::Patch | Method::Delete => true,
        Method::Get | Method::Head | Method::Options | Method::Trace | Method::Query => false,
        // HTTP does not say what it does.
        Method::Other(_) => return None,
    };
    let made = "says that something was made";
    match code {
        201 if !writes => {
            Some((catalogue::GET_SAFE, made, "answer 200, or use POST if the request does make something"))
        }
        201 if method == Method::Delete => {
            Some((catalogue::DELETE_EFFECTIVE, made, "answer 204, or 200 with what is left to say"))
        }
        304 if writes => {
            let help = "use 412 for a precondition that failed, and 200, 204 or 409 where there was nothing to do";
            Some((catalogue::COND_INM_304, "only answers a conditional GET", help))
        }
        206 | 416 if writes => Some((catalogue::RANGE_HONEST, "only answers a GET for a part", "answer 200, or 400")),
        _ => None,
    }
}
