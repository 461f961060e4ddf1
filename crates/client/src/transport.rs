//! One attempt: a request goes out, and an answer comes back or does not. What matters about a failure is whether the
//! request may have reached the server, and that is decided here, once.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, header};
use methodical_wire::Blob;
use url::Url;

use crate::body::{incoming, outgoing};

/// A request in the form in which every attempt sends it.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Blob>,
}

impl Prepared {
    /// Whether a further attempt could send the same.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.body.as_ref().is_none_or(Blob::is_repeatable)
    }
}

/// How an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// All of it, before anything is said of it.
    Whole,
    /// As it comes, which may take as long as it likes.
    Events,
    /// As it comes, if it does.
    Pieces,
}

/// An answer as it came.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Blob,
    /// The URL that answered.
    pub(crate) url: Url,
}

/// No answer came.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct TransportError {
    kind: TransportErrorKind,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: the name is unknown, the port is closed.
    #[error("no connection could be made")]
    Connect,
    /// No connection: TLS refuses it, most often for a certificate that is not trusted. The source says why.
    #[error("no connection could be made: TLS refuses it")]
    Tls,
    /// The time for it ran out.
    #[error("no answer came in time")]
    Timeout,
    /// The connection broke off.
    #[error("the connection broke off")]
    Interrupted,
    /// The body is larger than the client reads.
    #[error("the body of the answer is larger than allowed")]
    TooLarge,
    /// A gateway answered in the server's place.
    #[error("a gateway answered {0} in the server's place")]
    Gateway(u16),
}

impl TransportError {
    pub(crate) fn new(kind: TransportErrorKind) -> TransportError {
        TransportError { kind, source: None }
    }

    /// Why no answer came.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the request certainly never reached the server.
    pub(crate) fn is_unsent(&self) -> bool {
        match self.kind {
            TransportErrorKind::Connect | TransportErrorKind::Tls => true,
            TransportErrorKind::Timeout
            | TransportErrorKind::Interrupted
            | TransportErrorKind::TooLarge
            | TransportErrorKind::Gateway(_) => false,
        }
    }

    /// Whether another attempt could do better.
    pub(crate) fn is_passing(&self) -> bool {
        match self.kind {
            TransportErrorKind::TooLarge | TransportErrorKind::Tls => false,
            TransportErrorKind::Connect
            | TransportErrorKind::Timeout
            | TransportErrorKind::Interrupted
            | TransportErrorKind::Gateway(_) => true,
        }
    }
}

/// The URL goes: its query may hold credentials and personal data, and errors end up in logs.
impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> TransportError {
        if let Some(tls) = tls_error(&error).filter(|_| error.is_connect()) {
            return TransportError { kind: TransportErrorKind::Tls, source: Some(Box::new(tls)) };
        }
        let kind = match () {
            () if error.is_connect() => TransportErrorKind::Connect,
            () if error.is_timeout() => TransportErrorKind::Timeout,
            () => TransportErrorKind::Interrupted,
        };
        TransportError { kind, source: Some(Box::new(error.without_url())) }
    }
}

/// What TLS says, if it is at the bottom of an error. An I/O error does not name what it holds as its source.
fn tls_error(error: &(dyn Error + 'static)) -> Option<rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(tls.clone());
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    None
}

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// What an attempt needs to know beside the request.
pub(crate) struct Terms<D, R> {
    /// Whether a status is declared, and so no redirect to be followed.
    pub(crate) declared: D,
    /// How an answer of this status and with these header fields is read.
    pub(crate) reading: R,
    /// How large an answer may be that is read at once.
    pub(crate) limit: usize,
    /// How long it may take, and how long one piece to the next.
    pub(crate) timeout: Duration,
}

/// Sends the request once and reads the answer within the time for it: the whole, or its head if it is one that is read as it
/// comes.
pub(crate) async fn attempt<D, R>(
    http: &reqwest::Client,
    prepared: &Prepared,
    terms: &Terms<D, R>,
) -> Result<Received, TransportError>
where
    D: Fn(u16) -> bool,
    R: Fn(u16, &HeaderMap) -> Reading,
{
    let timeout = terms.timeout;
    let exchange = follow(http, prepared, terms);
    let timed = tokio::time::timeout(timeout, exchange).await;
    timed.unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::Timeout)))
}

/// Redirects are followed by reads only (to follow one with another method could change what is asked for), and only
/// within the origin, so that credentials go nowhere else and nothing falls back to plain text. Any other is an answer.
async fn follow<D, R>(
    http: &reqwest::Client,
    prepared: &Prepared,
    terms: &Terms<D, R>,
) -> Result<Received, TransportError>
where
    D: Fn(u16) -> bool,
    R: Fn(u16, &HeaderMap) -> Reading,
{
    let mut url = prepared.url.clone();
    let reads = matches!(prepared.method, Method::GET | Method::HEAD);
    for _ in 0..REDIRECTS {
        let received = send(http, prepared, url.clone(), terms).await?;
        match redirect(&received).filter(|_| reads && !(terms.declared)(received.status)) {
            Some(target) => url = target,
            None => return Ok(received),
        }
    }
    send(http, prepared, url, terms).await
}

/// Where an answer sends us, if that is within its own origin.
fn redirect(received: &Received) -> Option<Url> {
    let redirects = matches!(received.status, 301 | 302 | 303 | 307 | 308);
    let location = received.headers.get(header::LOCATION).filter(|_| redirects)?.to_str().ok()?;
    let target = received.url.join(location).ok()?;
    (target.origin() == received.url.origin()).then_some(target)
}

async fn send<D, R>(
    http: &reqwest::Client,
    prepared: &Prepared,
    url: Url,
    terms: &Terms<D, R>,
) -> Result<Received, TransportError>
where
    R: Fn(u16, &HeaderMap) -> Reading,
{
    let mut request = reqwest::Request::new(prepared.method.clone(), url.clone());
    *request.headers_mut() = prepared.headers.clone();
    *request.body_mut() = prepared.body.clone().map(outgoing);
    // RFC 9110, section 8.6: a method that expects a body says that there is none.
    if prepared.body.is_none() && matches!(prepared.method, Method::POST | Method::PUT | Method::PATCH) {
        request.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let mut response = http.execute(request).await?;
    let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
    let body = match (terms.reading)(status, &headers) {
        Reading::Whole => read_body(&mut response, terms.limit).await?.into(),
        Reading::Events => incoming(response.into(), None, terms.limit),
        Reading::Pieces => incoming(response.into(), Some(terms.timeout), terms.limit),
    };
    Ok(Received { status, headers, body, url })
}

/// A body that comes in one piece, as most do, is not copied.
async fn read_body(response: &mut reqwest::Response, limit: usize) -> Result<Bytes, TransportError> {
    let fits = |length: usize| {
        if length > limit { Err(TransportError::new(TransportErrorKind::TooLarge)) } else { Ok(()) }
    };
    let first = response.chunk().await?.unwrap_or_default();
    fits(first.len())?;
    let Some(second) = response.chunk().await? else {
        return Ok(first);
    };
    let mut body = BytesMut::from(first);
    let mut next = Some(second);
    while let Some(chunk) = next {
        fits(body.len() + chunk.len())?;
        body.extend_from_slice(&chunk);
        next = response.chunk().await?;
    }
    Ok(body.freeze())
}
