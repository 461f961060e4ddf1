//! An operation in both versions.

use methodical_model::{Api, Operation};

use crate::matching::title;
use crate::{Reach, Way};

/// An operation in both versions.
pub(crate) struct Pair<'a> {
    pub(crate) old: &'a Operation,
    pub(crate) new: &'a Operation,
    /// The operation as a whole.
    pub(crate) reach: Reach,
}

impl<'a> Pair<'a> {
    pub(crate) fn new(api: &Api, old: &'a Operation, new: &'a Operation) -> Pair<'a> {
        Pair { old, new, reach: reach(api, old) }
    }

    /// Which way its request travels.
    pub(crate) fn request(&self) -> Way {
        request_way(self.old)
    }

    /// Which way its responses travel.
    pub(crate) fn response(&self) -> Way {
        self.request().back()
    }

    /// A place in it.
    pub(crate) fn at(&self, place: impl Into<String>, way: Way) -> Reach {
        Reach { place: place.into(), way, ..self.reach.clone() }
    }
}

/// An operation as a whole, as something that a change reaches.
pub(crate) fn reach(api: &Api, operation: &Operation) -> Reach {
    Reach {
        operation: title(operation),
        id: operation.name.wire.clone(),
        tag: api.tag(operation.tag).name.wire.clone(),
        place: String::new(),
        way: request_way(operation),
    }
}

fn request_way(operation: &Operation) -> Way {
    if operation.receiver.is_some() { Way::Response } else { Way::Request }
}
