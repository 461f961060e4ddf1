//! From bytes to events (HTML Standard, section 9.2.6). Lines end with CR, LF or both, wherever the pieces are cut. An event that
//! the stream ends in the middle of is not dispatched, as the standard wants it; here that is an error, so that it does not pass
//! unseen.

use std::collections::VecDeque;

use super::Event;
use crate::stream::StreamError;

/// A parser, and the events that it has found.
pub(crate) struct Parser {
    /// How long an event may be, in bytes.
    limit: usize,
    /// The beginning of a line.
    line: Vec<u8>,
    /// Nothing has been read but, perhaps, a byte order mark.
    is_first_line: bool,
    /// The last line ended with CR, and an LF belongs to it.
    after_cr: bool,
    data: Option<String>,
    event: String,
    id: Option<String>,
    event_retry: Option<u64>,
    last_event_id: String,
    retry: Option<u64>,
    found: VecDeque<Event<String>>,
}

impl Parser {
    pub(crate) fn new(limit: usize) -> Parser {
        Parser {
            limit,
            line: Vec::new(),
            is_first_line: true,
            after_cr: false,
            data: None,
            event: String::new(),
            id: None,
            event_retry: None,
            last_event_id: String::new(),
            retry: None,
            found: VecDeque::new(),
        }
    }

    /// The next event that has been found.
    pub(crate) fn next(&mut self) -> Option<Event<String>> {
        self.found.pop_front()
    }

    /// Forgets what has been found.
    pub(crate) fn forget(&mut self) {
        self.found.clear();
    }

    pub(crate) fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    pub(crate) fn retry(&self) -> Option<u64> {
        self.retry
    }

