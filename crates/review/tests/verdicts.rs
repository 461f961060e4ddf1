//! What an edit comes to in a word, family by family, there and back.
//!
//! Each row is what a reviewer would say, and was looked at by one. `verdicts/schemas.yaml` has edits of schemas in both ways, which mirror
//! each other; `verdicts/operations.yaml` has edits of all else.

use std::collections::BTreeMap;

use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, bundle};
use methodical_model::{Api, Day, lower};
use methodical_review::{Review, compare};
use serde::Deserialize;
use serde_json::{Value, json};

const SCHEMAS: &str = include_str!("verdicts/schemas.yaml");
const OPERATIONS: &str = include_str!("verdicts/operations.yaml");
/// The day of all reviews.
const TODAY: Day = Day { year: 2027, month: 1, day: 31 };

/// Why a row does not mirror itself.
#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Lopsided {
    /// What is gone is missed, whichever way it went, and what is new is missed by nobody.
    Loss,
    /// What is left out means something in requests only.
    Default,
    /// Of a member that only one side sets the other way knows nothing.
    Access,
    /// Who reads a list of known values has to expect others, and who writes was told that these are understood.
    Known,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaRow {
    from: Value,
    to: Value,
    /// `components.schemas` of both versions.
    components: Option<[Value; 2]>,
    openapi: Option<String>,
    request: [String; 2],
    response: [String; 2],
    lopsided: Option<Lopsided>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationRow {
    edit: String,
    method: Option<String>,
    from: Value,
    to: Value,
    verdict: [String; 2],
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

fn api(description: &Value) -> Api {
    let mut diagnostics = Diagnostics::new();
    let text = description.to_string();
    let documents = Documents::from_memory("openapi.json", &[("openapi.json", &text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).unwrap_or_else(|| panic!("no description: {text}"));
    lower(&bundle, &mut diagnostics)
}

/// The verdicts on an edit and on its reverse, each with what was found.
fn there_and_back(from: &Value, to: &Value) -> [(String, Review); 2] {
    let (from, to) = (api(from), api(to));
    [compare(&from, &to), compare(&to, &from)].map(|review| {
        let review = review.on(TODAY);
        (review.verdict().as_str().to_owned(), review)
    })
}

fn told(review: &Review) -> String {
    let level = |change: &methodical_review::Change| change.wire.as_ref().map_or("-", |verdict| verdict.level.as_str());
    review
        .changes
        .iter()
        .map(|change| format!("\n    {} {}: {}", level(change), change.kind.as_str(), change.message))
        .collect()
}

fn check(edit: &str, from: &Value, to: &Value, wanted: &[String; 2], wrong: &mut Vec<String>) {
    let found = there_and_back(from, to);
    for ((verdict, review), (wanted, way)) in found.iter().zip(wanted.iter().zip(["", ", reversed"])) {
        if verdict != wanted {
            wrong.push(format!("{edit}{way} is {verdict}, and not {wanted}:{}", told(review)));
        }
    }
}

/// A description with a schema in a request, or in a response.
fn holding(row: &SchemaRow, schema: &Value, side: usize, way: &str) -> Value {
    let content = json!({ "application/json": { "schema": schema } });
    let operation = if way == "request" {
        let body = json!({ "required": true, "content": content });
        json!({ "post": { "operationId": "x", "requestBody": body, "responses": { "204": { "description": "done" } } } })
    } else {
        json!({ "get": { "operationId": "x", "responses": { "200": { "description": "it", "content": content } } } })
    };
    let components = row.components.as_ref().map_or_else(|| json!({}), |sides| sides[side].clone());
    json!({
        "openapi": row.openapi.as_deref().unwrap_or("3.1.1"),
        "info": { "title": "Things", "version": "1" },
        "paths": { "/t": operation },
        "components": { "schemas": components },
    })
}

#[test]
fn schemas() {
    let mut wrong = Vec::new();
    let rows = parse::<Vec<SchemaRow>>(SCHEMAS);
    for row in &rows {
        let edit = format!("{} -> {}", row.from, row.to);
        for (way, wanted) in [("request", &row.request), ("response", &row.response)] {
            let (from, to) = (holding(row, &row.from, 0, way), holding(row, &row.to, 1, way));
            check(&format!("{way}: {edit}"), &from, &to, wanted, &mut wrong);
        }
        let mirrored = row.request[0] == row.response[1] && row.request[1] == row.response[0];
        if mirrored != row.lopsided.is_none() {
            wrong.push(format!("{edit} {}", if mirrored { "mirrors itself" } else { "does not mirror itself" }));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() > 80, "only {} rows", rows.len());
}

#[test]
fn operations() {
    let mut wrong = Vec::new();
    let rows = parse::<Vec<OperationRow>>(OPERATIONS);
    for row in &rows {
        let [from, to] = [&row.from, &row.to].map(|side| whole(side, row.method.as_deref()));
        check(&row.edit, &from, &to, &row.verdict, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows.len() > 90, "only {} rows", rows.len());
}

/// A description with what a row says.
fn whole(side: &Value, method: Option<&str>) -> Value {
    let mut all = match method {
        None => side.clone(),
        Some(method) => {
            let schema = json!({ "type": "object", "properties": { "v": { "type": "string" } } });
            let ok = json!({ "200": { "description": "it", "content": { "application/json": { "schema": schema } } } });
            let mut operation = json!({ "operationId": "x", "responses": ok });
            merge(&mut operation, side);
            json!({ "paths": { "/t": { method: operation } } })
        }
    };
    let mut head = json!({ "openapi": "3.1.1", "info": { "title": "Things", "version": "1" } });
    merge(&mut head, &all.take());
    head
}

fn merge(base: &mut Value, members: &Value) {
    let members: BTreeMap<String, Value> = serde_json::from_value(members.clone()).expect("an object");
    for (name, member) in members {
        base[name] = member;
    }
}
