//! GET, HEAD and the metadata of responses.

use super::reading::{Reading, and, duration_text, status_text, title};
use super::shapes;
use crate::rules::{
    GET_ABSENT_404, GET_JSON_OBJECT, GET_LINKS_RESOLVE, GET_SAFE, HEAD_LENGTH_TRUE, HEAD_MIRRORS_GET, META_ACCESS_INFO,
    META_RATE_MONOTONE, QUERY_SAFE, RATE_429_RETRY_AFTER, READ_AFTER_WRITE,
};
use crate::{Consistency, Effect, HeaderRole, MediaType, Method, Response, ResponseHeader};

pub(super) fn infer(reading: &mut Reading<'_>) {
    safe(reading);
    if reading.method() == Method::Get {
        json_object(reading);
        absent(reading);
        links(reading);
    }
    head(reading);
    read_after_write(reading);
    access_info(reading);
    retry_after(reading);
}

/// Only a declared `effect` speaks against the method.
fn safe(reading: &mut Reading<'_>) {
    if !matches!(reading.operation.semantics.effect, None | Some(Effect::Safe)) {
        return;
    }
    let title = reading.title();
    match reading.method() {
        Method::Get | Method::Head => {
            reading.holds(GET_SAFE, None, format!("{title} changes nothing, and may be repeated freely."));
        }
        Method::Query => {
            let origin = &reading.operation.origin;
            reading.holds(QUERY_SAFE, Some(origin), format!("{title} changes nothing, and takes a body to ask with."));
        }
        Method::Put
        | Method::Post
        | Method::Patch
        | Method::Delete
        | Method::Options
        | Method::Trace
        | Method::Other(_) => {}
    }
}

fn json_object(reading: &mut Reading<'_>) {
    let content = reading.operation.response(200).and_then(Response::content);
    let Some(content) = content.filter(|content| content.kind == MediaType::Json) else {
        return;
    };
    if shapes::is_object(reading.api, &content.schema) {
        let sentence = format!("Success is `{}` with an object at the top.", content.media_type);
        reading.holds(GET_JSON_OBJECT, Some(&content.origin), sentence);
    }
}

fn absent(reading: &mut Reading<'_>) {
    if let Some(response) = reading.operation.response(404) {
        let sentence = format!("If there is nothing at {}, the answer is 404.", reading.path());
        reading.holds(GET_ABSENT_404, Some(&response.origin), sentence);
    }
}

fn links(reading: &mut Reading<'_>) {
    let Some(response) = reading.operation.response(200) else {
        return;
    };
    let Some(first) = response.links.first() else {
        return;
    };
    let leads = response.links.iter().map(|link| {
        let target = reading.api.operation(link.target);
        format!("`{}` ({} {})", link.name.wire, target.method.as_str(), target.path.text)
    });
    let names: Vec<_> = response.links.iter().map(|link| link.name.wire.clone()).collect();
    let sentence = format!("What it returns forms requests that succeed: {}.", and(&leads.collect::<Vec<_>>()));
    reading.holds(GET_LINKS_RESOLVE, Some(&first.origin), sentence).parameters.push(("links", names.join(", ")));
}

fn head(reading: &mut Reading<'_>) {
    let path = reading.path();
    let (origin, is_get) = match reading.method() {
        Method::Get => (reading.neighbour(Method::Head).map(|head| &head.origin), true),
        Method::Head if reading.neighbour(Method::Get).is_some() => (Some(&reading.operation.origin), false),
        Method::Head
        | Method::Put
        | Method::Post
        | Method::Patch
        | Method::Delete
        | Method::Options
        | Method::Trace
        | Method::Query
        | Method::Other(_) => return,
    };
    let sentence = if is_get {
        format!("HEAD {path} is answered with the status and header fields of GET.")
    } else {
        "It is answered with the status and header fields of GET.".to_owned()
    };
    reading.holds(HEAD_MIRRORS_GET, origin, sentence);
    let sentence = "HEAD has no content, and a `Content-Length` only if it is that of GET.";
    reading.holds(HEAD_LENGTH_TRUE, None, sentence);
}

