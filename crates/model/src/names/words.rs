//! Cutting names into words, and joining them.

use std::borrow::Cow;

use unicode_ident::{is_xid_continue, is_xid_start};

/// The words of a name, in lower case. Never empty, and the first begins as an identifier may.
///
/// A word ends where a character stands that no identifier has, where a capital follows a small letter (`petId`), and
/// before the last of several capitals (`HTTPServer`). Digits stay with what is before them (`ipV4`).
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = if text.is_ascii() { cut_ascii(&spelt_sign(text)) } else { cut(&spelt_sign(text)) };
    if words.is_empty() {
        words = spelt_symbols(text);
    }
    // `n` for number: an identifier cannot begin with a digit.
    if let Some(first) = words.first_mut().filter(|first| !first.starts_with(is_xid_start)) {
        first.insert(0, 'n');
    }
    words
}

/// `pet_id`.
pub(crate) fn snake(words: &[String]) -> String {
    words.join("_")
}

/// `PetId`.
pub(crate) fn pascal(words: &[String]) -> String {
    let mut pascal = String::new();
    for word in words {
        // Two numbers that would run together are kept apart: `v1_1` and `v11` are two things.
        let digits_meet = pascal.ends_with(|last: char| last.is_ascii_digit())
            && word.starts_with(|first: char| first.is_ascii_digit());
        if digits_meet {
            pascal.push('_');
        }
        let mut characters = word.chars();
        pascal.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        pascal.push_str(characters.as_str());
    }
    pascal
}

/// The singular of an English noun in the plural, by its ending.
pub(crate) fn singular(noun: &str) -> String {
    const SINGULAR_ENDINGS: &[&str] = &["ss", "us", "is", "news", "series"];
    if SINGULAR_ENDINGS.iter().any(|ending| noun.ends_with(ending)) {
        return noun.to_owned();
    }
    for (plural, ending) in [("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", "")] {
        if let Some(stem) = noun.strip_suffix(plural).filter(|stem| !stem.is_empty()) {
            return format!("{stem}{ending}");
        }
    }
    noun.to_owned()
}

/// As [`cut`], for texts of which each byte is a character: nearly all.
fn cut_ascii(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for (index, &byte) in bytes.iter().enumerate() {
        let previous = index.checked_sub(1).map(|before| char::from(bytes[before]));
        let next = bytes.get(index + 1).copied().map(char::from);
        if !byte.is_ascii_alphanumeric() {
            is_open = false;
            continue;
        }
        let lower = char::from(byte.to_ascii_lowercase());
        match words.last_mut().filter(|_| is_open && !begins_word(previous, char::from(byte), next)) {
            Some(word) => word.push(lower),
            None => words.push(String::from(lower)),
        }
        is_open = true;
    }
    words
}

fn cut(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (index, &character) in characters.iter().enumerate() {
        let previous = index.checked_sub(1).map(|before| characters[before]);
        if !is_part(character) || begins_word(previous, character, characters.get(index + 1).copied()) {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        }
        if is_part(character) {
            word.extend(character.to_lowercase().filter(|lower| is_xid_continue(*lower)));
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// Whether an identifier may have it; the underscore separates.
fn is_part(character: char) -> bool {
    character != '_' && is_xid_continue(character)
}

fn begins_word(previous: Option<char>, character: char, next: Option<char>) -> bool {
    let Some(previous) = previous else {
        return false;
    };
    let after_small = previous.is_lowercase() || previous.is_numeric();
    let last_capital = previous.is_uppercase() && next.is_some_and(char::is_lowercase);
    character.is_uppercase() && (after_small || last_capital)
}

/// A sign before a digit is the whole difference between two names (`+1`, `-1`): it is spelt out.
fn spelt_sign(text: &str) -> Cow<'_, str> {
    let (sign, rest) = match text.chars().next() {
        Some('+') => ("plus ", &text[1..]),
        Some('-') => ("minus ", &text[1..]),
        _ => return Cow::Borrowed(text),
    };
    if rest.starts_with(|first: char| first.is_ascii_digit()) { format!("{sign}{rest}").into() } else { text.into() }
}

/// Names for what has no letter and no digit at all.
fn spelt_symbols(text: &str) -> Vec<String> {
    if text.is_empty() {
        return vec!["empty".to_owned()];
    }
    text.chars().map(spelt_symbol).collect()
}

fn spelt_symbol(symbol: char) -> String {
    let word = match symbol {
        ' ' => "space",
        '!' => "not",
        '#' => "hash",
        '$' => "dollar",
        '%' => "percent",
        '&' => "and",
        '*' => "star",
        '+' => "plus",
        ',' => "comma",
        '-' => "minus",
        '.' => "dot",
        '/' => "slash",
        ':' => "colon",
        '<' => "less",
        '=' => "equal",
        '>' => "greater",
        '?' => "question",
        '@' => "at",
        '^' => "caret",
        '_' => "underscore",
        '|' => "or",
        '~' => "tilde",
        other => return format!("u{:x}", u32::from(other)),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{cut, cut_ascii, singular};

    #[test]
    fn texts_of_ascii_are_cut_as_all_others_are() {
        let texts =
            ["petId", "HTTPServer", "ipV4Address", "a__b", "_x", "x_", "/a/{b}", "v1_1", "A", "aB9C", "9Ab", "", "-"];
        for text in texts {
            assert_eq!(cut_ascii(text), cut(text), "{text}");
        }
    }

    #[test]
    fn plurals_lose_their_ending() {
        let pairs = [("tags", "tag"), ("ssh_keys", "ssh_key"), ("policies", "policy"), ("addresses", "address")];
        let kept = [("status", "status"), ("analysis", "analysis"), ("news", "news"), ("s", "s"), ("sheep", "sheep")];
        for (plural, expected) in pairs.into_iter().chain(kept) {
            assert_eq!(singular(plural), expected);
        }
    }
}
