//! Methods as such, errors, and what holds for every exchange.

use super::access::AUTH_ENFORCED;
use super::read::GET_SAFE;
use super::{Changes, Evidence, Family, Rule, RuleId};
use crate::DiffSeverity::{Breaks, Strengthens, Weakens};
use crate::Held;

/// METHOD-NOT-ALLOWED-ALLOW: A method that a path lacks is 405, with the true list in `Allow`.
pub const METHOD_NOT_ALLOWED_ALLOW: RuleId = RuleId("METHOD-NOT-ALLOWED-ALLOW");
/// METHOD-UNKNOWN-501: A method that nobody knows is 501.
pub const METHOD_UNKNOWN_501: RuleId = RuleId("METHOD-UNKNOWN-501");
/// METHOD-NO-OVERRIDE: No header or parameter turns a GET into a write.
pub const METHOD_NO_OVERRIDE: RuleId = RuleId("METHOD-NO-OVERRIDE");
/// ERROR-PROBLEM: Errors are `application/problem+json` and say what happened.
pub const ERROR_PROBLEM: RuleId = RuleId("ERROR-PROBLEM");
/// ERROR-DECLARED: Only declared statuses occur, and the refusals of HTTP itself.
pub const ERROR_DECLARED: RuleId = RuleId("ERROR-DECLARED");
/// INVALID-REFUSED: What the schemas forbid is refused, and what they allow is not.
pub const INVALID_REFUSED: RuleId = RuleId("INVALID-REFUSED");
/// NO-5XX: No request makes the server fail.
pub const NO_5XX: RuleId = RuleId("NO-5XX");
/// OPTIONS-ALLOW: OPTIONS lists the methods of a path.
pub const OPTIONS_ALLOW: RuleId = RuleId("OPTIONS-ALLOW");
/// SUNSET-HONEST: What is deprecated says so in its answers.
pub const SUNSET_HONEST: RuleId = RuleId("SUNSET-HONEST");
/// PREFER-HONEST: A preference is honoured or ignored, and the answer tells which.
pub const PREFER_HONEST: RuleId = RuleId("PREFER-HONEST");
/// CACHE-HONEST: What is marked fresh stays true that long.
pub const CACHE_HONEST: RuleId = RuleId("CACHE-HONEST");
/// RANGE-HONEST: Parts agree with the whole.
pub const RANGE_HONEST: RuleId = RuleId("RANGE-HONEST");

