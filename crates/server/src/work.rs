//! Handlers at work: a read in a view of the store, a write in a unit of work that is committed on success, rolled back on a
//! refusal, and repeated after a conflict.

use std::time::Duration;

use methodical_wire::{Method, Replays};
use tokio::time::sleep;

use crate::answer::{Answer as _, Reply};
use crate::api::Api;
use crate::facts::Discarded;
use crate::failure::Failure;
use crate::fault::{Fault, Refused};
use crate::found::ReadKind;
use crate::idempotency::KeyedRequest;
use crate::in_time::in_time;
use crate::pipeline::{Call, Mode, Pipeline};
use crate::refusal::RefusalKind;
use crate::respond::{Finished, Place, content_of, content_type, finish, is_open};
use crate::service::{ReadFn, WriteFn};
use crate::store::StoreError;
use crate::tx::{ReadTx, WriteTx};

/// When a caller is to come back whose handler took too long.
const LATER: Duration = Duration::from_secs(1);

/// How a unit of work ended that did not succeed.
enum Ended {
    Conflict,
    Refused(RefusalKind),
    Failed(Failure),
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Self {
        if fault.is_conflict() { Self::Conflict } else { Self::Refused(RefusalKind::Refused(fault.into())) }
    }
}

impl From<RefusalKind> for Ended {
    fn from(kind: RefusalKind) -> Self {
        match kind {
            RefusalKind::Refused(Refused::Fault(fault)) => fault.into(),
            RefusalKind::Refused(Refused::Stale | Refused::Absent | Refused::Exists { .. })
            | RefusalKind::Problem(_)
            | RefusalKind::Declared(_)
            | RefusalKind::Busy(_) => Self::Refused(kind),
        }
    }
}

impl<A: Api> Pipeline<A> {
    /// Reads in `view`, or else in one of its own.
    pub(crate) async fn read(
        &self,
        handler: ReadFn<A>,
        call: &Call<'_, A::Principal>,
        view: Option<ReadTx<A::Store>>,
    ) -> Result<Finished, Failure> {
        let read = in_time(self.limits.timeout, Box::pin(self.read_in_time(handler, call, view)));
        read.await.unwrap_or_else(|| Err(too_slow()))
    }

    async fn read_in_time(
        &self,
        handler: ReadFn<A>,
        call: &Call<'_, A::Principal>,
        view: Option<ReadTx<A::Store>>,
    ) -> Result<Finished, Failure> {
        let refused = |kind| Failure::refused(call.operation, call.path, kind);
        let faulty = |fault: Fault| Failure::fault(&fault);
        let tx = match view {
            Some(view) => view,
            None => ReadTx::begin(&self.store).await.map_err(faulty)?,
        };
        let reply = handler(&self.api, &tx, &call.decoded, &call.cx).await.map_err(refused)?;
        let (etag, headers, body) = match reply.0 {
            ReadKind::Found { etag, headers, body } => (etag, headers, body),
            ReadKind::Absent => return Err(Failure::absent(call.path)),
            ReadKind::Other(reply) => return self.finish(call, reply).map_err(faulty),
        };
        if call.preconditions.forbids_reading(etag.as_ref()) {
            return Err(refused(RefusalKind::Refused(Refused::Stale)));
        }
        if call.preconditions.holds_current(etag.as_ref()) {
            let mut unchanged = Finished::empty(304);
            unchanged.set_etag(etag.as_ref());
            return Ok(unchanged);
        }
        let mut finished = Finished::empty(200);
        finished.set_headers(headers);
        finished.set_etag(etag.as_ref());
        // What HEAD has no body for is what GET would choose.
        let Some(declared) = content_of(call.operation, 200, call.decoded.accept()).map_err(faulty)? else {
            return Ok(finished);
        };
        match call.mode {
            // The body's future is dropped here without having run.
            // Which media type of a range it would have only the body tells.
            Mode::HeadOnly if is_open(declared) => Ok(finished),
            Mode::HeadOnly => Ok(finished.with_media_type(content_type(declared))),
            Mode::Whole => {
                let written = body.await.map_err(faulty)?;
                let declared = content_of(call.operation, 200, written.content).map_err(faulty)?.unwrap_or(declared);
                finished.set_body(declared, written).map_err(faulty)?;
                Ok(finished)
            }
        }
    }

