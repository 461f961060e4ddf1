//! Whole descriptions in, promises out.

use std::fmt::Write;

use methodical_diagnostic::{Diagnostics, Origin, Place, Sources, Style, render_text};
use methodical_document::{Documents, bundle};

use crate::{Api, lower, render_promises, report_promises};

fn read(text: &str) -> (Documents, Api, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("it is a description");
    let api = lower(&bundle, &mut diagnostics);
    diagnostics.sort(&documents);
    (documents, api, diagnostics)
}

fn locate(documents: &Documents, origin: &Origin) -> String {
    let start = documents.range(&Place::Value(origin.clone())).map_or(0, |range| range.start);
    let line = documents.text(origin.document)[..start].matches('\n').count() + 1;
    format!("{}:{line}", documents.name(origin.document))
}

/// The rules of each operation, in a line.
fn rules(text: &str) -> String {
    let (documents, api, diagnostics) = read(text);
    assert!(!diagnostics.has_errors(), "{}", render_text(&diagnostics, &documents, Style::Plain));
    let mut out = String::new();
    for operation in &api.operations {
        let rules: Vec<_> = operation.promises.iter().map(|promise| promise.rule.as_str()).collect();
        writeln!(out, "{} {}: {}", operation.method.as_str(), operation.path.text, rules.join(" ")).expect("a string");
    }
    out
}

#[test]
fn a_small_description() {
    let (documents, api, diagnostics) = read(include_str!("tests/tags.yaml"));
    assert!(!diagnostics.has_errors(), "{}", render_text(&diagnostics, &documents, Style::Plain));
    insta::assert_snapshot!(render_promises(&api, &|origin| locate(&documents, origin)));
}

#[test]
fn the_report_has_the_same_as_data() {
    let (documents, api, _) = read(include_str!("tests/tags.yaml"));
    let mut report = report_promises(&api, &|origin| locate(&documents, origin));
    report.operations.retain(|operation| operation.operation == "deleteTag");
    report.operations[0].promises.retain(|promise| promise.rule.starts_with("DELETE-"));
    insta::assert_json_snapshot!(report);
}

/// What a description leaves open is not guessed.
#[test]
fn a_description_that_says_little_promises_little() {
    insta::assert_snapshot!(rules(
        "
openapi: 3.0.3
info: { title: Little, version: '1' }
servers: [{ url: 'http://api.example.com' }]
paths:
  /things/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { operationId: a, responses: { default: { description: anything } } }
    put:
      operationId: b
      requestBody: { content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } } }
      responses: { '200': { description: stored } }
    delete: { operationId: c, responses: { '202': { description: accepted } } }
  /things:
    post: { operationId: d, responses: { '201': { description: made } } }
"
    ));
}

/// A PUT's statuses decide what it does with what is absent and with what is there.
#[test]
fn the_statuses_of_put_decide() {
    let put = |statuses: &[&str]| {
        let responses: Vec<_> = statuses.iter().map(|status| format!("'{status}': {{ description: it }}")).collect();
        let path = "parameters: [{ name: id, in: path, required: true, schema: { type: string } }]";
        let put = format!("put: {{ operationId: put, responses: {{ {} }} }}", responses.join(", "));
        let text = format!(
            "openapi: 3.0.3\ninfo: {{ title: Put, version: '1' }}\npaths:\n  /a/{{id}}:\n    {path}\n    {put}\n"
        );
        let all = rules(&text);
        let own = all.split_whitespace().filter(|word| word.starts_with("PUT-"));
        own.collect::<Vec<_>>().join(" ")
    };
    let idempotent = "PUT-IDEMPOTENT";
    let upsert =
        "PUT-UPSERT PUT-STATUS-TRUE PUT-REPLACES-WHOLE PUT-REGARDLESS PUT-IDEMPOTENT PUT-CREATE-ONCE".to_owned();
    assert_eq!(put(&["200", "201"]), upsert);
    assert_eq!(put(&["201", "204"]), upsert);
    assert_eq!(put(&["200", "404"]), format!("PUT-REPLACES-WHOLE PUT-REGARDLESS {idempotent}"));
    assert_eq!(put(&["200"]), format!("PUT-REPLACES-WHOLE PUT-REGARDLESS {idempotent}"));
    assert_eq!(put(&["201", "409"]), format!("PUT-UPSERT {idempotent}"));
    assert_eq!(put(&["200", "201", "409"]), upsert.replace("PUT-REGARDLESS ", ""));
    assert_eq!(put(&["202"]), idempotent);
}

