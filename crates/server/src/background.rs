//! Work of the service's own, outside of any request: timers, clean-up, what an operation left to be done. It sees the store as
//! handlers do, through the same transactions, so what they promise of a record holds for it too.

use futures_util::future::BoxFuture;
use tokio::time::sleep;

use crate::fault::Fault;
use crate::precondition::Preconditions;
use crate::store::Store;
use crate::tx::{ReadTx, WriteTx};
use crate::work::jitter;

/// Carries out a unit of work: committed if it succeeds, rolled back if not, and done again, up to `conflicts` times, after a
/// conflict with another. So `work` may run several times and must have no effect but through the transaction.
///
/// There is no limit of time; who needs one drops the future before its commit, or makes `work` end.
///
/// # Errors
/// What `work` or the store reports; [`StoreError::Conflict`](crate::StoreError::Conflict) when each time somebody was faster.
pub async fn unit_of_work<S: Store, T: Send>(
    store: &S,
    conflicts: u32,
    work: impl for<'t> Fn(&'t mut WriteTx<S>) -> BoxFuture<'t, Result<T, Fault>> + Send + Sync,
) -> Result<T, Fault> {
    let mut attempt = 0;
    loop {
        match attempt_once(store, attempt, &work).await {
            Err(fault) if fault.is_conflict() && attempt < conflicts => {
                tracing::debug!(attempt, "a unit of work met a conflict");
                sleep(jitter(attempt)).await;
                attempt += 1;
            }
            ended => return ended,
        }
    }
}

async fn attempt_once<S: Store, T: Send>(
    store: &S,
    conflicts: u32,
    work: &(impl for<'t> Fn(&'t mut WriteTx<S>) -> BoxFuture<'t, Result<T, Fault>> + Send + Sync),
) -> Result<T, Fault> {
    let mut tx = WriteTx::begin_again(store, Preconditions::default(), conflicts).await?;
    let done = work(&mut tx).await?;
    tx.commit().await?;
    Ok(done)
}

/// Looks at the store as it is at one moment.
///
/// # Errors
/// What `look` or the store reports.
pub async fn view<S: Store, T: Send>(
    store: &S,
    look: impl for<'t> FnOnce(&'t ReadTx<S>) -> BoxFuture<'t, Result<T, Fault>> + Send,
) -> Result<T, Fault> {
    let tx = ReadTx::begin(store).await?;
    look(&tx).await
}
