//! The media type of a PATCH says how the body is to be applied (RFC 5789, section 2). `application/json` does not: a member that is
//! `null` may be removed, be set to null or be left alone, and lists may be replaced or extended. With
//! `application/merge-patch+json` (RFC 7396) or `application/json-patch+json` (RFC 6902) everybody knows.
//!
//! Where no PATCH of an API says so it is said once.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /notice:
//!     patch:
//!       operationId: changeNotice
//!       requestBody: { required: true, content: { application/json: { schema: { type: object } } } }
//!       responses: { "204": { description: Changed }, "400": { description: It cannot be changed so } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /notice:
//!     patch:
//!       operationId: changeNotice
//!       requestBody: { required: true, content: { application/merge-patch+json: { schema: { type: object } } } }
//!       responses: { "204": { description: Changed }, "400": { description: It cannot be changed so } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Content, Method, RequestBody};

use crate::subject::{fold, title, with_method};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a PATCH whose media type does not say how it is applied",
    group: Group::Gaps,
    severity: Severity::Note,
    concerns: &[catalogue::PATCH_ATOMIC_MERGE],
    source: include_str!("patch_without_meaning.rs"),
    check,
};

const ID: &str = "lint/patch-without-meaning";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let patches: Vec<_> = with_method(api, &[Method::Patch]).filter(|patch| patch.body.is_some()).collect();
    let found = patches.iter().filter_map(|patch| {
        let content = patch.body.as_ref().and_then(plain_json)?;
        let message = format!("{} takes `{}`, which does not say how it is applied", title(patch), content.media_type);
        let help = "use `application/merge-patch+json` or `application/json-patch+json`";
        Some(Diagnostic::note(ID, message, Place::Key(content.origin.clone())).help(help))
    });
    let all = "no PATCH of this API says how its body is applied; this is the first";
    fold(found.collect(), patches.len(), all, diagnostics);
}

/// Its plain JSON, if there is nothing better beside it.
fn plain_json(body: &RequestBody) -> Option<&Content> {
    let essence = |content: &Content| content.media_type.split(';').next().unwrap_or_default().trim().to_owned();
    let plain = body.contents.iter().find(|content| essence(content).eq_ignore_ascii_case("application/json"))?;
    let mut others = body.contents.iter().map(essence);
    (!others.any(|essence| essence.ends_with("+json"))).then_some(plain)
}
