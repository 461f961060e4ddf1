//! Servers within this process, each on a thread of its own with one worker, so that it has a core and the load the other.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use anyhow::Context as _;
use axum::Router;
use methodical_server::{Limits, Listening, RateLimit};
use rcgen::generate_simple_self_signed;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use stacklets_service::access;
use stacklets_service::store::{Database, Place};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::load::Target;

/// A certificate for `localhost`, and those who trust it.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) server: Arc<ServerConfig>,
    pub(crate) client: Arc<ClientConfig>,
    pub(crate) pem: String,
}

impl Tls {
    pub(crate) fn new() -> anyhow::Result<Tls> {
        let made = generate_simple_self_signed(vec!["localhost".to_owned()])?;
        let certificate = CertificateDer::from(made.cert.der().to_vec());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let server = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.clone()], key)?;
        let client = trusting(vec![certificate])?;
        Ok(Tls { server: Arc::new(server), client, pem: made.cert.pem() })
    }
}

/// A client that trusts these certificates and speaks HTTP/1.1.
pub(crate) fn trusting(certificates: Vec<CertificateDer<'static>>) -> anyhow::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate)?;
    }
    let mut client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    client.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(client))
}

/// The limits of a measured service: no caller is refused.
pub(crate) fn limits() -> Limits {
    let rate = RateLimit { limit: u32::MAX, ..RateLimit::default() };
    Limits { rate, ..Limits::default() }
}

/// A server that is stopped when this is dropped.
pub(crate) struct Local {
    pub(crate) target: Target,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Local {
    /// Serves a router, on a thread of this name: by it a profiler tells two servers apart.
    pub(crate) async fn serve(name: &str, router: Router, tls: &Tls, token: &str) -> anyhow::Result<Local> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (stop, stopped) = oneshot::channel();
        let server = Arc::clone(&tls.server);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener that was just bound");
                let stopped = async {
                    let _ = stopped.await;
                };
                let served = methodical_server::serve(router, server, listener, Listening::default(), stopped).await;
                if let Err(error) = served {
                    eprintln!("a measured server ended: {error}");
                }
            });
        })?;
        let target = Target { port, token: token.to_owned(), tls: Arc::clone(&tls.client) };
        Ok(Local { target, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The embedded store in a folder, with an account and its token.
pub(crate) async fn embedded(folder: &Path) -> anyhow::Result<(Database, String)> {
    let store = Database::connect(&Place::Folder(folder.to_owned())).await.context("the embedded store")?;
    let token = token(&store).await?;
    Ok((store, token))
}

/// A token of the account that is measured.
pub(crate) async fn token(store: &Database) -> anyhow::Result<String> {
    let token = access::create_token(store, access::DEFAULT_ACCOUNT).await?;
    Ok(token.reveal().to_owned())
}
