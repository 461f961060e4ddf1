//! What an answer says beside its body. It stands on every outcome and on every error that an answer led to: how much
//! of the rate limit is left, for one, is most wanted exactly when a call was refused (META-ACCESS-INFO).

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, header};
use methodical_wire::{Etag, HeaderError, ResponseHeaders};
use url::Url;

const REQUEST_ID: [HeaderName; 2] = [HeaderName::from_static("x-request-id"), HeaderName::from_static("request-id")];
const LIMIT: [HeaderName; 2] =
    [HeaderName::from_static("ratelimit-limit"), HeaderName::from_static("x-ratelimit-limit")];
const REMAINING: [HeaderName; 2] =
    [HeaderName::from_static("ratelimit-remaining"), HeaderName::from_static("x-ratelimit-remaining")];
const RESET: [HeaderName; 2] =
    [HeaderName::from_static("ratelimit-reset"), HeaderName::from_static("x-ratelimit-reset")];

/// What an answer says beside its body.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Meta {
    /// The status.
    pub status: u16,
    /// The entity tag of the resource.
    pub etag: Option<Etag>,
    /// How much the caller may still ask for.
    pub rate: Option<Rate>,
    /// The name under which the server knows the request.
    pub request_id: Option<String>,
    /// How often the request was sent for this answer, repetitions by us counted.
    pub attempts: u32,
    /// `Location`, resolved against the request's URL.
    pub location: Option<Location>,
    /// All headers.
    pub headers: HeaderMap,
}

/// The state of the caller's rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many requests a window allows.
    pub limit: u64,
    /// How many are left in the present one.
    pub remaining: u64,
    /// When it ends, in the server's unit: seconds from now, or of the Unix epoch.
    pub reset: Option<u64>,
}

/// The URL of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location(Url);

impl Location {
    pub(crate) fn new(url: Url) -> Location {
        Location(url)
    }

    /// The URL.
    pub fn as_url(&self) -> &Url {
        &self.0
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Meta {
    pub(crate) fn read(status: u16, headers: HeaderMap, asked: &Url, attempts: u32) -> Meta {
        let location = text(&headers, &header::LOCATION).and_then(|to| asked.join(to).ok()).map(Location);
        let request_id = first(&headers, &REQUEST_ID).map(str::to_owned);
        let etag = text(&headers, &header::ETAG).and_then(|etag| etag.parse().ok());
        Meta { status, etag, rate: read_rate(&headers), request_id, attempts, location, headers }
    }

    /// The declared header fields of an answer, by their schemas.
    ///
    /// # Errors
    /// When one that is required is absent, or one is not what its schema says.
    pub fn typed_headers<H: ResponseHeaders>(&self) -> Result<H, HeaderError> {
        H::from_fields(|name| {
            let mut fields = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
            // A cookie may hold a comma, and so several are no list (RFC 9110, section 5.3).
            if name.eq_ignore_ascii_case(header::SET_COOKIE.as_str()) {
                return fields.next().map(str::to_owned);
            }
            let fields: Vec<&str> = fields.collect();
            (!fields.is_empty()).then(|| fields.join(", "))
        })
    }

    /// What the answer says that its body is.
    pub(crate) fn media_type(&self) -> Option<&str> {
        text(&self.headers, &header::CONTENT_TYPE)
    }

    /// `Retry-After`, from now on.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(text(&self.headers, &header::RETRY_AFTER)?, SystemTime::now())
    }
}

/// Seconds, or a date (RFC 9110, section 10.2.3); a date that has passed is no wait at all.
fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Longer than can be counted is for ever, and not "unknown".
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

fn read_rate(headers: &HeaderMap) -> Option<Rate> {
    let number = |names: &[HeaderName]| first(headers, names)?.parse().ok();
    Some(Rate { limit: number(&LIMIT)?, remaining: number(&REMAINING)?, reset: number(&RESET) })
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn first<'h>(headers: &'h HeaderMap, names: &[HeaderName]) -> Option<&'h str> {
    names.iter().find_map(|name| text(headers, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> Meta {
        let headers = pairs
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)));
        Meta::read(200, headers.collect(), &Url::parse("https://a.example/v1/tags").unwrap(), 1)
    }

    #[test]
    fn what_is_known_is_read_and_the_rest_is_left() {
        let meta = read(&[
            ("etag", "W/\"1\""),
            ("ratelimit-limit", "10"),
            ("ratelimit-remaining", "9"),
            ("x-request-id", "r1"),
            ("location", "/v1/tags/a"),
        ]);
        assert_eq!(meta.etag.map(|etag| etag.to_string()).as_deref(), Some("W/\"1\""));
        assert_eq!(meta.rate, Some(Rate { limit: 10, remaining: 9, reset: None }));
        assert_eq!(meta.request_id.as_deref(), Some("r1"));
        assert_eq!(meta.location.unwrap().to_string(), "https://a.example/v1/tags/a");
        let none = read(&[("etag", "bare"), ("ratelimit-limit", "many")]);
        assert_eq!((none.etag, none.rate, none.location), (None, None, None));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        let check = |text, expect: Option<u64>| assert_eq!(retry_after(text, now), expect.map(Duration::from_secs));
        check("7", Some(7));
        check("Sun, 06 Nov 1994 08:49:57 GMT", Some(20));
        check("Sun, 06 Nov 1994 08:49:07 GMT", Some(0));
        check("99999999999999999999", Some(u64::MAX));
        check("-1", None);
        check("+1", None);
        check("", None);
        check("soon", None);
    }
}
