//! The schema's version on the server, and the lock under which it is raised.

use tokio_postgres::{Client, Error};

/// One instance at a time: a lock of the connection's, which ends with it. It is on the schema, so
/// that others in the same database are not in the way.
const LOCK: &str = "SELECT pg_advisory_lock(hashtext('stacklets'), hashtext(current_schema()))";

/// Written by every version, so every version can tell whether it knows the schema.
const VERSIONS: &str = "
    CREATE TABLE IF NOT EXISTS stacklets_schema (
        version integer PRIMARY KEY,
        since timestamptz NOT NULL DEFAULT now()
    )";

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM stacklets_schema";

/// The schema, while this instance and no other may change it.
pub(in crate::store) struct Schema {
    client: Client,
}

impl Schema {
    /// Waits for the lock.
    pub(super) async fn lock(client: Client) -> Result<Schema, Error> {
        client.batch_execute("SET client_min_messages = error").await?;
        client.batch_execute(LOCK).await?;
        client.batch_execute(VERSIONS).await?;
        Ok(Schema { client })
    }

    /// The number that the server knows the schema by.
    pub(super) async fn number(&self) -> Result<u32, Error> {
        self.client.query_one("SELECT current_schema()::regnamespace::oid", &[]).await?.try_get(0)
    }

    /// The version that the schema has; 0 of an empty database.
    pub(in crate::store) async fn version(&self) -> Result<u32, Error> {
        let version: i32 = self.client.query_one(VERSION, &[]).await?.try_get(0)?;
        Ok(version.unsigned_abs())
    }

    /// Carries out statements and notes the version that they lead to, all or none.
    pub(in crate::store) async fn change(&self, statements: &str, version: u32) -> Result<(), Error> {
        let noted = format!("INSERT INTO stacklets_schema (version) VALUES ({version})");
        let all = format!("BEGIN; {statements}; {noted}; COMMIT");
        let result = self.client.batch_execute(&all).await;
        if result.is_err() {
            self.client.batch_execute("ROLLBACK").await?;
        }
        result
    }
}
