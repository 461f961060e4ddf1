//! An example is what people copy first. One that its schema forbids is refused by the server that was generated
//! from the same description.
//!
//! Types, enumerations, bounds, lengths, patterns, required and unknown members are compared; formats are not.

use methodical_diagnostic::{Diagnostic, Diagnostics, Origin, Place, Severity};
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::LintRule;
use crate::fits::{self, Misfit};
use crate::subject::each_content;

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an example that its own schema does not allow",
    severity: Severity::Warning,
    concerns: &[catalogue::INVALID_REFUSED],
    source: include_str!("example_does_not_fit.rs"),
    check,
};

const ID: &str = "lint/example-does-not-fit";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for definition in &api.types {
        let Some(example) = &definition.example else {
            continue;
        };
        let misfit = fits::shape(api, &definition.shape, definition, example);
        misfit.into_iter().for_each(|misfit| diagnostics.push(diagnose(&misfit, &definition.origin)));
    }
    each_content(api, &mut |content| {
        let Some(example) = &content.example else {
            return;
        };
        let misfit = fits::schema(api, &content.schema, example);
        misfit.into_iter().for_each(|misfit| diagnostics.push(diagnose(&misfit, &content.origin)));
    });
}

fn diagnose(misfit: &Misfit, origin: &Origin) -> Diagnostic {
    let at = if misfit.pointer.is_root() { "it".to_owned() } else { format!("`{}`", misfit.pointer) };
    let message = format!("the example here does not fit its schema: {at} {}", misfit.why);
    Diagnostic::warning(ID, message, Place::Key(origin.clone())).help("change the example, or the schema")
}
