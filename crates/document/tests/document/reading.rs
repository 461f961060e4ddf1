//! From text to values: what JSON and YAML mean, and where each node stands.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use methodical_diagnostic::{Diagnostics, DocumentId, Origin, Place, Pointer, Sources, Style, render_text};
use methodical_document::{Documents, Inputs, Number, Value};

fn value(name: &str, text: &str) -> Value {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory(name, &[(name, text)], &mut diagnostics);
    assert!(diagnostics.is_empty(), "{}", render_text(&diagnostics, &documents, Style::Plain));
    documents.value(documents.entry()).expect("a text without mistakes has a value").clone()
}

/// The text that a pointer's key and value cover.
fn texts_at(name: &str, text: &str, pointer: &str) -> (String, String) {
    let documents = Documents::from_memory(name, &[(name, text)], &mut Diagnostics::new());
    let origin = Origin::new(DocumentId::new(0), Pointer::parse(pointer).expect("a pointer"));
    let covered = |place| documents.range(&place).map(|range| text[range].to_owned()).unwrap_or_default();
    (covered(Place::Key(origin.clone())), covered(Place::Value(origin)))
}

#[test]
fn yaml_has_the_meaning_of_version_1_2() {
    let yaml = "\
words: [yes, no, on, off, y, ~, null, true, False]
numbers: [1, -1, 0x1F, 0o17, 1.5, 1e3, 012, 1_000, 2024-01-01, 1.10.0]
200: status
true: key
1.0: version
";
    assert_snapshot!(format!("{:#?}", value("a.yaml", yaml)).replace("    ", " "));
}

#[test]
fn numbers_lose_nothing() {
    let numbers = [
        ("18446744073709551616", Number::Integer(18_446_744_073_709_551_616_i128.into())),
        ("-170141183460469231731687303715884105728", Number::Integer(i128::MIN.into())),
        ("9223372036854775807", Number::Integer(i64::MAX.into())),
        ("1e300", Number::Float(1e300)),
        ("0.1", Number::Float(0.1)),
        ("-122.69397561170017", Number::Float(-122.693_975_611_700_17)),
        (
            "123456789012345678901234567890123456789012",
            Number::Text("123456789012345678901234567890123456789012".into()),
        ),
    ];
    for (text, number) in numbers {
        for name in ["a.json", "a.yaml"] {
            let document = value(name, &format!("{{\"a\": [{text}]}}"));
            let read = document.get("a").and_then(Value::as_array).map(|items| &items[0]);
            assert_eq!(read, Some(&Value::Number(number.clone())), "{text} in {name}");
        }
        assert_eq!(Value::Number(number.clone()), value("a.yaml", &number.to_string()));
    }
}

#[test]
fn anchors_aliases_and_merge_keys_are_applied() {
    let yaml = "\
base: &base {a: 1, b: 2}
more: &more {b: 3, c: 4}
alias: *base
one: {<<: *base, b: 9}
two: {<<: [*base, *more], d: 5}
tagged: !env text
";
    let json = r#"{"base": {"a": 1, "b": 2}, "more": {"b": 3, "c": 4}, "alias": {"a": 1, "b": 2},
        "one": {"a": 1, "b": 9}, "two": {"a": 1, "b": 2, "c": 4, "d": 5}, "tagged": "text"}"#;
    assert_eq!(value("a.yaml", yaml), value("a.json", json));
    assert_eq!(texts_at("a.yaml", yaml, "/two/c"), ("c".into(), "4".into()));
    assert_eq!(texts_at("a.yaml", yaml, "/alias/b"), ("b".into(), "2".into()));
    assert_eq!(texts_at("a.yaml", yaml, "/one/b"), ("b".into(), "9".into()));
}

#[test]
fn marks_and_line_breaks_of_other_systems_are_fine() {
    let expected = value("a.yaml", "a:\n  b: é\n  c: [1]\n");
    assert_eq!(value("a.yaml", "\u{feff}a:\r\n  b: é\r\n  c: [1]\r\n"), expected);
    assert_eq!(value("a.json", "\u{feff}{\"a\": {\"b\": \"é\", \"c\": [1]}}\r\n"), expected);
}

