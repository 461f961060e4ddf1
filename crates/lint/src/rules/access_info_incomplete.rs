//! Limit, remaining requests, reset and request id are wanted most when something went wrong. Where one response of
//! an operation declares such a header as required, the others should, errors included: only then can generated
//! clients give it with every outcome and every error.

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use std::collections::BTreeSet;

use crate::LintRule;
use methodical_model::{Api, HeaderRole, Response, ResponseHeader};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "access metadata that some responses of an operation lack",
    severity: Severity::Warning,
    concerns: &[catalogue::META_ACCESS_INFO],
    source: include_str!("access_info_incomplete.rs"),
    check,
};

const ID: &str = "lint/access-info-incomplete";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        let mut known = BTreeSet::new();
        for header in headers.filter(|header| header.required && is_access_info(header.role)) {
            let name = header.name.wire.to_ascii_lowercase();
            let lacks = |response: &&Response| !response.header(&name).is_some_and(|header| header.required);
            let lacking = operation.responses.iter().filter(lacks);
            if known.insert(name.clone()) {
                lacking.for_each(|response| diagnostics.push(diagnose(&header.name.wire, response, header)));
            }
        }
    }
}

fn diagnose(name: &str, response: &Response, header: &ResponseHeader) -> Diagnostic {
    let message = format!("this response lacks `{name}`, which others of its operation always have");
    let help = format!("add `{name}` to the response's `headers`, with `required: true`");
    let diagnostic = Diagnostic::warning(ID, message, Place::Key(response.origin.clone()));
    diagnostic.related(Place::Key(header.origin.clone()), "declared here").help(help)
}

fn is_access_info(role: HeaderRole) -> bool {
    matches!(role, HeaderRole::RateLimit | HeaderRole::RateRemaining | HeaderRole::RateReset | HeaderRole::RequestId)
}
