//! Over sockets: TLS, both versions of HTTP, what HEAD really sends, and how a listener ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use methodical_server::{Listening, serve, serve_plaintext_refusal};
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::Fixture;

struct Running {
    address: SocketAddr,
    client: Arc<ClientConfig>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

async fn start(listening: Listening) -> Running {
    start_with(Fixture::new().router, listening).await
}

async fn start_with(router: axum::Router, listening: Listening) -> Running {
    let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key)
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.cert.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(serve(router, Arc::new(server), listener, listening, async {
        let _ = stopped.await;
    }));
    Running { address, client: Arc::new(client), stop, task }
}

impl Running {
    async fn connect(&self, protocols: &[&[u8]]) -> TlsStream<TcpStream> {
        let mut client = ClientConfig::clone(&self.client);
        client.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let stream = TcpStream::connect(self.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(client)).connect(name, stream).await.unwrap()
    }

    /// The raw answer to a raw request on a connection that is then closed.
    async fn raw(&self, request: &str) -> String {
        let mut stream = self.connect(&[b"http/1.1"]).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }
}

fn http1(line: &str, rest: &str) -> String {
    format!("{line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Token good\r\nconnection: close\r\n{rest}")
}

// Shows: HEAD-LENGTH-TRUE
#[tokio::test]
async fn http1_over_tls_and_lengths_that_are_true() {
    let running = start(Listening::default()).await;
    let body = "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let put = running.raw(&http1("PUT /v1/tags/a", body)).await;
    assert!(put.starts_with("HTTP/1.1 201 "), "{put}");
    assert!(put.contains("strict-transport-security: max-age="), "{put}");
    let get = running.raw(&http1("GET /v1/tags/a", "\r\n")).await;
    assert!(get.contains("content-length: 24\r\n"), "{get}");
    let tag = get.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();

    let unchanged = format!("if-none-match: {tag}\r\n\r\n");
    for (line, rest, status) in [
        ("HEAD /v1/tags/a", "\r\n", 200),
        ("GET /v1/tags/a", unchanged.as_str(), 304),
        ("DELETE /v1/tags/a", "\r\n", 204),
        ("OPTIONS /v1/tags/a", "\r\n", 204),
        ("OPTIONS *", "\r\n", 204),
    ] {
        let answer = running.raw(&http1(line, rest)).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "no content: {answer}");
        assert!(!answer.contains("content-length") && !answer.contains("transfer-encoding"), "{answer}");
    }
    let absent = running.raw(&http1("HEAD /v1/tags/a", "\r\n")).await;
    assert!(absent.starts_with("HTTP/1.1 404 ") && absent.ends_with("\r\n\r\n"), "{absent}");
}

/// RFC 9112, section 3.2; an empty one is no host of an `https` URI (RFC 9110, section 4.2.2).
#[tokio::test]
async fn http1_names_its_host_once() {
    let running = start(Listening::default()).await;
    let ask =
        |host: &str| format!("GET /v1/tags HTTP/1.1\r\n{host}authorization: Token good\r\nconnection: close\r\n\r\n");
    for (host, status) in [("", 400), ("host: a\r\nhost: b\r\n", 400), ("host: a\r\n", 200), ("host:\r\n", 400)] {
        let answer = running.raw(&ask(host)).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{host:?}: {answer}");
        assert!(answer.contains("x-request-id: ") && answer.contains("ratelimit-remaining: "), "{answer}");
    }
    let old = running.raw("GET /v1/tags HTTP/1.0\r\nauthorization: Token good\r\n\r\n").await;
    assert!(old.starts_with("HTTP/1.0 200 "), "{old}");
}

// Shows: HEAD-LENGTH-TRUE
#[tokio::test]
async fn a_connection_is_kept_after_answers_without_content() {
    let running = start(Listening::default()).await;
    let kept = |line: &str| http1(line, "\r\n").replace("connection: close\r\n", "");
    let all = [
        kept("HEAD /v1/tags"),
        kept("DELETE /v1/tags/none"),
        kept("OPTIONS /v1/tags"),
        kept("HEAD /v1/tags/none"),
        http1("GET /v1/tags", "\r\n"),
    ];
    let answers = running.raw(&all.concat()).await;
    let statuses: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "404", "204", "404", "200"], "{answers}");
    assert!(answers.ends_with("{\"tags\":[],\"total\":0}"), "{answers}");
    assert!(!answers.contains("transfer-encoding"), "{answers}");
}

