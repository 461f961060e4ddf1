//! DELETE: what goes, what is said about what was not there, and what happens at the same time.

use super::post::POST_CREATED;
use super::put::{PUT_STATUS_TRUE, PUT_UPSERT};
use super::read::GET_SAFE;
use super::{Changes, Evidence, Family, Rule, RuleId};
use crate::DiffSeverity::{Breaks, Strengthens, Weakens};
use crate::Held;

/// DELETE-EFFECTIVE: After a successful DELETE the resource is gone.
pub const DELETE_EFFECTIVE: RuleId = RuleId("DELETE-EFFECTIVE");
/// DELETE-ATOMIC-MISSING: DELETE itself says whether there was anything to delete.
pub const DELETE_ATOMIC_MISSING: RuleId = RuleId("DELETE-ATOMIC-MISSING");
/// DELETE-NO-PRECHECK: DELETE never depends on the client having looked first.
pub const DELETE_NO_PRECHECK: RuleId = RuleId("DELETE-NO-PRECHECK");
/// DELETE-ONCE: Of simultaneous DELETEs exactly one succeeds.
pub const DELETE_ONCE: RuleId = RuleId("DELETE-ONCE");
/// DELETE-IDEMPOTENT: Repeating a DELETE changes nothing more.
pub const DELETE_IDEMPOTENT: RuleId = RuleId("DELETE-IDEMPOTENT");
/// DELETE-TARGET-ONLY: DELETE removes the target and nothing else.
pub const DELETE_TARGET_ONLY: RuleId = RuleId("DELETE-TARGET-ONLY");
/// DELETE-CHILDREN: What happens to children is declared.
pub const DELETE_CHILDREN: RuleId = RuleId("DELETE-CHILDREN");
/// RECREATE-AFTER-DELETE: PUT after DELETE creates afresh.
pub const RECREATE_AFTER_DELETE: RuleId = RuleId("RECREATE-AFTER-DELETE");

/// The rules of this family, in catalogue order.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: DELETE_EFFECTIVE,
        alias: None,
        family: Family::Delete,
        core: true,
        title: "After a successful DELETE the resource is gone",
        source: "the source page, on DELETE; RFC 9110, section 9.3.5",
        declared_by: "a 200 or 204 on DELETE and the 404 on GET",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[PUT_UPSERT, POST_CREATED, GET_SAFE],
        manual: "Once DELETE has succeeded, GET and HEAD answer 404 and the list shows the resource no longer. A 202 \
            would only promise to try. In the generated server no handler can answer success without having \
            removed the target.",
    },
    Rule {
        id: DELETE_ATOMIC_MISSING,
        alias: None,
        family: Family::Delete,
        core: true,
        title: "DELETE itself says whether there was anything to delete",
        source: "the source page, on DELETE",
        declared_by: "the 404 response of DELETE (`notFound`), or its absence (`silent`); `x-semantics.onMissing`",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[DELETE_EFFECTIVE],
        manual: "If there is nothing to delete, the method says so with a message, and no look beforehand is needed: \
            look-up and removal are one step. The other policy, success in silence, is as good as long as it is \
            declared. A change from one to the other may compile and always means something else.",
    },
    Rule {
        id: DELETE_NO_PRECHECK,
        alias: None,
        family: Family::Delete,
        core: true,
        title: "DELETE never depends on the client having looked first",
        source: "the source page, the note on DELETE",
        declared_by: "HTTP",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[DELETE_EFFECTIVE],
        manual: "A DELETE works on a connection that has read nothing, from a client that knows nothing but the \
            identifier. A demanded `If-Match` would make a look-up necessary. The generated client therefore has \
            no method that asks whether something exists.",
    },
    Rule {
        id: DELETE_ONCE,
        alias: None,
        family: Family::Delete,
        core: true,
        title: "Of simultaneous DELETEs exactly one succeeds",
        source: "follows from the source page: the check is part of the method",
        declared_by: "the 404 response of DELETE",
        evidence: Evidence::Concurrent,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[DELETE_ATOMIC_MISSING],
        manual: "However many clients delete one resource at once, one of them is told that it did, and the others \
            that there was nothing. So at most one caller acts on having deleted it. It follows from the check \
            within the method and does not hold where a missing resource is deleted in silence.",
    },
    Rule {
        id: DELETE_IDEMPOTENT,
        alias: None,
        family: Family::Delete,
        core: false,
        title: "Repeating a DELETE changes nothing more",
        source: "RFC 9110, section 9.2.2",
        declared_by: "HTTP",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[DELETE_EFFECTIVE],
        manual: "The state after the second DELETE is that after the first, though the status may differ. This is why \
            the generated client may repeat one whose answer was lost; what it then cannot know, it says. In \
            the generated server a DELETE that finds nothing is rolled back whole.",
    },
    Rule {
        id: DELETE_TARGET_ONLY,
        alias: None,
        family: Family::Delete,
        core: true,
        title: "DELETE removes the target and nothing else",
        source: "RFC 9110, section 9.3.5",
        declared_by: "HTTP; `x-semantics.children` for what goes with it",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[DELETE_EFFECTIVE],
        manual: "Nothing but the target goes, and what is declared to go with it: not the one with an equal value, \
            not the one whose identifier begins alike, not the same identifier elsewhere.",
    },
    Rule {
        id: DELETE_CHILDREN,
        alias: None,
        family: Family::Delete,
        core: false,
        title: "What happens to children is declared",
        source: "common practice",
        declared_by: "`x-semantics.children`, or a 409 on the DELETE of something that has children",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Breaks, introduced: Strengthens },
        depends_on: &[DELETE_TARGET_ONLY],
        manual: "With `refuse` a resource that has children is not deleted (409); with `cascade` they go too; with \
            `orphan` they stay, detached. From `refuse` to `cascade` is a loss of data in code that never \
            changed.",
    },
    Rule {
        id: RECREATE_AFTER_DELETE,
        alias: None,
        family: Family::Delete,
        core: false,
        title: "PUT after DELETE creates afresh",
        source: "the source page, the note on PUT",
        declared_by: "the 201 response of PUT",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[DELETE_EFFECTIVE, PUT_STATUS_TRUE],
        manual: "What was deleted may be put again; it is then created, and nothing of what it was before shows \
            through, neither a member nor the ETag. The generated server answers 201 because nothing was there; that \
            no handler has kept the old state elsewhere is for tests to show.",
    },
];
