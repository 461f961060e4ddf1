//! Refusals: how a handler says no. A status that its operation does not declare does not compile (ERROR-DECLARED): of an error
//! that is a problem the operation [`Declares`] the status, of another the generated enum of its errors has a variant.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use methodical_wire::{self as wire, Problem, ResponseHeaders, StatusPattern, Violation, WriteBody, Written};

use crate::answer::{fields, written};
use crate::fault::{Fault, Refused};
use crate::operation::Operation;
use crate::store::StoreError;

/// The operation declares a problem with the status `S`. Generated code implements it for the declared errors that are a handler's
/// to choose; the runtime answers the others by itself. Errors with another body are variants of an enum, which becomes a
/// [`Refusal`] by `into()` or `?`.
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
    Declared(Box<Declined>),
    Refused(Refused),
    Busy(Duration),
}

impl<Op: Operation> Refusal<Op> {
    /// Refuses with a declared status; the problem's own is set to it.
    pub fn status<const S: u16>(mut problem: Problem) -> Self
    where
        Op: Declares<S>,
    {
        const { assert!(S >= 400 && S <= 599, "a refusal has the status of an error") };
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

    /// Refuses as the description declares it; what cannot be written is a fault.
    #[doc(hidden)]
    pub fn declined(declined: Declined) -> Self {
        match declined.fault {
            Some(fault) => fault.into(),
            None => Self::new(RefusalKind::Declared(Box::new(declined))),
        }
    }

    fn new(kind: RefusalKind) -> Self {
        Self { kind, operation: PhantomData }
    }
}

/// A declared error without its type. Of generated code, since it could be of any status.
#[doc(hidden)]
#[derive(Debug)]
pub struct Declined {
    /// The response that it is.
    pub(crate) pattern: StatusPattern,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Written>,
    /// Why it cannot be written.
    fault: Option<Fault>,
}

#[doc(hidden)]
impl Declined {
    /// Of a response that is declared so.
    pub fn of(pattern: StatusPattern) -> Self {
        let status = match pattern {
            StatusPattern::Code(code) => code,
            StatusPattern::Range(_) | StatusPattern::Default => 0,
        };
        Self { pattern, status, headers: Vec::new(), body: None, fault: None }
    }

    /// With one of its statuses, which is checked where the operation is known.
    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub fn body(mut self, body: impl WriteBody) -> Self {
        match written(body) {
            Ok(body) => self.body = Some(body),
            Err(fault) => self.fault = Some(fault),
        }
        self
    }

    pub fn headers(mut self, headers: impl ResponseHeaders) -> Self {
        match fields(&headers) {
            Ok(headers) => self.headers = headers,
            Err(fault) => self.fault = Some(fault),
        }
        self
    }

    /// Whether its status is one that this response stands for, and no other response of the operation does.
    pub(crate) fn is_declared(&self, operation: &'static wire::Operation) -> bool {
        let declared = operation.response(self.status).is_some_and(|response| response.status == self.pattern);
        declared && (400..600).contains(&self.status)
    }
}

/// Defines the declared errors of an operation that are more than a problem, one a variant, which becomes a [`Refusal`] of it.
///
/// Before each variant stands the response that it is: a code, a class of codes, or all that is not declared otherwise. What
/// a variant holds is named: the `status`, where the response has several, the `body` and the `headers`.
///
/// ```
/// # use methodical_server::{Operation, wire};
/// # #[derive(Debug)]
/// # pub enum Count {}
/// # impl Operation for Count {
/// #     const DATA: &'static wire::Operation = &wire::Operation::PLAIN;
/// #     type Request = ();
/// # }
/// methodical_server::refusals! {
///     /// What counting may be refused with.
///     pub enum CountProblem of Count {
///         /// Somebody is counting.
///         Code(409) => Conflict(body String),
///         Range(4) => ClientError(status u16),
///         Default => Default(status u16, body String),
///     }
/// }
/// ```
#[macro_export]
macro_rules! refusals {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident of $operation:ident {
            $(
                $(#[$on_variant:meta])*
                $pattern:ident $(($code:literal))? => $variant:ident $(($($part:ident $type:ty),+))?,
            )*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs, reason = "many variants say what they are by their names")]
        #[allow(clippy::large_enum_variant, reason = "a refusal is taken apart at once")]
        pub enum $name {
            $($(#[$on_variant])* $variant $(($($type),+))?,)*
        }

        impl ::std::convert::From<$name> for $crate::Refusal<$operation> {
            fn from(problem: $name) -> Self {
                match problem {
                    $($name::$variant $(($($part),+))? => $crate::Refusal::declined(
                        $crate::Declined::of($crate::wire::StatusPattern::$pattern $(($code))?) $($(.$part($part))+)?
                    ),)*
                }
            }
        }
    };
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