/// What hyper cannot read as a request, it answers by itself; on a new connection and on one that has served before.
#[tokio::test]
async fn what_is_no_request_gets_a_problem_and_an_id() {
    let running = start(Listening::default()).await;
    let flood = format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(200));
    let large = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(1_000_000));
    let good = http1("GET /v1/tags", "\r\n").replace("connection: close\r\n", "");
    for (request, status) in [
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nho st: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", 400),
        (flood.as_str(), 431),
        (large.as_str(), 431),
    ] {
        for before in ["", good.as_str()] {
            let mut stream = running.connect(&[b"http/1.1"]).await;
            let mut answer = vec![0; 4096];
            if !before.is_empty() {
                stream.write_all(before.as_bytes()).await.unwrap();
                let length = stream.read(&mut answer).await.unwrap();
                assert!(answer[..length].starts_with(b"HTTP/1.1 200 "), "{}", answer[..length].escape_ascii());
            }
            let _ = stream.write_all(request.as_bytes()).await;
            answer.clear();
            let _ = stream.read_to_end(&mut answer).await;
            let answer = String::from_utf8(answer).unwrap();
            let shown = &request[..request.len().min(40)];
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{shown:?} after {before:?}: {answer}");
            let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("a request id");
            assert!(answer.ends_with('}') && answer.matches(id).count() == 2, "{answer}");
        }
    }
}

#[tokio::test]
async fn who_stops_reading_is_let_go() {
    let running = start(Listening { stalled: Duration::from_millis(200), ..Listening::default() }).await;
    let mut stream = running.connect(&[b"http/1.1"]).await;
    let many = http1("GET /v1/tags", "\r\n").replace("connection: close\r\n", "").repeat(1000);
    let began = std::time::Instant::now();
    // Requests without end, and no answer is read: the buffers fill, and then the connection ends.
    while stream.write_all(many.as_bytes()).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(30), "nobody ended it");
    }
}

#[tokio::test]
async fn http2_is_agreed_on() {
    let running = start(Listening::default()).await;
    let stream = running.connect(&[b"h2", b"http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    tokio::spawn(connection);
    let request = |method: &str| {
        let request = http::Request::builder().method(method).uri("https://localhost/v1/tags");
        request.header("authorization", "Token good").body(axum::body::Body::empty()).unwrap()
    };
    let get = sender.send_request(request("GET")).await.unwrap();
    assert_eq!((get.status().as_u16(), get.headers()["content-length"].to_str().unwrap()), (200, "21"));
    let head = sender.send_request(request("HEAD")).await.unwrap();
    assert_eq!(head.status().as_u16(), 200);
    assert!(!head.headers().contains_key("content-length"));
}

#[tokio::test]
async fn a_shutdown_lets_requests_finish_and_ends() {
    let running = start(Listening { shutdown: Duration::from_secs(5), ..Listening::default() }).await;
    let mut open = running.connect(&[b"http/1.1"]).await;
    let head = http1("PUT /v1/tags/a", "content-type: application/json\r\ncontent-length: 2\r\n\r\n");
    open.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(running.address).await.is_err(), "nobody listens any more");
    open.write_all(b"{}").await.unwrap();
    let mut answer = Vec::new();
    let _ = open.read_to_end(&mut answer).await;
    assert!(answer.starts_with(b"HTTP/1.1 201 "), "{}", answer.escape_ascii());
    running.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let running = start(Listening { shutdown: Duration::from_millis(50), ..Listening::default() }).await;
    let mut open = running.connect(&[b"http/1.1"]).await;
    open.write_all(b"GET /v1/tags HTTP/1.1\r\nhost:").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    running.stop.send(()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), running.task).await;
    ended.expect("the shutdown ended").unwrap().unwrap();
}

// Shows: HTTPS-ONLY
#[tokio::test]
async fn plaintext_gets_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(serve_plaintext_refusal(listener, Listening::default(), async {
        let _ = stopped.await;
    }));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = http1("PUT /v1/tags/a", "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.contains("application/problem+json") && !answer.contains("strict-transport"), "{answer}");
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("a request id");
    assert!(answer.ends_with('}') && answer.matches(id).count() == 2, "{answer}");
    stop.send(()).unwrap();
    task.await.unwrap().unwrap();

    let running = start(Listening::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/"), "{}", answer.escape_ascii());
}

/// What a router's listeners answer.
pub(crate) struct Heard {
    /// To a GET over TLS.
    pub(crate) tls: String,
    /// To a PUT in plaintext on the port of TLS.
    pub(crate) plaintext_at_tls: String,
    /// To the same on the port for plaintext.
    pub(crate) plaintext: String,
}

/// Sends `put` in plaintext to both ports, and `get` over TLS.
pub(crate) async fn over_tls_and_in_plaintext(router: axum::Router, put: &str, get: &str) -> Heard {
    let running = start_with(router, Listening::default()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve_plaintext_refusal(listener, Listening::default(), std::future::pending()));
    let put = http1(put, "content-type: application/json\r\ncontent-length: 12\r\n\r\n{\"note\":\"a\"}");
    let mut plaintext = Vec::new();
    for address in [running.address, address] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(put.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        plaintext.push(String::from_utf8_lossy(&answer).into_owned());
    }
    let tls = running.raw(&http1(get, "\r\n")).await;
    Heard { tls, plaintext: plaintext.remove(1), plaintext_at_tls: plaintext.remove(0) }
}
