//! The PostgreSQL server of the tests, which `cargo xtask test` starts: each store gets a schema of
//! its own on it, so that tests run at once. The server is thrown away, and all schemas with it.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::NoTls;

/// The variable that says where the server is.
const SERVER: &str = "METHODICAL_POSTGRES";

/// The variable that says where services keep what they have, in tests to which it is the same:
/// `postgres`, or anything else for a file.
const STORE: &str = "METHODICAL_STORE";

/// Whether a service is to keep its store on PostgreSQL though the test does not ask for it.
pub(crate) fn is_wanted() -> bool {
    std::env::var(STORE).is_ok_and(|store| store == "postgres")
}

/// Whether there is a server; says so loudly if there is none.
pub(crate) fn is_there(test: &str) -> bool {
    let found = std::env::var(SERVER).is_ok();
    if !found {
        eprintln!("\n\n=== SKIPPED: {test}: no PostgreSQL server here; `cargo xtask test` starts one ===\n\n");
    }
    found
}

/// The URL of an empty store.
pub(crate) fn new_store() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var(SERVER).expect("a server, as METHODICAL_STORE says");
    let schema = format!("system_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    execute(&server, format!("CREATE SCHEMA {schema}"));
    format!("{server}?options=-c%20search_path%3D{schema}")
}

/// On a thread of its own: some tests run on a runtime, and some do not.
fn execute(server: &str, statement: String) {
    let server = server.to_owned();
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&server, NoTls).await.expect("a connection");
            tokio::spawn(connection);
            client.batch_execute(&statement).await.expect("a statement that is carried out");
        });
    };
    std::thread::spawn(work).join().expect("a thread that does not panic");
}
