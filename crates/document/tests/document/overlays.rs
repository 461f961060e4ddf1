//! Overlays: what they change, where that is said to stand, and what is wrong with one.

use insta::assert_snapshot;
use methodical_diagnostic::{Diagnostics, Locator, Place, Pointer, Style, render_text};
use methodical_document::{Bundle, Documents, bundle};

use crate::files;

/// A description, and the overlay after it.
const DESCRIPTION: &str = "=== openapi.yaml
openapi: 3.0.3
info: {title: T, version: '1'}
tags: [{name: a}, {name: b}, {name: c}]
paths:
  /pets:
    get:
      summary: All
      parameters: [{name: one, in: query}, {name: two, in: query}, {name: three, in: query}]
    delete: {summary: None left}
  /cats: {get: {summary: Some}}
";

fn overlaid(actions: &str) -> (Documents, Option<Bundle>, Diagnostics) {
    load(&format!("overlay: 1.0.0\ninfo: {{title: O, version: '1'}}\nextends: openapi.yaml\nactions:\n{actions}"))
}

fn load(overlay: &str) -> (Documents, Option<Bundle>, Diagnostics) {
    let text = format!("{DESCRIPTION}=== overlay.yaml\n{overlay}");
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory_with("openapi.yaml", &["overlay.yaml"], &files(&text), &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics);
    diagnostics.sort(&documents);
    (documents, bundle, diagnostics)
}

/// The changed description, and for these pointers where they were written.
fn changed(actions: &str, pointers: &[&str]) -> String {
    let (documents, bundle, diagnostics) = overlaid(actions);
    assert!(diagnostics.is_empty(), "{}", render_text(&diagnostics, &documents, Style::Plain));
    let bundle = bundle.expect("a bundle");
    let locator = Locator::new(&documents);
    let places = pointers.iter().map(|text| {
        let pointer = Pointer::parse(text).expect("a pointer");
        assert!(bundle.at(&pointer).is_some(), "there is nothing at {text}");
        format!("# {text} stands at {}\n", locator.line(&Place::Value(bundle.origin(&pointer))))
    });
    places.collect::<String>() + &bundle.to_yaml()
}

fn diagnosed((documents, _, diagnostics): &(Documents, Option<Bundle>, Diagnostics)) -> String {
    render_text(diagnostics, documents, Style::Plain)
}

#[test]
fn objects_are_merged_and_lists_put_together() {
    let actions = "- target: $.paths.*.get
  update: {summary: Changed, x-new: {a: [1]}, parameters: [{name: four, in: query}]}
- target: $.tags
  update: {name: d}
- target: $.tags
  update: [{name: e}]
";
    let pointers = [
        "/paths/~1pets/get/summary",
        "/paths/~1pets/get/x-new/a/0",
        "/paths/~1pets/get/parameters/3/name",
        "/paths/~1pets/get/parameters/2/name",
        "/tags/3",
        "/tags/4",
        "/paths/~1pets/delete/summary",
    ];
    assert_snapshot!("overlay_updates", changed(actions, &pointers));
}

#[test]
fn what_is_removed_leaves_the_places_of_the_rest() {
    let actions = "- target: $.paths['/pets'].get.parameters
  update: {name: four, in: query, schema: {type: string}}
- target: $.paths['/pets'].get.parameters[?@.name == 'one' || @.name == 'three']
  remove: true
- target: $.paths['/pets'].delete
  remove: true
";
    let pointers = ["/paths/~1pets/get/parameters/0/name", "/paths/~1pets/get/parameters/1/schema/type"];
    assert_snapshot!("overlay_removals", changed(actions, &pointers));
}

#[test]
fn a_mistake_in_what_an_overlay_brought_is_shown_there() {
    let actions = "- target: $.paths['/pets'].get
  update:
    responses:
      '200': {description: D, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
";
    assert_snapshot!("overlay_broken_reference", diagnosed(&overlaid(actions)));
}

#[test]
fn what_is_wrong_with_an_overlay() {
    let actions = "- target: $.paths['/dogs']
  update: {}
- target: paths.pets
  update: {}
- target: $.info
- update: {}
- target: $
  remove: true
";
    assert_snapshot!("overlay_actions", diagnosed(&overlaid(actions)));
    assert_snapshot!("overlay_extends", diagnosed(&load("overlay: 1.0.0\nextends: other.yaml\nactions: []\n")));
    assert_snapshot!("overlay_version", diagnosed(&load("overlay: 2.0.0\nactions: []\n")));
    assert_snapshot!("overlay_none", diagnosed(&load("openapi: 3.0.3\n")));
    assert_snapshot!("overlay_syntax", diagnosed(&load("overlay: [\n")));
}
