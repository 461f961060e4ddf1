//! What descriptions become: a snapshot of a small one, bytes that do not depend on the order of members, and names that
//! were not made for Rust.

use std::fmt::Write as _;
use std::process::Command;

use methodical_diagnostic::Diagnostics;
use methodical_document::{Bundle, Documents, bundle};
use methodical_generate::{Files, LicenseFile, Package, RuntimeSource, client, is_generated, server, types};
use methodical_model::{Api, lower};
use serde_json::Value;

const SMALL: &str = include_str!("small.yaml");
const TAGS: &str = include_str!("tags.yaml");
const WEIRD: &str = include_str!("weird.yaml");

/// The model of a description. `expect` is legitimate: the descriptions are ours.
fn read(text: &str) -> Api {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics).expect("the description parses");
    lower(&bundle, &mut diagnostics)
}

fn package() -> Package {
    Package {
        prefix: "small".to_owned(),
        version: "0.3.0".to_owned(),
        versions: std::collections::BTreeMap::new(),
        registry: None,
        client: true,
        license: "MIT".to_owned(),
        license_files: vec![LicenseFile { name: "LICENSE-MIT".to_owned(), text: "The licence.\n".to_owned() }],
        repository: Some("https://example.com/small".to_owned()),
        authors: vec!["The authors".to_owned()],
        rust_version: "1.95".to_owned(),
        keywords: vec!["labels".to_owned()],
        runtime: RuntimeSource { version: "0.1.0".to_owned(), path: Some("../../crates".to_owned()), registry: None },
        source: "spec/openapi.yaml".to_owned(),
        command: "cargo xtask generate".to_owned(),
    }
}

fn all(api: &Api) -> [Files; 3] {
    let package = package();
    [types(api, &package), client(api, &package), server(api, &package, None)]
}

/// All files of a crate as one text.
fn print(files: &Files) -> String {
    let mut text = String::new();
    for (path, content) in files.iter() {
        writeln!(text, "==> {}\n{content}", path.display()).expect("a string takes everything");
    }
    text
}

fn check(files: Files, name: &str) {
    insta::assert_snapshot!(name, print(&files));
}

#[test]
fn a_small_description_becomes_types() {
    check(types(&read(SMALL), &package()), "types");
}

#[test]
fn a_small_description_becomes_a_client() {
    check(client(&read(SMALL), &package()), "client");
}

#[test]
fn a_small_description_becomes_a_server() {
    check(server(&read(SMALL), &package(), None), "server");
}

/// The server carries what it was generated from, with what the operations promise, whatever the order of members.
#[test]
fn a_server_carries_the_description() {
    let carried = |text: &str| {
        let value = bundled(text).to_value().clone();
        let files = server(&read(text), &package(), Some(&value));
        assert!(files.get("src/description.rs").is_some_and(|text| text.contains("include_str!(\"../openapi.json\")")));
        files.get("openapi.json").expect("the description").to_owned()
    };
    let text = carried(SMALL);
    insta::assert_snapshot!("description", text);
    assert!(is_generated(text.as_bytes()), "it is known for what it is, and removed when it is not wanted any more");
    let value: Value = serde_json::from_str(&bundled(SMALL).to_json()).expect("a bundle prints as JSON");
    for order in [Order::Sorted, Order::Reversed] {
        assert_eq!(carried(&write(&value, order)), text);
    }
}

fn bundled(text: &str) -> Bundle {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    bundle(&documents, &mut diagnostics).expect("the description parses")
}

