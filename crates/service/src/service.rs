//! The service, put together: store, certificate, listeners, and an orderly end.
//!
//! Everything that can be wrong is found before the first request is taken, and said.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use methodical_server::{Limits, Listening, RateLimit};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::admin::AdminSocket;
use crate::api::Stacklets;
use crate::certificate::{self, CertificateError, ServingCertificate};
use crate::config::Config;
use crate::files;
use crate::metrics::Metrics;
use crate::observe::{self, Health};
use crate::reference;
use crate::store::{Database, OpenError};
use crate::tasks::{self, Tasks};
use crate::welcome::{self, WelcomeError};

const RATE_WINDOW: Duration = Duration::from_secs(60);

/// Why the service does not run.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The folder cannot be made.
    #[error("the data folder {} cannot be made (choose another by --data)", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The certificate cannot be served.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The first start failed.
    #[error(transparent)]
    Welcome(#[from] WelcomeError),
    /// Somebody else listens there.
    #[error(
        "port {} of {} is taken by another program: stop that one, or choose another port by --{option}",
        address.port(), address.ip()
    )]
    PortTaken {
        /// Where.
        address: SocketAddr,
        /// The option that says where.
        option: &'static str,
    },
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on (--{option})")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// The option that says where.
        option: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// Signals or sockets failed.
    #[error("the operating system refused what the service needs")]
    System(#[from] io::Error),
}

/// Serves until SIGINT or SIGTERM, and then until the requests in progress are answered or their
/// deadline has come.
pub async fn serve(config: &Config) -> Result<(), ServiceError> {
    let health = Arc::new(Health::default());
    let metrics = Arc::new(Metrics::default());
    let stop = stop_on_signal(Arc::clone(&health))?;
    let observed = observe(config.observe_listen, Arc::clone(&health), Arc::clone(&metrics)).await?;
    files::create_private_folder(&config.data)
        .map_err(|source| ServiceError::Folder { folder: config.data.clone(), source })?;
    let store = Database::connect(&config.store).await?;
    health.opened(store.clone());
    let certificate = certificate::load(&config.certificate, &config.data)?;
    let listener = listen(config.listen, "listen").await?;
    let plaintext = match config.plaintext_listen {
        Some(address) => Some(listen(address, "plaintext-listen").await?),
        None => None,
    };
    let admin = tokio::spawn(take_commands(config.data.clone(), store.clone()));
    let tasks = Tasks::new(config.task_duration, config.task_deadline);
    let worker = tokio::spawn(tasks::run(store.clone(), tasks.clone(), Arc::clone(&metrics)));
    announce(&listener, &certificate, &store, &config.data).await?;
    health.serves();
    let served = tokio::try_join!(
        serve_https(config, store, tasks, metrics, certificate, listener, stop.clone()),
        refuse_plaintext(config, plaintext, stop),
    );
    admin.abort();
    // What it was about to do is another instance's, or the next start's.
    worker.abort();
    // To the very end: that the service is stopping is told there too.
    if let Some(observed) = observed {
        observed.abort();
    }
    served?;
    tracing::info!("stopped");
    Ok(())
}

async fn serve_https(
    config: &Config,
    store: Database,
    tasks: Tasks,
    metrics: Arc<Metrics>,
    certificate: ServingCertificate,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let limits = Limits { rate: RateLimit { limit: config.rate_limit, window: RATE_WINDOW }, ..Limits::default() };
    let router = with_reference(operations(store, limits, tasks).observer(metrics));
    let listening = listening(config);
    methodical_server::serve(router, certificate.tls, listener, listening, stopped(stop)).await
}

/// All operations, over a store, and the page that describes them. What puts it on TLS is [`serve`].
pub fn router(store: Database, limits: Limits) -> Router {
    with_reference(operations(store, limits, Tasks::default()))
}

/// All operations, before they are put on a router.
pub(crate) fn operations(store: Database, limits: Limits, tasks: Tasks) -> methodical_server::Service<Stacklets> {
    let counter = store.rate_counter();
    let service = stacklets_server::service(Stacklets { tasks }, store).limits(limits);
    match counter {
        Some(counter) => service.rate_counter(counter),
        None => service,
    }
}

fn with_reference(operations: methodical_server::Service<Stacklets>) -> Router {
    reference::router().merge(operations.into_router())
}

/// Opens the operators' port, if there is to be one, and says where it is.
async fn observe(
    address: Option<SocketAddr>,
    health: Arc<Health>,
    metrics: Arc<Metrics>,
) -> Result<Option<JoinHandle<()>>, ServiceError> {
    let Some(address) = address else {
        return Ok(None);
    };
    let listener = listen(address, "observe-listen").await?;
    let text = format!("observing http://{}\n", listener.local_addr()?);
    // That nobody reads it is no reason not to serve.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(Some(tokio::spawn(async move {
        if let Err(error) = observe::serve(listener, health, metrics).await {
            tracing::error!(%error, "the port for operators is closed");
        }
    })))
}

async fn refuse_plaintext(
    config: &Config,
    listener: Option<TcpListener>,
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    match listener {
        Some(listener) => {
            let listening = listening(config);
            methodical_server::serve_plaintext_refusal(listener, listening, stopped(stop)).await
        }
        None => Ok(()),
    }
}

fn listening(config: &Config) -> Listening {
    Listening { shutdown: config.shutdown_deadline, ..Listening::default() }
}

async fn listen(address: SocketAddr, option: &'static str) -> Result<TcpListener, ServiceError> {
    TcpListener::bind(address).await.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            ServiceError::PortTaken { address, option }
        } else {
            ServiceError::Listen { address, option, source }
        }
    })
}

/// Without this socket the service does its work; only the commands about tokens need it.
async fn take_commands(data: PathBuf, store: Database) {
    match AdminSocket::bind(&data) {
        Ok(socket) => socket.serve(store).await,
        Err(error) => tracing::warn!(
            %error,
            "no admin socket: `stacklets token` works only while the service is stopped"
        ),
    }
}

/// Says where the service is and how to try it. The line with the address is for programs too: with
/// port 0, it is where the port is told.
async fn announce(
    listener: &TcpListener,
    certificate: &ServingCertificate,
    store: &Database,
    data: &Path,
) -> Result<(), ServiceError> {
    let address = listener.local_addr()?;
    let mut text = format!("serving https://{address}\n");
    if let Some(trust) = &certificate.trust {
        let token = welcome::development_token(store, data).await?;
        text += &format!("try: {}\n", welcome::curl_line(address, trust, token.as_deref()));
    }
    // That nobody reads it is no reason not to serve.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(())
}

/// Turns true once, at the first SIGINT or SIGTERM.
fn stop_on_signal(health: Arc<Health>) -> Result<watch::Receiver<bool>, ServiceError> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (told, stop) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping: no new connections, requests in progress are finished");
        health.stops();
        told.send_replace(true);
    });
    Ok(stop)
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that nobody can tell any more: then it is time as well.
    let _ = stop.wait_for(|stop| *stop).await;
}
