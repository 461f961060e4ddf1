//! Numbers and strings.

use std::collections::BTreeSet;

use methodical_wire::Exact;

use super::Visit;
use super::words::{Told, listed};
use crate::Way;
use crate::schema::change::{SchemaChangeKind, Verdict};
use crate::schema::facts::{Bound, Numbers, Texts, has_width};
use crate::schema::inclusion::{Facet, Gap};

impl Visit<'_, '_> {
    pub(super) fn compare_numbers(&mut self, old: &Numbers, new: &Numbers, gaps: &[Gap]) {
        if old.whole != new.whole {
            let name = |numbers: &Numbers| Some(if numbers.whole { "integer" } else { "number" }.to_owned());
            let told = Told { name: "type", before: name(old), after: name(new) };
            self.fact(SchemaChangeKind::TypeChanged, told, gaps, &Facet::Whole);
        }
        let formats_differ = old.formats != new.formats;
        if formats_differ {
            let told = Told { name: "format", before: all(&old.formats), after: all(&new.formats) };
            let narrows = gaps.iter().find(|gap| matches!(gap.facet, Facet::Minimum | Facet::Maximum));
            let narrows = narrows.filter(|_| (old.least, old.most) == (new.least, new.most));
            let facet = narrows.map_or(Facet::Format, |gap| gap.facet.clone());
            let otherwise = self.annotation("format", [&old.formats, &new.formats]);
            self.fact_or(SchemaChangeKind::FormatChanged, told, gaps, &facet, otherwise);
        }
        let kinds =
            [(old.least, new.least, "minimum", Facet::Minimum), (old.most, new.most, "maximum", Facet::Maximum)];
        for (before, after, name, facet) in kinds {
            if before == after {
                continue;
            }
            let kind = bound_kind(before, after, facet == Facet::Minimum);
            let told = Told { name, before: before.map(bound), after: after.map(bound) };
            self.fact(kind, told, gaps, &facet);
        }
        if steps(old) != steps(new) {
            let told = Told { name: "step (`multipleOf`)", before: all(&steps(old)), after: all(&steps(new)) };
            self.fact(SchemaChangeKind::MultipleOfChanged, told, gaps, &Facet::MultipleOf);
        }
    }

    pub(super) fn compare_texts(&mut self, old: &Texts, new: &Texts, gaps: &[Gap]) {
        self.compare_counts([old.least, new.least], [old.most, new.most], &TEXT, gaps);
        if old.patterns != new.patterns {
            let told = Told { name: "pattern", before: all(&old.patterns), after: all(&new.patterns) };
            self.fact(SchemaChangeKind::PatternChanged, told, gaps, &Facet::Pattern);
        }
        if old.formats != new.formats {
            let told = Told { name: "format", before: all(&old.formats), after: all(&new.formats) };
            let otherwise = self.annotation("format", [&old.formats, &new.formats]);
            self.fact_or(SchemaChangeKind::FormatChanged, told, gaps, &Facet::Format, otherwise);
        }
        if old.encodings != new.encodings {
            let told = Told { name: "content encoding", before: all(&old.encodings), after: all(&new.encodings) };
            let kind = SchemaChangeKind::ContentEncodingChanged;
            let otherwise = self.annotation("content encoding", [&old.encodings, &new.encodings]);
            self.fact_or(kind, told, gaps, &Facet::Format, otherwise);
        }
        if old.media_types != new.media_types {
            let told =
                Told { name: "content's media type", before: all(&old.media_types), after: all(&new.media_types) };
            let kind = SchemaChangeKind::ContentMediaTypeChanged;
            let otherwise = self.annotation("media type", [&old.media_types, &new.media_types]);
            self.fact_or(kind, told, gaps, &Facet::Rest, otherwise);
        }
        self.compare_known(old, new);
    }

