//! `oneOf` takes a value that is valid under one of its schemas and under no other (JSON Schema, section 10.2.1.3 of its core). If one
//! alternative accepts all that another one accepts, no value is ever the other one: what it was written for is valid under both,
//! and is refused. A plain `string` beside a `string` with a format or a pattern is the most frequent case, and `number` beside `integer`.
//!
//! Where a `discriminator` says which alternative is meant, nothing is reported.
//!
//! Bad:
//!
//! ```yaml
//! paths: {}
//! components:
//!   schemas:
//!     Key:
//!       oneOf:
//!         - { type: string }
//!         - { type: string, format: uuid }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths: {}
//! components:
//!   schemas:
//!     Key:
//!       anyOf:
//!         - { type: string, format: uuid }
//!         - { type: string }
//! ```

use std::collections::HashSet;

use methodical_diagnostic::{Diagnostic, Diagnostics, Origin, Place, Severity};
use methodical_document::Value;
use methodical_model::rules as catalogue;
use methodical_model::{Api, Shape, Union};

use crate::covers::Covering;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an alternative of `oneOf` whose values another one accepts too",
    group: Group::Contradictions,
    severity: Severity::Warning,
    concerns: &[catalogue::INVALID_REFUSED],
    source: include_str!("alternative_covered.rs"),
    check,
};

const ID: &str = "lint/alternative-covered";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let covering = Covering::of(api);
    // A component that has a half for each direction is one place in the description.
    let mut told = HashSet::new();
    for definition in &api.types {
        let Shape::Union(union @ Union { exclusive: true, discriminator: None, .. }) = &definition.shape else {
            continue;
        };
        let schema = covering.schema_of(definition);
        let alternatives = schema.and_then(|schema| schema.get("oneOf")?.as_array()).unwrap_or_default();
        // The type says of `null` beside the alternatives, and not as one of them.
        let alternatives: Vec<&Value> = alternatives.iter().filter(|schema| !is_null(schema)).collect();
        if alternatives.len() != union.variants.len() {
            continue;
        }
        let place = |index: usize| &union.variants[index].1.origin;
        for index in 0..alternatives.len() {
            if let Some(other) = wider(&covering, &alternatives, index)
                && told.insert(place(index))
            {
                diagnostics.push(report((index, place(index)), (other, place(other))));
            }
        }
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// The first alternative that accepts all that this one does. Of two that accept the same, the later one is reported.
fn wider(covering: &Covering<'_>, alternatives: &[&Value], index: usize) -> Option<usize> {
    let covers = |wide: usize, narrow: usize| covering.covers(alternatives[wide], alternatives[narrow]);
    let mut others = (0..alternatives.len()).filter(|other| *other != index);
    others.find(|other| covers(*other, index) && (*other < index || !covers(index, *other)))
}

fn report((index, narrow): (usize, &Origin), (other, wide): (usize, &Origin)) -> Diagnostic {
    let message = format!(
        "nothing is ever alternative {} of this `oneOf`: alternative {} accepts all of its values too, so they are refused",
        index + 1,
        other + 1
    );
    Diagnostic::warning(ID, message, Place::Key(narrow.clone()))
        .related(Place::Key(wide.clone()), "the alternative that accepts them too")
        .help("say `anyOf`, with the narrower alternative first; or have the wider one exclude what is meant to be the other")
}
