//! A certificate for a server on the developer's own machine. Nothing is served without TLS, and nobody should have to learn
//! how to make a certificate before their first request.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The certificate's name in its folder: what clients have to be told to trust.
pub const CERTIFICATE: &str = "cert.pem";
const KEY: &str = "key.pem";
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A certificate that cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[error("no development certificate in {}: {detail}", folder.display())]
pub struct DevelopmentError {
    folder: PathBuf,
    detail: String,
}

/// What a listener on this machine serves TLS with: the certificate in `folder`, which is made if there is none yet. It is
/// good for `localhost` alone, and trusted by whoever is told to trust the file [`CERTIFICATE`] there.
///
/// # Errors
///
/// The folder cannot be written to, or holds something else.
pub fn tls(folder: &Path) -> Result<Arc<ServerConfig>, DevelopmentError> {
    let failed = |detail: String| DevelopmentError { folder: folder.to_owned(), detail };
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    if !(certificate.is_file() && key.is_file()) {
        make(&certificate, &key).map_err(failed)?;
    }
    let chain = CertificateDer::pem_file_iter(&certificate).map_err(|error| failed(error.to_string()))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(|error| failed(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_file(&key).map_err(|error| failed(error.to_string()))?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|error| failed(error.to_string()))?;
    let config = builder.with_no_client_auth().with_single_cert(chain, key);
    config.map(Arc::new).map_err(|error| failed(error.to_string()))
}

fn make(certificate: &Path, key: &Path) -> Result<(), String> {
    let names = NAMES.map(str::to_owned).to_vec();
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| error.to_string())?;
    let write = || -> io::Result<()> {
        certificate.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        write_secret(key, &made.signing_key.serialize_pem())?;
        std::fs::write(certificate, made.cert.pem())
    };
    write().map_err(|error| error.to_string())
}

/// A file that nobody else may read, from its first byte on.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_start_serves_the_first_ones_certificate() {
        let folder = std::env::temp_dir().join(format!("methodical-development-{}", std::process::id()));
        tls(&folder).expect("one is made");
        let made = std::fs::read(folder.join(CERTIFICATE)).expect("it is there");
        tls(&folder).expect("it is read");
        assert_eq!(std::fs::read(folder.join(CERTIFICATE)).expect("it is still there"), made);
        std::fs::write(folder.join(KEY), "nonsense").expect("the folder is ours");
        let refused = tls(&folder).expect_err("it is no key").to_string();
        assert!(refused.contains("no development certificate in"), "{refused}");
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
}
