//! JSON text cut into the texts of its members and items, so that numbers are read as exactly as they are written, which
//! `serde_json::Value` would not do beyond 64 bits.

use std::collections::BTreeMap;

/// The members of an object, sorted, each with its text. `None`: it is no object.
pub(crate) fn members(text: &str) -> Option<BTreeMap<String, &str>> {
    let mut members = BTreeMap::new();
    for entry in parts(text, '{', '}')? {
        let (name, value) = entry.split_at(colon(entry)?);
        members.insert(serde_json::from_str(name).ok()?, value.get(1..)?.trim());
    }
    Some(members)
}

/// The items of a list. `None`: it is no list.
pub(super) fn items(text: &str) -> Option<Vec<&str>> {
    parts(text, '[', ']')
}

/// What stands between brackets, cut at commas.
fn parts(text: &str, open: char, close: char) -> Option<Vec<&str>> {
    let inner = text.trim().strip_prefix(open)?.strip_suffix(close)?;
    let mut parts = Vec::new();
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let end = skip(rest)?;
        parts.push(rest[..end].trim());
        rest = rest[end..].strip_prefix(',').unwrap_or_default().trim_start();
    }
    Some(parts)
}

/// Where the first colon stands that is in no string.
fn colon(entry: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    entry.bytes().position(|byte| {
        let is_colon = byte == b':' && !quoted;
        quoted ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_colon
    })
}

/// Where the first part ends: at a comma that is in no brackets and no string. A text that ends within either is none.
fn skip(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_u32, false, false);
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => return Some(position),
            _ => {}
        }
    }
    (depth == 0 && !in_string).then_some(text.len())
}
