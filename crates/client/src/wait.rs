//! Waiting for work that goes on: its monitor is asked again and again until it says that the work has ended
//! (LRO-MONITOR), or until we give up.
//!
//! A call to the monitor that fails is not the end of the work. What passes by itself (a server that is busy, a connection
//! that broke) is waited out like a state in between; what does not pass ends the wait as the call's own error.

use std::any::Any;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use methodical_wire::Problem;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::answer::Answer;
use crate::call::Common;
use crate::error::CallError;
use crate::exchange::{FAR, Failure, exchange};
use crate::meta::Meta;
use crate::operation::{DeclaredProblem, Monitored, Operation};
use crate::outcome::{Carries, Outcome as _};
use crate::request::Draft;

/// How long to wait, and how often to ask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitPolicy {
    /// The wait between the first question, which is asked at once, and the second.
    pub first: Duration,
    /// By how much each wait is longer than the one before. Less than 1 is taken as 1.
    pub growth: f64,
    /// No wait that we choose ourselves is longer. A longer `Retry-After` is waited out.
    pub longest: Duration,
    /// When to stop waiting, counted from the first question.
    pub give_up_after: Duration,
}

impl Default for WaitPolicy {
    fn default() -> WaitPolicy {
        WaitPolicy {
            first: Duration::from_millis(500),
            growth: 1.5,
            longest: Duration::from_secs(10),
            give_up_after: Duration::from_mins(10),
        }
    }
}

impl WaitPolicy {
    /// The wait after the one of `last`.
    fn next(&self, last: Duration) -> Duration {
        let grown = Duration::try_from_secs_f64(last.as_secs_f64() * self.growth.max(1.0)).unwrap_or(self.longest);
        grown.min(self.longest)
    }
}

/// How what a monitor returns tells where the work stands. Of generated code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Monitor {
    /// JSON pointer to the status in the body.
    pub status: &'static str,
    /// The values with which the work has ended well.
    pub succeeded: &'static [&'static str],
    /// The values with which it has ended otherwise.
    pub failed: &'static [&'static str],
}

/// Where the work stands. A status that this version does not know is none that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Working,
    Succeeded,
    Failed,
}

impl Monitor {
    /// `None` for what is no answer of a monitor's.
    fn state(&self, body: &[u8]) -> Option<State> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let status = body.pointer(self.status)?.as_str()?;
        Some(if self.succeeded.contains(&status) {
            State::Succeeded
        } else if self.failed.contains(&status) {
            State::Failed
        } else {
            State::Working
        })
    }
}

/// Waiting for the end of work: [`Call::wait`](crate::Call::wait) makes it. Nothing happens until it is awaited; to drop it
/// is to stop waiting, and nothing else: the work goes on.
#[must_use = "nothing is waited for until it is awaited"]
pub struct Wait<Op> {
    draft: Draft,
    common: Common,
    policy: WaitPolicy,
    marker: PhantomData<fn() -> Op>,
}

impl<Op: Monitored> Wait<Op> {
    pub(crate) fn new(mut draft: Draft, common: Common) -> Wait<Op> {
        draft.ask_for_json();
        Wait { draft, common, policy: WaitPolicy::default(), marker: PhantomData }
    }

    /// How long to wait, and how often to ask.
    pub fn policy(mut self, policy: WaitPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// When to stop waiting, counted from the first question.
    pub fn give_up_after(mut self, patience: Duration) -> Self {
        self.policy.give_up_after = patience;
        self
    }

    /// How long one question may take, with all its attempts.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.common.timeout = timeout;
        self
    }

    /// How often one question is repeated at most when an attempt fails or gets lost.
    pub fn retries(mut self, retries: u32) -> Self {
        self.common.retries = retries;
        self
    }

    /// One more header on each question.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.draft.set_header(name, value);
        self
    }
}

/// The operation, parameters left out.
impl<Op: Operation> fmt::Debug for Wait<Op> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.draft.operation;
        write!(f, "Wait({}: {} {})", operation.id, self.draft.method.as_str(), operation.path)
    }
}