    /// Counts the `conflicts` it meets.
    pub(crate) async fn write(
        &self,
        handler: WriteFn<A>,
        call: &Call<'_, A::Principal>,
        conflicts: &mut u32,
    ) -> Result<Finished, Failure> {
        let _turn = match &call.key {
            Some(key) => Some(self.in_flight.enter(key, self.limits.in_flight).await?),
            None => None,
        };
        let mut ended = Ended::Conflict;
        for attempt in 0..=self.limits.conflicts {
            ended = match self.unit_of_work(handler, call, attempt).await {
                Ok(finished) => return Ok(finished),
                Err(ended) => ended,
            };
            if !matches!(ended, Ended::Conflict) {
                break;
            }
            tracing::debug!(attempt, "a unit of work met a conflict");
            *conflicts += 1;
            sleep(jitter(attempt)).await;
        }
        let failure = match ended {
            Ended::Conflict => Failure::fault(&Fault::Store(StoreError::Conflict)),
            Ended::Failed(failure) => return Err(failure),
            Ended::Refused(kind) => Failure::refused(call.operation, call.path, kind),
        };
        match &call.key {
            // A 503 says "come back", and so must not be what everybody gets who does.
            Some(key) if key.rule.replays == Replays::All && !failure.may_pass() => {
                self.keep_failure(key, failure, call).await
            }
            Some(_) | None => Err(failure),
        }
    }

    /// One attempt. The limit of time does not cover the commit: given up half-way, it could still succeed, and the caller
    /// would have been told that nothing was changed (FAILED-WRITE-NO-EFFECT).
    async fn unit_of_work(
        &self,
        handler: WriteFn<A>,
        call: &Call<'_, A::Principal>,
        conflicts: u32,
    ) -> Result<Finished, Ended> {
        let work = in_time(self.limits.timeout, Box::pin(self.work(handler, call, conflicts)));
        let (tx, finished) = work.await.ok_or_else(|| Ended::Failed(too_slow()))??;
        if let Some(tx) = tx {
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(finished)
    }

    /// The result, with the transaction that is still to be committed.
    async fn work(
        &self,
        handler: WriteFn<A>,
        call: &Call<'_, A::Principal>,
        conflicts: u32,
    ) -> Result<(Option<WriteTx<A::Store>>, Finished), Ended> {
        let mut tx = WriteTx::begin_again(&self.store, call.preconditions.clone(), conflicts).await?;
        if let Some(key) = &call.key
            && let Some(kept) = key.look_up(&tx, call.cx.now).await?
        {
            return Ok((None, kept.map_err(Ended::Failed)?));
        }
        let answer = handler(&self.api, &mut tx, &call.decoded, &call.cx).await;
        if matches!(answer, Err(RefusalKind::Refused(Refused::Absent))) && is_silent(call) {
            // Nothing was there, and nothing is changed: what the handler did before it saw that is rolled back.
            return Ok((None, self.finish(call, Discarded.into_reply()?)?));
        }
        let reply = answer?;
        tx.settle().map_err(RefusalKind::Refused)?;
        let mut finished = self.finish(call, reply)?;
        if let Some(key) = &call.key {
            finished.collect(self.limits.body).await?;
            key.keep(&mut tx, &finished, call.cx.now).await?;
        }
        Ok((Some(tx), finished))
    }

    /// Keeps a failure under its key, in a transaction of its own: that of the handler has been rolled back.
    async fn keep_failure(
        &self,
        key: &KeyedRequest,
        failure: Failure,
        call: &Call<'_, A::Principal>,
    ) -> Result<Finished, Failure> {
        let finished = failure.finish(Some(call.operation), call.cx.request_id(), call.path);
        let keep = async {
            let mut tx = WriteTx::begin(&self.store, call.preconditions.clone()).await?;
            key.keep(&mut tx, &finished, call.cx.now).await?;
            tx.commit().await.map_err(Fault::from)
        };
        if let Err(fault) = keep.await {
            tracing::error!(error = %fault, "a failure could not be kept under its idempotency key");
        }
        Ok(finished)
    }

    fn finish(&self, call: &Call<'_, A::Principal>, reply: Reply) -> Result<Finished, Fault> {
        let place = Place { base: &self.base, path: call.path };
        finish(call.operation, reply, place)
    }
}

/// DELETE of what is absent is a success where the description declares no 404 (DELETE-ATOMIC-MISSING, the silent policy).
fn is_silent<P>(call: &Call<'_, P>) -> bool {
    call.operation.method == Method::Delete && call.operation.response(404).is_none()
}

pub(crate) fn too_slow() -> Failure {
    tracing::error!("a step of a request took too long");
    Failure::unavailable(LATER)
}

/// Full jitter: somewhere between nothing and twice as long each time, a quarter of a second at most.
pub(crate) fn jitter(attempt: u32) -> Duration {
    let most = 2_u64.saturating_pow(attempt.saturating_add(1)).min(250);
    let random = getrandom::u64().unwrap_or_default();
    Duration::from_millis(random % (most + 1))
}
