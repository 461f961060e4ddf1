//! What an operation comes to, decided from its method, its statuses and their bodies.

use crate::{Api, Content, HeaderRole, MediaType, Method, Operation, Outcome, Response, Status};

/// Decides the outcome of every operation.
pub(super) fn decide_outcomes(api: &mut Api) {
    for operation in &mut api.operations {
        operation.outcome = outcome(operation);
    }
}

/// Decides the outcome. Whatever is not plainly one of the known shapes is [`Outcome::Other`].
fn outcome(operation: &Operation) -> Outcome {
    let successes: Vec<_> = operation.responses.iter().filter(|response| is_result(response.status)).collect();
    let absent = operation.declares(404);
    match (operation.method, successes.as_slice()) {
        (Method::Get | Method::Query, [ok]) if is_ok(ok) && absent => Outcome::Find,
        (Method::Get | Method::Query, [ok]) if is_ok(ok) => Outcome::Fetch,
        (Method::Put, [ok, created]) if is_ok(ok) && is_created(created) && same_body(ok, created) => Outcome::Upsert,
        (Method::Put | Method::Patch, [ok]) if is_ok(ok) => Outcome::Update,
        (Method::Delete, [gone]) if is_empty(gone) && absent => Outcome::Delete,
        (Method::Delete, [gone]) if is_empty(gone) => Outcome::Discard,
        (Method::Post, [created]) if is_created(created) => Outcome::Create,
        // Without a 404 it may just as well be a calculation, which changes nothing that could be absent.
        (Method::Post, [ok]) if is_ok(ok) && absent => Outcome::Update,
        (Method::Post, [accepted]) if is_accepted(accepted) && !operation.locations.is_empty() => Outcome::Accept,
        _ => Outcome::Other,
    }
}

/// Whether a status is a result of its own: a success or a redirection. 304 is none, because it says that an earlier
/// result still stands.
fn is_result(status: Status) -> bool {
    match status {
        Status::Code(304) => false,
        Status::Code(code) => (200..400).contains(&code),
        Status::Range(class) => class == 2 || class == 3,
        Status::Default => false,
    }
}

fn is_ok(response: &Response) -> bool {
    response.status == Status::Code(200) && response.content().is_some()
}

fn is_created(response: &Response) -> bool {
    response.status == Status::Code(201) && response.content().is_some()
}

fn is_accepted(response: &Response) -> bool {
    let names_its_monitor =
        response.headers.iter().any(|header| header.role == HeaderRole::Location && header.required);
    response.status == Status::Code(202) && response.content().is_some() && names_its_monitor
}

/// Nothing is returned: 204, or a 200 without content.
fn is_empty(response: &Response) -> bool {
    matches!(response.status, Status::Code(200 | 204)) && response.content().is_none()
}

fn same_body(left: &Response, right: &Response) -> bool {
    let same = |(left, right): (&Content, &Content)| {
        left.kind == right.kind && (left.schema.same_type(&right.schema) || is_opaque(left.kind))
    };
    let (left, right) = (&left.contents, &right.contents);
    // Where there is a choice of media types it has to be the same choice.
    let same_choice = left.len() == 1 && right.len() == 1
        || left.iter().map(|content| &content.media_type).eq(right.iter().map(|content| &content.media_type));
    same_choice && left.iter().zip(right).all(same)
}

/// Bodies that are text or bytes whatever their schema says.
fn is_opaque(kind: MediaType) -> bool {
    match kind {
        MediaType::Text | MediaType::Binary | MediaType::TextEvents => true,
        MediaType::Json
        | MediaType::Problem
        | MediaType::Form
        | MediaType::Multipart
        | MediaType::Events
        | MediaType::Lines
        | MediaType::Sequence => false,
    }
}
