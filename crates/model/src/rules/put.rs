//! PUT and PATCH, and what holds for every write to one resource.

use super::method::INVALID_REFUSED;
use super::post::POST_CREATED;
use super::read::{GET_JSON_OBJECT, GET_SAFE, READ_AFTER_WRITE};
use super::{Changes, Evidence, Family, Rule, RuleId};
use crate::DiffSeverity::{Breaks, Strengthens, Weakens};
use crate::Held;

/// PUT-UPSERT: PUT on what is absent creates it there.
pub const PUT_UPSERT: RuleId = RuleId("PUT-UPSERT");
/// PUT-STATUS-TRUE: 201 if and only if PUT created.
pub const PUT_STATUS_TRUE: RuleId = RuleId("PUT-STATUS-TRUE");
/// PUT-REPLACES-WHOLE: After PUT the state is the body, whole.
pub const PUT_REPLACES_WHOLE: RuleId = RuleId("PUT-REPLACES-WHOLE");
/// PUT-REGARDLESS: A valid PUT succeeds whatever the present values are.
pub const PUT_REGARDLESS: RuleId = RuleId("PUT-REGARDLESS");
/// PUT-IDEMPOTENT: Repeating a PUT leaves the same state.
pub const PUT_IDEMPOTENT: RuleId = RuleId("PUT-IDEMPOTENT");
/// PUT-TARGET: The URL alone says which resource is meant.
pub const PUT_TARGET: RuleId = RuleId("PUT-TARGET");
/// PUT-READBACK: What PUT answers, and GET then shows, is what was sent.
pub const PUT_READBACK: RuleId = RuleId("PUT-READBACK");
/// PUT-CREATE-ONCE: Of simultaneous PUTs on what is absent exactly one creates.
pub const PUT_CREATE_ONCE: RuleId = RuleId("PUT-CREATE-ONCE");
/// WRITE-ATOMIC: The requests to one resource have one order.
pub const WRITE_ATOMIC: RuleId = RuleId("WRITE-ATOMIC");
/// READONLY-NOT-WRITABLE: A client cannot set what is `readOnly`.
pub const READONLY_NOT_WRITABLE: RuleId = RuleId("READONLY-NOT-WRITABLE");
/// READONLY-STABLE: What is set at creation does not move on an update.
pub const READONLY_STABLE: RuleId = RuleId("READONLY-STABLE");
/// FAILED-WRITE-NO-EFFECT: A refused write changes nothing.
pub const FAILED_WRITE_NO_EFFECT: RuleId = RuleId("FAILED-WRITE-NO-EFFECT");
/// PATCH-ATOMIC-MERGE: PATCH applies whole or not at all, and touches only what was sent.
pub const PATCH_ATOMIC_MERGE: RuleId = RuleId("PATCH-ATOMIC-MERGE");