    /// Values of a list that others may join. Whoever reads it has to expect more; whoever writes was told that these are understood.
    fn compare_known(&mut self, old: &Texts, new: &Texts) {
        for (values, kind, said) in [
            (old.known.difference(&new.known), SchemaChangeKind::KnownValueRemoved, "is not listed any more"),
            (new.known.difference(&old.known), SchemaChangeKind::KnownValueAdded, "is listed now"),
        ] {
            for value in values {
                let is_gone = kind == SchemaChangeKind::KnownValueRemoved;
                let mut draft = self.draft(kind);
                draft.message = format!("The value `{value}` {said}, among others that there may be.");
                let shown = Some(value.clone());
                (draft.before, draft.after) = if is_gone { (shown, None) } else { (None, shown) };
                let verdict = match self.pair.way {
                    Way::Request if is_gone => {
                        Verdict::Risky("clients were told that it is understood, and are not any more".to_owned())
                    }
                    Way::Request | Way::Response => Verdict::Compatible,
                };
                self.add(draft, verdict, None);
            }
        }
    }

    /// A keyword that is not checked, but that programs act upon: nobody minds if all that the reader reads by is what is written.
    fn annotation(&self, what: &str, sides: [&BTreeSet<String>; 2]) -> Verdict {
        let (written, read) = self.pair.way.roles(sides);
        let is_meant = |word: &String| {
            let narrower = if word == "double" { "float" } else { word };
            written.contains(word) || written.contains(narrower) || has_width(word)
        };
        if read.iter().all(is_meant) {
            return Verdict::Compatible;
        }
        Verdict::Risky(format!("the same values are valid, but programs read them by their {what}"))
    }

    /// Least and greatest counts.
    pub(super) fn compare_counts(
        &mut self,
        [old_least, new_least]: [u64; 2],
        [old_most, new_most]: [Option<u64>; 2],
        counts: &Counts,
        gaps: &[Gap],
    ) {
        let told = |name, before: Option<u64>, after: Option<u64>| Told {
            name,
            before: before.map(|count| count.to_string()),
            after: after.map(|count| count.to_string()),
        };
        if old_least != new_least {
            let some = |least: u64| (least > 0).then_some(least);
            let kind = if new_least > old_least { counts.raised.0 } else { counts.lowered.0 };
            self.fact(kind, told(counts.least, some(old_least), some(new_least)), gaps, &counts.facets.0);
        }
        if old_most != new_most {
            let grows = new_most.is_none_or(|new| old_most.is_some_and(|old| new > old));
            let kind = if grows { counts.raised.1 } else { counts.lowered.1 };
            self.fact(kind, told(counts.most, old_most, new_most), gaps, &counts.facets.1);
        }
    }
}

/// What is counted, in words and kinds: the least and the most.
pub(super) struct Counts {
    pub(super) least: &'static str,
    pub(super) most: &'static str,
    pub(super) raised: (SchemaChangeKind, SchemaChangeKind),
    pub(super) lowered: (SchemaChangeKind, SchemaChangeKind),
    pub(super) facets: (Facet, Facet),
}

const TEXT: Counts = Counts {
    least: "least length",
    most: "greatest length",
    raised: (SchemaChangeKind::MinLengthRaised, SchemaChangeKind::MaxLengthRaised),
    lowered: (SchemaChangeKind::MinLengthLowered, SchemaChangeKind::MaxLengthLowered),
    facets: (Facet::MinLength, Facet::MaxLength),
};

fn bound_kind(before: Option<Bound>, after: Option<Bound>, lower: bool) -> SchemaChangeKind {
    use SchemaChangeKind::{MaximumLowered, MaximumRaised, MinimumLowered, MinimumRaised};
    let order = match (before, after) {
        (Some(before), Some(after)) => {
            let exclusive = |bound: Bound| if lower { bound.exclusive } else { !bound.exclusive };
            after.value.compare(before.value).then(exclusive(after).cmp(&exclusive(before))).is_gt()
        }
        // A bound where there was none raises a minimum and lowers a maximum.
        (before, _) => before.is_none() == lower,
    };
    match (lower, order) {
        (true, true) => MinimumRaised,
        (true, false) => MinimumLowered,
        (false, true) => MaximumRaised,
        (false, false) => MaximumLowered,
    }
}

fn bound(bound: Bound) -> String {
    if bound.exclusive { format!("{} (exclusive)", bound.value) } else { bound.value.to_string() }
}

fn steps(numbers: &Numbers) -> BTreeSet<String> {
    numbers.steps.iter().map(Exact::to_string).collect()
}

/// All texts of a set in words; nothing for none.
fn all(texts: &BTreeSet<String>) -> Option<String> {
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    (!quoted.is_empty()).then(|| listed(&quoted, "and"))
}
