//! One minimal failing fixture for each diagnostic; its whole rendering is a snapshot.

use super::{description, lowered, operation, schemas};

/// Compares what is reported for `input` with the snapshot of this name, which begins with the code that is meant.
fn check(name: &str, code: &str, input: &str) {
    let (_, report) = lowered(input);
    assert!(report.contains(code), "{name}: {code} was not reported, but\n{report}");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, report);
    });
}

const OK: &str = "responses: { '204': { description: Done } }";

#[test]
fn the_root() {
    check("missing-info", "model/missing-member", "openapi: 3.0.3\npaths: {}\n");
    check("missing-paths", "model/missing-member", &description(""));
    check("misspelt-member", "model/unknown-member", &description("paths: {}\nsecurty: []\n"));
    check("wrong-type", "model/wrong-type", &description("paths: []\n"));
    check("server-url", "model/server-url", &description("paths: {}\nservers: [{ url: 'https:///v1' }]\n"));
    check("server-variable", "model/server-variable", &description("paths: {}\nservers: [{ url: 'https://{a}.b' }]\n"));
}

#[test]
fn security() {
    let scheme =
        |scheme: &str| description(&format!("paths: {{}}\ncomponents: {{ securitySchemes: {{ key: {scheme} }} }}\n"));
    check("security-scheme-kind", "model/security-scheme", &scheme("{ type: htpp, scheme: bearer }"));
    check("security-scheme-place", "model/security-scheme", &scheme("{ type: apiKey, name: k, in: body }"));
    check("security-scheme-member", "model/missing-member", &scheme("{ type: http }"));
    let members = format!("security: [{{ tokn: [] }}]\n{OK}");
    let schemes = "components: { securitySchemes: { token: { type: http, scheme: bearer } } }\n";
    let input = operation("/a", &members) + schemes;
    check("unknown-security-scheme", "model/unknown-security-scheme", &input);
    let both = operation("/a", &members) + &format!("    put: {{ security: [{{ tokn: [] }}], {OK} }}\n");
    check("unknown-security-scheme-twice", "one more requirement names it", &both);
}

#[test]
fn references_that_are_none() {
    let response =
        |member: &str| operation("/a", &format!("responses: {{ '204': {{ description: Done, {member} }} }}"));
    check("reference-of-wrong-type", "model/wrong-type", &response("$ref: 3"));
    check("misspelt-reference", "model/unknown-member", &response("$Ref: '#/components/responses/Done'"));
}

#[test]
fn what_cannot_be_read_is_not_missed_elsewhere() {
    let missing = |name: &str| format!("{{ $ref: '#/components/{name}' }}");
    let broken_parameter = format!("parameters: [{}]\n{OK}", missing("parameters/Id"));
    check("unread-parameter", "document/broken-reference", &operation("'/a/{id}'", &broken_parameter));
    let linked =
        "responses: { '204': { description: Done, links: { Next: { operationId: getOther, parameters: { q: 1 } } } } }";
    let misplaced = format!("parameters: [{{ name: id, in: pth, schema: {{ type: string }} }}]\n{OK}");
    check("unread-parameter-of-known-name", "model/parameter-location", &operation("'/a/{id}/{other}'", &misplaced));
    let other =
        format!("  /b: {{ get: {{ operationId: getOther, parameters: [{}], {OK} }} }}\n", missing("parameters/Q"));
    check("unread-link-parameter", "document/broken-reference", &(operation("/a", linked) + &other));
}

