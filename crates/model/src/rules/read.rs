//! GET, HEAD and the metadata of responses.

use super::access::AUTH_ENFORCED;
use super::method::NO_5XX;
use super::{Changes, Evidence, Family, Rule, RuleId};
use crate::DiffSeverity::{Breaks, Strengthens, Weakens};
use crate::Held;

/// GET-SAFE: GET and HEAD change nothing.
pub const GET_SAFE: RuleId = RuleId("GET-SAFE");
/// GET-JSON-OBJECT: A successful GET answers a JSON object.
pub const GET_JSON_OBJECT: RuleId = RuleId("GET-JSON-OBJECT");
/// GET-ABSENT-404: GET of something absent answers 404.
pub const GET_ABSENT_404: RuleId = RuleId("GET-ABSENT-404");
/// GET-LINKS-RESOLVE: Each link of a response leads to a request that succeeds.
pub const GET_LINKS_RESOLVE: RuleId = RuleId("GET-LINKS-RESOLVE");
/// READ-AFTER-WRITE: Once a write is acknowledged, a later GET shows it.
pub const READ_AFTER_WRITE: RuleId = RuleId("READ-AFTER-WRITE");
/// HEAD-MIRRORS-GET: HEAD exists wherever GET does, with the same status and fields.
pub const HEAD_MIRRORS_GET: RuleId = RuleId("HEAD-MIRRORS-GET");
/// HEAD-LENGTH-TRUE: HEAD has no content, and a `Content-Length` only if it is that of GET.
pub const HEAD_LENGTH_TRUE: RuleId = RuleId("HEAD-LENGTH-TRUE");
/// META-ACCESS-INFO: The access metadata stands on every response.
pub const META_ACCESS_INFO: RuleId = RuleId("META-ACCESS-INFO");
/// META-RATE-MONOTONE: Within a window the remaining requests only fall.
pub const META_RATE_MONOTONE: RuleId = RuleId("META-RATE-MONOTONE");
/// RATE-429-RETRY-AFTER: A refusal for load says when to come again, and had no effect.
pub const RATE_429_RETRY_AFTER: RuleId = RuleId("RATE-429-RETRY-AFTER");
/// QUERY-SAFE: QUERY changes nothing, and has content.
pub const QUERY_SAFE: RuleId = RuleId("QUERY-SAFE");

