//! Reading a request body within its limits of size (413) and time (408).

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;
use tokio::time::timeout;

use crate::failure::Failure;

pub(crate) async fn read_body(body: Body, limit: usize, patience: Duration) -> Result<Bytes, Failure> {
    // The announced length, so that an honest sender is told before it has sent.
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large(limit));
    }
    let collected = timeout(patience, Limited::new(body, limit).collect()).await;
    match collected {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Ok(Err(_)) => Err(Failure::new(400, "The body broke off.")),
        Err(_) => Err(Failure::new(408, "The body took too long to arrive.")),
    }
}

fn too_large(limit: usize) -> Failure {
    Failure::new(413, format!("The body is too large; {limit} bytes are the most."))
}
