//! A body of bytes, small or large: in memory, from a source that can be read again, or a stream that comes once. Who sends one
//! says what it is; who receives one takes it as bytes or piece by piece.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::body::{Body, BodyError, Payload, ReadBody, WriteBody, Written};
use crate::stream::{ByteStream, StreamError};

/// A body of bytes. Two are equal if they are in memory and hold the same, or if one is a copy of the other.
#[derive(Clone)]
pub struct Blob(Kind);

#[derive(Clone)]
enum Kind {
    Memory(Bytes),
    Source(Arc<dyn Source>),
    Once(Arc<Once>),
}

/// Bytes that can be read as often as need be: a file.
pub trait Source: Send + Sync + 'static {
    /// From the beginning.
    fn open(&self) -> ByteStream;

    /// How many there are, if it is known.
    fn length(&self) -> Option<u64>;

    /// What tells them from others, such as a digest, if it is known.
    fn fingerprint(&self) -> Option<&[u8]> {
        None
    }
}

/// A stream until somebody takes it.
struct Once {
    stream: Mutex<Option<ByteStream>>,
    length: Option<u64>,
    /// How much of it is held in memory at most.
    limit: usize,
}

impl Blob {
    /// What comes piece by piece, and only once. A request that carries it cannot be repeated.
    pub fn stream<S, E>(pieces: S) -> Blob
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Blob::once(ByteStream::new(pieces), None, usize::MAX)
    }

    /// What can be read as often as need be.
    pub fn source(source: impl Source) -> Blob {
        Blob(Kind::Source(Arc::new(source)))
    }

    /// What comes once, of which no more than `limit` bytes are ever held in memory.
    pub fn once(stream: ByteStream, length: Option<u64>, limit: usize) -> Blob {
        Blob(Kind::Once(Arc::new(Once { stream: Mutex::new(Some(stream)), length, limit })))
    }

    /// How many bytes it has, if that is known.
    pub fn length(&self) -> Option<u64> {
        match &self.0 {
            Kind::Memory(bytes) => u64::try_from(bytes.len()).ok(),
            Kind::Source(source) => source.length(),
            Kind::Once(once) => once.length,
        }
    }

    /// The bytes, if they are in memory already.
    pub fn in_memory(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Memory(bytes) => Some(bytes),
            Kind::Source(_) | Kind::Once(_) => None,
        }
    }

    /// What tells it from others, if that is known: all of what is in memory.
    pub fn fingerprint(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Memory(bytes) => Some(bytes),
            Kind::Source(source) => source.fingerprint(),
            Kind::Once(_) => None,
        }
    }

    /// Several, one after another.
    pub(crate) fn chain(blobs: Vec<Blob>) -> Blob {
        if let Some(pieces) = blobs.iter().map(|blob| blob.in_memory().map(Bytes::as_ref)).collect::<Option<Vec<_>>>() {
            return Blob::from(pieces.concat());
        }
        let length = blobs.iter().map(Blob::length).sum();
        match blobs.iter().all(Blob::is_repeatable) {
            true => Blob::source(Chain { blobs, length }),
            false => Blob::once(Chain { blobs, length }.open(), length, usize::MAX),
        }
    }

    /// Whether it can be read more than once.
    pub fn is_repeatable(&self) -> bool {
        !matches!(self.0, Kind::Once(_))
    }

    /// The bytes piece by piece.
    pub fn into_stream(self) -> ByteStream {
        match self.0 {
            Kind::Memory(bytes) => ByteStream::once(bytes),
            Kind::Source(source) => source.open(),
            Kind::Once(once) => {
                let taken = once.stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                taken.unwrap_or_else(|| ByteStream::new(Taken))
            }
        }
    }

    /// All bytes at once, in memory.
    ///
    /// # Errors
    /// When they break off, or are more than whoever received them holds in memory.
    pub async fn bytes(self) -> Result<Bytes, StreamError> {
        let limit = match &self.0 {
            Kind::Memory(bytes) => return Ok(bytes.clone()),
            Kind::Source(_) => usize::MAX,
            Kind::Once(once) => once.limit,
        };
        self.bytes_within(limit).await
    }

    /// All bytes at once, in memory, if they are no more than `limit`.
    ///
    /// # Errors
    /// When they break off, or are more.
    pub async fn bytes_within(self, limit: usize) -> Result<Bytes, StreamError> {
        if self.length().is_some_and(|length| length > limit as u64) {
            return Err(StreamError::TooLong { limit });
        }
        let mut stream = self.into_stream();
        let mut bytes = BytesMut::new();
        while let Some(piece) = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
            let piece = piece?;
            if piece.len() > limit - bytes.len() {
                return Err(StreamError::TooLong { limit });
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.freeze())
    }
}

/// Several blobs, one after another.
struct Chain {
    blobs: Vec<Blob>,
    length: Option<u64>,
}

impl Source for Chain {
    fn open(&self) -> ByteStream {
        ByteStream::of(Box::pin(Chained { rest: self.blobs.clone().into_iter(), current: None }))
    }

    fn length(&self) -> Option<u64> {
        self.length
    }
}

struct Chained {
    rest: std::vec::IntoIter<Blob>,
    current: Option<ByteStream>,
}

impl Stream for Chained {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(current) = &mut self.current
                && let Some(piece) = ready!(Pin::new(current).poll_next(cx))
            {
                return Poll::Ready(Some(piece));
            }
            match self.rest.next() {
                Some(next) => self.current = Some(next.into_stream()),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// The stream of a blob whose stream is gone.
struct Taken;

impl Stream for Taken {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Err(StreamError::Taken)))
    }
}

impl Default for Blob {
    fn default() -> Blob {
        Blob(Kind::Memory(Bytes::new()))
    }
}

impl<B: Into<Bytes>> From<B> for Blob {
    fn from(bytes: B) -> Blob {
        Blob(Kind::Memory(bytes.into()))
    }
}

impl PartialEq for Blob {
    fn eq(&self, other: &Blob) -> bool {
        match (&self.0, &other.0) {
            (Kind::Memory(left), Kind::Memory(right)) => left == right,
            (Kind::Source(left), Kind::Source(right)) => Arc::ptr_eq(left, right),
            (Kind::Once(left), Kind::Once(right)) => Arc::ptr_eq(left, right),
            (Kind::Memory(_) | Kind::Source(_) | Kind::Once(_), _) => false,
        }
    }
}

impl Eq for Blob {}

/// How much there is of it, and not what: bodies are personal, and may be large.
impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length() {
            Some(length) => write!(f, "Blob({length} bytes)"),
            None => f.write_str("Blob(..)"),
        }
    }
}

impl WriteBody for Blob {
    fn write(self) -> Result<Written, BodyError> {
        Ok(Payload::Blob(self).into())
    }
}

impl ReadBody for Blob {
    fn read(body: Body) -> Result<Blob, BodyError> {
        match body.payload {
            Payload::Blob(blob) => Ok(blob),
            Payload::Bytes(bytes) => Ok(bytes.into()),
            Payload::Json(text) => Ok(text.into()),
            Payload::Value(value) => Ok(value.to_string().into()),
            Payload::Form(_) | Payload::Events(_) | Payload::Items(_) => Err(BodyError::new("it is not just bytes")),
        }
    }
}
