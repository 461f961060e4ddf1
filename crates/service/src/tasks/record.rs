//! What the store keeps of tasks: the task with its work, and the timer that says when to look at it next.

use methodical_server::wire::Timestamp;
use methodical_server::{Fault, Key, KeyRange, Record, Store, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Task, TaskRef};

use super::work::Work;
use crate::handlers::owned_by;
use crate::listing::Listed;

/// A task in the store, under its account and number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskRecord {
    /// What is shown.
    pub(crate) task: Task,
    /// What is to be done.
    pub(crate) work: Work,
    /// When it is looked at next: where its timer is.
    pub(super) timer: Timestamp,
}

impl Record for TaskRecord {
    const TABLE: &'static str = "tasks";
}

impl Listed for TaskRecord {
    fn name(&self) -> &str {
        &self.task.name
    }

    fn created_at(&self) -> Timestamp {
        self.task.created_at
    }
}

impl TaskRecord {
    /// The short form that its resource shows.
    pub(super) fn short(&self) -> TaskRef {
        let Task { description, id, name, .. } = &self.task;
        TaskRef { description: description.clone(), id: *id, name: name.clone() }
    }

    /// Puts it with its timer at `time`, whatever timer it had.
    pub(super) async fn put_timer<S: Store>(
        &mut self,
        tx: &mut WriteTx<S>,
        account: &str,
        time: Timestamp,
    ) -> Result<(), Fault> {
        tx.delete::<Timer>(&Timer::key(self.timer, self.task.id)).await?;
        self.timer = time;
        let timer = Timer { account: account.to_owned(), task: self.task.id, time };
        tx.put(&Timer::key(time, self.task.id), timer).await?;
        Ok(())
    }

    /// Puts it back as it is now.
    pub(super) async fn put<S: Store>(self, tx: &mut WriteTx<S>, account: &str) -> Result<(), Fault> {
        tx.put(&owned_by(account, self.task.id), self).await?;
        Ok(())
    }
}

/// When a task is looked at next. The timers of all accounts stand in the order of their times, so those that are due
/// are a range of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Timer {
    pub(super) account: String,
    pub(super) task: u64,
    pub(super) time: Timestamp,
}

impl Record for Timer {
    const TABLE: &'static str = "task_timers";
}

impl Timer {
    pub(super) fn key(time: Timestamp, task: u64) -> Key {
        Key::new((time.as_microsecond(), task))
    }

    /// The keys of all timers up to this time.
    pub(super) fn due(time: Timestamp) -> KeyRange {
        let end = Key::new(time.as_microsecond().saturating_add(1));
        KeyRange { to: end.as_bytes().to_vec(), ..Key::all() }
    }
}
