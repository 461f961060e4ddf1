//! What is left out and said, and what progenitor makes of odd descriptions. Of real ones `cargo xtask corpus --progenitor` tells.

use methodical_diagnostic::{Diagnostics, Style, render_text};
use methodical_document::{Documents, bundle};
use methodical_generate::{Package, RuntimeSource};
use methodical_model::lower;
use openapiv3::OpenAPI;

use crate::run::{Run, Uses, Written};
use crate::{Output, client_by, run};

/// What comes of a description whose paths and components these are, and how the diagnostics are shown.
fn check(run: &Run<'_>, input: &str) -> (Output, String) {
    let input = format!("openapi: 3.1.0\ninfo: {{ title: Odd, version: '1' }}\n{input}");
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", &input)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("the fixture is a description");
    let api = lower(&bundle, &mut diagnostics);
    let mut output = client_by(run, &api, &package());
    output.diagnostics.sort(&documents);
    let shown = render_text(&output.diagnostics, &documents, Style::Plain);
    (output, shown)
}

fn package() -> Package {
    Package {
        prefix: "odd".to_owned(),
        version: "1.0.0".to_owned(),
        versions: std::collections::BTreeMap::new(),
        registry: None,
        client: true,
        license: "MIT".to_owned(),
        license_files: Vec::new(),
        repository: None,
        authors: Vec::new(),
        rust_version: "1.95".to_owned(),
        keywords: Vec::new(),
        runtime: RuntimeSource { version: "1.0.0".to_owned(), path: None, registry: None },
        source: "openapi.yaml".to_owned(),
        command: "methodical generate".to_owned(),
    }
}

/// A generator that fails on a document with this text in it.
fn failing_on(word: &'static str) -> impl Fn(&OpenAPI, bool) -> Result<Written, String> {
    move |document, _| {
        let text = serde_json::to_string(document).expect("it is JSON");
        if text.contains(word) {
            return Err(format!("not implemented: {word}"));
        }
        Ok(Written { code: String::new(), uses: Uses::default() })
    }
}

const PETS: &str = "\
paths:
  /pets:
    get:
      operationId: listPets
      responses: { '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Pets' } } } } }
    post:
      operationId: addPet
      responses: { '204': { description: Added. } }
    options:
      operationId: askPets
      responses: { '204': { description: '' } }
components:
  schemas:
    Pets: { type: array, items: { $ref: '#/components/schemas/Pet' } }
    Pet: { type: object, properties: { name: { type: string, description: strange } } }
";

#[test]
fn what_progenitor_cannot_send_is_left_out_and_said() {
    insta::assert_snapshot!(check(&run::generate, PETS).1);
}

#[test]
fn a_schema_and_an_operation_that_progenitor_fails_on_are_found_and_left_out() {
    let schema = check(&failing_on("strange"), PETS).1;
    let operation = check(&failing_on("Added."), PETS).1;
    insta::assert_snapshot!(format!("{schema}\n{operation}"));
}

#[test]
fn where_nothing_can_be_left_out_there_is_an_error() {
    let (output, shown) = check(&failing_on("openapi"), PETS);
    assert_eq!(output.files.iter().count(), 0);
    insta::assert_snapshot!(shown);
}

#[test]
fn a_panic_of_the_generator_is_an_error_of_its_own() {
    let document = OpenAPI { openapi: "3.0.3".to_owned(), ..serde_json::from_str(CIRCULAR).expect("it is OpenAPI") };
    let error = run::generate(&document, false).expect_err("progenitor panics on a reference that leads nowhere");
    assert!(!error.contains('\n') && error.len() > 5, "{error}");
}

const CIRCULAR: &str = r##"{ "openapi": "3.0.3", "info": { "title": "", "version": "" }, "paths": {}, "components": { "schemas": {
    "A": { "type": "object", "properties": { "a": { "$ref": "#/components/schemas/Nowhere" } } } } } }"##;

/// One construct of each sort that progenitor panics on, refuses or gets wrong.
const ODD: &str = "\
paths:
  /pets/{petId}/{kind}:
    parameters:
      - { name: petId, in: path, required: false, schema: { type: integer } }
    get:
      operationId: getPet
      parameters:
        - { name: pet_id, in: query, schema: { type: string } }
        - { name: filter, in: query, style: deepObject, schema: { type: object, properties: { colour: { type: string }, deep: { type: object, properties: { a: { type: string } } } } } }
        - { name: ids, in: query, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: since, in: header, schema: { type: string, format: date-time } }
        - { name: session, in: cookie, schema: { type: string } }
      responses:
        '200': { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } }
        '202': { description: '', content: { application/json: { schema: { type: array, items: { type: string } } } } }
        '204': { description: '' }
        default: { description: '', content: { application/problem+json: { schema: { type: object, properties: { detail: { type: string } } } } } }
    patch:
      operationId: new
      requestBody:
        content:
          application/merge-patch+json: { schema: { $ref: '#/components/schemas/Pet' } }
          text/plain: { schema: { type: string } }
      responses: { '200': { description: '', content: { text/csv: { schema: { type: string } } } } }
  /upload:
    post:
      operationId: get_pet
      requestBody: { required: true, content: { multipart/form-data: { schema: { type: object, properties: { file: { type: string, format: binary } } } } } }
      responses: { '201': { description: '' } }
components:
  schemas:
    Pet:
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/dog' }]
      discriminator: { propertyName: kind }
    Cat: { type: object, required: [kind], properties: { kind: { type: string }, mood: { enum: [a-b, a_b, A B] } } }
    dog:
      allOf: [{ $ref: '#/components/schemas/Base' }]
      properties: { kind: { type: string }, fooBar: { type: [integer, 'null'], minimum: 1 }, foo_bar: { const: 3 }, next: { $ref: '#/components/schemas/Pet' } }
    Base: { type: object, not: { type: array }, properties: { size: { enum: [1, two, null] } } }
";

#[test]
fn what_progenitor_panics_on_becomes_what_it_takes() {
    let (output, shown) = check(&run::generate, ODD);
    assert_eq!(shown, "", "nothing is left out");
    insta::assert_snapshot!("odd_readme", output.files.get("README.md").expect("a README"));
    insta::assert_snapshot!("odd_client", output.files.get("src/client.rs").expect("a client"));
    insta::assert_snapshot!("odd_media_types", output.files.get("src/media_types.rs").expect("media types"));
}
