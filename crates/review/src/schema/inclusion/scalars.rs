//! Numbers and strings.

use methodical_wire::Exact;
use serde_json::Value as Json;

use super::{Facet, Gap, Wanted};
use crate::schema::engine::Engine;
use crate::schema::facts::{Bound, Numbers, Texts, is_within};
use crate::schema::pattern::{Found, search};

/// The formats that the validator checks.
const CHECKED: &[&str] = &[
    "date-time",
    "date",
    "time",
    "duration",
    "uuid",
    "byte",
    "email",
    "uri",
    "url",
    "uri-reference",
    "uri-template",
    "json-pointer",
    "ipv4",
    "ipv6",
    "hostname",
    "decimal",
];

impl Engine<'_> {
    pub(super) fn number_gaps(numbers: &Numbers, other: &Numbers, gaps: &mut Vec<Gap>) {
        let outside = |beyond: Numbers| {
            let mut outside = numbers.clone();
            outside.and(&beyond);
            outside.samples()
        };
        let ((least, most), (wanted_least, wanted_most)) = (numbers.bounds(), other.bounds());
        let turned = |bound: Option<Bound>| bound.map(|bound| Bound { exclusive: !bound.exclusive, ..bound });
        if !is_within(least, wanted_least, true) {
            let shown_by = outside(Numbers { most: turned(wanted_least), ..Numbers::default() });
            gaps.push(Gap { facet: Facet::Minimum, shown_by, doubt: None });
        }
        if !is_within(most, wanted_most, false) {
            let shown_by = outside(Numbers { least: turned(wanted_most), ..Numbers::default() });
            gaps.push(Gap { facet: Facet::Maximum, shown_by, doubt: None });
        }
        let mut fails = |facet, step: Exact| {
            let is_off =
                |value: &Json| value.as_number().and_then(Exact::of).is_some_and(|number| !number.is_multiple_of(step));
            let shown_by = numbers.samples().into_iter().filter(is_off).collect();
            gaps.push(Gap { facet, shown_by, doubt: None });
        };
        let whole = Exact::Integer(1);
        let is_multiple = |wanted: Exact| {
            let own = numbers.steps.iter().copied().chain(numbers.whole.then_some(whole));
            own.into_iter().any(|own| own.is_multiple_of(wanted))
        };
        if other.whole && !is_multiple(whole) {
            fails(Facet::Whole, whole);
        }
        for step in other.steps.iter().filter(|step| !is_multiple(**step)) {
            fails(Facet::MultipleOf, *step);
        }
    }

    pub(super) fn text_gaps(&mut self, texts: &Texts, other: &Texts, wanted: Wanted, gaps: &mut Vec<Gap>) {
        if texts.least < other.least {
            let shorter = Texts { most: other.least.checked_sub(1), ..Texts::default() };
            let shown_by = self.texts_within(texts, &shorter, wanted);
            gaps.push(Gap { facet: Facet::MinLength, shown_by, doubt: None });
        }
        if other.most.is_some_and(|most| texts.most.is_none_or(|own| own > most)) {
            let longer = Texts { least: other.most.unwrap_or(0).saturating_add(1), ..Texts::default() };
            let shown_by = self.texts_within(texts, &longer, wanted);
            gaps.push(Gap { facet: Facet::MaxLength, shown_by, doubt: None });
        }
        for format in checked(other) {
            if !checked(texts).any(|own| own == format || own == "uri" && format == "uri-reference") {
                let samples = self.texts_within(texts, &Texts::default(), wanted);
                let wrong = |value: &Json| value.as_str().is_some_and(|text| !self.keeps("format", format, text));
                let shown_by = samples.into_iter().filter(wrong).collect();
                gaps.push(Gap { facet: Facet::Format, shown_by, doubt: None });
            }
        }
        for pattern in other.patterns.difference(&texts.patterns) {
            let own: Vec<&str> = texts.patterns.iter().map(String::as_str).collect();
            let (found, doubt) = match search(&own, Some(pattern), texts.least, texts.most) {
                Found::Nothing => continue,
                Found::Text(text) => (Some(Json::from(text)), None),
                Found::Unknown => (None, Some("the patterns cannot be compared")),
            };
            let shown_by = found.into_iter().chain(self.texts_within(texts, &Texts::default(), wanted)).collect();
            gaps.push(Gap { facet: Facet::Pattern, shown_by, doubt });
        }
    }

    /// Strings that keep two sets of facts, where values are wanted.
    fn texts_within(&mut self, texts: &Texts, more: &Texts, wanted: Wanted) -> Vec<Json> {
        if wanted == Wanted::Whether {
            return Vec::new();
        }
        let mut both = texts.clone();
        both.and(more);
        self.text_samples(&both).into_iter().map(Json::from).collect()
    }
}

/// The formats that are checked; base64 and URIs have two names each.
pub(in crate::schema) fn checked(texts: &Texts) -> impl Iterator<Item = &'static str> + '_ {
    let encoded = texts.formats.is_empty() && texts.encodings.contains("base64");
    let named = CHECKED.iter().copied().filter(|name| texts.formats.contains(*name));
    named.map(|name| if name == "url" { "uri" } else { name }).chain(encoded.then_some("byte"))
}
