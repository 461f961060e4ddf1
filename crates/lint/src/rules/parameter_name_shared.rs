//! An object with `style: form` and `explode: true`, which is what a query parameter has if nothing is said, is sent as its members: each is
//! a parameter by itself, and the name of the object is not sent. If a member is called as another parameter is, or as a member of another
//! such object, one name stands for two things: whoever receives `?limit=5` cannot tell which of them it was, and takes it for both.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       parameters:
//!         - { name: limit, in: query, schema: { type: integer } }
//!         - { name: filter, in: query, schema: { type: object, properties: { limit: { type: integer } } } }
//!       responses: { "204": { description: Done } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       parameters:
//!         - { name: limit, in: query, schema: { type: integer } }
//!         - { name: filter, in: query, style: deepObject, schema: { type: object, properties: { limit: { type: integer } } } }
//!       responses: { "204": { description: Done } }
//! ```

use std::collections::BTreeMap;

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::{Api, Parameter, ParameterLocation, ParameterStyle};

use crate::subject::objects_of;
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a member of an exploded object with the name of another parameter",
    group: Group::Http,
    severity: Severity::Warning,
    concerns: &[],
    source: include_str!("parameter_name_shared.rs"),
    check,
};

const ID: &str = "lint/parameter-name-shared";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    for operation in &api.operations {
        for location in [ParameterLocation::Query, ParameterLocation::Cookie] {
            let mut sent: BTreeMap<&str, &Parameter> = BTreeMap::new();
            let here = operation.parameters.iter().filter(|parameter| parameter.location == location);
            let here = here.map(|parameter| (parameter, members(api, parameter)));
            let (exploded, plain): (Vec<_>, Vec<_>) = here.partition(|(_, members)| !members.is_empty());
            sent.extend(plain.into_iter().map(|(parameter, _)| (parameter.name.wire.as_str(), parameter)));
            for (parameter, members) in exploded {
                let shared = members.iter().filter_map(|member| Some((*member, *sent.get(member)?)));
                diagnostics.extend(shared.map(|(member, other)| both(parameter, member, other)));
                sent.extend(members.into_iter().map(|member| (member, parameter)));
            }
        }
    }
}

/// The names that an object is sent by; none if it is sent by its own.
fn members<'a>(api: &'a Api, parameter: &'a Parameter) -> Vec<&'a str> {
    let is_exploded = parameter.explode && matches!(parameter.style, ParameterStyle::Form | ParameterStyle::Cookie);
    let objects = if is_exploded { objects_of(api, vec![&parameter.schema]) } else { Vec::new() };
    let mut names: Vec<&str> =
        objects.iter().flat_map(|object| &object.properties).map(|member| member.name.wire.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn both(parameter: &Parameter, member: &str, other: &Parameter) -> Diagnostic {
    let name = &parameter.name.wire;
    let message = format!("`{member}` is a member of `{name}`, which is sent as its members, and something else too");
    let help = match parameter.location {
        ParameterLocation::Query => format!("rename one of them, or send `{name}` with `style: deepObject`"),
        ParameterLocation::Path | ParameterLocation::Header | ParameterLocation::Cookie => {
            "rename one of them".to_owned()
        }
    };
    Diagnostic::warning(ID, message, Place::Value(parameter.origin.clone()))
        .related(Place::Value(other.origin.clone()), "the other one")
        .help(help)
}
