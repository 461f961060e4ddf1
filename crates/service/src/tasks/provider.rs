//! Who does the work. Behind this service there is nobody: work takes a while, and then it is done.

use std::fmt::Debug;

use jiff::SignedDuration;
use methodical_server::wire::Timestamp;
use stacklets_server::types::Task;

/// How far some work has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// It was done at this time.
    Done(Timestamp),
    /// It goes on; there is no use in asking before this time.
    Working(Timestamp),
}

/// What carries the work of tasks out, outside of the store. It is asked again and again, by any instance, and also
/// for work that was done long ago: so asking changes nothing.
pub(super) trait Provider: Debug + Send + Sync {
    /// How far the work of this task has come at the time `now`.
    fn look(&self, task: &Task, now: Timestamp) -> Progress;
}

/// Work that takes the same time, whatever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Simulated {
    /// How long it takes.
    pub(super) duration: SignedDuration,
}

impl Provider for Simulated {
    fn look(&self, task: &Task, now: Timestamp) -> Progress {
        let done = later(task.created_at, self.duration);
        if done <= now { Progress::Done(done) } else { Progress::Working(done) }
    }
}

/// A time so much later, or the end of time.
pub(super) fn later(time: Timestamp, duration: SignedDuration) -> Timestamp {
    time.checked_add(duration).map_or(Timestamp::MAX, Timestamp::from)
}
