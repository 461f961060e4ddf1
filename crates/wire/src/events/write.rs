//! From events to bytes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::Event;
use crate::stream::{Boxed, StreamError};

/// Events, each as the lines that it is sent as.
pub(crate) struct Lines {
    events: Boxed<Event<Vec<u8>>>,
    /// Whether their data are texts, which JSON has put between quotes.
    are_texts: bool,
}

impl Lines {
    pub(crate) fn new(events: Boxed<Event<Vec<u8>>>, are_texts: bool) -> Lines {
        Lines { events, are_texts }
    }
}

impl Stream for Lines {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.events.as_mut().poll_next(cx));
        Poll::Ready(next.map(|event| lines(event?, self.are_texts)))
    }
}

fn lines(event: Event<Vec<u8>>, is_text: bool) -> Result<Bytes, StreamError> {
    let data = match serde_json::from_slice(&event.data) {
        Ok(text) if is_text => text,
        Ok(_) | Err(_) => String::from_utf8(event.data).map_err(StreamError::broken)?,
    };
    let mut text = String::with_capacity(data.len() + 32);
    for (name, value) in [("event", event.event), ("id", event.id), ("retry", event.retry.map(|ms| ms.to_string()))] {
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
        let bytes = lines(event, true).unwrap();
        assert_eq!(bytes, "event: add\nid: 1\nretry: 5\ndata: a\ndata: b\ndata: c: d\n\n");
        let mut parser = Parser::new(100);
        parser.push(&bytes).unwrap();
        assert_eq!(parser.next().unwrap().data, "a\nb\nc: d");
        assert_eq!(lines(Event::new(b"[DONE]".to_vec()), false).unwrap(), "data: [DONE]\n\n");
        assert_eq!(lines(Event::new(b"\"a\"".to_vec()), false).unwrap(), "data: \"a\"\n\n");
        assert_eq!(lines(Event::new(b"\"\"".to_vec()), true).unwrap(), "data: \n\n");
    }

    #[test]
    fn a_field_cannot_hold_another() {
        let event = Event::new(b"1".to_vec()).of_kind("a\ndata: 2");
        assert!(lines(event, false).is_err());
    }
}
