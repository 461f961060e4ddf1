//! `pattern` is a regular expression of ECMA-262 with the flag `u` (JSON Schema, section 6.3.3 of its validation
//! part). One that cannot be compiled checks nothing, so what it should forbid would be accepted.
//!
//! Bad:
//!
//! ```yaml
//! paths: {}
//! components: { schemas: { Name: { type: string, pattern: "^[a-z+$" } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths: {}
//! components: { schemas: { Name: { type: string, pattern: "^[a-z]+$" } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Kind};
use regress::Regex;

use crate::subject::each_schema;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a `pattern` that is no regular expression",
    group: Group::Contradictions,
    severity: Severity::Error,
    concerns: &[catalogue::INVALID_REFUSED],
    source: include_str!("pattern_invalid.rs"),
    check,
};

const ID: &str = "lint/pattern-invalid";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    each_schema(api, &mut |schema| {
        let Kind::String { pattern: Some(pattern), .. } = &schema.kind else {
            return;
        };
        if let Err(error) = Regex::with_flags(pattern, "u") {
            let message = format!("`{pattern}` is no regular expression: {error}");
            let help =
                "write one that ECMA-262 allows (for a character of the syntax itself, put a backslash before it)";
            diagnostics.push(Diagnostic::error(ID, message, Place::Key(schema.origin.clone())).help(help));
        }
    });
}
