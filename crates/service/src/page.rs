//! Numbered pages: which part of a list is asked for, and where it stands in the whole.

use methodical_server::{Fault, KeyRange, Lookup, Record, Selection, Stored, Window};
use stacklets_server::types::{ListMeta, Pagination};

const DEFAULT_SIZE: u32 = 25;

/// The page that a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    number: u32,
    size: u32,
}

impl Page {
    /// From the parameters `page` and `per_page`, which have been validated; their defaults are ours
    /// to fill in.
    pub(crate) fn new(number: Option<u32>, size: Option<u32>) -> Page {
        Page { number: number.unwrap_or(1).max(1), size: size.unwrap_or(DEFAULT_SIZE).max(1) }
    }

    /// The part of the list that it shows.
    pub(crate) fn window(self) -> Window {
        Window::page(self.number.into(), self.size.into())
    }

    /// Where it stands in a list of `total` items.
    pub(crate) fn meta(self, total: u64) -> ListMeta {
        let pages = total.div_ceil(self.size.into()).max(1);
        // More pages than a number can ask for could not be walked to anyway.
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        let previous = (self.number - 1).min(pages);
        ListMeta {
            pagination: Pagination {
                current_page: self.number,
                next_page: (self.number < pages).then(|| self.number + 1),
                pages,
                per_page: self.size,
                previous_page: (previous > 0).then_some(previous),
                total,
            },
            query: None,
            sort: None,
        }
    }

    /// The records of this page, and where they stand. Reads no others.
    pub(crate) async fn read<R: Record>(self, tx: &impl Lookup, range: &KeyRange) -> Result<(Vec<R>, ListMeta), Fault> {
        let total = tx.count::<R>(range).await?;
        let records = tx.list::<R>(range, self.window()).await?;
        Ok((without_tags(records), self.meta(total)))
    }

    /// The records of this page of those that `chosen` accepts, and where they stand. Reads all.
    pub(crate) async fn choose<R: Record>(
        self,
        tx: &impl Lookup,
        range: &KeyRange,
        chosen: impl Fn(&R) -> bool + Send + Sync,
    ) -> Result<(Vec<R>, ListMeta), Fault> {
        let Selection { records, total } = tx.select(range, self.window(), chosen).await?;
        Ok((without_tags(records), self.meta(total)))
    }

    /// The items of this page of a list that is there in memory.
    pub(crate) fn cut<T>(self, items: impl ExactSizeIterator<Item = T>) -> (Vec<T>, ListMeta) {
        let meta = self.meta(items.len() as u64);
        let Window { skip, limit } = self.window();
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        (items.skip(skip).take(limit).collect(), meta)
    }
}

/// A page has no entity tag, so it needs none of its records'.
fn without_tags<R>(records: Vec<Stored<R>>) -> Vec<R> {
    records.into_iter().map(Stored::into_record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: u32, size: u32, total: u64) -> String {
        let Pagination { next_page, pages, previous_page, .. } =
            Page::new(Some(number), Some(size)).meta(total).pagination;
        let show = |page: Option<u32>| page.map_or("-".to_owned(), |page| page.to_string());
        format!("{} < {number} of {pages} > {}", show(previous_page), show(next_page))
    }

    #[test]
    fn pages_lead_to_each_other() {
        insta::assert_snapshot!(check(1, 25, 0), @"- < 1 of 1 > -");
        insta::assert_snapshot!(check(1, 25, 25), @"- < 1 of 1 > -");
        insta::assert_snapshot!(check(1, 25, 61), @"- < 1 of 3 > 2");
        insta::assert_snapshot!(check(2, 25, 61), @"1 < 2 of 3 > 3");
        insta::assert_snapshot!(check(3, 25, 61), @"2 < 3 of 3 > -");
        insta::assert_snapshot!(check(4, 25, 61), @"3 < 4 of 3 > -");
        insta::assert_snapshot!(check(9, 25, 61), @"3 < 9 of 3 > -");
        insta::assert_snapshot!(check(2, 25, 0), @"1 < 2 of 1 > -");
        insta::assert_snapshot!(check(u32::MAX, 1, u64::MAX), @"4294967294 < 4294967295 of 4294967295 > -");
    }

    #[test]
    fn what_is_not_asked_for_has_its_default() {
        let page = Page::new(None, None);
        assert_eq!(page, Page::new(Some(1), Some(25)));
        assert_eq!(page.window(), Window { skip: 0, limit: 25 });
    }

    #[test]
    fn a_list_in_memory_is_cut() {
        let cut = |number, size| Page::new(Some(number), Some(size)).cut(0..5).0;
        assert_eq!(cut(1, 2), [0, 1]);
        assert_eq!(cut(3, 2), [4]);
        assert_eq!(cut(4, 2), [0; 0]);
        assert_eq!(cut(u32::MAX, 200), [0; 0]);
    }
}