/// Every mistake in the vocabulary is reported, each at its place, in one run.
#[test]
fn x_semantics_is_read_strictly() {
    let (documents, _, mut diagnostics) = read(
        "
openapi: 3.0.3
info: { title: Wrong, version: '1' }
x-semantics: { consistancy: linearizable, immutable: true, within: 5s }
paths:
  /things:
    x-semantics: []
    post:
      operationId: makeThing
      x-semantics: { effect: idempotant, idempotencyKey: { retention: P1M, keeps: all }, order: /id, children: 1 }
      responses: { '204': { description: made } }
components:
  schemas:
    Thing: { type: object, properties: { id: { type: string, x-semantics: { volatile: 'yes' } } } }
    Moment: { type: string, x-semantics: { immutable: true }, example: { x-semantics: data } }
",
    );
    diagnostics.retain(|diagnostic| diagnostic.code.ends_with("semantics") || diagnostic.code.contains("semantics-"));
    insta::assert_snapshot!(render_text(&diagnostics, &documents, Style::Plain));
}

/// Root, path item, operation: the nearest word counts, and a bound stays with the word that it bounds.
#[test]
fn the_nearest_word_counts() {
    let (_, api, diagnostics) = read(
        "
openapi: 3.0.3
info: { title: Nested, version: '1' }
x-semantics: { consistency: eventual, within: PT5S, onReadOnly: refuse }
paths:
  /things:
    x-semantics: { onReadOnly: match, hidden: notFound }
    get: { operationId: a, responses: { '200': { description: it } } }
    post:
      operationId: b
      x-semantics: { consistency: linearizable, onReadOnly: ignore }
      responses: { '204': { description: made } }
",
    );
    assert!(!diagnostics.has_errors());
    let said = api.operations.iter().map(|operation| {
        let semantics = &operation.semantics;
        let origin = |word| semantics.origin(word).map(|origin| origin.pointer.to_string());
        (semantics.consistency, semantics.within, semantics.on_read_only, semantics.hidden, origin("onReadOnly"))
    });
    insta::assert_debug_snapshot!(said.collect::<Vec<_>>());
}

/// The description of long work, with what makes it a promise.
const WORK: &str = "
openapi: 3.0.3
info: { title: Work, version: '1' }
paths:
  /things:
    get:
      operationId: listThings
      x-semantics: { order: { by: -/id, parameter: sort } }
      parameters: [{ name: sort, in: query, schema: { type: string, enum: [name] } }]
      responses: { '200': { description: them, content: { application/json: { schema: { type: object } } } } }
    post:
      operationId: makeThing
      responses:
        '201': { description: made, content: &body { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }, links: &links { FollowTask: { operationId: getTask, parameters: { id: '$response.body#/task_id' } } } }
  /things/{id}:
    post:
      operationId: moveThing
      parameters: &id [{ name: id, in: path, required: true, schema: { type: integer } }]
      responses:
        '202': { description: moving, headers: &where { Location: { required: true, schema: { type: string } } }, content: *body, links: *links }
  /things/{id}/name:
    post:
      operationId: renameThing
      parameters: *id
      responses:
        '200': { description: renamed, content: *body }
        '404': { description: absent }
  /sums:
    post:
      operationId: addUp
      responses: { '200': { description: the sum, content: *body } }
  /elsewhere:
    post:
      operationId: moveElsewhere
      responses: { '202': { description: moving, headers: *where, content: *body } }
  /tasks/{id}:
    get:
      operationId: getTask
      x-semantics: { monitor: { status: status, succeeded: [done], failed: [broken, late] } }
      parameters: *id
      responses:
        '200': { description: it, content: { application/json: { schema: { type: object, properties: { task: { type: object, properties: { status: { type: string, enum: [new, busy, done, broken, late] } } } } } } } }
        '404': { description: absent }
components:
  schemas:
    Thing: { type: object, required: [task_id], properties: { task_id: { type: integer, nullable: true } } }
";

/// Work that goes on names its monitor and its ends; a description that does not say them promises no more than it says.
#[test]
fn work_that_goes_on() {
    let (documents, api, diagnostics) = read(WORK);
    assert!(!diagnostics.has_errors(), "{}", render_text(&diagnostics, &documents, Style::Plain));
    let mut out = String::new();
    for operation in &api.operations {
        let locations: Vec<_> =
            operation.locations.iter().map(|at| api.operation(at.target).name.snake.as_str()).collect();
        writeln!(out, "{} {:?} {}", operation.name.snake, operation.outcome, locations.join(" ")).expect("a string");
        let monitor = operation.monitor.as_ref();
        monitor.into_iter().for_each(|monitor| writeln!(out, "  {monitor:?}").expect("a string"));
        for promise in &operation.promises {
            if ["LRO-MONITOR", "LIST-STABLE-ORDER"].contains(&promise.rule.as_str()) {
                writeln!(out, "  {} {:?}", promise.sentence, promise.parameters).expect("a string");
            }
        }
    }
    insta::assert_snapshot!(out);
}
