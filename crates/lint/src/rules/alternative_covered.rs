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

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Schema, Shape, Union};

use crate::covers::covers;
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
    // A component that has a half for each direction is one place in the description.
    let mut told = HashSet::new();
    for definition in &api.types {
        let Shape::Union(union @ Union { exclusive: true, discriminator: None, .. }) = &definition.shape else {
            continue;
        };
        let found = union.variants.iter().enumerate().filter_map(|(index, (_, narrow))| {
            let (other, wide) = wider(api, union, index)?;
            told.insert(&narrow.origin).then(|| report(index, narrow, other, wide))
        });
        diagnostics.extend(found);
    }
}

/// The first alternative that accepts all that this one does. Of two that accept the same, the later one is reported.
fn wider<'a>(api: &Api, union: &'a Union, index: usize) -> Option<(usize, &'a Schema)> {
    let (_, narrow) = &union.variants[index];
    let others = union.variants.iter().enumerate().filter(|(other, _)| *other != index);
    let mut others = others.map(|(other, (_, wide))| (other, wide));
    others.find(|(other, wide)| covers(api, wide, narrow) && (*other < index || !covers(api, narrow, wide)))
}

fn report(index: usize, narrow: &Schema, other: usize, wide: &Schema) -> Diagnostic {
    let message = format!(
        "nothing is ever alternative {} of this `oneOf`: alternative {} accepts all of its values too, so they are refused",
        index + 1,
        other + 1
    );
    Diagnostic::warning(ID, message, Place::Key(narrow.origin.clone()))
        .related(Place::Key(wide.origin.clone()), "the alternative that accepts them too")
        .help("say `anyOf`, with the narrower alternative first; or have the wider one exclude what is meant to be the other")
}
