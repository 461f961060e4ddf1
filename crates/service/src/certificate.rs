//! The certificate HTTPS is served with: the operator's PEM files, or a self-signed one for
//! development that the service makes itself.
//!
//! Whether a development certificate found on disk still serves is asked of the verifier that
//! clients use (names, dates and signature in one question), not of fields we would parse.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rustls::client::{WebPkiServerVerifier, danger::ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{InconsistentKeys, RootCertStore, ServerConfig};
use thiserror::Error;

use crate::config::CertificateSource;
use crate::files;

/// The development certificate's name in the data folder.
pub const DEVELOPMENT_CERTIFICATE: &str = "dev-cert.pem";
const DEVELOPMENT_KEY: &str = "dev-key.pem";
const DEVELOPMENT_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const DEVELOPMENT_DAYS: i64 = 397;
/// A development certificate is renewed when it has less than this left.
const RENEWAL: Duration = Duration::from_secs(24 * 60 * 60);

/// A certificate that cannot be served.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// A file is missing or may not be read.
    #[error("the {part} {} cannot be read", path.display())]
    Unreadable {
        /// Which of the two.
        part: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file holds something else.
    #[error("the {part} {} is not usable: {reason}", path.display())]
    NotPem {
        /// Which of the two.
        part: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong and what is expected.
        reason: String,
    },
    /// Both are well-formed and do not belong together.
    #[error(
        "the private key {} does not belong to the certificate {}: \
         the first certificate in the file must be the server's own, and the key must be its key",
        key.display(), certificate.display()
    )]
    Mismatch {
        /// The chain's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The TLS library refuses them.
    #[error("the certificate {} cannot be served", certificate.display())]
    Refused {
        /// The chain's file.
        certificate: PathBuf,
        /// Why.
        source: rustls::Error,
    },
    /// The development certificate could not be made.
    #[error("no development certificate could be made in {}: {reason}", folder.display())]
    Development {
        /// The data folder.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
}

/// A certificate ready to be served.
#[derive(Debug)]
pub struct ServingCertificate {
    /// For the listener.
    pub tls: Arc<ServerConfig>,
    /// The file a client has to be told to trust, where it is the development certificate.
    pub trust: Option<PathBuf>,
}

/// Loads the certificate, or makes the development certificate in `data`.
pub fn load(source: &CertificateSource, data: &Path) -> Result<ServingCertificate, CertificateError> {
    match source {
        CertificateSource::Files { certificate, key } => {
            Ok(ServingCertificate { tls: Arc::new(server_config(certificate, key)?), trust: None })
        }
        CertificateSource::Development => development(data, Timestamp::now()),
    }
}

fn development(data: &Path, now: Timestamp) -> Result<ServingCertificate, CertificateError> {
    let certificate = data.join(DEVELOPMENT_CERTIFICATE);
    let key = data.join(DEVELOPMENT_KEY);
    let tls = match server_config(&certificate, &key) {
        Ok(tls) if serves(&certificate, now) => tls,
        Ok(_) | Err(_) => {
            make_development(&certificate, &key, now)
                .map_err(|reason| CertificateError::Development { folder: data.to_owned(), reason })?;
            tracing::info!(certificate = %certificate.display(), "made a development certificate");
            server_config(&certificate, &key)?
        }
    };
    Ok(ServingCertificate { tls: Arc::new(tls), trust: Some(certificate) })
}

fn server_config(certificate: &Path, key: &Path) -> Result<ServerConfig, CertificateError> {
    let chain = read_chain(certificate)?;
    let private = read_key(key)?;
    let refused = |source| CertificateError::Refused { certificate: certificate.to_owned(), source };
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(refused)?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|source| {
            if source == rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) {
                CertificateError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
            } else {
                refused(source)
            }
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let part = "certificate file";
    let text = read(part, path)?;
    let chain = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<Vec<_>, _>>()
        .and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) });
    chain.map_err(|error| not_pem(part, path, &error, "certificate (-----BEGIN CERTIFICATE-----)"))
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let part = "private key file";
    let text = read(part, path)?;
    PrivateKeyDer::from_pem_slice(&text)
        .map_err(|error| not_pem(part, path, &error, "private key that is not encrypted (-----BEGIN PRIVATE KEY-----)"))
}

fn read(part: &'static str, path: &Path) -> Result<Vec<u8>, CertificateError> {
    std::fs::read(path).map_err(|source| CertificateError::Unreadable { part, path: path.to_owned(), source })
}

/// The key's bytes may stand in a parser's message, so only its kind is passed on.
fn not_pem(part: &'static str, path: &Path, error: &pem::Error, expected: &str) -> CertificateError {
    let reason = if matches!(error, pem::Error::NoItemsFound) {
        format!("there is no {expected} in it")
    } else {
        format!("it is not well-formed PEM with a {expected}")
    };
    CertificateError::NotPem { part, path: path.to_owned(), reason }
}

/// Would a client that trusts this certificate accept it, for a while yet, from each of our names?
fn serves(certificate: &Path, now: Timestamp) -> bool {
    let Ok(chain) = read_chain(certificate) else {
        return false;
    };
    let Some(leaf) = chain.first() else {
        return false;
    };
    let mut roots = RootCertStore::empty();
    if roots.add(leaf.clone()).is_err() {
        return false;
    }
    let Ok(verifier) = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build() else {
        return false;
    };
    let now = Duration::from_secs(u64::try_from(now.as_second()).unwrap_or(0));
    DEVELOPMENT_NAMES.into_iter().all(|name| {
        ServerName::try_from(name).is_ok_and(|name| {
            [now, now + RENEWAL].into_iter().all(|at| {
                let at = UnixTime::since_unix_epoch(at);
                verifier.verify_server_cert(leaf, &[], &name, &[], at).is_ok()
            })
        })
    })
}

