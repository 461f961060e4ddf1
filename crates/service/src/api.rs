//! The implementor of the API: who callers are. What they may ask is in the generated traits, one
//! file a tag.

use methodical_server::{Api, Credentials, ReadTx, Unauthenticated};

use crate::access::{self, Account};
use crate::store::EmbeddedStore;
use crate::token::Token;

/// The Stacklets API over the embedded store.
#[derive(Debug, Clone, Copy)]
pub struct Stacklets;

impl Api for Stacklets {
    type Store = EmbeddedStore;
    type Principal = Account;

    /// One answer for each wrong token, so that a caller learns nothing from it.
    async fn authenticate<'t>(
        &'t self,
        tx: &'t ReadTx<EmbeddedStore>,
        credentials: &'t Credentials,
    ) -> Result<Account, Unauthenticated> {
        let account = match credentials.first().and_then(Token::parse) {
            Some(token) => access::find_account(tx, &token).await?,
            None => None,
        };
        account.ok_or_else(|| Unauthenticated::Invalid("The token is not valid.".to_owned()))
    }

    fn rate_key(&self, account: &Account) -> String {
        account.name.clone()
    }
}
