//! Where the walk is: at a place of a document, and at the place of the bundle to which it copies.
//!
//! A chain on the stack, spelled out as pointers only where a reference needs one.

use methodical_diagnostic::{DocumentId, Origin, Pointer};

/// A place of the walk.
pub(super) enum Here<'h> {
    /// The beginning of a part.
    Base { origin: Origin, out: Pointer },
    /// A member below another place.
    Member { parent: &'h Here<'h>, key: &'h str },
    /// An item below another place.
    Item { parent: &'h Here<'h>, index: usize },
}

impl<'h> Here<'h> {
    pub(super) fn member(&'h self, key: &'h str) -> Here<'h> {
        Here::Member { parent: self, key }
    }

    pub(super) fn item(&'h self, index: usize) -> Here<'h> {
        Here::Item { parent: self, index }
    }

    /// The document that is read.
    pub(super) fn document(&self) -> DocumentId {
        match self {
            Self::Base { origin, .. } => origin.document,
            Self::Member { parent, .. } | Self::Item { parent, .. } => parent.document(),
        }
    }

    /// Where it was written.
    pub(super) fn origin(&self) -> Origin {
        let (base, _) = self.base();
        let mut origin = base.clone();
        self.push_to(&mut origin.pointer);
        origin
    }

    /// Where it goes in the bundle.
    pub(super) fn out(&self) -> Pointer {
        let (_, out) = self.base();
        let mut out = out.clone();
        self.push_to(&mut out);
        out
    }

    fn base(&self) -> (&Origin, &Pointer) {
        match self {
            Self::Base { origin, out } => (origin, out),
            Self::Member { parent, .. } | Self::Item { parent, .. } => parent.base(),
        }
    }

    fn push_to(&self, pointer: &mut Pointer) {
        match self {
            Self::Base { .. } => {}
            Self::Member { parent, key } => {
                parent.push_to(pointer);
                pointer.push(key);
            }
            Self::Item { parent, index } => {
                parent.push_to(pointer);
                pointer.push_index(*index);
            }
        }
    }
}