/// The rules of this family, in catalogue order.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: METHOD_NOT_ALLOWED_ALLOW,
        alias: None,
        family: Family::Method,
        core: true,
        title: "A method that a path lacks is 405, with the true list in `Allow`",
        source: "RFC 9110, sections 10.2.1 and 15.5.6",
        declared_by: "the operations of the path",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[NO_5XX],
        manual: "A known method for which a path has no operation is answered 405, without effect, and `Allow` names \
            the methods that it has, HEAD and OPTIONS among them.",
    },
    Rule {
        id: METHOD_UNKNOWN_501,
        alias: None,
        family: Family::Method,
        core: false,
        title: "A method that nobody knows is 501",
        source: "RFC 9110, section 9.1",
        declared_by: "HTTP",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[NO_5XX],
        manual: "A method that is not recognised is answered 501 (or 405) and never falls through to some default.",
    },
    Rule {
        id: METHOD_NO_OVERRIDE,
        alias: None,
        family: Family::Method,
        core: true,
        title: "No header or parameter turns a GET into a write",
        source: "RFC 9110, section 9.2.1",
        declared_by: "HTTP",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[GET_SAFE],
        manual: "`X-HTTP-Method-Override`, `_method` and their like are ignored: what a cache, a crawler or a log \
            takes for a GET is one.",
    },
    Rule {
        id: ERROR_PROBLEM,
        alias: None,
        family: Family::Method,
        core: true,
        title: "Errors are `application/problem+json` and say what happened",
        source: "RFC 9457, section 3.1",
        declared_by: "the content of the 4xx and 5xx responses",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Strengthens },
        depends_on: &[NO_5XX],
        manual: "Each error has a problem as its content: `status` is that of the status line, `detail` is a \
            sentence, `type` tells kinds of errors apart. In the generated server it is the only body that an \
            error can have.",
    },
    Rule {
        id: ERROR_DECLARED,
        alias: None,
        family: Family::Method,
        core: true,
        title: "Only declared statuses occur, and the refusals of HTTP itself",
        source: "OpenAPI `responses`",
        declared_by: "`responses` without `default`",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Weakens, weakened: Breaks, introduced: Strengthens },
        depends_on: &[NO_5XX],
        manual: "A status that the description does not name is not answered. A handler of the generated server that \
            would refuse with another does not compile. A new status is one that existing clients do not know. What \
            any HTTP server may say to a request that it cannot take needs no declaration: 404 for an unknown path, 405, \
            406, 408, 412, 413, 414, 415, 431 and 501.",
    },
    Rule {
        id: INVALID_REFUSED,
        alias: Some("VALID-ACCEPTED"),
        family: Family::Method,
        core: true,
        title: "What the schemas forbid is refused, and what they allow is not",
        source: "OpenAPI schemas",
        declared_by: "schemas of parameters and bodies, and the 400 or 422 response",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Breaks, weakened: Breaks, introduced: Breaks },
        depends_on: &[NO_5XX, AUTH_ENFORCED],
        manual: "A request that does not fit its schemas is a 4xx that says where; one that fits is never refused for \
            its form. So the schemas are the whole truth about what may be sent, and tightening them breaks \
            clients. The generated server holds each request against them before a handler sees it. What no schema can \
            say, for example that a reference leads somewhere, a handler may refuse too, and names the place.",
    },
    Rule {
        id: NO_5XX,
        alias: None,
        family: Family::Method,
        core: true,
        title: "No request makes the server fail",
        source: "RFC 9110, section 15.6",
        declared_by: "HTTP",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[],
        manual: "Whatever is sent, an error of the server is a defect. The generated server turns a panic of a \
            handler into a problem with status 500, and the next request finds it well.",
    },
    Rule {
        id: OPTIONS_ALLOW,
        alias: None,
        family: Family::Method,
        core: false,
        title: "OPTIONS lists the methods of a path",
        source: "RFC 9110, section 9.3.7",
        declared_by: "the operations of the path",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[METHOD_NOT_ALLOWED_ALLOW],
        manual: "The answer to OPTIONS has an `Allow` with the methods for which the path has operations, and with \
            those alone.",
    },
    Rule {
        id: SUNSET_HONEST,
        alias: None,
        family: Family::Method,
        core: false,
        title: "What is deprecated says so in its answers",
        source: "RFC 9745; RFC 8594",
        declared_by: "`deprecated: true`, and the `Deprecation` and `Sunset` headers",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[NO_5XX],
        manual: "A deprecated operation carries `Deprecation`, and `Sunset` where its end is fixed; as long as it \
            answers, that end is not past.",
    },
    Rule {
        id: PREFER_HONEST,
        alias: None,
        family: Family::Method,
        core: false,
        title: "A preference is honoured or ignored, and the answer tells which",
        source: "RFC 7240",
        declared_by: "a header parameter `Prefer`",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[NO_5XX],
        manual: "`Prefer: return=minimal` may be followed or not; `Preference-Applied` says the truth about it.",
    },
    Rule {
        id: CACHE_HONEST,
        alias: None,
        family: Family::Method,
        core: false,
        title: "What is marked fresh stays true that long",
        source: "RFC 9111, section 4; RFC 9110, section 12.5.5",
        declared_by: "the `Cache-Control` and `Vary` headers",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[GET_SAFE],
        manual: "A response that may be kept is not contradicted within its lifetime, and `Vary` names the fields of \
            the request that it depends on.",
    },
    Rule {
        id: RANGE_HONEST,
        alias: None,
        family: Family::Method,
        core: false,
        title: "Parts agree with the whole",
        source: "RFC 9110, section 14",
        declared_by: "the `Accept-Ranges` header and the 206 response",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[GET_SAFE],
        manual: "Where byte ranges are offered, a 206 is exactly that part of the 200, and a range beyond the end is \
            416.",
    },
];