/// Why a wait did not come to the success that was waited for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError<T, P: DeclaredProblem> {
    /// The work has ended, and not well: what the monitor shows says how.
    #[error("the work has failed")]
    Failed(Box<T>),
    /// It took longer than the policy allows. The work may still go on.
    #[error("gave up waiting after {} s; the work may still go on", .after.as_secs())]
    GaveUp {
        /// What the monitor showed last, if it ever did.
        last: Option<Box<T>>,
        /// How long was waited.
        after: Duration,
    },
    /// There is no such monitor, or none any more.
    #[error("there is nothing to wait for: {0}")]
    NotFound(Box<Problem>, Box<Meta>),
    /// The monitor cannot be asked.
    #[error(transparent)]
    Call(#[from] CallError<P>),
}

impl<T, P: DeclaredProblem> WaitError<T, P> {
    /// What the monitor showed last, if it showed anything.
    pub fn last(&self) -> Option<&T> {
        match self {
            WaitError::Failed(value) => Some(value),
            WaitError::GaveUp { last, .. } => last.as_deref(),
            WaitError::NotFound(..) | WaitError::Call(_) => None,
        }
    }
}

/// What waiting for `Op` comes to.
pub type Waited<Op> = Result<ValueOf<Op>, WaitError<ValueOf<Op>, <Op as Operation>::Problem>>;

/// What `Op` reads.
pub type ValueOf<Op> = <<Op as Operation>::Outcome as Carries>::Value;

impl<Op: Monitored> IntoFuture for Wait<Op> {
    type Output = Waited<Op>;
    type IntoFuture = Pin<Box<dyn Future<Output = Waited<Op>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let watch = Watch::begin(self.draft, self.common, self.policy, Op::MONITOR);
        Box::pin(async move { read::<Op>(watch.run().await) })
    }
}

/// How a watch ended. Nothing in it is generic, so that a monitor adds little code.
enum End {
    /// The success that was waited for, or a refusal of what was asked.
    Answered(Answer),
    Failed(Answer),
    GaveUp(Option<Answer>, Duration),
    Failure(Failure),
}

fn read<Op: Monitored>(end: End) -> Waited<Op> {
    match end {
        End::Answered(answer) => value::<Op>(answer),
        End::Failed(answer) => Err(WaitError::Failed(Box::new(value::<Op>(answer)?))),
        End::GaveUp(answer, after) => {
            let last = answer.map(value::<Op>).transpose()?.map(Box::new);
            Err(WaitError::GaveUp { last, after })
        }
        End::Failure(failure) => Err(WaitError::Call(failure.into())),
    }
}

/// What an answer shows, or why it shows nothing.
fn value<Op: Monitored>(answer: Answer) -> Waited<Op> {
    let outcome = Op::Outcome::decode(answer).map_err(CallError::refused)?;
    outcome.carried().map_err(|absent| {
        let (absence, meta) = *absent;
        // Of another body than a problem the status is what counts here.
        let absence: Box<dyn Any> = Box::new(absence);
        let problem = absence.downcast::<Problem>();
        let problem = problem.unwrap_or_else(|_| Box::new(Problem { detail: None, ..Problem::new(meta.status, "") }));
        WaitError::NotFound(problem, Box::new(meta))
    })
}

/// A watch under way.
struct Watch {
    draft: Draft,
    common: Common,
    policy: WaitPolicy,
    monitor: Monitor,
    began: Instant,
    /// The last answer that showed work in progress.
    last: Option<Answer>,
}

impl Watch {
    fn begin(draft: Draft, common: Common, policy: WaitPolicy, monitor: Monitor) -> Watch {
        Watch { draft, common, policy, monitor, began: Instant::now(), last: None }
    }

