//! Strings: of a format, of a pattern, of a length.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;

use super::Drawer;
use super::facets::Facets;
use crate::json::Json;
use crate::random::Random;

/// A string that would have to be longer is not drawn.
const LONGEST: usize = 3_000;

/// Formats with texts that are of them, in all the ways in which they may be written, and texts that are not.
const FORMATS: &[(&str, &[&str], &[&str])] = &[
    (
        "date-time",
        &[
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00+02:00",
            "2026-01-31T12:00:00.120Z",
            "1985-04-12T23:20:50.123456789-08:30",
            "2016-12-31T23:59:60Z",
            "2026-01-31t12:00:00z",
            "0001-01-01T00:00:00Z",
        ],
        &["2026-01-31", "2026-13-31T12:00:00Z", "2026-01-31T12:00:00", "now"],
    ),
    ("date", &["2024-02-29", "1970-01-01", "0001-01-01", "9999-12-31"], &["2023-02-29", "2024-2-9", "today"]),
    ("time", &["12:00:00Z", "23:59:59.5+01:00"], &["25:00:00Z", "noon"]),
    (
        "decimal",
        &["12.50", "-3", "123456789012345678901234567890.000000000000000001", ".5", "1e3"],
        &["1,5", "twelve", ""],
    ),
    ("duration", &["P1DT2H", "PT0S", "P3W"], &["1 day", "P"]),
    (
        "uuid",
        &["e8b24c28-be9c-4da0-ac71-1dd00d99188a", "E8B24C28-BE9C-4DA0-AC71-1DD00D99188A"],
        &["e8b24c28be9c4da0ac711dd00d99188a", "e8b24c28-be9c-4da0-ac71-1dd00d99188", "none"],
    ),
    ("byte", &["AP8Q", "YQ==", ""], &["AP8", "ä"]),
    ("email", &["a@example.org", "first.last+tag@example.org"], &["a", "@b"]),
    ("uri", &["https://example.org/a?b#c", "urn:x:y", "mailto:a@example.org"], &["not a uri", "/relative"]),
    ("uri-reference", &["/a/b", "https://example.org", "#c"], &["a b"]),
    ("ipv4", &["127.0.0.1", "255.255.255.255"], &["256.0.0.1", "::1"]),
    ("ipv6", &["::1", "2001:db8::ff"], &["127.0.0.1", ":::"]),
    ("hostname", &["a.example.org", "localhost"], &["-a", "a..b"]),
    ("uri-template", &["/a{?b,c*}", "https://example.org/{+a}"], &["/a{", "/a b"]),
    ("json-pointer", &["/a/b~0", ""], &["a"]),
    ("regex", &["^a+$"], &["("]),
];

impl<'s> Drawer<'s> {
    pub(super) fn text(&mut self, facets: &Facets<'s>) -> Json {
        let format = facets.any("format").and_then(Value::as_str);
        let patterns: Vec<&str> = facets.all("pattern").filter_map(Value::as_str).collect();
        let least = facets.largest("minLength").unwrap_or(0).min(LONGEST);
        let greatest = facets.smallest("maxLength").unwrap_or(usize::MAX);
        self.note(format.map_or_else(|| "string".to_owned(), |format| format!("format {format}")));
        if facets.any("minLength").is_some() || facets.any("maxLength").is_some() {
            self.note("length");
        }
        let known = FORMATS.iter().find(|(name, ..)| Some(*name) == format);
        let drawn = match (known, patterns.first()) {
            (_, Some(pattern)) => {
                self.note("pattern");
                if self.is_breaking {
                    self.break_pattern(pattern, least, greatest);
                }
                let text = matching(pattern, &mut self.random);
                text.or_else(|| facets.all("examples").find_map(first_text)).unwrap_or_default()
            }
            (Some((_, right, _)), None) => (*self.random.choose(right).unwrap_or(&"")).to_owned(),
            (None, None) => self.free_text(),
        };
        for wrong in known.iter().flat_map(|(_, _, wrong)| *wrong) {
            self.break_here(format!("format {}", format.unwrap_or_default()), Json::text(wrong));
        }
        let drawn = if patterns.is_empty() && known.is_none() { fitted(drawn, least, greatest) } else { drawn };
        self.break_length(&drawn, least, greatest);
        Json::String(drawn)
    }