#[test]
fn paths() {
    check("path-template", "model/path-template", &operation("'/a/{id'", OK));
    check("path-parameter-without-name", "model/path-template", &operation("'/a/{}'", OK));
    check("path-with-query", "model/path-template", &operation("'/a?all=1'", OK));
    let refresh = format!("  '/a#refresh': {{ get: {{ operationId: refresh, {OK} }} }}\n");
    check("path-with-fragment", "a server answers GET by `/a`", &(operation("/a", OK) + &refresh));
    check("path-parameter-twice", "model/path-template", &operation("'/a/{id}/{id}'", OK));
    let parameter = |name| format!("parameters: [{{ name: {name}, in: path, required: true, schema: {{}} }}]");
    let item = |id, name| format!("{{ {}, get: {{ operationId: {id}, {OK} }} }}", parameter(name));
    let paths = format!("paths:\n  '/a/{{x}}': {}\n  '/a/{{y}}': {}\n", item("one", "x"), item("two", "y"));
    check("ambiguous-paths", "model/ambiguous-paths", &description(&paths));
    let paths = paths.replace("get: { operationId: two", "post: { operationId: two");
    check("ambiguous-paths-apart", "model/ambiguous-paths", &description(&paths));
    let extra = "additionalOperations: { 'C OPY': {}, GET: {} }";
    let input = description(&format!("paths: {{ /a: {{ {extra} }} }}\n")).replace("3.0.3", "3.2.0");
    check("additional-operations", "model/not-supported", &input);
}

#[test]
fn operations() {
    let twice = format!("paths:\n  /a:\n    get: {{ operationId: x, {OK} }}\n    put: {{ operationId: x, {OK} }}\n");
    check("duplicate-operation-id", "model/duplicate-operation-id", &description(&twice));
    let unnamed = format!("paths: {{ '/tags': {{ get: {{ {OK} }} }} }}\n");
    check("missing-operation-id", "model/missing-operation-id", &description(&unnamed));
    check("missing-responses", "model/missing-member", &operation("/a", "summary: A"));
    let level = format!("x-stability-level: betta\n{OK}");
    check("stability-level", "model/stability-level", &operation("/a", &level));
    let sunset = format!("deprecated: true\nx-sunset: '2027-02-30'\n{OK}");
    check("sunset", "model/sunset", &operation("/a", &sunset));
    check("status", "model/status", &operation("/a", "responses: { '20O': { description: Zero or O } }"));
    check("missing-description", "model/missing-description", &operation("/a", "responses: { '204': {} }"));
    check("missing-content", "model/missing-member", &operation("/a", &format!("requestBody: {{}}\n{OK}")));
    let without = "responses: { '204': { description: D, content: { text/plain: { schema: { type: string } } } } }";
    check("content-without-place", "model/content-without-place", &operation("/a", without));
    let of_head = operation("/a", &without.replace("204", "200")).replace("get:", "head:");
    check("content-of-head", "model/content-without-place", &of_head);
    let content = "responses: { '200': { description: D, content: { json: { schema: { type: string } } } } }";
    check("media-type", "model/media-type", &operation("/a", content));
    let content =
        "responses: { '200': { description: D, content: { text/event-stream: { schema: { type: object } } } } }";
    check("stream-item", "model/stream-item", &operation("/a", content));
    let header = "responses: { '204': { description: D, headers: { 'a b': { schema: { type: string } } } } }";
    check("header-name", "model/header-name", &operation("/a", header));
}

#[test]
fn parameters() {
    let with = |path: &str, parameters: &str| operation(path, &format!("parameters: [{parameters}]\n{OK}"));
    let string = "schema: { type: string }";
    check("undeclared-path-parameter", "model/undeclared-path-parameter", &operation("'/a/{id}'", OK));
    let unused = format!("{{ name: ide, in: path, required: true, {string} }}");
    let used = format!("{{ name: id, in: path, required: true, {string} }}");
    check("unused-path-parameter", "model/unused-path-parameter", &with("'/a/{id}'", &format!("{unused}, {used}")));
    let optional = format!("{{ name: id, in: path, {string} }}");
    check("optional-path-parameter", "model/optional-path-parameter", &with("'/a/{id}'", &optional));
    let query = format!("{{ name: q, in: query, {string} }}");
    check("duplicate-parameter", "model/duplicate-parameter", &with("/a", &format!("{query}, {query}")));
    let body = format!("{{ name: q, in: body, {string} }}");
    check("parameter-location", "model/parameter-location", &with("/a", &body));
    let style = format!("{{ name: q, in: query, style: simple, {string} }}");
    check("parameter-style", "model/parameter-style", &with("/a", &style));
    check("parameter-without-schema", "model/missing-member", &with("/a", "{ name: q, in: query }"));
    check("parameter-without-name", "model/missing-member", &with("/a", &format!("{{ in: query, {string} }}")));
    let whole = with("/a", &format!("{{ name: q, in: querystring, {string} }}")).replace("3.0.3", "3.2.0");
    check("querystring", "model/not-supported", &whole);
}

