//! What a generated client says of an operation, and which methods that gives its calls. The markers are implemented by
//! generated code where the description promises what they stand for; what an operation does not promise, its calls
//! cannot be asked for.

use std::fmt;

use methodical_wire as wire;
use serde::de::DeserializeOwned;

use crate::answer::ErrorBody;
use crate::outcome::{Carries, Outcome};
use crate::wait::Monitor;

/// An operation of a description: its data, and the types of what it may come to.
pub trait Operation: Sized + 'static {
    /// Its data.
    const DATA: &'static wire::Operation;
    /// [`Safe`], [`Idempotent`] or [`Unsafe`].
    type Effect: Effect;
    /// What a call comes to.
    type Outcome: Outcome;
    /// What a call may be refused with.
    type Problem: DeclaredProblem;
}

/// The declared refusals of an operation.
pub trait DeclaredProblem: fmt::Debug + Send + Sync + Sized + 'static {
    /// The refusal that an answer with this status stands for; `Err` gives the body back if none is declared.
    ///
    /// # Errors
    /// If the status is not declared, or the body is not what is declared for it.
    fn from_answer(status: u16, body: ErrorBody) -> Result<Self, ErrorBody>;

    /// The problem document, where the refusal is one.
    fn problem(&self) -> Option<&wire::Problem> {
        None
    }
}

/// For operations that declare no refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoProblem {}

impl DeclaredProblem for NoProblem {
    fn from_answer(_: u16, body: ErrorBody) -> Result<NoProblem, ErrorBody> {
        Err(body)
    }
}

mod sealed {
    pub trait Sealed {}
}

/// What a call does to the server's state, as a type.
pub trait Effect: sealed::Sealed + Send + Sync + 'static {
    #[doc(hidden)]
    const KIND: EffectKind;
}

#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectKind {
    Safe,
    Idempotent,
    Keyed,
    Unsafe,
}

impl EffectKind {
    pub(crate) fn is_repeatable(self) -> bool {
        match self {
            EffectKind::Safe | EffectKind::Idempotent | EffectKind::Keyed => true,
            EffectKind::Unsafe => false,
        }
    }
}

/// A call that may be repeated although it is not known whether it had its effect.
#[diagnostic::on_unimplemented(
    message = "this operation is not repeatable: sent twice, it might have its effect twice",
    label = "needs a safe, idempotent or keyed call, and this one is `{Self}`",
    note = "if the operation declares an idempotency key, call `.idempotency_key(..)` first (IDEM-REPLAY)"
)]
pub trait Repeatable: Effect {}

macro_rules! effects {
    ($($(#[$docs:meta])* $name:ident: $($repeatable:ident)?;)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
        impl sealed::Sealed for $name {}
        impl Effect for $name {
            const KIND: EffectKind = EffectKind::$name;
        }
        $(impl $repeatable for $name {})?
    )*};
}

effects! {
    /// It changes nothing (GET-SAFE).
    Safe: Repeatable;
    /// Once or often, it comes to the same (PUT-IDEMPOTENT, DELETE-IDEMPOTENT).
    Idempotent: Repeatable;
    /// It is not idempotent by itself, but carries a key by which the server knows a repetition (IDEM-REPLAY).
    Keyed: Repeatable;
    /// It has more effect each time.
    Unsafe:;
}

/// The operation takes `If-Match`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no `If-Match`: its description does not declare that parameter (COND-IF-MATCH)"
)]
pub trait Conditional: Operation {}

/// The operation takes `If-None-Match: *`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be told only to create: its description does not declare `If-None-Match` (COND-CREATE-ONLY)"
)]
pub trait CreateOnly: Operation {}

/// The operation takes an idempotency key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` takes no idempotency key: its description declares none (IDEM-REPLAY)"
)]
pub trait Keyable: Operation {}

/// A read that takes `If-None-Match` and may answer 304.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be revalidated: its description does not declare `If-None-Match` and 304 (COND-INM-304)"
)]
pub trait Revalidate: Operation {}

/// A read that has a HEAD beside it.
#[diagnostic::on_unimplemented(message = "`{Self}` has no HEAD beside it (HEAD-MIRRORS-GET)")]
pub trait HasHead: Operation {}

/// A read that tells where work stands, and so can be waited with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` follows no work: its description does not declare `x-semantics.monitor` (LRO-MONITOR)"
)]
pub trait Monitored: Operation<Outcome: Carries> {
    /// How it tells.
    const MONITOR: Monitor;
}

/// A list that comes in pages.
#[diagnostic::on_unimplemented(message = "`{Self}` does not come in pages (LIST-PAGE-COMPLETE)")]
pub trait Paginated: Operation {
    /// What is listed.
    type Item: DeserializeOwned + Send + 'static;
}
