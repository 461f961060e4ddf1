//! HEAD is answered as GET is, without content (RFC 9110, section 9.3.2). Where there is no GET nobody knows as what: a
//! client that finds something there cannot read it, and caches have nothing to keep.
//!
//! Declare the GET. If only existence is asked for, a GET that answers 204 or 404 says the same, and HEAD follows from it.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     head: { operationId: askForLetters, responses: { "200": { description: There are some } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get: { operationId: listLetters, responses: { "204": { description: There are some } } }
//!     head: { operationId: askForLetters, responses: { "204": { description: There are some } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method};

use crate::subject::{place, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a `head` operation on a path that has no `get`",
    group: Group::Http,
    severity: Severity::Warning,
    concerns: &[catalogue::HEAD_MIRRORS_GET],
    source: include_str!("head_without_get.rs"),
    check,
};

const ID: &str = "lint/head-without-get";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for head in with_method(api, &[Method::Head]) {
        if !with_method(api, &[Method::Get]).any(|get| get.path.text == head.path.text) {
            let message = format!("{} mirrors a GET that is not there", title(head));
            let help = "declare the GET of this path";
            diagnostics.push(Diagnostic::warning(ID, message, place(head)).help(help));
        }
    }
}
