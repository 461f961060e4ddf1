//! What an implementor says once for all operations: the store, who callers are and how they are known.

use std::fmt;
use std::future::Future;

use methodical_wire::{Operation, Problem, Timestamp};

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

    /// Whether a caller may use an operation. Asked once the caller is known and counted, and before anything of the request but
    /// its route is looked at: who may not do this learns nothing of what they sent or of what is there.
    ///
    /// # Errors
    /// [`Forbidden`], with the problem that the 403 carries.
    fn authorize(&self, principal: &Self::Principal, operation: &'static Operation) -> Result<(), Forbidden> {
        let _ = (principal, operation);
        Ok(())
    }

    /// Under which name a caller's requests are counted.
    fn rate_key(&self, principal: &Self::Principal) -> String;

    /// Under which name a caller's idempotency keys are kept: whoever shares it shares them.
    fn scope_key(&self, principal: &Self::Principal) -> String {
        self.rate_key(principal)
    }

    /// What the log calls a caller. Never a secret; nothing by default.
    fn name(&self, principal: &Self::Principal) -> Option<String> {
        let _ = principal;
        None
    }

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
    /// The caller is known and may not use the API: 403.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// It could not be found out.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for Unauthenticated {
    fn from(error: StoreError) -> Self {
        Self::Fault(Fault::Store(error))
    }
}

/// A caller who is known may not do what they ask for: 403.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Forbidden(Box<Problem>);

impl Forbidden {
    /// For a reason that goes to the caller.
    pub fn new(detail: impl Into<String>) -> Self {
        Problem::new(403, detail).into()
    }

    pub(crate) fn into_problem(self) -> Problem {
        *self.0
    }
}

/// A problem of a kind of its own. Its status is set to 403.
impl From<Problem> for Forbidden {
    fn from(mut problem: Problem) -> Self {
        problem.status = 403;
        Self(Box::new(problem))
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
