//! Who may ask for a page of any size may ask for everything, and one caller's page is then everybody's outage. A `maximum` says what is
//! given at most, and clients need not find it out.
//!
//! Where no page of an API has a maximum it is said once.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       parameters: [{ name: per_page, in: query, schema: { type: integer } }]
//!       responses: { "200": { description: Letters }, "400": { description: No such page } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       parameters: [{ name: per_page, in: query, schema: { type: integer, minimum: 1, maximum: 200 } }]
//!       responses: { "200": { description: Letters }, "400": { description: No such page } }
//! ```

use std::collections::BTreeSet;

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Kind, Parameter, ParameterRole};

use crate::subject::fold;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a page size without a maximum",
    group: Group::Gaps,
    severity: Severity::Note,
    concerns: &[catalogue::LIST_PAGE_COMPLETE],
    source: include_str!("page_size_unbounded.rs"),
    check,
};

const ID: &str = "lint/page-size-unbounded";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let parameters = api.operations.iter().flat_map(|operation| &operation.parameters);
    let mut seen = BTreeSet::new();
    // A component that many operations use is one decision.
    let sizes: Vec<&Parameter> = parameters
        .filter(|parameter| parameter.role == ParameterRole::PageSize && seen.insert(&parameter.origin))
        .collect();
    let found = sizes.iter().filter(|parameter| is_unbounded(api, parameter)).map(|parameter| {
        let message = format!("`{}` asks for a page of any size", parameter.name.wire);
        Diagnostic::note(ID, message, Place::Value(parameter.origin.clone())).help("add `maximum` to its schema")
    });
    let all = "no page size of this API has a maximum; this is the first";
    fold(found.collect(), sizes.len(), all, diagnostics);
}

fn is_unbounded(api: &Api, parameter: &Parameter) -> bool {
    match api.unaliased(&parameter.schema).kind {
        Kind::Integer { maximum, .. } => maximum.is_none(),
        Kind::Number { maximum, .. } => maximum.is_none(),
        Kind::Any
        | Kind::Nothing
        | Kind::Boolean
        | Kind::String { .. }
        | Kind::Constant(_)
        | Kind::Array { .. }
        | Kind::Tuple { .. }
        | Kind::Map { .. }
        | Kind::Named(_) => false,
    }
}
