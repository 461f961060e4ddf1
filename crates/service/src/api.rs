//! The implementor of the API: who callers are. What they may ask is in the generated traits, one
//! file a tag.

use methodical_server::wire::Operation;
use methodical_server::{Api, Credentials, Forbidden, ReadTx, Unauthenticated};

use crate::access::{self, Caller};
use crate::store::Database;
use crate::tasks::Tasks;
use crate::token::Token;

/// The Stacklets API over either store.
#[derive(Debug, Clone)]
pub struct Stacklets {
    /// Who does the work that goes on after a request.
    pub(crate) tasks: Tasks,
}

impl Api for Stacklets {
    type Store = Database;
    type Principal = Caller;

    /// One answer for each wrong token, so that a caller learns nothing from it.
    async fn authenticate<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        credentials: &'t Credentials,
    ) -> Result<Caller, Unauthenticated> {
        let caller = match credentials.first().and_then(Token::parse) {
            Some(token) => access::find_caller(tx, &token).await?,
            None => None,
        };
        caller.ok_or_else(|| Unauthenticated::Invalid("The token is not valid.".to_owned()))
    }

    fn authorize(&self, caller: &Caller, operation: &'static Operation) -> Result<(), Forbidden> {
        caller.scopes.check(operation)
    }

    /// Each token has a limit of its own, so that one program of an account cannot use up another's.
    fn rate_key(&self, caller: &Caller) -> String {
        format!("token {}", caller.token)
    }

    /// An account's keys are one set: a request repeated with another of its tokens is still a repetition.
    fn scope_key(&self, caller: &Caller) -> String {
        caller.account.name.clone()
    }

    fn name(&self, caller: &Caller) -> Option<String> {
        Some(caller.account.name.clone())
    }
}