#[test]
fn the_order_of_members_does_not_matter() {
    for text in [SMALL, WEIRD] {
        let mut diagnostics = Diagnostics::new();
        let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
        let json = bundle(&documents, &mut diagnostics).expect("the description parses").to_json();
        let value: Value = serde_json::from_str(&json).expect("a bundle prints as JSON");
        let expected = all(&read(text));
        for order in [Order::Sorted, Order::Reversed] {
            let shuffled = all(&read(&write(&value, order)));
            for (one, other) in expected.iter().zip(&shuffled) {
                assert_eq!(print(one), print(other));
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Order {
    Sorted,
    Reversed,
}

/// JSON with the members of every object in an order of our choice.
fn write(value: &Value, order: Order) -> String {
    match value {
        Value::Object(members) => {
            let mut written: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), write(value, order)))
                .collect();
            match order {
                Order::Sorted => written.sort(),
                Order::Reversed => written.sort_by(|one, other| other.cmp(one)),
            }
            format!("{{{}}}", written.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| write(item, order)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

#[test]
fn names_that_were_not_made_for_rust_still_make_rust() {
    let api = read(WEIRD);
    for files in all(&api) {
        for (path, text) in files.iter().filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"))
        {
            assert!(syn::parse_file(text).is_ok(), "{} does not parse", path.display());
        }
    }
    let listing: Vec<String> =
        all(&api).iter().flat_map(Files::iter).flat_map(|(_, text)| public_names(text)).collect();
    insta::assert_snapshot!("weird_names", listing.join("\n"));
}

/// The lines that give names to the world.
fn public_names(text: &str) -> Vec<String> {
    let starts = ["pub struct ", "pub enum ", "pub trait ", "pub type ", "pub static ", "pub fn ", "    pub fn "];
    let lines = text.lines().filter(|line| starts.iter().any(|start| line.starts_with(start)));
    lines.map(|line| line.trim_end_matches(['{', ' ', '}']).to_owned()).collect()
}

#[test]
fn what_other_generators_write_is_not_ours() {
    assert!(is_generated(b"# Generated by `methodical generate` from a.yaml; edits are lost.\n"));
    for text in [
        "// Generated by protoc. DO NOT EDIT.\n",
        "Generated by `bindgen`\n",
        "",
        "\n\n\nGenerated by `a`; edits are lost.",
    ] {
        assert!(!is_generated(text.as_bytes()), "{text:?}");
    }
}

#[test]
fn every_file_that_can_says_that_it_is_generated() {
    for files in all(&read(SMALL)) {
        for (path, text) in &files.iter().collect::<Vec<_>>() {
            let is_license = path.starts_with("LICENSE-MIT");
            assert_eq!(is_generated(text.as_bytes()), !is_license, "{}", path.display());
        }
    }
}

/// A `lib.rs` is all that `rustfmt` sees of a crate: the modules below it are declared under `#[rustfmt::skip]`.
#[test]
fn rustfmt_leaves_the_crates_as_they_are() {
    if Command::new("rustfmt").arg("--version").output().is_err() {
        println!("SKIPPED: there is no rustfmt here");
        return;
    }
    for files in all(&read(SMALL)) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files.iter() {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let library = folder.path().join("src/lib.rs");
        let output = Command::new("rustfmt").args(["--check", "--edition", "2024"]).arg(library).output();
        let output = output.expect("rustfmt runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// Handlers of a tag may have the name of what they are registered with, or of a type parameter.
#[test]
fn handlers_may_be_called_like_the_runtime() {
    let api = read(&TAGS.replace("[dogs]", "[service]").replace("[cats]", "[a]"));
    let server = server(&api, &package(), None);
    let text = server.get("src/service.rs").expect("every server has one");
    assert!(text.contains("use crate::service_operations::Service;"), "{text}");
    assert!(!text.contains("use methodical_server::Service;"), "{text}");
    assert!(text.contains("-> methodical_server::Service<A>"), "{text}");
    assert!(text.contains("A: AHandlers + Service,"), "{text}");
}

#[test]
fn a_type_is_there_where_a_chosen_tag_needs_it() {
    let [types, client, server] = all(&read(TAGS));
    let root = types.get("src/lib.rs").expect("every crate has one");
    let condition = |module: &str| {
        let line = root.lines().find_map(|line| line.strip_suffix(&format!(" {module};"))).expect("it is there");
        line.trim().to_owned()
    };
    assert_eq!(condition("cat"), "#[cfg(feature = \"cats\")]");
    assert_eq!(condition("dog"), "#[cfg(feature = \"dogs\")]");
    assert_eq!(condition("name"), "", "every tag needs it");
    assert_eq!(condition("toy"), "#[cfg(any(feature = \"components\", feature = \"dogs\"))]");
    assert_eq!(condition("unused"), "#[cfg(feature = \"components\")]");
    let manifests = [&types, &client, &server].map(|files| files.get("Cargo.toml").expect("every crate has one"));
    assert!(manifests[0].contains("\ncats = []\ncomponents = []\ndogs = []\n"), "{}", manifests[0]);
    for manifest in &manifests[1..] {
        assert!(manifest.contains("\ndogs = [\"small-types/dogs\"]\n"), "{manifest}");
        assert!(manifest.contains("path = \"../small-types\", default-features = false }"), "{manifest}");
    }
}
