//! Refusals: how a handler says no. A status that its operation does not declare does not compile (ERROR-DECLARED).

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use methodical_wire::{Problem, Violation};

use crate::fault::{Fault, Refused};
use crate::operation::Operation;
use crate::store::StoreError;

/// The operation declares the status `S`. Generated code implements it for the declared errors that are a handler's to
/// choose; the runtime answers the others by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare the status {S}",
    label = "the description has no response {S} for this operation",
    note = "only declared statuses can be answered (rule ERROR-DECLARED): declare it, or refuse with one that is"
)]
pub trait Declares<const S: u16> {}

/// Why an operation was refused. Made from a problem and a declared status, or with `?` from what a transaction reported.
pub struct Refusal<Op> {
    kind: RefusalKind,
    operation: PhantomData<fn() -> Op>,
}

/// A refusal without its operation.
#[derive(Debug)]
pub(crate) enum RefusalKind {
    Problem(Box<Problem>),
    Refused(Refused),
    Busy(Duration),
}

impl<Op: Operation> Refusal<Op> {
    /// Refuses with a declared status; the problem's own is set to it.
    pub fn status<const S: u16>(mut problem: Problem) -> Self
    where
        Op: Declares<S>,
    {
        let standard = Problem::new(S, "");
        // RFC 9457, section 4.2.1: `about:blank` has the status's own phrase for a title.
        if problem.title.is_empty() || problem.type_ == standard.type_ {
            problem.title = standard.title;
        }
        if problem.detail.as_ref().is_none_or(String::is_empty) {
            problem.detail = Some(problem.title.clone());
        }
        problem.status = S;
        Self::new(RefusalKind::Problem(Box::new(problem)))
    }

    /// Refuses with 404: something that the request names is not there.
    pub fn not_found(detail: impl Into<String>) -> Self
    where
        Op: Declares<404>,
    {
        Self::status::<404>(Problem::new(404, detail))
    }

    /// Refuses with 409: the request contradicts the present state.
    pub fn conflict(detail: impl Into<String>) -> Self
    where
        Op: Declares<409>,
    {
        Self::status::<409>(Problem::new(409, detail))
    }

    /// Refuses with 403: the caller may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self
    where
        Op: Declares<403>,
    {
        Self::status::<403>(Problem::new(403, detail))
    }

    /// Refuses with 422: the request is well formed and yet cannot be carried out. Name every violation; a
    /// violation's detail is the predicate of a sentence about its place.
    pub fn unprocessable(violations: Vec<Violation>) -> Self
    where
        Op: Declares<422>,
    {
        Self::status::<422>(unprocessable(422, violations))
    }

    /// Refuses with 503 for as long (RATE-429-RETRY-AFTER). Every operation may.
    pub fn busy(after: Duration) -> Self {
        Self::new(RefusalKind::Busy(after))
    }

    /// Refuses with 501: the server does not have this operation yet. Every operation may, since a server that lacks one has
    /// nothing else that is true to say (RFC 9110, section 15.6.2).
    pub fn not_implemented() -> Self {
        let detail = format!("The operation `{}` is not implemented yet; nothing was read or changed.", Op::DATA.id);
        Self::new(RefusalKind::Problem(Box::new(Problem::new(501, detail))))
    }

    fn new(kind: RefusalKind) -> Self {
        Self { kind, operation: PhantomData }
    }
}

impl<Op> Refusal<Op> {
    pub(crate) fn into_kind(self) -> RefusalKind {
        self.kind
    }
}

/// The problem of a request with these violations.
pub(crate) fn unprocessable(status: u16, violations: Vec<Violation>) -> Problem {
    let detail = match violations.as_slice() {
        [] => "The request cannot be carried out as it is.".to_owned(),
        [one] if one.pointer.is_empty() => format!("The {} {}.", one.location.as_str(), one.detail),
        [one] => format!("`{}` {}.", one.pointer, one.detail),
        several => format!("The request has {} mistakes; `errors` names each.", several.len()),
    };
    Problem::new(status, detail).with_errors(violations)
}

impl<Op> fmt::Debug for Refusal<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refusal").field(&self.kind).finish()
    }
}

impl<Op: Operation> From<Fault> for Refusal<Op> {
    fn from(fault: Fault) -> Self {
        Self::new(RefusalKind::Refused(Refused::Fault(fault)))
    }
}

impl<Op: Operation> From<StoreError> for Refusal<Op> {
    fn from(error: StoreError) -> Self {
        Fault::from(error).into()
    }
}

impl<Op: Operation> From<Refused> for Refusal<Op> {
    fn from(refused: Refused) -> Self {
        Self::new(RefusalKind::Refused(refused))
    }
}
