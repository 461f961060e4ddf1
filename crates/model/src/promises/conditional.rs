//! Entity tags and preconditions.

use super::reading::Reading;
use crate::rules::{
    COND_CAS, COND_CREATE_ONLY, COND_IF_MATCH, COND_INM_304, COND_PRECEDENCE, COND_REQUIRED, ETAG_TRUE,
};
use crate::{HeaderRole, Held, Method, ParameterRole};

pub(super) fn infer(reading: &mut Reading<'_>) {
    etag(reading);
    let operation = reading.operation;
    let if_match = operation.parameter(ParameterRole::IfMatch);
    let if_none_match = operation.parameter(ParameterRole::IfNoneMatch);
    if let Some(response) = operation.response(304).filter(|_| if_none_match.is_some()) {
        let sentence = "`If-None-Match` with the current tag answers 304 without content.";
        reading.holds(COND_INM_304, Some(&response.origin), sentence);
    }
    // Some APIs answer a stale tag with 409; the description then has no 412.
    if let Some(response) = reading.first_of(&[412, 409]).filter(|_| if_match.is_some()) {
        let code = if response.status == crate::Status::Code(412) { "412" } else { "409" };
        stale(reading, code, &response.origin);
    }
    let creates_only = if_none_match.is_some() && reading.method() == Method::Put;
    if let Some(response) = operation.response(412).filter(|_| creates_only) {
        let sentence = "Under `If-None-Match: *` it creates, or answers 412 and replaces nothing.";
        reading.holds(COND_CREATE_ONLY, Some(&response.origin), sentence);
    }
    if if_match.is_some() || if_none_match.is_some() {
        let sentence =
            "A request that would be refused anyway is refused for that reason, and only then for its precondition.";
        reading.holds(COND_PRECEDENCE, None, sentence);
    }
    if let Some(response) = operation.response(428) {
        let sentence = "Without a precondition it is refused with 428.";
        reading.holds(COND_REQUIRED, Some(&response.origin), sentence);
    }
}

fn etag(reading: &mut Reading<'_>) {
    let successes = reading.operation.responses.iter().filter(|response| response.status.is_success());
    let mut headers = successes.flat_map(|response| &response.headers);
    if let Some(header) = headers.find(|header| header.role == HeaderRole::ETag && header.required) {
        let sentence = "The same state has the same `ETag`, another state another.";
        let reads = matches!(reading.method(), Method::Get | Method::Head | Method::Query);
        let promise = reading.holds(ETAG_TRUE, Some(&header.origin), sentence);
        if reads {
            // A write's tag is made by the unit of work; that of what is read may be its handler's.
            promise.held = Held::ByProofOnly;
        }
    }
}

fn stale(reading: &mut Reading<'_>, code: &str, origin: &methodical_diagnostic::Origin) {
    let sentence = format!("A stale `If-Match` is refused with {code}, and nothing changes.");
    reading.holds(COND_IF_MATCH, Some(origin), sentence).parameters.push(("status", code.to_owned()));
    let sentence = "Of simultaneous requests under one `If-Match` exactly one succeeds.";
    reading.holds(COND_CAS, Some(origin), sentence);
}
