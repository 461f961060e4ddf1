//! PUT and PATCH, and what holds for every write to one resource.

use super::reading::{Reading, and};
use super::shapes;
use crate::rules::{
    FAILED_WRITE_NO_EFFECT, PATCH_ATOMIC_MERGE, PUT_CREATE_ONCE, PUT_IDEMPOTENT, PUT_READBACK, PUT_REGARDLESS,
    PUT_REPLACES_WHOLE, PUT_STATUS_TRUE, PUT_TARGET, PUT_UPSERT, READONLY_NOT_WRITABLE, READONLY_STABLE, WRITE_ATOMIC,
};
use crate::{
    Consistency, Effect, Held, MediaType, Method, OnExisting, OnReadOnly, Operation, ParameterRole, PathSegment,
    Response,
};

/// What PUT does with what is absent and what is present, as its statuses say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutMode {
    /// 201 beside 200 or 204: it creates what is absent and replaces what is there.
    Upsert,
    /// 404 and no 201: it replaces what is there.
    UpdateOnly,
    /// 201 and neither 200 nor 204: it creates what is absent.
    CreateOnly,
    /// 200 or 204 alone: what it does with something absent cannot be known.
    Ambiguous,
    /// No success of these, e.g. only 202.
    Undeclared,
}

impl PutMode {
    /// What the statuses of a PUT say.
    pub fn of(operation: &Operation) -> Self {
        let stores = operation.declares(200) || operation.declares(204);
        match (operation.declares(201), stores) {
            (true, true) => Self::Upsert,
            (true, false) => Self::CreateOnly,
            (false, true) if operation.declares(404) => Self::UpdateOnly,
            (false, true) => Self::Ambiguous,
            (false, false) => Self::Undeclared,
        }
    }
}

pub(super) fn infer(reading: &mut Reading<'_>) {
    match reading.method() {
        Method::Put => put(reading),
        Method::Patch => patch(reading),
        Method::Get
        | Method::Head
        | Method::Post
        | Method::Delete
        | Method::Options
        | Method::Trace
        | Method::Query
        | Method::Other(_) => {}
    }
    if reading.writes() {
        write_atomic(reading);
        read_only(reading);
        let sentence = format!("A refused {} changes nothing.", reading.title());
        reading.holds(FAILED_WRITE_NO_EFFECT, None, sentence);
    }
    if matches!(reading.method(), Method::Put | Method::Patch) {
        stable(reading);
    }
}

fn put(reading: &mut Reading<'_>) {
    let mode = PutMode::of(reading.operation);
    creates(reading, mode);
    replaces(reading, mode);
    regardless(reading, mode);
    if reading.operation.semantics.effect != Some(Effect::Unsafe) {
        reading.holds(PUT_IDEMPOTENT, None, format!("Repeating {} leaves the same state.", reading.title()));
    }
    target(reading);
    read_back(reading);
}

fn creates(reading: &mut Reading<'_>, mode: PutMode) {
    let Some(created) = reading.operation.response(201) else {
        return;
    };
    let path = reading.path();
    let (value, sentence) = match mode {
        PutMode::Upsert => ("upsert", format!("If there is nothing at {path}, it is created there (201).")),
        PutMode::CreateOnly => ("create-only", format!("It creates at {path} (201), and replaces nothing.")),
        PutMode::UpdateOnly | PutMode::Ambiguous | PutMode::Undeclared => return,
    };
    reading.holds(PUT_UPSERT, Some(&created.origin), sentence).parameters.push(("mode", value.to_owned()));
    let Some(stored) = reading.first_of(&[200, 204]) else {
        return;
    };
    let code = if stored.status == crate::Status::Code(200) { "200" } else { "204" };
    let sentence = format!("201 if and only if it created; {code} if there was something before.");
    reading.holds(PUT_STATUS_TRUE, Some(&created.origin), sentence);
    let sentence = format!("Of simultaneous PUTs on something absent exactly one is answered 201, the others {code}.");
    reading.holds(PUT_CREATE_ONCE, Some(&created.origin), sentence);
}

fn replaces(reading: &mut Reading<'_>, mode: PutMode) {
    let replaces = match reading.operation.semantics.on_existing {
        Some(OnExisting::Merge | OnExisting::Refuse) => false,
        Some(OnExisting::Replace) => true,
        None => !matches!(mode, PutMode::CreateOnly | PutMode::Undeclared),
    };
    if replaces {
        let sentence = "Afterwards the state is the body, whole: a member left out is back at its default.";
        let origin = reading.word("onExisting");
        reading.holds(PUT_REPLACES_WHOLE, origin, sentence);
    }
}

