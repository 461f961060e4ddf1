//! The body of an answer that is sent as it comes. The view that its handler read in is over by then, and the unit of work is
//! committed: a slow reader holds neither. What goes wrong later can no longer be said by a status, so the answer breaks off, and the
//! reader sees that it is not whole.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use methodical_wire::{Blob, ByteStream, StreamError};
use tokio::time::{Instant, Sleep, sleep};

/// How long a stream of events is silent at most. Some proxies close a connection on which nothing happens for half a minute, and
/// only who writes learns that nobody reads any more.
const SILENCE: Duration = Duration::from_secs(15);
/// What is sent meanwhile: a comment, which no reader of events shows.
const ALIVE: Bytes = Bytes::from_static(b":\n\n");

/// Pieces that are sent as they come.
pub(crate) struct Streaming {
    pieces: ByteStream,
    length: Option<u64>,
    /// Until when something is sent, if it is a stream of events.
    silence: Option<Pin<Box<Sleep>>>,
    /// Where the pieces have broken off, until what came before has been sent: hyper drops what it holds when it is told.
    broken: Option<StreamError>,
    ended: bool,
}

impl Streaming {
    /// What a blob holds.
    pub(crate) fn of(blob: Blob) -> Self {
        let length = blob.length();
        Self { pieces: blob.into_stream(), length, silence: None, broken: None, ended: false }
    }

    /// Whole events, between which comments may stand.
    pub(crate) fn of_events(blob: Blob) -> Self {
        Self { silence: Some(Box::pin(sleep(SILENCE))), ..Self::of(blob) }
    }

    /// A panic of the handler's stream is a fault of one answer, and not of the connection.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        let pieces = &mut self.pieces;
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| Pin::new(pieces).poll_next(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Some(Err(StreamError::broken("a stream panicked")))))
    }
}

impl HttpBody for Streaming {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if let Some(error) = self.broken.take() {
            self.ended = true;
            return Poll::Ready(Some(Err(error)));
        }
        let piece = match self.poll_piece(context) {
            Poll::Ready(Some(Err(error))) => {
                tracing::error!(%error, "an answer broke off");
                self.broken = Some(error);
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(next) => next,
            Poll::Pending => {
                let Some(silence) = &mut self.silence else { return Poll::Pending };
                ready!(silence.as_mut().poll(context));
                Some(Ok(ALIVE))
            }
        };
        self.ended = piece.is_none();
        if let Some(silence) = &mut self.silence {
            silence.as_mut().reset(Instant::now() + SILENCE);
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silence_is_broken_by_comments() {
        let event = stream::once(async {
            sleep(Duration::from_secs(40)).await;
            Ok::<_, StreamError>(Bytes::from_static(b"data: 1\n\n"))
        });
        let sent = Streaming::of_events(Blob::stream(event)).collect().await.expect("no error").to_bytes();
        assert_eq!(sent, ":\n\n:\n\ndata: 1\n\n");
        let event = stream::once(async {
            sleep(Duration::from_secs(40)).await;
            Ok::<_, StreamError>(Bytes::from_static(b"1"))
        });
        let sent = Streaming::of(Blob::stream(event)).collect().await.expect("no error").to_bytes();
        assert_eq!(sent, "1");
    }

    #[tokio::test]
    async fn a_panic_breaks_the_answer_off() {
        let pieces = stream::iter([1, 0]).map_panics();
        let mut body = Streaming::of(Blob::stream(pieces));
        assert!(body.frame().await.is_some_and(|frame| frame.is_ok()));
        assert!(body.frame().await.is_some_and(|frame| frame.is_err()));
        assert!(body.frame().await.is_none());
    }

    trait MapPanics: Stream<Item = u8> + Sized {
        fn map_panics(self) -> impl Stream<Item = Result<Bytes, StreamError>> {
            use futures_util::StreamExt as _;
            self.map(|byte| match byte {
                0 => panic!("on purpose"),
                byte => Ok(Bytes::from(vec![byte])),
            })
        }
    }

    impl<S: Stream<Item = u8>> MapPanics for S {}
}
