//! HEAD is answered as GET is, without content. It is derived from GET; a `head` operation that is declared all the
//! same may only narrow: no status and no header field that GET lacks. (Content of its own is `model/content-without-place`.)
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//!     head:
//!       operationId: askForTags
//!       responses: { "200": { description: There are some }, "404": { description: There are none } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//!         "404": { description: There are none }
//!     head:
//!       operationId: askForTags
//!       responses: { "200": { description: There are some }, "404": { description: There are none } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Method, Operation};

use crate::subject::{title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a `head` operation that declares what GET does not",
    group: Group::Http,
    severity: Severity::Error,
    concerns: &[catalogue::HEAD_MIRRORS_GET, catalogue::HEAD_LENGTH_TRUE],
    source: include_str!("head_exceeds_get.rs"),
    check,
};

const ID: &str = "lint/head-exceeds-get";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for head in with_method(api, &[Method::Head]) {
        let get = with_method(api, &[Method::Get]).find(|get| get.path.text == head.path.text);
        get.into_iter().for_each(|get| exceeds(head, get, diagnostics));
    }
}

fn exceeds(head: &Operation, get: &Operation, diagnostics: &mut Diagnostics) {
    for response in &head.responses {
        let Some(same) = get.responses.iter().find(|other| other.status == response.status) else {
            let message = format!("{} declares a status that GET does not", title(head));
            let help = "declare it on GET, or remove it here";
            diagnostics.push(Diagnostic::error(ID, message, Place::Key(response.origin.clone())).help(help));
            continue;
        };
        for header in response.headers.iter().filter(|header| same.header(&header.name.wire).is_none()) {
            let message = format!("{} declares `{}`, and GET does not", title(head), header.name.wire);
            let help = "declare it on GET, or remove it here";
            let diagnostic = Diagnostic::error(ID, message, Place::Key(header.origin.clone()));
            diagnostics
                .push(diagnostic.related(Place::Key(same.origin.clone()), "the same response of GET").help(help));
        }
    }
}
