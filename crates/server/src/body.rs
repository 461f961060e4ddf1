//! Reading a request body within its limits of size (413) and time (408). What a value is read from is read into memory; bytes that are
//! handed on as they are, and files in forms, go to a temporary file if they are large.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::EXPECT;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use methodical_wire::multipart::{self, Found, Parser, Part};
use methodical_wire::{Blob, BodyError, Content, Violation};
use tokio::time::{Instant, timeout, timeout_at};

use crate::failure::{Failure, SOON};
use crate::spool::Spool;

/// How much of an unwanted body is let in, and for how long.
const UNWANTED: u64 = 8 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn read_body(body: &mut Body, limit: usize, patience: Duration) -> Result<Bytes, Failure> {
    // The announced length, so that an honest sender is told before it has sent.
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large(limit as u64));
    }
    let collected = timeout(patience, collect(body, limit)).await;
    collected.unwrap_or_else(|_| Err(Failure::new(408, "The body took too long to arrive.")))
}

async fn collect(body: &mut Body, limit: usize) -> Result<Bytes, Failure> {
    let mut collected = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Failure::new(400, "The body broke off."))?;
        if let Ok(data) = frame.into_data() {
            if data.len() > limit - collected.len() {
                return Err(too_large(limit as u64));
            }
            collected.extend_from_slice(&data);
        }
    }
    Ok(collected.freeze())
}

/// What arrived of a body.
#[derive(Debug)]
pub(crate) enum Arrived {
    /// All of it.
    Bytes(Bytes),
    /// The same, perhaps in a file.
    Blob(Blob),
    /// A stream, and what is wrong with its items.
    Items(Blob, Vec<Violation>),
    /// The parts of a form.
    Parts(Vec<Part>),
}

/// The limits of bodies that may be large.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Large {
    /// How many bytes the whole may have.
    pub(crate) whole: u64,
    /// How many of those that a value is read from.
    pub(crate) values: usize,
    /// How many are kept in memory of what can be in a file.
    pub(crate) memory: usize,
    /// How long so many may take as a value may have.
    pub(crate) patience: Duration,
}

/// Pieces of a body that may be large, as long as they come fast enough.
struct Pieces<'b> {
    body: &'b mut Body,
    limits: Large,
    arrived: u64,
    /// By when the next of so many bytes have to be there.
    deadline: Instant,
    next: u64,
}

impl<'b> Pieces<'b> {
    fn of(body: &'b mut Body, limits: Large) -> Result<Self, Failure> {
        if body.size_hint().lower() > limits.whole {
            return Err(too_large(limits.whole));
        }
        let next = limits.values.max(1) as u64;
        Ok(Self { body, limits, arrived: 0, deadline: Instant::now() + limits.patience, next })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let frame = timeout_at(self.deadline, self.body.frame()).await;
            let frame = frame.map_err(|_| Failure::new(408, "The body took too long to arrive."))?;
            let Some(frame) = frame else { return Ok(None) };
            let Ok(data) = frame.map_err(|_| Failure::new(400, "The body broke off."))?.into_data() else { continue };
            self.arrived += data.len() as u64;
            if self.arrived > self.limits.whole {
                return Err(too_large(self.limits.whole));
            }
            if self.arrived >= self.next {
                self.next = self.arrived + self.limits.values.max(1) as u64;
                self.deadline = Instant::now() + self.limits.patience;
            }
            return Ok(Some(data));
        }
    }
}

/// Reads bytes that are handed on as they are.
pub(crate) async fn read_blob(body: &mut Body, limits: Large) -> Result<Arrived, Failure> {
    spooled(body, limits).await.map(Arrived::Blob)
}

/// Keeps a body, in memory or in a file.
pub(crate) async fn spooled(body: &mut Body, limits: Large) -> Result<Blob, Failure> {
    let mut pieces = Pieces::of(body, limits)?;
    let mut spool = Spool::new(limits.memory);
    while let Some(piece) = pieces.next().await? {
        spool.push(&piece).await.map_err(unspooled)?;
    }
    spool.finish().await.map_err(unspooled)
}

/// Reads the parts of a form.
pub(crate) async fn read_parts(
    body: &mut Body,
    content: &Content,
    media_type: &str,
    limits: Large,
) -> Result<Arrived, Failure> {
    let unreadable = |error: BodyError| Failure::new(400, format!("The form cannot be read: {error}."));
    let mut pieces = Pieces::of(body, limits)?;
    // An empty body is none, whatever it says.
    let Some(first) = pieces.next().await? else { return Ok(Arrived::Bytes(Bytes::new())) };
    let mut parser = Parser::new(multipart::boundary(media_type).map_err(unreadable)?);
    let (mut parts, mut open, mut values) = (Vec::new(), None, 0);
    let mut next = Some(first);
    while let Some(piece) = next {
        parser.push(&piece);
        while let Some(found) = parser.take().map_err(unreadable)? {
            match (found, &mut open) {
                (Found::Part(head), _) => {
                    let is_file = head.name.as_deref().is_some_and(|name| multipart::is_file(content, name));
                    // A name takes memory too.
                    values += head.fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
                    let memory = if is_file { limits.memory } else { usize::MAX };
                    open = Some((head, is_file, Spool::new(memory)));
                }
                (Found::Data(data), Some((_, is_file, spool))) => {
                    values += if *is_file { 0 } else { data.len() };
                    spool.push(&data).await.map_err(unspooled)?;
                }
                (Found::End, _) => {
                    if let Some((head, _, spool)) = open.take() {
                        parts.push(Part { head, content: spool.finish().await.map_err(unspooled)? });
                    }
                }
                (Found::Data(_), None) => {}
            }
            if values > limits.values {
                let detail = "What the form holds beside its files is too large";
                return Err(Failure::new(413, format!("{detail}; {} bytes are the most.", limits.values)));
            }
        }
        next = pieces.next().await?;
    }
    parser.finish().map_err(unreadable)?;
    Ok(Arrived::Parts(parts))
}

/// The disk is full, or there is none.
fn unspooled(error: std::io::Error) -> Failure {
    tracing::error!(%error, "a body cannot be kept in a temporary file");
    Failure::unavailable(SOON)
}

/// Lets the rest of a body arrive that nobody wants, beside the answer, and forgets it. A stream of HTTP/2 whose body is
/// dropped is reset, and a client that is still sending may then lose the answer (curl 7.88 does).
pub(crate) fn pass_over(mut body: Body, headers: &HeaderMap) {
    // Who waits to be asked for the body is not asked.
    let waits = headers.contains_key(EXPECT);
    if waits || body.is_end_stream() || body.size_hint().lower() > UNWANTED {
        return;
    }
    let arrive = async move {
        let mut arrived = 0;
        while let Some(Ok(frame)) = body.frame().await {
            arrived += frame.data_ref().map_or(0, Bytes::len) as u64;
            if arrived > UNWANTED {
                return;
            }
        }
    };
    // Beyond its time the body is dropped, as it would have been at once.
    tokio::spawn(async move { drop(timeout(PATIENCE, arrive).await) });
}

fn too_large(limit: u64) -> Failure {
    Failure::new(413, format!("The body is too large; {limit} bytes are the most."))
}