/// Declared only: HTTP promises nothing about when a write is seen.
fn read_after_write(reading: &mut Reading<'_>) {
    let semantics = &reading.operation.semantics;
    let Some(consistency) = semantics.consistency else {
        return;
    };
    let Some(read) = reading.reader().filter(|_| reading.writes() || written_elsewhere(reading)) else {
        return;
    };
    let (read, within) = (title(read), semantics.within);
    let bound = within.map_or_else(|| "later".to_owned(), |within| format!("within {}", duration_text(within)));
    let writes = reading.writes();
    let sentence = match (consistency, writes) {
        (Consistency::Linearizable, true) => {
            format!("Once it has succeeded, every later {read} shows it.")
        }
        (Consistency::Linearizable, false) => {
            "It shows every write that was acknowledged before it was sent.".to_owned()
        }
        (Consistency::ReadYourWrites, true) => {
            format!("Once it has succeeded, a later {read} of its caller shows it.")
        }
        (Consistency::ReadYourWrites, false) => "It shows the acknowledged writes of its caller.".to_owned(),
        (Consistency::Eventual, true) => format!("{read} shows it {bound}."),
        (Consistency::Eventual, false) => format!("It shows what was written {bound}."),
    };
    let origin = reading.word("consistency");
    let promise = reading.holds(READ_AFTER_WRITE, origin, sentence);
    promise.parameters.push(("consistency", consistency.as_str().to_owned()));
    promise.parameters.extend(within.map(|within| ("within", format!("{within} ms"))));
}

/// Whether what this GET reads can be written by some other operation.
fn written_elsewhere(reading: &Reading<'_>) -> bool {
    let writer = |method| reading.neighbour(method).is_some();
    let by_resource = reading
        .resource
        .is_some_and(|resource| [resource.create, resource.put, resource.delete].iter().any(Option::is_some));
    let reads = matches!(reading.method(), Method::Get | Method::Query);
    reads && (by_resource || [Method::Put, Method::Post, Method::Patch, Method::Delete].into_iter().any(writer))
}

/// Only what is required on every declared response counts: a client that cannot rely on it has nothing.
fn access_info(reading: &mut Reading<'_>) {
    let responses = &reading.operation.responses;
    let Some((first, rest)) = responses.split_first() else {
        return;
    };
    let everywhere = |header: &&ResponseHeader| {
        let same = |response: &Response| response.header(&header.name.wire).is_some_and(|other| other.required);
        is_access_info(header.role) && header.required && rest.iter().all(same)
    };
    let headers: Vec<&ResponseHeader> = first.headers.iter().filter(everywhere).collect();
    let Some(header) = headers.first() else {
        return;
    };
    let names: Vec<_> = headers.iter().map(|header| format!("`{}`", header.name.wire)).collect();
    let verb = if names.len() == 1 { "stands" } else { "stand" };
    let sentence = format!("{} {verb} on every response, errors and HEAD included.", and(&names));
    reading.holds(META_ACCESS_INFO, Some(&header.origin), sentence).parameters.push(("headers", names.join(", ")));

    if let Some(remaining) = headers.iter().find(|header| header.role == HeaderRole::RateRemaining) {
        let sentence = format!("Within a window `{}` only falls.", remaining.name.wire);
        reading.holds(META_RATE_MONOTONE, Some(&remaining.origin), sentence);
    }
}

fn is_access_info(role: HeaderRole) -> bool {
    match role {
        HeaderRole::RateLimit | HeaderRole::RateRemaining | HeaderRole::RateReset | HeaderRole::RequestId => true,
        HeaderRole::Plain
        | HeaderRole::ETag
        | HeaderRole::LastModified
        | HeaderRole::Location
        | HeaderRole::RetryAfter
        | HeaderRole::WwwAuthenticate
        | HeaderRole::Link => false,
    }
}

fn retry_after(reading: &mut Reading<'_>) {
    let refusals = [429, 503].into_iter().filter_map(|code| reading.operation.response(code));
    let with = refusals.filter_map(|response| {
        let header = response.headers.iter().find(|header| header.role == HeaderRole::RetryAfter && header.required)?;
        Some((status_text(response.status), header))
    });
    let with: Vec<_> = with.collect();
    let Some((_, header)) = with.first() else {
        return;
    };
    let statuses: Vec<_> = with.iter().map(|(status, _)| status.clone()).collect();
    let sentence = format!("A {} says in `Retry-After` when to come again, and had no effect.", statuses.join(" or "));
    reading
        .holds(RATE_429_RETRY_AFTER, Some(&header.origin), sentence)
        .parameters
        .push(("statuses", statuses.join(", ")));
}
