//! What writing handlers answer: facts that the store reported. Their fields are private and only a unit of work makes them, so
//! a handler cannot claim a 201 where something was replaced, nor a deletion that did not happen (PUT-STATUS-TRUE,
//! DELETE-ATOMIC-MISSING). The runtime reads the status from the fact.

use methodical_wire::Etag;

/// The target was put: created where it was absent, replaced where it was not.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "the fact is the handler's answer"]
pub struct Upserted<T> {
    pub(crate) value: T,
    pub(crate) etag: Etag,
    pub(crate) was: Was,
}

/// What was at the target before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Was {
    /// Nothing: it was created.
    Absent,
    /// Something: it was replaced.
    Present,
}

impl<T> Upserted<T> {
    /// The representation to answer with.
    pub fn map<U>(self, represent: impl FnOnce(T) -> U) -> Upserted<U> {
        Upserted { value: represent(self.value), etag: self.etag, was: self.was }
    }

    /// What was there before.
    #[must_use]
    pub fn was(&self) -> Was {
        self.was
    }

    /// What was put.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }
}

/// The target was there and was changed.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "the fact is the handler's answer"]
pub struct Updated<T> {
    pub(crate) value: T,
    pub(crate) etag: Etag,
}

impl<T> Updated<T> {
    /// The representation to answer with.
    pub fn map<U>(self, represent: impl FnOnce(T) -> U) -> Updated<U> {
        Updated { value: represent(self.value), etag: self.etag }
    }

    /// What it is now.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }
}

/// The target was there and was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the fact is the handler's answer"]
pub struct Removed {
    pub(crate) _made_by_the_unit_of_work: (),
}

/// One object or several were created, all of them.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "the fact is the handler's answer"]
pub struct Created<T> {
    pub(crate) value: T,
    /// The tag of the one object; several have none in common.
    pub(crate) etag: Option<Etag>,
}

impl<T> Created<T> {
    /// The representation to answer with.
    pub fn map<U>(self, represent: impl FnOnce(T) -> U) -> Created<U> {
        Created { value: represent(self.value), etag: self.etag }
    }

    /// What was created.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }
}

/// The work was taken on and is followed at a monitor, which was made in the same unit of work: only
/// [`WriteTx::accept`](crate::WriteTx::accept) makes one, and it takes what created the monitor (LRO-MONITOR).
#[derive(Debug, Clone, PartialEq)]
#[must_use = "the fact is the handler's answer"]
pub struct Accepted<T> {
    pub(crate) value: T,
}

impl<T> Accepted<T> {
    /// The representation to answer with. `Location` is made from it, as the link to the monitor says.
    pub fn map<U>(self, represent: impl FnOnce(T) -> U) -> Accepted<U> {
        Accepted { value: represent(self.value) }
    }

    /// What is answered.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }
}

/// The request was carried out and there is nothing to say about it (204).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use = "the fact is the handler's answer"]
pub struct Discarded;
