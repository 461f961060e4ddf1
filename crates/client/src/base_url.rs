//! Where the API is. A [`BaseUrl`] cannot hold `http:` but for loopback, and that has to be asked for by name
//! (HTTPS-ONLY); it cannot hold credentials either, since URLs end up in logs.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// The URL that the paths of operations are appended to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(Url);

/// A URL that cannot be a base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// It is no absolute URL.
    #[error("the base URL cannot be read: {0}")]
    Unreadable(#[from] url::ParseError),
    /// It is not `https`.
    #[error("the base URL has the scheme `{0}`, but credentials and data only travel over `https`")]
    NotHttps(String),
    /// Plain `http`, and not to this machine.
    #[error("plain `http` is for 127.0.0.0/8, ::1 and localhost alone, not for `{0}`")]
    NotLoopback(String),
    /// It holds a user name, a password, a query or a fragment.
    #[error("a base URL has no user name, password, query or fragment")]
    Superfluous,
}

impl BaseUrl {
    /// An `https` URL.
    ///
    /// # Errors
    /// If it is none, or holds more than scheme, host, port and path.
    pub fn https(text: &str) -> Result<BaseUrl, BaseUrlError> {
        let url = plain(text)?;
        if url.scheme() == "https" { Ok(BaseUrl(url)) } else { Err(BaseUrlError::NotHttps(url.scheme().to_owned())) }
    }

    /// An `http` URL of this very machine, for tests and development: nothing on the way is encrypted.
    ///
    /// # Errors
    /// If it is none, or holds more than scheme, host, port and path.
    pub fn insecure_loopback(text: &str) -> Result<BaseUrl, BaseUrlError> {
        let url = plain(text)?;
        match (url.scheme(), is_loopback(&url)) {
            ("http", true) => Ok(BaseUrl(url)),
            ("http", false) => Err(BaseUrlError::NotLoopback(url.host_str().unwrap_or_default().to_owned())),
            (other, _) => Err(BaseUrlError::NotHttps(other.to_owned())),
        }
    }

    /// A server of a description: its URL, in which each `{name}` is replaced by the value for it. Only `https` is one.
    ///
    /// # Errors
    /// As [`BaseUrl::https`].
    pub fn server(template: &str, variables: &[(&str, &str)]) -> Result<BaseUrl, BaseUrlError> {
        BaseUrl::https(&filled(template, variables))
    }

    /// The same for a server on this very machine, which may be plain `http`.
    ///
    /// # Errors
    /// As [`BaseUrl::insecure_loopback`].
    pub fn loopback_server(template: &str, variables: &[(&str, &str)]) -> Result<BaseUrl, BaseUrlError> {
        BaseUrl::insecure_loopback(&filled(template, variables))
    }

    /// A server whose URL is relative to this one.
    ///
    /// # Errors
    /// If the URL that comes out is none of the same kind.
    pub fn relative_server(&self, template: &str, variables: &[(&str, &str)]) -> Result<BaseUrl, BaseUrlError> {
        self.join(&filled(template, variables))
    }

    pub(crate) fn join(&self, reference: &str) -> Result<BaseUrl, BaseUrlError> {
        let url = self.0.join(reference)?;
        if self.is_https() { BaseUrl::https(url.as_str()) } else { BaseUrl::insecure_loopback(url.as_str()) }
    }

    /// An `https` URL to which a webhook or callback is sent as it is: it may have a query.
    ///
    /// # Errors
    /// If it is none, or holds a user name, a password or a fragment.
    pub fn receiver(text: &str) -> Result<BaseUrl, BaseUrlError> {
        let url = Url::parse(text)?;
        match url.query().map(str::to_owned) {
            None => BaseUrl::https(text),
            Some(query) => {
                let mut bare = url;
                bare.set_query(None);
                let BaseUrl(mut url) = BaseUrl::https(bare.as_str())?;
                url.set_query(Some(&query));
                Ok(BaseUrl(url))
            }
        }
    }

    /// The URL.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

fn filled(template: &str, variables: &[(&str, &str)]) -> String {
    variables.iter().fold(template.to_owned(), |url, (name, value)| url.replace(&format!("{{{name}}}"), value))
}

fn plain(text: &str) -> Result<Url, BaseUrlError> {
    let url = Url::parse(text)?;
    let secretive = !url.username().is_empty() || url.password().is_some();
    let superfluous = secretive || url.query().is_some() || url.fragment().is_some() || url.cannot_be_a_base();
    if superfluous { Err(BaseUrlError::Superfluous) } else { Ok(url) }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.0)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(result: Result<BaseUrl, BaseUrlError>, expect: &str) {
        let shown = result.map_or_else(|error| error.to_string(), |base| base.to_string());
        assert_eq!(shown, expect);
    }

    #[test]
    fn https_or_loopback() {
        check(BaseUrl::https("https://api.example/v1"), "https://api.example/v1");
        check(BaseUrl::insecure_loopback("http://127.8.0.1:80/"), "http://127.8.0.1/");
        check(BaseUrl::insecure_loopback("http://[::1]:8080"), "http://[::1]:8080/");
        check(BaseUrl::insecure_loopback("http://localhost"), "http://localhost/");
    }

    #[test]
    fn servers_of_descriptions() {
        let variables = [("region", "eu"), ("port", "8443")];
        check(BaseUrl::server("https://{region}.example:{port}/v1", &variables), "https://eu.example:8443/v1");
        check(BaseUrl::loopback_server("http://localhost:{port}", &variables), "http://localhost:8443/");
        let base = BaseUrl::https("https://api.example/docs/openapi.json").unwrap();
        check(base.relative_server("/v1", &[]), "https://api.example/v1");
        check(base.relative_server("../{region}", &variables), "https://api.example/eu");
        check(BaseUrl::receiver("https://hooks.example/a?token=1"), "https://hooks.example/a?token=1");
        let https_only = "the base URL has the scheme `http`, but credentials and data only travel over `https`";
        check(BaseUrl::receiver("http://hooks.example/a?token=1"), https_only);
        check(base.relative_server("http://api.example/", &[]), https_only);
    }

    #[test]
    fn all_else_is_refused() {
        let loopback_only = "plain `http` is for 127.0.0.0/8, ::1 and localhost alone, not for `localhost.example`";
        check(BaseUrl::insecure_loopback("http://localhost.example"), loopback_only);
        let https_only = "the base URL has the scheme `http`, but credentials and data only travel over `https`";
        check(BaseUrl::https("http://localhost"), https_only);
        let plain = "a base URL has no user name, password, query or fragment";
        check(BaseUrl::https("https://me:secret@api.example"), plain);
        check(BaseUrl::https("https://api.example?a=b"), plain);
        check(BaseUrl::https("api.example"), "the base URL cannot be read: relative URL without a base");
    }
}
