//! The exchange: attempts, waits, and what is known afterwards. One function for all operations; nothing here is generic.
//!
//! When another attempt is legal (semantics of the effect, RFC 9110 sections 9.2.2 and 10.2.3):
//! - nothing was sent, or the server refused with 429 or 503 and says when to come back: for every effect;
//! - the attempt got lost (time ran out, connection broke, 502, 503, 504): for safe, idempotent and keyed calls only.
//!
//! An attempt that got lost is remembered, since it colours what the next answer means.

use std::future::Future;
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, info_span};

use crate::answer::{Answer, Parts, reading};
use crate::authorise::Authority;
use crate::call::Common;
use crate::client::Inner;
use crate::error::RequestError;
use crate::meta::Meta;
use crate::operation::EffectKind;
use crate::request::{Draft, prepare};
use crate::transport::{Prepared, Received, Terms, TransportError, attempt};

/// No answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request could not be formed.
    Request(RequestError),
    /// Nothing has happened.
    Transport(TransportError),
    /// It may have happened.
    Indeterminate(TransportError),
}

/// Asks until there is an answer, or no more asking is allowed.
pub(crate) fn exchange(draft: Draft, common: Common) -> impl Future<Output = Result<Answer, Failure>> + Send {
    // Neither URL nor headers: they hold values, and among them secrets.
    let span = info_span!(
        "call",
        operation = draft.operation.id,
        method = draft.method.as_str(),
        path = draft.operation.path,
        status = Empty,
        attempts = Empty,
    );
    async move {
        let operation = draft.operation;
        let client = common.client.inner();
        let authority = Authority::gather(client, operation).await.map_err(Failure::Request)?;
        // What may have to be asked for again under a new token has to be kept.
        let renewal =
            (authority.is_renewable() && common.effect.is_repeatable() && draft.is_repeatable()).then(|| draft.clone());
        let mut prepared = prepare(client, draft, &authority).map_err(Failure::Request)?;
        let mut course = Course::begin(&common);
        let mut received = course.run(client, &prepared, operation).await;
        if let (Ok(Received { status: 401, .. }), Some(draft)) = (&received, renewal) {
            authority.refuse();
            let authority = Authority::gather(client, operation).await.map_err(Failure::Request)?;
            prepared = prepare(client, draft, &authority).map_err(Failure::Request)?;
            received = course.run(client, &prepared, operation).await;
        }
        Span::current().record("attempts", course.attempts);
        let received = received?;
        Span::current().record("status", received.status);
        let meta = Meta::read(received.status, received.headers, &received.url, course.attempts);
        Ok(Answer::new(Parts {
            operation,
            effect: common.effect,
            asked: prepared.url,
            meta,
            body: received.body,
            after_loss: course.lost,
            fault: None,
        }))
    }
    .instrument(span)
}

/// Some thirty years.
pub(crate) const FAR: Duration = Duration::from_secs(1_000_000_000);

/// How an exchange stands.
struct Course {
    effect: EffectKind,
    retries: u32,
    deadline: Instant,
    attempts: u32,
    /// An attempt may have reached the server and is not accounted for.
    lost: bool,
}

/// What to do after an attempt.
enum Next {
    /// Be content with what there is.
    Stop,
    /// Ask again after this long.
    Again(Duration),
}

impl Course {
    fn begin(common: &Common) -> Course {
        common.client.inner().budget.deposit();
        // A timeout beyond what a clock can hold is none.
        let now = Instant::now();
        let deadline = now.checked_add(common.timeout).unwrap_or(now + FAR);
        Course { effect: common.effect, retries: common.retries, deadline, attempts: 0, lost: false }
    }

    async fn run(
        &mut self,
        client: &Inner,
        prepared: &Prepared,
        operation: &methodical_wire::Operation,
    ) -> Result<Received, Failure> {
        let declared = |status| {
            let declared = operation.response(status).map(|response| response.status);
            declared == Some(methodical_wire::StatusPattern::Code(status))
        };
        loop {
            self.attempts += 1;
            let terms = Terms {
                declared,
                reading: |status, headers: &HeaderMap| reading(operation, status, headers),
                limit: client.response_limit,
                timeout: client.attempt_timeout.min(self.remaining()),
            };
            let result = attempt(&client.http, prepared, &terms).await;
            let next = match &result {
                // A body that comes once has gone.
                Ok(_) | Err(_) if !prepared.is_repeatable() => self.once(&result),
                Ok(received) => self.after_answer(client, received),
                Err(error) => self.after_failure(client, error),
            };
            match next {
                Next::Again(wait) => {
                    debug!(attempt = self.attempts, ?wait, "repeats the call");
                    tokio::time::sleep(wait).await;
                }
                Next::Stop => return result.map_err(|error| self.fail(error)),
            }
        }
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    fn after_answer(&mut self, client: &Inner, received: &Received) -> Next {
        let meta = || Meta::read(received.status, received.headers.clone(), &received.url, self.attempts);
        let retry_after = match received.status {
            429 | 503 => meta().retry_after(),
            _ => None,
        };
        match (received.status, retry_after) {
            (429 | 503, Some(wait)) if wait > client.policy.retry_after_at_most => Next::Stop,
            // It was refused before it had any effect (RATE-429-RETRY-AFTER). All who were told the same time would
            // come back at the same moment, so some more is waited.
            (429 | 503, Some(wait)) => self.again(client, wait.saturating_add(client.policy.backoff(0))),
            (429, None) if self.effect.is_repeatable() => self.again_after_backoff(client),
            (502..=504, None) if self.effect.is_repeatable() => match self.again_after_backoff(client) {
                Next::Stop => Next::Stop,
                again @ Next::Again(_) => {
                    self.lost = true;
                    again
                }
            },
            // Our own lost attempt may be what is still in flight under this key.
            (409, _) if self.lost && self.effect == EffectKind::Keyed => self.again_after_backoff(client),
            _ => Next::Stop,
        }
    }

    fn after_failure(&mut self, client: &Inner, error: &TransportError) -> Next {
        self.lost |= !error.is_unsent();
        let legal = error.is_unsent() || self.effect.is_repeatable();
        if legal && error.is_passing() { self.again_after_backoff(client) } else { Next::Stop }
    }

    /// There is no other attempt.
    fn once(&mut self, result: &Result<Received, TransportError>) -> Next {
        self.lost |= result.as_ref().is_err_and(|error| !error.is_unsent());
        Next::Stop
    }

    fn again_after_backoff(&self, client: &Inner) -> Next {
        self.again(client, client.policy.backoff(self.attempts - 1))
    }

    fn again(&self, client: &Inner, wait: Duration) -> Next {
        let allowed = self.attempts <= self.retries && wait < self.remaining() && client.budget.withdraw();
        if allowed { Next::Again(wait) } else { Next::Stop }
    }

    /// Once an attempt got lost, a write may have happened, whatever the last attempt came to.
    fn fail(&self, error: TransportError) -> Failure {
        if self.lost && self.effect != EffectKind::Safe {
            Failure::Indeterminate(error)
        } else {
            Failure::Transport(error)
        }
    }
}
