//! The first start: a development account with a token in a file, and a curl line that works as it
//! is printed.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use methodical_server::Store;
use thiserror::Error;

use crate::access::{self, AccessError, DEFAULT_ACCOUNT};
use crate::files;
use crate::token::Token;

const DEVELOPMENT_TOKEN: &str = "dev-token";
/// The operation that needs nothing to be there.
const EXAMPLE_PATH: &str = "/v1/account/profile";

/// The development token could not be made.
#[derive(Debug, Error)]
pub enum WelcomeError {
    /// Its file cannot be written.
    #[error("the development token cannot be written to {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The store failed.
    #[error("the development token cannot be made")]
    Access(#[from] AccessError),
}

/// The file of a good development token, if there is one. It is made where the store has no token
/// at all; once its operator has made or revoked tokens, none appears by itself.
pub async fn development_token(store: &impl Store, data: &Path) -> Result<Option<PathBuf>, WelcomeError> {
    let path = data.join(DEVELOPMENT_TOKEN);
    if let Some(token) = std::fs::read_to_string(&path).ok().and_then(|text| Token::parse(text.trim()))
        && access::is_good(store, &token).await?
    {
        return Ok(Some(path));
    }
    if !access::has_no_tokens(store).await? {
        return Ok(None);
    }
    let token = Token::generate().map_err(AccessError::from)?;
    // The file first: a crash between the two leaves a token that is not good, and none in the
    // store, so the next start makes another.
    files::write_private(&path, format!("{}\n", token.reveal()).as_bytes())
        .map_err(|source| WelcomeError::File { path: path.clone(), source })?;
    access::keep_token(store, DEFAULT_ACCOUNT, &token).await?;
    tracing::info!(account = DEFAULT_ACCOUNT, file = %path.display(), "made a development token");
    Ok(Some(path))
}

/// A command line that asks the service who the caller is: for the development certificate, and
/// with the development token or else one in the shell's `TOKEN`.
pub fn curl_line(address: SocketAddr, certificate: &Path, token: Option<&Path>) -> String {
    let mut line = format!("curl --cacert {}", quoted(certificate));
    if !answers_as_localhost(address.ip()) {
        // The certificate is made out to localhost, whatever address it is served at.
        line += &format!(" --connect-to localhost:{0}:{1}", address.port(), address);
    }
    line += &match token {
        Some(file) => format!(r#" -H "Authorization: Token $(cat {})""#, quoted(file)),
        None => r#" -H "Authorization: Token $TOKEN""#.to_owned(),
    };
    line + &format!(" https://localhost:{}{EXAMPLE_PATH}", address.port())
}

fn answers_as_localhost(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_unspecified() || ip == std::net::Ipv4Addr::LOCALHOST,
        IpAddr::V6(ip) => ip.is_unspecified() || ip.is_loopback(),
    }
}

/// As one word of the shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if text.bytes().all(plain) && !text.is_empty() { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, certificate: &str, token: Option<&str>) -> String {
        curl_line(address.parse().unwrap(), Path::new(certificate), token.map(Path::new))
    }

    #[test]
    fn the_line_fits_address_and_files() {
        insta::assert_snapshot!(check("127.0.0.1:8443", "d/dev-cert.pem", Some("d/dev-token")), @r#"curl --cacert d/dev-cert.pem -H "Authorization: Token $(cat d/dev-token)" https://localhost:8443/v1/account/profile"#);
        insta::assert_snapshot!(check("[::]:443", "my data/it's.pem", None), @r#"curl --cacert 'my data/it'\''s.pem' -H "Authorization: Token $TOKEN" https://localhost:443/v1/account/profile"#);
        insta::assert_snapshot!(check("192.0.2.7:8443", "c", Some("t")), @r#"curl --cacert c --connect-to localhost:8443:192.0.2.7:8443 -H "Authorization: Token $(cat t)" https://localhost:8443/v1/account/profile"#);
        insta::assert_snapshot!(check("[2001:db8::1]:8443", "c", None), @r#"curl --cacert c --connect-to localhost:8443:[2001:db8::1]:8443 -H "Authorization: Token $TOKEN" https://localhost:8443/v1/account/profile"#);
    }
}
