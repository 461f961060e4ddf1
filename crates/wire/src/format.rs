//! The checks behind `format`. They refuse what is certainly wrong and accept what a reasonable server accepts.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{Date, Timestamp, Uuid};

/// What text has to look like, as far as it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// RFC 3339 `date-time`.
    DateTime,
    /// RFC 3339 `full-date`.
    Date,
    /// RFC 3339 `full-time`; the offset may be missing, as it is in most times of day.
    Time,
    /// ISO 8601 durations, as in appendix A of RFC 3339; the last part may have a fraction.
    Duration,
    /// RFC 9562, with hyphens.
    Uuid,
    /// RFC 4648 base64 with padding.
    Base64,
    /// An address in the plain `local@domain` form.
    Email,
    /// A URI with a scheme.
    Uri,
    /// A URI, or what leads from one to another.
    UriReference,
    /// A URI with expressions in braces (RFC 6570).
    UriTemplate,
    /// Where something is in a JSON value (RFC 6901).
    JsonPointer,
    /// A dotted quad.
    Ipv4,
    /// RFC 4291 text.
    Ipv6,
    /// RFC 1123 labels.
    Hostname,
    /// A number in digits, of any length.
    Decimal,
    /// No format, or one that is not checked.
    Other,
}

impl Format {
    /// What `format` and `contentEncoding` say.
    pub(crate) fn of(format: Option<&str>, encoding: Option<&str>) -> Format {
        match (format, encoding) {
            (Some("date-time"), _) => Format::DateTime,
            (Some("date"), _) => Format::Date,
            (Some("time"), _) => Format::Time,
            (Some("duration"), _) => Format::Duration,
            (Some("uuid"), _) => Format::Uuid,
            (Some("byte"), _) | (None, Some("base64")) => Format::Base64,
            (Some("email"), _) => Format::Email,
            (Some("uri" | "url"), _) => Format::Uri,
            (Some("uri-reference"), _) => Format::UriReference,
            (Some("uri-template"), _) => Format::UriTemplate,
            (Some("json-pointer"), _) => Format::JsonPointer,
            (Some("ipv4"), _) => Format::Ipv4,
            (Some("ipv6"), _) => Format::Ipv6,
            (Some("hostname"), _) => Format::Hostname,
            (Some("decimal"), _) => Format::Decimal,
            (Some(_) | None, _) => Format::Other,
        }
    }
}

/// What the text should have been, if it is not that.
pub(crate) fn check_format(format: Format, text: &str) -> Option<&'static str> {
    let (right, wanted) = match format {
        Format::Other => return None,
        Format::DateTime => (is_date_time(text), "must be an RFC 3339 date and time, like 2026-01-31T12:00:00Z"),
        Format::Date => (is_date(text), "must be a date, like 2026-01-31"),
        Format::Time => (is_time(text), "must be a time, like 12:00:00Z"),
        Format::Duration => (is_duration(text), "must be a duration, like P1DT2H"),
        Format::Uuid => (text.len() == 36 && Uuid::try_parse(text).is_ok(), "must be a UUID"),
        Format::Base64 => (crate::base64::decode(text).is_some(), "must be base64"),
        Format::Email => (is_email(text), "must be an e-mail address"),
        Format::Uri => (is_uri(text), "must be a URI"),
        Format::UriReference => (!text.contains(is_forbidden), "must be a URI or a reference to one"),
        Format::UriTemplate => (is_uri_template(text), "must be a URI template, like /a{?b}"),
        Format::JsonPointer => (is_json_pointer(text), "must be a JSON pointer, like /a/0"),
        Format::Ipv4 => (text.parse::<Ipv4Addr>().is_ok(), "must be an IPv4 address"),
        Format::Ipv6 => (text.parse::<Ipv6Addr>().is_ok(), "must be an IPv6 address"),
        Format::Hostname => (is_hostname(text), "must be a host name"),
        Format::Decimal => (is_decimal(text), "must be a number in digits, like 12.50"),
    };
    (!right).then_some(wanted)
}

/// jiff reads more than RFC 3339 (spaces, brackets, missing minutes), so the shape is looked at first.
fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let zoned = match text.find(['Z', 'z']) {
        Some(at) => at + 1 == text.len(),
        None => text.len() >= 25 && matches!(bytes[text.len() - 6], b'+' | b'-') && bytes[text.len() - 3] == b':',
    };
    let separated = matches!(bytes.get(10), Some(b'T' | b't')) && bytes.get(16) == Some(&b':');
    let plain = bytes.iter().all(|byte| byte.is_ascii_digit() || b"-+:.TtZz".contains(byte));
    plain && separated && zoned && text.get(..10).is_some_and(is_date) && text.parse::<Timestamp>().is_ok()
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' && text.parse::<Date>().is_ok()
}

/// The date does not matter, and an offset is added where there is none.
fn is_time(text: &str) -> bool {
    let zoned = text.get(8..).is_some_and(|rest| rest.contains(['Z', 'z', '+', '-']));
    is_date_time(&format!("2016-12-31T{text}{}", if zoned { "" } else { "Z" }))
}

/// Digits with a sign, a point and an exponent, as far as there is need for them: what parsers of decimals have in common.
fn is_decimal(text: &str) -> bool {
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (unsigned(number), Some(unsigned(exponent))),
        None => (unsigned(text), None),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number = !(whole.is_empty() && fraction.is_empty()) && are_digits(whole) && are_digits(fraction);
    is_number && exponent.is_none_or(|exponent| !exponent.is_empty() && are_digits(exponent))
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    let (date, time) = rest.split_once('T').map_or((rest, None), |(date, time)| (date, Some(time)));
    let dated = are_parts(date, "YMD", time.is_none()) || time.is_none() && are_parts(date, "W", true);
    dated && !rest.is_empty() && time.is_none_or(|time| !time.is_empty() && are_parts(time, "HMS", true))
}

