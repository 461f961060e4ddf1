//! Parents: schemas with a `discriminator` and no alternatives, where the children are those that `allOf` puts together from
//! them. OpenAPI leaves it to a reader to find the children; so this is found here once more, for the judge alone.

use std::collections::{BTreeMap, BTreeSet};

use methodical_diagnostic::Pointer;
use methodical_document::{Bundle, Node};

/// The children of each parent.
#[derive(Default)]
pub(super) struct Parents<'b>(BTreeMap<Pointer, Parent<'b>>);

/// What a parent tells its children apart by, and these.
pub(super) struct Parent<'b> {
    pub(super) property: &'b str,
    pub(super) children: Vec<Child<'b>>,
}

/// A child with its tags.
pub(super) struct Child<'b> {
    pub(super) node: Node<'b>,
    pub(super) tags: Vec<&'b str>,
    /// Whether only what it says itself is meant, since its own children stand beside it.
    pub(super) own: bool,
}

impl<'b> Parents<'b> {
    pub(super) fn of(bundle: &'b Bundle) -> Parents<'b> {
        let root = bundle.root();
        let schemas = root.get("components").and_then(|components| components.get("schemas"));
        let all: BTreeMap<&str, Node<'b>> = schemas.iter().flat_map(|schemas| schemas.entries()).collect();
        let mut parents = BTreeMap::new();
        for (name, node) in &all {
            let Some(property) = tells_by(node) else { continue };
            let mut below: BTreeSet<&str> = BTreeSet::new();
            // As often as chains may be long.
            while grow(&all, (*name, node), property, &mut below) {}
            below.remove(name);
            if below.is_empty() {
                continue;
            }
            let mapping = node.get("discriminator").and_then(|discriminator| discriminator.get("mapping"));
            let mapped: Vec<_> = mapping.iter().flat_map(|mapping| mapping.entries()).collect();
            let children = below.iter().map(|child| {
                let leads_here = |to: &str| to.rsplit('/').next() == Some(*child);
                let to_it = mapped.iter().filter(|(_, to)| to.as_str().is_some_and(leads_here)).map(|(tag, _)| *tag);
                let mut tags: Vec<&str> = to_it.collect();
                if tags.is_empty() && !mapped.iter().any(|(tag, _)| tag == child) {
                    tags.push(child);
                }
                let node = all[child];
                let own = tells_by(&node) == Some(property);
                Child { node, tags, own }
            });
            parents.insert(node.pointer(), Parent { property, children: children.collect() });
        }
        Parents(parents)
    }

    /// The parent that a schema is.
    pub(super) fn get(&self, node: &Node<'_>) -> Option<&Parent<'b>> {
        if self.0.is_empty() { None } else { self.0.get(&node.pointer()) }
    }
}

/// Adds those that are put together from what is known; whether there were any.
fn grow<'b>(
    all: &BTreeMap<&'b str, Node<'b>>,
    (parent, node): (&'b str, &Node<'b>),
    property: &str,
    below: &mut BTreeSet<&'b str>,
) -> bool {
    // What tells its own children apart by another member keeps them.
    let passes = |name: &str| {
        let of = if name == parent { Some(node) } else { all.get(name) };
        of.is_some_and(|node| tells_by(node).is_none_or(|other| other == property))
    };
    let sources: BTreeSet<Pointer> = below
        .iter()
        .chain([&parent])
        .filter(|name| passes(name))
        .filter_map(|name| Some(all.get(name)?.pointer()))
        .collect();
    let before = below.len();
    for (name, node) in all {
        let mut parts = node.get("allOf").into_iter().flat_map(|parts| parts.items());
        let comes_from = |part: Node<'_>| {
            part.reference().is_some()
                && part.resolve().node().is_some_and(|target| sources.contains(&target.pointer()))
        };
        if parts.any(comes_from) {
            below.insert(name);
        }
    }
    below.len() > before
}

/// The member by which a schema without alternatives tells its children apart.
fn tells_by<'b>(node: &Node<'b>) -> Option<&'b str> {
    let lists = |keyword: &str| node.get(keyword).is_some_and(|list| list.items().len() > 0);
    let discriminator = node.get("discriminator").filter(|_| !lists("oneOf") && !lists("anyOf"))?;
    discriminator.get("propertyName")?.as_str()
}
