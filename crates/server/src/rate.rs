//! How many requests a caller may make: a fixed window for each caller.
//!
//! Who counts is a [`RateCounter`]. The runtime's own counts exactly within one process: one mutex, held for a look-up and an
//! addition. Several processes behind one name share a counter of theirs, in their database most likely.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

use crate::failure::SOON;
use crate::store::StoreError;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// From how many callers on those whose window has ended are forgotten.
const SWEEP_FROM: usize = 1024;

/// So many requests in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// How many requests a caller may make in a window.
    pub limit: u32,
    /// How long a window is.
    pub window: Duration,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { limit: 5000, window: Duration::from_secs(3600) }
    }
}

/// Counts requests. However many are counted at once, in one window a caller gets as many as the rule says and not one more.
pub trait RateCounter: Send + Sync + 'static {
    /// Counts a request of this caller, unless the limit is used up. The name is [`Api::rate_key`](crate::Api::rate_key), or the
    /// address of who is not known.
    ///
    /// # Errors
    /// When it cannot be counted; the request is then answered with 503.
    fn take<'a>(&'a self, caller: &'a str, rule: RateLimit) -> BoxFuture<'a, Result<RateTaken, StoreError>>;

    /// Whether [`take`](RateCounter::take) answers at once. Then a read is carried out in the view of the store in which its
    /// caller was looked up; otherwise that view would hold what the counter may be waiting for, such as a connection.
    fn is_immediate(&self) -> bool {
        false
    }
}

/// What a counter says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateTaken {
    /// How much of the limit is used in this window, the request counted.
    pub used: u32,
    /// How long the window still lasts.
    pub left: Duration,
    /// The limit was used up before, and the request was not counted.
    pub exceeded: bool,
}

/// Counts within this process.
#[derive(Debug, Default)]
pub(crate) struct InProcess {
    windows: Mutex<Windows>,
}

#[derive(Debug, Default)]
struct Windows {
    by_caller: HashMap<String, Window>,
    sweep_at: usize,
}

#[derive(Debug)]
struct Window {
    began: Instant,
    used: u32,
}

/// What is left of a caller's limit, the present request counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    limit: u32,
    remaining: u32,
    /// In how many seconds the window ends, rounded up.
    pub(crate) reset: u64,
    pub(crate) exceeded: bool,
}

impl RateCounter for InProcess {
    fn take<'a>(&'a self, caller: &'a str, rule: RateLimit) -> BoxFuture<'a, Result<RateTaken, StoreError>> {
        ready(Ok(self.take_at(caller, rule, Instant::now()))).boxed()
    }

    fn is_immediate(&self) -> bool {
        true
    }
}

impl InProcess {
    fn take_at(&self, caller: &str, rule: RateLimit, now: Instant) -> RateTaken {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.sweep(now, rule.window);
        let fresh = || Window { began: now, used: 0 };
        let window = match windows.by_caller.get_mut(caller) {
            Some(window) => window,
            None => windows.by_caller.entry(caller.to_owned()).or_insert_with(fresh),
        };
        if now.duration_since(window.began) >= rule.window {
            *window = fresh();
        }
        let exceeded = window.used >= rule.limit;
        if !exceeded {
            window.used += 1;
        }
        let left = rule.window.saturating_sub(now.duration_since(window.began));
        RateTaken { used: window.used, left, exceeded }
    }
}

impl Windows {
    /// Forgets ended windows each time the number of callers has doubled, so that the work is constant for each request.
    fn sweep(&mut self, now: Instant, length: Duration) {
        if self.by_caller.len() < self.sweep_at.max(SWEEP_FROM) {
            return;
        }
        self.by_caller.retain(|_, window| now.duration_since(window.began) < length);
        self.sweep_at = self.by_caller.len() * 2;
    }
}

impl Rate {
    /// A counter may know a greater use than the limit, when that was lowered since.
    pub(crate) fn new(rule: RateLimit, taken: RateTaken) -> Self {
        let RateTaken { used, left, exceeded } = taken;
        Self { limit: rule.limit, remaining: rule.limit.saturating_sub(used), reset: seconds_up(left), exceeded }
    }

    /// Nobody knows what is left, so nothing is promised before the time at which the caller is told to come back.
    pub(crate) fn unknown(rule: RateLimit) -> Self {
        Self { limit: rule.limit, remaining: 0, reset: seconds_up(SOON), exceeded: false }
    }

    pub(crate) fn write(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.reset));
    }
}

/// Seconds, rounded up and at least 1: who waits so long has waited long enough.
pub(crate) fn seconds_up(duration: Duration) -> u64 {
    let partial = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(partial).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_counts_down_and_begins_anew() {
        let rule = RateLimit { limit: 2, window: Duration::from_secs(10) };
        let counter = InProcess::default();
        let start = Instant::now();
        let take = |caller: &str, milliseconds| {
            let taken = counter.take_at(caller, rule, start + Duration::from_millis(milliseconds));
            let rate = Rate::new(rule, taken);
            (rate.remaining, rate.reset, rate.exceeded)
        };
        assert_eq!(take("a", 0), (1, 10, false));
        assert_eq!(take("a", 1), (0, 10, false));
        assert_eq!(take("a", 9500), (0, 1, true));
        assert_eq!(take("b", 9500), (1, 10, false));
        assert_eq!(take("a", 10_000), (1, 10, false));
    }

    #[test]
    fn a_limit_that_was_lowered_leaves_nothing() {
        let rule = RateLimit { limit: 2, window: Duration::from_secs(10) };
        let rate = Rate::new(rule, RateTaken { used: 9, left: Duration::ZERO, exceeded: true });
        assert_eq!((rate.remaining, rate.reset, rate.exceeded), (0, 1, true));
    }

    #[test]
    fn callers_whose_window_has_ended_are_forgotten() {
        let rule = RateLimit { limit: 1, window: Duration::from_secs(1) };
        let counter = InProcess::default();
        let start = Instant::now();
        for caller in 0..5000_u64 {
            counter.take_at(&caller.to_string(), rule, start + Duration::from_secs(caller));
        }
        assert!(counter.windows.lock().unwrap().by_caller.len() <= SWEEP_FROM);
    }
}
