//! The client: where the API is, what it proves itself with, and how it repeats calls. Cheap to clone; clones share
//! connections and the retry budget.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::base_url::BaseUrl;
use crate::builder::ClientBuilder;
use crate::call::Call;
use crate::credential::Credential;
use crate::operation::Operation;
use crate::retry::{Budget, RetryPolicy};
use crate::target::Servers;

/// A client of one API. Generated crates wrap it.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) http: reqwest::Client,
    pub(crate) base: BaseUrl,
    pub(crate) servers: Servers,
    pub(crate) credentials: Vec<(String, Credential)>,
    pub(crate) has_identity: bool,
    pub(crate) validates: bool,
    pub(crate) policy: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) response_limit: usize,
}

impl Inner {
    pub(crate) fn credential(&self, scheme: &str) -> Option<&Credential> {
        self.credentials.iter().find(|(name, _)| name == scheme).map(|(_, credential)| credential)
    }
}

impl Client {
    /// Everything that can be chosen about a client of the API at `base`.
    pub fn builder(base: BaseUrl) -> ClientBuilder {
        ClientBuilder::new(base)
    }

    pub(crate) fn new(inner: Inner) -> Client {
        Client(Arc::new(inner))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Where the API is.
    pub fn base(&self) -> &BaseUrl {
        &self.0.base
    }

    /// A call of an operation, its parameters and body still to be given. For generated code.
    pub fn call<Op: Operation>(&self) -> Call<Op> {
        Call::new(self.clone())
    }
}

/// The names of the schemes that there are credentials for, and nothing of the credentials.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes: Vec<_> = self.0.credentials.iter().map(|(name, _)| name).collect();
        f.debug_struct("Client").field("base", &self.0.base).field("credentials", &schemes).finish_non_exhaustive()
    }
}
