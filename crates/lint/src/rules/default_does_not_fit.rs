//! A `default` is what counts where nothing is sent. If its own schema refuses it, one of the two is wrong, and servers that put it
//! in come to a value that they would not have taken.
//!
//! A default of `null` or of an empty object is passed over: programs that write descriptions mean by it that there is none.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       parameters: [{ name: size, in: query, schema: { type: integer, maximum: 100, default: 200 } }]
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
//!       parameters: [{ name: size, in: query, schema: { type: integer, maximum: 100, default: 50 } }]
//!       responses: { "200": { description: Letters }, "400": { description: No such page } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Origin, Place, Severity};
use methodical_document::Value;
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::subject::each_schema;
use crate::{Group, LintRule, fits};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a default that its own schema does not allow",
    group: Group::Contradictions,
    severity: Severity::Warning,
    concerns: &[catalogue::INVALID_REFUSED],
    source: include_str!("default_does_not_fit.rs"),
    check,
};

const ID: &str = "lint/default-does-not-fit";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    each_schema(api, &mut |schema| {
        let Some(default) = schema.default.as_ref().filter(|default| !is_none(default)) else {
            return;
        };
        let Some(misfit) = fits::value(api, schema, default) else {
            return;
        };
        let at = if misfit.pointer.is_root() { String::new() } else { format!(" at `{}`", misfit.pointer.as_str()) };
        let message = format!("this default {}{at}", misfit.why);
        let pointer = schema.origin.pointer.join("default");
        let place = Place::Value(Origin { pointer, ..schema.origin.clone() });
        let help = "change the default, or the schema that refuses it";
        diagnostics.push(Diagnostic::warning(ID, message, place).help(help));
    });
}

fn is_none(default: &Value) -> bool {
    match default {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    }
}
