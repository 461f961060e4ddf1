//! What a client proves itself with. None of it shows in `Debug`, and headers made of it are marked as sensitive, so
//! that lower layers neither log nor index them.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use methodical_wire::{Secret, Uuid};

use crate::oauth2::OAuth2;
use crate::token_source::{AnySource, TokenSource};

/// A token or key: what follows the scheme in `Authorization`, or the value of an API key.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Secret);

impl Token {
    /// A token.
    pub fn new(token: impl Into<String>) -> Token {
        Token(Secret::from(token.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A user name and a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Basic {
    user: String,
    password: Secret,
}

impl Basic {
    /// Credentials for RFC 7617.
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Basic {
        Basic { user: user.into(), password: Secret::from(password.into()) }
    }

    pub(crate) fn encoded(&self) -> String {
        STANDARD.encode(format!("{}:{}", self.user, self.password.expose()))
    }
}

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Basic(..)")
    }
}

/// A credential for one security scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// For `http` schemes with a token, API keys, OAuth 2 and OpenID Connect.
    Token(Token),
    /// For `http` with the scheme `basic`.
    Basic(Basic),
    /// For all that a token is for, where it has to be fetched.
    #[doc(hidden)]
    Source(AnySource),
}

impl Credential {
    /// Tokens from a source: it is asked before each request.
    pub fn source(source: impl TokenSource) -> Credential {
        Credential::Source(AnySource(Arc::new(source)))
    }
}

impl From<OAuth2> for Credential {
    fn from(source: OAuth2) -> Credential {
        Credential::source(source)
    }
}

impl From<Token> for Credential {
    fn from(token: Token) -> Credential {
        Credential::Token(token)
    }
}

impl From<Basic> for Credential {
    fn from(basic: Basic) -> Credential {
        Credential::Basic(basic)
    }
}

/// Names one intention of the caller's, so that a request which carries it may be repeated (IDEM-REPLAY). Keep it if
/// the repetition may happen after a restart of your program.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(HeaderValue);

/// A key that a header cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is 1 to 255 visible ASCII characters")]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// A key of the caller's.
    ///
    /// # Errors
    /// If it is not 1 to 255 visible ASCII characters.
    pub fn new(key: &str) -> Result<IdempotencyKey, IdempotencyKeyError> {
        let visible = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        let value = visible.then(|| HeaderValue::from_str(key).ok()).flatten();
        value.map(IdempotencyKey).ok_or(IdempotencyKeyError)
    }

    /// A key that nobody else has.
    pub fn random() -> IdempotencyKey {
        let text = Uuid::new_v4().to_string();
        IdempotencyKey(HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("")))
    }

    pub(crate) fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shows() {
        let shown = format!("{:?} {:?}", Credential::from(Token::new("t0p")), Basic::new("me", "t0p"));
        assert_eq!(shown, "Token(Token(..)) Basic(..)");
    }

    #[test]
    fn keys_fit_a_header() {
        assert!(IdempotencyKey::new("a-1").is_ok());
        assert!(IdempotencyKey::new("").is_err() && IdempotencyKey::new("a b").is_err());
        assert!(IdempotencyKey::new(&"x".repeat(256)).is_err());
        assert_ne!(IdempotencyKey::random(), IdempotencyKey::random());
    }
}
