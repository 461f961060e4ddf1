//! Cuts a body into its parts (RFC 2046, section 5.1.1), as it comes: of no part more is held than a boundary is long.

use bytes::{Buf as _, Bytes, BytesMut};

use crate::body::BodyError;

/// How long the header of a part may be.
const LONGEST_HEAD: usize = 16 * 1024;

/// What is found in a body, one after another.
#[derive(Debug, PartialEq)]
pub enum Found {
    /// A part begins.
    Part(Head),
    /// More of its content.
    Data(Bytes),
    /// It is whole.
    End,
}

/// What stands above the content of a part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// The name of its field.
    pub name: Option<String>,
    /// What a file is called.
    pub file_name: Option<String>,
    /// All its header fields, by name in lower case.
    pub fields: Vec<(String, String)>,
}

impl Head {
    /// A header field, by name in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A parser of parts.
#[derive(Debug)]
pub struct Parser {
    /// What stands before each part but the first, and after the last: a line break, two dashes, the boundary.
    delimiter: Vec<u8>,
    held: BytesMut,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first boundary, where anything may stand.
    Preamble,
    /// Behind a boundary.
    Boundary,
    /// Before the line break that ends the line of a boundary.
    Head,
    /// Before the line break that ends a header, or further on.
    Content {
        is_begun: bool,
    },
    Ended,
}

impl Parser {
    /// For parts between this boundary.
    pub fn new(boundary: &str) -> Parser {
        // The line break of the first boundary is that before the body.
        Parser {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            held: BytesMut::from("\r\n"),
            state: State::Preamble,
        }
    }

    /// More of the body.
    pub fn push(&mut self, piece: &[u8]) {
        if self.state != State::Ended {
            self.held.extend_from_slice(piece);
        }
    }

    /// The body is over.
    ///
    /// # Errors
    /// When it has no last boundary.
    pub fn finish(&self) -> Result<(), BodyError> {
        match self.state {
            State::Ended => Ok(()),
            State::Preamble | State::Boundary | State::Head | State::Content { .. } => {
                Err(BodyError::new("it ends before its last boundary"))
            }
        }
    }

    /// What is found next; `None`: more of the body is needed.
    ///
    /// # Errors
    /// When it does not have the form of parts.
    pub fn take(&mut self) -> Result<Option<Found>, BodyError> {
        loop {
            match self.state {
                State::Preamble => {
                    let Some(at) = find(&self.held, &self.delimiter) else {
                        self.forget_all_but_a_delimiter();
                        return Ok(None);
                    };
                    self.held.advance(at + self.delimiter.len());
                    self.state = State::Boundary;
                }
                State::Boundary => {
                    if self.held.len() < 2 {
                        return Ok(None);
                    }
                    if self.held.starts_with(b"--") {
                        self.state = State::Ended;
                        continue;
                    }
                    // White space may stand behind a boundary.
                    let Some(line) = find(&self.held, b"\r\n") else { return self.within_a_head() };
                    self.held.advance(line);
                    self.state = State::Head;
                }
                State::Head => return self.head(),
                State::Content { is_begun } => return Ok(self.content(is_begun)),
                State::Ended => {
                    self.held.clear();
                    return Ok(None);
                }
            }
        }
    }

    fn within_a_head(&self) -> Result<Option<Found>, BodyError> {
        match self.held.len() > LONGEST_HEAD {
            true => Err(BodyError::new("the header of a part is too long")),
            false => Ok(None),
        }
    }

    fn head(&mut self) -> Result<Option<Found>, BodyError> {
        let end = find(&self.held, b"\r\n\r\n");
        if find(&self.held, &self.delimiter).is_some_and(|at| end.is_none_or(|end| at < end)) {
            return Err(BodyError::new("a part has no end of its header"));
        }
        let Some(end) = end else { return self.within_a_head() };
        let head = read_head(self.held.get(2..end).unwrap_or_default())?;
        self.held.advance(end + 2);
        self.state = State::Content { is_begun: false };
        Ok(Some(Found::Part(head)))
    }

    fn content(&mut self, is_begun: bool) -> Option<Found> {
        let at = find(&self.held, &self.delimiter);
        // What ends the header may begin the boundary, if there is no content.
        let from = if is_begun || at == Some(0) { 0 } else { 2 };
        let to = at.unwrap_or_else(|| self.held.len().saturating_sub(self.delimiter.len() - 1));
        if to > from {
            self.state = State::Content { is_begun: true };
            let mut data = self.held.split_to(to);
            data.advance(from);
            return Some(Found::Data(data.freeze()));
        }
        at?;
        self.held.advance(to + self.delimiter.len());
        self.state = State::Boundary;
        Some(Found::End)
    }

