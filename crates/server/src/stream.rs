//! The stream below a connection, watched for two things that happen beneath any request: a reader who stops reading, and the
//! answers that hyper itself gives to what it cannot read as a request (400, 414, 431), which it writes without any field of ours.
//!
//! Those answers are told from others by when they come: while no request of the connection is at work and all earlier bytes have
//! been handed on, nobody but hyper can have anything to write. They are then replaced by problems with a request id.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use http::StatusCode;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use methodical_wire::Problem;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::pipeline::new_request_id;

/// How many requests of a connection have no whole answer yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct AtWork(Arc<AtomicUsize>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Open(AtWork);

impl AtWork {
    pub(crate) fn open(&self) -> Open {
        self.0.fetch_add(1, Ordering::AcqRel);
        Open(self.clone())
    }

    fn is_none(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The content of an answer; its request is at work until hyper has taken all of it.
#[derive(Debug)]
pub(crate) struct Answering<B> {
    pub(crate) body: B,
    pub(crate) _open: Open,
}

impl<B: HttpBody + Unpin> HttpBody for Answering<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that is watched.
pub(crate) struct Watched<IO> {
    inner: IO,
    at_work: AtWork,
    /// All that was written has been handed on, and since then nothing was.
    quiet: bool,
    /// What is written in place of an answer of hyper's.
    instead: Bytes,
    /// How long the other side may take nothing of what is written.
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    /// Until when the beginning has to have come, and how much of it has not.
    opening: Option<(Pin<Box<Sleep>>, usize)>,
}

/// As long as the preface of HTTP/2 (RFC 9113, section 3.4); every request of HTTP/1 is longer. With so much hyper knows which
/// of the two is spoken, and its own limits of time begin.
const BEGINNING: usize = 24;

impl<IO: AsyncWrite + Unpin> Watched<IO> {
    /// `opening` is how long the other side may take to begin, `patience` how long it may read nothing of an answer.
    pub(crate) fn new(inner: IO, at_work: AtWork, opening: Duration, patience: Duration) -> Self {
        let opening = Some((Box::pin(sleep(opening)), BEGINNING));
        Self { inner, at_work, quiet: true, instead: Bytes::new(), patience, stalled: None, opening }
    }

    /// Passes on how a write went, and ends the connection when it has stood still for too long.
    fn timed<T>(&mut self, context: &mut Context<'_>, went: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if went.is_ready() {
            self.stalled = None;
            return went;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other side has stopped reading")))
    }
}

impl<IO> Watched<IO> {
    /// Passes on how a read went, and ends a connection whose beginning does not come.
    fn begun(&mut self, context: &mut Context<'_>, count: usize, went: Poll<io::Result<()>>) -> Poll<io::Result<()>> {
        let Some((deadline, missing)) = &mut self.opening else {
            return went;
        };
        *missing = missing.saturating_sub(count);
        if *missing == 0 {
            self.opening = None;
        } else if went.is_pending() {
            ready!(deadline.as_mut().poll(context));
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other side does not begin")));
        }
        went
    }
}

impl<IO: AsyncWrite + Unpin> Watched<IO> {
    /// Writes what stands in the place of an answer of hyper's, if anything is left of it.
    fn write_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let went = Pin::new(&mut self.inner).poll_write(context, &self.instead);
            match ready!(self.timed(context, went))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.instead.advance(written),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Whether these bytes are an answer of hyper's own; if so, another stands in its place.
    fn replaces(&mut self, bytes: &[u8]) -> bool {
        let alone = self.quiet && self.at_work.is_none();
        self.quiet = false;
        let status = if alone { status_of(bytes) } else { None };
        if let Some(status) = status {
            self.instead = unreadable(status);
        }
        status.is_some()
    }
}

/// The status of a whole HTTP/1 answer without content that says it is an error.
fn status_of(bytes: &[u8]) -> Option<StatusCode> {
    let head = std::str::from_utf8(bytes).ok()?;
    let status = StatusCode::from_bytes(head.strip_prefix("HTTP/1.1 ")?.as_bytes().get(..3)?).ok()?;
    let whole = head.ends_with("\r\n\r\n") && head.contains("\r\ncontent-length: 0\r\n");
    (status.is_client_error() && whole).then_some(status)
}

/// The problem of a request whose head cannot be read. The connection ends after it: where the next request would begin is
/// not known.
fn unreadable(status: StatusCode) -> Bytes {
    let request_id = new_request_id();
    tracing::info!(request_id, status = status.as_u16(), "answered what could not be read as a request");
    let detail = match status {
        StatusCode::URI_TOO_LONG => "The URI is too long.",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "The header fields are too large, or too many.",
        _ => "This cannot be read as a request of HTTP/1.1.",
    };
    let problem = Problem::new(status.as_u16(), detail).with_extension("request_id", request_id.clone());
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let (phrase, length) = (status.canonical_reason().unwrap_or("Error"), body.len());
    let date = httpdate::fmt_http_date(std::time::SystemTime::now());
    Bytes::from(format!(
        "HTTP/1.1 {} {phrase}\r\ncontent-type: application/problem+json\r\ncontent-length: {length}\r\n\
         x-request-id: {request_id}\r\ncache-control: no-store\r\nconnection: close\r\ndate: {date}\r\n\r\n{body}",
        status.as_u16()
    ))
}

impl<IO: AsyncRead + Unpin> AsyncRead for Watched<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let went = Pin::new(&mut self.inner).poll_read(context, buffer);
        self.begun(context, buffer.filled().len() - before, went)
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Watched<IO> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.write_instead(context))?;
        if self.replaces(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let went = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.timed(context, went)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.write_instead(context))?;
        if let [only] = slices
            && self.replaces(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        self.quiet = false;
        let went = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.timed(context, went)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    /// hyper flushes a stream when its own buffer is empty.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_instead(context))?;
        let went = Pin::new(&mut self.inner).poll_flush(context);
        let went = self.timed(context, went);
        if went.is_ready() && self.at_work.is_none() {
            self.quiet = true;
        }
        went
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_instead(context))?;
        let went = Pin::new(&mut self.inner).poll_shutdown(context);
        self.timed(context, went)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const OWN: &str = "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

