//! Bytes that come piece by piece, and what can go wrong on the way. Nothing is held that was handed on, and nothing is asked for
//! before somebody waits for it: who reads slowly makes the other side write slowly, and who drops a stream ends it.

use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

/// A stream that has lost its type.
pub(crate) type Boxed<T> = Pin<Box<dyn Stream<Item = Result<T, StreamError>> + Send>>;

/// Bytes, piece by piece. After an error there is nothing more.
pub struct ByteStream(Boxed<Bytes>);

impl ByteStream {
    /// Of pieces that come from anywhere.
    pub fn new<S, E>(pieces: S) -> ByteStream
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        ByteStream(foreign(pieces))
    }

    /// Of pieces whose errors are those of streams already.
    pub(crate) fn of(pieces: Boxed<Bytes>) -> ByteStream {
        ByteStream(pieces)
    }

    /// Of one piece.
    pub(crate) fn once(bytes: Bytes) -> ByteStream {
        ByteStream(Box::pin(Once(Some(bytes))))
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}

/// A stream whose errors are somebody else's.
pub(crate) fn foreign<S, T, E>(stream: S) -> Boxed<T>
where
    S: Stream<Item = Result<T, E>> + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    Box::pin(Foreign(Box::pin(stream)))
}

struct Foreign<S>(Pin<Box<S>>);

impl<S, T, E> Stream for Foreign<S>
where
    S: Stream<Item = Result<T, E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx).map(|next| next.map(|item| item.map_err(StreamError::broken)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

/// One piece.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().filter(|bytes| !bytes.is_empty()).map(Ok))
    }
}

/// Why there is no next piece, or no next item.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// It broke off. What has been read before is all there will be.
    #[error("the stream broke off: {0}")]
    Broken(#[source] Box<dyn Error + Send + Sync>),
    /// It ended in the middle of an item.
    #[error("the stream ended in the middle of an item")]
    Unfinished,
    /// An item, or what was to be read as one piece, is longer than is read. Nothing comes after it.
    #[error("it is longer than the {limit} bytes that are read")]
    TooLong {
        /// How many bytes are read at most.
        limit: usize,
    },
    /// An item is not what is declared. Others come after it.
    #[error("an item cannot be read: {detail}")]
    Item {
        /// What is wrong with it.
        detail: String,
        /// What stands there.
        text: String,
    },
    /// A stream was to be read a second time, and cannot be.
    #[error("the stream has been read already, and comes only once")]
    Taken,
}

impl StreamError {
    /// It broke off.
    pub fn broken(error: impl Into<Box<dyn Error + Send + Sync>>) -> StreamError {
        let error = error.into();
        match error.downcast::<StreamError>() {
            Ok(own) => *own,
            Err(error) => StreamError::Broken(error),
        }
    }

    /// Whether the stream is over. After an item that cannot be read, others come.
    pub fn is_final(&self) -> bool {
        match self {
            StreamError::Item { .. } => false,
            StreamError::Broken(_) | StreamError::Unfinished | StreamError::TooLong { .. } | StreamError::Taken => true,
        }
    }
}

/// For readers that want bytes from something that is read.
impl From<StreamError> for io::Error {
    fn from(error: StreamError) -> io::Error {
        io::Error::other(error)
    }
}
