//! POST: creation of one or several, idempotency keys, and work that goes on.

use super::list::LIST_COHERENT;
use super::method::INVALID_REFUSED;
use super::{Changes, Evidence, Family, Rule, RuleId};
use crate::DiffSeverity::{Breaks, Strengthens, Weakens};
use crate::Held;

/// POST-CREATED: POST answers 201, the representation and its `Location`.
pub const POST_CREATED: RuleId = RuleId("POST-CREATED");
/// POST-LOCATION-RESOLVES: A GET of `Location` shows what was created.
pub const POST_LOCATION_RESOLVES: RuleId = RuleId("POST-LOCATION-RESOLVES");
/// POST-FRESH-ID: Each POST makes a new resource under an identifier not in use.
pub const POST_FRESH_ID: RuleId = RuleId("POST-FRESH-ID");
/// POST-MANY-ATOMIC: A POST of several objects makes all or none.
pub const POST_MANY_ATOMIC: RuleId = RuleId("POST-MANY-ATOMIC");
/// POST-MANY-ORDER: Results stand in the order of what was sent.
pub const POST_MANY_ORDER: RuleId = RuleId("POST-MANY-ORDER");
/// IDEM-REPLAY: The same key and request get the first answer, and make nothing new.
pub const IDEM_REPLAY: RuleId = RuleId("IDEM-REPLAY");
/// IDEM-ONCE: Simultaneous requests under one key make one object.
pub const IDEM_ONCE: RuleId = RuleId("IDEM-ONCE");
/// IDEM-FINGERPRINT: A key that comes with another request is refused.
pub const IDEM_FINGERPRINT: RuleId = RuleId("IDEM-FINGERPRINT");
/// IDEM-REPLAY-ERRORS: Whether failures are replayed too is declared.
pub const IDEM_REPLAY_ERRORS: RuleId = RuleId("IDEM-REPLAY-ERRORS");
/// LRO-MONITOR: A 202 names a monitor, which ends.
pub const LRO_MONITOR: RuleId = RuleId("LRO-MONITOR");

/// The rules of this family, in catalogue order.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: POST_CREATED,
        alias: None,
        family: Family::Post,
        core: true,
        title: "POST answers 201, the representation and its `Location`",
        source: "the source page, on POST; RFC 9110, sections 9.3.3 and 15.3.2",
        declared_by: "the 201 response of POST with a required `Location`",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[INVALID_REFUSED],
        manual: "What was created is in the answer, and `Location` says where it is. In the generated server this is \
            the only success that a creating handler can answer. With 200 or 202 in place of 201 every client \
            that matched on creation breaks.",
    },
    Rule {
        id: POST_LOCATION_RESOLVES,
        alias: None,
        family: Family::Post,
        core: true,
        title: "A GET of `Location` shows what was created",
        source: "RFC 9110, section 10.2.2",
        declared_by: "a link from the 201 response to the operation that reads, or a `Location` header beside an item path",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[POST_CREATED],
        manual: "`Location` is the URL of the new resource, and to read it at once shows what the answer to POST \
            showed. A link on the 201 response says which operation reads it, and from which members of the body \
            its parameters come. The generated server builds it from the route and from those members, so it is right \
            where the answer shows what was created.",
    },
    Rule {
        id: POST_FRESH_ID,
        alias: None,
        family: Family::Post,
        core: true,
        title: "Each POST makes a new resource under an identifier not in use",
        source: "RFC 9110, section 9.3.3",
        declared_by: "the 201 response of POST; `x-semantics.idReuse`",
        evidence: Evidence::Both,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[POST_CREATED],
        manual: "The same POST twice makes two, or is refused the second time because the name is taken; it never \
            overwrites. Whether an identifier may come back after its resource was deleted is for `idReuse` to \
            say. The generated server refuses an identifier in use; that one was never in use before it knows only of \
            the numbers that it gives out itself.",
    },
    Rule {
        id: POST_MANY_ATOMIC,
        alias: None,
        family: Family::Post,
        core: true,
        title: "A POST of several objects makes all or none",
        source: "the source page, on POST: object or objects",
        declared_by: "an array on both sides, and `x-semantics.atomicity`",
        evidence: Evidence::Both,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[POST_CREATED, LIST_COHERENT],
        manual: "With `atomicity: all`, one wrong object in a request means that none is made, and no reader ever \
            sees a part of them. With `each`, every object stands for itself, and the answer has to say which \
            were made.",
    },
    Rule {
        id: POST_MANY_ORDER,
        alias: None,
        family: Family::Post,
        core: false,
        title: "Results stand in the order of what was sent",
        source: "common practice",
        declared_by: "an array on both sides",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[POST_MANY_ATOMIC, LIST_COHERENT],
        manual: "The first result belongs to the first object of the request, and so on, so that a client can pair \
            them without looking for a member that identifies them.",
    },
    Rule {
        id: IDEM_REPLAY,
        alias: None,
        family: Family::Post,
        core: true,
        title: "The same key and request get the first answer, and make nothing new",
        source: "draft-ietf-httpapi-idempotency-key-header",
        declared_by: "a header parameter `Idempotency-Key` or `Repeatability-Request-ID`",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[POST_CREATED],
        manual: "A request that is sent again under its key is answered as the first was, and nothing is made twice. \
            The generated client lets an operation be repeated only when a key was given: `.retries()` does not \
            compile before.",
    },
    Rule {
        id: IDEM_ONCE,
        alias: None,
        family: Family::Post,
        core: true,
        title: "Simultaneous requests under one key make one object",
        source: "draft-ietf-httpapi-idempotency-key-header",
        declared_by: "a header parameter `Idempotency-Key` or `Repeatability-Request-ID`",
        evidence: Evidence::Concurrent,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[IDEM_REPLAY, LIST_COHERENT],
        manual: "However often a request arrives at once under one key, one of them makes the object; the others get \
            the same answer, or 409 while it is being made.",
    },
    Rule {
        id: IDEM_FINGERPRINT,
        alias: None,
        family: Family::Post,
        core: false,
        title: "A key that comes with another request is refused",
        source: "draft-ietf-httpapi-idempotency-key-header",
        declared_by: "the 422 response beside a key",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[IDEM_REPLAY],
        manual: "A key belongs to the request that it came with first. With another body or target it is refused, \
            because whichever answer were given would be wrong.",
    },
    Rule {
        id: IDEM_REPLAY_ERRORS,
        alias: None,
        family: Family::Post,
        core: false,
        title: "Whether failures are replayed too is declared",
        source: "practice of payment APIs, which differ",
        declared_by: "`x-semantics.idempotencyKey.replays`",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[IDEM_REPLAY],
        manual: "With `replays: success` a request that failed may be sent again under its key and is tried anew; \
            with `all` the failure is what the key yields from then on. A client that waits and tries again \
            needs to know.",
    },
    Rule {
        id: LRO_MONITOR,
        alias: None,
        family: Family::Post,
        core: false,
        title: "A 202 names a monitor, which ends",
        source: "RFC 9110, section 15.3.3",
        declared_by: "the 202 response with `Location`, `Operation-Location` or a link; `x-semantics.monitor` on the GET \
            that is polled",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Breaks, weakened: Weakens, introduced: Strengthens },
        depends_on: &[POST_CREATED],
        manual: "Work that goes on after the answer has a URL that says how it stands. It comes to an end, and the \
            end agrees with the resource. `monitor` on the GET of that URL says which member tells it, and with which \
            values the work has ended well or otherwise; the generated client then waits for one of them. The \
            generated server answers a 202 only with the record of a monitor that was made in the same unit of work.",
    },
];
