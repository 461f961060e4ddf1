//! A service: an implementor, a store and the operations. Generated code registers the operations; the rest is set here.
//!
//! An operation is kept as a function pointer without its types, so that the pipeline a request goes through is compiled once
//! for an API and not once for each operation.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use http::{Request, Response};
use methodical_wire::{self as wire, SecurityScheme};

use crate::answer::{Answer as _, Reply};
use crate::api::{Api, Cx};
use crate::decode::{Decoded, Request as _, Unreadable};
use crate::fault::Fault;
use crate::found::{ReadAnswer as _, ReadReply};
use crate::idempotency::InFlight;
use crate::observe::Observer;
use crate::operation::{Read, Write};
use crate::pipeline::Pipeline;
use crate::rate::{InProcess, RateCounter, RateLimit};
use crate::raw::{RawHandler, RawRequest, UnknownOperation};
use crate::refusal::{Refusal, RefusalKind};
use crate::route::Routes;
use crate::tx::{ReadTx, WriteTx};

/// What a request may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes a body may have that a value is read from, and of a form with files what is no file; more is 413.
    pub body: usize,
    /// How many bytes a body may have that is handed on as it is, or a form with files; more is 413.
    pub upload: u64,
    /// How many bytes of such a body, or of a file in a form, are kept in memory; a larger one goes to a temporary file (in the folder
    /// that the environment names for them) until the request is over.
    pub memory: usize,
    /// How many bytes the path and the query may have together; more is 414.
    pub uri: usize,
    /// How long a body may take to arrive (408), an upload for every `body` bytes of it, and after it a handler to answer (503).
    pub timeout: Duration,
    /// How long a repetition waits for the request under the same idempotency key; longer is 409.
    pub in_flight: Duration,
    /// How often a unit of work is repeated that met a conflict in the store; more is 503.
    pub conflicts: u32,
    /// How many requests a caller may make.
    pub rate: RateLimit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            upload: 64 * 1024 * 1024,
            memory: 256 * 1024,
            uri: 8 * 1024,
            timeout: Duration::from_secs(30),
            in_flight: Duration::from_secs(2),
            conflicts: 8,
            rate: RateLimit::default(),
        }
    }
}

/// An API that is being put together.
pub struct Service<A: Api> {
    api: A,
    store: A::Store,
    routes: Routes<Handler<A>>,
    elsewhere: BTreeMap<String, Routes<Handler<A>>>,
    limits: Limits,
    base: String,
    realm: String,
    security: &'static [&'static [SecurityScheme]],
    rate: Arc<dyn RateCounter>,
    observer: Option<Arc<dyn Observer>>,
}

/// How an operation is carried out.
pub(crate) enum Handler<A: Api> {
    Read(ReadFn<A>),
    Write(WriteFn<A>),
    Raw(RawHandler<A::Principal>),
}

pub(crate) type ReadFn<A> = for<'t> fn(
    &'t A,
    &'t ReadTx<<A as Api>::Store>,
    &'t Decoded,
    &'t Cx<<A as Api>::Principal>,
) -> BoxFuture<'t, Result<ReadReply<'t>, RefusalKind>>;

pub(crate) type WriteFn<A> = for<'t> fn(
    &'t A,
    &'t mut WriteTx<<A as Api>::Store>,
    &'t Decoded,
    &'t Cx<<A as Api>::Principal>,
) -> BoxFuture<'t, Result<Reply, RefusalKind>>;

impl<A: Api> Service<A> {
    /// A service without operations.
    pub fn new(api: A, store: A::Store) -> Self {
        Self {
            api,
            store,
            routes: Routes::default(),
            elsewhere: BTreeMap::new(),
            limits: Limits::default(),
            base: String::new(),
            realm: "api".to_owned(),
            security: &[],
            rate: Arc::new(InProcess::default()),
            observer: None,
        }
    }

    /// Adds an operation that reads. The last of several with one method and path stays.
    #[must_use]
    pub fn read<Op: Read<A>>(self) -> Self {
        self.insert::<Op>(Handler::Read(read_untyped::<A, Op>))
    }

    /// Adds an operation that writes. The last of several with one method and path stays.
    #[must_use]
    pub fn write<Op: Write<A>>(self) -> Self {
        self.insert::<Op>(Handler::Write(write_untyped::<A, Op>))
    }

    /// Takes over the operation of this id: the handler answers the request itself, and what was promised of the operation is
    /// held by its own care (and by the checks described at [`RawRequest`]).
    ///
    /// # Errors
    /// When no operation of this id was added before.
    pub fn raw<F, R>(mut self, operation_id: &str, handler: F) -> Result<Self, UnknownOperation>
    where
        F: Fn(RawRequest<A::Principal>) -> R + Send + Sync + 'static,
        R: Future<Output = Response<Body>> + Send + 'static,
    {
        let unknown = || UnknownOperation { id: operation_id.to_owned() };
        let mut trees = std::iter::once(&mut self.routes).chain(self.elsewhere.values_mut());
        let route = trees.find_map(|routes| routes.by_id(operation_id)).ok_or_else(unknown)?;
        route.value = Handler::Raw(RawHandler::new(handler));
        Ok(self)
    }

