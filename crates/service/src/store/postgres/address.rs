//! Where the server is: a `postgres://` URL, whose password is shown to nobody.
//!
//! What `sslmode` means is stricter here than elsewhere. Without it, TLS is used wherever the server
//! is another machine, and wherever TLS is used the certificate is checked: a connection that anybody
//! in between may read or answer is had only by asking for it, with `sslmode=disable`.

use std::fmt;
use std::str::FromStr as _;

use percent_encoding::percent_decode_str;
use thiserror::Error;
use tokio_postgres::config::{Host, SslMode};

/// A server and a database on it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) config: tokio_postgres::Config,
    pub(super) roots: Roots,
}

/// Which certificates are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Roots {
    /// Those of the operating system.
    System,
    /// Those of a file (`sslrootcert`).
    File(String),
}

/// Not an address. The message repeats nothing of what was given but names of parameters.
#[derive(Debug, Error)]
pub enum AddressError {
    /// Another kind of URL, or none.
    #[error("it is to begin with `postgres://`")]
    Scheme,
    /// No server.
    #[error("it names no server: postgres://USER:PASSWORD@SERVER/DATABASE")]
    Host,
    /// A mode of TLS that does not check the certificate.
    #[error("`sslmode` is to be `verify-full` (the default for other machines) or `disable`")]
    SslMode,
    /// Anything else.
    #[error("it cannot be read")]
    Malformed(#[from] tokio_postgres::Error),
}

impl Address {
    /// Reads a URL. Without a password in it, that of the variable `PGPASSWORD` is taken.
    pub fn parse(url: &str) -> Result<Address, AddressError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(AddressError::Scheme);
        }
        let (before, query) = url.split_once('?').unwrap_or((url, ""));
        let ours = |pair: &&str| pair.starts_with("sslmode=") || pair.starts_with("sslrootcert=");
        let (tls, others): (Vec<&str>, Vec<&str>) = query.split('&').filter(|pair| !pair.is_empty()).partition(ours);
        let mut config = tokio_postgres::Config::from_str(&format!("{before}?{}", others.join("&")))?;
        if config.get_hosts().is_empty() {
            return Err(AddressError::Host);
        }
        if config.get_password().is_none()
            && let Ok(password) = std::env::var("PGPASSWORD")
        {
            config.password(password);
        }
        let (mut mode, mut roots) = (None, Roots::System);
        for (name, value) in tls.iter().filter_map(|pair| pair.split_once('=')) {
            let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
            match name {
                "sslmode" => mode = Some(value),
                _ => roots = Roots::File(value),
            }
        }
        config.ssl_mode(ssl_mode(mode.as_deref(), config.get_hosts())?);
        Ok(Address { config, roots })
    }
}

#[cfg(test)]
impl Address {
    pub(in crate::store) fn hosts(&self) -> &[Host] {
        self.config.get_hosts()
    }
}

fn ssl_mode(asked: Option<&str>, hosts: &[Host]) -> Result<SslMode, AddressError> {
    match asked {
        Some("disable") => Ok(SslMode::Disable),
        Some("verify-full") => Ok(SslMode::Require),
        None if hosts.iter().all(is_here) => Ok(SslMode::Disable),
        None => Ok(SslMode::Require),
        Some(_) => Err(AddressError::SslMode),
    }
}

/// Whether what is sent there stays on this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    }
}

/// What of it anybody may read: `postgres://ada@db.example:5432/stacklets`.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("postgres://")?;
        if let Some(user) = self.config.get_user() {
            write!(formatter, "{user}@")?;
        }
        let ports = self.config.get_ports();
        for (index, host) in self.config.get_hosts().iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
            match host {
                Host::Tcp(name) => write!(formatter, "{comma}{name}:{port}")?,
                Host::Unix(folder) => write!(formatter, "{comma}{}:{port}", folder.display())?,
            }
        }
        write!(formatter, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Chain;

    /// What is shown of a URL, and whether TLS is used; or what is wrong with it.
    fn check(url: &str) -> String {
        match Address::parse(url) {
            Ok(address) => format!("{address} {:?} {:?}", address.config.get_ssl_mode(), address.roots),
            Err(error) => Chain(&error).to_string(),
        }
    }

    #[test]
    fn addresses_without_their_passwords() {
        insta::assert_snapshot!(check("postgres://ada:secret@db.example/things"), @"postgres://ada@db.example:5432/things Require System");
        insta::assert_snapshot!(check("postgresql://ada:secret@db.example:1/things?sslmode=disable&connect_timeout=3"), @"postgres://ada@db.example:1/things Disable System");
        insta::assert_snapshot!(check("postgres://ada:secret@db.example/things?sslrootcert=%2Fetc%2Fca.pem&sslmode=verify-full"), @r#"postgres://ada@db.example:5432/things Require File("/etc/ca.pem")"#);
        insta::assert_snapshot!(check("postgres://ada@127.0.0.1/things"), @"postgres://ada@127.0.0.1:5432/things Disable System");
        insta::assert_snapshot!(check("postgres://ada@%2Frun%2Fpostgresql/things"), @"postgres://ada@/run/postgresql:5432/things Disable System");
    }

    #[test]
    fn what_is_no_address() {
        insta::assert_snapshot!(check("ada:secret@db"), @"it is to begin with `postgres://`");
        insta::assert_snapshot!(check("postgres://ada:secret@db:99999/things"), @"it cannot be read: invalid connection string: invalid value for option `port`");
        insta::assert_snapshot!(check("postgres://ada:secret@db/things?sslmode=require"), @"`sslmode` is to be `verify-full` (the default for other machines) or `disable`");
        insta::assert_snapshot!(check("postgres://ada:secret@db/things?secret=1"), @"it cannot be read: invalid connection string: unknown option `secret`");
        let address = Address::parse("postgres://ada:secret@db/things").unwrap();
        assert!(!format!("{address:?}").contains("secret"));
    }
}
