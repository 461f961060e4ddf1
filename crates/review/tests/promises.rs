//! Every change that the catalogue's column *diff* names: one edit of a description, and what it does to the promises.

mod common;

use common::{api, edited};
use methodical_review::{ChangeKind, PromiseChange, compare};

const BASE: &str = include_str!("shelves.yaml");

/// What the edits do to promises, a line for each change that does anything: `breaks GET-ABSENT-404 withdrawn: response-removed`.
fn promises(edits: &[(&str, &str)]) -> String {
    let review = compare(&api(BASE), &api(&edited(BASE, edits)));
    let mut lines = String::new();
    for change in &review.changes {
        let Some(verdict) = &change.promises else { continue };
        let rule = verdict.rule.map_or("everything", |rule| rule.as_str());
        let place = change.operations().join(", ");
        let (severity, kind) = (verdict.severity.as_str(), verdict.kind.as_str());
        lines += &format!("{severity}: {rule} {kind}, by {} of {place}\n  {}\n", change.kind.as_str(), verdict.message);
        if !verdict.consequences.is_empty() {
            let names: Vec<_> = verdict.consequences.iter().map(|rule| rule.as_str()).collect();
            lines += &format!("  with {}\n", names.join(", "));
        }
        let also: Vec<_> = verdict.also.iter().map(|(kind, rule)| format!("{rule} {}", kind.as_str())).collect();
        if !also.is_empty() {
            lines += &format!("  also {}\n", also.join(", "));
        }
    }
    lines
}

/// One test and one snapshot for each change of the catalogue.
macro_rules! changes {
    ($($name:ident: [$(($from:expr, $to:expr)),+ $(,)?];)+) => {
        $(
            #[test]
            fn $name() {
                insta::assert_snapshot!(stringify!($name), promises(&[$(($from, $to)),+]));
            }
        )+
    };
}

