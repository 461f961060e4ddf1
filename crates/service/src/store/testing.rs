//! A schema of a test's own on the server that `cargo xtask test` starts.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Address, Database, Place, PostgresStore};

/// The variable that says where the server is.
const SERVER: &str = "METHODICAL_POSTGRES";

/// An empty place on the server, or `None` and a loud word where there is no server.
pub(crate) async fn place(test: &str) -> Option<Place> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var(SERVER) else {
        eprintln!("=== SKIPPED: {test}: `cargo xtask test` starts a PostgreSQL server and sets {SERVER} ===");
        return None;
    };
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let schema = format!("unit_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    let url = format!("{server}?options=-c%20search_path%3D{schema}");
    Some(Place::Server(Box::new(Address::parse(&url).unwrap())))
}

/// A store there.
pub(crate) async fn postgres(test: &str) -> Option<PostgresStore> {
    match Database::connect(&place(test).await?).await.unwrap() {
        Database::Postgres(store) => Some(store),
        Database::Embedded(_) => unreachable!("the place is on a server"),
    }
}
