//! Bodies on their way: those that are sent piece by piece, and those that are read so.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as HttpBody, Frame, SizeHint};
use methodical_wire::{Blob, ByteStream, StreamError};
use tokio::time::{Instant, Sleep, sleep};

use crate::transport::{TransportError, TransportErrorKind};

/// A body as it is sent; what is in memory is sent at once.
pub(crate) fn outgoing(blob: Blob) -> reqwest::Body {
    match blob.in_memory() {
        Some(bytes) => reqwest::Body::from(bytes.clone()),
        None => {
            let length = blob.length();
            reqwest::Body::wrap(Outgoing { pieces: Mutex::new(blob.into_stream()), length })
        }
    }
}

/// Pieces that are sent as they come.
struct Outgoing {
    /// Locked by nobody: it only makes the whole what `reqwest` wants of a body, which is read from one place anyhow.
    pieces: Mutex<ByteStream>,
    length: Option<u64>,
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let pieces = self.pieces.get_mut().unwrap_or_else(PoisonError::into_inner);
        Pin::new(pieces).poll_next(cx).map(|next| next.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

/// A body that is read as it comes.
pub(crate) fn incoming(body: reqwest::Body, patience: Option<Duration>, limit: usize) -> Blob {
    let length = body.size_hint().exact();
    let patience = patience.map(|patience| (patience, Box::pin(sleep(patience))));
    Blob::once(ByteStream::new(Incoming { body, patience }), length, limit)
}

/// Pieces that come from the other side, and how long it may take to the next.
struct Incoming {
    body: reqwest::Body,
    patience: Option<(Duration, Pin<Box<Sleep>>)>,
}

impl Stream for Incoming {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Poll::Ready(next) = Pin::new(&mut self.body).poll_frame(cx) else {
                let Some((_, late)) = &mut self.patience else { return Poll::Pending };
                ready!(late.as_mut().poll(cx));
                return Poll::Ready(Some(Err(TransportError::new(TransportErrorKind::Timeout))));
            };
            if let Some((patience, late)) = &mut self.patience {
                let next = Instant::now().checked_add(*patience);
                next.into_iter().for_each(|next| late.as_mut().reset(next));
            }
            match next {
                // Trailers are no part of it.
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(piece) => return Poll::Ready(Some(Ok(piece))),
                    Err(_) => continue,
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
    }
}
