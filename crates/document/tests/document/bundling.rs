//! From documents to a bundle: what goes where, and where it came from.

use insta::assert_snapshot;
use methodical_diagnostic::{Place, Pointer, Sources};
use methodical_document::{Documents, Node, Resolved, SpecVersion, Value, bundle};

use crate::{bundled, load};

const MANY_FILES: &str = "=== spec/openapi.yaml
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /pets:
    $ref: paths/pets.yaml
  /pets/{id}:
    $ref: 'paths/more.yaml#/~1pets~1%7Bid%7D'
    summary: From the entry
components:
  schemas:
    Pet: {$ref: schemas/pet.yaml}
    Alias: {$ref: '#/components/schemas/Pet'}
    Name: {type: string, description: Of the entry}
  examples:
    Data: {value: {$ref: no-reference}}
=== spec/paths/pets.yaml
parameters:
  - $ref: ../shared.yaml#/parameters/Page
get:
  responses:
    '200':
      description: Good
      content:
        application/json:
          schema: {type: array, items: {$ref: ../schemas/pet.yaml}}
          example: {$ref: not/followed.yaml}
    default: {$ref: ../shared.yaml#/Error}
=== spec/paths/more.yaml
/pets/{id}:
  get:
    responses:
      '200':
        description: Good
        links: {All: {operationRef: 'pets.yaml#/get'}}
        content:
          application/json:
            schema: {$ref: '../openapi.yaml#/components/schemas/Pet'}
=== spec/schemas/pet.yaml
type: object
properties:
  name: {$ref: ../shared.yaml#/Name}
  parent: {$ref: pet.yaml}
  kind: {$ref: '#/$defs/Kind'}
  $ref: {type: string}
$defs:
  Kind: {enum: [cat, {$ref: data}]}
discriminator: {propertyName: kind, mapping: {cat: cat.yaml, own: '#'}}
=== spec/schemas/cat.yaml
allOf: [{$ref: pet.yaml}]
=== spec/shared.yaml
parameters:
  Page: {name: page, in: query, schema: {$ref: '#/Name'}}
Error: {description: Bad}
Name: {$ref: '#/RealName'}
RealName: {type: string, maxLength: 9}
Name2: {}
";

#[test]
fn many_files_become_one() {
    assert_snapshot!("many_files", bundled(MANY_FILES).to_yaml());
}

#[test]
fn a_bundle_bundles_to_itself_and_survives_both_writers() {
    let first = bundled(MANY_FILES);
    for (name, text) in [("bundle.yaml", first.to_yaml()), ("bundle.json", first.to_json())] {
        let again = bundled(&format!("=== {name}\n{text}"));
        assert_eq!(again.to_value(), first.to_value(), "{name}");
        assert_eq!(again.to_yaml(), first.to_yaml(), "{name}");
    }
}

#[test]
fn each_node_knows_where_it_was_written() {
    let (documents, bundle, _) = load(MANY_FILES);
    let bundle = bundle.expect("a bundle");
    let mut lines = Vec::new();
    walk(&bundle.root(), &mut |node| {
        let place = node.origin();
        lines.push(format!("{} <- {}#{}", node.pointer(), documents.name(place.document), place.pointer));
        assert!(documents.range(&node.place()).is_some(), "{}", node.pointer());
        // A section that only the bundle has was written nowhere.
        let is_section = ["/components/parameters", "/components/responses"].contains(&node.pointer().as_str());
        assert!(is_section || original(&documents, node).is_some(), "{}", node.pointer());
    });
    let moved = lines.iter().filter(|line| line.contains("/pets.yaml#/get/responses/") || line.contains("shared.yaml"));
    assert_snapshot!("origins", moved.cloned().collect::<Vec<_>>().join("\n"));

    let pets = bundle.at(&Pointer::from_tokens(["paths", "/pets"])).expect("a path item");
    let key = documents.range(&pets.key_place()).map(|range| &documents.text(documents.entry())[range]);
    assert_eq!(key, Some("/pets"));
}

/// The value where a node was written.
fn original<'d>(documents: &'d Documents, node: &Node<'_>) -> Option<&'d Value> {
    let Place::Value(origin) = node.place() else {
        return None;
    };
    origin.pointer.tokens().try_fold(documents.value(origin.document)?, |value, token| value.child(&token))
}

fn walk<'b>(node: &Node<'b>, visit: &mut impl FnMut(&Node<'b>)) {
    visit(node);
    node.entries().for_each(|(_, member)| walk(&member, visit));
    node.items().for_each(|item| walk(&item, visit));
}

#[test]
fn references_resolve_to_the_end() {
    let bundle = bundled(MANY_FILES);
    let alias = bundle.at(&Pointer::from_tokens(["components", "schemas", "Alias"])).expect("the alias");
    assert_eq!(alias.reference(), Some("#/components/schemas/Pet"));
    let pet = alias.resolve().node().expect("the pet");
    assert_eq!(pet.pointer().as_str(), "/components/schemas/Pet");
    assert_eq!(pet.get("type").and_then(|node| node.as_str()), Some("object"));

    let (_, broken, _) = load("=== a.yaml\nopenapi: 3.2.0\nx: {$ref: '#/y'}\ny: {$ref: '#/x'}\nz: {$ref: '#/none'}\n");
    let broken = broken.expect("a bundle");
    let resolve = |key| broken.root().get(key).map(|node| node.resolve());
    assert!(matches!(resolve("z"), Some(Resolved::Broken)));
    assert!(matches!(resolve("x"), Some(Resolved::Cycle)));
}

#[test]
fn later_versions_have_more_places_for_references() {
    let input = "=== a.yaml
openapi: 3.1.0
paths: {$ref: paths.yaml}
webhooks:
  created: {$ref: '#/components/pathItems/Created'}
components:
  pathItems:
    Created: {$ref: hooks.yaml#/created}
  schemas:
    $ref: schemas/index.yaml
=== paths.yaml
/a:
  query:
    responses:
      '200':
        description: {$ref: text.md}
        content:
          application/jsonl:
            itemSchema: {$ref: schemas/index.yaml#/Item, description: beside}
=== hooks.yaml
created: {post: {responses: {'204': {description: ok}}}}
=== schemas/index.yaml
Item: {$ref: item.yaml}
Other: {$dynamicAnchor: other, items: {$ref: '#item'}, contains: {$anchor: item, type: string}}
=== schemas/item.yaml
prefixItems: [{$ref: 'index.yaml#/Other'}, true]
=== text.md
# Prose, kept as it is: &x *y
";
    let bundle = bundled(input);
    assert_eq!(bundle.version(), SpecVersion::V3_1);
    assert_snapshot!("later_versions", bundle.to_yaml());
}

#[test]
fn names_are_made_unique_in_the_order_of_the_entry() {
    let input = "=== a.yaml
openapi: 3.0.0
paths:
  /a: {get: {responses: {'200': {content: {a: {schema: {$ref: one.yaml#/Pet}}, b: {schema: {$ref: two.yaml#/Pet}}}}}}}
  /b: {get: {responses: {'200': {content: {a: {schema: {$ref: 'a b.yaml#/x/Pet%20~1é'}}, b: {schema: {$ref: one.yaml#/Pet}}}}}}}
components: {schemas: {Pet: {}}}
=== one.yaml
Pet: {title: one}
=== two.yaml
Pet: {title: two}
=== a b.yaml
x: {'Pet /é': {title: three}}
";
    assert_snapshot!("unique_names", bundled(&input.replace("'a b.yaml#", "'a%20b.yaml#")).to_yaml());
}

#[test]
fn strings_of_every_sort_survive_yaml() {
    let strings = [
        "",
        " ",
        "yes",
        "No",
        "null",
        "~",
        "1",
        "1.0",
        "0x1",
        "1e3",
        ".inf",
        "- a",
        "a: b",
        "a #b",
        "a:",
        "#a",
        "%a",
        "@a",
        "`a",
        "!a",
        "&a",
        "*a",
        "?",
        "? a",
        "{a",
        "[a",
        "a\nb",
        "a\nb\n",
        "a\nb\n\n",
        "\na",
        " a\nb",
        "a\n  b\n\nc",
        "a\n ",
        "a\r\nb",
        "a\tb\n\tc",
        "\u{85}",
        "\u{2028}\n",
        "\u{feff}",
        "\u{7f}",
        "é",
        "=",
        "<",
        "---",
        "...",
        "a\u{0}b",
        "'",
        "\"",
        "\\",
        "a, b",
        "Infinity",
        "nan",
        "2024-01-01",
        // YAML takes nothing for a key that is longer than 1024 characters, unless a `?` says so.
        &"long/".repeat(300),
        &"long: ".repeat(300),
    ];
    let items = strings.iter().map(|text| Value::String((*text).to_owned()));
    let members = strings.iter().map(|text| ((*text).to_owned(), Value::String((*text).to_owned())));
    let x = Value::Object(members.chain([("list".to_owned(), Value::Array(items.collect()))]).collect());
    let (_, first, _) = load("=== a.yaml\nopenapi: 3.1.0\nx-strings: 1\n");
    assert!(first.is_some());
    let json = serde_json_text(&x);
    let bundle = bundled(&format!("=== a.json\n{{\"openapi\": \"3.1.0\", \"x-strings\": {json}}}"));
    assert_eq!(bundle.to_value().get("x-strings"), Some(&x));
    let yaml = bundle.to_yaml();
    let again = bundled(&format!("=== a.yaml\n{yaml}"));
    assert_eq!(again.to_value(), bundle.to_value(), "{yaml}");
}

/// JSON of strings, by another writer than the one under test: Rust's escapes of controls, written as JSON's.
fn serde_json_text(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(key, member)| format!("{}: {}", quoted(key), serde_json_text(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(serde_json_text).collect::<Vec<_>>().join(", ")),
        Value::String(text) => quoted(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => unreachable!("strings only"),
    }
}

fn quoted(text: &str) -> String {
    let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!("\"{}\"", units.collect::<String>())
}

#[test]
fn a_reference_from_a_pasted_schema_does_not_mean_itself() {
    let input = "=== openapi.yaml
openapi: 3.1.0
components:
  schemas:
    Tree:
      properties:
        parent:
          properties:
            parent: {$ref: '#/properties/parent', description: Further up}
";
    let (_, first, _) = load(input);
    let text = first.expect("a bundle").to_yaml();
    assert!(text.contains("$ref: \"#/components/schemas/Tree/properties/parent\"\n"), "{text}");
    assert_eq!(bundled(&format!("=== openapi.yaml\n{text}")).to_yaml(), text);
}

#[test]
fn a_description_that_did_not_parse_has_no_bundle() {
    let mut diagnostics = methodical_diagnostic::Diagnostics::new();
    let documents = Documents::from_memory("a.yaml", &[("a.yaml", "a: [")], &mut diagnostics);
    assert!(bundle(&documents, &mut diagnostics).is_none());
    assert_eq!(diagnostics.len(), 1);
}

/// Where the reference at a pointer leads, and what is said of it.
fn leads(schemas: &str, pointer: &str) -> (Option<String>, Vec<&'static str>) {
    let input = format!(
        "=== a.yaml\nopenapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}"
    );
    let (_, bundle, diagnostics) = load(&input);
    let pointer = Pointer::parse(pointer).expect("a pointer");
    let reference = bundle.and_then(|bundle| Some(bundle.at(&pointer)?.reference()?.to_owned()));
    (reference, diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
}

#[test]
fn schemas_are_found_by_their_identifiers() {
    let schemas = "    Order:
      $id: https://a.example/order
      $defs: {line: {$anchor: line, type: object}}
    ByUri: {properties: {a: {$ref: 'https://a.example/order'}}}
    Below: {properties: {a: {$ref: 'https://a.example/order#/$defs/line'}}}
    ByAnchor: {properties: {a: {$ref: 'https://a.example/order#line'}}}
    Relative: {$id: item, type: string}
    ByName: {properties: {a: {$ref: 'item'}}}
";
    let check = |name: &str, expect: &str| {
        let found = leads(schemas, &format!("/components/schemas/{name}/properties/a"));
        assert_eq!(found, (Some(expect.to_owned()), vec![]), "{name}");
    };
    check("ByUri", "#/components/schemas/Order");
    check("Below", "#/components/schemas/Order/$defs/line");
    check("ByAnchor", "#/components/schemas/Order/$defs/line");
    check("ByName", "#/components/schemas/Relative");
}

#[test]
fn a_dynamic_reference_is_read_as_a_plain_one() {
    let schemas = "    Tree:
      $dynamicAnchor: node
      properties: {children: {type: array, items: {$dynamicRef: '#node'}}}
";
    let found = leads(schemas, "/components/schemas/Tree/properties/children/items");
    assert_eq!(found, (Some("#/components/schemas/Tree".to_owned()), vec!["document/dynamic-reference"]));
}

#[test]
fn what_stands_beside_the_reference_of_a_path_item_counts() {
    let bundle = bundled(
        "=== a.yaml
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {summary: A}, put: {summary: Put}}
  /b: {$ref: '#/paths/~1a', put: {summary: Other}}
",
    );
    let summary = |method: &str| {
        let node = bundle.at(&Pointer::from_tokens(["paths", "/b", method, "summary"]))?;
        node.as_str()
    };
    assert_eq!((summary("get"), summary("put")), (Some("A"), Some("Other")));
}