/// The rules of this family, in catalogue order.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: PUT_UPSERT,
        alias: None,
        family: Family::Put,
        core: true,
        title: "PUT on what is absent creates it there",
        source: "the source page, the note on PUT; RFC 9110, section 9.3.4",
        declared_by: "the 201 response of PUT",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[INVALID_REFUSED],
        manual: "If there is nothing at the URL, PUT creates it there; no POST is needed before. 201 beside 200 or \
            204 declares it. 404 without 201 says that PUT only updates; 201 without 200 that it only creates.",
    },
    Rule {
        id: PUT_STATUS_TRUE,
        alias: None,
        family: Family::Put,
        core: true,
        title: "201 if and only if PUT created",
        source: "RFC 9110, section 9.3.4",
        declared_by: "201 and 200 (or 204) on PUT",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[PUT_UPSERT],
        manual: "The status says which of the two happened, and so does the variant of the generated outcome. In the \
            generated server it is derived from what the store found; a handler cannot choose it.",
    },
    Rule {
        id: PUT_REPLACES_WHOLE,
        alias: None,
        family: Family::Put,
        core: true,
        title: "After PUT the state is the body, whole",
        source: "RFC 9110, section 9.3.4",
        declared_by: "HTTP; `x-semantics.onExisting: merge` if not",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[PUT_UPSERT],
        manual: "What a client may write is afterwards what the body said: a member that was left out is back at its \
            default and not what it was before. With `onExisting: merge` only the members sent would change; \
            nobody can see the difference in a type. A handler of the generated server is given the whole body and \
            what is there now, and so could merge the two.",
    },
    Rule {
        id: PUT_REGARDLESS,
        alias: None,
        family: Family::Put,
        core: true,
        title: "A valid PUT succeeds whatever the present values are",
        source: "the source page, on PUT",
        declared_by: "no 409 on PUT, and a 412 only in answer to a precondition that the client sent",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[PUT_UPSERT],
        manual: "No present value stands in the way of a new one, and none has to be known. A 409 on PUT would say \
            that there are states in which it is refused. A 412 does not contradict this where it answers a \
            precondition that the client chose to send; a demanded precondition (428) does.",
    },
    Rule {
        id: PUT_IDEMPOTENT,
        alias: None,
        family: Family::Put,
        core: true,
        title: "Repeating a PUT leaves the same state",
        source: "RFC 9110, section 9.2.2",
        declared_by: "HTTP",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[PUT_UPSERT],
        manual: "The same PUT twice is as good as once; only members marked `volatile` may move. The generated client \
            may therefore repeat one whose answer was lost, and then says `Stored`, since it cannot know which \
            attempt created. A handler of the generated server sees what is there now, and could add to it each time.",
    },
    Rule {
        id: PUT_TARGET,
        alias: None,
        family: Family::Put,
        core: true,
        title: "The URL alone says which resource is meant",
        source: "RFC 9110, section 9.3.4",
        declared_by: "an identifier that is `readOnly` in the body, or absent from it",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[PUT_UPSERT],
        manual: "The identifier is in the path. The body has none, or it is `readOnly` there, so that two different \
            ones cannot be said; a PUT never makes a second resource. In generated code the identifier is an \
            argument and no member of the input type.",
    },
    Rule {
        id: PUT_READBACK,
        alias: None,
        family: Family::Put,
        core: true,
        title: "What PUT answers, and GET then shows, is what was sent",
        source: "common practice; RFC 9110, section 9.3.4",
        declared_by: "the content of the 200 or 201 response",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[PUT_UPSERT, GET_JSON_OBJECT],
        manual: "The representation in the answer is the stored one: what was sent, exactly, with the read-only \
            members. A client may use it without reading again. In the generated server the answer is made from the \
            stored record, by a function of the implementor's, which could represent it otherwise than GET does.",
    },
    Rule {
        id: PUT_CREATE_ONCE,
        alias: None,
        family: Family::Put,
        core: true,
        title: "Of simultaneous PUTs on what is absent exactly one creates",
        source: "PUT-STATUS-TRUE, and that check and change are one step",
        declared_by: "201 and 200 (or 204) on PUT",
        evidence: Evidence::Concurrent,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[PUT_STATUS_TRUE],
        manual: "However many clients put the same absent resource at once, one of them is answered 201 and the \
            others 200, and what is stored is one of the bodies, whole.",
    },
    Rule {
        id: WRITE_ATOMIC,
        alias: None,
        family: Family::Put,
        core: true,
        title: "The requests to one resource have one order",
        source: "follows from the rules on GET, PUT and DELETE; HTTP does not promise it",
        declared_by: "`x-semantics.consistency: linearizable`",
        evidence: Evidence::Concurrent,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[READ_AFTER_WRITE],
        manual: "Whatever happens at the same time, there is an order of the requests to a resource that explains \
            every answer: no mixture of two bodies, no acknowledged write that is lost, no deleted state that \
            comes back.",
    },
    Rule {
        id: READONLY_NOT_WRITABLE,
        alias: None,
        family: Family::Put,
        core: true,
        title: "A client cannot set what is `readOnly`",
        source: "OpenAPI `readOnly`; the source page, on GET",
        declared_by: "`readOnly` on a member; the policy by `x-semantics.onReadOnly`",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[PUT_UPSERT, POST_CREATED],
        manual: "A `readOnly` member that a client sends never takes effect. `onReadOnly` says what the client gets: \
            `ignore` passes over it, `refuse` refuses the request, `match` refuses it unless the value is the \
            present one. Input types of generated code lack the member.",
    },
    Rule {
        id: READONLY_STABLE,
        alias: None,
        family: Family::Put,
        core: false,
        title: "What is set at creation does not move on an update",
        source: "common practice",
        declared_by: "`x-semantics.immutable` on a member",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[PUT_UPSERT],
        manual: "A member that is `immutable` gets its value at creation and keeps it through every PUT and PATCH, \
            such as the moment of creation.",
    },
    Rule {
        id: FAILED_WRITE_NO_EFFECT,
        alias: None,
        family: Family::Put,
        core: true,
        title: "A refused write changes nothing",
        source: "RFC 9110, section 15.5",
        declared_by: "HTTP",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[GET_SAFE],
        manual: "After an answer of the 4xx class everything is as before: nothing was stored, nothing was left over. \
            The generated server rolls the transaction back. A client may correct the request and send it again.",
    },
    Rule {
        id: PATCH_ATOMIC_MERGE,
        alias: None,
        family: Family::Put,
        core: false,
        title: "PATCH applies whole or not at all, and touches only what was sent",
        source: "RFC 5789, section 2; RFC 7396",
        declared_by: "`application/merge-patch+json` as the content of PATCH",
        evidence: Evidence::Both,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[FAILED_WRITE_NO_EFFECT],
        manual: "A merge patch changes the members that it has, removes those that are null in it, and leaves the \
            others. Two patches to different members both land. A patch that fails changes nothing.",
    },
];
