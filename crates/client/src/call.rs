//! A call: what is asked for, to be awaited. Its second parameter is its effect, and the methods that would break a
//! promise do not exist for the wrong one: `.retries(..)` on a POST without an idempotency key does not compile.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::HeaderValue;
use http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use methodical_wire::body::Payload;
use methodical_wire::{self as wire, Blob, Etag, ParameterLocation, WriteBody};
use serde::Serialize;

use crate::answer::Answer;
use crate::base_url::BaseUrl;
use crate::client::Client;
use crate::credential::IdempotencyKey;
use crate::error::{CallError, RequestError};
use crate::exchange::{Failure, exchange};
use crate::operation::{
    Conditional, CreateOnly, DeclaredProblem, Effect, EffectKind, HasHead, Keyable, Keyed, Monitored, Operation,
    Paginated, Repeatable, Revalidate, Safe, Unsafe,
};
use crate::outcome::{Carries, Head, Outcome, Revalidation};
use crate::paging::{Items, Pages};
use crate::request::Draft;
use crate::wait::Wait;

/// A call of an operation. Nothing happens until it is awaited.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<Op: Operation, E = <Op as Operation>::Effect> {
    draft: Draft,
    common: Common,
    marker: PhantomData<fn() -> (Op, E)>,
}

/// What an exchange needs beside the request.
#[derive(Clone)]
pub(crate) struct Common {
    pub(crate) client: Client,
    pub(crate) effect: EffectKind,
    pub(crate) timeout: Duration,
    pub(crate) retries: u32,
}

impl<Op: Operation> Call<Op> {
    pub(crate) fn new(client: Client) -> Call<Op> {
        let (timeout, retries) = (client.inner().timeout, client.inner().policy.retries);
        let common = Common { client, effect: <Op::Effect as Effect>::KIND, timeout, retries };
        Call { draft: Draft::new(Op::DATA), common, marker: PhantomData }
    }
}

/// For generated code: what the arguments of an operation's method become. An argument that cannot be sent shows when
/// the call is awaited.
impl<Op: Operation, E: Effect> Call<Op, E> {
    /// A path parameter, by wire name.
    pub fn path(self, name: &str, value: impl Serialize) -> Self {
        self.parameter(ParameterLocation::Path, name, value)
    }

    /// A query parameter, by wire name.
    pub fn query(self, name: &str, value: impl Serialize) -> Self {
        self.parameter(ParameterLocation::Query, name, value)
    }

    /// A header parameter, by wire name.
    pub fn header_parameter(self, name: &str, value: impl Serialize) -> Self {
        self.parameter(ParameterLocation::Header, name, value)
    }

    /// A cookie parameter, by wire name.
    pub fn cookie_parameter(self, name: &str, value: impl Serialize) -> Self {
        self.parameter(ParameterLocation::Cookie, name, value)
    }

    fn parameter(mut self, location: ParameterLocation, name: &str, value: impl Serialize) -> Self {
        self.draft.set(location, name, serde_json::to_value(value));
        self
    }

    /// Every member of an object as the parameter of that field or wire name; null is not sent.
    pub fn parameters(mut self, values: &impl Serialize) -> Self {
        self.draft.set_all(serde_json::to_value(values));
        self
    }

    /// The request body, in the first of the declared media types.
    pub fn body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.draft.set_body(body.write());
        self
    }

    /// The request body, which knows its media type.
    pub fn content(mut self, body: impl WriteBody) -> Self {
        self.draft.set_body(body.write());
        self
    }

    /// The request body, as it is.
    pub fn bytes(mut self, body: impl Into<Blob>) -> Self {
        self.draft.set_body(Ok(Payload::Blob(body.into()).into()));
        self
    }
}

