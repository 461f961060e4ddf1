//! What a call came to, held against what was answered.

use std::fmt::Debug;

use methodical_client::{Accepted, Created, Deleted, Discarded, Fetched, Find, Meta, Put, Updated};
use methodical_wire::{Operation, ReadBody};

use crate::case::Outcome;
use crate::turn::{Step, Turn};

/// An outcome of the client's runtime.
pub trait Came {
    /// Whether it is what was answered.
    ///
    /// # Errors
    /// When it is something else.
    fn compare(&self, turn: &Turn, operation: &'static Operation) -> Step<()>;

    /// What the answer says beside its body.
    fn beside(&self) -> &Meta;
}

/// The values that a body may be read as, compared and shown.
trait Compared: ReadBody + PartialEq + Debug {}

impl<T: ReadBody + PartialEq + Debug> Compared for T {}

fn value(turn: &Turn, operation: &'static Operation, value: &impl Compared, meta: &Meta) -> Step<()> {
    turn.meta_came(meta)?;
    turn.value_came(operation, value)
}

macro_rules! one_value {
    ($($name:ident)*) => {$(
        impl<T: ReadBody + PartialEq + Debug> Came for $name<T> {
            fn compare(&self, turn: &Turn, operation: &'static Operation) -> Step<()> {
                value(turn, operation, &self.value, &self.meta)
            }

            fn beside(&self) -> &Meta {
                &self.meta
            }
        }
    )*};
}

one_value!(Fetched Updated Created Accepted);

impl<T: ReadBody + PartialEq + Debug> Came for Find<T> {
    fn compare(&self, turn: &Turn, operation: &'static Operation) -> Step<()> {
        match self {
            Find::Found { value: found, meta } => value(turn, operation, found, meta),
            Find::NotFound(_, meta) => turn.meta_came(meta),
        }
    }

    fn beside(&self) -> &Meta {
        self.meta()
    }
}

impl<T: ReadBody + PartialEq + Debug> Came for Put<T> {
    fn compare(&self, turn: &Turn, operation: &'static Operation) -> Step<()> {
        match (self, turn.status()) {
            (Put::Created { value: put, meta, .. }, 201) | (Put::Replaced { value: put, meta }, 200) => {
                value(turn, operation, put, meta)
            }
            (other, status) => Err(Outcome::Misread(format!("answered was {status}, and {other:?} came"))),
        }
    }

    fn beside(&self) -> &Meta {
        self.meta()
    }
}

impl Came for Deleted {
    fn compare(&self, turn: &Turn, _: &'static Operation) -> Step<()> {
        turn.meta_came(self.meta())
    }

    fn beside(&self) -> &Meta {
        self.meta()
    }
}

impl Came for Discarded {
    fn compare(&self, turn: &Turn, _: &'static Operation) -> Step<()> {
        turn.meta_came(&self.0)
    }

    fn beside(&self) -> &Meta {
        &self.0
    }
}
