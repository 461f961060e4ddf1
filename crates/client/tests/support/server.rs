//! A server in this process that answers each request as the test says, over plain loopback or TLS.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What the server saw of a request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// What it does about it.
pub(crate) enum Reply {
    /// Answers: status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Closes the connection.
    Drop,
    /// Says nothing for a long time.
    Hang,
}

/// An answer without headers of note.
pub(crate) fn answer(status: u16, body: &str) -> Reply {
    Reply::Answer(status, Vec::new(), body.to_owned())
}

/// An answer with one header.
pub(crate) fn answer_with(status: u16, name: &'static str, value: &str, body: &str) -> Reply {
    Reply::Answer(status, vec![(name, value.to_owned())], body.to_owned())
}

type Script = dyn Fn(usize, &Seen) -> Reply + Send + Sync;

/// A running server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers by the script, which is given the number of the request (from 0) and the request.
    pub(crate) async fn start(script: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Server {
        Server::start_on(None, script).await
    }

    pub(crate) async fn start_on(
        tls: Option<TlsAcceptor>,
        script: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        tokio::spawn(accept(listener, tls, Arc::new(script), seen.clone()));
        Server { address, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic in the server").clone()
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, script: Arc<Script>, seen: Arc<Mutex<Vec<Seen>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, script, seen) = (tls.clone(), script.clone(), seen.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| reply(request, script.clone(), seen.clone()));
            let builder = Builder::new(TokioExecutor::new());
            match tls {
                None => drop(builder.serve_connection(TokioIo::new(stream), service).await),
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        drop(builder.serve_connection(TokioIo::new(stream), service).await);
                    }
                }
            }
        });
    }
}

async fn reply(
    request: Request<Incoming>,
    script: Arc<Script>,
    seen: Arc<Mutex<Vec<Seen>>>,
) -> Result<Response<Full<Bytes>>, io::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let target = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let body = String::from_utf8_lossy(&body).into_owned();
    let this = Seen { method: parts.method.to_string(), target, headers: parts.headers, body };
    let number = {
        let mut seen = seen.lock().map_err(|_| io::Error::other("poisoned"))?;
        seen.push(this.clone());
        seen.len() - 1
    };
    match script(number, &this) {
        Reply::Drop => Err(io::Error::other("told to")),
        Reply::Hang => std::future::pending::<Result<_, Infallible>>().await.map_err(io::Error::other),
        Reply::Answer(status, headers, body) => {
            let mut response = Response::builder().status(status).header("x-request-id", format!("r{number}"));
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Full::from(body)).map_err(io::Error::other)
        }
    }
}