    fn watched(space: usize) -> (Watched<tokio::io::DuplexStream>, AtWork, tokio::io::DuplexStream) {
        let (ours, theirs) = tokio::io::duplex(space);
        let at_work = AtWork::default();
        (Watched::new(ours, at_work.clone(), Duration::from_secs(30), Duration::from_secs(30)), at_work, theirs)
    }

    async fn written(stream: Watched<tokio::io::DuplexStream>, mut other: tokio::io::DuplexStream) -> String {
        drop(stream);
        let mut text = String::new();
        other.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn an_answer_of_hypers_gets_an_id() {
        // Less space than the answer needs, so that it is written piece by piece.
        let (mut stream, _, mut other) = watched(10);
        let reader = tokio::spawn(async move {
            let mut text = String::new();
            other.read_to_string(&mut text).await.unwrap();
            text
        });
        stream.write_all(OWN.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        drop(stream);
        let text = reader.await.unwrap();
        let id = text.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
        let body = text.split("\r\n\r\n").nth(1).unwrap();
        assert!(text.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "{text}");
        assert!(text.contains(&format!("content-length: {}\r\n", body.len())), "{text}");
        assert!(body.contains(id) && body.contains("\"status\":431"), "{text}");
    }

    /// The same bytes as part of an answer, whenever they come.
    #[tokio::test]
    async fn what_a_request_is_answered_with_is_left_alone() {
        let (mut stream, at_work, other) = watched(4096);
        let open = at_work.open();
        stream.write_all(OWN.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        stream.write_all(b"head\r\n\r\n").await.unwrap();
        drop(open);
        // The rest of it, which hyper had kept: nothing was flushed since.
        stream.write_all(OWN.as_bytes()).await.unwrap();
        assert_eq!(written(stream, other).await, format!("{OWN}head\r\n\r\n{OWN}"));
    }

    #[tokio::test]
    async fn a_later_answer_of_hypers_is_known_too() {
        let (mut stream, at_work, other) = watched(4096);
        let open = at_work.open();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        drop(open);
        stream.flush().await.unwrap();
        stream.write_all(OWN.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        let text = written(stream, other).await;
        assert!(text.starts_with("HTTP/1.1 204 ") && text.contains("x-request-id: "), "{text}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_is_not_written_to_for_ever() {
        let (mut stream, at_work, _other) = watched(10);
        let _open = at_work.open();
        let error = stream.write_all(&[0; 100]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_begin_is_not_waited_for() {
        let (mut stream, _, mut other) = watched(4096);
        let mut buffer = [0; 100];
        other.write_all(b"PRI * HTTP/2.0").await.unwrap();
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 14);
        assert_eq!(stream.read(&mut buffer).await.unwrap_err().kind(), io::ErrorKind::TimedOut);

        let (mut stream, _, mut other) = watched(4096);
        other.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await.unwrap();
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 25);
        let more = tokio::time::timeout(Duration::from_secs(600), stream.read(&mut buffer));
        assert!(more.await.is_err(), "what comes later has other limits");
    }
}
