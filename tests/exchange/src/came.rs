//! What a call came to, held against what was answered.

use std::fmt::Debug;

use methodical_client::{Accepted, Created, Deleted, Discarded, Fetched, Find, Meta, Put, Updated};
use methodical_wire::{Operation, ReadBody, WriteBody};

use crate::case::Outcome;
use crate::turn::{Step, Turn};

/// An outcome of the client's runtime.
pub trait Came {
    /// Whether it is what was answered.
    ///
    /// # Errors
    /// When it is something else.
    fn compare(&self, turn: &Turn, operation: &'static Operation) -> impl Future<Output = Step<()>> + Send;

    /// What the answer says beside its body.
    fn beside(&self) -> &Meta;
}

/// The values that a body may be read as, compared and shown.
pub trait Compared: ReadBody + WriteBody + Clone + PartialEq + Debug + Send + Sync {}

impl<T: ReadBody + WriteBody + Clone + PartialEq + Debug + Send + Sync> Compared for T {}

async fn value(turn: &Turn, operation: &'static Operation, value: &impl Compared, meta: &Meta) -> Step<()> {
    turn.meta_came(meta)?;
    turn.value_came(operation, value).await
}

macro_rules! one_value {
    ($($name:ident)*) => {$(
        impl<T: Compared> Came for $name<T> {
            async fn compare(&self, turn: &Turn, operation: &'static Operation) -> Step<()> {
                value(turn, operation, &self.value, &self.meta).await
            }

            fn beside(&self) -> &Meta {
                &self.meta
            }
        }
    )*};
}

one_value!(Fetched Updated Created Accepted);

impl<T: Compared, N: Compared> Came for Find<T, N> {
    async fn compare(&self, turn: &Turn, operation: &'static Operation) -> Step<()> {
        match self {
            Find::Found { value: found, meta } => value(turn, operation, found, meta).await,
            Find::NotFound(absence, meta) => {
                turn.meta_came(meta)?;
                turn.absence_came(operation, absence).await
            }
        }
    }

    fn beside(&self) -> &Meta {
        self.meta()
    }
}

impl<T: Compared> Came for Put<T> {
    async fn compare(&self, turn: &Turn, operation: &'static Operation) -> Step<()> {
        match (self, turn.status()) {
            (Put::Created { value: put, meta, .. }, 201) | (Put::Replaced { value: put, meta }, 200) => {
                value(turn, operation, put, meta).await
            }
            (other, status) => Err(Outcome::Misread(format!("answered was {status}, and {other:?} came"))),
        }
    }

    fn beside(&self) -> &Meta {
        self.meta()
    }
}

impl<N: Compared> Came for Deleted<N> {
    async fn compare(&self, turn: &Turn, operation: &'static Operation) -> Step<()> {
        turn.meta_came(self.meta())?;
        match self {
            Deleted::NotFound(absence, _) => turn.absence_came(operation, absence).await,
            Deleted::Deleted(_) | Deleted::Gone(_) => Ok(()),
        }
    }

    fn beside(&self) -> &Meta {
        self.meta()
    }
}

impl Came for Discarded {
    async fn compare(&self, turn: &Turn, _: &'static Operation) -> Step<()> {
        turn.meta_came(&self.0)
    }

    fn beside(&self) -> &Meta {
        &self.0
    }
}
