//! From events to bytes.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::{END, Event, whole};
use crate::stream::{Boxed, StreamError};
use crate::{Content, Encoding};

/// Events, each as the lines that it is sent as.
pub(crate) struct Lines {
    events: Boxed<Event<Vec<u8>>>,
    hold: Hold,
}

/// What the JSON is that comes as an event's data.
#[derive(Debug, Clone, Copy)]
enum Hold {
    /// The data.
    Json,
    /// The data, which are text, between the quotes that JSON needs.
    Text,
    /// The event, with text for the data of these kinds.
    Whole(&'static [&'static str]),
}

impl Lines {
    pub(crate) fn new(events: Boxed<Event<Vec<u8>>>, content: &Content) -> Lines {
        let hold = match content.text_events {
            Some(text_events) => Hold::Whole(text_events),
            None if content.encoding == Encoding::TextEvents => Hold::Text,
            None => Hold::Json,
        };
        Lines { events, hold }
    }
}

impl Stream for Lines {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.events.as_mut().poll_next(cx));
        Poll::Ready(next.map(|event| lines(event?, self.hold)))
    }
}

fn lines(mut event: Event<Vec<u8>>, hold: Hold) -> Result<Bytes, StreamError> {
    let Event { event, data, id, retry } = match hold {
        Hold::Whole(text_events) if event.data != END.as_bytes() => whole::part(event, text_events)?,
        Hold::Json | Hold::Text | Hold::Whole(_) => {
            let data = sent(mem::take(&mut event.data), matches!(hold, Hold::Text))?;
            event.map(|_| data)
        }
    };
    let mut text = String::with_capacity(data.len() + 32);
    for (name, value) in [("event", event), ("id", id), ("retry", retry.map(|ms| ms.to_string()))] {
        let Some(value) = value else { continue };
        if value.contains(['\r', '\n', '\0']) {
            return Err(StreamError::broken(format!("`{name}` of an event cannot hold {value:?}")));
        }
        text.push_str(&format!("{name}: {value}\n"));
    }
    // Whatever ends a line of it would end a line of the stream.
    for line in data.replace("\r\n", "\n").split(['\r', '\n']) {
        text.push_str(&format!("data: {line}\n"));
    }
    text.push('\n');
    Ok(text.into())
}

/// Data as they are sent: text goes without the quotes that JSON gave it.
pub(super) fn sent(json: Vec<u8>, is_text: bool) -> Result<String, StreamError> {
    match is_text.then(|| serde_json::from_slice(&json)) {
        Some(Ok(text)) => Ok(text),
        Some(Err(_)) | None => String::from_utf8(json).map_err(StreamError::broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Parser;

    #[test]
    fn what_is_written_is_read() {
        let event = Event {
            event: Some("add".into()),
            data: "\"a\\nb\\r\\nc: d\"".into(),
            id: Some("1".into()),
            retry: Some(5),
        };
        let bytes = lines(event, Hold::Text).unwrap();
        assert_eq!(bytes, "event: add\nid: 1\nretry: 5\ndata: a\ndata: b\ndata: c: d\n\n");
        let mut parser = Parser::new(100);
        parser.push(&bytes).unwrap();
        assert_eq!(parser.next().unwrap().data, "a\nb\nc: d");
        assert_eq!(lines(Event::new(b"[DONE]".to_vec()), Hold::Json).unwrap(), "data: [DONE]\n\n");
        assert_eq!(lines(Event::new(b"\"a\"".to_vec()), Hold::Json).unwrap(), "data: \"a\"\n\n");
        assert_eq!(lines(Event::new(b"\"\"".to_vec()), Hold::Text).unwrap(), "data: \n\n");
        let whole = Event::new(br#"{"event":"add","data":"a"}"#.to_vec());
        assert_eq!(lines(whole.clone(), Hold::Whole(&["add"])).unwrap(), "event: add\ndata: a\n\n");
        assert_eq!(lines(whole, Hold::Whole(&[])).unwrap(), "event: add\ndata: \"a\"\n\n");
        assert_eq!(lines(Event::new(b"[DONE]".to_vec()), Hold::Whole(&[])).unwrap(), "data: [DONE]\n\n");
    }

    #[test]
    fn a_field_cannot_hold_another() {
        let event = Event::new(b"1".to_vec()).of_kind("a\ndata: 2");
        assert!(lines(event, Hold::Json).is_err());
    }
}
