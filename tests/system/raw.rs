//! HTTP/1.1 over a TLS socket of our own, for what no client library lets one do: to hold back the
//! last byte of several requests and release them together, to send two requests and read neither,
//! to be cut off in the middle and know it.
//!
//! Connections are kept from one request to the next, so a race of many rounds pays for its
//! handshakes once.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::exchange::Exchange;
use crate::harness::{PATIENCE, PREFIX, Service};

/// A TLS connection with nothing between it and the test.
pub(crate) struct Connection {
    stream: TlsStream<TcpStream>,
    unread: Vec<u8>,
    token: String,
}

/// A request as the bytes that go over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    head: String,
    content: Vec<u8>,
}

impl Request {
    /// A request without content.
    pub(crate) fn new(method: &str, path: &str) -> Request {
        Request { head: format!("{method} {PREFIX}{path} HTTP/1.1\r\nHost: localhost\r\n"), content: Vec::new() }
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Request {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn json(mut self, body: &Value) -> Request {
        self.content = body.to_string().into_bytes();
        let length = self.content.len().to_string();
        self.field("Content-Type", "application/json").field("Content-Length", &length)
    }

    /// Any bytes, whether they are a request or not; only their beginning is kept, for the report.
    fn verbatim(bytes: &[u8]) -> Request {
        Request { head: String::from_utf8_lossy(&bytes[..bytes.len().min(1000)]).into_owned(), content: Vec::new() }
    }

    fn describe(&self) -> String {
        format!("{}\n{}", self.head, String::from_utf8_lossy(&self.content))
    }

    fn bytes(&self, token: &str) -> Vec<u8> {
        let head = format!("{}Authorization: Token {token}\r\n\r\n", self.head);
        [head.as_bytes(), &self.content].concat()
    }
}

impl Connection {
    /// Connects, and trusts the certificate of the service and no other.
    pub(crate) async fn open(service: &Service) -> Connection {
        Connection::open_for(service, &[]).await
    }

    /// The same, for these protocols and no others (ALPN).
    pub(crate) async fn open_for(service: &Service, protocols: &[&str]) -> Connection {
        let certificate = CertificateDer::from_pem_file(service.home().certificate()).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(certificate).expect("a certificate that can be trusted");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("protocol versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let name = ServerName::try_from("localhost").expect("a name");
        let stream = TcpStream::connect(service.address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket that takes options");
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a TLS connection");
        Connection { stream, unread: Vec::new(), token: service.token.clone() }
    }

    /// The same connection, with another token from now on.
    pub(crate) fn with_token(mut self, token: &str) -> Connection {
        self.token = token.to_owned();
        self
    }

    /// Several of them.
    pub(crate) async fn open_many(service: &Service, count: usize) -> Vec<Connection> {
        let mut connections = Vec::new();
        for _ in 0..count {
            connections.push(Connection::open(service).await);
        }
        connections
    }

    /// Sends a request and reads the answer, which has to come.
    pub(crate) async fn send(&mut self, request: &Request) -> Exchange {
        self.try_send(request)
            .await
            .unwrap_or_else(|error| panic!("expected an answer ({error}) to\n{}", request.describe()))
    }

    /// The same; an error where the connection breaks before the whole answer has come.
    pub(crate) async fn try_send(&mut self, request: &Request) -> io::Result<Exchange> {
        self.write(&request.bytes(&self.token)).await?;
        Ok(self.read(request).await?.checked())
    }

    /// Sends any bytes and reads the answer, which has to come.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) -> Exchange {
        let request = Request::verbatim(bytes);
        // A refusal may come before all has been sent; then the rest cannot be, and the answer counts.
        self.write(bytes).await.ok();
        let exchange = self.read(&request).await;
        exchange.unwrap_or_else(|error| panic!("expected an answer ({error}) to\n{}", request.describe()))
    }

    /// All of a request but its last byte; what is left is returned.
    pub(crate) async fn hold_back(&mut self, request: &Request) -> io::Result<u8> {
        let mut bytes = request.bytes(&self.token);
        // A request ends with its head's empty line at least.
        let last = bytes.pop().expect("a request that is not empty");
        self.write(&bytes).await?;
        Ok(last)
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Reads the answer to a request that has been written.
    pub(crate) async fn read(&mut self, request: &Request) -> io::Result<Exchange> {
        timeout(PATIENCE, self.read_answer(request)).await.map_err(io::Error::other)?
    }

    /// As many bytes as that.
    pub(crate) async fn read_bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.unread.len() < count {
            self.read_more().await?;
        }
        Ok(self.unread.drain(..count).collect())
    }

    /// What still comes before the other side ends the connection, which it has to.
    pub(crate) async fn read_to_end(&mut self) -> Vec<u8> {
        let ended = timeout(PATIENCE, async { while self.read_more().await.is_ok() {} }).await;
        assert!(ended.is_ok(), "expected the connection to be ended after {:?}", String::from_utf8_lossy(&self.unread));
        std::mem::take(&mut self.unread)
    }

    async fn read_answer(&mut self, request: &Request) -> io::Result<Exchange> {
        let end = loop {
            match self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end,
                None => self.read_more().await?,
            }
        };
        let head: Vec<u8> = self.unread.drain(..end + 4).collect();
        let mut exchange = Exchange::parse_head(request.describe(), &String::from_utf8_lossy(&head))
            .ok_or_else(|| io::Error::other("no HTTP"))?;
        let length = match exchange.find("Content-Length") {
            Some(length) if !request.head.starts_with("HEAD") => length.parse().map_err(io::Error::other)?,
            Some(_) | None => 0,
        };
        if exchange.find("Transfer-Encoding").is_some() {
            return Err(io::Error::other("chunks, which this reader does not read"));
        }
        while self.unread.len() < length {
            self.read_more().await?;
        }
        exchange.content = self.unread.drain(..length).collect();
        Ok(exchange)
    }

    /// Waits for more bytes; what came is kept, also when the waiting is given up.
    pub(crate) async fn read_more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.unread).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Sends one request on each connection so that they overlap: all but the last byte of each first,
/// then, when every one of them has got that far, the last bytes together.
pub(crate) async fn send_together(connections: &mut [Connection], requests: &[Request]) -> Vec<Exchange> {
    assert_eq!(connections.len(), requests.len(), "one request a connection");
    let gate = Arc::new(Barrier::new(requests.len()));
    let mut tasks = Vec::new();
    for (connection, request) in connections.iter_mut().zip(requests) {
        let gate = gate.clone();
        tasks.push(async move {
            let last = connection.hold_back(request).await.expect("a connection that can be written to");
            gate.wait().await;
            connection.write(&[last]).await.expect("a connection that can be written to");
            connection.read(request).await.expect("an answer").checked()
        });
    }
    futures_util::future::join_all(tasks).await
}
