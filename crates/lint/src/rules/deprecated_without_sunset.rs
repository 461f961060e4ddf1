//! Whoever calls a deprecated operation does not read its description again. `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) in its
//! answers tell the programs that still do, and when it ends.
//!
//! Where no deprecated operation of an API says so it is said once.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /telegrams:
//!     get: { operationId: listTelegrams, deprecated: true, responses: { "200": { description: All telegrams } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /telegrams:
//!     get:
//!       operationId: listTelegrams
//!       deprecated: true
//!       responses:
//!         "200": { description: All telegrams, headers: { Sunset: { required: true, schema: { type: string } } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Operation};

use crate::subject::{fold, place, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a deprecated operation whose answers do not say so",
    group: Group::Gaps,
    severity: Severity::Note,
    concerns: &[catalogue::SUNSET_HONEST],
    source: include_str!("deprecated_without_sunset.rs"),
    check,
};

const ID: &str = "lint/deprecated-without-sunset";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let deprecated: Vec<&Operation> = api.operations.iter().filter(|operation| operation.deprecated).collect();
    let found = deprecated.iter().filter(|operation| !says_so(operation)).map(|operation| {
        let message = format!("{} is deprecated, and its answers do not say so", title(operation));
        let help = "declare `Deprecation` and `Sunset` in the `headers` of its responses";
        Diagnostic::note(ID, message, place(operation)).help(help)
    });
    let all = "no deprecated operation of this API says so in its answers; this is the first";
    fold(found.collect(), deprecated.len(), all, diagnostics);
}

fn says_so(operation: &Operation) -> bool {
    let tells = |name| operation.responses.iter().any(|response| response.header(name).is_some());
    tells("Sunset") || tells("Deprecation")
}
