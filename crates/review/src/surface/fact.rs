//! Changes of items, gathered at their root: a component that is renamed and the forty signatures that mention it are one fact.
//!
//! Where a type has another name and is what it was, the old surface is compared once more under the new name: what is then the same
//! belongs to the renaming. Everything else is gathered by the node of the contract that it comes from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use methodical_diagnostic::Origin;
use methodical_model::surface::{Artefact, Item, ItemKind, Items, Surface};

use super::{RustChange, RustLevel, compare_surfaces};

/// Changes with one root.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RustFact {
    /// Of a renaming the path before and after.
    pub renamed: Option<(String, String)>,
    /// Where the old contract says it.
    pub old: Option<Origin>,
    /// Where the new one does.
    pub new: Option<Origin>,
    /// What changed by it, the gravest first.
    pub items: Vec<RustChange>,
}

impl RustFact {
    /// The gravest of its changes.
    pub fn level(&self) -> RustLevel {
        self.items.iter().map(|change| change.level).max().unwrap_or(RustLevel::Compatible)
    }
}

/// What two surfaces differ by, a fact each, in the order of the contract.
pub fn facts(old: &Surface, new: &Surface) -> Vec<RustFact> {
    let changes = compare_surfaces(old, new);
    let renamings = renamings(old, new);
    let own: BTreeSet<(Artefact, String)> = match renamings.is_empty() {
        true => changes.iter().map(place).collect(),
        false => compare_surfaces(&under_new_names(old, &renamings), new).iter().map(place).collect(),
    };
    let roots = Roots::of(&changes);
    let mut by_root: BTreeMap<Root, RustFact> = BTreeMap::new();
    for change in changes {
        let renaming = renamings.iter().find(|renaming| {
            renaming.is_at(&change) || !own.contains(&place(&change)) && renaming.is_mentioned(&change)
        });
        let root = renaming.map_or_else(|| roots.of_change(&change), |renaming| Root::Renaming(renaming.old.clone()));
        let fact = by_root.entry(root).or_insert_with(|| RustFact {
            renamed: renaming.map(|renaming| (renaming.old.clone(), renaming.new.clone())),
            old: renaming.and_then(|renaming| renaming.old_origin.clone()),
            new: renaming.and_then(|renaming| renaming.new_origin.clone()),
            items: Vec::new(),
        });
        // What a tag brings or takes away stands with the service elsewhere.
        if !is_of_tags(&change) {
            fact.old = fact.old.take().or_else(|| change.old.clone());
            fact.new = fact.new.take().or_else(|| change.new.clone());
        }
        fact.items.push(change);
    }
    let mut facts: Vec<RustFact> = gather(by_root).into_values().collect();
    for fact in &mut facts {
        fact.items.sort_by(|left, right| {
            right.level.cmp(&left.level).then_with(|| (left.artefact, &left.path).cmp(&(right.artefact, &right.path)))
        });
    }
    facts
}

/// What follows from one thing inside of a node (a constructor, a method's signature) is said with that: the node has no change of its own.
fn gather(mut facts: BTreeMap<Root, RustFact>) -> BTreeMap<Root, RustFact> {
    let nodes: Vec<String> = facts.keys().filter_map(Root::node).map(str::to_owned).collect();
    for node in &nodes {
        let below = format!("{node}/");
        let inside: Vec<&String> = nodes.iter().filter(|other| other.starts_with(&below)).collect();
        let ([only], Some(fact)) = (inside.as_slice(), facts.get(&Root::Node(node.clone()))) else { continue };
        let is_whole = fact.items.iter().all(|change| change.old.is_some() && change.new.is_some());
        let brings_impls = fact.items.iter().all(|change| change.path.contains(": "));
        if (is_whole || brings_impls)
            && let Some(fact) = facts.remove(&Root::Node(node.clone()))
            && let Some(root) = facts.get_mut(&Root::Node((*only).clone()))
        {
            root.items.extend(fact.items);
        }
    }
    facts
}

/// Whether the service needs other traits.
fn is_of_tags(change: &RustChange) -> bool {
    change.path.ends_with("::service") && change.level == RustLevel::Breaking
}

fn place(change: &RustChange) -> (Artefact, String) {
    (change.artefact, change.path.clone())
}

/// What changes are gathered by: a renamed type, a node of the contract, or what comes from no node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Root {
    Renaming(String),
    Node(String),
    Item(String),
}

impl Root {
    fn node(&self) -> Option<&str> {
        match self {
            Root::Node(pointer) => Some(pointer),
            Root::Renaming(_) | Root::Item(_) => None,
        }
    }
}

/// Which changes have a root in common.
struct Roots {
    /// Where a node stood before that stands elsewhere now: PUT became PATCH.
    moved: HashMap<String, String>,
    /// The traits of tags that came or went, which the service is put together from.
    traits: Vec<(String, String)>,
}

impl Roots {
    fn of(changes: &[RustChange]) -> Roots {
        let pointer = |origin: &Origin| origin.pointer.as_str().to_owned();
        let moved =
            changes.iter().filter_map(|change| Some((pointer(change.new.as_ref()?), pointer(change.old.as_ref()?))));
        let moved = moved.filter(|(new, old)| new != old).collect();
        let is_trait = |change: &&RustChange| {
            [&change.before, &change.after].into_iter().flatten().any(|text| text.starts_with("trait "))
        };
        let traits = changes.iter().filter(is_trait).filter_map(|change| {
            let name = change.path.rsplit("::").next()?.to_owned();
            Some((name, pointer(change.old.as_ref().or(change.new.as_ref())?)))
        });
        Roots { moved, traits: traits.collect() }
    }

