//! What a connection tells of a request: from where it came, and whether over TLS. [`serve`](crate::serve()) puts both into the
//! request's extensions; who brings an accept loop of their own may do the same.

use std::net::{IpAddr, SocketAddr};

use http::Extensions;

/// The other end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The request came over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secure;

impl Peer {
    /// Under which name requests are counted whose caller is not known: the address, for IPv6 the /64 that one caller has.
    pub(crate) fn rate_key(extensions: &Extensions) -> String {
        match extensions.get::<Self>().map(|peer| peer.0.ip()) {
            None => "peer".to_owned(),
            Some(IpAddr::V4(address)) => format!("peer {address}"),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("peer {a:x}:{b:x}:{c:x}:{d:x}")
            }
        }
    }
}
