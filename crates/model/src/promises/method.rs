//! Methods as such, errors, and what holds for every exchange.

use super::reading::{Reading, and, status_text};
use crate::rules::{
    CACHE_HONEST, ERROR_DECLARED, ERROR_PROBLEM, INVALID_REFUSED, METHOD_NO_OVERRIDE, METHOD_NOT_ALLOWED_ALLOW,
    METHOD_UNKNOWN_501, NO_5XX, OPTIONS_ALLOW, PREFER_HONEST, RANGE_HONEST, SUNSET_HONEST,
};
use crate::{MediaType, Method, ParameterLocation, ParameterRole, Response, Status};

pub(super) fn infer(reading: &mut Reading<'_>) {
    methods(reading);
    problems(reading);
    statuses(reading);
    invalid(reading);
    let sentence = format!("No request to {} makes the server fail.", reading.path());
    reading.holds(NO_5XX, None, sentence);
    headers(reading);
}

fn methods(reading: &mut Reading<'_>) {
    let mut methods: Vec<Method> = reading.neighbours.iter().map(|operation| operation.method).collect();
    if methods.contains(&Method::Get) {
        methods.push(Method::Head);
    }
    methods.push(Method::Options);
    methods.sort_unstable();
    methods.dedup();
    let names = and(&methods.iter().map(|method| method.as_str().to_owned()).collect::<Vec<_>>());
    let path = reading.path();
    let sentence = format!("Any other method on {path} is 405, and `Allow` names {names}.");
    reading.holds(METHOD_NOT_ALLOWED_ALLOW, None, sentence);
    reading.holds(METHOD_UNKNOWN_501, None, format!("A method that nobody knows is 501 on {path}."));
    reading.holds(OPTIONS_ALLOW, None, format!("OPTIONS {path} names {names}."));
    if matches!(reading.method(), Method::Get | Method::Head) {
        reading.holds(METHOD_NO_OVERRIDE, None, "No header or parameter turns it into a write.");
    }
}

/// Whether a status is an error's. `default` counts: beside declared successes it is what errors fall under.
fn is_error(response: &Response) -> bool {
    match response.status {
        Status::Code(code) => code >= 400,
        Status::Range(class) => class >= 4,
        Status::Default => true,
    }
}

fn problems(reading: &mut Reading<'_>) {
    let errors: Vec<&Response> = reading.operation.responses.iter().filter(|response| is_error(response)).collect();
    let is_problem = |response: &&Response| response.contents.iter().any(|content| content.kind == MediaType::Problem);
    let content = errors.first().and_then(|response| response.content());
    if let Some(content) = content.filter(|_| errors.iter().all(is_problem)) {
        let sentence = "Every error is `application/problem+json` and says what happened.";
        reading.holds(ERROR_PROBLEM, Some(&content.origin), sentence);
    }
}

fn statuses(reading: &mut Reading<'_>) {
    let responses = &reading.operation.responses;
    if responses.is_empty() || responses.iter().any(|response| response.status == Status::Default) {
        return;
    }
    let statuses: Vec<_> = responses.iter().map(|response| status_text(response.status)).collect();
    let mut origin = reading.operation.origin.clone();
    origin.pointer.push("responses");
    let sentence = format!("Only {} occur, and the refusals of HTTP itself.", and(&statuses));
    reading.holds(ERROR_DECLARED, Some(&origin), sentence).parameters.push(("statuses", statuses.join(", ")));
}

fn invalid(reading: &mut Reading<'_>) {
    let operation = reading.operation;
    let checked = operation.parameters.iter().any(|parameter| parameter.role != ParameterRole::Ignored);
    if operation.body.is_none() && !checked {
        return;
    }
    let Some(refused) = reading.first_of(&[422, 400]) else {
        return;
    };
    let codes = [400, 422].into_iter().filter(|code| operation.declares(*code)).map(|code| code.to_string());
    let codes = codes.collect::<Vec<_>>().join(" or ");
    let sentence = format!("What its schemas forbid is refused with {codes}; what they allow is not.");
    reading.holds(INVALID_REFUSED, Some(&refused.origin), sentence);
}

fn headers(reading: &mut Reading<'_>) {
    let operation = reading.operation;
    let header = |name: &str| operation.responses.iter().find_map(|response| response.header(name));
    if operation.deprecated {
        let origin =
            header("Deprecation").or_else(|| header("Sunset")).map_or(&operation.origin, |header| &header.origin);
        let sentence = "It is deprecated: its answers say so, and as long as it answers its end is not past.";
        reading.holds(SUNSET_HONEST, Some(origin), sentence);
    }
    let is_prefer = |parameter: &&crate::Parameter| {
        parameter.location == ParameterLocation::Header && parameter.name.wire.eq_ignore_ascii_case("Prefer")
    };
    if let Some(parameter) = operation.parameters.iter().find(is_prefer) {
        let sentence = "`Prefer` is honoured or passed over, and `Preference-Applied` says which.";
        reading.holds(PREFER_HONEST, Some(&parameter.origin), sentence);
    }
    if let Some(header) = header("Cache-Control").or_else(|| header("Vary")) {
        let sentence =
            "What is marked fresh is not contradicted within its lifetime, and `Vary` names what it depends on.";
        reading.holds(CACHE_HONEST, Some(&header.origin), sentence);
    }
    if let Some(header) = header("Accept-Ranges").filter(|_| operation.declares(206)) {
        let sentence = "A 206 is exactly that part of the 200.";
        reading.holds(RANGE_HONEST, Some(&header.origin), sentence);
    }
}
