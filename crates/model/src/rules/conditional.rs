//! Conditional requests: entity tags and preconditions.

use super::put::PUT_CREATE_ONCE;
use super::read::GET_SAFE;
use super::{Changes, Evidence, Family, Rule, RuleId};
use crate::DiffSeverity::{Breaks, Strengthens, Weakens};
use crate::Held;

/// ETAG-TRUE: The same state has the same ETag, another state another.
pub const ETAG_TRUE: RuleId = RuleId("ETAG-TRUE");
/// COND-INM-304: `If-None-Match` with the current tag answers 304.
pub const COND_INM_304: RuleId = RuleId("COND-INM-304");
/// COND-IF-MATCH: A stale `If-Match` is refused and has no effect.
pub const COND_IF_MATCH: RuleId = RuleId("COND-IF-MATCH");
/// COND-CAS: Of simultaneous writes under one ETag exactly one wins.
pub const COND_CAS: RuleId = RuleId("COND-CAS");
/// COND-CREATE-ONLY: `If-None-Match: *` creates, or is refused.
pub const COND_CREATE_ONLY: RuleId = RuleId("COND-CREATE-ONLY");
/// COND-PRECEDENCE: Preconditions are tested after everything else.
pub const COND_PRECEDENCE: RuleId = RuleId("COND-PRECEDENCE");
/// COND-REQUIRED: A write without a precondition is refused.
pub const COND_REQUIRED: RuleId = RuleId("COND-REQUIRED");

/// The rules of this family, in catalogue order.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: ETAG_TRUE,
        alias: None,
        family: Family::Conditional,
        core: true,
        title: "The same state has the same ETag, another state another",
        source: "RFC 9110, section 8.8",
        declared_by: "a required `ETag` header",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[GET_SAFE],
        manual: "GET, HEAD and the answer to a write agree on the tag of one state, and two states never share one. \
            The generated server derives it from the stored value, so that a PUT which changes nothing keeps it. \
            A GET that shows more than one record has a tag of its handler's making, which nobody checks.",
    },
    Rule {
        id: COND_INM_304,
        alias: None,
        family: Family::Conditional,
        core: false,
        title: "`If-None-Match` with the current tag answers 304",
        source: "RFC 9110, sections 13.1.2 and 15.4.5",
        declared_by: "the `If-None-Match` parameter and the 304 response",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[ETAG_TRUE],
        manual: "A client that has the current representation is told so, without content and with the same tag.",
    },
    Rule {
        id: COND_IF_MATCH,
        alias: None,
        family: Family::Conditional,
        core: true,
        title: "A stale `If-Match` is refused and has no effect",
        source: "RFC 9110, section 13.1.1",
        declared_by: "the `If-Match` parameter and the 412 response (or 409)",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[ETAG_TRUE],
        manual: "With `If-Match` a write happens only on the state that the client has seen. A fresh tag works, a \
            stale one is 412 and changes nothing. The generated server tests it within the transaction of the \
            write.",
    },
    Rule {
        id: COND_CAS,
        alias: None,
        family: Family::Conditional,
        core: true,
        title: "Of simultaneous writes under one ETag exactly one wins",
        source: "RFC 9110, section 13.1: no lost update",
        declared_by: "the `If-Match` parameter and the 412 response (or 409)",
        evidence: Evidence::Concurrent,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[COND_IF_MATCH],
        manual: "However many clients write on top of one and the same state at once, one succeeds, and what it wrote \
            is the state; the others are told that theirs is stale.",
    },
    Rule {
        id: COND_CREATE_ONLY,
        alias: None,
        family: Family::Conditional,
        core: false,
        title: "`If-None-Match: *` creates, or is refused",
        source: "RFC 9110, section 13.1.2",
        declared_by: "the `If-None-Match` parameter and the 412 response of PUT",
        evidence: Evidence::Both,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[ETAG_TRUE, PUT_CREATE_ONCE],
        manual: "A PUT under `If-None-Match: *` never replaces anything: it creates, or answers 412.",
    },
    Rule {
        id: COND_PRECEDENCE,
        alias: None,
        family: Family::Conditional,
        core: false,
        title: "Preconditions are tested after everything else",
        source: "RFC 9110, sections 13.2.1 and 13.2.2",
        declared_by: "HTTP, where a precondition is declared",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[COND_IF_MATCH],
        manual: "A request that would be refused anyway is refused for that reason: DELETE of something absent under \
            `If-Match` is 404 and not 412, a body that does not fit is 400 or 422 and not 412.",
    },
    Rule {
        id: COND_REQUIRED,
        alias: None,
        family: Family::Conditional,
        core: false,
        title: "A write without a precondition is refused",
        source: "RFC 6585, section 3",
        declared_by: "the 428 response",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Breaks },
        depends_on: &[COND_IF_MATCH],
        manual: "Where preconditions are demanded, their absence is 428, and nobody overwrites what they have not \
            seen. To begin demanding them breaks every client that sends none.",
    },
];
