//! What reading handlers answer: the metadata at once, the body as a future that HEAD never polls (HEAD-MIRRORS-GET).
//!
//! The future is boxed: one allocation for each GET, and in return the signatures that implementors write stay plain.

use std::fmt;
use std::future::{Future, ready};
use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use methodical_wire::Etag;
use serde::Serialize;

use crate::answer::{Answer, Reply};
use crate::fault::Fault;
use crate::record::Stored;

/// Something that was found: its entity tag, and how its representation is made if it is wanted.
pub struct Found<'t, T> {
    etag: Option<Etag>,
    /// The JSON text of the body.
    body: BoxFuture<'t, Result<Vec<u8>, Fault>>,
    of: PhantomData<fn() -> T>,
}

impl<'t, T: Serialize + Send + 't> Found<'t, T> {
    /// A record, represented by `represent` if the body is wanted.
    pub fn render<R: Send + 't>(stored: Stored<R>, represent: impl FnOnce(R) -> T + Send + 't) -> Self {
        let etag = Some(stored.etag().clone());
        let body = Box::pin(async move { text_of(&represent(stored.into_record())) });
        Self { etag, body, of: PhantomData }
    }

    /// A body that takes further look-ups, done only if it is wanted. A tag given here must change whenever the body does.
    pub fn later(etag: Option<Etag>, body: impl Future<Output = Result<T, Fault>> + Send + 't) -> Self {
        let body = Box::pin(async move { text_of(&body.await?) });
        Self { etag, body, of: PhantomData }
    }

    /// A body that is there already.
    pub fn now(etag: Option<Etag>, body: T) -> Self {
        Self::later(etag, ready(Ok(body)))
    }
}

fn text_of(body: &impl Serialize) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(body).map_err(Fault::Unwritable)
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
    Found {
        etag: Option<Etag>,
        /// The JSON text of the body.
        body: BoxFuture<'t, Result<Vec<u8>, Fault>>,
    },
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

impl<'t, T: Serialize + Send + 't> ReadAnswer<'t> for Found<'t, T> {
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault> {
        let Self { etag, body, of: PhantomData } = self;
        Ok(ReadReply(ReadKind::Found { etag, body }))
    }
}

impl<'t, T: Serialize + Send + 't> ReadAnswer<'t> for Option<Found<'t, T>> {
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault> {
        match self {
            Some(found) => found.into_read_reply(),
            None => Ok(ReadReply(ReadKind::Absent)),
        }
    }
}

impl<'t, T: Answer> ReadAnswer<'t> for T {
    fn into_read_reply(self) -> Result<ReadReply<'t>, Fault> {
        Ok(ReadReply(ReadKind::Other(self.into_reply()?)))
    }
}
