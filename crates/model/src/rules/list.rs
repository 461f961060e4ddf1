//! Collections: what a list shows, and how it is walked.

use super::read::{GET_SAFE, READ_AFTER_WRITE};
use super::{Changes, Evidence, Family, Rule, RuleId};
use crate::DiffSeverity::{Breaks, Strengthens, Weakens};
use crate::Held;

/// LIST-COHERENT: What exists is listed once; what was deleted is not listed.
pub const LIST_COHERENT: RuleId = RuleId("LIST-COHERENT");
/// LIST-PAGE-COMPLETE: Walking all pages visits each item once, and ends.
pub const LIST_PAGE_COMPLETE: RuleId = RuleId("LIST-PAGE-COMPLETE");
/// LIST-STABLE-ORDER: Without writes, two listings have the same order.
pub const LIST_STABLE_ORDER: RuleId = RuleId("LIST-STABLE-ORDER");
/// LIST-EMPTY-200: An empty list is a success.
pub const LIST_EMPTY_200: RuleId = RuleId("LIST-EMPTY-200");

/// The rules of this family, in catalogue order.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: LIST_COHERENT,
        alias: None,
        family: Family::List,
        core: true,
        title: "What exists is listed once; what was deleted is not listed",
        source: "common practice; the source page: collections of objects",
        declared_by: "collection path and item path, or `x-semantics.resource`",
        evidence: Evidence::Both,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[READ_AFTER_WRITE, GET_SAFE],
        manual: "A list and its items are two views of one set, whichever method made or removed an item. It follows \
            from a collection path and an item path that belong together; where paths do not show that, \
            `x-semantics.resource` does.",
    },
    Rule {
        id: LIST_PAGE_COMPLETE,
        alias: None,
        family: Family::List,
        core: true,
        title: "Walking all pages visits each item once, and ends",
        source: "common practice; RFC 8288",
        declared_by: "a link from the list to its next page, or page and cursor parameters",
        evidence: Evidence::Both,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Breaks, weakened: Weakens, introduced: Strengthens },
        depends_on: &[LIST_COHERENT],
        manual: "To follow the next page from the first on visits every item exactly once and comes to an end; no \
            page is larger than was asked. Items that are there during the whole walk appear even while others \
            come and go, where a cursor says it; page numbers promise less. The generated client gives a stream.",
    },
    Rule {
        id: LIST_STABLE_ORDER,
        alias: None,
        family: Family::List,
        core: false,
        title: "Without writes, two listings have the same order",
        source: "common practice",
        declared_by: "`x-semantics.order`",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[LIST_COHERENT],
        manual: "`order` names the member by which a list is sorted, and with `parameter` the query parameter that asks \
            for another order. Two listings in one order without a write between them agree item by item. Another \
            order compiles everywhere and surprises whoever took the first item.",
    },
    Rule {
        id: LIST_EMPTY_200,
        alias: None,
        family: Family::List,
        core: false,
        title: "An empty list is a success",
        source: "common practice",
        declared_by: "200 and no 404 on the list",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[LIST_COHERENT],
        manual: "A list without items is 200 with no items, not 404: the collection exists even when nothing is in \
            it.",
    },
];
