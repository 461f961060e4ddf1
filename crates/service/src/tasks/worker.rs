//! The loop that looks at tasks whose time has come. Every instance runs one.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use methodical_server::wire::Timestamp;
use methodical_server::{Fault, Lookup as _, StoreError, Stored, Window, unit_of_work, view};
use tokio::time::sleep;

use super::begin::Tasks;
use super::provider::later;
use super::record::Timer;
use super::step::{self, Grip};
use crate::metrics::Metrics;
use crate::store::Database;

/// How often the timers are looked at while none is due.
const PAUSE: Duration = Duration::from_millis(100);
/// How long after a failure.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// How long a look is put off that failed.
const OFF: SignedDuration = SignedDuration::from_secs(5);
/// How many timers are taken at once.
const BATCH: usize = 64;

/// Looks at tasks for ever.
pub(crate) async fn run(store: Database, tasks: Tasks, metrics: Arc<Metrics>) {
    loop {
        let pause = match round(&store, &tasks, &metrics, now()).await {
            Ok(BATCH) => Duration::ZERO,
            Ok(_) => PAUSE,
            Err(fault) => {
                tracing::error!(error = %fault, "the timers of tasks cannot be read");
                PAUSE_AFTER_FAILURE
            }
        };
        sleep(pause).await;
    }
}

/// Looks at the tasks that are due, and says how many there were.
pub(super) async fn round(store: &Database, tasks: &Tasks, metrics: &Metrics, now: Timestamp) -> Result<usize, Fault> {
    let window = Window { skip: 0, limit: BATCH };
    let due = view(store, |tx| Box::pin(async move { tx.list::<Timer>(&Timer::due(now), window).await })).await?;
    let count = due.len();
    metrics.set_tasks_due(count);
    for timer in due.into_iter().map(Stored::into_record) {
        look(store, tasks, metrics, &timer, now).await;
    }
    Ok(count)
}

async fn look(store: &Database, tasks: &Tasks, metrics: &Metrics, timer: &Timer, now: Timestamp) {
    let taken = unit_of_work(store, 1, |tx| {
        let (tasks, timer) = (tasks.clone(), timer.clone());
        Box::pin(async move { step::take(tx, &tasks, &timer, now).await })
    });
    match taken.await {
        // Another instance is at it, or a request; the timer is still there if neither was about the task.
        Ok(None) | Err(Fault::Store(StoreError::Conflict)) => {}
        Ok(Some((task, status))) => metrics.count_task(task, &status),
        Err(fault) => {
            tracing::error!(error = %fault, account = timer.account, task = timer.task, "a task cannot be looked at");
            put_off(store, timer, now).await;
        }
    }
}

async fn put_off(store: &Database, timer: &Timer, now: Timestamp) {
    let put_off = |grip: Grip| {
        unit_of_work(store, 1, move |tx| {
            let timer = timer.clone();
            Box::pin(async move { step::put_off(tx, &timer, later(now, OFF), now, grip).await })
        })
    };
    let done = match put_off(Grip::Released).await {
        // It may be the resource's own record that is damaged.
        Err(fault) if !matches!(fault, Fault::Store(_)) => put_off(Grip::Left).await,
        done => done,
    };
    if let Err(fault) = done {
        tracing::error!(error = %fault, account = timer.account, task = timer.task, "a task cannot be put off");
    }
}

/// To the microsecond, like every time in the contract.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