    /// Sets what a request may take.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what stands before every path: the path of the description's server URL, such as `/v1`.
    #[must_use]
    pub fn base_path(mut self, base: &str) -> Self {
        let base = base.trim_matches('/');
        self.base = if base.is_empty() { String::new() } else { format!("/{base}") };
        self
    }

    /// Sets the realm that a 401 names.
    #[must_use]
    pub fn realm(mut self, realm: &str) -> Self {
        self.realm = realm.replace(['"', '\\'], "");
        self
    }

    /// Sets who counts requests, for [`Limits::rate`]: one that several processes share. Without one, each counts for itself.
    #[must_use]
    pub fn rate_counter(mut self, counter: Arc<dyn RateCounter>) -> Self {
        self.rate = counter;
        self
    }

    /// Sets who is told of every request and its answer.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// The operations that were added, by their ids: for tests that hold for each of them.
    #[must_use]
    pub fn operations(&self) -> Vec<&'static wire::Operation> {
        let trees = std::iter::once(&self.routes).chain(self.elsewhere.values());
        let mut operations: Vec<_> = trees.flat_map(Routes::operations).collect();
        operations.sort_by_key(|operation| operation.id);
        operations
    }

    /// The service as a router: for [`serve`](crate::serve()), for tests, or to be merged into another.
    pub fn into_router(self) -> Router {
        let pipeline = Arc::new(Pipeline {
            rate: self.rate,
            observer: self.observer,
            in_flight: InFlight::default(),
            api: self.api,
            store: self.store,
            routes: self.routes,
            elsewhere: self.elsewhere,
            limits: self.limits,
            base: self.base,
            realm: self.realm,
            security: self.security,
        });
        Router::new().fallback_service(tower::service_fn(move |request: Request<Body>| {
            let pipeline = Arc::clone(&pipeline);
            // Boxed here: the layers of a router each move the future that they get.
            Box::pin(async move { Ok::<_, Infallible>(pipeline.respond(request).await) })
        }))
    }

    /// The first security that an operation has is how callers of unknown paths are recognised, for their rate.
    fn insert<Op: crate::operation::Operation>(mut self, handler: Handler<A>) -> Self {
        if self.security.is_empty() {
            self.security = Op::DATA.security;
        }
        let routes = match Op::DATA.server.map(path_of).filter(|base| *base != self.base) {
            Some(base) => self.elsewhere.entry(base.to_owned()).or_default(),
            None => &mut self.routes,
        };
        routes.insert(Op::DATA, handler);
        self
    }
}

impl<A: Api> fmt::Debug for Service<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("base", &self.base).field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// The path of a server's URL, without a slash at its end: what stands before the paths of operations that are there.
fn path_of(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_scheme.find('/').map_or("", |slash| &after_scheme[slash..]);
    let end = path.find(['?', '#']).unwrap_or(path.len());
    path[..end].trim_end_matches('/')
}

fn faulty(fault: Fault) -> RefusalKind {
    RefusalKind::Refused(fault.into())
}

/// Calls a reading operation. The future is boxed here, where its lifetime has a name (rust-lang/rust#100013).
fn read_untyped<'t, A: Api, Op: Read<A>>(
    api: &'t A,
    tx: &'t ReadTx<A::Store>,
    decoded: &'t Decoded,
    cx: &'t Cx<A::Principal>,
) -> BoxFuture<'t, Result<ReadReply<'t>, RefusalKind>> {
    match Op::Request::read(decoded) {
        Err(Unreadable(problem)) => ready(Err(RefusalKind::Problem(problem))).boxed(),
        Ok(request) => Op::call(api, tx, request, cx)
            .map(|answer| {
                let answer = answer.map_err(Refusal::into_kind)?;
                answer.into_read_reply().map_err(faulty)
            })
            .boxed(),
    }
}

/// Calls a writing operation.
fn write_untyped<'t, A: Api, Op: Write<A>>(
    api: &'t A,
    tx: &'t mut WriteTx<A::Store>,
    decoded: &'t Decoded,
    cx: &'t Cx<A::Principal>,
) -> BoxFuture<'t, Result<Reply, RefusalKind>> {
    match Op::Request::read(decoded) {
        Err(Unreadable(problem)) => ready(Err(RefusalKind::Problem(problem))).boxed(),
        Ok(request) => Op::call(api, tx, request, cx)
            .map(|answer| {
                let answer = answer.map_err(Refusal::into_kind)?;
                answer.into_reply().map_err(faulty)
            })
            .boxed(),
    }
}
