//! What reading handlers answer: the metadata at once, the body as a future that HEAD never polls (HEAD-MIRRORS-GET).
//!
//! The future is boxed: one allocation for each GET, and in return the signatures that implementors write stay plain.

use std::fmt;
use std::future::{Future, ready};
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use methodical_wire::{Etag, ResponseHeaders, WriteBody, Written};

use crate::answer::{Answer, Headed, Reply, fields, written};
use crate::fault::Fault;
use crate::record::Stored;

/// Something that was found: its entity tag, and how its representation is made if it is wanted.
pub struct Found<'t, T> {
    etag: Option<Etag>,
    /// The body without its type.
    body: BoxFuture<'t, Result<Written, Fault>>,
    of: PhantomData<fn() -> T>,
}

impl<'t, T: WriteBody + Send + 't> Found<'t, T> {
    /// A record, represented by `represent` if the body is wanted.
    pub fn render<R: Send + 't>(stored: Stored<R>, represent: impl FnOnce(R) -> T + Send + 't) -> Self {
        let etag = Some(stored.etag().clone());
        let body = Box::pin(async move { written(represent(stored.into_record())) });
        Self { etag, body, of: PhantomData }
    }

    /// A body that takes further look-ups, done only if it is wanted. A tag given here must change whenever the body does.
    pub fn later(etag: Option<Etag>, body: impl Future<Output = Result<T, Fault>> + Send + 't) -> Self {
        let body = Box::pin(async move { written(body.await?) });
        Self { etag, body, of: PhantomData }
    }

    /// A body that is there already.
    pub fn now(etag: Option<Etag>, body: T) -> Self {
        Self::later(etag, ready(Ok(body)))
    }
}

impl<T> fmt::Debug for Found<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("etag", &self.etag).finish_non_exhaustive()
    }
}

/// What the runtime makes of a reading handler's answer.
#[derive(Debug)]
pub struct ReadReply<'t>(pub(crate) ReadKind<'t>);

pub(crate) enum ReadKind<'t> {
    Found { etag: Option<Etag>, headers: Vec<(&'static str, String)>, body: BoxFuture<'t, Result<Written, Fault>> },
    Absent,
    Other(Reply),
}

impl fmt::Debug for ReadKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found { etag, .. } => f.debug_tuple("Found").field(etag).finish(),
            Self::Absent => f.write_str("Absent"),
            Self::Other(reply) => f.debug_tuple("Other").field(reply).finish(),
        }
    }
}

/// What a GET handler may answer: [`Found`], an `Option` of it (`None` is 404), or a declared variant ([`Answer`]).
#[diagnostic::on_unimplemented(
    message = "a reading handler cannot answer `{Self}`",
    note = "answer `Found<T>`, or `Option<Found<T>>` where the resource may be absent"
)]
pub trait ReadAnswer<'t>: Send {
    /// The answer without its type.
    ///
    /// # Errors
    /// When a body that is there already cannot be written.
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault>;
}

impl<'t, T: WriteBody + Send + 't> ReadAnswer<'t> for Found<'t, T> {
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault> {
        Ok(ReadReply(self.into_kind(Vec::new())))
    }
}

impl<'t, T: WriteBody + Send + 't> Found<'t, T> {
    fn into_kind(self, headers: Vec<(&'static str, String)>) -> ReadKind<'t> {
        let Self { etag, body, of: PhantomData } = self;
        ReadKind::Found { etag, headers, body }
    }
}

impl<'t, T: WriteBody + Send + 't, H: ResponseHeaders + Send> ReadAnswer<'t> for Headed<Found<'t, T>, H> {
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault> {
        let headers = fields(&self.headers)?;
        Ok(ReadReply(self.answer.into_kind(headers)))
    }
}

impl<'t, T: WriteBody + Send + 't> ReadAnswer<'t> for Option<Found<'t, T>> {
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault> {
        self.map_or(Ok(ReadReply(ReadKind::Absent)), Found::into_read_reply)
    }
}

impl<'t, T: WriteBody + Send + 't, H: ResponseHeaders + Send> ReadAnswer<'t> for Option<Headed<Found<'t, T>, H>> {
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault> {
        self.map_or(Ok(ReadReply(ReadKind::Absent)), Headed::into_read_reply)
    }
}

impl<'t, T: Answer> ReadAnswer<'t> for T {
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault> {
        Ok(ReadReply(ReadKind::Other(self.into_reply()?)))
    }
}