/// The rules of this family, in catalogue order.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: GET_SAFE,
        alias: None,
        family: Family::Read,
        core: true,
        title: "GET and HEAD change nothing",
        source: "the source page, on GET; RFC 9110, section 9.2.1",
        declared_by: "HTTP; an exception only by `x-semantics.effect`",
        evidence: Evidence::Both,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[READ_AFTER_WRITE],
        manual: "Neither the target nor anything beside it changes by being read: not its list, not its ETag, not \
            what an absent identifier means. A handler for GET in the generated server gets a view of the store \
            that has no writing method. The generated client may repeat such a call freely.",
    },
    Rule {
        id: GET_JSON_OBJECT,
        alias: None,
        family: Family::Read,
        core: true,
        title: "A successful GET answers a JSON object",
        source: "the source page, on GET",
        declared_by: "the 200 response: `application/json` with an object at the top",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[AUTH_ENFORCED],
        manual: "The representation is `application/json`, and the value at its top is an object rather than a list \
            or a scalar, so that members can be added later. It is read from the schema of the 200 response. A \
            change of the type breaks every client.",
    },
    Rule {
        id: GET_ABSENT_404,
        alias: None,
        family: Family::Read,
        core: true,
        title: "GET of something absent answers 404",
        source: "RFC 9110, section 15.5.5",
        declared_by: "the 404 response of GET",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Weakens, introduced: Strengthens },
        depends_on: &[NO_5XX],
        manual: "What is not there is answered 404 with the declared problem; never 200 with null, and never an error \
            of the server. The generated outcome is `Found` or `NotFound`, and a handler of the generated server \
            returns an option. Without the 404 in the description the variant is gone, and code that matched on \
            it no longer compiles.",
    },
    Rule {
        id: GET_LINKS_RESOLVE,
        alias: None,
        family: Family::Read,
        core: false,
        title: "Each link of a response leads to a request that succeeds",
        source: "the source page, on GET: attributes form further requests",
        declared_by: "`links` of the 200 response",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Breaks, weakened: Weakens, introduced: Strengthens },
        depends_on: &[GET_JSON_OBJECT],
        manual: "Attributes that a GET returns form the next requests. `links` says which attribute goes into which \
            parameter of which operation; the generated client makes a method of each. To follow a link of an \
            object that was just read must not end in 404, 405 or an error of the server.",
    },
    Rule {
        id: READ_AFTER_WRITE,
        alias: None,
        family: Family::Read,
        core: true,
        title: "Once a write is acknowledged, a later GET shows it",
        source: "a declaration: RFC 9110, section 9.3.4, promises nothing of the kind",
        declared_by: "`x-semantics.consistency`",
        evidence: Evidence::Both,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[GET_JSON_OBJECT],
        manual: "After the answer to a successful write, every GET that starts later shows that write or a later one. \
            `consistency: linearizable` gives this to everybody, `readYourWrites` to the writer, `eventual` to \
            nobody before the bound in `within`. To go from the first to the last is the worst of silent \
            changes: everything compiles, and now and then a program reads the past.",
    },
    Rule {
        id: HEAD_MIRRORS_GET,
        alias: None,
        family: Family::Read,
        core: true,
        title: "HEAD exists wherever GET does, with the same status and fields",
        source: "the source page, on HEAD; RFC 9110, sections 9.1 and 9.3.2",
        declared_by: "HTTP; an explicit `head` operation only to narrow",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Weakens, introduced: Strengthens },
        depends_on: &[GET_SAFE],
        manual: "A HEAD is answered as GET would be, without content; only fields that are known after making the \
            content may be missing. No `head` operation has to be declared for it, and one that is may only \
            narrow. The generated server answers both with one function, and HEAD never makes the body.",
    },
    Rule {
        id: HEAD_LENGTH_TRUE,
        alias: None,
        family: Family::Read,
        core: true,
        title: "HEAD has no content, and a `Content-Length` only if it is that of GET",
        source: "RFC 9110, sections 8.6 and 9.3.2",
        declared_by: "HTTP",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[HEAD_MIRRORS_GET],
        manual: "The answer to HEAD ends after the fields. If it has a `Content-Length`, that is what GET would have \
            sent; a wrong one makes clients reserve, show or wait for the wrong number of bytes, so none at all \
            is better.",
    },
    Rule {
        id: META_ACCESS_INFO,
        alias: None,
        family: Family::Read,
        core: true,
        title: "The access metadata stands on every response",
        source: "the source page, on HEAD: header metadata is access information",
        declared_by: "required headers on each response",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[NO_5XX],
        manual: "Limit, remaining requests, reset and request id are wanted most when something went wrong, so they \
            are on errors and on HEAD too. It is declared by the same headers with `required: true` on every \
            response of the operation. One layer of the generated server writes them; the generated client gives \
            them as `Meta` with every outcome and every error.",
    },
    Rule {
        id: META_RATE_MONOTONE,
        alias: None,
        family: Family::Read,
        core: false,
        title: "Within a window the remaining requests only fall",
        source: "draft-ietf-httpapi-ratelimit-headers",
        declared_by: "the rate headers",
        evidence: Evidence::Both,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[META_ACCESS_INFO],
        manual: "Within one window the number of remaining requests never rises and never exceeds the limit, and the \
            reset lies ahead. Simultaneous requests each cost one. A change of units is not visible in any type.",
    },
    Rule {
        id: RATE_429_RETRY_AFTER,
        alias: None,
        family: Family::Read,
        core: true,
        title: "A refusal for load says when to come again, and had no effect",
        source: "RFC 6585, section 4; RFC 9110, sections 10.2.3 and 15.6.4",
        declared_by: "429 and 503 responses with a required `Retry-After`",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[META_ACCESS_INFO],
        manual: "429 and 503 carry `Retry-After`; what they refuse has not happened; to wait that long helps. The \
            generated client waits it out within its budget, for every operation, because nothing has been done \
            yet. The generated server has no way to refuse for load without a duration.",
    },
    Rule {
        id: QUERY_SAFE,
        alias: None,
        family: Family::Read,
        core: false,
        title: "QUERY changes nothing, and has content",
        source: "RFC 10008",
        declared_by: "a `query` operation (OpenAPI 3.2)",
        evidence: Evidence::Both,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[GET_SAFE],
        manual: "QUERY asks as GET does, with a body to say what is asked. It is safe and may be repeated. The \
            handler gets the same read-only view as one for GET.",
    },
];
