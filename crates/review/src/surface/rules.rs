//! The rules: what a change of an item is for code that uses it. They follow the chapter on semantic versioning of the Cargo book, whose
//! headings the comments name.
//!
//! Four things depend on how our crates are written. Structs of bodies and parameters are open, so that one more field breaks whoever
//! writes one down. Enums of values, alternatives and successes are exhaustive; those of errors are not. Handlers have no provided
//! functions, so that an operation more breaks whoever implements its trait. And a trait of links can be implemented by anybody, although nobody
//! has a reason to.

use std::collections::BTreeSet;

use methodical_model::surface::{Item, ItemKind, Literal, Matching};

use super::{RustLevel, Sides};

/// What a change is for code.
pub(super) struct Verdict {
    pub(super) level: RustLevel,
    pub(super) why: &'static str,
    pub(super) of: Of,
}

/// What is not what it was.
pub(super) enum Of {
    Signature,
    Features,
    Meaning,
    Deprecation,
}

impl Of {
    /// It, of an item.
    pub(super) fn say(&self, item: &Item) -> String {
        match self {
            Of::Signature => item.shown.clone(),
            Of::Meaning => item.meaning.clone(),
            Of::Features => match &item.features {
                None => "with any features".to_owned(),
                Some(features) => {
                    let names: Vec<&str> = features.iter().map(String::as_str).collect();
                    format!("with {}", names.join(" or "))
                }
            },
            Of::Deprecation if item.deprecated => format!("#[deprecated] {}", item.shown),
            Of::Deprecation => item.shown.clone(),
        }
    }
}

fn verdict(level: RustLevel, why: &'static str) -> Option<Verdict> {
    Some(Verdict { level, why, of: Of::Signature })
}

fn breaking(why: &'static str) -> Option<Verdict> {
    verdict(RustLevel::Breaking, why)
}

fn compatible(why: &'static str) -> Option<Verdict> {
    verdict(RustLevel::Compatible, why)
}

/// The verdict on one item; `None`: it is what it was.
pub(super) fn judge(sides: &Sides<'_>, path: &str, old: Option<&Item>, new: Option<&Item>) -> Option<Verdict> {
    match (old, new) {
        (Some(old), Some(new)) => changed(sides, path, old, new),
        (Some(old), None) => removed(old.kind),
        (None, Some(new)) => added(new.kind, sides.owner(path).map(|owner| owner.kind)),
        (None, None) => None,
    }
}

/// "Major: renaming/moving/removing any public items", "Major: removing a Cargo feature".
fn removed(kind: ItemKind) -> Option<Verdict> {
    breaking(match kind {
        ItemKind::Feature => "A crate that asks for a feature that is gone does not build.",
        ItemKind::Field => "Code that names the field does not compile.",
        ItemKind::Variant => "Code that makes or matches the variant does not compile.",
        ItemKind::Required | ItemKind::Provided => "Code that calls or implements the function does not compile.",
        ItemKind::Impl => "Code that needs the type to implement the trait does not compile.",
        ItemKind::Module
        | ItemKind::Struct(_)
        | ItemKind::Enum(_)
        | ItemKind::Function
        | ItemKind::Trait
        | ItemKind::AssociatedType
        | ItemKind::Alias
        | ItemKind::Static
        | ItemKind::Constant
        | ItemKind::Reexport => "Code that names it does not compile.",
    })
}

/// "Minor: adding new public items", and what is major all the same.
fn added(kind: ItemKind, owner: Option<ItemKind>) -> Option<Verdict> {
    match (kind, owner) {
        // "Major: adding a public field when no private field exists".
        (ItemKind::Field, Some(ItemKind::Struct(Literal::Open))) => {
            breaking("Code that writes the struct down with all its fields does not compile without the new one.")
        }
        // "Major: adding new enum variants (without `non_exhaustive`)".
        (ItemKind::Variant, Some(ItemKind::Enum(Matching::Exhaustive))) => {
            breaking("Code that matches every variant does not compile without the new one.")
        }
        // "Major: adding a non-defaulted trait item".
        (ItemKind::Required, _) => {
            breaking("Code that implements the trait does not compile without the new function.")
        }
        (ItemKind::Feature, _) => compatible("A feature more changes nothing for who does not ask for it."),
        (
            ItemKind::Field
            | ItemKind::Variant
            | ItemKind::Provided
            | ItemKind::Module
            | ItemKind::Struct(_)
            | ItemKind::Enum(_)
            | ItemKind::Function
            | ItemKind::Trait
            | ItemKind::AssociatedType
            | ItemKind::Impl
            | ItemKind::Alias
            | ItemKind::Static
            | ItemKind::Constant
            | ItemKind::Reexport,
            _,
        ) => compatible("It is new, and no code names it yet."),
    }
}

