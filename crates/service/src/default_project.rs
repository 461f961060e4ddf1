//! The default project, which every account has from its first moment on: so whatever belongs to a project always can.
//!
//! It is made below the runtime's typed transactions, together with the account ([`crate::access`]); what clients do to
//! projects is in the handlers.

use methodical_server::wire::Uuid;
use methodical_server::{Key, Record, Writes};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Environment, Project};

use crate::access::{self, AccessError, Account};

/// A project in the store, under its account and UUID.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ProjectRecord(pub(crate) Project);

impl Record for ProjectRecord {
    const TABLE: &'static str = "projects";
}

/// Which project of an account is the default one, under the account. The projects tell it too; to ask them all with
/// each thing that is made would take longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct DefaultProject(pub(crate) Uuid);

impl Record for DefaultProject {
    const TABLE: &'static str = "default_projects";
}

/// Where an account's default project is told.
pub(crate) fn key(account: &str) -> Key {
    Key::new(account)
}

/// Makes the default project of a new account, in the unit of work that makes the account.
pub(crate) async fn make(unit: &mut impl Writes, account: &Account) -> Result<(), AccessError> {
    let uuid = Uuid::new_v4();
    let record = ProjectRecord(first(uuid, account));
    access::write(unit, &Key::new((account.name.as_str(), uuid)), &record).await?;
    access::write(unit, &key(&account.name), &DefaultProject(uuid)).await
}

fn first(uuid: Uuid, account: &Account) -> Project {
    Project {
        budget: Some("0.00".to_owned()),
        color: "#0061FF".to_owned(),
        created_at: account.created_at,
        description: Some(None),
        environment: Some(Environment::Development),
        is_default: true,
        name: "Default".to_owned(),
        owner_uuid: account.uuid,
        updated_at: account.created_at,
        uuid,
    }
}

#[cfg(test)]
mod tests {
    use methodical_server::wire::validate;
    use stacklets_server::types::schemas;

    use super::*;

    #[test]
    fn it_is_a_project_that_the_contract_allows() {
        let account = Account {
            name: "ada".to_owned(),
            uuid: Uuid::nil(),
            created_at: methodical_server::wire::Timestamp::UNIX_EPOCH,
        };
        let value = serde_json::to_value(first(Uuid::nil(), &account)).unwrap();
        assert_eq!(validate(&schemas::PROJECT, &value), [], "{value}");
    }
}
