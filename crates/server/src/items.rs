//! Streams that are sent to a server: each item is held against its schema before the handler begins, since a request is judged
//! whole. The handler then reads them from where they were kept.

use axum::body::Body;
use futures_util::{Stream, StreamExt as _};
use methodical_wire::body::{Body as Sent, Payload};
use methodical_wire::{
    Blob, BodyError, Content, Encoding, Events, JsonItems, Place, ReadBody, Schema, StreamError, Violation, validate,
};
use serde_json::Value;
use tokio::task::yield_now;

use crate::body::{Arrived, Large, spooled};
use crate::failure::Failure;

/// How many mistakes are told of.
const MOST: usize = 100;
/// After so many items others have a turn.
const TURN: usize = 256;

/// Reads a stream of items or events to its end.
pub(crate) async fn read_items(body: &mut Body, content: &'static Content, limits: Large) -> Result<Arrived, Failure> {
    let blob = spooled(body, limits).await?;
    let wrong = match content.encoding {
        Encoding::Lines | Encoding::Sequence => {
            let items: JsonItems<Value> = read(&blob, content)?;
            check(items, content.schema).await?
        }
        Encoding::Events => {
            let events: Events<Value> = read(&blob, content)?;
            check(events.map(|event| event.map(|event| event.data)), content.schema).await?
        }
        // Any text is one.
        Encoding::TextEvents
        | Encoding::Json
        | Encoding::Problem
        | Encoding::Form
        | Encoding::Text
        | Encoding::Binary
        | Encoding::Multipart => Vec::new(),
    };
    Ok(Arrived::Items(blob, wrong))
}

fn read<T: ReadBody>(blob: &Blob, data: &'static Content) -> Result<T, Failure> {
    let sent = Sent { content: 0, data, payload: Payload::Blob(blob.clone()), media_type: None };
    T::read(sent).map_err(|error: BodyError| Failure::new(400, format!("The body cannot be read: {error}.")))
}

async fn check(
    mut items: impl Stream<Item = Result<Value, StreamError>> + Unpin,
    schema: &'static Schema,
) -> Result<Vec<Violation>, Failure> {
    let mut wrong = Vec::new();
    let mut index = 0;
    while let Some(item) = items.next().await {
        let item = item.map_err(|error| unreadable(index, &error))?;
        let violations = validate(schema, &item).into_iter();
        wrong.extend(violations.map(|violation| Violation {
            location: Place::Body,
            pointer: format!("/{index}{}", violation.pointer),
            detail: violation.detail,
        }));
        if wrong.len() > MOST {
            wrong.truncate(MOST);
            break;
        }
        index += 1;
        if index % TURN == 0 {
            yield_now().await;
        }
    }
    Ok(wrong)
}

fn unreadable(index: usize, error: &StreamError) -> Failure {
    let why = if let StreamError::Item { detail, .. } = error {
        format!("Item {index} of the body cannot be read: {detail}.")
    } else {
        format!("The body cannot be read: {error}.")
    };
    Failure::new(400, why)
}
