//! Two clients read the same thing, change something of it and write it back: the second undoes the change of the first, and
//! neither is told. GET already answers with an `ETag`; a PUT, PATCH or DELETE that takes it in `If-Match` refuses the second.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /notice:
//!     get:
//!       operationId: getNotice
//!       responses:
//!         "200":
//!           description: What hangs there
//!           headers: { ETag: { required: true, schema: { type: string } } }
//!           content: { text/plain: { schema: { type: string } } }
//!     put:
//!       operationId: putNotice
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string } } } }
//!       responses: { "204": { description: Hung }, "400": { description: It cannot be hung } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /notice:
//!     get:
//!       operationId: getNotice
//!       responses:
//!         "200":
//!           description: What hangs there
//!           headers: { ETag: { required: true, schema: { type: string } } }
//!           content: { text/plain: { schema: { type: string } } }
//!     put:
//!       operationId: putNotice
//!       parameters: [{ name: If-Match, in: header, schema: { type: string } }]
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string } } } }
//!       responses: { "204": { description: Hung }, "412": { description: Somebody was faster } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, HeaderRole, Method, Operation, ParameterRole};

use crate::subject::{place, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a write without `If-Match` to what GET answers with an `ETag`",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::COND_IF_MATCH, catalogue::COND_CAS],
    source: include_str!("lost_update.rs"),
    check,
};

const ID: &str = "lint/lost-update";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for get in with_method(api, &[Method::Get]) {
        let mut headers = get.response(200).into_iter().flat_map(|response| &response.headers);
        let Some(tag) = headers.find(|header| header.role == HeaderRole::ETag) else {
            continue;
        };
        let writes = with_method(api, &[Method::Put, Method::Patch, Method::Delete]);
        for write in writes.filter(|write| write.path.text == get.path.text && !is_guarded(write)) {
            let message = format!("{} takes no `If-Match`: what somebody else wrote meanwhile is lost", title(write));
            let help = "declare `If-Match` as a header parameter, and 412 for a stale one";
            let diagnostic = Diagnostic::warning(ID, message, place(write));
            diagnostics
                .push(diagnostic.related(Place::Key(tag.origin.clone()), "the tag that it could take").help(help));
        }
    }
}

fn is_guarded(write: &Operation) -> bool {
    let has = |role| write.parameter(role).is_some();
    write.unread_parameters || has(ParameterRole::IfMatch) || has(ParameterRole::IfModified)
}