#[test]
fn links() {
    let with = |link: &str| {
        let body = "content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } }";
        operation("/a", &format!("responses: {{ '200': {{ description: D, {body}, links: {{ next: {link} }} }} }}"))
    };
    check("link-target", "model/link-target", &with("{ operationId: getThin }"));
    check("link-reference", "model/link-target", &with("{ operationRef: '#/paths/~1a' }"));
    check("link-nowhere", "model/link-target", &with("{ description: To nothing }"));
    check("link-parameter", "model/link-parameter", &with("{ operationId: getThing, parameters: { a: b } }"));
    let query = "parameters: [{ name: q, in: query, schema: { type: string } }]\nresponses:";
    let expression = |text: &str| {
        with(&format!("{{ operationId: getThing, parameters: {{ q: '{text}' }} }}"))
            .replace("responses:", query)
            .replacen("\nresponses", "\n      responses", 1)
    };
    check("link-pointer", "model/link-pointer", &expression("$response.body#/ident"));
    check("link-header", "model/link-pointer", &expression("$response.header.X-Next"));
    check("link-expression", "model/link-expression", &expression("$respnse.body#/id"));
    check("link-body", "model/not-supported", &with("{ operationId: getThing, requestBody: 1 }"));
}

#[test]
fn schema_types() {
    check("unknown-type", "model/unknown-type", &schemas("A: { type: strng }"));
    check("misspelt-keyword", "model/unknown-member", &schemas("A: { type: string, maxLenght: 5 }"));
    check("no-schema", "model/wrong-type", &schemas("A: string"));
    check("negative-length", "model/wrong-type", &schemas("A: { type: string, minLength: -1 }"));
    check(
        "unknown-required",
        "model/unknown-required",
        &schemas("A: { type: object, required: [nam], properties: { name: { type: string } } }"),
    );
    check("not-in-types", "model/not-in-types", &schemas("A: { type: string, not: { enum: [a] } }"));
    check(
        "pattern-properties",
        "model/not-in-types",
        &schemas("A: { type: object, patternProperties: { '^a': { type: string }, '^b': { type: integer } } }")
            .replace("3.0.3", "3.1.0"),
    );
    check(
        "prefix-items",
        "model/not-in-types",
        &schemas(&format!("A: {{ type: array, prefixItems: [{}] }}", ["true"; 13].join(", ")))
            .replace("3.0.3", "3.1.0"),
    );
    let names = "A: { type: object, propertyNames: { enum: [a, b] }, additionalProperties: { type: string } }";
    let part = |name: &str| {
        format!("{{ properties: {{ a: {{ type: object, properties: {{ {name}: {{ type: string }} }} }} }} }}")
    };
    let parts = format!("A: {{ allOf: [{}, {}] }}", part("b"), part("c"));
    check("members-of-two-parts", "model/not-in-types", &schemas(&parts));
    let listed = "A: { allOf: [{ properties: { a: { type: array, items: { type: object, properties: { b: { type: string }, c: {} } } } } }, \
                  { properties: { a: { items: { anyOf: [{ properties: { b: { enum: [x] } } }, { properties: { b: { enum: [y] }, c: {} } }] } } } }] }";
    check("members-of-listed-parts", "model/not-in-types", &schemas(listed));
    check("property-names", "model/not-in-types", &schemas(names).replace("3.0.3", "3.1.0"));
    check("nullable", "model/nullable", &schemas("A: { type: string, nullable: true }").replace("3.0.3", "3.1.0"));
    check(
        "ref-siblings",
        "model/ref-siblings",
        &schemas(
            "A: { type: string }\nB: { type: object, properties: { a: { $ref: '#/components/schemas/A', nullable: true } } }",
        ),
    );
    let deep = (0..70).fold("{ type: string }".to_owned(), |inner, _| format!("{{ type: array, items: {inner} }}"));
    check("too-deep", "model/too-deep", &schemas(&format!("A: {deep}")));
}

