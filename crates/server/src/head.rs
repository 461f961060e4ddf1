//! The head of a request, before anything is done for it: what HTTP itself says must be refused, whatever is asked. Each of
//! these could make this service and somebody before it see two different requests.

use http::header::{HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, Version};

use crate::failure::Failure;
use crate::peer::Peer;

/// Refuses a request that no description can allow.
pub(crate) fn check_head(parts: &Parts) -> Result<(), Failure> {
    check_host(parts)?;
    check_transfer_coding(&parts.headers)
}

/// A request names one host that can be one (RFC 9112, section 3.2; RFC 9113, section 8.3.1): of two, somebody before us may
/// have gone by the other. What did not come over the network names none.
fn check_host(parts: &Parts) -> Result<(), Failure> {
    let named = parts.uri.authority().is_some();
    let needed = match parts.version {
        Version::HTTP_11 => true,
        Version::HTTP_2 => !named,
        _ => false,
    };
    let mut fields = parts.headers.get_all(HOST).iter();
    let (first, second) = (fields.next(), fields.next());
    let host = match (first, second) {
        (None, _) if needed && parts.extensions.get::<Peer>().is_some() => {
            return Err(Failure::new(400, "The request has no `Host`."));
        }
        (None, _) => return Ok(()),
        (Some(_), Some(_)) => return Err(Failure::new(400, "The request has more than one `Host`.")),
        (Some(host), None) => host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()),
    };
    let Some(host) = host.filter(|host| !host.host().is_empty() && !host.as_str().contains('@')) else {
        return Err(Failure::new(400, "`Host` is not the name of a host."));
    };
    // An absolute URI of HTTP/1.1 goes before `Host` (RFC 9112, section 3.2.2), so there the two may differ.
    if parts.version == Version::HTTP_2 && parts.uri.authority().is_some_and(|named| *named != host) {
        return Err(Failure::new(400, "`Host` and `:authority` name different hosts."));
    }
    Ok(())
}

/// hyper takes the chunks off; a coding below them would be read as the body itself (RFC 9112, section 6.1, which asks for 501,
/// but it is the sender's mistake).
fn check_transfer_coding(headers: &HeaderMap) -> Result<(), Failure> {
    let fields = headers.get_all(TRANSFER_ENCODING).iter().map(|field| field.to_str().unwrap_or("?"));
    let mut codings = fields.flat_map(|field| field.split(',')).map(str::trim).filter(|coding| !coding.is_empty());
    match codings.all(|coding| coding.eq_ignore_ascii_case("chunked")) {
        true => Ok(()),
        false => Err(Failure::new(400, "The body has a transfer coding that is not read; `chunked` is.")),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use http::Request;

    use super::*;

    /// Whether a request to this URI, with these header fields, came over the network well.
    fn check(version: Version, uri: &str, fields: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().version(version).uri(uri);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(Peer(SocketAddr::from(([127, 0, 0, 1], 1))));
        check_head(&parts).is_ok()
    }

    #[test]
    fn one_host_is_named() {
        use Version as V;
        for host in ["localhost", "localhost:8443", "127.0.0.1", "[::1]:443", "a.example."] {
            assert!(check(V::HTTP_11, "/", &[("host", host)]), "{host}");
        }
        for host in ["", ":443", "a b", "a/b", "user@a", "user:word@a", "a, b", "[::1"] {
            assert!(!check(V::HTTP_11, "/", &[("host", host)]), "{host}");
        }
        assert!(!check(V::HTTP_11, "/", &[]));
        assert!(!check(V::HTTP_11, "/", &[("host", "a"), ("host", "a")]));
        assert!(check(V::HTTP_11, "https://b/", &[("host", "a")]));
        assert!(check(V::HTTP_10, "/", &[]));
        assert!(check(V::HTTP_2, "https://a/", &[]));
        assert!(check(V::HTTP_2, "https://a/", &[("host", "a")]));
        assert!(check(V::HTTP_2, "/", &[("host", "a")]));
        assert!(!check(V::HTTP_2, "https://a/", &[("host", "b")]));
        assert!(!check(V::HTTP_2, "/", &[]));
    }

    #[test]
    fn no_coding_is_overlooked() {
        let with = |coding| check(Version::HTTP_11, "/", &[("host", "a"), ("transfer-encoding", coding)]);
        assert!(with("chunked") && with("Chunked"));
        assert!(!with("gzip, chunked") && !with("identity") && !with("chunkedx"));
    }
}
