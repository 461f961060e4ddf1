//! Reading a request body within its limits of size (413) and time (408).

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::EXPECT;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use tokio::time::timeout;

use crate::failure::Failure;

/// How much of an unwanted body is let in, and for how long.
const UNWANTED: u64 = 8 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn read_body(body: &mut Body, limit: usize, patience: Duration) -> Result<Bytes, Failure> {
    // The announced length, so that an honest sender is told before it has sent.
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large(limit));
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
                return Err(too_large(limit));
            }
            collected.extend_from_slice(&data);
        }
    }
    Ok(collected.freeze())
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

fn too_large(limit: usize) -> Failure {
    Failure::new(413, format!("The body is too large; {limit} bytes are the most."))
}
