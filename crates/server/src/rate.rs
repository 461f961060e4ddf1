//! How many requests a caller may make: a fixed window for each caller, counted exactly within one process.
//!
//! One mutex, held for a look-up and an addition. Several processes behind one name each count for themselves; who needs one
//! count puts it in front of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};

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

#[derive(Debug)]
pub(crate) struct RateLimiter {
    rule: RateLimit,
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
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// In how many seconds the window ends, rounded up.
    pub(crate) reset: u64,
    pub(crate) exceeded: bool,
}

impl RateLimiter {
    pub(crate) fn new(rule: RateLimit) -> Self {
        Self { rule, windows: Mutex::default() }
    }

    /// Counts a request of this caller.
    pub(crate) fn take(&self, caller: &str, now: Instant) -> Rate {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.sweep(now, self.rule.window);
        let fresh = || Window { began: now, used: 0 };
        let window = windows.by_caller.entry(caller.to_owned()).or_insert_with(fresh);
        if now.duration_since(window.began) >= self.rule.window {
            *window = fresh();
        }
        let exceeded = window.used >= self.rule.limit;
        if !exceeded {
            window.used += 1;
        }
        let left = self.rule.window.saturating_sub(now.duration_since(window.began));
        Rate { limit: self.rule.limit, remaining: self.rule.limit - window.used, reset: seconds_up(left), exceeded }
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
        let limiter = RateLimiter::new(rule);
        let start = Instant::now();
        let take = |caller: &str, milliseconds| {
            let rate = limiter.take(caller, start + Duration::from_millis(milliseconds));
            (rate.remaining, rate.reset, rate.exceeded)
        };
        assert_eq!(take("a", 0), (1, 10, false));
        assert_eq!(take("a", 1), (0, 10, false));
        assert_eq!(take("a", 9500), (0, 1, true));
        assert_eq!(take("b", 9500), (1, 10, false));
        assert_eq!(take("a", 10_000), (1, 10, false));
    }

    #[test]
    fn callers_whose_window_has_ended_are_forgotten() {
        let limiter = RateLimiter::new(RateLimit { limit: 1, window: Duration::from_secs(1) });
        let start = Instant::now();
        for caller in 0..5000_u64 {
            limiter.take(&caller.to_string(), start + Duration::from_secs(caller));
        }
        assert!(limiter.windows.lock().unwrap().by_caller.len() <= SWEEP_FROM);
    }
}