changes! {
    https_only_to_http: [("https://api.example.com", "http://api.example.com")];
    auth_enforced_removed: [("security: [{ token: [] }]", "security: []")];
    auth_enforced_added: [
        ("operationId: listBooks\n      responses:", "operationId: listBooks\n      security: []\n      responses:"),
        ("security: [{ token: [] }]\nx-", "security: [{ token: [], key: [] }]\nx-"),
        ("securitySchemes: {", "securitySchemes: { key: { type: apiKey, in: header, name: X-Key },"),
    ];
    auth_no_oracle_other: [("hidden: notFound", "hidden: forbidden")];
    get_safe_marked_unsafe: [
        ("operationId: listBooks\n", "operationId: listBooks\n      x-semantics: { effect: unsafe }\n"),
    ];
    get_json_object_type: [
        ("Books: { type: object, properties: { books: { type: array, items: { type: string } } } }", "Books: { type: array, items: { type: string } }"),
    ];
    get_absent_404_dropped: [
        ("        '404': { $ref: '#/components/responses/Absent' }\n    head", "    head"),
    ];
    get_links_resolve_removed: [
        ("          links: { books: { operationId: listBooks, parameters: { name: $response.body#/name } } }\n", ""),
    ];
    read_after_write_eventual: [("consistency: linearizable", "consistency: eventual")];
    head_removed: [
        ("    head: { operationId: headShelf, responses: { '200': { description: It. }, '404': { description: None. } } }\n", ""),
    ];
    meta_header_removed: [
        ("description: Yours., headers: { RateLimit-Remaining: { $ref: '#/components/headers/Remaining' } }", "description: Yours."),
    ];
    meta_header_optional: [("Remaining: { required: true,", "Remaining: { required: false,")];
    retry_after_removed: [
        ("      headers: { Retry-After: { required: true, schema: { type: integer } } }\n", ""),
    ];
    paging_cursor_to_number: [
        ("name: cursor, in: query, schema: { type: string }", "name: page, in: query, schema: { type: integer }"),
        ("[items, next_cursor]", "[items, next_page]"),
        ("next_cursor: { type: [string, 'null'] }", "next_page: { type: [integer, 'null'] }"),
    ];
    order_changed: [("order: { by: /name }", "order: { by: -/name }")];
    delete_204_to_202: [("'204': { description: Gone. }", "'202': { description: Soon. }")];
    delete_not_found_to_silent: [
        ("        '404': { $ref: '#/components/responses/Absent' }\n        '409'", "        '409'"),
    ];
    delete_children_cascade: [("children: refuse", "children: cascade")];
    put_201_removed: [
        ("        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Shelf' } } } }\n", ""),
    ];
    put_404_instead: [
        ("        '201': { description: Made., content: { application/json: { schema: { $ref: '#/components/schemas/Shelf' } } } }\n", "        '404': { $ref: '#/components/responses/Absent' }\n"),
    ];
    put_merges: [("operationId: putShelf\n", "operationId: putShelf\n      x-semantics: { onExisting: merge }\n")];
    put_409_added: [
        ("        '412': { $ref", "        '409': { $ref: '#/components/responses/Full' }\n        '412': { $ref"),
    ];
    read_only_removed: [("name: { type: string, readOnly: true }", "name: { type: string }")];
    patch_merge_to_replace: [("application/merge-patch+json", "application/json")];
    post_201_to_200: [("        '201': { $ref: '#/components/responses/Made' }", "        '200': { $ref: '#/components/responses/Made' }")];
    post_201_to_202: [("        '201': { $ref: '#/components/responses/Made' }", "        '202': { $ref: '#/components/responses/Made' }")];
    post_many_each: [("atomicity: all", "atomicity: each")];
    idempotency_key_removed: [
        ("      parameters: [{ name: Idempotency-Key, in: header, schema: { type: string } }]\n", ""),
        ("      x-semantics: { idempotencyKey: { replays: success, retention: PT24H } }\n", ""),
    ];
    idempotency_replays_changed: [("replays: success", "replays: all")];
    etag_optional: [("ETag: { required: true,", "ETag: { required: false,")];
    if_match_412_removed: [("        '412': { $ref: '#/components/responses/Stale' }\n", "")];
    precondition_428_added: [
        ("        '412': { $ref: '#/components/responses/Stale' }\n", "        '412': { $ref: '#/components/responses/Stale' }\n        '428': { $ref: '#/components/responses/Stale' }\n"),
    ];
    method_removed: [
        ("    delete:\n      operationId: deleteShelf\n      x-semantics: { children: refuse }\n      responses:\n        '204': { description: Gone. }\n        '401': { $ref: '#/components/responses/Who' }\n        '404': { $ref: '#/components/responses/Absent' }\n        '409': { $ref: '#/components/responses/Full' }\n", ""),
    ];
    error_problem_gone: [
        ("Wrong: { description: Wrong., content: *problem }", "Wrong: { description: Wrong., content: { application/json: { schema: { type: object } } } }"),
    ];
    status_added: [
        ("        '204': { description: Gone. }\n", "        '204': { description: Gone. }\n        '423': { $ref: '#/components/responses/Full' }\n"),
    ];
    status_removed: [(
        "        '401': { $ref: '#/components/responses/Who' }\n        '422': { $ref: '#/components/responses/Wrong' }\n        '429'",
        "        '401': { $ref: '#/components/responses/Who' }\n        '429'"
    )];
    schema_tightened: [("maxLength: 200", "maxLength: 100")];
}

#[test]
fn what_is_gained_the_other_way_round_is_never_a_loss() {
    let less = edited(BASE, &[("        '404': { $ref: '#/components/responses/Absent' }\n    head", "    head")]);
    let review = compare(&api(&less), &api(BASE));
    let gained = review.changes.iter().find(|change| change.kind == ChangeKind::ResponseAdded);
    let also = gained.and_then(|change| change.promises.as_ref()).expect("a 404 is a promise");
    let kinds: Vec<_> = std::iter::once(also.kind).chain(also.also.iter().map(|(kind, _)| *kind)).collect();
    assert!(kinds.contains(&PromiseChange::Introduced), "{also:?}");
}
