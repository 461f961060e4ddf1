//! An array at the top of an answer can never say anything else: a cursor, a total or a warning that comes later breaks every
//! client. In an object it is a member more.
//!
//! Where all lists of an API are answered so it is said once.
//!
//! Bad:
//!
//! ```yaml
//! paths:
//!   /letters:
//!     get:
//!       operationId: listLetters
//!       responses:
//!         "200":
//!           description: Letters
//!           content: { application/json: { schema: { type: array, items: { type: string } } } }
//!   /letters/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
//!     get: { operationId: getLetter, responses: { "200": { description: It }, "404": { description: There is none } } }
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
//!         "200":
//!           description: Letters
//!           content:
//!             application/json:
//!               schema: { type: object, properties: { letters: { type: array, items: { type: string } } } }
//!   /letters/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
//!     get: { operationId: getLetter, responses: { "200": { description: It }, "404": { description: There is none } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use methodical_model::Api;
use methodical_model::rules as catalogue;

use crate::bodies::{Listing, listings};
use crate::subject::{fold, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a list that is answered as an array, with no object around it",
    group: Group::Gaps,
    severity: Severity::Note,
    concerns: &[catalogue::GET_JSON_OBJECT],
    source: include_str!("bare_list.rs"),
    check,
};

const ID: &str = "lint/bare-list";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let lists = listings(api);
    let found =
        lists.iter().filter(|(_, _, listing)| matches!(listing, Listing::Bare)).map(|(operation, content, _)| {
            let message = format!("{} answers an array, which can never say anything more", title(operation));
            let help = "answer an object with the array as a member";
            Diagnostic::note(ID, message, Place::Key(content.origin.clone())).help(help)
        });
    let all = "all lists of this API are bare arrays, which can never say anything more; this is the first";
    fold(found.collect(), lists.len(), all, diagnostics);
}