    /// A node is the same in both versions if it stands at the same place; which file that is in may be another.
    fn of_change(&self, change: &RustChange) -> Root {
        if is_of_tags(change) {
            let texts = [&change.before, &change.after].map(|text| text.as_deref().unwrap_or_default());
            let is_new = |name: &str| has_word(texts[0], name) != has_word(texts[1], name);
            if let Some((_, pointer)) = self.traits.iter().find(|(name, _)| is_new(name)) {
                return Root::Node(pointer.clone());
            }
        }
        let pointer = change.old.as_ref().or(change.new.as_ref()).map(|origin| origin.pointer.as_str());
        match pointer {
            Some(pointer) if change.old.is_none() => {
                Root::Node(self.moved.get(pointer).cloned().unwrap_or_else(|| pointer.to_owned()))
            }
            Some(pointer) => Root::Node(pointer.to_owned()),
            // A feature is one, although all crates have it.
            None if change.path.starts_with("feature ") => Root::Item(change.path.clone()),
            None => Root::Item(format!("{} {}", change.artefact.as_str(), change.path)),
        }
    }
}

/// A type that has another name and is what it was.
struct Renaming {
    old: String,
    new: String,
    old_origin: Option<Origin>,
    new_origin: Option<Origin>,
}

impl Renaming {
    /// Whether it is a change of the type itself. The statics of schemas and the traits of links come from the same node.
    fn is_at(&self, change: &RustChange) -> bool {
        change.old.is_some() && change.old == self.old_origin || change.new.is_some() && change.new == self.new_origin
    }

    fn is_mentioned(&self, change: &RustChange) -> bool {
        let [old, new] = [&self.old, &self.new].map(|path| path.rsplit("::").next().unwrap_or_default());
        has_word(&change.path, old)
            || has_word(&change.path, new)
            || change.before.as_deref().is_some_and(|text| has_word(text, old))
            || change.after.as_deref().is_some_and(|text| has_word(text, new))
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|one| one == word)
}

/// The types that are gone under one name and there under another, with the same members. One that may be any of several is none.
fn renamings(old: &Surface, new: &Surface) -> Vec<Renaming> {
    let nothing = Items::new();
    let [old, new] = [old, new].map(|surface| surface.crates.get(&Artefact::Types).unwrap_or(&nothing));
    let gone = shapes(old, new);
    let come = shapes(new, old);
    let mut renamings = Vec::new();
    for (shape, olds) in &gone {
        if let ([before], Some([after])) = (olds.as_slice(), come.get(shape).map(Vec::as_slice)) {
            renamings.push(Renaming {
                old: (*before).clone(),
                new: (*after).clone(),
                old_origin: old.get(*before).and_then(|item| item.origin.clone()),
                new_origin: new.get(*after).and_then(|item| item.origin.clone()),
            });
        }
    }
    renamings
}

/// The types that one side alone has, by what they consist of.
fn shapes<'a>(items: &'a Items, other: &Items) -> BTreeMap<String, Vec<&'a String>> {
    let mut shapes: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (path, item) in items.iter().filter(|(path, item)| is_type(item.kind) && !other.contains_key(*path)) {
        let members = items.range(format!("{path}::")..format!("{path}:;"));
        let own = path.rsplit("::").next().unwrap_or_default();
        let members = members.map(|(member, item)| {
            let name = &member[path.len()..];
            format!("{name}|{}|{}", replace_word(&item.signature, path, own, "Self"), item.meaning)
        });
        let shape = format!("{:?}|{}|{}", item.kind, item.meaning, members.collect::<Vec<_>>().join("\n"));
        let says_much = matches!(item.kind, ItemKind::Struct(_) | ItemKind::Enum(_));
        // Two aliases of one type may be anything.
        if says_much {
            shapes.entry(shape).or_default().push(path);
        }
    }
    shapes
}

fn is_type(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Struct(_) | ItemKind::Enum(_) | ItemKind::Alias)
}

/// The old surface, with the new names in every path and signature.
fn under_new_names(surface: &Surface, renamings: &[Renaming]) -> Surface {
    let rename = |text: &str| {
        renamings.iter().fold(text.to_owned(), |text, renaming| {
            let [old, new] = [&renaming.old, &renaming.new].map(|path| path.rsplit("::").next().unwrap_or_default());
            // A bare name may be another crate's; in a path it is the type's.
            let text = text.replace(&format!("{}::", renaming.old), &format!("{}::", renaming.new));
            replace_word(&text, &renaming.old, old, new)
        })
    };
    let renamed = |(path, item): (&String, &Item)| {
        let item = Item { signature: rename(&item.signature), shown: rename(&item.shown), ..item.clone() };
        (rename(path), item)
    };
    let crates = surface.crates.iter().map(|(artefact, items)| (*artefact, items.iter().map(renamed).collect()));
    Surface { crates: crates.collect() }
}

/// `word` at the end of `path` or alone becomes another.
fn replace_word(text: &str, path: &str, word: &str, by: &str) -> String {
    let prefix = &path[..path.len() - word.len()];
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let is_whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        let is_ours = is_whole && (before.ends_with(prefix) || !before.ends_with("::"));
        replaced.push_str(before);
        replaced.push_str(if is_ours { by } else { word });
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
