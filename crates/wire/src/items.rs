//! Items of JSON one after another: a line for each (`application/jsonl`, `application/x-ndjson`), or between record separators
//! (`application/json-seq`, RFC 7464).

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use futures_core::Stream;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::blob::Blob;
use crate::body::{Body, BodyError, Payload, ReadBody, WriteBody, Written, decode};
use crate::stream::{Boxed, ByteStream, StreamError, foreign};
use crate::{Content, Encoding};

/// How long an item may be.
const LONGEST: usize = 16 * 1024 * 1024;

/// Items, as they come. One that is not what is declared is an error among them ([`StreamError::Item`]), and others may follow
/// it.
///
/// Nothing is read ahead of what is asked for; dropped, it closes the connection.
pub struct JsonItems<T>(Kind<T>);

enum Kind<T> {
    Own(Boxed<T>),
    Read(Box<Reader>),
}

/// Items that come from the other side.
struct Reader {
    body: ByteStream,
    content: &'static Content,
    held: BytesMut,
    /// As far as this there is no separator.
    looked: usize,
    ended: bool,
    limit: usize,
}

impl<T> JsonItems<T> {
    /// Items that are to be sent, each as soon as it is there. An error breaks the stream off, so that the other side sees it.
    pub fn new<S, E>(items: S) -> JsonItems<T>
    where
        S: Stream<Item = Result<T, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        JsonItems(Kind::Own(foreign(items)))
    }
}

/// What stands before an item of a sequence (RFC 7464, section 2.2).
const SEPARATOR: u8 = 0x1E;

impl Reader {
    fn separator(&self) -> u8 {
        if self.content.encoding == Encoding::Sequence { SEPARATOR } else { b'\n' }
    }

    /// The text of the next item.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, StreamError>>> {
        loop {
            let item = match self.held[self.looked..].iter().position(|byte| *byte == self.separator()) {
                Some(at) => {
                    let item = self.held.split_to(self.looked + at);
                    self.held.advance(1);
                    self.looked = 0;
                    Some(item)
                }
                None if self.ended && !self.held.is_empty() => {
                    self.looked = 0;
                    Some(self.held.split())
                }
                None => None,
            };
            match item {
                Some(item) if item.trim_ascii().is_empty() => continue,
                Some(item) => return Poll::Ready(Some(Ok(item.freeze()))),
                None if self.ended => return Poll::Ready(None),
                None => self.looked = self.held.len(),
            }
            let error = match ready!(Pin::new(&mut self.body).poll_next(cx)) {
                Some(Ok(piece)) if self.held.len() + piece.len() <= self.limit.max(piece.len()) => {
                    self.held.extend_from_slice(&piece);
                    continue;
                }
                Some(Ok(_)) => StreamError::TooLong { limit: self.limit },
                Some(Err(error)) => error,
                None => {
                    self.ended = true;
                    continue;
                }
            };
            self.ended = true;
            self.held.clear();
            self.looked = 0;
            return Poll::Ready(Some(Err(error)));
        }
    }

    fn read<T: DeserializeOwned>(&self, item: &Bytes) -> Result<T, StreamError> {
        let item = item.strip_prefix(b"\xEF\xBB\xBF").map_or_else(|| item.clone(), |rest| item.slice_ref(rest));
        let read = match self.may_be_cut(&item) {
            true => Err(BodyError::new("it may have been cut off")),
            false => decode(self.content, &item),
        };
        let text = || String::from_utf8_lossy(item.trim_ascii()).into_owned();
        read.map_err(|error| StreamError::Item { detail: error.to_string(), text: text() })
    }

    /// Of what shows no end of its own, only a line feed tells that it is whole (RFC 7464, section 2.4).
    fn may_be_cut(&self, item: &[u8]) -> bool {
        let shows_its_end = item.ends_with(b"\n") || matches!(item.trim_ascii_start(), [b'{' | b'[' | b'"', ..]);
        self.content.encoding == Encoding::Sequence && !shows_its_end
    }
}

impl<T: DeserializeOwned> Stream for JsonItems<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Kind::Own(items) => items.as_mut().poll_next(cx),
            Kind::Read(reader) => {
                Poll::Ready(ready!(reader.poll(cx)).map(|item| item.and_then(|item| reader.read(&item))))
            }
        }
    }
}

