//! Strings that keep formats, patterns and lengths.

use methodical_wire::Pattern;

use crate::schema::engine::Engine;
use crate::schema::facts::Texts;
use crate::schema::inclusion::checked;
use crate::schema::pattern::{Found, search};

/// Texts of formats.
const FORMATS: &[(&str, &[&str])] = &[
    ("date-time", &["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.120+02:00"]),
    ("date", &["2026-01-31"]),
    ("time", &["12:00:00Z"]),
    ("duration", &["P1DT2H", "PT0S"]),
    ("uuid", &["e8b24c28-be9c-4da0-ac71-1dd00d99188a"]),
    ("byte", &["AP8Q", "YQ==", ""]),
    ("email", &["somebody@example.org", "a@example.org"]),
    ("uri", &["https://example.org/a", "urn:x:y"]),
    ("uri-reference", &["/a/b", "https://example.org", "#c"]),
    ("uri-template", &["/a{?b}", "https://example.org/{a}"]),
    ("json-pointer", &["/a/0", ""]),
    ("ipv4", &["192.0.2.1"]),
    ("ipv6", &["2001:db8::1"]),
    ("hostname", &["example.org", "localhost"]),
    ("decimal", &["12.50", "3"]),
];

/// Texts of no format, each unlike the others.
const PLAIN: &[&str] = &["text", "", "a", "Two words", "0", "a b/c?", "-", "é"];

/// A text that would have to be longer is not made.
const LONGEST: u64 = 5_000;

impl Engine<'_> {
    /// Some strings that keep the facts, the simplest first.
    pub(in crate::schema) fn text_samples(&mut self, texts: &Texts) -> Vec<String> {
        let formats: Vec<&str> = checked(texts).collect();
        let mut candidates: Vec<String> = Vec::new();
        let of_format = FORMATS.iter().filter(|(name, _)| formats.contains(name)).flat_map(|(_, texts)| *texts);
        candidates.extend(of_format.map(|text| (*text).to_owned()));
        if !texts.patterns.is_empty() {
            let patterns: Vec<&str> = texts.patterns.iter().map(String::as_str).collect();
            for least in [texts.least, texts.least.max(1), texts.least.saturating_add(3)] {
                if let Found::Text(text) = search(&patterns, None, least, texts.most) {
                    candidates.push(text);
                }
            }
        }
        candidates.extend(PLAIN.iter().map(|text| (*text).to_owned()));
        let fitted: Vec<String> = candidates.iter().filter_map(|text| fitted(text, texts)).collect();
        candidates.extend(fitted);
        let mut samples: Vec<String> = Vec::new();
        for text in candidates {
            if !samples.contains(&text) && self.keeps_all(texts, &formats, &text) {
                samples.push(text);
            }
        }
        samples
    }

    fn keeps_all(&mut self, texts: &Texts, formats: &[&str], text: &str) -> bool {
        let count = text.chars().count() as u64;
        count >= texts.least
            && texts.most.is_none_or(|most| count <= most)
            && texts.patterns.iter().all(|pattern| Pattern::shared(pattern).matches(text))
            && formats.iter().all(|format| self.keeps("format", format, text))
    }
}

/// The text made longer or shorter.
fn fitted(text: &str, texts: &Texts) -> Option<String> {
    let least = usize::try_from(texts.least.min(LONGEST)).ok()?;
    let most = texts.most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let last = text.chars().last().unwrap_or('a');
    let longer: String =
        text.chars().chain(std::iter::repeat_n(last, least.saturating_sub(text.chars().count()))).collect();
    Some(longer.chars().take(most).collect())
}
