//! Lists: as many items as there must be and may be, tuples, and what lists have to contain.

use serde_json::Value;

use super::facets::Facets;
use super::{Drawer, Fill};
use crate::json::{Json, Step};

/// More items are drawn only where there must be.
const ITEMS: usize = 3;
/// A list that would have to be longer is not drawn.
const LONGEST: usize = 300;

impl<'s> Drawer<'s> {
    pub(super) fn list(&mut self, facets: &Facets<'s>) -> Json {
        self.note("array");
        let least = facets.largest("minItems").unwrap_or(0);
        let greatest = facets.smallest("maxItems").unwrap_or(usize::MAX);
        let prefix = facets.all("prefixItems").filter_map(Value::as_array).map(Vec::len).max().unwrap_or(0);
        let contained = facets.any("contains").map_or(0, |_| facets.largest("minContains").unwrap_or(1));
        let wanted = match self.fill {
            _ if self.path.len() >= super::DEEP || self.left == 0 => 0,
            Fill::Least => 0,
            Fill::Most => prefix + ITEMS - 1,
            Fill::Some => self.random.below(prefix + ITEMS),
        };
        let length = wanted.max(least).max(contained).min(greatest).min(LONGEST);
        let mut items: Vec<Json> = (0..length).map(|index| self.item(facets, index, contained)).collect();
        if facets.all("uniqueItems").any(|unique| *unique == true) {
            self.note("uniqueItems");
            self.make_distinct(facets, &mut items, least);
        }
        if self.is_breaking {
            self.break_count(facets, &items, least, greatest);
        }
        self.break_items(facets, &items, prefix);
        Json::Array(items)
    }

    fn item(&mut self, facets: &Facets<'s>, index: usize, contained: usize) -> Json {
        let mut schemas = schemas_of(facets, index);
        schemas.extend(facets.all("contains").filter(|_| index < contained));
        self.below(Step::Index(index), &schemas)
    }

    fn make_distinct(&mut self, facets: &Facets<'s>, items: &mut Vec<Json>, least: usize) {
        let mut distinct: Vec<Json> = Vec::new();
        for item in items.drain(..) {
            if distinct.iter().all(|other| other.difference(&item).is_some()) {
                distinct.push(item);
            }
        }
        for _ in 0..20 {
            if distinct.len() >= least {
                break;
            }
            let index = distinct.len();
            let more = self.item(facets, index, 0);
            if distinct.iter().all(|other| other.difference(&more).is_some()) {
                distinct.push(more);
            }
        }
        // What was said of items that are not there any more holds for none.
        let path = self.path.clone();
        self.breaks.retain(|one| {
            let below = one.path.strip_prefix(path.as_slice()).and_then(|rest| rest.first());
            !matches!(below, Some(Step::Index(index)) if *index >= distinct.len())
        });
        *items = distinct;
    }

    fn break_count(&mut self, facets: &Facets<'s>, items: &[Json], least: usize, greatest: usize) {
        if facets.any("minItems").is_some() || facets.any("maxItems").is_some() {
            self.note("number of items");
        }
        if let Some(fewer) = least.checked_sub(1) {
            let items = items.iter().take(fewer).cloned().collect();
            self.break_here("number of items", Json::Array(items));
        }
        if greatest < LONGEST {
            let mut more = items.to_vec();
            while more.len() <= greatest {
                let next = self.aside(|drawer| drawer.item(facets, more.len(), 0));
                more.push(next);
            }
            self.break_here("number of items", Json::Array(more));
        }
    }

    fn break_items(&mut self, facets: &Facets<'s>, items: &[Json], prefix: usize) {
        let unlike = Json::Object([("unlike".to_owned(), Json::Null)].into());
        if facets.all("uniqueItems").any(|unique| *unique == true)
            && let Some(first) = items.first()
        {
            let twice = items.iter().cloned().chain([first.clone()]).collect();
            self.break_here("uniqueItems", Json::Array(twice));
        }
        if prefix > 0 {
            self.note("tuple");
            let exchanged = items.iter().rev().cloned().collect();
            self.break_here("tuple", Json::Array(exchanged));
            self.break_here("tuple", Json::Array(items.iter().cloned().chain([unlike.clone()]).collect()));
        }
        if facets.any("contains").is_some() {
            self.note("contains");
            self.break_here("contains", Json::Array(vec![unlike; items.len()]));
        }
        if facets.any("unevaluatedItems").is_some() {
            self.note("unevaluatedItems");
            self.break_here(
                "unevaluatedItems",
                Json::Array(items.iter().cloned().chain([Json::text("more")]).collect()),
            );
        }
    }
}

/// What the item in a position has to satisfy.
fn schemas_of<'s>(facets: &Facets<'s>, index: usize) -> Vec<&'s Value> {
    let of = |schema: &&'s serde_json::Map<String, Value>| {
        let prefix = schema.get("prefixItems").and_then(Value::as_array);
        prefix.and_then(|prefix| prefix.get(index)).or_else(|| schema.get("items"))
    };
    facets.schemas().iter().filter_map(of).collect()
}
