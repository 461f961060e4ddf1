//! An example is what people copy first. One that its schema forbids is refused by the server that was generated
//! from the same description.
//!
//! Types, enumerations, bounds, lengths, patterns, required and unknown members are compared; formats are not. Every
//! example counts: of a schema, a property, a body, a parameter, a header, each of `examples` too. One that stands with a
//! schema serves both ways; one that stands with a body has no `readOnly` member that a request would be refused for, and
//! no `writeOnly` member in a response.
//!
//! Bad:
//!
//! ```yaml
//! paths: {}
//! components: { schemas: { Colour: { type: string, maxLength: 5, example: yellow } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths: {}
//! components: { schemas: { Colour: { type: string, maxLength: 6, example: yellow } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Origin, Place, Severity};
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::fits::{self, Misfit};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an example that its own schema does not allow",
    group: Group::Examples,
    severity: Severity::Warning,
    concerns: &[catalogue::INVALID_REFUSED],
    source: include_str!("example_does_not_fit.rs"),
    check,
};

const ID: &str = "lint/example-does-not-fit";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for example in &api.examples {
        if let Some(Misfit { pointer, why }) = fits::example(api, example) {
            let at = if pointer.is_root() { "it".to_owned() } else { format!("`{pointer}`") };
            let message = format!("the example here does not fit its schema: {at} {why}");
            // The value that does not fit, however large the example.
            let origin = Origin { pointer: example.origin.pointer.concat(&pointer), ..example.origin.clone() };
            let diagnostic = Diagnostic::warning(ID, message, Place::Key(origin));
            diagnostics.push(diagnostic.help("change the example, or the schema"));
        }
    }
}
