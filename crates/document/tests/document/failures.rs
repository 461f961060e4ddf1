//! Each diagnostic of this crate, with a minimal description that has it. The whole rendering is the snapshot.

use std::fs;

use insta::assert_snapshot;
use methodical_diagnostic::{Diagnostics, Style, render_json, render_text};
use methodical_document::Documents;

use crate::{diagnose, load};

/// A description in YAML with these paths and components.
fn description(rest: &str) -> String {
    format!("=== openapi.yaml\nopenapi: 3.0.3\ninfo: {{title: T, version: '1'}}\n{rest}")
}

#[test]
fn yaml_syntax() {
    assert_snapshot!("indent", diagnose("=== a.yaml\nopenapi: 3.0.3\ninfo:\n  title: T\n   version: 1\n"));
    assert_snapshot!("tab", diagnose("=== a.yaml\nopenapi: 3.0.3\ninfo:\n\ttitle: T\n"));
    assert_snapshot!("two_documents", diagnose("=== a.yaml\na: 1\n---\nb: 2\n"));
    assert_snapshot!("unknown_alias", diagnose("=== a.yaml\na: *nobody\n"));
    assert_snapshot!("key_is_a_list", diagnose("=== a.yaml\n? [a]\n: b\n"));
    assert_snapshot!("merge_of_a_scalar", diagnose("=== a.yaml\na:\n  <<: 1\n"));
}

#[test]
fn json_syntax() {
    assert_snapshot!("trailing_comma", diagnose("=== a.json\n{\n  \"openapi\": \"3.0.3\",\n}\n"));
    assert_snapshot!("yaml_named_json", diagnose("=== a.json\nopenapi: 3.0.3\n"));
}

#[test]
fn hostile_texts_are_refused() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    assert_snapshot!("deep_yaml", diagnose(&format!("=== a.yaml\na: {}", deep("[", "]"))));
    assert_snapshot!("deep_json", diagnose(&format!("=== a.json\n{}", deep("[", "]"))));
    let level = |(name, before)| format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(","));
    let bomb: String = ('b'..='z').zip('a'..='y').map(level).collect();
    assert_snapshot!("alias_bomb", diagnose(&format!("=== a.yaml\na: &a [x]\n{bomb}")));
    let quadratic = format!("a: &a [{}1]\nb: [{}1]\n", "1,".repeat(20_000), "*a,".repeat(20_000));
    assert_snapshot!("wide_aliases", diagnose(&format!("=== a.yaml\n{quadratic}")));
}

#[test]
fn whatever_is_nested_without_end_is_refused() {
    let blocks: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let texts = ["- ".repeat(100_000), "{a: ".repeat(100_000), "? ".repeat(100_000), "!a ".repeat(100_000), blocks];
    for text in texts {
        let report = diagnose(&format!("=== a.yaml\n{text}x"));
        assert!(report.contains("document/syntax"), "{}: {report}", text.get(..20).unwrap_or_default());
    }
    let json = diagnose(&format!("=== a.json\n{}", "{\"a\":".repeat(100_000)));
    assert!(json.contains("document/syntax"), "{json}");
}

#[test]
fn numbers_of_any_size_are_read() {
    let digits = "9".repeat(100_000);
    for number in [digits.as_str(), "1e999999999", "-1e-999999999", "0x1p9", ".inf", "1_000", "0o17", "1:30"] {
        let report = diagnose(&format!("=== a.yaml\nopenapi: 3.0.3\nx-number: {number}\npaths: {{}}\n"));
        assert_eq!(report, "", "{}", number.get(..20).unwrap_or(number));
    }
}

#[test]
fn files_that_nest_in_each_other_are_refused_before_the_stack_ends() {
    let file = |number: usize| {
        let (open, close) = ("[".repeat(90), "]".repeat(90));
        format!("=== {number}.yaml\na: {open}{{$ref: {}.yaml}}{close}\n", number + 1)
    };
    let files: String = (1..200).map(file).collect();
    assert_snapshot!("nested_files", diagnose(&description(&format!("tags: [{{$ref: 1.yaml}}]\n{files}"))));
}

#[test]
fn a_dynamic_reference() {
    let input = description("paths: {}\ncomponents: {schemas: {A: {$dynamicAnchor: a, items: {$dynamicRef: '#a'}}}}\n");
    assert_snapshot!("dynamic_reference", diagnose(&input));
}

#[test]
fn duplicate_keys() {
    assert_snapshot!("duplicate_yaml", diagnose(&description("paths:\n  /a: {}\n  /b: {}\n  /a: {get: {}}\n")));
    assert_snapshot!("duplicate_json", diagnose("=== a.json\n{\"openapi\": \"3.0.3\", \"x\": 1, \"x\": 2}"));
}

