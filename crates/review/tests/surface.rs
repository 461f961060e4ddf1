//! Versions of a small description, and what each is for code against its crates. `cargo xtask semver` asks another tool the same.

use std::fmt::Write;

use methodical_diagnostic::{Diagnostics, Origin};
use methodical_document::{Documents, bundle};
use methodical_generate::{Package, RuntimeSource, surface, surfaces};
use methodical_model::surface::Artefact;
use methodical_model::{Api, lower};
use methodical_review::surface::{Bump, RustFact, Step, compare_surfaces, facts};
use methodical_review::{changelog, compare};
use serde::Deserialize;

const SHOP: &str = include_str!("../../../tests/semver/shop.yaml");
const EDITS: &str = include_str!("../../../tests/semver/edits.yaml");

/// A version of the description.
#[derive(Deserialize)]
struct Version {
    name: String,
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
struct Edit {
    from: String,
    to: String,
}

impl Version {
    fn text(&self) -> String {
        self.edits.iter().fold(SHOP.to_owned(), |text, edit| {
            assert!(text.contains(&edit.from), "{}: {:?} is not there", self.name, edit.from);
            text.replace(&edit.from, &edit.to)
        })
    }
}

fn read(text: &str) -> Api {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::from_memory("shop.yaml", &[("shop.yaml", text)], &mut diagnostics);
    lower(&bundle(&documents, &mut diagnostics).expect("the description parses"), &mut diagnostics)
}

fn package() -> Package {
    Package {
        prefix: "shop".to_owned(),
        version: "0.1.0".to_owned(),
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
        source: "shop.yaml".to_owned(),
        command: "methodical generate".to_owned(),
    }
}

fn versions() -> Vec<Version> {
    serde_yaml::from_str(EDITS).expect("the edits are what they should be")
}

fn facts_of(version: &Version) -> Vec<RustFact> {
    let [old, new] = surfaces(&read(SHOP), &read(&version.text()), &package());
    facts(&old, &new)
}

fn bump(facts: &[RustFact]) -> Bump {
    let changes: Vec<_> = facts.iter().flat_map(|fact| fact.items.clone()).collect();
    Bump::of(Step::Patch, &changes)
}

fn print(version: &Version) -> String {
    let facts = facts_of(version);
    let Bump { types, client, server, .. } = bump(&facts);
    let mut text = String::new();
    let steps = [("types", types), ("client", client), ("server", server)];
    let steps: Vec<_> = steps.iter().map(|(name, step)| format!("{name} {}", step.as_str())).collect();
    writeln!(text, "## {}: {}", version.name, steps.join(", ")).expect("a string takes everything");
    for fact in &facts {
        let place =
            |origin: &Option<Origin>| origin.as_ref().map_or("-".to_owned(), |origin| origin.pointer.to_string());
        writeln!(text, "{} {} -> {}", fact.level().as_str(), place(&fact.old), place(&fact.new))
            .expect("it takes everything");
        if let Some((old, new)) = &fact.renamed {
            writeln!(text, "  renamed: {old} -> {new}").expect("it takes everything");
        }
        for change in &fact.items {
            let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
            writeln!(
                text,
                "  {} {}: {} -> {}",
                change.level.as_str(),
                change.path,
                side(&change.before),
                side(&change.after)
            )
            .expect("it takes everything");
        }
    }
    text
}

#[test]
fn each_edit_has_its_facts() {
    let all: Vec<String> = versions().iter().map(print).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_is_left_out_of_a_comparison_changes_no_verdict() {
    let old = read(SHOP);
    let whole = surface(&old, &package());
    for version in versions() {
        let new = read(&version.text());
        let [before, after] = surfaces(&old, &new, &package());
        assert_eq!(
            compare_surfaces(&whole, &surface(&new, &package())),
            compare_surfaces(&before, &after),
            "{}",
            version.name
        );
    }
}

#[test]
fn what_came_goes_the_other_way_round() {
    for version in versions() {
        let [old, new] = surfaces(&read(SHOP), &read(&version.text()), &package());
        let there: Vec<_> =
            compare_surfaces(&old, &new).into_iter().map(|change| (change.path, change.before.is_none())).collect();
        let back: Vec<_> =
            compare_surfaces(&new, &old).into_iter().map(|change| (change.path, change.after.is_none())).collect();
        let named = |list: &[(String, bool)]| list.iter().filter(|(_, whole)| *whole).cloned().collect::<Vec<_>>();
        assert_eq!(named(&there), named(&back), "{}", version.name);
    }
}

#[test]
fn versions_go_up_as_cargo_reads_them() {
    for (step, from, to) in [
        (Step::Major, "0.1.0", "0.2.0"),
        (Step::Minor, "0.1.0", "0.1.1"),
        (Step::Patch, "0.1.9", "0.1.10"),
        (Step::Major, "0.0.3", "0.0.4"),
        (Step::Major, "1.4.2", "2.0.0"),
        (Step::Minor, "1.4.2", "1.5.0"),
        (Step::Patch, "1.4.2", "1.4.3"),
        (Step::Minor, "1.4.2-rc.1", "1.5.0"),
    ] {
        assert_eq!(step.after(from).as_deref(), Some(to), "{} after {from}", step.as_str());
    }
    assert_eq!(Step::Major.after("two"), None);
    assert_eq!(Step::Major.after("1.2"), None);
}

#[test]
fn a_changelog_is_written_for_people() {
    let names = [
        "a text for people",
        "a component by another name",
        "an operation more under a tag",
        "an operation that is gone",
        "an optional member more in a request",
        "a PUT that creates no more",
        "a parameter with another default",
        "an operation that is deprecated",
        "another server",
    ];
    let old = read(SHOP);
    let mut text = String::new();
    for version in versions().iter().filter(|version| names.contains(&version.name.as_str())) {
        let new = read(&version.text());
        let changes = compare(&old, &new).with_rust(&old, &new, facts_of(version)).changes;
        for artefact in [Some(Artefact::Types), Some(Artefact::Client), Some(Artefact::Server), None] {
            let of = artefact.map_or("one that is not compared", Artefact::as_str);
            writeln!(text, "# {}, {of}\n{}", version.name, changelog(&changes, artefact)).expect("it takes everything");
        }
    }
    insta::assert_snapshot!(text);
}
