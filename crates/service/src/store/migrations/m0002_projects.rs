//! Projects: every account gets its default one, and what it has belongs to it from now on.

use bytes::Bytes;
use methodical_server::wire::Uuid;
use methodical_server::{BoxFuture, Key, Reads as _, Writes as _};
use serde_json::{Value, json};

use super::{MigrationError, Write};

/// What belonged to no project yet.
const BELONGING: [&str; 3] = ["ssh_keys", "stacklets", "tags"];

pub(super) fn migrate(unit: &mut Write) -> BoxFuture<'_, Result<(), MigrationError>> {
    Box::pin(async move {
        for (_, bytes) in unit.scan("accounts", Key::all(), 0, usize::MAX).await? {
            let account = read("accounts", &bytes)?;
            let name = account["name"].as_str().unwrap_or_default();
            let uuid = Uuid::new_v4();
            put(unit, "projects", Key::new((name, uuid)).as_bytes(), &project(uuid, &account)).await?;
            put(unit, "default_projects", Key::new(name).as_bytes(), &json!(uuid)).await?;
            for table in BELONGING {
                move_into(unit, table, name, uuid).await?;
            }
        }
        Ok(())
    })
}

async fn move_into(unit: &mut Write, table: &'static str, account: &str, uuid: Uuid) -> Result<(), MigrationError> {
    for (key, bytes) in unit.scan(table, Key::prefix(account), 0, usize::MAX).await? {
        let mut record = read(table, &bytes)?;
        if let Value::Object(members) = &mut record {
            members.entry("project_uuid").or_insert_with(|| json!(uuid));
        }
        put(unit, table, &key, &record).await?;
    }
    Ok(())
}

/// The members as they were when this step was written; later ones are a later step's affair.
fn project(uuid: Uuid, account: &Value) -> Value {
    json!({
        "budget": "0.00",
        "color": "#0061FF",
        "created_at": account["created_at"],
        "description": null,
        "environment": "Development",
        "is_default": true,
        "name": "Default",
        "owner_uuid": account["uuid"],
        "updated_at": account["created_at"],
        "uuid": uuid,
    })
}

fn read(table: &'static str, bytes: &[u8]) -> Result<Value, MigrationError> {
    serde_json::from_slice(bytes).map_err(|source| MigrationError::Record { table, source })
}

async fn put(unit: &mut Write, table: &'static str, key: &[u8], record: &Value) -> Result<(), MigrationError> {
    let bytes = serde_json::to_vec(record).map_err(|source| MigrationError::Record { table, source })?;
    unit.put(table, key, Bytes::from(bytes)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use methodical_server::Store as _;
    use methodical_server::wire::validate;
    use stacklets_server::types::schemas;

    use super::*;
    use crate::store::Database;

    const TIME: &str = "2020-09-21T13:11:08.481602Z";

    async fn all(unit: &Write, table: &'static str) -> Vec<Value> {
        let rows = unit.scan(table, Key::all(), 0, usize::MAX).await.unwrap();
        rows.iter().map(|(_, bytes)| serde_json::from_slice(bytes).unwrap()).collect()
    }

    #[tokio::test]
    async fn each_account_gets_a_project_for_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let mut unit = Database::open(folder.path()).unwrap().write().await.unwrap();
        for name in ["ada", "bob"] {
            let account = json!({ "name": name, "uuid": Uuid::new_v4(), "created_at": TIME });
            put(&mut unit, "accounts", Key::new(name).as_bytes(), &account).await.unwrap();
            let tag = json!({ "name": "t", "description": null, "created_at": TIME });
            put(&mut unit, "tags", Key::new((name, "t")).as_bytes(), &tag).await.unwrap();
        }
        migrate(&mut unit).await.unwrap();
        let [projects, defaults, tags, accounts] = [
            all(&unit, "projects").await,
            all(&unit, "default_projects").await,
            all(&unit, "tags").await,
            all(&unit, "accounts").await,
        ];
        for (number, project) in projects.iter().enumerate() {
            assert_eq!(validate(&schemas::PROJECT, project), [], "{project}");
            assert_eq!(validate(&schemas::TAG, &tags[number]), [], "{}", tags[number]);
            assert_eq!(project["owner_uuid"], accounts[number]["uuid"]);
            assert_eq!(project["uuid"], defaults[number]);
            assert_eq!(project["uuid"], tags[number]["project_uuid"]);
        }
        assert_eq!((projects.len(), tags.len()), (2, 2));
        assert_ne!(projects[0]["uuid"], projects[1]["uuid"]);
    }
}