    fn forget_all_but_a_delimiter(&mut self) {
        let known = self.held.len().saturating_sub(self.delimiter.len() - 1);
        self.held.advance(known);
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut at = 0;
    while let Some(next) = text.get(at..)?.iter().position(|byte| *byte == first) {
        if text[at + next..].starts_with(wanted) {
            return Some(at + next);
        }
        at += next + 1;
    }
    None
}

fn read_head(text: &[u8]) -> Result<Head, BodyError> {
    let text = std::str::from_utf8(text).map_err(|_| BodyError::new("the header of a part is not UTF-8"))?;
    let fields = text.split("\r\n").filter_map(|line| line.split_once(':'));
    let fields = fields.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    let mut head = Head { fields: fields.collect(), ..Head::default() };
    let disposition = head.field("content-disposition").unwrap_or_default();
    let (name, file_name) = (quoted_parameter(disposition, "name"), quoted_parameter(disposition, "filename"));
    (head.name, head.file_name) = (name, file_name);
    Ok(head)
}

/// A parameter of `Content-Disposition`; between quotes anything may stand, a semicolon for one.
fn quoted_parameter(disposition: &str, name: &str) -> Option<String> {
    let mut rest = disposition.split_once(';')?.1;
    loop {
        let (own, after) = rest.split_once('=')?;
        let (value, next) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.char_indices().find(|(at, c)| *c == '"' && !quoted[..*at].ends_with('\\'))?.0;
                (unquoted(&quoted[..end]), &quoted[end + 1..])
            }
            None => after
                .split_once(';')
                .map_or((after.trim().to_owned(), ""), |(value, next)| (value.trim().to_owned(), next)),
        };
        if own.trim_matches([' ', ';']).eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next;
    }
}

fn unquoted(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n").replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of a body that is cut everywhere into pieces of the same size.
    fn parts(body: &str, size: usize) -> Result<Vec<String>, BodyError> {
        let mut parser = Parser::new("x y");
        let mut parts: Vec<String> = Vec::new();
        for piece in body.as_bytes().chunks(size) {
            parser.push(piece);
            while let Some(found) = parser.take()? {
                match (found, parts.last_mut()) {
                    (Found::Part(head), _) => {
                        parts.push(format!(
                            "{}={}:",
                            head.name.as_deref().unwrap_or_default(),
                            head.field("x-a").unwrap_or("-")
                        ));
                    }
                    (Found::Data(data), Some(part)) => part.push_str(&String::from_utf8_lossy(&data)),
                    (Found::Data(_) | Found::End, _) => {}
                }
            }
        }
        parser.finish()?;
        Ok(parts)
    }

    fn check(body: &str, expect: Result<&[&str], &str>) {
        for size in 1..=body.len() {
            let parts = parts(body, size);
            let parts = parts.as_ref().map(Vec::as_slice).map_err(BodyError::to_string);
            assert_eq!(
                parts.map(|parts| parts.iter().map(String::as_str).collect()),
                expect.map(<[_]>::to_vec).map_err(str::to_owned),
                "{body:?} in pieces of {size}"
            );
        }
    }

    #[test]
    fn parts_are_found_wherever_a_body_is_cut() {
        let head = |name: &str| format!("Content-Disposition: form-data; name=\"{name}\"\r\nX-A: 1\r\n\r\n");
        let body = format!("--x y\r\n{}1\r\n--x\r\n2\r\n--x y  \r\n{}\r\n--x y--\r\n rest", head("a"), head("b"));
        check(&body, Ok(&["a=1:1\r\n--x\r\n2", "b=1:"]));
        check(&format!("preamble\r\n{body}"), Ok(&["a=1:1\r\n--x\r\n2", "b=1:"]));
        check("--x y\r\n\r\n1\r\n--x y--", Ok(&["=-:1"]));
        check("--x y\r\nX-A: 2\r\n\r\n--x y--", Ok(&["=2:"]));
        check("--x y--", Ok(&[]));
        check("--x y\r\nX-A: 2\r\n--x y--", Err("a part has no end of its header"));
        check("--x y\r\n\r\n1\r\n--x y", Err("it ends before its last boundary"));
        check("1", Err("it ends before its last boundary"));
    }

    #[test]
    fn a_header_without_an_end_is_not_held() {
        let mut parser = Parser::new("x");
        parser.push(b"--x\r\n");
        let went = (0..100).try_for_each(|_| {
            parser.push(&[b'a'; 1024]);
            parser.take().map(drop)
        });
        assert_eq!(went, Err(BodyError::new("the header of a part is too long")));
    }
}