    async fn run(mut self) -> End {
        let mut interval = self.policy.first.min(self.policy.longest);
        loop {
            let mut common = self.common.clone();
            common.timeout = common.timeout.min(self.remaining());
            let asked_for = match exchange(self.draft.clone(), common).await {
                Ok(answer) => match self.after_answer(answer) {
                    Ok(asked_for) => asked_for,
                    Err(end) => return *end,
                },
                Err(_) if self.remaining().is_zero() => return self.give_up(),
                // Where the monitor has never been seen, the mistake may be in the address.
                Err(Failure::Transport(error)) if error.is_passing() && self.last.is_some() => None,
                Err(failure) => return End::Failure(failure),
            };
            match self.pause(interval, asked_for) {
                Some(pause) => sleep(pause).await,
                None => return self.give_up(),
            }
            interval = self.policy.next(interval);
        }
    }

    /// What the server asks us to wait, while the work goes on; otherwise the end.
    fn after_answer(&mut self, answer: Answer) -> Result<Option<Duration>, Box<End>> {
        let retry_after = answer.parts().meta.retry_after();
        match answer.status() {
            200..=299 => match self.monitor.state(&answer.parts().bytes()) {
                Some(State::Failed) => Err(Box::new(End::Failed(answer))),
                Some(State::Working) => {
                    self.last = Some(answer);
                    Ok(retry_after)
                }
                None => Err(Box::new(End::Answered(answer.with_fault("it does not tell how the work stands")))),
                Some(State::Succeeded) => Err(Box::new(End::Answered(answer))),
            },
            429 | 502..=504 if !self.remaining().is_zero() => Ok(retry_after),
            _ => Err(Box::new(End::Answered(answer))),
        }
    }

    /// How long to pause before the next question. One question is asked at the very end of our patience; but where the
    /// server asks for a longer wait than is left, an earlier question would be in vain.
    fn pause(&self, interval: Duration, asked_for: Option<Duration>) -> Option<Duration> {
        let remaining = self.remaining();
        match asked_for {
            _ if remaining.is_zero() => None,
            Some(wait) if wait > remaining => None,
            Some(wait) => Some(wait.max(interval.min(MOMENT))),
            // The last question needs a moment to be answered in.
            None => Some(interval.min(remaining.saturating_sub(MOMENT)).max(MOMENT.min(remaining))),
        }
    }

    fn remaining(&self) -> Duration {
        let patience = self.policy.give_up_after.min(FAR);
        patience.saturating_sub(self.began.elapsed())
    }

    fn give_up(self) -> End {
        let after = self.began.elapsed();
        End::GaveUp(self.last, after)
    }
}

/// No two questions follow each other faster, whatever a policy or a `Retry-After` of 0 say.
const MOMENT: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_longest() {
        let policy = WaitPolicy { longest: Duration::from_secs(1), growth: 2.0, ..WaitPolicy::default() };
        assert_eq!(policy.next(Duration::from_millis(300)), Duration::from_millis(600));
        assert_eq!(policy.next(Duration::from_millis(600)), Duration::from_secs(1));
        assert_eq!(WaitPolicy { growth: 0.0, ..policy }.next(policy.first), policy.first);
        assert_eq!(WaitPolicy { growth: f64::NAN, ..policy }.next(policy.first), policy.first);
        assert_eq!(WaitPolicy { growth: f64::INFINITY, ..policy }.next(policy.first), policy.longest);
    }

    #[test]
    fn only_the_named_values_end_the_work() {
        let monitor = Monitor { status: "/task/status", succeeded: &["completed"], failed: &["errored", "timed_out"] };
        let check = |body: &str, expect| assert_eq!(monitor.state(body.as_bytes()), expect, "{body}");
        check(r#"{"task":{"status":"completed"}}"#, Some(State::Succeeded));
        check(r#"{"task":{"status":"timed_out"}}"#, Some(State::Failed));
        check(r#"{"task":{"status":"in_progress"}}"#, Some(State::Working));
        check(r#"{"task":{"status":"of_a_newer_server"}}"#, Some(State::Working));
        check(r#"{"task":{"status":7}}"#, None);
        check(r#"{"status":"completed"}"#, None);
        check("no JSON", None);
    }
}
