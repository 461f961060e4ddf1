//! The public surface of generated crates: what code that is written against them can name, and what each name means.
//!
//! It stands here, because two stages need it that do not know each other: the generator makes it out of what it writes, and the
//! review compares those of two versions. It is plain data: texts of Rust, and no syntax.

use std::collections::{BTreeMap, BTreeSet};

pub use methodical_diagnostic::Origin;

/// Of each crate all its items, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surface {
    /// The crates that are generated.
    pub crates: BTreeMap<Artefact, Items>,
}

/// The items of one crate. A path begins with the name of the crate; what has no name of its own is said in words that no path is made of:
/// `stacklets_types::Tag: Clone` is an impl, `feature "tags"` a feature.
pub type Items = BTreeMap<String, Item>;

/// A crate that is generated from a description, and gets a version of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Artefact {
    /// Types, schemas and operations as data.
    Types,
    /// The client.
    Client,
    /// Handler traits and service.
    Server,
    /// What sends webhooks and callbacks.
    Sender,
    /// What receives webhooks and callbacks.
    Receiver,
}

impl Artefact {
    /// All of them.
    pub const ALL: [Artefact; 5] =
        [Artefact::Types, Artefact::Client, Artefact::Server, Artefact::Sender, Artefact::Receiver];

    /// What the crate's name ends with, behind the API's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Artefact::Types => "types",
            Artefact::Client => "client",
            Artefact::Server => "server",
            Artefact::Sender => "webhook-sender",
            Artefact::Receiver => "webhook-receiver",
        }
    }
}

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its signature as the compiler sees it: names with their paths, arguments without their names.
    pub signature: String,
    /// Its signature as it is written.
    pub shown: String,
    /// What it means on the wire, where Rust does not say so: names, places, styles, defaults. Code compiles whatever stands here.
    pub meaning: String,
    /// Whether the compiler warns who uses it.
    pub deprecated: bool,
    /// The features of which one has to be chosen for it to be there; `None`: it always is.
    pub features: Option<BTreeSet<String>>,
    /// The node of the contract that it comes from.
    pub origin: Option<Origin>,
}

/// What an item is, as far as a rule of semantic versioning depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// A cargo feature.
    Feature,
    /// A public module.
    Module,
    /// A struct.
    Struct(Literal),
    /// A public field.
    Field,
    /// An enum.
    Enum(Matching),
    /// A variant, with what it holds.
    Variant,
    /// A function, or a method.
    Function,
    /// A trait.
    Trait,
    /// What implementors of a trait have to write.
    Required,
    /// What implementors of a trait may leave out.
    Provided,
    /// A type that belongs to an impl.
    AssociatedType,
    /// A trait that is implemented for a type.
    Impl,
    /// `type`.
    Alias,
    /// `static`.
    Static,
    /// `const`.
    Constant,
    /// Another crate, under a short name.
    Reexport,
}

/// Whether other crates can write a struct down with all its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Literal {
    /// All fields are public, and more would break that.
    Open,
    /// It has private fields, or is `#[non_exhaustive]`.
    Closed,
}

/// Whether other crates can `match` an enum without an arm for what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matching {
    /// They can, and one more variant would break that.
    Exhaustive,
    /// It is `#[non_exhaustive]`.
    Open,
}
