//! `text/event-stream`: server-sent events, read and written as the HTML Standard says (section 9.2.6, "Interpreting an event
//! stream"). What an event is about is its `data`, which has a type; its other fields are the protocol's. Where the type of the data
//! depends on them, it is that of the whole event, as an object ([`Content::text_events`]).

mod parser;
mod whole;
mod write;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Content;
use crate::blob::Blob;
use crate::body::{Body, BodyError, Payload, ReadBody, WriteBody, Written, decode};
use crate::stream::{Boxed, ByteStream, StreamError, foreign};

pub(crate) use parser::Parser;
pub(crate) use write::Lines;

/// A server-sent event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event<T> {
    /// What kind of event it is; `None` stands for `message`.
    pub event: Option<String>,
    /// What it is about.
    pub data: T,
    /// By what it is known, for who connects again.
    pub id: Option<String>,
    /// How many milliseconds to wait before connecting again.
    pub retry: Option<u64>,
}

impl<T> Event<T> {
    /// One of no particular kind.
    pub fn new(data: T) -> Event<T> {
        Event { event: None, data, id: None, retry: None }
    }

    /// Of this kind.
    #[must_use]
    pub fn of_kind(mut self, event: impl Into<String>) -> Event<T> {
        self.event = Some(event.into());
        self
    }

    /// Known by this.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Event<T> {
        self.id = Some(id.into());
        self
    }

    fn map<U>(self, data: impl FnOnce(T) -> U) -> Event<U> {
        Event { event: self.event, data: data(self.data), id: self.id, retry: self.retry }
    }
}

/// By custom the data of the last event of a stream of JSON: it says that nothing follows, and is no JSON itself.
pub const END: &str = "[DONE]";

/// How long an event may be, where nobody says anything else.
const LONGEST: usize = 16 * 1024 * 1024;

/// Server-sent events, as they come. An event whose data is not what is declared is an error among them
/// ([`StreamError::Item`]), and others may follow it. Data that is [`END`], and not JSON although that is declared, ends the
/// stream.
///
/// Of events that differ in what they are about, `T` is an enum of whole events: what one says of its kind, its id and its wait is sent, and
/// what it does not say is taken from the [`Event`] around it. Read, both have it.
///
/// Nothing is read ahead of what is asked for; dropped, it closes the connection.
pub struct Events<T>(Kind<T>);

enum Kind<T> {
    Own { events: Boxed<Event<T>>, end: Option<&'static str> },
    Read(Box<Reader>),
}

/// Events that come from the other side.
struct Reader {
    body: ByteStream,
    content: &'static Content,
    parser: Parser,
    ended: bool,
}

impl<T> Events<T> {
    /// Events that are to be sent, each as soon as it is there. An error breaks the stream off, so that the other side sees it.
    pub fn new<S, E>(events: S) -> Events<T>
    where
        S: Stream<Item = Result<Event<T>, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Events(Kind::Own { events: foreign(events), end: None })
    }

    /// With a last event whose data is [`END`].
    #[must_use]
    pub fn with_end(self) -> Events<T> {
        match self.0 {
            Kind::Own { events, .. } => Events(Kind::Own { events, end: Some(END) }),
            read @ Kind::Read(_) => Events(read),
        }
    }

    /// By what the last event is known that had an id: the value of `Last-Event-ID` for who connects again.
    pub fn last_event_id(&self) -> Option<&str> {
        match &self.0 {
            Kind::Own { .. } => None,
            Kind::Read(reader) => Some(reader.parser.last_event_id()).filter(|id| !id.is_empty()),
        }
    }

    /// How many milliseconds the other side wants to be left alone before somebody connects again.
    pub fn retry(&self) -> Option<u64> {
        match &self.0 {
            Kind::Own { .. } => None,
            Kind::Read(reader) => reader.parser.retry(),
        }
    }
}

impl Reader {
    /// The next event, its data as text.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event<String>, StreamError>>> {
        loop {
            if let Some(event) = self.parser.next() {
                return Poll::Ready(Some(Ok(event)));
            }
            if self.ended {
                return Poll::Ready(None);
            }
            let went = match ready!(Pin::new(&mut self.body).poll_next(cx)) {
                Some(Ok(piece)) => self.parser.push(&piece),
                Some(Err(error)) => Err(error),
                None => {
                    self.ended = true;
                    self.parser.finish()
                }
            };
            if let Err(error) = went {
                self.ended = true;
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    fn read<T: DeserializeOwned>(&mut self, event: Event<String>) -> Option<Result<Event<T>, StreamError>> {
        let text = event.data.clone();
        let item = match self.content.text_events {
            Some(text_events) => whole::join(&event, text_events).map_err(BodyError::from),
            None => Ok(event.data.into_bytes()),
        };
        let Event { event, id, retry, .. } = event;
        match item.and_then(|item| decode(self.content, &item.into())) {
            Ok(data) => Some(Ok(Event { event, data, id, retry })),
            Err(_) if text == END => {
                self.ended = true;
                self.parser.forget();
                None
            }
            Err(error) => Some(Err(StreamError::Item { detail: error.to_string(), text })),
        }
    }
}

impl<T: DeserializeOwned> Stream for Events<T> {
    type Item = Result<Event<T>, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Kind::Own { events, .. } => events.as_mut().poll_next(cx),
            Kind::Read(reader) => Poll::Ready(match ready!(reader.poll(cx)) {
                Some(Ok(event)) => reader.read(event),
                Some(Err(error)) => Some(Err(error)),
                None => None,
            }),
        }
    }
}

/// No field of it is pinned.
impl<T> Unpin for Events<T> {}

impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

/// Events with JSON for their data.
struct Outgoing<T>(Boxed<Event<T>>, Option<&'static str>);

impl<T: Serialize> Stream for Outgoing<T> {
    type Item = Result<Event<Vec<u8>>, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(match ready!(self.0.as_mut().poll_next(cx)) {
            Some(Ok(event)) => Some(match serde_json::to_vec(&event.data) {
                Ok(json) => Ok(event.map(|_| json)),
                Err(error) => Err(StreamError::broken(error)),
            }),
            Some(Err(error)) => Some(Err(error)),
            None => self.1.take().map(|end| Ok(Event::new(end.as_bytes().to_vec()))),
        })
    }
}

impl<T: Serialize + 'static> WriteBody for Events<T> {
    fn write(self) -> Result<Written, BodyError> {
        match self.0 {
            Kind::Own { events, end } => Ok(Payload::Events(Box::pin(Outgoing(events, end))).into()),
            // What came from somewhere is handed on as it is.
            Kind::Read(reader) => Ok(Payload::Blob(Blob::once(reader.body, None, usize::MAX)).into()),
        }
    }
}

impl<T: DeserializeOwned> ReadBody for Events<T> {
    fn read(body: Body) -> Result<Events<T>, BodyError> {
        let content = body.data;
        let body = Blob::read(body)?.into_stream();
        Ok(Events(Kind::Read(Box::new(Reader { body, content, parser: Parser::new(LONGEST), ended: false }))))
    }
}
