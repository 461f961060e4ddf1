//! Access and transport: who may ask, and over what.

use super::method::NO_5XX;
use super::{Changes, Evidence, Family, Rule, RuleId};
use crate::DiffSeverity::{Breaks, Strengthens, Weakens};
use crate::Held;

/// HTTPS-ONLY: Exchanges happen over TLS only.
pub const HTTPS_ONLY: RuleId = RuleId("HTTPS-ONLY");
/// AUTH-ENFORCED: Without valid credentials an operation is refused before it has any effect.
pub const AUTH_ENFORCED: RuleId = RuleId("AUTH-ENFORCED");
/// AUTH-CHALLENGE: A 401 says in `WWW-Authenticate` how to authenticate.
pub const AUTH_CHALLENGE: RuleId = RuleId("AUTH-CHALLENGE");
/// AUTH-NO-ORACLE: A caller without rights cannot tell what is absent from what is hidden.
pub const AUTH_NO_ORACLE: RuleId = RuleId("AUTH-NO-ORACLE");

/// The rules of this family, in catalogue order.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: HTTPS_ONLY,
        alias: None,
        family: Family::Access,
        core: true,
        title: "Exchanges happen over TLS only",
        source: "the source page, on requests; RFC 9110, section 4.2.2",
        declared_by: "every URL in `servers` is `https` (loopback aside)",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Breaks, weakened: Weakens, introduced: Strengthens },
        depends_on: &[],
        manual: "A request in plaintext has no effect and yields no representation. It is declared by `servers`, all \
            of which are `https`; addresses of the machine itself may be plain. The generated client takes no \
            plain `http` URL but by a constructor that says so, and a plaintext listener of the generated server \
            holds no handler at all.",
    },
    Rule {
        id: AUTH_ENFORCED,
        alias: None,
        family: Family::Access,
        core: true,
        title: "Without valid credentials an operation is refused before it has any effect",
        source: "OpenAPI `security`; RFC 9110, section 15.5.2",
        declared_by: "`security`, and the 401 response",
        evidence: Evidence::Sequential,
        held: Held::ByType,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Breaks },
        depends_on: &[NO_5XX],
        manual: "Wherever `security` stands, a request with missing or wrong credentials is answered 401 and changes \
            nothing; this includes HEAD. A handler of the generated server receives the caller as a value that \
            only authentication can make. Taking `security` away opens an operation without breaking any client, \
            which is why nobody would notice; adding it breaks every client that has no credentials.",
    },
    Rule {
        id: AUTH_CHALLENGE,
        alias: None,
        family: Family::Access,
        core: true,
        title: "A 401 says in `WWW-Authenticate` how to authenticate",
        source: "RFC 9110, sections 11.6.1 and 15.5.2",
        declared_by: "HTTP; the header on the 401 response",
        evidence: Evidence::Sequential,
        held: Held::AtRunTime,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[AUTH_ENFORCED],
        manual: "HTTP demands a challenge with every 401. Declare `WWW-Authenticate` on the 401 response, required, \
            so that generated clients can hand it on with the error. In the generated server no 401 can be \
            answered without one.",
    },
    Rule {
        id: AUTH_NO_ORACLE,
        alias: None,
        family: Family::Access,
        core: false,
        title: "A caller without rights cannot tell what is absent from what is hidden",
        source: "common practice of large APIs; RFC 9110, section 15.5.4",
        declared_by: "`x-semantics.hidden`",
        evidence: Evidence::Sequential,
        held: Held::ByProofOnly,
        changes: Changes { withdrawn: Weakens, weakened: Weakens, introduced: Strengthens },
        depends_on: &[AUTH_ENFORCED],
        manual: "`hidden: notFound` says that what a caller may not see is answered exactly as if it were absent; \
            `hidden: forbidden` says that it is answered 403. Either may be wanted; a change from one to the \
            other tells strangers more, or tells friends less.",
    },
];