#[test]
fn enumerations() {
    check("empty-enum", "model/empty-enum", &schemas("A: { type: string, enum: [] }"));
    check("mixed-enum", "model/enum-value", &schemas("A: { type: string, enum: [a, 1, 0.5, true, [b]] }"));
    check("enum-value", "model/enum-value", &schemas("A: { type: string, enum: [1, 2] }"));
    check("duplicate-enum-value", "model/duplicate-enum-value", &schemas("A: { type: string, enum: [a, a] }"));
}

#[test]
fn compositions() {
    check("all-of-types", "model/all-of-conflict", &schemas("A: { allOf: [{ type: string }, { type: integer }] }"));
    let property = |kind| format!("{{ type: object, properties: {{ x: {{ type: {kind} }} }} }}");
    let conflict = format!("A: {{ allOf: [{}, {}] }}", property("string"), property("integer"));
    check("all-of-property", "model/all-of-conflict", &schemas(&conflict));
    let circle = "A: { allOf: [{ $ref: '#/components/schemas/A' }, { type: object }] }";
    check("all-of-circle", "model/all-of-circle", &schemas(circle));
    let alias = "A: { oneOf: [{ $ref: '#/components/schemas/A' }] }";
    check("alias-circle", "model/alias-circle", &schemas(alias));
    let union = "A: { oneOf: [{ $ref: '#/components/schemas/B' }, { type: string }] }\nB: { anyOf: [{ type: boolean }, { $ref: '#/components/schemas/A' }] }";
    check("union-circle", "model/union-circle", &schemas(union));
    check(
        "wide-integer",
        "model/not-in-types",
        &schemas("A: { type: integer, minimum: -9223372036854775808, maximum: 18446744073709551615 }"),
    );
    let mixed = format!(
        "A: {{ type: object, properties: {{ y: {{ type: string }} }}, oneOf: [{}, {}] }}",
        property("string"),
        property("string")
    );
    check("mixed-composition", "model/mixed-composition", &schemas(&mixed));
    check(
        "two-unions",
        "model/not-in-types",
        &schemas("A: { oneOf: [{ type: string }, { type: integer }], anyOf: [{ type: string }, { type: boolean }] }"),
    );
    let types = "A: { type: [object, string], properties: { x: { type: string } } }";
    check("object-beside-types", "model/not-in-types", &schemas(types).replace("3.0.3", "3.1.0"));
}

#[test]
fn parts_that_close_themselves() {
    let parts = |closed: &str| {
        schemas(&format!(
            "A: {{ allOf: [{{ type: object, properties: {{ a: {{ type: string }} }}, additionalProperties: {closed} }}, {{ type: object, properties: {{ b: {{ type: integer }} }} }}] }}"
        ))
    };
    check("closed-part", "model/closed-part", &parts("false"));
    check("typed-part", "model/closed-part", &parts("{ type: string }").replace("3.0.3", "3.1.0"));
    let (_, report) = lowered(&parts("true"));
    assert_eq!(report, "", "it closes nothing");
}