/// No field of it is pinned.
impl<T> Unpin for JsonItems<T> {}

impl<T> fmt::Debug for JsonItems<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonItems")
    }
}

/// Items as JSON.
struct Outgoing<T>(Boxed<T>);

impl<T: Serialize> Stream for Outgoing<T> {
    type Item = Result<Vec<u8>, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.0.as_mut().poll_next(cx));
        Poll::Ready(next.map(|item| serde_json::to_vec(&item?).map_err(StreamError::broken)))
    }
}

impl<T: Serialize + 'static> WriteBody for JsonItems<T> {
    fn write(self) -> Result<Written, BodyError> {
        let payload = match self.0 {
            Kind::Own(items) => Payload::Items(Box::pin(Outgoing(items))),
            // What came from somewhere is handed on as it is.
            Kind::Read(reader) => Payload::Blob(Blob::once(reader.body, None, usize::MAX)),
        };
        Ok(payload.into())
    }
}

impl<T: DeserializeOwned> ReadBody for JsonItems<T> {
    fn read(body: Body) -> Result<JsonItems<T>, BodyError> {
        let content = body.data;
        let body = Blob::read(body)?.into_stream();
        let (held, looked) = (BytesMut::new(), 0);
        Ok(JsonItems(Kind::Read(Box::new(Reader { body, content, held, looked, ended: false, limit: LONGEST }))))
    }
}

/// Items, each with what stands around it.
pub(crate) struct Framed {
    items: Boxed<Vec<u8>>,
    is_sequence: bool,
}

impl Framed {
    pub(crate) fn new(items: Boxed<Vec<u8>>, is_sequence: bool) -> Framed {
        Framed { items, is_sequence }
    }
}

impl Stream for Framed {
    type Item = Result<Bytes, StreamError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.items.as_mut().poll_next(cx));
        Poll::Ready(next.map(|item| {
            let mut item = item?;
            if self.is_sequence {
                item.insert(0, SEPARATOR);
            }
            item.push(b'\n');
            Ok(item.into())
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    const LINES: Content = Content { media_type: "application/jsonl", encoding: Encoding::Lines, ..Content::JSON };
    const SEQUENCE: Content =
        Content { media_type: "application/json-seq", encoding: Encoding::Sequence, ..Content::JSON };

    struct Pieces(std::vec::IntoIter<Bytes>);

    impl Stream for Pieces {
        type Item = Result<Bytes, StreamError>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.next().map(Ok))
        }
    }

    /// The items of a text that is cut everywhere into pieces of the same size.
    fn read(data: &'static Content, text: &str, size: usize) -> Vec<String> {
        let pieces: Vec<Bytes> = text.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect();
        let blob = Blob::stream(Pieces(pieces.into_iter()));
        let mut items =
            JsonItems::<Vec<u8>>::read(Body { content: 0, data, payload: Payload::Blob(blob), media_type: None })
                .unwrap();
        let mut cx = Context::from_waker(Waker::noop());
        let mut read = Vec::new();
        while let Poll::Ready(Some(item)) = Pin::new(&mut items).poll_next(&mut cx) {
            read.push(item.map_or_else(|error| error.to_string(), |item| format!("{item:?}")));
        }
        read
    }

    fn check(data: &'static Content, text: &str, expect: &[&str]) {
        for size in 1..=text.len().max(1) {
            assert_eq!(read(data, text, size), expect, "{text:?} in pieces of {size}");
        }
    }

    #[test]
    fn lines_are_items() {
        check(&LINES, "[1]\n[2, 3]\r\n\n[]\n", &["[1]", "[2, 3]", "[]"]);
        check(&LINES, "\u{feff}[1]\n[2]", &["[1]", "[2]"]);
        check(&LINES, "", &[]);
        let wrong = "an item cannot be read: expected value at line 1 column 1";
        check(&LINES, "[1]\noh\n[2.0]\n", &["[1]", wrong, "[2]"]);
    }

    #[test]
    fn records_are_items() {
        check(&SEQUENCE, "\u{1e}[1]\n\u{1e}[2,\n3]\n\u{1e}\u{1e}[]", &["[1]", "[2, 3]", "[]"]);
        let cut = "an item cannot be read: it may have been cut off";
        check(&SEQUENCE, "\u{1e}12\u{1e}[1]\n", &[cut, "[1]"]);
    }
}
