//! Where a request goes: to the base URL, unless the operation has a server of its own, or the caller names a receiver.

use methodical_wire as wire;
use url::Url;

use crate::base_url::BaseUrl;
use crate::client::Inner;
use crate::error::RequestError;

/// Which operations with servers of their own go elsewhere.
#[derive(Debug, Clone, Default)]
pub(crate) struct Servers {
    /// For these servers of the description, others.
    pub(crate) replaced: Vec<(String, BaseUrl)>,
    /// All operations go to the base URL.
    pub(crate) only_base: bool,
}

/// The URL that an operation's path is appended to.
pub(crate) fn base_of(client: &Inner, operation: &wire::Operation) -> Result<Url, RequestError> {
    let Some(server) = operation.server.filter(|_| !client.servers.only_base) else {
        return Ok(client.base.as_url().clone());
    };
    if let Some((_, base)) = client.servers.replaced.iter().find(|(known, _)| known == server) {
        return Ok(base.as_url().clone());
    }
    let base = match server.contains("://") {
        true => BaseUrl::https(server),
        false => client.base.join(server),
    };
    let base = base.map_err(|error| RequestError::Server { server: server.to_owned(), reason: error.to_string() })?;
    Ok(base.as_url().clone())
}

/// The URL of a receiver.
pub(crate) fn receiver_of(client: &Inner, receiver: &BaseUrl) -> Result<Url, RequestError> {
    match client.base.is_https() && !receiver.is_https() {
        true => Err(RequestError::Server {
            server: receiver.to_string(),
            reason: "a client for `https` sends nothing over plain `http`".to_owned(),
        }),
        false => Ok(receiver.as_url().clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;

    static HERE: wire::Operation = wire::Operation { path: "/a", ..wire::Operation::PLAIN };
    static THERE: wire::Operation = wire::Operation { server: Some("https://files.example/v2"), ..HERE };
    static BESIDE: wire::Operation = wire::Operation { server: Some("/v3"), ..HERE };
    static PLAIN: wire::Operation = wire::Operation { server: Some("http://files.example"), ..HERE };

    #[test]
    fn operations_go_to_their_own_servers_unless_told_otherwise() {
        let builder = || Client::builder(BaseUrl::https("https://api.example/v1").expect("https")).only_own_roots();
        let client = builder().build().expect("a client");
        let base = |client: &Client, operation| base_of(client.inner(), operation).map(String::from);
        assert_eq!(base(&client, &HERE).as_deref(), Ok("https://api.example/v1"));
        assert_eq!(base(&client, &THERE).as_deref(), Ok("https://files.example/v2"));
        assert_eq!(base(&client, &BESIDE).as_deref(), Ok("https://api.example/v3"));
        assert!(matches!(base(&client, &PLAIN), Err(RequestError::Server { .. })));
        let test = BaseUrl::https("https://test.example/").expect("https");
        let client = builder().server("https://files.example/v2", test).build().expect("a client");
        assert_eq!(base(&client, &THERE).as_deref(), Ok("https://test.example/"));
        let client = builder().only_base().build().expect("a client");
        assert_eq!(base(&client, &THERE).as_deref(), Ok("https://api.example/v1"));
    }
}