/// Numbers, each with one of these units behind it, in their order.
fn are_parts(text: &str, units: &str, may_have_fraction: bool) -> bool {
    let mut units = units;
    let mut rest = text;
    while let Some(end) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let (number, after) = rest.split_at(end);
        let Some(at) = units.find(&after[..1]) else {
            return false;
        };
        (units, rest) = (&units[at + 1..], &after[1..]);
        let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
        let is_last = rest.is_empty() && may_have_fraction;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || whole.len() < number.len() && !is_last {
            return false;
        }
    }
    rest.is_empty()
}

/// What stands in no URI.
fn is_forbidden(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "<>\"\\^`{|}".contains(c)
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let local_right =
        (1..=64).contains(&local.len()) && !local.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@');
    local_right && is_hostname(domain)
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let scheme_right = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    scheme_right && !rest.is_empty() && !rest.contains(is_forbidden)
}

/// Literal text as in URIs, and expressions: an operator, if any, and names, each with how much of its value is wanted.
fn is_uri_template(text: &str) -> bool {
    let mut pieces = text.split('{');
    let is_literal = |text: &str| !text.contains(is_forbidden);
    pieces.next().is_none_or(is_literal)
        && pieces.all(|piece| match piece.split_once('}') {
            Some((expression, literal)) => is_expression(expression) && is_literal(literal),
            None => false,
        })
}

fn is_expression(text: &str) -> bool {
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '%' | '.' | '-'))
    };
    let is_variable = |text: &str| match text.split_once(':') {
        Some((name, most)) => {
            is_name(name) && (1..=4).contains(&most.len()) && most.bytes().all(|c| c.is_ascii_digit())
        }
        None => is_name(text.strip_suffix('*').unwrap_or(text)),
    };
    text.strip_prefix(['+', '#', '.', '/', ';', '?', '&']).unwrap_or(text).split(',').all(is_variable)
}

fn is_json_pointer(text: &str) -> bool {
    (text.is_empty() || text.starts_with('/')) && text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

/// Labels by RFC 1123; beyond ASCII, letters and digits too, for internationalised names.
fn is_hostname(text: &str) -> bool {
    let label_right = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(label_right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert_eq!(check_format(format, text), None, "{text:?} is right");
        }
        for text in wrong {
            assert!(check_format(format, text).is_some(), "{text:?} is wrong");
        }
    }

    #[test]
    fn formats_accept_and_refuse() {
        check(
            Format::DateTime,
            &[
                "2020-09-21T13:11:08.481602Z",
                "2020-09-21T13:11:08+02:00",
                "2020-09-21t13:11:08z",
                "2016-12-31T23:59:60Z",
            ],
            &[
                "2020-09-21",
                "2020-09-21 13:11:08Z",
                "2020-09-21T13:11Z",
                "2020-13-21T13:11:08Z",
                "2020-09-21T13:11:08",
                "2020-09-21T13:11:08Z[UTC]",
                "",
                "é",
                "2020-09-21T13:11:08+0200",
                "ééééé-ééééééééééééééééé",
            ],
        );
        check(
            Format::Decimal,
            &["0", "-12.50", "+1", ".5", "5.", "1e-9", "1E+9", "123456789012345678901234567890.1"],
            &["", ".", "-", "1,5", "1e", "1.2.3", "NaN", "0x1", "1 ", "--1"],
        );
        check(Format::Date, &["2020-02-29"], &["2021-02-29", "2020-2-9", "20200229", "2020-02-29T00"]);
        check(Format::Uuid, &["67e55044-10b1-426f-9247-bb680e5fe0c8"], &["67e5504410b1426f9247bb680e5fe0c8", "x"]);
        check(
            Format::Time,
            &["12:00:00Z", "23:59:60+01:00", "12:00:00.5z", "16:04:05", "16:04:05.25"],
            &["25:00:00Z", "noon", "12:00", "", "12:00:00+01", "12:00:00é"],
        );
        check(
            Format::Duration,
            &["P1Y2M3DT4H5M6S", "PT0.5S", "P3W", "P1D", "PT36H"],
            &["", "P", "PT", "1D", "P1", "P1H", "PT1D", "P1WT1H", "P0.5DT1H", "P1D2Y", "-P1D", "P.5D"],
        );
        check(Format::UriReference, &["/a?b#c", "", "https://a/b", "../a"], &["a b", "<a>"]);
        check(
            Format::UriTemplate,
            &["", "/a", "https://a/b{/c,d*}{?e:3,f}", "{+path}/x", "/a{b-c}{%20d}"],
            &["/a{", "/a}", "{}", "{a b}", "{a}{", "{{a}}", "/a b", "{a:}", "{a,}"],
        );
        check(Format::JsonPointer, &["", "/", "/a/0", "/a~1b/~0"], &["a", "/a~", "/a~2b", "#/a"]);
        check(Format::Base64, &["", "AP8Q"], &["AP8", "ä"]);
        check(Format::Email, &["a@example.org", "a+b@localhost"], &["a", "@b", "a@", "a b@c", "a@b@"]);
        check(Format::Uri, &["https://a/b?c#d", "urn:x:y", "mailto:a@b"], &["/a", "a b:c", "1:a", "https:", ":a"]);
        check(Format::Ipv4, &["127.0.0.1"], &["127.0.0.1.1", "256.0.0.1", "::1"]);
        check(Format::Ipv6, &["::1", "2001:db8::"], &["127.0.0.1", ":::"]);
        check(Format::Hostname, &["a.example.org", "bücher.example"], &["", "-a", "a..b", "a_b"]);
        check(Format::Other, &["anything"], &[]);
    }
}
