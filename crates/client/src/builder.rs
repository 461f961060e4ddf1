//! What can be chosen about a client. TLS is configured here and handed to the HTTP library as a whole: the ring
//! provider is named and not taken from the process, and server certificates are verified as the platform does it,
//! with the caller's own roots beside the platform's.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::client::WantsClientCert;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder};
use rustls_platform_verifier::Verifier;

use crate::base_url::BaseUrl;
use crate::client::{Client, Inner};
use crate::credential::Credential;
use crate::retry::{Budget, RetryPolicy};
use crate::target::Servers;

/// A client to be.
#[must_use]
pub struct ClientBuilder {
    base: BaseUrl,
    servers: Servers,
    credentials: Vec<(String, Credential)>,
    validates: bool,
    policy: RetryPolicy,
    timeout: Duration,
    attempt_timeout: Duration,
    connect_timeout: Duration,
    response_limit: usize,
    user_agent: String,
    roots: Vec<Vec<u8>>,
    only_own_roots: bool,
    identity: Option<(Vec<u8>, Vec<u8>)>,
}

/// A client that cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A certificate or key is no PEM, or holds none.
    #[error("the {what} cannot be read: {detail}")]
    Pem {
        /// Which.
        what: &'static str,
        /// Why not.
        detail: String,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Http(#[source] reqwest::Error),
}

impl ClientBuilder {
    pub(crate) fn new(base: BaseUrl) -> ClientBuilder {
        ClientBuilder {
            base,
            servers: Servers::default(),
            credentials: Vec::new(),
            validates: false,
            policy: RetryPolicy::default(),
            timeout: Duration::from_secs(90),
            attempt_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            response_limit: 64 << 20,
            user_agent: concat!("methodical-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            roots: Vec::new(),
            only_own_roots: false,
            identity: None,
        }
    }

    /// The credential for the security scheme of this name.
    pub fn credential(mut self, scheme: impl Into<String>, credential: impl Into<Credential>) -> ClientBuilder {
        let scheme = scheme.into();
        self.credentials.retain(|(name, _)| *name != scheme);
        self.credentials.push((scheme, credential.into()));
        self
    }

    /// Where operations are sent that have a server of their own with this URL in the description.
    pub fn server(mut self, described: impl Into<String>, base: BaseUrl) -> ClientBuilder {
        self.servers.replaced.push((described.into(), base));
        self
    }

    /// Sends every operation to the base URL, also those that have servers of their own.
    pub fn only_base(mut self) -> ClientBuilder {
        self.servers.only_base = true;
        self
    }

    /// Checks parameters and JSON bodies against their schemas before anything is sent.
    pub fn validate_requests(mut self) -> ClientBuilder {
        self.validates = true;
        self
    }

    /// How calls are repeated.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> ClientBuilder {
        self.policy = policy;
        self
    }

    /// How long a call may take, with all its attempts and waits; 90 s unless said otherwise.
    pub fn timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.timeout = timeout;
        self
    }

    /// How long one attempt may take; 30 s unless said otherwise.
    pub fn attempt_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.attempt_timeout = timeout;
        self
    }

    /// How long it may take to connect; 10 s unless said otherwise. A call that did not connect may always be repeated.
    pub fn connect_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.connect_timeout = timeout;
        self
    }

    /// How many bytes the body of an answer may have; 64 MiB unless said otherwise.
    pub fn response_limit(mut self, bytes: usize) -> ClientBuilder {
        self.response_limit = bytes;
        self
    }

    /// What the client calls itself.
    pub fn user_agent(mut self, name: impl Into<String>) -> ClientBuilder {
        self.user_agent = name.into();
        self
    }

    /// Trusts these certificates (PEM, one or several) beside the platform's.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> ClientBuilder {
        self.roots.push(pem.into());
        self
    }

    /// Trusts none of the platform's certificates, but those of
    /// [`root_certificates_pem`](ClientBuilder::root_certificates_pem) alone.
    pub fn only_own_roots(mut self) -> ClientBuilder {
        self.only_own_roots = true;
        self
    }

    /// The client's own certificate chain and key (PEM), for mutual TLS.
    pub fn identity_pem(mut self, certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> ClientBuilder {
        self.identity = Some((certificates.into(), key.into()));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// If a certificate or the user agent cannot be used, or the platform offers no certificates and none were given.
    pub fn build(self) -> Result<Client, BuildError> {
        let tls = self.tls()?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(self.base.is_https())
            // Redirects and repetitions are ours: the library's know neither origin rules nor effects.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.connect_timeout)
            .user_agent(&self.user_agent)
            .build()
            .map_err(BuildError::Http)?;
        Ok(Client::new(Inner {
            http,
            has_identity: self.identity.is_some(),
            base: self.base,
            servers: self.servers,
            credentials: self.credentials,
            validates: self.validates,
            budget: Budget::new(&self.policy),
            policy: self.policy,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            response_limit: self.response_limit,
        }))
    }

    fn tls(&self) -> Result<ClientConfig, BuildError> {
        let provider = Arc::new(ring::default_provider());
        let verified = self.verified(provider)?;
        let mut config = match &self.identity {
            None => verified.with_no_client_auth(),
            Some((certificates, key)) => {
                let chain = read_certificates("client certificate", certificates)?;
                let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| unreadable("client key", &error))?;
                verified.with_client_auth_cert(chain, key).map_err(BuildError::Tls)?
            }
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// Over plain HTTP nothing is verified, so nothing needs to be there to verify with.
    fn verified(
        &self,
        provider: Arc<CryptoProvider>,
    ) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, BuildError> {
        let mut roots = Vec::new();
        for pem in &self.roots {
            roots.extend(read_certificates("root certificate", pem)?);
        }
        let versions = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
        let builder = versions.map_err(BuildError::Tls)?;
        if self.only_own_roots || !self.base.is_https() {
            let mut store = RootCertStore::empty();
            roots.into_iter().try_for_each(|root| store.add(root)).map_err(BuildError::Tls)?;
            return Ok(builder.with_root_certificates(store));
        }
        let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(BuildError::Tls)?;
        Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
    }
}

fn read_certificates(what: &'static str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| unreadable(what, &error))?;
    match certificates.is_empty() {
        true => Err(BuildError::Pem { what, detail: "it holds no certificate".to_owned() }),
        false => Ok(certificates),
    }
}

fn unreadable(what: &'static str, error: &dyn fmt::Display) -> BuildError {
    BuildError::Pem { what, detail: error.to_string() }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes: Vec<_> = self.credentials.iter().map(|(name, _)| name).collect();
        f.debug_struct("ClientBuilder").field("base", &self.base).field("credentials", &schemes).finish_non_exhaustive()
    }
}
