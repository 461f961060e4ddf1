//! POST: creation of one or several, idempotency keys, and work that goes on.

use super::reading::{Reading, duration_text, title};
use super::shapes;
use crate::rules::{
    IDEM_FINGERPRINT, IDEM_ONCE, IDEM_REPLAY, IDEM_REPLAY_ERRORS, LRO_MONITOR, POST_CREATED, POST_FRESH_ID,
    POST_LOCATION_RESOLVES, POST_MANY_ATOMIC, POST_MANY_ORDER,
};
use crate::{
    Atomicity, HeaderRole, Held, IdReuse, Link, Method, Monitor, Operation, ParameterRole, Replays, Response, Status,
};

pub(super) fn infer(reading: &mut Reading<'_>) {
    let created = reading.operation.response(201).filter(|_| reading.method() == Method::Post);
    if let Some(created) = created {
        creation(reading, created);
        location(reading, created);
        several(reading, created);
    }
    key(reading);
    monitor(reading);
}

fn creation(reading: &mut Reading<'_>, created: &Response) {
    let location = created.headers.iter().find(|header| header.role == HeaderRole::Location && header.required);
    if let Some(location) = location.filter(|_| created.content().is_some()) {
        let sentence = "Success is 201 with the representation, and `Location` says where it is.";
        reading.holds(POST_CREATED, Some(&location.origin), sentence);
    }
    let reuse = reading.operation.semantics.id_reuse;
    let sentence = match reuse {
        Some(IdReuse::Never) => "What it makes has an identifier that was never in use before.",
        Some(IdReuse::Allowed) => "What it makes has an identifier not in use; one that was freed may come back.",
        None => "What it makes has an identifier not in use.",
    };
    let origin = reading.word("idReuse").unwrap_or(&created.origin).clone();
    let promise = reading.holds(POST_FRESH_ID, Some(&origin), sentence);
    promise.parameters.extend(reuse.map(|reuse| ("idReuse", reuse.as_str().to_owned())));
    if reuse == Some(IdReuse::Never) {
        // The runtime refuses what is in use; of what was once in use and is gone it keeps no list.
        promise.held = Held::ByProofOnly;
    }
}

fn location(reading: &mut Reading<'_>, created: &Response) {
    let header = created.headers.iter().find(|header| header.role == HeaderRole::Location);
    let by_link = reading.operation.locations.first().map(|location| location.target);
    let link = by_link.and_then(|target| created.links.iter().find(|link| link.target == target));
    let by_resource = reading.resource.and_then(|resource| resource.get).filter(|_| header.is_some());
    let Some(target) = by_link.or(by_resource) else {
        return;
    };
    let origin = link.map(|link| &link.origin).or(header.map(|header| &header.origin));
    let sentence = format!("{} of what was created shows it at once.", title(reading.api.operation(target)));
    reading.holds(POST_LOCATION_RESOLVES, origin, sentence);
}

/// All or none is never assumed: a description that does not say it promises nothing about a part.
fn several(reading: &mut Reading<'_>, created: &Response) {
    let Some(content) = created.content() else {
        return;
    };
    let Some(request) = reading.request_schema() else {
        return;
    };
    let api = reading.api;
    if !shapes::carries_several(api, request) || !shapes::carries_several(api, &content.schema) {
        return;
    }
    if let Some(atomicity) = reading.operation.semantics.atomicity {
        let sentence = match atomicity {
            Atomicity::All => "A request for several makes all of them or none, and nobody sees a part.",
            Atomicity::Each => "In a request for several each one stands for itself.",
        };
        let origin = reading.word("atomicity");
        let promise = reading.holds(POST_MANY_ATOMIC, origin, sentence);
        promise.parameters.push(("atomicity", atomicity.as_str().to_owned()));
    }
    let sentence = "Several results stand in the order of what was sent.";
    reading.holds(POST_MANY_ORDER, Some(&content.origin), sentence);
}

