//! What a description says and progenitor's client does not: listed, so that nobody finds out in production.

use methodical_diagnostic::Origin;
use methodical_model::{OperationId, TypeId};

/// Something that was lost.
#[derive(Debug, Clone)]
pub(crate) struct Loss {
    /// Of what.
    pub(crate) subject: Subject,
    /// What, in a sentence without a full stop.
    pub(crate) text: String,
    /// Where it was written.
    pub(crate) origin: Origin,
    /// Whether all of it is lost.
    pub(crate) whole: bool,
    /// Whether progenitor refused it, rather than that it was known beforehand.
    pub(crate) by_progenitor: bool,
}

/// What something was lost of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// An operation.
    Operation(OperationId),
    /// A named type.
    Type(TypeId),
}
