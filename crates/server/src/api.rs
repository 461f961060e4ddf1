//! What an implementor says once for all operations: the store, who callers are and how they are known.

use std::fmt;
use std::future::Future;

use methodical_wire::Timestamp;

use crate::credentials::Credentials;
use crate::fault::Fault;
use crate::store::{Store, StoreError};
use crate::tx::ReadTx;

/// An implementation of a described API. The handlers stand in the traits that are generated for its tags.
pub trait Api: Send + Sync + 'static {
    /// The store that its transactions come from. The implementor holds none: handlers receive what they may do.
    type Store: Store;
    /// Who is calling.
    type Principal: Send + Sync + 'static;

    /// Who sent these credentials. Called before anything else is looked at (AUTH-ENFORCED).
    ///
    /// # Errors
    /// [`Unauthenticated`] when nobody did, or they may not use the API.
    fn authenticate<'t>(
        &'t self,
        tx: &'t ReadTx<Self::Store>,
        credentials: &'t Credentials,
    ) -> impl Future<Output = Result<Self::Principal, Unauthenticated>> + Send + 't;

    /// Under which name a caller's requests are counted and their idempotency keys kept.
    fn rate_key(&self, principal: &Self::Principal) -> String;

    /// Who calls an operation that needs no credentials. With `None`, the default, such operations are refused like any other
    /// request without credentials.
    fn anonymous(&self) -> Option<Self::Principal> {
        None
    }
}

/// Why a caller is not let in.
#[derive(Debug, thiserror::Error)]
pub enum Unauthenticated {
    /// The credentials are wrong, expired or revoked: 401. The text goes to the caller.
    #[error("{0}")]
    Invalid(String),
    /// The caller is known and may not do this: 403. The text goes to the caller.
    #[error("{0}")]
    Forbidden(String),
    /// It could not be found out.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Unauthenticated {
    fn from(error: StoreError) -> Self {
        Self::Fault(Fault::Store(error))
    }
}

/// What a handler knows of the request beside its parameters and body. Only the runtime makes one, after it has
/// authenticated the caller.
pub struct Cx<P> {
    pub(crate) principal: P,
    pub(crate) request_id: String,
    pub(crate) now: Timestamp,
}

impl<P> Cx<P> {
    /// Who is calling.
    #[must_use]
    pub fn principal(&self) -> &P {
        &self.principal
    }

    /// The name of this request in the log and in the answer.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// When the request came, to the microsecond: the same for everything that it creates.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }
}

/// Without the principal, which may hold secrets.
impl<P> fmt::Debug for Cx<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx").field("request_id", &self.request_id).field("now", &self.now).finish_non_exhaustive()
    }
}
