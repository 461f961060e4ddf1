//! A list without pages grows with what it lists, until its answer is too large for somebody: to add pages then breaks the
//! clients that take the first for all.
//!
//! Any query parameter that has the name of a page, a position or a size counts, and so does a `Link` header field. So does `maxItems`,
//! which says that there will never be many. Where no list of an API has pages it is said once.
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
//!           content:
//!             application/json:
//!               schema: { type: object, properties: { letters: { type: array, items: { type: string } } } }
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
//!       parameters: [{ name: cursor, in: query, schema: { type: string } }]
//!       responses:
//!         "200":
//!           description: Letters
//!           content:
//!             application/json:
//!               schema:
//!                 type: object
//!                 properties: { letters: { type: array, items: { type: string } }, next_cursor: { type: string } }
//!         "400": { description: No such page }
//!   /letters/{id}:
//!     parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
//!     get: { operationId: getLetter, responses: { "200": { description: It }, "404": { description: There is none } } }
//! ```

use methodical_diagnostic::{Diagnostic, Diagnostics, Severity};
use methodical_model::rules as catalogue;
use methodical_model::{Api, Content, HeaderRole, Kind, Operation, Parameter, ParameterLocation};

use crate::bodies::{Listing, listings};
use crate::subject::{fold, place, title};
use crate::{Group, LintRule};

pub(super) const RULE: LintRule = LintRule {
    id: ID,
    summary: "a list that has no pages",
    group: Group::Gaps,
    severity: Severity::Note,
    concerns: &[catalogue::LIST_PAGE_COMPLETE],
    source: include_str!("list_without_pages.rs"),
    check,
};

const ID: &str = "lint/list-without-pages";

fn check(api: &Api, diagnostics: &mut Diagnostics) {
    let lists = listings(api);
    let without = lists.iter().filter(|(operation, content, listing)| {
        !operation.unread_parameters && !has_pages(operation) && !is_bounded(api, content, listing)
    });
    let found = without.map(|(operation, _, _)| {
        let message = format!("{} answers everything at once, however much it is", title(operation));
        Diagnostic::note(ID, message, place(operation))
            .help("take a cursor or a page, and say in the answer what comes next")
    });
    let all = "no list of this API has pages: each answers everything at once; this is the first";
    fold(found.collect(), lists.len(), all, diagnostics);
}

fn has_pages(operation: &Operation) -> bool {
    let mut headers = operation.responses.iter().flat_map(|response| &response.headers);
    operation.paging.is_some()
        || operation.parameters.iter().any(moves)
        || headers.any(|header| header.role == HeaderRole::Link)
}

/// Words of names by which a page is asked for.
const WORDS: [&str; 20] = [
    "page", "pages", "cursor", "limit", "offset", "token", "marker", "after", "before", "since", "start", "starting",
    "from", "skip", "top", "size", "count", "max", "per", "first",
];

fn moves(parameter: &Parameter) -> bool {
    parameter.location == ParameterLocation::Query && parameter.name.snake.split('_').any(|word| WORDS.contains(&word))
}

fn is_bounded(api: &Api, content: &Content, listing: &Listing<'_>) -> bool {
    let list = match listing {
        Listing::Bare => &content.schema,
        Listing::Wrapped(member) => &member.schema,
    };
    matches!(api.unaliased(list).kind, Kind::Array { max_items: Some(_), .. })
}
