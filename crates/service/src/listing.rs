//! What the parameters of a list ask for beside its page: a text in the name, and an order. Both are echoed in `meta`.
//!
//! Records lie in the order of their identities, so a plain page is a range of keys and reads no more than it shows. A
//! text has to be looked for in all of them, and another order needs all of them at once.

use std::cmp::Ordering;

use methodical_server::wire::Timestamp;
use methodical_server::{Fault, KeyRange, Lookup, Record, Stored, Window};
use stacklets_server::types::ListMeta;

use crate::page::Page;

/// What lists may be searched and sorted by.
pub(crate) trait Listed: Record {
    /// The name; empty for what has none.
    fn name(&self) -> &str;
    /// When it was made.
    fn created_at(&self) -> Timestamp;
}

/// What a request asks of a list.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    page: Page,
    query: Option<String>,
    sort: Option<String>,
}

impl Listing {
    /// From the parameters `page` and `per_page`.
    pub(crate) fn new(number: Option<u32>, size: Option<u32>) -> Listing {
        Listing { page: Page::new(number, size), query: None, sort: None }
    }

    /// With the parameter `query`.
    pub(crate) fn query(self, query: Option<String>) -> Listing {
        Listing { query, ..self }
    }

    /// With the parameter `sort`, which has been validated: `name` or `created_at`, after `-` where the order falls.
    pub(crate) fn sort(self, sort: Option<&str>) -> Listing {
        Listing { sort: sort.map(str::to_owned), ..self }
    }

    /// The records of this page, and where they stand.
    pub(crate) async fn read<R: Listed>(self, tx: &impl Lookup, range: &KeyRange) -> Result<(Vec<R>, ListMeta), Fault> {
        if self.query.is_none() && self.sort.is_none() {
            return self.page.read(tx, range).await;
        }
        self.choose(tx, range, |_| true).await
    }

    /// The records of this page of those that `chosen` accepts, and where they stand.
    pub(crate) async fn choose<R: Listed>(
        self,
        tx: &impl Lookup,
        range: &KeyRange,
        chosen: impl Fn(&R) -> bool + Send + Sync,
    ) -> Result<(Vec<R>, ListMeta), Fault> {
        let wanted = self.query.as_deref().map(str::to_lowercase);
        let chosen = |record: &R| {
            let named = wanted.as_ref().is_none_or(|wanted| record.name().to_lowercase().contains(wanted));
            named && chosen(record)
        };
        let (records, meta) = match &self.sort {
            None => self.page.choose(tx, range, chosen).await?,
            Some(sort) => {
                let all = tx.select(range, Window::whole(), chosen).await?.records;
                let mut all: Vec<R> = all.into_iter().map(Stored::into_record).collect();
                all.sort_by(|a, b| compare(sort, a, b));
                self.page.cut(all.into_iter())
            }
        };
        Ok((records, ListMeta { query: self.query, sort: self.sort, ..meta }))
    }
}

/// Sorting is stable, and what is sorted comes in the order of identities: so that is the order of what is equal here,
/// whether the order rises or falls.
fn compare<R: Listed>(sort: &str, a: &R, b: &R) -> Ordering {
    let (member, falls) = sort.strip_prefix('-').map_or((sort, false), |member| (member, true));
    let order = match member {
        "name" => a.name().cmp(b.name()),
        _ => a.created_at().cmp(&b.created_at()),
    };
    if falls { order.reverse() } else { order }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Thing(String, i64);

    impl Record for Thing {
        const TABLE: &'static str = "things";
    }

    impl Listed for Thing {
        fn name(&self) -> &str {
            &self.0
        }

        fn created_at(&self) -> Timestamp {
            Timestamp::from_second(self.1).unwrap()
        }
    }

    fn check(sort: &str) -> String {
        let mut things = [("b", 1), ("a", 2), ("b", 3), ("c", 2)].map(|(name, time)| Thing(name.to_owned(), time));
        things.sort_by(|a, b| compare(sort, a, b));
        things.map(|Thing(name, time)| format!("{name}{time}")).join(" ")
    }

    #[test]
    fn what_is_equal_keeps_its_order() {
        insta::assert_snapshot!(check("name"), @"a2 b1 b3 c2");
        insta::assert_snapshot!(check("-name"), @"c2 b1 b3 a2");
        insta::assert_snapshot!(check("created_at"), @"b1 a2 c2 b3");
        insta::assert_snapshot!(check("-created_at"), @"b3 a2 c2 b1");
    }
}
