//! Where access tokens come from when they are not simply known: OAuth 2 and OpenID Connect. A source is asked before each
//! request, and told when the server did not accept what it gave.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::credential::Token;

/// A token on its way.
pub type TokenFuture<'s> = Pin<Box<dyn Future<Output = Result<Token, TokenError>> + Send + 's>>;

/// A source of access tokens. [`OAuth2`](crate::OAuth2) is one; for flows in which a person takes part (authorisation code,
/// device) write your own.
pub trait TokenSource: Send + Sync + 'static {
    /// The token for the next request: one that is known already, as long as it is good.
    fn token(&self) -> TokenFuture<'_>;

    /// The server answered 401 to this token, so it is not to be given again.
    fn refused(&self, token: &Token);
}

/// Why there is no token. Nothing of a secret is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// No answer of the token server's came.
    #[error("the token server did not answer: {0}")]
    Unreachable(String),
    /// The token server refused (RFC 6749, section 5.2).
    #[error("the token server refused: {error}{}", .description.as_deref().map(|text| format!(" ({text})")).unwrap_or_default())]
    Refused {
        /// Its code, such as `invalid_client`; the status where it gave none.
        error: String,
        /// What it says to it.
        description: Option<String>,
    },
    /// What the token server answered holds no token that can be used.
    #[error("the token server's answer holds no token that can be used: {0}")]
    Unusable(String),
    /// A reason of a source of the caller's.
    #[error("{0}")]
    Other(String),
}

/// A source as a credential holds it: [`Credential::source`](crate::Credential::source) makes one.
#[derive(Clone)]
pub struct AnySource(pub(crate) std::sync::Arc<dyn TokenSource>);

impl PartialEq for AnySource {
    fn eq(&self, other: &AnySource) -> bool {
        std::sync::Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for AnySource {}

impl fmt::Debug for AnySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSource(..)")
    }
}