fn changed(sides: &Sides<'_>, path: &str, old: &Item, new: &Item) -> Option<Verdict> {
    if let Some(verdict) = kinds(old.kind, new.kind) {
        return Some(verdict);
    }
    if old.signature != new.signature {
        return other_signature(new.kind);
    }
    // What belongs to an item is there when that is.
    if loses_features(sides, old, new) && !sides.moves_with_owner(path, old, new) {
        let why = "A crate that asks for some features only does not find it any more.";
        return Some(Verdict { level: RustLevel::Breaking, why, of: Of::Features });
    }
    if old.meaning != new.meaning {
        return Some(Verdict {
            level: RustLevel::Meaning,
            why: "Code compiles as before, and says something else on the wire.",
            of: Of::Meaning,
        });
    }
    if new.deprecated && !old.deprecated {
        let why = "The compiler warns who uses it.";
        return Some(Verdict { level: RustLevel::Compatible, why, of: Of::Deprecation });
    }
    None
}

/// Where the same name is another kind of thing.
fn kinds(old: ItemKind, new: ItemKind) -> Option<Verdict> {
    match (old, new) {
        (old, new) if old == new => None,
        (ItemKind::Struct(Literal::Open), ItemKind::Struct(Literal::Closed)) => {
            breaking("Code that writes the struct down with all its fields does not compile any more.")
        }
        // "Major: going from an exhaustive to a non-exhaustive enum".
        (ItemKind::Enum(Matching::Exhaustive), ItemKind::Enum(Matching::Open)) => {
            breaking("Code that matches every variant needs an arm for all others.")
        }
        (ItemKind::Struct(_), ItemKind::Struct(_)) | (ItemKind::Enum(_), ItemKind::Enum(_)) => None,
        (ItemKind::Provided, ItemKind::Required) => {
            breaking("Code that implements the trait without it does not compile.")
        }
        (ItemKind::Required, ItemKind::Provided) => compatible("Who implements the trait may leave it out."),
        (
            ItemKind::Feature
            | ItemKind::Module
            | ItemKind::Struct(_)
            | ItemKind::Field
            | ItemKind::Enum(_)
            | ItemKind::Variant
            | ItemKind::Function
            | ItemKind::Trait
            | ItemKind::Required
            | ItemKind::Provided
            | ItemKind::AssociatedType
            | ItemKind::Impl
            | ItemKind::Alias
            | ItemKind::Static
            | ItemKind::Constant
            | ItemKind::Reexport,
            _,
        ) => breaking("It is another kind of item, which is made and used otherwise."),
    }
}

fn other_signature(kind: ItemKind) -> Option<Verdict> {
    breaking(match kind {
        ItemKind::Field => "Code that reads or sets the field has a value of another type.",
        ItemKind::Variant => "Code that makes or matches the variant has other values in it.",
        // "Major: adding/removing function parameters", and changes of their types.
        ItemKind::Function => "Code that calls it has other arguments, or gets something else.",
        ItemKind::Required | ItemKind::Provided => "Code that implements the trait has another signature.",
        ItemKind::Trait => "Code that implements the trait has to implement others, or may rely on others no more.",
        ItemKind::AssociatedType => "Code that goes by the type which belongs to the impl gets another.",
        ItemKind::Feature
        | ItemKind::Module
        | ItemKind::Struct(_)
        | ItemKind::Enum(_)
        | ItemKind::Impl
        | ItemKind::Alias
        | ItemKind::Static
        | ItemKind::Constant
        | ItemKind::Reexport => "Code that uses it has another type.",
    })
}

/// Whether somebody who chose features that are still there does not get the item by them any more. What was there whatever was chosen had
/// all features for a reason; who chooses none has nothing to call anyway.
fn loses_features(sides: &Sides<'_>, old: &Item, new: &Item) -> bool {
    let Some(now) = &new.features else { return false };
    let before: BTreeSet<&str> = match &old.features {
        Some(features) => features.iter().map(String::as_str).collect(),
        None => sides.features.clone(),
    };
    let is_still_there = |feature: &&str| sides.new.contains_key(&format!("feature {feature:?}"));
    before.into_iter().filter(is_still_there).any(|feature| !now.contains(feature))
}
