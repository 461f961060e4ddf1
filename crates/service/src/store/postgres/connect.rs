//! Connections to the server: made with every statement prepared, kept in a pool, and given out
//! again as they are, because a [`Session`](super::session::Session) leaves none half-way.

use std::sync::Arc;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{self, BuildError, Metrics, Pool, RecycleError, RecycleResult};
use futures_util::future::{try_join, try_join3, try_join4, try_join5};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Error, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, Roots};
use super::sql;

/// How long somebody waits for a connection, be it for one that others have or for a new one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection with its statements.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) statements: Statements,
}

/// What [`sql`] says, as the server knows it.
pub(super) struct Statements {
    pub(super) lock: Statement,
    pub(super) lock_at_once: Statement,
    pub(super) get: Statement,
    pub(super) scan: Statement,
    pub(super) count: Statement,
    pub(super) put: Statement,
    pub(super) remove: Statement,
    pub(super) next_number: Statement,
    pub(super) transaction: Statement,
    pub(super) take: Statement,
    pub(super) sweep: Statement,
}

/// Makes connections.
pub(super) struct Manager {
    connector: Connector,
}

/// How the server is reached.
#[derive(Clone)]
pub(super) struct Connector {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
}

/// Certificates that were asked for and cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum RootsError {
    #[error("the certificates in {path} cannot be read")]
    File { path: String, source: rustls::pki_types::pem::Error },
    #[error("the system has no certificates to trust")]
    None,
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

impl Connector {
    pub(super) fn new(address: &Address) -> Result<Connector, RootsError> {
        let mut config = address.config.clone();
        config.connect_timeout(PATIENCE).keepalives_idle(Duration::from_secs(60)).application_name("stacklets");
        let roots =
            if config.get_ssl_mode() == SslMode::Disable { RootCertStore::empty() } else { roots(&address.roots)? };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let tls = MakeRustlsConnect::new(builder.with_root_certificates(roots).with_no_client_auth());
        Ok(Connector { config, tls })
    }

    /// A connection without statements, which ends with its client.
    pub(super) async fn connect(&self) -> Result<Client, Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        tokio::spawn(async move {
            // Whoever uses the client is told as well.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to PostgreSQL broke");
            }
        });
        Ok(client)
    }

    pub(super) fn pool(self, size: usize) -> Result<Pool<Manager>, BuildError> {
        Pool::builder(Manager { connector: self })
            .max_size(size)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .runtime(Runtime::Tokio1)
            .build()
    }
}

fn roots(roots: &Roots) -> Result<RootCertStore, RootsError> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    let mut store = RootCertStore::empty();
    match roots {
        Roots::System => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Roots::File(path) => {
            let failed = |source| RootsError::File { path: path.clone(), source };
            for certificate in CertificateDer::pem_file_iter(path).map_err(failed)? {
                store.add(certificate.map_err(failed)?)?;
            }
        }
    }
    if store.is_empty() { Err(RootsError::None) } else { Ok(store) }
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection, Error> {
        let client = self.connector.connect().await?;
        let (_, statements) = try_join(client.batch_execute(sql::SESSION), prepare(&client)).await?;
        Ok(Connection { client, statements })
    }

    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<Error> {
        if connection.client.is_closed() { Err(RecycleError::message("it was closed")) } else { Ok(()) }
    }
}

/// All at once: one round trip or two.
async fn prepare(client: &Client) -> Result<Statements, Error> {
    let records = try_join5(
        client.prepare(sql::GET),
        client.prepare(sql::SCAN),
        client.prepare(sql::COUNT),
        client.prepare(sql::PUT),
        client.prepare(sql::REMOVE),
    );
    let others = try_join4(
        client.prepare(sql::NEXT_NUMBER),
        client.prepare(sql::TRANSACTION),
        client.prepare(sql::TAKE),
        client.prepare(sql::SWEEP),
    );
    let locks = try_join(client.prepare(sql::LOCK), client.prepare(sql::LOCK_AT_ONCE));
    let (records, others, locks) = try_join3(records, others, locks).await?;
    let (get, scan, count, put, remove) = records;
    let (next_number, transaction, take, sweep) = others;
    let (lock, lock_at_once) = locks;
    Ok(Statements { lock, lock_at_once, get, scan, count, put, remove, next_number, transaction, take, sweep })
}
