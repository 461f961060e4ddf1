//! Numbers for whoever operates the service, in the text format that Prometheus reads.
//!
//! Every label has a value out of a set that the contract or this file closes: an operation of the contract, a method of
//! HTTP, a status. What a caller makes up (a path, a method) can add no series, and nothing a caller
//! sent stands in a number.

use std::fmt;
use std::time::Duration;

use axum::http::Method;
use methodical_server::{Exchange, Observer};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use stacklets_server::types::TaskStatus;

/// The media type of [`Metrics::text`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From a look-up in memory to the limit of time of a handler.
const SECONDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What stands for an operation where a request has none.
const NONE: &str = "none";

/// All numbers of this process, from its start.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Answer, Counter>,
    durations: Family<Kind, Histogram>,
    in_flight: Gauge,
    bytes: Family<Called, Counter>,
    given_up: Family<Called, Counter>,
    conflicts: Family<Called, Counter>,
    limited: Counter,
    tasks_due: Gauge,
    tasks_ended: Family<Ended, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Called {
    operation: &'static str,
    method: Verb,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    operation: &'static str,
    method: Verb,
    status: u16,
}

/// Durations are kept by the class of the status: the many statuses of errors differ little in how long they take.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    operation: &'static str,
    method: Verb,
    class: Class,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    task: &'static str,
    status: &'static str,
}

/// A method that the service knows, or any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Verb(&'static str);

/// The first digit of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Class(u16);

impl EncodeLabelValue for Verb {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.0.encode(encoder)
    }
}

impl EncodeLabelValue for Class {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        format!("{}xx", self.0).encode(encoder)
    }
}

impl Verb {
    fn of(method: &Method) -> Verb {
        const KNOWN: [&str; 7] = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"];
        let known = KNOWN.into_iter().find(|known| *known == method.as_str());
        Verb(known.unwrap_or("other"))
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("stacklets"),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            in_flight: Gauge::default(),
            bytes: Family::default(),
            given_up: Family::default(),
            conflicts: Family::default(),
            limited: Counter::default(),
            tasks_due: Gauge::default(),
            tasks_ended: Family::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    /// The registry shares each number with the field that counts it.
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("build", "What is running", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("requests", "Requests that were answered", self.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "From the arrival of a request's head to its answer",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register("requests_in_flight", "Requests that have no answer yet", self.in_flight.clone());
        registry.register(
            "response_content_bytes",
            "Content of answers, header fields not counted",
            self.bytes.clone(),
        );
        registry.register("requests_given_up", "Requests whose sender went away first", self.given_up.clone());
        registry.register("conflicts_retried", "Units of work done again after a conflict", self.conflicts.clone());
        registry.register("rate_refusals", "Requests beyond their caller's limit", self.limited.clone());
        registry.register("tasks_due", "Tasks that waited to be looked at, when last seen", self.tasks_due.clone());
        registry.register("tasks_ended", "Tasks that this instance brought to their end", self.tasks_ended.clone());
    }

    /// All of them, as text.
    ///
    /// # Errors
    /// When a number cannot be written, which none of ours is.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut written = String::new();
        text::encode(&mut written, &self.registry)?;
        Ok(written)
    }

    /// How many tasks waited to be looked at: more than a few mean that the work falls behind.
    pub fn set_tasks_due(&self, count: usize) {
        self.tasks_due.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// A task has come to its end: what it did, as in `resize`, and how it ended.
    pub fn count_task(&self, task: &'static str, status: &TaskStatus) {
        let status = match status {
            TaskStatus::InProgress => "in_progress",
            TaskStatus::Completed => "completed",
            TaskStatus::Errored => "errored",
            TaskStatus::TimedOut => "timed_out",
            // A word of a later contract; the label stays one of a few all the same.
            TaskStatus::Unknown(_) => "unknown",
        };
        self.tasks_ended.get_or_create(&Ended { task, status }).inc();
    }

    fn count(&self, called: Called, status: u16, duration: Duration, bytes: u64) {
        let Called { operation, method } = called.clone();
        self.requests.get_or_create(&Answer { operation, method, status }).inc();
        let kind = Kind { operation, method, class: Class(status / 100) };
        self.durations.get_or_create(&kind).observe(duration.as_secs_f64());
        self.bytes.get_or_create(&called).inc_by(bytes);
    }
}

impl Observer for Metrics {
    fn began(&self) {
        self.in_flight.inc();
    }

    fn answered(&self, exchange: &Exchange<'_>) {
        self.in_flight.dec();
        let operation = exchange.operation.map_or(NONE, |operation| operation.id);
        let called = Called { operation, method: Verb::of(exchange.method) };
        if exchange.conflicts > 0 {
            self.conflicts.get_or_create(&called).inc_by(exchange.conflicts.into());
        }
        if exchange.limited {
            self.limited.inc();
        }
        match exchange.status {
            Some(status) => self.count(called, status, exchange.duration, exchange.bytes),
            None => {
                self.given_up.get_or_create(&called).inc();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that are no help texts, without those of the histogram's buckets.
    fn shown(metrics: &Metrics) -> String {
        let text = metrics.text().unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.contains("_bucket"));
        let mut lines: Vec<&str> = lines.collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    #[test]
    fn numbers_have_names_and_units() {
        let metrics = Metrics::default();
        let called = Called { operation: "getTag", method: Verb::of(&Method::HEAD) };
        metrics.count(called.clone(), 200, Duration::from_millis(1500), 0);
        metrics.count(called, 404, Duration::from_millis(500), 7);
        metrics.set_tasks_due(3);
        metrics.count_task("resize", &TaskStatus::Completed);
        insta::assert_snapshot!(shown(&metrics), @r#"
        stacklets_build_info{version="0.1.0"} 1
        stacklets_rate_refusals_total 0
        stacklets_request_duration_seconds_count{operation="getTag",method="HEAD",class="2xx"} 1
        stacklets_request_duration_seconds_count{operation="getTag",method="HEAD",class="4xx"} 1
        stacklets_request_duration_seconds_sum{operation="getTag",method="HEAD",class="2xx"} 1.5
        stacklets_request_duration_seconds_sum{operation="getTag",method="HEAD",class="4xx"} 0.5
        stacklets_requests_in_flight 0
        stacklets_requests_total{operation="getTag",method="HEAD",status="200"} 1
        stacklets_requests_total{operation="getTag",method="HEAD",status="404"} 1
        stacklets_response_content_bytes_total{operation="getTag",method="HEAD"} 7
        stacklets_tasks_due 3
        stacklets_tasks_ended_total{task="resize",status="completed"} 1
        "#);
        assert!(metrics.text().unwrap().ends_with("# EOF\n"));
    }

    #[test]
    fn no_caller_adds_a_series_by_a_word_of_their_own() {
        let metrics = Metrics::default();
        for word in ["BREW", "A", "get"] {
            let method = Method::from_bytes(word.as_bytes()).unwrap();
            let called = Called { operation: NONE, method: Verb::of(&method) };
            metrics.count(called, 501, Duration::ZERO, 0);
        }
        let text = metrics.text().unwrap();
        assert!(
            text.contains("stacklets_requests_total{operation=\"none\",method=\"other\",status=\"501\"} 3\n"),
            "{text}"
        );
        assert_eq!(text.matches("stacklets_requests_total{").count(), 1, "{text}");
    }
}
