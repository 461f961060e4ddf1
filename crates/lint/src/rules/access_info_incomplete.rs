//! Limit, remaining requests, reset and request id are wanted most when something went wrong. Where one response of
//! an operation declares such a header as required, the others should, errors included: only then can generated
//! clients give it with every outcome and every error.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       responses:
//!         "200": { description: All, headers: { X-Request-Id: { required: true, schema: { type: string } } } }
//!         "500": { description: It is our fault }
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
//!         "200": { description: All, headers: { X-Request-Id: { required: true, schema: { type: string } } } }
//!         "500": { description: It is our fault, headers: { X-Request-Id: { required: true, schema: { type: string } } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use std::collections::BTreeMap;

use crate::{Group, LintRule};
use methodical_model::{Api, HeaderRole, Response, ResponseHeader};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "access metadata that some responses of an operation lack",
    group: Group::Gaps,
    severity: Severity::Warning,
    concerns: &[catalogue::META_ACCESS_INFO],
    source: include_str!("access_info_incomplete.rs"),
    check,
};

const ID: &str = "lint/access-info-incomplete";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        let mut known = BTreeMap::new();
        for header in headers.filter(|header| header.required && is_access_info(header.role)) {
            known.entry(header.name.wire.to_ascii_lowercase()).or_insert(header);
        }
        for response in &operation.responses {
            let lacks = |name: &str| !response.header(name).is_some_and(|header| header.required);
            let lacking: Vec<_> = known.iter().filter(|(name, _)| lacks(name)).map(|(_, header)| *header).collect();
            diagnostics.extend(diagnose(response, &lacking));
        }
    }
}

fn diagnose(response: &Response, lacking: &[&ResponseHeader]) -> Option<Diagnostic> {
    let first = lacking.first()?;
    let names: Vec<_> = lacking.iter().map(|header| format!("`{}`", header.name.wire)).collect();
    let names = names.join(", ");
    let message = format!("this response lacks {names}, which others of its operation always have");
    let help = format!("add {names} to the response's `headers`, with `required: true`");
    let diagnostic = Diagnostic::warning(ID, message, Place::Key(response.origin.clone()));
    Some(diagnostic.related(Place::Key(first.origin.clone()), "declared here").help(help))
}

fn is_access_info(role: HeaderRole) -> bool {
    matches!(role, HeaderRole::RateLimit | HeaderRole::RateRemaining | HeaderRole::RateReset | HeaderRole::RequestId)
}
