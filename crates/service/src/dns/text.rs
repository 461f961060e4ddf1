//! Names and texts as master files write them (RFC 1035, section 5.1).

use super::APEX;

/// The longest name, with the dot at its end.
const LONGEST: usize = 254;
const LONGEST_LABEL: usize = 63;
/// How many octets a character string holds (RFC 1035, section 3.3).
const STRING: usize = 255;

/// Is this a host name: whole with a dot at the end, below the domain without, or the domain itself?
pub(super) fn is_host(text: &str) -> bool {
    let labels = text.strip_suffix('.').unwrap_or(text);
    text == APEX || text.len() <= LONGEST && labels.split('.').all(is_label)
}

/// Is this a mailbox, with a dot where mail has `@`?
pub(super) fn is_mailbox(text: &str) -> bool {
    text != APEX && is_host(text)
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let at_ends = !label.starts_with('-') && !label.ends_with('-');
    (1..=LONGEST_LABEL).contains(&label.len()) && at_ends && label.bytes().all(allowed)
}

/// A text as character strings in quotes. What is not printable ASCII is written as the numbers of its octets.
pub(super) fn quoted(text: &str) -> String {
    let strings = text.as_bytes().chunks(STRING).map(|octets| {
        let escaped: String = octets.iter().map(|octet| escape(*octet)).collect();
        format!("\"{escaped}\"")
    });
    strings.collect::<Vec<String>>().join(" ")
}

fn escape(octet: u8) -> String {
    match octet {
        b'"' | b'\\' => format!("\\{}", char::from(octet)),
        b' '..=b'~' => char::from(octet).to_string(),
        _ => format!("\\{octet:03}"),
    }
}
