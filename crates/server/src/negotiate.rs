//! Media types: what a request says its body is (415) and what its sender accepts (406; RFC 9110, section 12.5.1).

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use methodical_wire::media::{content_of, essence, preferred};
use methodical_wire::{Content, Operation, RequestBody, StatusPattern};

use crate::failure::Failure;

/// Which of the declared contents a body is; a body of any other media type is refused. An empty one that may be left out is
/// the first, whatever it says.
pub(crate) fn choose_content(
    operation: &Operation,
    declared: &RequestBody,
    headers: &HeaderMap,
    body_is_empty: bool,
) -> Result<usize, Failure> {
    let mut fields = headers.get_all(CONTENT_TYPE).iter();
    let sent = fields.next().map(|field| field.to_str().unwrap_or("?"));
    // Of two fields somebody before us may have believed the other.
    let once = fields.next().is_none();
    let content = match sent {
        None => body_is_empty.then_some(0),
        Some(sent) => content_of(declared.contents, sent).filter(|_| once),
    };
    if let Some(content) = content.or((body_is_empty && !declared.required).then_some(0)) {
        return Ok(content);
    }
    let wanted = list(declared.contents);
    let detail = match sent {
        None => format!("The request has a body without a `Content-Type`; {wanted} is expected."),
        Some(_) if !once => format!("The request says twice what its body is; {wanted} is expected."),
        Some(sent) => format!("The body is `{}`; {wanted} is expected.", essence(sent).escape_debug()),
    };
    Err(Failure::unsupported(operation, declared.contents, detail))
}

/// `a`, `b` or `c`.
fn list(contents: &[Content]) -> String {
    let names: Vec<String> = contents.iter().map(|content| format!("`{}`", content.media_type)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Refuses a body that has been compressed: read as it stands, it would be something else than what was meant
/// (RFC 9110, section 8.4).
pub(crate) fn check_content_encoding(headers: &HeaderMap) -> Result<(), Failure> {
    let fields = headers.get_all(CONTENT_ENCODING).iter().map(|field| field.to_str().unwrap_or("?"));
    let mut codings = fields.flat_map(|field| field.split(',')).map(str::trim).filter(|coding| !coding.is_empty());
    match codings.find(|coding| !coding.eq_ignore_ascii_case("identity")) {
        None => Ok(()),
        Some(coding) => Err(Failure::encoded(coding)),
    }
}

/// Refuses a request whose `Accept` leaves out every successful response's media type. Of the first of these responses it
/// tells which content is preferred.
pub(crate) fn check_accept(operation: &Operation, headers: &HeaderMap) -> Result<usize, Failure> {
    let fields: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|field| field.to_str().ok()).collect();
    let ranges = fields.join(",");
    let successes = operation.responses.iter().filter(|response| may_be_success(response.status));
    let mut offered = successes.map(|response| response.contents).filter(|contents| !contents.is_empty()).peekable();
    let Some(first) = offered.peek().copied() else {
        return Ok(0);
    };
    match preferred(first, &ranges) {
        Some(content) => Ok(content),
        None if offered.any(|contents| preferred(contents, &ranges).is_some()) => Ok(0),
        None => Err(Failure::new(406, format!("The response is {}, which `Accept` leaves out.", list(first)))),
    }
}

fn may_be_success(status: StatusPattern) -> bool {
    match status {
        StatusPattern::Code(code) => (200..300).contains(&code),
        StatusPattern::Range(class) => class == 2,
        StatusPattern::Default => true,
    }
}
