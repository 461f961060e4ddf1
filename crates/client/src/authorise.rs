//! Which credentials a request carries: those of the first alternative of the operation's security that there are
//! credentials for. What is missing is said by name before anything is sent.

use http::{HeaderMap, HeaderName, HeaderValue};
use methodical_wire::{self as wire, ParameterLocation, SecurityScheme, style};

use crate::client::Inner;
use crate::credential::{Credential, Token};
use crate::error::RequestError;
use crate::token_source::AnySource;

/// The credentials of one request: where each goes, and what is written there.
#[derive(Clone, Default)]
pub(crate) struct Authority {
    written: Vec<(Place, String)>,
    /// What can be renewed if the server does not take it.
    renewable: Vec<(AnySource, Token)>,
}

#[derive(Clone, PartialEq)]
enum Place {
    Header(&'static str),
    Query(&'static str),
    Cookie(&'static str),
}

impl Authority {
    /// Gathers the credentials of an operation, waiting for tokens where they have to be fetched.
    pub(crate) async fn gather(client: &Inner, operation: &wire::Operation) -> Result<Authority, RequestError> {
        let mut authority = Authority::default();
        for scheme in choose(client, operation)? {
            let Some((place, text)) = authority.write(client, scheme).await? else {
                continue;
            };
            if authority.written.iter().any(|(other, _)| *other == place) {
                let detail = format!("`{}` travels where another one does", scheme.name());
                return Err(RequestError::Credentials(detail));
            }
            authority.written.push((place, text));
        }
        Ok(authority)
    }

    async fn write(
        &mut self,
        client: &Inner,
        scheme: &'static SecurityScheme,
    ) -> Result<Option<(Place, String)>, RequestError> {
        let token = match client.credential(scheme.name()) {
            Some(Credential::Token(token)) => token.expose().to_owned(),
            Some(Credential::Basic(basic)) => basic.encoded(),
            Some(Credential::Source(source)) => {
                let token = source.0.token().await.map_err(RequestError::Token)?;
                self.renewable.push((source.clone(), token.clone()));
                token.expose().to_owned()
            }
            None => return Ok(None),
        };
        let authorization = |scheme: &str| Some((Place::Header("authorization"), format!("{scheme} {token}")));
        Ok(match scheme {
            SecurityScheme::MutualTls { .. } => None,
            SecurityScheme::Bearer { .. } => authorization("Bearer"),
            SecurityScheme::Basic { .. } => authorization("Basic"),
            SecurityScheme::Http { scheme, .. } => authorization(scheme),
            SecurityScheme::ApiKey { location, parameter, .. } => match location {
                ParameterLocation::Header => Some((Place::Header(parameter), token)),
                ParameterLocation::Cookie if !token.bytes().all(is_cookie_octet) => {
                    return Err(RequestError::Header(format!("cookie {parameter}")));
                }
                ParameterLocation::Cookie => Some((Place::Cookie(parameter), token)),
                ParameterLocation::Query | ParameterLocation::Path => Some((Place::Query(parameter), token)),
            },
        })
    }

    /// Writes them into a request.
    pub(crate) fn apply(
        &self,
        headers: &mut HeaderMap,
        query: &mut Vec<String>,
        cookies: &mut Vec<String>,
    ) -> Result<(), RequestError> {
        for (place, text) in &self.written {
            match place {
                Place::Header(name) => insert_secret(headers, name, text)?,
                Place::Query(name) => {
                    query.push(format!("{}={}", style::encode_segment(name), style::encode_segment(text)));
                }
                Place::Cookie(name) => cookies.push(format!("{name}={text}")),
            }
        }
        Ok(())
    }

    /// Whether asking again could bring better credentials.
    pub(crate) fn is_renewable(&self) -> bool {
        !self.renewable.is_empty()
    }

    /// Says that the server did not take them.
    pub(crate) fn refuse(&self) {
        self.renewable.iter().for_each(|(source, token)| source.0.refused(token));
    }
}

/// What a cookie may hold as it is (RFC 6265, section 4.1.1).
fn is_cookie_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

/// The first alternative whose credentials are all there. No credentials at all may be one of the alternatives; who has
/// some means to use them.
fn choose(client: &Inner, operation: &wire::Operation) -> Result<&'static [SecurityScheme], RequestError> {
    if operation.security.is_empty() {
        return Ok(&[]);
    }
    let possible = || operation.security.iter().filter(|schemes| schemes.iter().all(|scheme| fits(client, scheme)));
    let chosen = possible().find(|schemes| !schemes.is_empty()).or_else(|| possible().next());
    chosen.copied().ok_or_else(|| RequestError::Credentials(missing(client, operation)))
}

fn fits(client: &Inner, scheme: &SecurityScheme) -> bool {
    match (scheme, client.credential(scheme.name())) {
        (SecurityScheme::MutualTls { .. }, _) => client.has_identity,
        (SecurityScheme::Basic { .. }, Some(Credential::Basic(_))) => true,
        (SecurityScheme::Basic { .. }, Some(Credential::Token(_) | Credential::Source(_)) | None) => false,
        (
            SecurityScheme::Http { .. } | SecurityScheme::ApiKey { .. } | SecurityScheme::Bearer { .. },
            Some(Credential::Token(_) | Credential::Source(_)),
        ) => true,
        (
            SecurityScheme::Http { .. } | SecurityScheme::ApiKey { .. } | SecurityScheme::Bearer { .. },
            Some(Credential::Basic(_)) | None,
        ) => false,
    }
}

/// What each alternative lacks: `a; or b and c`.
fn missing(client: &Inner, operation: &wire::Operation) -> String {
    let lacks = |schemes: &&[SecurityScheme]| {
        let lacking = schemes.iter().filter(|scheme| !fits(client, scheme));
        lacking.map(|scheme| describe(client, scheme)).collect::<Vec<_>>().join(" and ")
    };
    let alternatives = operation.security.iter().map(lacks).collect::<Vec<_>>();
    format!("{} is missing", alternatives.join(", or "))
}

fn describe(client: &Inner, scheme: &SecurityScheme) -> String {
    let name = scheme.name();
    match (scheme, client.credential(name)) {
        (SecurityScheme::MutualTls { .. }, _) => format!("the client's certificate for `{name}`"),
        (SecurityScheme::Basic { .. }, Some(_)) => format!("user name and password for `{name}` (and not a token)"),
        (SecurityScheme::Basic { .. }, None) => format!("user name and password for `{name}`"),
        (SecurityScheme::Http { .. } | SecurityScheme::Bearer { .. }, _) => format!("the token for `{name}`"),
        (SecurityScheme::ApiKey { .. }, _) => format!("the key for `{name}`"),
    }
}

/// A header that lower layers neither log nor index.
pub(crate) fn insert_secret(headers: &mut HeaderMap, name: &str, text: &str) -> Result<(), RequestError> {
    let unfit = || RequestError::Header(name.to_owned());
    let mut value = HeaderValue::from_str(text).map_err(|_| unfit())?;
    value.set_sensitive(true);
    headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BaseUrl, Basic, Client};

    const TOKEN: SecurityScheme = SecurityScheme::Bearer { name: "token", scopes: &[] };
    const USER: SecurityScheme = SecurityScheme::Basic { name: "user" };
    const KEY: SecurityScheme =
        SecurityScheme::ApiKey { name: "key", location: ParameterLocation::Cookie, parameter: "k" };
    static EITHER: wire::Operation = wire::Operation { security: &[&[TOKEN], &[USER, KEY]], ..wire::Operation::PLAIN };
    static BOTH_IN_ONE_HEADER: wire::Operation =
        wire::Operation { security: &[&[TOKEN, USER]], ..wire::Operation::PLAIN };

    async fn check(operation: &'static wire::Operation, credentials: &[(&str, Credential)]) -> String {
        let base = BaseUrl::https("https://api.example").expect("https");
        let mut builder = Client::builder(base).only_own_roots();
        for (name, credential) in credentials {
            builder = builder.credential(*name, credential.clone());
        }
        let client = builder.build().expect("a client");
        let authority = match Authority::gather(client.inner(), operation).await {
            Ok(authority) => authority,
            Err(error) => return error.to_string(),
        };
        let (mut headers, mut query, mut cookies) = (HeaderMap::new(), Vec::new(), Vec::new());
        if let Err(error) = authority.apply(&mut headers, &mut query, &mut cookies) {
            return error.to_string();
        }
        let shown = headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")));
        shown.chain(query).chain(cookies).collect::<Vec<_>>().join("; ")
    }

    #[tokio::test]
    async fn the_first_alternative_with_credentials_is_used_and_what_is_missing_is_named() {
        let (token, user) = (Credential::from(Token::new("t")), Credential::from(Basic::new("a", "b")));
        let key = Credential::from(Token::new("k=="));
        assert_eq!(check(&EITHER, &[("token", token.clone())]).await, "authorization: Bearer t");
        let both = [("user", user.clone()), ("key", key.clone())];
        assert_eq!(check(&EITHER, &both).await, "authorization: Basic YTpi; k=k==");
        assert_eq!(
            check(&EITHER, &[("user", user.clone())]).await,
            "no credentials: the token for `token`, or the key for `key` is missing"
        );
        assert_eq!(
            check(&EITHER, &[("user", token.clone()), ("key", key)]).await,
            "no credentials: the token for `token`, or user name and password for `user` (and not a token) is missing"
        );
        assert_eq!(
            check(&EITHER, &[("user", user.clone()), ("key", Token::new("a;b").into())]).await,
            "header `cookie k` cannot carry its value"
        );
        assert_eq!(
            check(&BOTH_IN_ONE_HEADER, &[("token", token), ("user", user)]).await,
            "no credentials: `user` travels where another one does"
        );
    }
}
