//! `effect: safe` says that nothing changes. A 201 says that something was made, and PUT, PATCH and DELETE are made
//! to change something, so they contradict it. GET and HEAD are safe, and PUT and DELETE idempotent, by HTTP:
//! caches, crawlers and retrying clients rely on it, so another `effect` on them does not undo it.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     post:
//!       operationId: findTags
//!       x-semantics: { effect: safe }
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "201": { description: Found }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /tags:
//!     post:
//!       operationId: findTags
//!       x-semantics: { effect: safe }
//!       requestBody: { required: true, content: { text/plain: { schema: { type: string }, example: red } } }
//!       responses:
//!         "200": { description: It, content: { text/plain: { schema: { type: string }, example: red } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Effect, Method, Operation, RuleId};

use crate::subject::{at_word, concerning, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an `effect` that the method or the statuses contradict",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::GET_SAFE, catalogue::PUT_IDEMPOTENT, catalogue::DELETE_IDEMPOTENT, catalogue::POST_CREATED],
    source: include_str!("effect_contradicts.rs"),
    check,
};

const ID: &str = "lint/effect-contradicts";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        let Some(effect) = operation.semantics.effect else {
            continue;
        };
        let Some((rule, why)) = contradiction(operation, effect) else {
            continue;
        };
        let message = format!("{} is declared `{}`, but {why}", title(operation), effect.as_str());
        let help = "remove `effect`, or choose the method and statuses that fit it";
        let diagnostic = at_word(operation, "effect", |place| Diagnostic::error(ID, message, place)).help(help);
        diagnostics.push(concerning(diagnostic, rule));
    }
}

fn contradiction(operation: &Operation, effect: Effect) -> Option<(RuleId, &'static str)> {
    use catalogue::{DELETE_IDEMPOTENT, FAILED_WRITE_NO_EFFECT, GET_SAFE, POST_CREATED, PUT_IDEMPOTENT, QUERY_SAFE};
    let changes = "its method is there to change something";
    let reads = "HTTP lets everybody repeat it as one that changes nothing";
    let repeats = "HTTP lets everybody repeat it";
    let safe = effect == Effect::Safe;
    match operation.method {
        Method::Put if safe => Some((PUT_IDEMPOTENT, changes)),
        Method::Delete if safe => Some((DELETE_IDEMPOTENT, changes)),
        Method::Patch if safe => Some((FAILED_WRITE_NO_EFFECT, changes)),
        Method::Get | Method::Head | Method::Options | Method::Trace if !safe => Some((GET_SAFE, reads)),
        Method::Query if !safe => Some((QUERY_SAFE, reads)),
        Method::Put if effect == Effect::Unsafe => Some((PUT_IDEMPOTENT, repeats)),
        Method::Delete if effect == Effect::Unsafe => Some((DELETE_IDEMPOTENT, repeats)),
        Method::Post | Method::Get | Method::Head | Method::Query | Method::Options | Method::Trace
            if safe && operation.declares(201) =>
        {
            Some((POST_CREATED, "its 201 says that something was made"))
        }
        Method::Get
        | Method::Head
        | Method::Put
        | Method::Post
        | Method::Patch
        | Method::Delete
        | Method::Options
        | Method::Trace
        | Method::Query
        | Method::Other(_) => None,
    }
}
