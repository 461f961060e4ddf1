//! How handlers begin tasks, and end those that their requests make void.

use std::sync::Arc;

use jiff::SignedDuration;
use methodical_server::wire::Problem;
use methodical_server::wire::Timestamp;
use methodical_server::{Created, Declares, Fault, Lookup as _, Operation, Refusal, Refused, Stored, WriteTx};
use stacklets_server::types::{Task, TaskRef, TaskStatus};

use super::provider::{Progress, Provider, Simulated, later};
use super::record::TaskRecord;
use super::step;
use super::work::Work;
use crate::handlers::owned_by;
use crate::numbers;
use crate::problems::Kind;
use crate::store::Database;

/// What all tasks have in common: who does the work, and how long that may take.
#[derive(Debug, Clone)]
pub(crate) struct Tasks {
    pub(super) provider: Arc<dyn Provider>,
    pub(super) deadline: SignedDuration,
}

impl Tasks {
    /// Work of this length that is given up after this time.
    pub(crate) fn new(duration: SignedDuration, deadline: SignedDuration) -> Tasks {
        Tasks { provider: Arc::new(Simulated { duration }), deadline }
    }
}

impl Default for Tasks {
    fn default() -> Tasks {
        Tasks::new(SignedDuration::from_secs(1), SignedDuration::from_mins(10))
    }
}

/// A task that the unit of work has just begun.
#[derive(Debug)]
#[must_use = "its resource has to show it"]
pub(crate) struct Begun {
    /// What its resource shows.
    pub(crate) short: TaskRef,
    /// For an answer with 202.
    pub(crate) created: Created<Stored<TaskRecord>>,
}

impl Tasks {
    /// Begins some work. It is begun when the unit of work is committed and not before.
    pub(crate) async fn begin(
        &self,
        tx: &mut WriteTx<Database>,
        account: &str,
        now: Timestamp,
        work: Work,
    ) -> Result<Begun, Fault> {
        let id = numbers::next(tx, "tasks").await?;
        let task = Task {
            created_at: now,
            deadline: later(now, self.deadline),
            description: work.description(),
            ended_at: None,
            error: None,
            id,
            name: work.name().to_owned(),
            resource: work.resource(),
            status: TaskStatus::InProgress,
        };
        let first_look = match self.provider.look(&task, now) {
            Progress::Done(_) => now,
            Progress::Working(time) => time.min(task.deadline),
        };
        let mut record = TaskRecord { task, work, timer: first_look };
        record.put_timer(tx, account, first_look).await?;
        let short = record.short();
        let created = tx.create_one(owned_by(account, id), record).await.map_err(|refused| match refused {
            Refused::Fault(fault) => fault,
            Refused::Stale | Refused::Absent | Refused::Exists { .. } => {
                Fault::Other { detail: format!("the number of the task {id} was given out twice") }
            }
        })?;
        Ok(Begun { short, created })
    }
}

/// Refuses with 409 while a task is at work on `what`.
pub(crate) fn check_idle<Op>(what: &str, task: Option<&TaskRef>) -> Result<(), Refusal<Op>>
where
    Op: Declares<409> + Operation,
{
    let Some(task) = task else {
        return Ok(());
    };
    let detail =
        format!("The task {} (`{}`) is at work on {what}; another can begin when it has ended.", task.id, task.name);
    let problem = Problem::new(409, detail);
    let problem = match Kind::TaskInProgress.name() {
        Some((type_, title)) => problem.with_type(type_, title),
        None => problem,
    };
    Err(Refusal::status::<409>(problem))
}

/// What the task at work on a resource does.
pub(crate) async fn work_of(
    tx: &WriteTx<Database>,
    account: &str,
    task: Option<&TaskRef>,
) -> Result<Option<Work>, Fault> {
    let Some(task) = task else {
        return Ok(None);
    };
    let record = tx.get::<TaskRecord>(&owned_by(account, task.id)).await?;
    Ok(record.map(|record| record.into_record().work))
}

/// Ends the task at work on a resource, because the request at work makes it void. The resource is not touched: that
/// it no longer shows the task is the caller's to see to.
pub(crate) async fn abandon(
    tx: &mut WriteTx<Database>,
    account: &str,
    now: Timestamp,
    task: Option<&TaskRef>,
    why: &str,
) -> Result<(), Fault> {
    let Some(task) = task else {
        return Ok(());
    };
    let Some(record) = tx.get::<TaskRecord>(&owned_by(account, task.id)).await? else {
        return Ok(());
    };
    step::end(tx, account, record.into_record(), TaskStatus::Errored, Some(why.to_owned()), now).await
}