    fn free_text(&mut self) -> String {
        let some = ["text", "Zwölf Boxkämpfer", "quote \" and \\ and \n", "", "日本語 🦀", "0", "null"];
        (*self.random.choose(&some).unwrap_or(&"text")).to_owned()
    }

    fn break_length(&mut self, drawn: &str, least: usize, greatest: usize) {
        if let Some(fewer) = least.checked_sub(1) {
            self.break_here("length", Json::String(drawn.chars().take(fewer).collect()));
        }
        if greatest < LONGEST {
            let last = drawn.chars().last().unwrap_or('a');
            let more: String = drawn.chars().chain(std::iter::repeat(last)).take(greatest + 1).collect();
            self.break_here("length", Json::String(more));
        }
    }

    fn break_pattern(&mut self, pattern: &str, least: usize, greatest: usize) {
        let schema = serde_json::json!({ "pattern": pattern });
        let Ok(validator) = jsonschema::validator_for(&schema) else { return };
        let candidates = ["\u{1}", "unlike this", "-", "0", "Ä", " ", "unlike!", ""];
        let fit = candidates.iter().map(|text| fitted((*text).to_owned(), least, greatest));
        if let Some(unlike) = fit.into_iter().find(|text| !validator.is_valid(&Value::from(text.as_str()))) {
            self.break_here("pattern", Json::String(unlike));
        }
    }
}

fn first_text(examples: &Value) -> Option<String> {
    examples.as_array()?.iter().find_map(Value::as_str).map(str::to_owned)
}

/// The text, made longer or shorter.
fn fitted(text: String, least: usize, greatest: usize) -> String {
    let count = text.chars().count();
    if count > greatest {
        return text.chars().take(greatest).collect();
    }
    text.chars().chain(std::iter::repeat_n('a', least.saturating_sub(count))).collect()
}

/// A text that a pattern matches; `None` where the pattern says what only other engines understand.
pub(super) fn matching(pattern: &str, random: &mut Random) -> Option<String> {
    let hir = regex_syntax::ParserBuilder::new().build().parse(pattern).ok()?;
    let mut text = String::new();
    write(&hir, random, &mut text);
    Some(text)
}

fn write(hir: &Hir, random: &mut Random, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(one_of(class, random)),
        HirKind::Repetition(repetition) => {
            let least = repetition.min;
            let greatest = repetition.max.unwrap_or(least + 3).min(least + 3);
            let span = usize::try_from(greatest - least).unwrap_or(0) + 1;
            let times = usize::try_from(least).unwrap_or(0) + random.below(span);
            for _ in 0..times.min(LONGEST) {
                write(&repetition.sub, random, text);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, random, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, random, text)),
        HirKind::Alternation(parts) => {
            if let Some(part) = random.choose(parts) {
                write(part, random, text);
            }
        }
    }
}

/// A character of a class, of ASCII where there is one.
fn one_of(class: &Class, random: &mut Random) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
        }
    };
    let shown = |(start, end): &(char, char)| (*start.max(&' '), *end.min(&'~'));
    let ascii: Vec<(char, char)> = ranges.iter().map(shown).filter(|(start, end)| start <= end).collect();
    let (start, end) = *random.choose(if ascii.is_empty() { &ranges } else { &ascii })?;
    let span = u32::from(end) - u32::from(start) + 1;
    let offset = u32::try_from(random.below(usize::try_from(span).ok()?)).ok()?;
    char::from_u32(u32::from(start) + offset).or(Some(start))
}
