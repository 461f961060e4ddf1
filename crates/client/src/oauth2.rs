//! OAuth 2 without a person: client credentials (RFC 6749, section 4.4) and refresh tokens (section 6).
//!
//! A token is fetched when the first request needs it and kept until shortly before it expires. However many requests wait
//! for one, it is fetched once. Secrets stand in the request to the token server and nowhere else.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Method, header};
use methodical_wire::Secret;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::Instant;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::base_url::BaseUrl;
use crate::builder::{BuildError, ClientBuilder};
use crate::client::Client;
use crate::credential::Token;
use crate::token_source::{TokenError, TokenFuture, TokenSource};
use crate::transport::{Prepared, Reading, Received, Terms, attempt};

/// How much an answer of a token server may have.
const LIMIT: usize = 1 << 20;
/// How long it may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long before its end a token is not used any more: it has to live until it arrives.
const MARGIN: Duration = Duration::from_secs(30);

/// A source of tokens from a token server. Clones share the token.
#[derive(Clone)]
pub struct OAuth2(Arc<Inner>);

struct Inner {
    client: Client,
    settings: Settings,
    cached: Mutex<Option<Held>>,
    /// Held while a token is fetched; the refresh token, which the server may replace with each.
    flight: tokio::sync::Mutex<Option<Secret>>,
}

struct Held {
    token: Token,
    until: Option<Instant>,
}

/// What is asked for.
struct Settings {
    client_id: String,
    client_secret: Option<Secret>,
    authentication: ClientAuthentication,
    scopes: Vec<String>,
    parameters: Vec<(String, String)>,
}

/// How the client proves itself to the token server (RFC 6749, section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `Authorization: Basic`, which every token server takes.
    Header,
    /// `client_id` and `client_secret` in the body, which some want.
    Body,
}

/// A source to be.
#[must_use]
pub struct OAuth2Builder {
    http: ClientBuilder,
    settings: Settings,
    refresh_token: Option<Secret>,
}

impl OAuth2 {
    /// Tokens for the client itself.
    pub fn client_credentials(
        token_url: BaseUrl,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> OAuth2Builder {
        OAuth2Builder::new(token_url, client_id.into(), Some(Secret::from(client_secret.into())))
    }

    /// Tokens for whoever the refresh token was given to. A client without a secret is a public one.
    pub fn refresh_token(
        token_url: BaseUrl,
        client_id: impl Into<String>,
        client_secret: Option<String>,
        refresh_token: impl Into<String>,
    ) -> OAuth2Builder {
        let builder = OAuth2Builder::new(token_url, client_id.into(), client_secret.map(Secret::from));
        OAuth2Builder { refresh_token: Some(Secret::from(refresh_token.into())), ..builder }
    }

    /// The token that is kept, unless its time is up.
    fn cached(&self) -> Option<Token> {
        let cached = self.0.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let held = cached.as_ref()?;
        held.until.is_none_or(|until| Instant::now() < until).then(|| held.token.clone())
    }

    async fn fetch(&self) -> Result<Token, TokenError> {
        let mut refresh_token = self.0.flight.lock().await;
        // Somebody else may have fetched one while we waited.
        if let Some(token) = self.cached() {
            return Ok(token);
        }
        let prepared = self.0.request(refresh_token.as_ref())?;
        let terms =
            Terms { declared: |_| true, reading: |_, _: &HeaderMap| Reading::Whole, limit: LIMIT, timeout: TIMEOUT };
        let received = attempt(&self.0.client.inner().http, &prepared, &terms).await;
        let answer = read(&received.map_err(|error| TokenError::Unreachable(error.to_string()))?)?;
        if let (Some(_), Some(next)) = (&*refresh_token, answer.refresh_token) {
            *refresh_token = Some(Secret::from(next));
        }
        let until = answer.expires_in.map(|lifetime| Instant::now() + usable(lifetime));
        let token = Token::new(answer.access_token);
        *self.0.cached.lock().unwrap_or_else(PoisonError::into_inner) = Some(Held { token: token.clone(), until });
        Ok(token)
    }
}

/// How long a token of this lifetime is used: but for the margin, of a short one the first half.
fn usable(lifetime: Duration) -> Duration {
    lifetime.checked_sub(MARGIN).unwrap_or_default().max(lifetime / 2)
}

impl TokenSource for OAuth2 {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async move {
            match self.cached() {
                Some(token) => Ok(token),
                None => self.fetch().await,
            }
        })
    }

    fn refused(&self, token: &Token) {
        let mut cached = self.0.cached.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was fetched meanwhile has not been refused.
        if cached.as_ref().is_some_and(|held| held.token == *token) {
            *cached = None;
        }
    }
}

impl Inner {
    fn request(&self, refresh_token: Option<&Secret>) -> Result<Prepared, TokenError> {
        let Settings { client_id, client_secret, authentication, scopes, parameters } = &self.settings;
        let mut form = Serializer::new(String::new());
        match refresh_token {
            Some(token) => form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token.expose()),
            None => form.append_pair("grant_type", "client_credentials"),
        };
        if !scopes.is_empty() {
            form.append_pair("scope", &scopes.join(" "));
        }
        form.extend_pairs(parameters);
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        match (client_secret, authentication) {
            (Some(secret), ClientAuthentication::Header) => {
                headers.insert(header::AUTHORIZATION, basic(client_id, secret.expose())?);
            }
            (Some(secret), ClientAuthentication::Body) => {
                form.append_pair("client_id", client_id).append_pair("client_secret", secret.expose());
            }
            (None, ClientAuthentication::Header | ClientAuthentication::Body) => {
                form.append_pair("client_id", client_id);
            }
        }
        let url = self.client.base().as_url().clone();
        Ok(Prepared { method: Method::POST, url, headers, body: Some(form.finish().into()) })
    }
}

