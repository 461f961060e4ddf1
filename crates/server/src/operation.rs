//! An operation as the runtime sees it: data, a request type, and one function that calls the implementor's handler. Whether it
//! receives a view or a unit of work is decided by the trait that generated code implements for it, from its method.

use std::future::Future;

use methodical_wire as wire;

use crate::answer::Answer;
use crate::api::{Api, Cx};
use crate::decode::Request;
use crate::found::ReadAnswer;
use crate::refusal::Refusal;
use crate::tx::{ReadTx, WriteTx};

/// An operation of a description; its type is a marker without values.
pub trait Operation: Sized + Send + 'static {
    /// What the description says of it.
    const DATA: &'static wire::Operation;
    /// Its parameters by their Rust names and, if it has one, its `body`.
    type Request: Request;
}

/// An operation that only reads: GET, HEAD, QUERY.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reading operation of `{A}`",
    note = "operations of the methods GET, HEAD and QUERY read; register others with `write`, and implement their trait for `{A}`"
)]
pub trait Read<A: Api>: Operation {
    /// What its handler answers.
    type Answer<'t>: ReadAnswer<'t>;

    /// Calls the handler.
    fn call<'t>(
        api: &'t A,
        tx: &'t ReadTx<A::Store>,
        request: Self::Request,
        cx: &'t Cx<A::Principal>,
    ) -> impl Future<Output = Result<Self::Answer<'t>, Refusal<Self>>> + Send + 't;
}

/// An operation that writes: PUT, POST, PATCH, DELETE.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a writing operation of `{A}`",
    note = "operations of the methods PUT, POST, PATCH and DELETE write; register others with `read`, and implement their trait \
            for `{A}`"
)]
pub trait Write<A: Api>: Operation {
    /// What its handler answers.
    type Answer: Answer + 'static;

    /// Calls the handler.
    fn call<'t>(
        api: &'t A,
        tx: &'t mut WriteTx<A::Store>,
        request: Self::Request,
        cx: &'t Cx<A::Principal>,
    ) -> impl Future<Output = Result<Self::Answer, Refusal<Self>>> + Send + 't;
}
