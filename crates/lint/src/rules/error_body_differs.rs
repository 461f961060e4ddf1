//! What goes wrong is handled in one place of a client, by one type. Where four of five errors (and at least five) have one body, an error
//! with another one falls through there. A body that has all members which the usual one requires, or all that it has where it requires
//! none, is no other one: it only says more. Nor is that of OAuth 2 (RFC 6749, section 5.2), which its clients expect.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       responses:
//!         "200": { description: Letters }
//!         "400": &usual
//!           description: Refused
//!           content:
//!             application/json:
//!               schema: { type: object, required: [message], properties: { message: { type: string } } }
//!         "401": *usual
//!         "403": *usual
//!         "404": *usual
//!         "409": *usual
//!         "500":
//!           description: It is our fault
//!           content:
//!             application/json:
//!               schema: { type: object, required: [fault], properties: { fault: { type: string } } }
//! ```
//!
//! Good:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       responses:
//!         "200": { description: Letters }
//!         "400": &usual
//!           description: Refused
//!           content:
//!             application/json:
//!               schema: { type: object, required: [message], properties: { message: { type: string } } }
//!         "401": *usual
//!         "403": *usual
//!         "404": *usual
//!         "409": *usual
//!         "500": *usual
//! ```

use std::collections::{BTreeMap, BTreeSet};

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Content, MediaType, Object};

use crate::bodies::object;
use crate::subject::{is_error, is_most};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "an error with another body than nearly all others",
    group: Group::Consistency,
    severity: Severity::Warning,
    concerns: &[catalogue::ERROR_PROBLEM],
    source: include_str!("error_body_differs.rs"),
    check,
};

const ID: &str = "lint/error-body-differs";

/// The members of a body by name, and whether each is required.
type Members<'a> = BTreeMap<&'a str, bool>;

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let responses = api.operations.iter().flat_map(|operation| &operation.responses);
    let errors = responses.filter(|response| is_error(response.status));
    let contents = errors.filter_map(|response| response.contents.first());
    let bodies: Vec<(&Content, Members<'_>)> =
        contents.filter_map(|content| Some((content, members(object_of(api, content)?)))).collect();
    let mut counts: BTreeMap<&Members<'_>, usize> = BTreeMap::new();
    bodies.iter().for_each(|(_, members)| *counts.entry(members).or_default() += 1);
    let Some((usual, times)) = counts.into_iter().max_by_key(|(_, times)| *times) else {
        return;
    };
    if !is_most(times, bodies.len()) {
        return;
    }
    let needed: BTreeSet<&str> = needed(usual);
    let says_it = |members: &Members<'_>| needed.iter().all(|name| members.contains_key(name)) || is_of_oauth(members);
    for (content, _) in bodies.iter().filter(|(_, members)| !says_it(members)) {
        let message = format!("this error has another body than {times} others");
        let names = needed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let help = format!("give it the body that the others have, with {names}");
        diagnostics.push(Diagnostic::warning(ID, message, Place::Key(content.origin.clone())).help(help));
    }
}

/// The object that an error is. A problem has a type of its own, which everybody knows.
fn object_of<'a>(api: &'a Api, content: &'a Content) -> Option<&'a Object> {
    if content.kind != MediaType::Json {
        return None;
    }
    object(api, &content.schema).filter(|object| !object.properties.is_empty())
}

fn members(object: &Object) -> Members<'_> {
    object.properties.iter().map(|member| (member.name.wire.as_str(), member.required)).collect()
}

/// What a client may look for in the usual body.
fn needed<'a>(usual: &Members<'a>) -> BTreeSet<&'a str> {
    let required: BTreeSet<&str> = usual.iter().filter(|(_, required)| **required).map(|(name, _)| *name).collect();
    if required.is_empty() { usual.keys().copied().collect() } else { required }
}

fn is_of_oauth(members: &Members<'_>) -> bool {
    members.contains_key("error") && members.contains_key("error_description")
}
