//! Who is told of every request and its answer: for metrics, and for whatever an operator wants to see beside the log.
//!
//! A request ends in one of two ways: it is answered, or whoever sent it goes away first and its work is dropped. Both are told.

use std::time::{Duration, Instant};

use http::Method;
use methodical_wire::Operation;
use tracing::Span;

/// Is told of requests. It is called where they are answered, so it has to be quick, and must not panic.
pub trait Observer: Send + Sync + 'static {
    /// A request has arrived.
    fn began(&self) {}

    /// It has its answer, or nobody to answer any more. Called once for each [`began`](Self::began).
    fn answered(&self, exchange: &Exchange<'_>);
}

/// A request and what became of it. There is nothing in it that is a secret of the caller's, and no text of theirs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange<'e> {
    /// The operation; none for a path or a method that is not there.
    pub operation: Option<&'static Operation>,
    /// The method that was sent: HEAD, where the operation says GET. It may be any word at all.
    pub method: &'e Method,
    /// The status of the answer; none where the sender went away before there was one.
    pub status: Option<u16>,
    /// From the arrival of the head to the answer's.
    pub duration: Duration,
    /// The id that the answer carries.
    pub request_id: &'e str,
    /// What [`Api::name`](crate::Api::name) calls the caller.
    pub caller: Option<&'e str>,
    /// How long the content of the answer is, as far as that is known when it begins.
    pub bytes: u64,
    /// How often the unit of work was repeated because of a conflict in the store.
    pub conflicts: u32,
    /// The answer is a 429 of the runtime's.
    pub limited: bool,
}

/// What the steps of a request find out about it.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) caller: Option<String>,
    pub(crate) conflicts: u32,
    pub(crate) limited: bool,
}

/// A request at work. Dropped without an answer, it tells that the request was given up.
pub(crate) struct Watch<'w> {
    observer: Option<&'w dyn Observer>,
    span: Span,
    began: Instant,
    method: &'w Method,
    request_id: &'w str,
    open: bool,
    pub(crate) seen: Seen,
}

impl<'w> Watch<'w> {
    pub(crate) fn begin(
        observer: Option<&'w dyn Observer>,
        span: Span,
        method: &'w Method,
        request_id: &'w str,
    ) -> Self {
        if let Some(observer) = observer {
            observer.began();
        }
        Self { observer, span, began: Instant::now(), method, request_id, open: true, seen: Seen::default() }
    }

    /// Tells the observer and the log.
    pub(crate) fn answered(mut self, status: u16, bytes: u64) {
        self.span.record("status", status);
        self.span.record("bytes", bytes);
        self.end(Some(status), bytes, "answered");
    }

    fn end(&mut self, status: Option<u16>, bytes: u64, message: &str) {
        self.open = false;
        let duration = self.began.elapsed();
        self.span.record("milliseconds", u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        self.span.in_scope(|| tracing::info!("{message}"));
        let Some(observer) = self.observer else {
            return;
        };
        observer.answered(&Exchange {
            operation: self.seen.operation,
            method: self.method,
            status,
            duration,
            request_id: self.request_id,
            caller: self.seen.caller.as_deref(),
            bytes,
            conflicts: self.seen.conflicts,
            limited: self.seen.limited,
        });
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if self.open {
            self.end(None, 0, "given up: the sender went away before the answer");
        }
    }
}
