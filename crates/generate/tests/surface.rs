//! The surface of crates: a snapshot of a small one; and that what a comparison leaves out is the same in both versions.
//! Whether it is what the compiler sees, `cargo xtask semver` asks the compiler.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use methodical_diagnostic::Diagnostics;
use methodical_document::{Bundle, Documents, bundle};
use methodical_generate::{Package, RuntimeSource, surface, surfaces};
use methodical_model::surface::{Artefact, Item, Surface};
use methodical_model::{Api, lower};
use serde_json::Value;

const SMALL: &str = include_str!("small.yaml");
const TAGS: &str = include_str!("tags.yaml");
const WEIRD: &str = include_str!("weird.yaml");
const PARCELS: &str = include_str!("../../../tests/parcels/openapi.yaml");
const LETTERS: &str = include_str!("../../../tests/letters/openapi.yaml");

fn bundled(text: &str) -> Option<Bundle> {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("openapi.yaml", &[("openapi.yaml", text)], &mut diagnostics);
    bundle(&documents, &mut diagnostics)
}

fn read(text: &str) -> Option<Api> {
    bundled(text).map(|bundle| lower(&bundle, &mut Diagnostics::new()))
}

fn package() -> Package {
    Package {
        prefix: "small".to_owned(),
        version: "0.3.0".to_owned(),
        versions: std::collections::BTreeMap::new(),
        registry: None,
        client: true,
        license: "MIT".to_owned(),
        license_files: Vec::new(),
        repository: None,
        authors: Vec::new(),
        rust_version: "1.95".to_owned(),
        keywords: Vec::new(),
        runtime: RuntimeSource { version: "0.1.0".to_owned(), path: None, registry: None },
        source: "openapi.yaml".to_owned(),
        command: "methodical generate".to_owned(),
    }
}

fn print(surface: &Surface) -> String {
    let mut text = String::new();
    for (artefact, items) in &surface.crates {
        writeln!(text, "==> {}", artefact.as_str()).expect("a string takes everything");
        for (path, item) in items {
            let features = item.features.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
            let origin = item.origin.as_ref().map_or_else(String::new, |origin| origin.pointer.to_string());
            let rest = [("means", &item.meaning), ("with", &features), ("from", &origin)];
            let rest =
                rest.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!(" | {name} {value}"));
            let rest: String = rest.collect();
            writeln!(text, "{path}: {:?} | {}{rest}", item.kind, item.shown).expect("a string takes everything");
        }
    }
    text
}

#[test]
fn a_small_description_has_a_surface() {
    let api = read(SMALL).expect("the description parses");
    insta::assert_snapshot!(print(&surface(&api, &package())));
}

/// What is different, by crate and path. Where an item was written moves with every line above it.
fn different([old, new]: &[Surface; 2]) -> BTreeMap<(Artefact, String), [Option<Item>; 2]> {
    let without_origin = |item: &Item| Item { origin: None, ..item.clone() };
    let mut found = BTreeMap::new();
    for artefact in Artefact::ALL {
        let items = [old, new].map(|surface| surface.crates.get(&artefact).cloned().unwrap_or_default());
        let paths: BTreeSet<&String> = items.iter().flat_map(BTreeMap::keys).collect();
        for path in paths {
            let pair = items.each_ref().map(|items| items.get(path).map(without_origin));
            if pair[0] != pair[1] {
                found.insert((artefact, path.clone()), pair);
            }
        }
    }
    found
}

/// The places of a document, by pointer.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    if let Some(members) = value.as_object() {
        for (name, member) in members {
            let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            found.push(at.clone());
            places(member, at, found);
        }
    }
}

/// Without what stands at a place, or with something else there.
fn edited(document: &Value, place: &str) -> [Value; 2] {
    let (owner, name) = place.rsplit_once('/').expect("a place is in something");
    let name = name.replace("~1", "/").replace("~0", "~");
    let (mut without, mut other) = (document.clone(), document.clone());
    without.pointer_mut(owner).and_then(Value::as_object_mut).expect("an object").remove(&name);
    let value = other.pointer_mut(place).expect("it is there");
    *value = match &*value {
        Value::Bool(truth) => Value::Bool(!truth),
        Value::String(text) if text == "string" => "integer".into(),
        Value::String(text) if text == "integer" => "string".into(),
        Value::String(text) => format!("{text}x").into(),
        Value::Array(items) => items.iter().skip(1).cloned().collect(),
        Value::Object(members) => members.iter().skip(1).map(|(name, value)| (name.clone(), value.clone())).collect(),
        Value::Null | Value::Number(_) => Value::Null,
    };
    [without, other]
}

#[test]
fn what_a_comparison_leaves_out_is_the_same() {
    let mut with_difference = 0;
    for (text, step) in [(SMALL, 7), (TAGS, 7), (WEIRD, 29), (PARCELS, 173), (LETTERS, 151)] {
        let bundle = bundled(text).expect("the description parses");
        let document: Value = serde_json::from_str(&bundle.to_json()).expect("a bundle is JSON");
        let old = lower(&bundle, &mut Diagnostics::new());
        let whole_old = surface(&old, &package());
        let mut found = Vec::new();
        places(&document, String::new(), &mut found);
        for place in found.iter().filter(|place| !place.starts_with("/info")).step_by(step) {
            for edited in edited(&document, place) {
                let Some(new) = read(&edited.to_string()) else { continue };
                let whole = different(&[whole_old.clone(), surface(&new, &package())]);
                let chosen = different(&surfaces(&old, &new, &package()));
                assert_eq!(whole, chosen, "after an edit of {place}");
                with_difference += usize::from(!whole.is_empty());
            }
        }
    }
    assert!(with_difference > 100, "only {with_difference} edits were seen in the surface");
}

#[test]
fn a_version_is_like_itself() {
    for text in [SMALL, TAGS, WEIRD, PARCELS, LETTERS] {
        let api = read(text).expect("the description parses");
        assert_eq!(surfaces(&api, &api, &package()), [Surface::default(), Surface::default()]);
    }
}