#[test]
fn places_are_bytes_of_the_text() {
    let yaml = "é:\r\n  - ü: x\r\n    \"q/~\": {k: [1, 22]}\r\n  - |\r\n    text\r\nlast: 'z'\r\n";
    let at = |pointer| texts_at("a.yaml", yaml, pointer);
    assert_eq!(at("/é/0/ü"), ("ü".into(), "x".into()));
    assert_eq!(at("/é/0/q~1~0"), ("\"q/~\"".into(), "{k: [1, 22]}".into()));
    assert_eq!(at("/é/0/q~1~0/k/1"), ("22".into(), "22".into()));
    assert_eq!(at("/last"), ("last".into(), "'z'".into()));
    // A place that is not there is the nearest one around it.
    assert_eq!(at("/last/below"), ("last".into(), "'z'".into()));

    let json = "{\"é\": [{\"\\u0061\\\"\": \"x\\\\\"}, -1.5e3, true], \"b\": {}}";
    let at = |pointer| texts_at("a.json", json, pointer);
    assert_eq!(at("/é/0/a\""), ("\"\\u0061\\\"\"".into(), "\"x\\\\\"".into()));
    assert_eq!(at("/é/1"), ("-1.5e3".into(), "-1.5e3".into()));
    assert_eq!(at("/é/2"), ("true".into(), "true".into()));
    assert_eq!(at("/b"), ("\"b\"".into(), "{}".into()));
}

#[test]
fn files_are_read_from_disk_and_only_from_the_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let spec = folder.path().join("spec");
    fs::create_dir_all(spec.join("paths")).expect("a folder");
    fs::write(folder.path().join("secret.yaml"), "a: 1").expect("a file");
    let entry = "openapi: 3.0.0\npaths:\n  /a:\n    $ref: paths/a.yaml\n  /b:\n    $ref: ../secret.yaml\n";
    fs::write(spec.join("openapi.yaml"), entry).expect("a file");
    fs::write(spec.join("paths/a.yaml"), "get: {responses: {}}").expect("a file");

    let read = |folder: &Path| {
        let mut diagnostics = Diagnostics::new();
        let inputs = Inputs { root: Some(folder.to_owned()), ..Inputs::of(spec.join("openapi.yaml")) };
        let documents = Documents::read_from(&inputs, &mut diagnostics);
        let names: Vec<_> = documents.files().map(|(_, name)| name.replace('\\', "/")).collect();
        let ends = ["spec/openapi.yaml", "spec/paths/a.yaml", "secret.yaml"].iter().zip(names.iter());
        assert!(ends.clone().all(|(end, name)| name.ends_with(end)), "{names:?}");
        methodical_document::bundle(&documents, &mut diagnostics);
        (names.len(), diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>())
    };
    assert_eq!(read(&spec), (2, vec!["document/outside-folder"]));
    assert_eq!(read(folder.path()), (3, vec![]));
}

#[test]
fn files_stand_for_documents_elsewhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("spec")).expect("a folder");
    fs::create_dir_all(at("vendor/schemas")).expect("a folder");
    let entry = "openapi: 3.0.0
paths: {}
components:
  schemas:
    One: {$ref: 'https://a.example/common.yaml#/One'}
    Two: {$ref: 'https://b.example/schemas/two.yaml#/Two'}
    Three: {$ref: 'https://c.example/three.yaml'}
    Four: {$ref: 'https://b.example/schemas/absent.yaml'}
";
    fs::write(at("spec/openapi.yaml"), entry).expect("a file");
    fs::write(at("vendor/saved.yaml"), "One: {$ref: 'beside.yaml'}").expect("a file");
    fs::write(at("vendor/beside.yaml"), "type: string").expect("a file");
    fs::write(at("vendor/schemas/two.yaml"), "Two: {$ref: '../saved.yaml#/One'}").expect("a file");
    let references = [
        ("https://a.example/common.yaml".to_owned(), at("vendor/saved.yaml")),
        ("https://b.example/schemas/".to_owned(), at("vendor/schemas")),
    ];
    let inputs = Inputs { references: references.into(), ..Inputs::of(at("spec/openapi.yaml")) };
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read_from(&inputs, &mut diagnostics);
    let bundle = methodical_document::bundle(&documents, &mut diagnostics).expect("a bundle");
    let one = bundle.root().get("components").and_then(|it| it.get("schemas")).and_then(|it| it.get("One"));
    assert_eq!(one.and_then(|one| one.get("type")).and_then(|kind| kind.as_str()), Some("string"));
    let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    // The folder that stands for one elsewhere is not left, and what nothing stands for is not fetched.
    assert_eq!(codes, ["document/remote-reference", "document/broken-reference", "document/outside-folder"]);
}

#[test]
fn the_root_holds_the_entry() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("other")).expect("a folder");
    fs::write(folder.path().join("openapi.yaml"), "openapi: 3.0.0\npaths: {}\n").expect("a file");
    let read = |root: &str| {
        let mut diagnostics = Diagnostics::new();
        let root = Some(folder.path().join(root));
        Documents::read_from(&Inputs { root, ..Inputs::of(folder.path().join("openapi.yaml")) }, &mut diagnostics);
        diagnostics.iter().map(|diagnostic| diagnostic.code).collect::<Vec<_>>()
    };
    assert_eq!(read("other/.."), Vec::<&str>::new());
    assert_eq!(read("other"), ["document/outside-folder"]);
}
