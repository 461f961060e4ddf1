//! A server that keeps what it is asked, and answers that there is nothing. Plain HTTP on loopback: who is at work here
//! are two clients, not TLS.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A request as the contract sees it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recorded {
    method: String,
    path: String,
    /// Names and values decoded, sorted: the order of parameters means nothing.
    query: Vec<(String, String)>,
    /// Those that the contract knows.
    headers: BTreeMap<String, String>,
    body: Option<Value>,
}

/// The headers of the contract. `accept` is how a client asks, and each asks in its way.
const HEADERS: [&str; 5] = ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"];

const ANSWER: &str = "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"nothing\"}";

/// A recorder that listens.
pub(super) struct Recorder {
    pub(super) address: SocketAddr,
    requests: Arc<Mutex<Vec<Recorded>>>,
}

impl Recorder {
    pub(super) async fn start() -> Recorder {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let requests: Arc<Mutex<Vec<Recorded>>> = Arc::default();
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let recorded = answer(stream).await.expect("a request of HTTP/1.1");
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
            }
        });
        Recorder { address, requests }
    }

    /// What was asked since the last time.
    pub(super) fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn answer(stream: TcpStream) -> std::io::Result<Recorded> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers = read_headers(&mut stream).await?;
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let (length, status) = (ANSWER.len(), "404 Not Found");
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let text = if method == "HEAD" { head } else { head + ANSWER };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let recorded = Recorded {
        method,
        path: path.to_owned(),
        query: pairs(query),
        headers: headers.into_iter().filter(|(name, _)| HEADERS.contains(&name.as_str())).collect(),
        body: (!body.is_empty()).then(|| serde_json::from_slice(&body).expect("a body of JSON")),
    };
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(recorded)
}

async fn read_headers(stream: &mut BufReader<TcpStream>) -> std::io::Result<BTreeMap<String, String>> {
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(headers) };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
}

/// What a query says: `+` and `%20` are both a space there.
fn pairs(query: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://localhost/?{query}")).expect("a query");
    let mut pairs: Vec<_> = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    pairs.sort();
    pairs
}
