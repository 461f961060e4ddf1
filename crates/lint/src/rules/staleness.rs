//! `within` bounds how long a write may stay unseen, which only `consistency: eventual` allows. Beside
//! `linearizable` or `readYourWrites`, or alone, it says nothing.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       x-semantics: { within: PT5S }
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     get:
//!       operationId: listTags
//!       x-semantics: { consistency: eventual, within: PT5S }
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//! ```

use crate::{Group, LintRule};
use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Consistency};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "`within` without `consistency: eventual`",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::READ_AFTER_WRITE],
    source: include_str!("staleness.rs"),
    check,
};

const ID: &str = "lint/staleness";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let root = std::iter::once(&api.semantics);
    let all = root.chain(api.operations.iter().map(|operation| &operation.semantics));
    for semantics in all.filter(|semantics| semantics.within.is_some_and(|within| within > 0)) {
        let Some(origin) = semantics.origin("within") else {
            continue;
        };
        if semantics.consistency != Some(Consistency::Eventual) {
            let message = "`within` bounds an eventual consistency, and none is declared";
            let help = "say `consistency: eventual` beside it, or remove it";
            diagnostics.push(Diagnostic::error(ID, message, Place::Key(origin.clone())).help(help));
        }
    }
}
