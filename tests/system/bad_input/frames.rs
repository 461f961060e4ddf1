//! HTTP/2 by hand (RFC 9113): frames as bytes, so that they can be wrong. Header fields are written without any
//! compression (RFC 7541, section 6.2.2), and none are read: what a problem says stands in its content.

use tokio::time::timeout;

use crate::harness::{PATIENCE, Service};
use crate::raw::Connection;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const WINDOW_UPDATE: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;

/// A connection that speaks HTTP/2.
pub(super) struct Frames {
    connection: Connection,
    token: String,
}

/// How a stream ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Answered; with the status, if it is a problem.
    Answered(Option<u64>),
    /// This stream was given up, the connection goes on.
    Reset(u32),
    /// The connection was given up.
    Away(u32),
    /// The connection ended without a word.
    Closed,
}

/// A frame.
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

impl Frame {
    fn code_at(&self, start: usize) -> u32 {
        let bytes = self.payload.get(start..start + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_be_bytes)
    }
}

impl Frames {
    /// Connects and says hello.
    pub(super) async fn open(service: &Service) -> Frames {
        let connection = Connection::open_for(service, &["h2"]).await;
        let mut frames = Frames { connection, token: service.token.clone() };
        frames.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
        frames.send(SETTINGS, 0, 0, &[]).await;
        frames
    }

    /// Sends bytes; that the other side no longer takes them shows when an answer is waited for.
    pub(super) async fn write(&mut self, bytes: &[u8]) {
        self.connection.write(bytes).await.ok();
    }

    pub(super) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let bytes = frame(kind, flags, stream, payload);
        self.write(&bytes).await;
    }

    /// Header fields that are all of a request.
    pub(super) async fn ask(&mut self, stream: u32, fields: &[(&str, &str)]) {
        self.send(HEADERS, END_STREAM | END_HEADERS, stream, &block(fields)).await;
    }

    /// The fields of a good request, with a token.
    pub(super) fn good(&self, method: &str, path: &str) -> Vec<(String, String)> {
        let token = format!("Token {}", self.token);
        let pairs = [
            (":method", method),
            (":scheme", "https"),
            (":authority", "localhost"),
            (":path", path),
            ("authorization", &token),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// Waits for the end of a stream.
    pub(super) async fn end_of(&mut self, stream: u32) -> End {
        let end = timeout(PATIENCE, self.read_end(stream)).await;
        end.unwrap_or_else(|_| panic!("expected stream {stream} to end within {PATIENCE:?}"))
    }

    async fn read_end(&mut self, stream: u32) -> End {
        let mut content = Vec::new();
        loop {
            let Some(frame) = self.read().await else { return End::Closed };
            match frame.kind {
                GOAWAY if frame.code_at(4) != 0 => return End::Away(frame.code_at(4)),
                RST_STREAM if frame.stream == stream => return End::Reset(frame.code_at(0)),
                DATA if frame.stream == stream => content.extend_from_slice(&frame.payload),
                _ => {}
            }
            let ends = matches!(frame.kind, DATA | HEADERS) && frame.stream == stream && frame.flags & END_STREAM != 0;
            if ends {
                let problem: Option<serde_json::Value> = serde_json::from_slice(&content).ok();
                return End::Answered(problem.and_then(|problem| problem["status"].as_u64()));
            }
        }
    }

    /// The next frame; settings are acknowledged on the way.
    async fn read(&mut self) -> Option<Frame> {
        let head = self.connection.read_bytes(9).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes([head[5] & 0x7f, head[6], head[7], head[8]]);
        let payload = self.connection.read_bytes(length as usize).await.ok()?;
        let frame = Frame { kind: head[3], flags: head[4], stream, payload };
        if frame.kind == SETTINGS && frame.flags & ACK == 0 {
            self.send(SETTINGS, ACK, 0, &[]).await;
        }
        Some(frame)
    }
}

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    // A payload of ours is never as long as 24 bits can say.
    let length = (payload.len() as u32).to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A header block of literals that are not indexed.
pub(super) fn block<N: AsRef<str>, V: AsRef<str>>(fields: &[(N, V)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, value) in fields {
        bytes.push(0);
        for text in [name.as_ref(), value.as_ref()] {
            integer(&mut bytes, text.len());
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

/// RFC 7541, section 5.1, with a prefix of seven bits.
fn integer(bytes: &mut Vec<u8>, mut value: usize) {
    if value < 127 {
        bytes.push(value as u8);
        return;
    }
    bytes.push(127);
    value -= 127;
    while value >= 128 {
        bytes.push((value % 128) as u8 | 128);
        value /= 128;
    }
    bytes.push(value as u8);
}
