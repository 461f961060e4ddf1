//! On the network: a TLS accept loop of our own, since what matters here (the handshake's limit of time, how many connections,
//! a shutdown that ends) stands outside of a request and so outside of axum. Without TLS nothing is served.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::TryFutureExt as _;
use http::header::CACHE_CONTROL;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::failure::Failure;
use crate::peer::{Peer, Secure};
use crate::pipeline::{REQUEST_ID, new_request_id};
use crate::stream::{Answering, AtWork, Watched};

/// How a listener treats connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long the head of a request may take, and how long an idle HTTP/1 connection is kept, from its beginning on.
    pub head: Duration,
    /// How long the other side may read nothing of an answer before its connection is closed.
    pub stalled: Duration,
    /// How many connections there are at most; further ones wait to be accepted.
    pub connections: usize,
    /// How many requests one HTTP/2 connection may have open.
    pub streams: u32,
    /// How many bytes the head of a request may have; more is 431.
    pub head_bytes: usize,
    /// How long connections may take to finish after the shutdown began.
    pub shutdown: Duration,
}

impl Default for Listening {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            stalled: Duration::from_secs(30),
            connections: 10_000,
            streams: 100,
            head_bytes: 64 * 1024,
            shutdown: Duration::from_secs(10),
        }
    }
}

/// Serves a router over TLS until `shutdown` completes, and then lets open requests finish for [`Listening::shutdown`]. HTTP/1.1
/// and HTTP/2 are offered by ALPN unless `tls` names protocols itself.
///
/// # Errors
/// When the socket cannot be listened on any more.
pub async fn serve(
    router: Router,
    tls: Arc<ServerConfig>,
    listener: TcpListener,
    listening: Listening,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let acceptor = TlsAcceptor::from(with_protocols(tls));
    let builder = connection_builder(&listening);
    let (handshake, head, stalled) = (listening.handshake, listening.head, listening.stalled);
    accept(listener, &listening, shutdown, move |stream, peer, open| {
        let (acceptor, builder, router) = (acceptor.clone(), builder.clone(), router.clone());
        async move {
            match timeout(handshake, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => {
                    let at_work = AtWork::default();
                    let stream = Watched::new(stream, at_work.clone(), head, stalled);
                    answer(builder, stream, at_work, peer, router, open).await;
                }
                Ok(Err(error)) => tracing::debug!(%peer, %error, "the TLS handshake failed"),
                Err(_) => tracing::debug!(%peer, "the TLS handshake took too long"),
            }
        }
    })
    .await
}

/// Answers every plaintext request with a 403 problem: there is no handler behind it (HTTPS-ONLY). No redirect, which would teach
/// clients to send their credentials in the clear first.
///
/// # Errors
/// When the socket cannot be listened on any more.
pub async fn serve_plaintext_refusal(
    listener: TcpListener,
    listening: Listening,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let builder = connection_builder(&listening);
    let (head, stalled) = (listening.head, listening.stalled);
    accept(listener, &listening, shutdown, move |stream, peer, open| {
        let builder = builder.clone();
        async move {
            let at_work = AtWork::default();
            let stream = Watched::new(stream, at_work.clone(), head, stalled);
            let service = service_fn(move |_: Request<Incoming>| {
                let open = at_work.open();
                std::future::ready(Ok::<_, Infallible>(refusal().map(|body| Answering { body, _open: open })))
            });
            let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
            ended(open.watcher.watch(connection).await, peer);
        }
    })
    .await
}

fn refusal() -> Response<Body> {
    let failure = Failure::new(403, "This service is offered over HTTPS only; nothing was read or changed.");
    let request_id = new_request_id();
    tracing::info!(request_id, status = 403, "refused a request in plaintext");
    let mut finished = failure.finish(None, &request_id, "");
    finished.insert(REQUEST_ID, &request_id);
    finished.insert(CACHE_CONTROL, "no-store");
    finished.into_response()
}

fn with_protocols(tls: Arc<ServerConfig>) -> Arc<ServerConfig> {
    if !tls.alpn_protocols.is_empty() {
        return tls;
    }
    let mut tls = ServerConfig::clone(&tls);
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(tls)
}

fn connection_builder(listening: &Listening) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // hyper refuses a buffer below 8 KiB with a panic.
    let head_bytes = listening.head_bytes.max(8 * 1024);
    builder.http1().timer(TokioTimer::new()).header_read_timeout(listening.head).max_buf_size(head_bytes);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(listening.streams)
        .max_header_list_size(u32::try_from(head_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(listening.head)
        .keep_alive_timeout(listening.head);
    builder
}

/// What a connection holds while it is open: its place among the connections, and a share in the shutdown.
struct Open {
    watcher: Watcher,
    _place: OwnedSemaphorePermit,
}

async fn accept<F, C>(
    listener: TcpListener,
    listening: &Listening,
    shutdown: impl Future<Output = ()> + Send,
    connection: F,
) -> io::Result<()>
where
    F: Fn(TcpStream, SocketAddr, Open) -> C,
    C: Future<Output = ()> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(listening.connections.min(Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((listener.accept().await, place))
        };
        let (accepted, place) = tokio::select! {
            () = &mut shutdown => break,
            next = next => next?,
        };
        match accepted {
            Ok((stream, peer)) => {
                let open = Open { watcher: graceful.watcher(), _place: place };
                // Small answers are not to wait for more; without it they only come later.
                let _ = stream.set_nodelay(true);
                tokio::spawn(connection(stream, peer, open));
            }
            Err(error) => pause_after(error).await?,
        }
    }
    drop(listener);
    if timeout(listening.shutdown, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were still open when the time for the shutdown was over");
    }
    Ok(())
}

/// A connection that broke before it was accepted is nobody's fault; a lack of file descriptors passes.
async fn pause_after(error: io::Error) -> io::Result<()> {
    use io::ErrorKind::*;
    let kind = error.kind();
    if matches!(kind, ConnectionRefused | ConnectionAborted | ConnectionReset | Interrupted) {
        return Ok(());
    }
    if matches!(kind, InvalidInput | NotConnected | Unsupported) {
        return Err(error);
    }
    tracing::error!(%error, "a connection could not be accepted");
    sleep(Duration::from_secs(1)).await;
    Ok(())
}

async fn answer<IO>(
    builder: auto::Builder<TokioExecutor>,
    stream: IO,
    at_work: AtWork,
    peer: SocketAddr,
    router: Router,
    open: Open,
) where
    IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(Secure);
        let open = at_work.open();
        let response = router.clone().oneshot(request);
        response.map_ok(|response| response.map(|body| Answering { body, _open: open }))
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    ended(open.watcher.watch(connection).await, peer);
}

fn ended(result: Result<(), Box<dyn std::error::Error + Send + Sync>>, peer: SocketAddr) {
    if let Err(error) = result {
        tracing::debug!(%peer, %error, "a connection broke");
    }
}