impl<Op: Operation, E: Effect> Call<Op, E> {
    /// How long it may take, with all its attempts and waits.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.common.timeout = timeout;
        self
    }

    /// One more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.draft.set_header(name, value);
        self
    }

    /// How often it is repeated at most when an attempt fails or gets lost.
    pub fn retries(mut self, retries: u32) -> Self
    where
        E: Repeatable,
    {
        self.common.retries = retries;
        self
    }

    /// Only if the resource still has this entity tag (COND-IF-MATCH).
    pub fn if_match(mut self, etag: &Etag) -> Self
    where
        Op: Conditional,
    {
        self.set_etag(IF_MATCH, etag);
        self
    }

    /// Only if there is nothing yet (COND-CREATE-ONLY).
    pub fn create_only(mut self) -> Self
    where
        Op: CreateOnly,
    {
        self.draft.headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
        self
    }

    /// Only if there is something else than what has this entity tag (COND-INM-304).
    pub fn if_none_match(mut self, etag: &Etag) -> Call<Revalidated<Op>, E>
    where
        Op: Revalidate,
        Op::Outcome: Carries,
    {
        self.set_etag(IF_NONE_MATCH, etag);
        self.retyped()
    }

    /// The same without the body: what GET would say beside it (HEAD-MIRRORS-GET).
    pub fn head(mut self) -> Call<Headed<Op>, Safe>
    where
        Op: HasHead,
    {
        self.draft.method = wire::Method::Head;
        self.retyped()
    }

    /// Each page as it is asked for, until there is none (LIST-PAGE-COMPLETE).
    pub fn pages(self) -> Pages<Op>
    where
        Op: Paginated,
    {
        Pages::new(self.draft, self.common)
    }

    /// Each item of each page; the next page is fetched when the items of the present one are through.
    pub fn items(self) -> Items<Op>
    where
        Op: Paginated,
    {
        Items::new(self.pages())
    }

    /// Asks again and again until the work that it follows has ended (LRO-MONITOR). What was said of the call so far, its
    /// timeout for one, holds for each question.
    pub fn wait(self) -> Wait<Op>
    where
        Op: Monitored,
    {
        Wait::new(self.draft, self.common)
    }

    pub(crate) fn sent_to(mut self, receiver: BaseUrl) -> Self {
        self.draft.receiver = Some(receiver);
        self
    }

    fn set_etag(&mut self, name: HeaderName, etag: &Etag) {
        match HeaderValue::from_str(&etag.to_string()) {
            Ok(value) => drop(self.draft.headers.insert(name, value)),
            Err(_) => drop(self.draft.fault.get_or_insert(RequestError::Header(name.to_string()))),
        }
    }

    fn retyped<Other: Operation, F: Effect>(self) -> Call<Other, F> {
        let common = Common { effect: F::KIND, ..self.common };
        Call { draft: self.draft, common, marker: PhantomData }
    }
}

impl<Op: Operation> Call<Op, Unsafe> {
    /// Carries a key by which the server knows a repetition, which makes the call repeatable (IDEM-REPLAY).
    pub fn idempotency_key(mut self, key: &IdempotencyKey) -> Call<Op, Keyed>
    where
        Op: Keyable,
    {
        let name = Op::DATA.idempotency.map_or("Idempotency-Key", |idempotency| idempotency.header);
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => drop(self.draft.headers.insert(name, key.to_header())),
            Err(_) => drop(self.draft.fault.get_or_insert(RequestError::Header(name.to_owned()))),
        }
        self.retyped()
    }
}

/// The operation, parameters left out: they may be personal, and headers may be secret.
impl<Op: Operation, E> fmt::Debug for Call<Op, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.draft.operation;
        write!(f, "Call({}: {} {})", operation.id, self.draft.method.as_str(), operation.path)
    }
}

impl<Op: Operation, E: Effect> IntoFuture for Call<Op, E> {
    type Output = Result<Op::Outcome, CallError<Op::Problem>>;
    type IntoFuture = Calling<Op::Outcome, Op::Problem>;

    fn into_future(self) -> Self::IntoFuture {
        Calling { exchange: Box::pin(exchange(self.draft, self.common)), marker: PhantomData }
    }
}

/// A call under way. Written by hand and not `async`, so that an operation adds a few instructions for reading its
/// answer and no state machine of its own.
#[must_use = "a call does nothing until it is awaited"]
pub struct Calling<O, P> {
    exchange: Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send>>,
    marker: PhantomData<fn() -> (O, P)>,
}

impl<O: Outcome, P: DeclaredProblem> Future for Calling<O, P> {
    type Output = Result<O, CallError<P>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(self.exchange.as_mut().poll(cx))?;
        Poll::Ready(O::decode(answer).map_err(CallError::refused))
    }
}

/// What [`Call::if_none_match`] makes of an operation.
pub struct Revalidated<Op>(PhantomData<fn() -> Op>);

impl<Op: Revalidate> Operation for Revalidated<Op>
where
    Op::Outcome: Carries,
{
    const DATA: &'static wire::Operation = Op::DATA;
    type Effect = Op::Effect;
    type Outcome = Revalidation<<Op::Outcome as Carries>::Value, <Op::Outcome as Carries>::Absence>;
    type Problem = Op::Problem;
}

/// What [`Call::head`] makes of an operation.
pub struct Headed<Op>(PhantomData<fn() -> Op>);

impl<Op: HasHead> Operation for Headed<Op> {
    const DATA: &'static wire::Operation = Op::DATA;
    type Effect = Safe;
    type Outcome = Head;
    type Problem = Op::Problem;
}
