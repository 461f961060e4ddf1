//! Whether the surface of a crate is what the compiler sees: each item that has a name, its kind and its types, on both sides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use methodical::Exit;
use methodical_generate::surface;
use methodical_model::surface::{Artefact, Item, ItemKind, Items, Literal, Matching};

use super::rustdoc;

/// The descriptions of this repository whose crates are members of its workspace.
const DESCRIPTIONS: [(&str, &str); 4] = [
    ("stacklets", "spec/openapi.yaml"),
    ("parcels", "tests/parcels/openapi.yaml"),
    ("letters", "tests/letters/openapi.yaml"),
    ("hurdles", "tests/fidelity/hurdles.yaml"),
];

/// Compares all of them.
pub(super) fn check(scratch: &Path) -> anyhow::Result<Exit> {
    let target = scratch.join("surfaces");
    let mut differences = 0;
    for (prefix, path) in DESCRIPTIONS {
        let api = super::read(Path::new(path))?;
        let package = super::package(prefix, None);
        for (artefact, items) in surface(&api, &package).crates {
            let name = package.crate_name(artefact.as_str());
            let file = super::rustdoc(&name, Path::new("."), &target)?;
            let text = std::fs::read_to_string(&file).with_context(|| format!("there is no {}", file.display()))?;
            let seen = rustdoc::items(&serde_json::from_str(&text)?, &name.replace('-', "_"));
            let found = compare(artefact, &items, &seen);
            println!("{name}: {} items, {} differences", seen.len(), found.len());
            found.iter().for_each(|line| println!("  {line}"));
            differences += found.len();
        }
    }
    Ok(if differences == 0 { Exit::Success } else { Exit::Failure })
}

/// What one side alone has, or has otherwise.
fn compare(artefact: Artefact, items: &Items, seen: &BTreeMap<String, rustdoc::Seen>) -> Vec<String> {
    let ours: BTreeMap<String, &Item> = items
        .iter()
        .filter(|(_, item)| item.kind != ItemKind::Feature)
        .map(|(path, item)| (plain(path, item), item))
        .collect();
    let paths: BTreeSet<&String> = ours.keys().chain(seen.keys()).collect();
    let mut found = Vec::new();
    for path in paths {
        match (ours.get(path), seen.get(path)) {
            (Some(_), None) => found.push(format!("{path} is not there")),
            // That the description is carried is a matter of configuration.
            (None, Some(_)) if artefact == Artefact::Server && path.ends_with("::DESCRIPTION") => {}
            (None, Some(_)) => found.push(format!("{path} is not in the surface")),
            (Some(item), Some(seen)) => {
                let (kind, of) = (kind(item.kind), types(item));
                if kind != seen.kind || seen.types.as_ref().is_some_and(|types| *types != of) {
                    let types = seen.types.as_deref().unwrap_or_default();
                    found.push(format!("{path} is {} `{types}`, and in the surface {kind} `{of}`", seen.kind));
                }
            }
            (None, None) => {}
        }
    }
    found
}

/// A path as `rustdoc` has it: traits and types without paths and lifetimes.
fn plain(path: &str, item: &Item) -> String {
    match path.split_once(": ") {
        Some((of, of_trait)) if item.kind == ItemKind::AssociatedType => {
            let (of_trait, name) = of_trait.rsplit_once("::").unwrap_or((of_trait, ""));
            format!("{}: {}::{name}", rustdoc::bare(of), rustdoc::bare(of_trait))
        }
        Some((of, of_trait)) => format!("{}: {}", rustdoc::bare(of), rustdoc::bare(of_trait)),
        None => path.to_owned(),
    }
}

fn kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Feature => "a feature",
        ItemKind::Module => "a module",
        ItemKind::Struct(Literal::Open) => "an open struct",
        ItemKind::Struct(Literal::Closed) => "a closed struct",
        ItemKind::Field => "a field",
        ItemKind::Enum(Matching::Exhaustive) => "an exhaustive enum",
        ItemKind::Enum(Matching::Open) => "an open enum",
        ItemKind::Variant => "a variant",
        ItemKind::Function => "a function",
        ItemKind::Trait => "a trait",
        ItemKind::Required => "a required function",
        ItemKind::Provided => "a provided function",
        ItemKind::AssociatedType => "an associated type",
        ItemKind::Impl => "an impl",
        ItemKind::Alias => "an alias",
        ItemKind::Static => "a static",
        ItemKind::Constant => "a constant",
        ItemKind::Reexport => "a crate",
    }
}

/// The types of an item, bare.
fn types(item: &Item) -> String {
    match item.kind {
        ItemKind::Function | ItemKind::Required | ItemKind::Provided => {
            let text = item.signature.split_once('(').map_or("", |(_, rest)| rest);
            let text = text.split(" where ").next().unwrap_or_default();
            rustdoc::bare(&format!("({text}"))
        }
        ItemKind::Feature
        | ItemKind::Module
        | ItemKind::Struct(_)
        | ItemKind::Field
        | ItemKind::Enum(_)
        | ItemKind::Variant
        | ItemKind::Trait
        | ItemKind::AssociatedType
        | ItemKind::Impl
        | ItemKind::Alias
        | ItemKind::Static
        | ItemKind::Constant
        | ItemKind::Reexport => rustdoc::bare(&item.signature),
    }
}