#[test]
fn discriminators() {
    let union = |discriminator: &str| {
        let objects = "Cat: { type: object, properties: { kind: { type: string } } }\nDog: { type: object, properties: { kind: { type: string } } }\n";
        let alternatives = "oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]";
        schemas(&format!("{objects}Pet: {{ {alternatives}, discriminator: {discriminator} }}"))
    };
    check(
        "discriminator-mapping",
        "model/discriminator-mapping",
        &union("{ propertyName: kind, mapping: { c: Pet } }"),
    );
    let parent = "Pet: { type: object, properties: { kind: { type: string } }, discriminator: { propertyName: kind, mapping: { c: Cat, d: Dgo } } }";
    let children =
        "Cat: { type: object }\nDog: { allOf: [{ $ref: '#/components/schemas/Pet' }] }\nDgo: { type: object }";
    check("discriminator-mapping-of-parent", "model/discriminator-mapping", &schemas(&format!("{parent}\n{children}")));
    let lone = "Pet: { type: object, properties: { kind: { type: string } }, discriminator: { propertyName: kind, mapping: { c: Cat } } }";
    check(
        "discriminator-mapping-without-children",
        "model/discriminator-mapping",
        &schemas(&format!("{lone}\nCat: {{ type: object }}")),
    );
    check("discriminator-property", "model/missing-member", &union("{ mapping: {} }"));
}

/// A GET whose 200 has a status of these values, declared as a monitor.
fn monitored(monitor: &str, status: &str) -> String {
    let body =
        format!("{{ type: object, properties: {{ task: {{ type: object, properties: {{ status: {status} }} }} }} }}");
    let content = format!("content: {{ application/json: {{ schema: {body} }} }}");
    let responses = format!("responses: {{ '200': {{ description: D, {content} }} }}");
    operation("/a", &format!("x-semantics: {{ monitor: {monitor} }}\n{responses}"))
}

#[test]
fn monitors() {
    const STATES: &str = "{ type: string, enum: [busy, done, broken] }";
    let good = "{ status: status, succeeded: [done], failed: [broken] }";
    check("monitor-pointer", "model/monitor", &monitored("{ status: /task/state, succeeded: [done] }", STATES));
    check("monitor-free-text", "model/monitor", &monitored(good, "{ type: string }"));
    let split = "{ status: /task/status, succeeded: [done, dnoe], failed: [done, broken] }";
    check("monitor-split", "model/monitor", &monitored(split, STATES));
    check("monitor-without-work", "model/monitor", &monitored(good, "{ type: string, enum: [done, broken] }"));
    check("monitor-method", "model/monitor", &monitored(good, STATES).replace("get:", "post:"));
    check("monitor-body", "model/monitor", &operation("/a", &format!("x-semantics: {{ monitor: {good} }}\n{OK}")));
    let incomplete = "{ state: status, failed: broken, succeeded: [done, done] }";
    check("monitor-members", "model/semantics-value", &monitored(incomplete, STATES));
}

#[test]
fn orders() {
    let with = |order: &str| {
        operation(
            "/a",
            &format!(
                "x-semantics: {{ order: {order} }}\nparameters: [{{ name: sort, in: query, schema: {{ type: string }} }}]\n{OK}"
            ),
        )
    };
    check("order-parameter", "model/order-parameter", &with("{ by: /id, parameter: srot }"));
    check("order-members", "model/unknown-semantics", &with("{ parameter: sort, from: /id }"));
    check("order-value", "model/semantics-value", &with("{ by: id, parameter: 3 }"));
}

/// Only a file carries header fields of its part.
#[test]
fn header_fields_of_parts() {
    let form = |encoding: &str| {
        operation("/a", "responses: { '204': { description: D } }").replace("get:", "post:").replace(
            "      responses:",
            &format!(
                "      requestBody: {{ content: {{ multipart/form-data: {{ schema: {{ type: object, properties: {{ note: {{ type: string }}, file: {{ type: string, format: binary }} }} }}, encoding: {encoding} }} }} }}\n      responses:"
            ),
        )
    };
    let headers = "headers: { X-Sum: { required: true, schema: { type: string } } }";
    check("part-headers", "model/not-in-types", &form(&format!("{{ note: {{ {headers} }} }}")));
    let (_, report) = lowered(&form(&format!("{{ file: {{ {headers} }} }}")));
    assert_eq!(report, "", "a file carries them");
}