fn key(reading: &mut Reading<'_>) {
    let operation = reading.operation;
    let Some(idempotency) = &operation.idempotency else {
        return;
    };
    let header = &idempotency.header;
    let origin = operation.parameter(ParameterRole::IdempotencyKey).map(|parameter| &parameter.origin);
    let kept = idempotency.retention.map(|seconds| duration_text(seconds.saturating_mul(1000)));
    let how_long = kept.as_ref().map_or_else(String::new, |kept| format!(" for {kept}"));
    let sentence =
        format!("Sent again under its `{header}`{how_long}, it gets the first answer, and nothing is made twice.");
    let promise = reading.holds(IDEM_REPLAY, origin, sentence);
    promise.parameters.extend(idempotency.retention.map(|seconds| ("retention", format!("{seconds} s"))));

    let sentence = format!("Of simultaneous requests under one `{header}` one takes effect.");
    reading.holds(IDEM_ONCE, origin, sentence);
    if let Some(refused) = operation.response(422) {
        let sentence = format!("`{header}` of one request is refused with 422 on another.");
        reading.holds(IDEM_FINGERPRINT, Some(&refused.origin), sentence);
    }
    if let Some(replays) = operation.semantics.idempotency_key.and_then(|key| key.replays) {
        let sentence = match replays {
            Replays::Success => "Only successes are replayed: what failed may be tried again under the same key.",
            Replays::All => "Failures are replayed too: another try needs another key.",
        };
        let origin = reading.word("idempotencyKey");
        let promise = reading.holds(IDEM_REPLAY_ERRORS, origin, sentence);
        promise.parameters.push(("replays", replays.as_str().to_owned()));
    }
}

/// 202 says that work goes on; a 201 that leads to a monitor says it too. A monitor itself says how it ends.
fn monitor(reading: &mut Reading<'_>) {
    let operation = reading.operation;
    if let Some(monitor) = &operation.monitor {
        let sentence = format!(
            "It follows work that ends: `{}` is {} once it is done, and {}.",
            monitor.status,
            quoted(&monitor.succeeded),
            failure(monitor)
        );
        let origin = reading.word("monitor");
        reading.holds(LRO_MONITOR, origin, sentence).parameters.extend(ends(monitor));
    }
    let responses = [operation.response(202), operation.response(201)];
    let followed = responses.into_iter().flatten().find_map(|response| {
        let links = response.links.iter();
        links
            .map(|link| (response, link, reading.api.operation(link.target)))
            .find(|(.., target)| target.monitor.is_some())
    });
    match followed {
        Some((response, link, target)) => leads_to(reading, response, link, target),
        None => unknown_monitor(reading),
    }
}

/// The description tells the monitor, and its ends.
fn leads_to(reading: &mut Reading<'_>, response: &Response, link: &Link, target: &Operation) {
    let Some(monitor) = &target.monitor else {
        return;
    };
    let begins = match response.status {
        Status::Code(202) => "202 leads to",
        Status::Code(_) | Status::Range(_) | Status::Default => "Work that goes on is followed at",
    };
    let all: Vec<String> = monitor.succeeded.iter().chain(&monitor.failed).cloned().collect();
    let sentence = format!(
        "{begins} {} (link `{}`), which ends in {}, and its end agrees with the resource.",
        title(target),
        link.name.wire,
        quoted(&all)
    );
    let promise = reading.holds(LRO_MONITOR, Some(&link.origin), sentence);
    promise.parameters.push(("monitor", format!("{} {}", target.method.as_str(), target.path.text)));
    promise.parameters.extend(ends(monitor));
}

/// A description that says no more than that there is one: which states end the work is not for us to guess.
fn unknown_monitor(reading: &mut Reading<'_>) {
    let Some(accepted) = reading.operation.response(202) else {
        return;
    };
    let header = accepted.header("Location").or_else(|| accepted.header("Operation-Location"));
    let place = header.map(|header| (format!("in `{}`", header.name.wire), &header.origin));
    let link = || accepted.links.first().map(|link| (format!("by its link `{}`", link.name.wire), &link.origin));
    if let Some((how, origin)) = place.or_else(link) {
        let sentence =
            format!("202 names a monitor, {how}; the monitor ends, though it is not declared in which states.");
        reading.holds(LRO_MONITOR, Some(origin), sentence);
    }
}

fn failure(monitor: &Monitor) -> String {
    if monitor.failed.is_empty() {
        return "it does not fail".to_owned();
    }
    format!("{} where it failed", quoted(&monitor.failed))
}

fn ends(monitor: &Monitor) -> Vec<(&'static str, String)> {
    vec![("succeeded", monitor.succeeded.join(", ")), ("failed", monitor.failed.join(", "))]
}

/// `a`, `b` or `c`, each in backquotes.
fn quoted(words: &[String]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} or {end}", rest.join(", ")),
        None => String::new(),
    }
}