#[test]
fn versions() {
    assert_snapshot!("swagger", diagnose("=== a.yaml\nswagger: '2.0'\ninfo: {}\n"));
    assert_snapshot!("version_4", diagnose("=== a.yaml\nopenapi: 4.0.0\n"));
    assert_snapshot!("no_version", diagnose("=== a.yaml\ninfo: {}\n"));
    assert_snapshot!("no_object", diagnose("=== a.yaml\n- openapi\n"));
    assert_snapshot!("empty", diagnose("=== a.yaml\n"));
}

#[test]
fn references_to_nothing() {
    let input = description(
        "paths:
  /pets:
    get:
      parameters:
        - $ref: '#/components/parameters/Limt'
        - $ref: parameters.yml
      responses:
        '200':
          content:
            application/json:
              schema: {$ref: 'schemas.yaml#/Pte'}
        '400': {$ref: '#/components/responses/Bad'}
        '404': {$ref: '#/components/responses/Bad'}
        '500': {$ref: 'schemas.yaml#error'}
components:
  parameters:
    Limit: {name: limit, in: query, schema: {$ref: Pet}}
  schemas:
    Pet: {type: object}
=== parameters.yaml
name: p
=== schemas.yaml
Pet:
  properties:
    owner: {$ref: '#/components/schemas/Pet'}
",
    );
    assert_snapshot!("broken_references", diagnose(&input));
}

#[test]
fn references_out_of_the_folder() {
    let input = "=== spec/openapi.yaml
openapi: 3.1.0
components:
  schemas:
    A: {$ref: 'https://example.com/a.yaml#/A'}
    B: {$ref: 'https://example.com/a.yaml#/B'}
    C: {$ref: ../secret.yaml}
    D: {$ref: /etc/passwd}
    E: {$ref: ../secret.yaml#/x}
=== secret.yaml
x: 1
";
    assert_snapshot!("outside", diagnose(input));
}

#[test]
fn circles() {
    let input = description(
        "paths:
  /a: {$ref: a.yaml}
components:
  schemas:
    A: {$ref: '#/components/schemas/B'}
    B: {$ref: '#/components/schemas/A'}
    C: {allOf: [{$ref: '#/components/schemas/A'}]}
    Self: {$ref: '#/components/schemas/Self/x'}
=== a.yaml
$ref: b.yaml
=== b.yaml
$ref: a.yaml
",
    );
    assert_snapshot!("circles", diagnose(&input));
}

#[test]
fn a_file_that_does_not_parse_is_told_once() {
    let input = description(
        "paths:
  /a: {$ref: broken.yaml#/a}
  /b: {$ref: broken.yaml#/b}
  /c: {$ref: '#/paths/~1d'}
=== broken.yaml
a: [
",
    );
    assert_snapshot!("broken_file", diagnose(&input));
}

#[test]
fn slips_are_warnings() {
    let input = "=== a.yaml
openapi: 3.1.0
components:
  schemas:
    Pet:
      discriminator:
        propertyName: kind
        mapping: {dog: Dog, cat: '#/components/schemas/Cta'}
      $defs: {Name: {type: string}}
      properties: {name: {$ref: '#/$defs/Name'}}
    Dog: {}
    Cat: {}
";
    assert_snapshot!("slips", diagnose(input));
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("latin.yaml"), b"openapi: 3.0.0\ninfo: {title: caf\xe9}\n").expect("a file");
    let report = |name: &str| {
        let mut diagnostics = Diagnostics::new();
        let documents = Documents::read(&folder.path().join(name), &mut diagnostics);
        assert!(documents.value(documents.entry()).is_none());
        let text = render_text(&diagnostics, &documents, Style::Plain);
        text.replace(&format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR), "")
    };
    assert_snapshot!("not_utf8", report("latin.yaml"));
    assert_snapshot!("no_such_file", report("nothing.yaml"));
    fs::create_dir(folder.path().join("folder.yaml")).expect("a folder");
    assert_snapshot!("a_folder", report("folder.yaml"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("loop.yaml", folder.path().join("loop.yaml")).expect("a link");
        assert!(report("loop.yaml").contains("document/unreadable"));
    }
}

#[test]
fn the_same_as_json() {
    let input = description("paths:\n  /ä: {$ref: '#/components/x'}\n  /ä: {}\n");
    let (documents, _, diagnostics) = load(&input);
    assert_snapshot!("as_json", render_json(&diagnostics, &documents));
}
