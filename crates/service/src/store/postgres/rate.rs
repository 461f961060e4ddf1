//! Counting requests for all instances together: one statement on a table that is not logged, so
//! that it costs no write to disk. After a crash of the server every window begins anew.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use methodical_server::{BoxFuture, RateCounter, RateLimit, RateTaken, StoreError};
use tokio_postgres::Row;

use super::PostgresStore;
use super::error::failed;
use super::read::unexpected;

/// How many requests an instance counts before it forgets callers whose window has ended.
const SWEEP_EVERY: u32 = 4096;

/// Counts in the database, by its clock.
#[derive(Debug)]
pub(in crate::store) struct PostgresRates {
    store: PostgresStore,
    counted: AtomicU32,
}

impl PostgresRates {
    pub(in crate::store) fn new(store: PostgresStore) -> PostgresRates {
        PostgresRates { store, counted: AtomicU32::new(0) }
    }

    async fn count(&self, caller: &str, rule: RateLimit) -> Result<RateTaken, StoreError> {
        let window = i64::try_from(rule.window.as_micros()).unwrap_or(i64::MAX);
        if self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep(window);
        }
        let connection = self.store.connection().await?;
        let (client, take) = (&connection.client, &connection.statements.take);
        let row = client.query_one(take, &[&caller, &i64::from(rule.limit), &window]).await.map_err(failed)?;
        taken(&row, rule).map_err(unexpected)
    }

    /// In the background: it is no concern of the request that comes at that moment.
    fn sweep(&self, window: i64) {
        let store = self.store.clone();
        tokio::spawn(async move {
            let swept = async {
                let connection = store.connection().await?;
                connection.client.execute(&connection.statements.sweep, &[&window]).await.map_err(failed)
            };
            if let Err(error) = swept.await {
                tracing::warn!(%error, "ended windows of the rate limit could not be removed");
            }
        });
    }
}

fn taken(row: &Row, rule: RateLimit) -> Result<RateTaken, tokio_postgres::Error> {
    let used = u32::try_from(row.try_get::<_, i64>(0)?).unwrap_or(u32::MAX);
    let left = u64::try_from(row.try_get::<_, i64>(1)?).unwrap_or_default();
    Ok(RateTaken { used: used.min(rule.limit), left: Duration::from_micros(left), exceeded: used > rule.limit })
}

impl RateCounter for PostgresRates {
    fn take<'a>(&'a self, caller: &'a str, rule: RateLimit) -> BoxFuture<'a, Result<RateTaken, StoreError>> {
        Box::pin(self.count(caller, rule))
    }
}
