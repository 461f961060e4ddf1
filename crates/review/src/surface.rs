//! The Rust plane: whether code against the generated crates still compiles and means the same.
//!
//! Two surfaces are compared item by item, by the rules of cargo's reference on semantic versioning (`rules`). Where it leaves room, the
//! stricter reading is taken that `cargo-semver-checks` takes too, so that a version that is published after a review holds. Beside that
//! stands what no compiler sees: the same signature, and something else on the wire.

mod bump;
mod fact;
mod join;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use methodical_diagnostic::Origin;
use methodical_model::surface::{Artefact, Item, ItemKind, Items, Surface};

pub use bump::{Bump, Step};
pub use fact::{RustFact, facts};

/// One item that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RustChange {
    /// The crate.
    pub artefact: Artefact,
    /// The path of the item.
    pub path: String,
    /// How grave it is.
    pub level: RustLevel,
    /// Its signature before; where that is the same, what it meant. `None`: it is new.
    pub before: Option<String>,
    /// The same now. `None`: it is gone.
    pub after: Option<String>,
    /// Where the old contract says it.
    pub old: Option<Origin>,
    /// Where the new one does.
    pub new: Option<Origin>,
    /// The rule, in a sentence.
    pub why: &'static str,
}

/// How grave a change is for Rust code, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RustLevel {
    /// A minor version: code compiles and means the same.
    Compatible,
    /// Code compiles, and means something else. It needs a major version, because nothing else tells a user of it.
    Meaning,
    /// A major version: some code does not compile.
    Breaking,
}

impl RustLevel {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compatible => "minor",
            Self::Meaning => "meaning",
            Self::Breaking => "major",
        }
    }
}

/// Everything that is not what it was, by crate and path. What belongs to an item that came or went is not said beside it.
pub fn compare_surfaces(old: &Surface, new: &Surface) -> Vec<RustChange> {
    let nothing = Items::new();
    let mut changes = Vec::new();
    for artefact in Artefact::ALL {
        let [old, new] = [old, new].map(|surface| surface.crates.get(&artefact).unwrap_or(&nothing));
        compare_crates(artefact, old, new, &mut changes);
    }
    changes
}

fn compare_crates(artefact: Artefact, old: &Items, new: &Items, changes: &mut Vec<RustChange>) {
    let sides = Sides { old, new, features: feature_names(old) };
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for path in paths {
        let (before, after) = (old.get(path), new.get(path));
        let is_whole = before.is_some() && after.is_some();
        if !is_whole && sides.owner_is_alike(path, before.or(after)) {
            continue;
        }
        let Some(verdict) = rules::judge(&sides, path, before, after) else { continue };
        let said = |item: Option<&Item>| item.map(|item| verdict.of.say(item));
        changes.push(RustChange {
            artefact,
            path: path.clone(),
            level: verdict.level,
            before: said(before),
            after: said(after),
            old: before.and_then(|item| item.origin.clone()),
            new: after.and_then(|item| item.origin.clone()),
            why: verdict.why,
        });
    }
}

fn feature_names(items: &Items) -> BTreeSet<&str> {
    let features = items.iter().filter(|(_, item)| item.kind == ItemKind::Feature);
    features.filter_map(|(path, _)| path.split('"').nth(1)).collect()
}

/// Both versions of a crate.
struct Sides<'a> {
    old: &'a BTreeMap<String, Item>,
    new: &'a BTreeMap<String, Item>,
    /// The features of the old one.
    features: BTreeSet<&'a str>,
}

impl Sides<'_> {
    /// Whether what an item belongs to came or went with it: its struct, its trait, the type that a trait is implemented for or with.
    fn owner_is_alike(&self, path: &str, item: Option<&Item>) -> bool {
        let came_or_went = |path: &str| match (self.old.get(path), self.new.get(path)) {
            (Some(old), Some(new)) => std::mem::discriminant(&old.kind) != std::mem::discriminant(&new.kind),
            (old, new) => old.is_some() != new.is_some(),
        };
        let (first, rest) = path.split_once(": ").unwrap_or((path, ""));
        let mut owners: Vec<&str> =
            std::iter::successors(Some(first), |path| Some(path.rsplit_once("::")?.0)).collect();
        if rest.is_empty() {
            owners.remove(0);
        }
        let of_impl = rest.rsplit_once("::").map(|(of, _)| format!("{first}: {of}"));
        owners.into_iter().any(came_or_went)
            || of_impl.is_some_and(|path| came_or_went(&path))
            || item.is_some_and(|item| item.kind == ItemKind::Impl && mentioned(&item.signature).any(came_or_went))
    }

    fn owner(&self, path: &str) -> Option<&Item> {
        self.new.get(path.rsplit_once("::")?.0)
    }

    /// Whether the item that this one belongs to needs the same features, before and now.
    fn moves_with_owner(&self, path: &str, old: &Item, new: &Item) -> bool {
        let (first, rest) = path.split_once(": ").unwrap_or((path, ""));
        let owner = if rest.is_empty() { first.rsplit_once("::").map_or("", |(owner, _)| owner) } else { first };
        let same = |items: &Items, own: &Item| items.get(owner).is_some_and(|owner| owner.features == own.features);
        same(self.old, old) && same(self.new, new)
    }
}

/// The paths in a signature.
fn mentioned(signature: &str) -> impl Iterator<Item = &str> {
    signature.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).filter(|path| path.contains("::"))
}
