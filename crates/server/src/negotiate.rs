//! Media types: what a request says its body is (415) and what its sender accepts (406; RFC 9110, section 12.5.1).

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use methodical_wire::{Encoding, Operation, RequestBody, StatusPattern};

use crate::failure::Failure;

/// Refuses a body of another media type than the declared one. Parameters such as `charset` do not count.
pub(crate) fn check_content_type(
    declared: &RequestBody,
    headers: &HeaderMap,
    body_is_empty: bool,
) -> Result<(), Failure> {
    let mut fields = headers.get_all(CONTENT_TYPE).iter();
    let sent = fields.next().map(|field| field.to_str().unwrap_or("?"));
    // Of two fields somebody before us may have believed the other.
    let once = fields.next().is_none();
    let fits = match sent {
        None => body_is_empty,
        Some(sent) => once && accepts_body(declared, essence(sent)),
    };
    if fits || (body_is_empty && !declared.required) {
        return Ok(());
    }
    let wanted = declared.media_type;
    let detail = match sent {
        None => format!("The request has a body without a `Content-Type`; `{wanted}` is expected."),
        Some(_) if !once => format!("The request says twice what its body is; `{wanted}` is expected."),
        Some(sent) => format!("The body is `{}`; `{wanted}` is expected.", essence(sent).escape_debug()),
    };
    Err(Failure::new(415, detail))
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

fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

fn accepts_body(declared: &RequestBody, sent: &str) -> bool {
    let wanted = essence(declared.media_type);
    let json = |media_type: &str| {
        let media_type = media_type.to_ascii_lowercase();
        media_type == "application/json" || media_type.ends_with("+json")
    };
    match declared.encoding {
        Encoding::Json if json(wanted) => {
            sent.eq_ignore_ascii_case(wanted) || sent.eq_ignore_ascii_case("application/json")
        }
        Encoding::Json
        | Encoding::Problem
        | Encoding::Form
        | Encoding::Text
        | Encoding::Binary
        | Encoding::Multipart => range_weight(wanted, sent).is_some(),
    }
}

/// Refuses a request whose `Accept` leaves out every successful response's media type.
pub(crate) fn check_accept(operation: &Operation, headers: &HeaderMap) -> Result<(), Failure> {
    let fields: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|field| field.to_str().ok()).collect();
    let ranges = fields.join(",");
    if ranges.trim().is_empty() {
        return Ok(());
    }
    let successes = operation.responses.iter().filter(|response| may_be_success(response.status));
    let offered: Vec<&str> = successes.filter_map(|response| response.body).map(|body| body.media_type).collect();
    if offered.is_empty() || offered.iter().any(|media_type| accepts(&ranges, media_type)) {
        return Ok(());
    }
    let detail = format!("The response is `{}`, which `Accept` leaves out.", offered[0]);
    Err(Failure::new(406, detail))
}

fn may_be_success(status: StatusPattern) -> bool {
    match status {
        StatusPattern::Code(code) => (200..300).contains(&code),
        StatusPattern::Range(class) => class == 2,
        StatusPattern::Default => true,
    }
}

/// Whether the most specific range that covers a media type has a weight above nothing.
fn accepts(ranges: &str, media_type: &str) -> bool {
    let covering = ranges.split(',').filter_map(|range| {
        let specificity = range_weight(essence(range), essence(media_type))?;
        Some((specificity, weight(range) > 0.0))
    });
    covering.max_by_key(|(specificity, _)| *specificity).is_some_and(|(_, wanted)| wanted)
}

/// How specific a media range is that covers this media type: `*/*` 0, `type/*` 1, `type/subtype` 2.
fn range_weight(range: &str, media_type: &str) -> Option<u8> {
    if range == "*/*" {
        return Some(0);
    }
    if range.eq_ignore_ascii_case(media_type) {
        return Some(2);
    }
    let family = range.strip_suffix("/*")?;
    let (own, _) = media_type.split_once('/')?;
    family.eq_ignore_ascii_case(own).then_some(1)
}

fn weight(range: &str) -> f32 {
    let parameters = range.split(';').skip(1);
    let quality = parameters.filter_map(|parameter| parameter.trim().split_once('='));
    let mut quality = quality.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    quality.next().and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_range_decides() {
        let check = |ranges: &str| accepts(ranges, "application/json");
        assert!(check("*/*"));
        assert!(check("text/html, application/json;q=0.1"));
        assert!(check("Application/*"));
        assert!(!check("text/html"));
        assert!(!check("application/json;q=0, */*"));
        assert!(!check("application/problem+json"));
        assert!(!check(";;,,=q"));
    }
}
