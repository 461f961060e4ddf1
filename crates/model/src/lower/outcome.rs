//! What an operation comes to, decided from its method, its statuses and their bodies.

use crate::{Api, HeaderRole, Kind, MediaType, Method, Operation, Outcome, Response, Schema, Status};

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
    let (Some(left), Some(right)) = (left.content(), right.content()) else {
        return false;
    };
    left.kind == right.kind && (same_type(&left.schema, &right.schema) || is_opaque(left.kind) && is_opaque(right.kind))
}

/// Whether generated code has one Rust type for two schemas.
fn same_type(left: &Schema, right: &Schema) -> bool {
    left.nullable == right.nullable
        && match (&left.kind, &right.kind) {
            (Kind::Named(left), Kind::Named(right)) => left == right,
            (Kind::Array { items: left, .. }, Kind::Array { items: right, .. })
            | (Kind::Map { values: left, .. }, Kind::Map { values: right, .. }) => same_type(left, right),
            (Kind::Any, Kind::Any) | (Kind::Boolean, Kind::Boolean) => true,
            (Kind::Integer { format: left, .. }, Kind::Integer { format: right, .. }) => left == right,
            (Kind::Number { format: left, .. }, Kind::Number { format: right, .. }) => left == right,
            (Kind::String { format: left, .. }, Kind::String { format: right, .. }) => left == right,
            (
                Kind::Any
                | Kind::Nothing
                | Kind::Boolean
                | Kind::Integer { .. }
                | Kind::Number { .. }
                | Kind::String { .. }
                | Kind::Constant(_)
                | Kind::Array { .. }
                | Kind::Map { .. }
                | Kind::Named(_),
                _,
            ) => false,
        }
}

/// Bodies that are text or bytes whatever their schema says.
fn is_opaque(kind: MediaType) -> bool {
    match kind {
        MediaType::Text | MediaType::Binary => true,
        MediaType::Json | MediaType::Problem | MediaType::Form | MediaType::Multipart => false,
    }
}
