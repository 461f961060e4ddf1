//! Places in a JSON text that has been parsed before.

use std::borrow::Cow;

use super::{Builder, Container};

pub(super) fn read(text: &str, builder: &mut Builder) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' | b'[' if builder.folds() => {
                at = end_of_container(bytes, at);
                builder.folded(start..at);
            }
            b'{' => _ = builder.open(Container::Object, start),
            b'[' => _ = builder.open(Container::Array, start),
            b'}' | b']' => builder.close(Some(at)),
            b'"' => {
                at = end_of_string(bytes, at);
                if builder.awaits_key() {
                    builder.key(&unquote(&text[start..at]), start..at);
                } else {
                    builder.value(start..at);
                }
            }
            b'-' | b'0'..=b'9' | b'a'..=b'z' => {
                at += bytes[at..].iter().take_while(|byte| is_in_word(**byte)).count();
                builder.value(start..at);
            }
            _ => {}
        }
    }
}

/// The byte after the closing bracket of the container whose content begins at `at`.
fn end_of_container(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 1;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = end_of_string(bytes, at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return at,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    bytes.len()
}

/// The byte after the closing quote of the string whose content begins at `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// Whether a byte goes on with a number, `true`, `false` or `null`.
fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

fn unquote(quoted: &str) -> Cow<'_, str> {
    if quoted.contains('\\') {
        serde_json::from_str::<String>(quoted).map_or(Cow::Borrowed(quoted), Cow::Owned)
    } else {
        Cow::Borrowed(quoted.trim_matches('"'))
    }
}