    /// Reads a piece.
    ///
    /// # Errors
    /// When an event is too long.
    pub(crate) fn push(&mut self, mut piece: &[u8]) -> Result<(), StreamError> {
        if self.after_cr && !piece.is_empty() {
            self.after_cr = false;
            piece = piece.strip_prefix(b"\n").unwrap_or(piece);
        }
        while let Some(end) = piece.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            self.grow(&piece[..end])?;
            let rest = &piece[end + 1..];
            piece = match (piece[end], rest) {
                (b'\r', []) => {
                    self.after_cr = true;
                    rest
                }
                (b'\r', _) => rest.strip_prefix(b"\n").unwrap_or(rest),
                (_, _) => rest,
            };
            self.end_line();
        }
        self.grow(piece)
    }

    /// The stream has ended.
    ///
    /// # Errors
    /// When it did so in the middle of an event.
    pub(crate) fn finish(&mut self) -> Result<(), StreamError> {
        let begun = self.data.is_some() || self.line.starts_with(b"data");
        if begun { Err(StreamError::Unfinished) } else { Ok(()) }
    }

    fn grow(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        let held = self.line.len() + self.data.as_ref().map_or(0, String::len);
        if bytes.len() > self.limit.saturating_sub(held) {
            return Err(StreamError::TooLong { limit: self.limit });
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        let mark = if std::mem::take(&mut self.is_first_line) { b"\xEF\xBB\xBF".as_slice() } else { b"" };
        self.read_line(line.strip_prefix(mark).unwrap_or(&line));
        // Its space is used again.
        line.clear();
        self.line = line;
    }

    fn read_line(&mut self, line: &[u8]) {
        if line.is_empty() {
            return self.dispatch();
        }
        let (name, value) = match line.iter().position(|byte| *byte == b':') {
            // A comment.
            Some(0) => return,
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[..0]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                let data = self.data.get_or_insert_default();
                data.push_str(&String::from_utf8_lossy(value));
                data.push('\n');
            }
            b"event" => self.event = String::from_utf8_lossy(value).into_owned(),
            b"id" if !value.contains(&0) => self.id = Some(String::from_utf8_lossy(value).into_owned()),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                self.event_retry = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                self.retry = self.event_retry.or(self.retry);
            }
            _ => {}
        }
    }

    fn dispatch(&mut self) {
        let (id, event, retry) = (self.id.take(), std::mem::take(&mut self.event), self.event_retry.take());
        if let Some(id) = &id {
            self.last_event_id.clone_from(id);
        }
        // Without data there is no event.
        if let Some(mut data) = self.data.take() {
            data.pop();
            self.found.push_back(Event { event: Some(event).filter(|event| !event.is_empty()), data, id, retry });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the stream says, cut at every place, with the outcome of its end.
    fn check(text: &str, expect: &[(&str, &str, &str)], ends_well: bool) {
        let bytes = text.as_bytes();
        for size in 1..=bytes.len().max(1) {
            let mut parser = Parser::new(1000);
            bytes.chunks(size).for_each(|piece| parser.push(piece).unwrap());
            assert_eq!(parser.finish().is_ok(), ends_well, "{text:?}");
            let found: Vec<_> = std::iter::from_fn(|| parser.next()).collect();
            let found: Vec<_> = found
                .iter()
                .map(|one| (one.event.as_deref().unwrap_or(""), one.data.as_str(), one.id.as_deref().unwrap_or("-")))
                .collect();
            assert_eq!(found, expect, "{text:?} in pieces of {size}");
        }
    }

    /// The examples of the standard.
    #[test]
    fn the_examples_of_the_standard_are_read_as_it_says() {
        check("data: YHOO\ndata: +2\ndata: 10\n\n", &[("", "YHOO\n+2\n10", "-")], true);
        let stream = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n";
        check(stream, &[("", "first event", "1"), ("", "second event", "")], false);
        check("data\n\ndata\ndata\n\ndata:", &[("", "", "-"), ("", "\n", "-")], false);
        check("data:test\n\ndata: test\n\n", &[("", "test", "-"), ("", "test", "-")], true);
    }

    #[test]
    fn lines_may_end_in_three_ways() {
        let events = [("add", "1\n2", "-"), ("", "3", "-")];
        check("event: add\ndata: 1\ndata: 2\n\ndata: 3\n\n", &events, true);
        check("event: add\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3\r\n\r\n", &events, true);
        check("event: add\rdata: 1\rdata: 2\r\rdata: 3\r\r", &events, true);
        check("event: add\r\ndata: 1\rdata: 2\n\r\ndata: 3\n\r", &events, true);
    }

    #[test]
    fn marks_comments_and_unknown_fields_are_no_data() {
        check("\u{feff}data: a\n\n", &[("", "a", "-")], true);
        check("data: a\n\n\u{feff}data: b\n\n", &[("", "a", "-")], true);
        check(":\n: data: a\n\ndatum: b\nDATA: c\n data: d\n\n", &[], true);
        check("", &[], true);
        check("\n\n\n", &[], true);
        check("data: a: b\n\n", &[("", "a: b", "-")], true);
        check("event: gone\n\ndata: a\n\n", &[("", "a", "-")], true);
        check("data: ünï\u{2028}cöde\n\n", &[("", "ünï\u{2028}cöde", "-")], true);
    }

    #[test]
    fn an_end_without_an_empty_line_is_noticed() {
        check("data: a\n\ndata: b\n", &[("", "a", "-")], false);
        check("data: a\n\ndata: b", &[("", "a", "-")], false);
        check("data: a\n\nid: 7\n: bye", &[("", "a", "-")], true);
    }

    #[test]
    fn ids_and_times_are_kept() {
        let mut parser = Parser::new(100);
        parser.push(b"id: 1\nretry: 20\ndata: a\n\nid: a\0b\nretry: 3s\ndata: b\n\nid: 2\nretry: 30\n\n").unwrap();
        let first = Event { event: None, data: "a".to_owned(), id: Some("1".to_owned()), retry: Some(20) };
        assert_eq!(parser.next(), Some(first));
        assert_eq!(parser.next(), Some(Event::new("b".to_owned())));
        assert_eq!((parser.next(), parser.last_event_id(), parser.retry()), (None, "2", Some(30)));
    }

    #[test]
    fn what_is_not_unicode_is_replaced() {
        let mut parser = Parser::new(100);
        parser.push(b"data: a\xffb\n\n").unwrap();
        assert_eq!(parser.next().unwrap().data, "a\u{fffd}b");
    }

    #[test]
    fn an_event_without_an_end_is_not_held() {
        let mut parser = Parser::new(10);
        assert!(parser.push(b"data: 1\n\n").is_ok());
        assert!(matches!(parser.push(b"data: 1234567"), Err(StreamError::TooLong { limit: 10 })));
        let mut parser = Parser::new(10);
        assert!((0..10).any(|_| parser.push(b"data:1\n").is_err()));
        let mut parser = Parser::new(10);
        assert!((0..100).all(|_| parser.push(b": alive\n").is_ok()), "comments are forgotten");
    }
}
