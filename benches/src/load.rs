//! The load: connections that send one request after another, as fast as they are answered. HTTP/1.1 by hand over TLS,
//! since the load must cost less than what it measures.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::measure::Outcome;

/// Where a service is, and what opens it.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) tls: Arc<ClientConfig>,
}

/// A request of the load.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<String>,
    /// The status that it should have, or one of the same class: a round may begin with what another has left.
    pub(crate) expected: u16,
}

impl Request {
    pub(crate) fn new(method: &'static str, path: impl Into<String>, expected: u16) -> Request {
        Request { method, path: path.into(), body: None, expected }
    }

    pub(crate) fn with_body(self, body: String) -> Request {
        Request { body: Some(body), ..self }
    }
}

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TlsStream<TcpStream>,
    token: String,
    buffer: Vec<u8>,
}

/// An answer: its status and its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(target: &Target) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(("127.0.0.1", target.port)).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("localhost")?;
        let stream = TlsConnector::from(Arc::clone(&target.tls)).connect(name, stream).await?;
        Ok(Connection { stream, token: target.token.clone(), buffer: Vec::with_capacity(64 * 1024) })
    }

    pub(crate) async fn send(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let Request { method, path, body, .. } = request;
        let mut text =
            format!("{method} /v1{path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Token {}\r\n", self.token);
        if let Some(body) = body {
            text += &format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        } else {
            text += "\r\n";
        }
        self.stream.write_all(text.as_bytes()).await?;
        self.stream.flush().await?;
        self.receive(*method == "HEAD").await
    }

    async fn receive(&mut self, head_only: bool) -> anyhow::Result<Answer> {
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).context("a status line")?.parse()?;
        let length = if head_only || matches!(status, 204 | 304) { 0 } else { content_length(text)? };
        while self.buffer.len() < head + length {
            self.more().await?;
        }
        let body = self.buffer[head..head + length].to_vec();
        self.buffer.drain(..head + length);
        Ok(Answer { status, body })
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the service closed the connection");
        Ok(())
    }
}

fn content_length(head: &str) -> anyhow::Result<usize> {
    for line in head.lines() {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            return Ok(value.trim().parse()?);
        }
    }
    bail!("expected a Content-Length in\n{head}")
}

/// So many connections for so long; `next` makes the nth request of a connection.
pub(crate) async fn run(
    target: &Target,
    connections: usize,
    duration: Duration,
    next: impl Fn(usize, u64) -> Request + Clone + Send + 'static,
) -> anyhow::Result<Outcome> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(target).await?);
    }
    let began = Instant::now();
    let tasks: Vec<_> = open
        .into_iter()
        .enumerate()
        .map(|(number, connection)| tokio::spawn(one(connection, number, began + duration, next.clone())))
        .collect();
    let mut outcome = Outcome::default();
    for task in tasks {
        outcome.add(task.await??);
    }
    outcome.duration = began.elapsed();
    Ok(outcome)
}

async fn one(
    mut connection: Connection,
    number: usize,
    until: Instant,
    next: impl Fn(usize, u64) -> Request,
) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut count = 0;
    loop {
        let began = Instant::now();
        if began >= until {
            return Ok(outcome);
        }
        let request = next(number, count);
        count += 1;
        let answer = connection.send(&request).await?;
        outcome.latencies.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
        outcome.unexpected += u64::from(answer.status / 100 != request.expected / 100);
    }
}