/// Id and secret are written as a form would have them before they are joined (RFC 6749, section 2.3.1).
fn basic(id: &str, secret: &str) -> Result<HeaderValue, TokenError> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let text = format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))));
    let value = HeaderValue::from_str(&text);
    let mut value = value.map_err(|_| TokenError::Other("the client's id cannot be sent".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A success of RFC 6749, section 5.1.
struct Granted {
    access_token: String,
    expires_in: Option<Duration>,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    token_type: Option<String>,
    expires_in: Option<Value>,
    refresh_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

fn read(received: &Received) -> Result<Granted, TokenError> {
    let answer: Option<Answer> = received.body.in_memory().and_then(|body| serde_json::from_slice(body).ok());
    if !(200..300).contains(&received.status) || answer.as_ref().is_some_and(|answer| answer.error.is_some()) {
        let (error, description) = answer.map(|answer| (answer.error, answer.error_description)).unwrap_or_default();
        let error = error.map_or_else(|| format!("status {}", received.status), |error| short(&error));
        return Err(TokenError::Refused { error, description: description.as_deref().map(short) });
    }
    let unusable = |what: &str| TokenError::Unusable(what.to_owned());
    let answer = answer.ok_or_else(|| unusable("it is not the JSON of RFC 6749"))?;
    let kind = answer.token_type.as_deref().unwrap_or("bearer");
    if !kind.eq_ignore_ascii_case("bearer") {
        return Err(unusable(&format!("its type is `{}`, and not `bearer`", short(kind))));
    }
    let access_token = answer.access_token.filter(|token| !token.is_empty());
    Ok(Granted {
        access_token: access_token.ok_or_else(|| unusable("it has no `access_token`"))?,
        expires_in: answer.expires_in.as_ref().and_then(seconds),
        refresh_token: answer.refresh_token,
    })
}

/// A number, or the text of one, which some servers send.
fn seconds(value: &Value) -> Option<Duration> {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    Duration::try_from_secs_f64(number.max(0.0)).ok().map(|time| time.min(crate::exchange::FAR))
}

/// What goes into an error is not for the token server to bloat.
fn short(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}

impl OAuth2Builder {
    fn new(token_url: BaseUrl, client_id: String, client_secret: Option<Secret>) -> OAuth2Builder {
        let settings = Settings {
            client_id,
            client_secret,
            authentication: ClientAuthentication::Header,
            scopes: Vec::new(),
            parameters: Vec::new(),
        };
        OAuth2Builder { http: ClientBuilder::new(token_url), settings, refresh_token: None }
    }

    /// The scopes that are asked for; without any the token server decides.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> OAuth2Builder {
        self.settings.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// One more parameter of the request to the token server, such as `audience`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> OAuth2Builder {
        self.settings.parameters.push((name.into(), value.into()));
        self
    }

    /// How the client proves itself to the token server; by the header unless said otherwise.
    pub fn authentication(mut self, authentication: ClientAuthentication) -> OAuth2Builder {
        self.settings.authentication = authentication;
        self
    }

    /// Trusts these certificates (PEM, one or several) beside the platform's.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> OAuth2Builder {
        self.http = self.http.root_certificates_pem(pem);
        self
    }

    /// Trusts none of the platform's certificates.
    pub fn only_own_roots(mut self) -> OAuth2Builder {
        self.http = self.http.only_own_roots();
        self
    }

    /// The client's own certificate chain and key (PEM), for token servers that want mutual TLS.
    pub fn identity_pem(mut self, certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> OAuth2Builder {
        self.http = self.http.identity_pem(certificates, key);
        self
    }

    /// The source.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    pub fn build(self) -> Result<OAuth2, BuildError> {
        Ok(OAuth2(Arc::new(Inner {
            client: self.http.build()?,
            settings: self.settings,
            cached: Mutex::new(None),
            flight: tokio::sync::Mutex::new(self.refresh_token),
        })))
    }
}

impl fmt::Debug for OAuth2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2").field("token_url", self.0.client.base()).finish_non_exhaustive()
    }
}

impl fmt::Debug for OAuth2Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2Builder").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_they_are_sent() {
        let check = |status, body: &str| {
            let url = url::Url::parse("https://a.example/").expect("a URL");
            let body = bytes::Bytes::copy_from_slice(body.as_bytes()).into();
            let read = read(&Received { status, headers: HeaderMap::new(), body, url });
            read.map_or_else(|error| error.to_string(), |granted| format!("{:?}", granted.expires_in))
        };
        assert_eq!(check(200, r#"{"access_token":"a","token_type":"Bearer","expires_in":"60"}"#), "Some(60s)");
        assert_eq!(check(200, r#"{"access_token":"a","expires_in":1e300}"#), "None");
        let mac = "the token server's answer holds no token that can be used: its type is `mac`, and not `bearer`";
        assert_eq!(check(200, r#"{"access_token":"a","token_type":"mac"}"#), mac);
        let refused = "the token server refused: invalid_client (who are you)";
        assert_eq!(check(400, r#"{"error":"invalid_client","error_description":"who\n are you"}"#), refused);
        assert_eq!(check(502, "<html>"), "the token server refused: status 502");
    }

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        assert_eq!(usable(Duration::from_secs(3600)), Duration::from_secs(3570));
        assert_eq!(usable(Duration::from_secs(20)), Duration::from_secs(10));
    }
}
