//! What becomes of a task when its time has come.

use jiff::SignedDuration;
use methodical_server::wire::Timestamp;
use methodical_server::{Fault, Lookup as _, WriteTx};
use stacklets_server::types::TaskStatus;

use super::begin::Tasks;
use super::provider::{Progress, later};
use super::record::{TaskRecord, Timer};
use super::work::Undone;
use crate::handlers::owned_by;
use crate::store::Database;

/// How long a task is kept after its end.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A task that has come to its end: what it was, and how it ended.
pub(super) type Ended = (&'static str, TaskStatus);

/// Looks at the task of a timer that is due, and says whether that was the end of it. Another instance may have looked since
/// the timer was seen.
pub(super) async fn take(
    tx: &mut WriteTx<Database>,
    tasks: &Tasks,
    timer: &Timer,
    now: Timestamp,
) -> Result<Option<Ended>, Fault> {
    let key = Timer::key(timer.time, timer.task);
    if tx.get::<Timer>(&key).await?.is_none() {
        return Ok(None);
    }
    let task = owned_by(&timer.account, timer.task);
    match tx.get::<TaskRecord>(&task).await? {
        Some(record) if record.task.status == TaskStatus::InProgress => {
            advance(tx, tasks, &timer.account, record.into_record(), now).await
        }
        Some(_) | None => {
            tx.delete::<Timer>(&key).await?;
            tx.delete::<TaskRecord>(&task).await?;
            Ok(None)
        }
    }
}

async fn advance(
    tx: &mut WriteTx<Database>,
    tasks: &Tasks,
    account: &str,
    mut record: TaskRecord,
    now: Timestamp,
) -> Result<Option<Ended>, Fault> {
    let deadline = record.task.deadline;
    let (status, error) = match tasks.provider.look(&record.task, now) {
        // What was done in time counts, also where nobody was there to see it.
        Progress::Done(time) if time <= deadline => match record.work.finish(tx, account).await {
            Ok(()) => (TaskStatus::Completed, None),
            Err(Undone::Failed(why)) => (TaskStatus::Errored, Some(why)),
            Err(Undone::Fault(fault)) => return Err(fault),
        },
        Progress::Working(time) if now < deadline => {
            record.put_timer(tx, account, time.min(deadline)).await?;
            record.put(tx, account).await?;
            return Ok(None);
        }
        Progress::Done(_) | Progress::Working(_) => {
            (TaskStatus::TimedOut, Some("It had not ended at its deadline and was given up.".to_owned()))
        }
    };
    record.work.release(tx, account).await?;
    let ended = (record.work.name(), status.clone());
    end(tx, account, record, status, error, now).await?;
    Ok(Some(ended))
}

/// Ends a task, which is kept for a while from now on.
pub(super) async fn end(
    tx: &mut WriteTx<Database>,
    account: &str,
    mut record: TaskRecord,
    status: TaskStatus,
    error: Option<String>,
    now: Timestamp,
) -> Result<(), Fault> {
    record.task.status = status;
    record.task.error = error;
    record.task.ended_at = Some(now);
    record.put_timer(tx, account, later(now, KEPT)).await?;
    record.put(tx, account).await
}

/// What becomes of the resource of a task that is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grip {
    /// It is free again.
    Released,
    /// It is left as it is, because it cannot be written.
    Left,
}

/// Puts a look off that failed, so that it does not stand in the way of others. After its deadline a task whose
/// effect cannot be brought about is given up like one that got stuck.
pub(super) async fn put_off(
    tx: &mut WriteTx<Database>,
    timer: &Timer,
    until: Timestamp,
    now: Timestamp,
    grip: Grip,
) -> Result<(), Fault> {
    let Some(record) = tx.get::<TaskRecord>(&owned_by(&timer.account, timer.task)).await? else {
        return Ok(());
    };
    let mut record = record.into_record();
    if record.timer != timer.time {
        return Ok(());
    }
    if record.task.status == TaskStatus::InProgress && record.task.deadline <= now {
        match grip {
            Grip::Released => record.work.release(tx, &timer.account).await?,
            Grip::Left => {}
        }
        let why = Some("It could not be carried out.".to_owned());
        return end(tx, &timer.account, record, TaskStatus::TimedOut, why, now).await;
    }
    record.put_timer(tx, &timer.account, until).await?;
    record.put(tx, &timer.account).await
}
