//! When a call is repeated, how long to wait before, and how much of that a client does at all. Whether a repetition is
//! *legal* is not decided here but by the effect of the call. Full jitter spreads the repetitions of many clients; the
//! budget keeps a server that fails from being asked for much more than its usual load.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How a client repeats calls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    /// How often a call is repeated at most, unless [`Call::retries`](crate::Call::retries) says otherwise.
    pub retries: u32,
    /// The wait before the first repetition is at most this long; it doubles with each.
    pub base: Duration,
    /// No wait that we choose ourselves is longer.
    pub cap: Duration,
    /// A longer `Retry-After` is not waited out, and the call comes to an error that names it.
    pub retry_after_at_most: Duration,
    /// How many repetitions the client may have in reserve.
    pub budget: u32,
    /// How many repetitions each call adds to the reserve: 0.2 lets a fifth of all calls be repeated in the long run.
    pub budget_per_call: f64,
}

impl Default for RetryPolicy {
    fn default() -> RetryPolicy {
        RetryPolicy {
            retries: 2,
            base: Duration::from_millis(100),
            cap: Duration::from_secs(10),
            retry_after_at_most: Duration::from_secs(30),
            budget: 20,
            budget_per_call: 0.2,
        }
    }
}

impl RetryPolicy {
    /// The wait before repetition `number` (from 0): anything up to the bound, each as likely.
    pub(crate) fn backoff(&self, number: u32) -> Duration {
        let bound = self.base.saturating_mul(1_u32.checked_shl(number).unwrap_or(u32::MAX)).min(self.cap);
        Duration::try_from_secs_f64(bound.as_secs_f64() * random_fraction()).unwrap_or(bound)
    }
}

/// From 0 to 1. Without a source of randomness the middle: jitter is a courtesy, and no reason to fail.
fn random_fraction() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

/// The repetitions that a client has in reserve, shared by all its calls.
#[derive(Debug)]
pub(crate) struct Budget {
    reserve: Mutex<f64>,
    most: f64,
    per_call: f64,
}

impl Budget {
    pub(crate) fn new(policy: &RetryPolicy) -> Budget {
        let most = f64::from(policy.budget);
        Budget { reserve: Mutex::new(most), most, per_call: policy.budget_per_call.max(0.0) }
    }

    /// A call begins.
    pub(crate) fn deposit(&self) {
        let mut reserve = self.reserve.lock().unwrap_or_else(PoisonError::into_inner);
        *reserve = (*reserve + self.per_call).min(self.most);
    }

    /// Whether there is a repetition in reserve, which is then taken.
    pub(crate) fn withdraw(&self) -> bool {
        let mut reserve = self.reserve.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *reserve >= 1.0;
        if enough {
            *reserve -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_scatter() {
        let policy =
            RetryPolicy { base: Duration::from_millis(10), cap: Duration::from_millis(50), ..Default::default() };
        let waits = |number| (0..200).map(|_| policy.backoff(number)).collect::<Vec<_>>();
        assert!(waits(0).iter().all(|wait| *wait <= Duration::from_millis(10)));
        assert!(waits(40).iter().all(|wait| *wait <= Duration::from_millis(50)));
        assert!(waits(2).iter().any(|wait| *wait > Duration::from_millis(20)));
        assert!(waits(2).iter().any(|wait| *wait < Duration::from_millis(20)));
    }

    #[test]
    fn the_budget_runs_out_and_fills_up_again() {
        let budget = Budget::new(&RetryPolicy { budget: 2, budget_per_call: 0.5, ..Default::default() });
        assert_eq!([(); 3].map(|()| budget.withdraw()), [true, true, false]);
        budget.deposit();
        assert!(!budget.withdraw());
        budget.deposit();
        assert!(budget.withdraw());
        (0..100).for_each(|_| budget.deposit());
        assert_eq!([(); 3].map(|()| budget.withdraw()), [true, true, false]);
    }
}
