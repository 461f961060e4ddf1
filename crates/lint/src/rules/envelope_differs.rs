//! Clients come to rely on what is the custom of an API: all lists are arrays, or all stand in an object; all things are answered as they
//! are, or all in a member of their name. Where four of five (and at least five) keep such a custom, the others are reported.
//!
//! For a list it counts whether it has an object around it, and how its member is called if the custom is one name for all; for one
//! thing whether the answer is an object with nothing in it but one object.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /a/{id}: { get: { operationId: getA, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /b/{id}: { get: { operationId: getB, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /c/{id}: { get: { operationId: getC, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /d/{id}: { get: { operationId: getD, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /e/{id}: { get: { operationId: getE, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /f/{id}: { get: { operationId: getF, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Wrapped" } } } }
//! components:
//!   parameters: { id: { name: id, in: path, required: true, schema: { type: integer } } }
//!   responses:
//!     Plain: { description: It, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
//!     Wrapped:
//!       description: It
//!       content:
//!         application/json: { schema: { type: object, properties: { thing: { $ref: "#/components/schemas/Thing" } } } }
//!   schemas: { Thing: { type: object, properties: { size: { type: integer }, colour: { type: string } } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /a/{id}: { get: { operationId: getA, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /b/{id}: { get: { operationId: getB, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /c/{id}: { get: { operationId: getC, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /d/{id}: { get: { operationId: getD, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /e/{id}: { get: { operationId: getE, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//!   /f/{id}: { get: { operationId: getF, parameters: [{ $ref: "#/components/parameters/id" }], responses: { "200": { $ref: "#/components/responses/Plain" } } } }
//! components:
//!   parameters: { id: { name: id, in: path, required: true, schema: { type: integer } } }
//!   responses:
//!     Plain: { description: It, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
//!   schemas: { Thing: { type: object, properties: { size: { type: integer }, colour: { type: string } } } }
//! ```

use std::collections::BTreeMap;

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::{Api, Content, Operation};

use crate::bodies::{Listing, json_of_200, listings, object};
use crate::subject::{is_most, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an answer that is wrapped otherwise than nearly all others",
    group: Group::Consistency,
    severity: Severity::Warning,
    concerns: &[],
    source: include_str!("envelope_differs.rs"),
    check,
};

const ID: &str = "lint/envelope-differs";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let lists = listings(api);
    let shape = lists.iter().map(|(operation, content, listing)| match listing {
        Listing::Bare => (*operation, *content, "as an array".to_owned()),
        Listing::Wrapped(_) => (*operation, *content, "within an object".to_owned()),
    });
    report("lists", &shape.collect::<Vec<_>>(), diagnostics);
    let member = lists.iter().filter_map(|(operation, content, listing)| match listing {
        Listing::Bare => None,
        Listing::Wrapped(member) => Some((*operation, *content, format!("with the list in `{}`", member.name.wire))),
    });
    report("lists", &member.collect::<Vec<_>>(), diagnostics);
    let items = api.resources.iter().filter_map(|resource| resource.get).map(|id| api.operation(id));
    let items = items.filter_map(|operation| {
        let content = json_of_200(operation)?;
        let how = if is_wrapped(api, content)? { "within an object of its own" } else { "as it is" };
        Some((operation, content, how.to_owned()))
    });
    report("things", &items.collect::<Vec<_>>(), diagnostics);
}

/// Whether an answer is an object with nothing in it but one object. `None` for what is no object at all.
fn is_wrapped(api: &Api, content: &Content) -> Option<bool> {
    match object(api, &content.schema)?.properties.as_slice() {
        [only] => Some(object(api, &only.schema).is_some()),
        _ => Some(false),
    }
}

fn report(what: &str, answers: &[(&Operation, &Content, String)], diagnostics: &mut Diagnostics) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    answers.iter().for_each(|(_, _, how)| *counts.entry(how).or_default() += 1);
    let Some((custom, times)) = counts.into_iter().max_by_key(|(_, times)| *times) else {
        return;
    };
    if !is_most(times, answers.len()) {
        return;
    }
    for (operation, content, how) in answers.iter().filter(|(_, _, how)| how != custom) {
        let message = format!("{} is answered {how}, and each of {times} other {what} {custom}", title(operation));
        let help = "answer it as the others are, before clients rely on the difference";
        diagnostics.push(Diagnostic::warning(ID, message, Place::Key(content.origin.clone())).help(help));
    }
}
