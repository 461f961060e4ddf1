//! The account's profile.

use std::collections::BTreeMap;

use methodical_server::{Cx, Fault, Found, Lookup, ReadTx, Refusal};
use stacklets_server::types::{Profile, ProfileResponse};
use stacklets_server::{Account as AccountHandlers, GetProfile, GetProfileRequest};

use crate::access::{self, Account, Caller};
use crate::api::Stacklets;
use crate::store::Database;

impl AccountHandlers for Stacklets {
    async fn get_profile<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        _request: GetProfileRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, ProfileResponse>, Refusal<GetProfile>> {
        let key = access::account_key(&cx.principal().account.name);
        let account = tx
            .get::<Account>(&key)
            .await?
            .ok_or_else(|| Fault::Other { detail: "the caller's account is gone".to_owned() })?;
        Ok(Found::render(account, |account| ProfileResponse { profile: profile(account) }))
    }
}

/// The operator gives an account a name and nothing else, so that is all there is to know of its
/// owner. No kind of object is limited.
fn profile(account: Account) -> Profile {
    let local = account.name.replace('@', ".");
    Profile {
        address: None,
        company: None,
        created_at: account.created_at,
        email: format!("{local}@stacklets.example"),
        features: Vec::new(),
        first_name: account.name,
        is_email_confirmed: false,
        last_name: String::new(),
        limits: BTreeMap::new(),
        phone: None,
        uuid: account.uuid,
    }
}

#[cfg(test)]
mod tests {
    use methodical_server::wire::validate;
    use stacklets_server::types::schemas;

    use super::*;

    #[test]
    fn every_account_has_a_profile_that_the_contract_allows() {
        for name in ["development", "a", "ada@home", "@", ".", &"x".repeat(64)] {
            let account = Account {
                name: name.to_owned(),
                uuid: methodical_server::wire::Uuid::nil(),
                created_at: methodical_server::wire::Timestamp::UNIX_EPOCH,
            };
            let value = serde_json::to_value(profile(account)).unwrap();
            assert_eq!(validate(&schemas::PROFILE, &value), [], "{value}");
        }
    }
}
