//! Lists.

use super::scalars::Counts;
use super::words::Told;
use super::{Step, Visit};
use crate::schema::change::SchemaChangeKind;
use crate::schema::facts::Lists;
use crate::schema::inclusion::{Facet, Gap};
use crate::schema::space::Version;

const ITEMS: Counts = Counts {
    least: "least number of items",
    most: "greatest number of items",
    raised: (SchemaChangeKind::MinItemsRaised, SchemaChangeKind::MaxItemsRaised),
    lowered: (SchemaChangeKind::MinItemsLowered, SchemaChangeKind::MaxItemsLowered),
    facets: (Facet::MinItems, Facet::MaxItems),
};

impl Visit<'_, '_> {
    pub(super) fn compare_lists(&mut self, old: &Lists, new: &Lists, gaps: &[Gap]) {
        self.compare_counts([old.least, new.least], [old.most, new.most], &ITEMS, gaps);
        if old.unique != new.unique {
            let (kind, message) = if new.unique {
                (SchemaChangeKind::ItemsBecameUnique, "No item may be there twice now.")
            } else {
                (SchemaChangeKind::ItemsNoLongerUnique, "An item may be there twice now.")
            };
            let mut draft = self.draft(kind);
            draft.message = message.to_owned();
            self.judge(draft, gaps, &Facet::Unique, crate::schema::change::Verdict::Compatible);
        }
        if old.contains != new.contains {
            let counts = |lists: &Lists| {
                lists.contains.first().map(|(_, least, most)| match most {
                    Some(most) => format!("{least} to {most} of a kind"),
                    None => format!("at least {least} of a kind"),
                })
            };
            let told = Told { name: "rule of what the list contains", before: counts(old), after: counts(new) };
            self.fact(SchemaChangeKind::ContainsChanged, told, gaps, &Facet::Contains);
        }
        let positions = old.first.len().max(new.first.len());
        for index in 0..=positions {
            let step = if index == positions { Step::Items(index) } else { Step::Item(index) };
            let places = [Version::Old, Version::New]
                .map(|version| self.pair.places[version as usize].item(self.api(version), index));
            self.below(step, [old.item(index), new.item(index)], places);
        }
    }
}