/// A 412 answers a precondition that the client chose to send, so it speaks against the promise only where no such
/// parameter is declared. A 428 demands one.
fn regardless(reading: &mut Reading<'_>, mode: PutMode) {
    let operation = reading.operation;
    let chosen = |role| operation.parameter(role).is_some_and(|parameter| !parameter.required);
    let conditional = chosen(ParameterRole::IfMatch) || chosen(ParameterRole::IfNoneMatch);
    let refused = operation.declares(409) || operation.declares(428) || (operation.declares(412) && !conditional);
    let merges = operation.semantics.on_existing == Some(OnExisting::Refuse);
    if refused || merges || matches!(mode, PutMode::CreateOnly | PutMode::Undeclared) {
        return;
    }
    let stored = reading.first_of(&[200, 204]).map(|response| &response.origin);
    let sentence = if conditional {
        "A valid body is stored whatever the present values are, unless the client itself set a precondition."
    } else {
        "A valid body is stored whatever the present values are."
    };
    reading.holds(PUT_REGARDLESS, stored, sentence);
}

/// Not declared where the body can name an identifier of its own; lint reports a body that has to.
fn target(reading: &mut Reading<'_>) {
    let Some(PathSegment::Parameter(parameter)) =
        reading.operation.path.segments.last().and_then(|segment| segment.last())
    else {
        return;
    };
    let member =
        reading.resource.and_then(|resource| resource.id_pointer.as_deref()).and_then(|id| id.rsplit('/').next());
    let names: Vec<&str> = member.into_iter().chain([parameter.as_str()]).collect();
    let Some(schema) = reading.request_schema() else {
        return;
    };
    let objects = shapes::top_objects(reading.api, schema);
    if objects.is_empty()
        || objects.iter().any(|object| names.iter().any(|name| shapes::member(object, name).is_some()))
    {
        return;
    }
    let read_only = shapes::read_only_members(reading.api, schema);
    let read_only = read_only.iter().find(|(name, _)| names.contains(name)).and_then(|(_, property)| *property);
    let sentence = format!("`{parameter}` in the path alone says which one is meant; the body cannot name another.");
    reading.holds(PUT_TARGET, read_only.map(|property| property.origin()), sentence);
}

fn read_back(reading: &mut Reading<'_>) {
    let responses = [200, 201].into_iter().filter_map(|code| reading.operation.response(code));
    let mut contents = responses.filter_map(Response::content);
    if let Some(content) = contents.find(|content| content.kind == MediaType::Json) {
        let sentence = "The answer shows what is stored: what was sent, with the read-only members.";
        reading.holds(PUT_READBACK, Some(&content.origin), sentence);
    }
}

fn patch(reading: &mut Reading<'_>) {
    let contents = reading.operation.body.iter().flat_map(|body| &body.contents);
    let mut merges = contents.filter(|content| content.media_type.starts_with("application/merge-patch+json"));
    if let Some(content) = merges.next() {
        let sentence =
            "It applies whole or not at all, changes only the members sent, and removes those that are null.";
        reading.holds(PATCH_ATOMIC_MERGE, Some(&content.origin), sentence);
    }
}

/// Only one resource's requests have one order; a POST to a collection acts on another one each time.
fn write_atomic(reading: &mut Reading<'_>) {
    let linearizable = reading.operation.semantics.consistency == Some(Consistency::Linearizable);
    if !linearizable || reading.method() == Method::Post {
        return;
    }
    let sentence = format!("The requests to one {} have one order that explains every answer.", reading.path());
    let origin = reading.word("consistency");
    reading.holds(WRITE_ATOMIC, origin, sentence);
}

fn read_only(reading: &mut Reading<'_>) {
    let Some(schema) = reading.request_schema() else {
        return;
    };
    let members = shapes::read_only_members(reading.api, schema);
    let Some((_, first)) = members.first() else {
        return;
    };
    let names = and(&members.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>());
    let policy = reading.operation.semantics.on_read_only;
    let it = if members.len() == 1 { "it" } else { "them" };
    let sentence = match policy {
        Some(OnReadOnly::Ignore) => format!("{names} cannot be set: a request that has {it} has no effect on {it}."),
        Some(OnReadOnly::Refuse) => format!("{names} cannot be set: a request that has {it} is refused."),
        Some(OnReadOnly::Match) => format!("{names} cannot be set: a request that would change {it} is refused."),
        None => format!("{names} cannot be set."),
    };
    let origin = first.map(|property| property.origin()).or_else(|| reading.word("onReadOnly"));
    let promise = reading.holds(READONLY_NOT_WRITABLE, origin, sentence);
    promise.parameters.extend(policy.map(|policy| ("onReadOnly", policy.as_str().to_owned())));
    promise.parameters.push(("members", names));
    if policy == Some(OnReadOnly::Match) {
        // The runtime knows what is stored, not what is shown, and so compares nothing.
        promise.held = Held::ByProofOnly;
    }
}

fn stable(reading: &mut Reading<'_>) {
    let answer = reading.first_of(&[200, 201]).and_then(Response::content).map(|content| &content.schema);
    let Some(schema) = answer.or_else(|| reading.request_schema()) else {
        return;
    };
    let members = shapes::immutable_members(reading.api, schema);
    let Some(first) = members.first() else { return };
    let names = and(&members.iter().map(|member| format!("`{}`", member.name.wire)).collect::<Vec<_>>());
    let verb = if members.len() == 1 { "stays" } else { "stay" };
    let sentence = format!("{names} {verb} as set at creation.");
    reading.holds(READONLY_STABLE, Some(first.origin()), sentence).parameters.push(("members", names));
}