fn make_development(certificate: &Path, key: &Path, now: Timestamp) -> Result<(), String> {
    let today = TimeZone::UTC.to_datetime(now).date();
    // From yesterday on, for a client whose clock is a little behind.
    let from = today.checked_sub(1.day()).map_err(|error| error.to_string())?;
    let until = today.checked_add(DEVELOPMENT_DAYS.days()).map_err(|error| error.to_string())?;
    let pair = rcgen::KeyPair::generate().map_err(|error| error.to_string())?;
    let mut parameters =
        rcgen::CertificateParams::new(DEVELOPMENT_NAMES.map(str::to_owned)).map_err(|error| error.to_string())?;
    parameters.not_before =
        rcgen::date_time_ymd(from.year().into(), from.month().unsigned_abs(), from.day().unsigned_abs());
    parameters.not_after =
        rcgen::date_time_ymd(until.year().into(), until.month().unsigned_abs(), until.day().unsigned_abs());
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "Stacklets development certificate");
    parameters.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    let made = parameters.self_signed(&pair).map_err(|error| error.to_string())?;
    // The key first: a crash between the two leaves a pair that does not match, which the next
    // start replaces.
    files::write_private(key, pair.serialize_pem().as_bytes())
        .and_then(|()| files::write_private(certificate, made.pem().as_bytes()))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::chain::Chain;

    fn made(folder: &Path, days_from_now: i64) -> String {
        let now = Timestamp::now() + (days_from_now * 24).hours();
        let serving = development(folder, now).unwrap();
        assert_eq!(serving.trust.as_deref(), Some(&*folder.join(DEVELOPMENT_CERTIFICATE)));
        fs::read_to_string(folder.join(DEVELOPMENT_CERTIFICATE)).unwrap()
    }

    #[test]
    fn a_development_certificate_is_kept_until_it_runs_out() {
        let folder = tempfile::tempdir().unwrap();
        let first = made(folder.path(), 0);
        assert_eq!(made(folder.path(), 390), first);
        let key = fs::metadata(folder.path().join(DEVELOPMENT_KEY)).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
        let second = made(folder.path(), 396);
        assert_ne!(second, first);
        assert_ne!(made(folder.path(), 0), second, "one of the future serves no more than an old one");
    }

    #[test]
    fn a_development_certificate_that_is_spoilt_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let first = made(folder.path(), 0);
        made(other.path(), 0);
        fs::copy(other.path().join(DEVELOPMENT_KEY), folder.path().join(DEVELOPMENT_KEY)).unwrap();
        let second = made(folder.path(), 0);
        assert_ne!(second, first);
        fs::write(folder.path().join(DEVELOPMENT_CERTIFICATE), "spoilt").unwrap();
        assert_ne!(made(folder.path(), 0), "spoilt");
    }

    fn refusal(folder: &Path, certificate: &str, key: &str) -> String {
        let source = CertificateSource::Files { certificate: folder.join(certificate), key: folder.join(key) };
        let error = load(&source, folder).unwrap_err();
        Chain(&error).to_string().replace(&folder.display().to_string(), "DATA")
    }

    #[test]
    fn each_mistake_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        made(data, 0);
        fs::rename(data.join(DEVELOPMENT_KEY), data.join("other-key.pem")).unwrap();
        made(data, 0);
        let (certificate, key) = (DEVELOPMENT_CERTIFICATE, DEVELOPMENT_KEY);
        fs::write(data.join("text"), "no PEM").unwrap();
        fs::write(data.join("cut"), "-----BEGIN CERTIFICATE-----\nMIIB").unwrap();
        fs::write(data.join("nonsense"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n").unwrap();
        insta::assert_snapshot!(refusal(data, "missing", key), @"the certificate file DATA/missing cannot be read: No such file or directory (os error 2)");
        insta::assert_snapshot!(refusal(data, certificate, "missing"), @"the private key file DATA/missing cannot be read: No such file or directory (os error 2)");
        insta::assert_snapshot!(refusal(data, "text", key), @"the certificate file DATA/text is not usable: there is no certificate (-----BEGIN CERTIFICATE-----) in it");
        insta::assert_snapshot!(refusal(data, "cut", key), @"the certificate file DATA/cut is not usable: it is not well-formed PEM with a certificate (-----BEGIN CERTIFICATE-----)");
        insta::assert_snapshot!(refusal(data, "nonsense", key), @"the certificate DATA/nonsense cannot be served: invalid peer certificate: BadEncoding");
        insta::assert_snapshot!(refusal(data, certificate, certificate), @"the private key file DATA/dev-cert.pem is not usable: there is no private key that is not encrypted (-----BEGIN PRIVATE KEY-----) in it");
        insta::assert_snapshot!(refusal(data, certificate, "other-key.pem"), @"the private key DATA/other-key.pem does not belong to the certificate DATA/dev-cert.pem: the first certificate in the file must be the server's own, and the key must be its key");
    }
}
