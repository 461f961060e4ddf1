//! Units of work: what is left of one that fails, and what may be said of one that succeeds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use methodical_server::{KeyRange, Limits, MemoryRead, MemoryStore, MemoryWrite, Reads, Store, StoreError, Writes};

use super::Fixture;
use crate::implementor::Contended;

// Shows: FAILED-WRITE-NO-EFFECT
#[tokio::test(start_paused = true)]
async fn what_was_written_before_a_refusal_is_gone() {
    let fixture = Fixture::new();
    fixture.send("PUT /tags/a | {\"note\": \"before\"}").await;
    fixture.ran();
    for (path, status) in [("too-late", 422), ("panicking", 500), ("forever", 503)] {
        fixture.send(&format!("PUT /{path}/a | {{\"note\": \"half\"}}")).await.expect_problem(status);
        fixture.send(&format!("PUT /{path}/new | {{\"note\": \"half\"}}")).await.expect_problem(status);
        assert_eq!(fixture.ran(), 2, "{path}: the handler was at work");
        assert_eq!(fixture.note("a").await.as_deref(), Some("before"), "{path}");
        assert_eq!(fixture.note("new").await, None, "{path}");
        assert_eq!(fixture.send("GET /tries/a").await.body, "0", "{path}");
        fixture.ran();
    }
}

// Shows: NO-5XX
#[tokio::test]
async fn a_panic_is_one_problem_and_the_service_goes_on() {
    let fixture = Fixture::new();
    fixture.send("PUT /tags/a | {\"note\": \"before\"}").await;
    for text in ["PUT /panicking/a | {\"note\": \"x\"}", "GET /exploding/a"] {
        fixture.send(text).await.expect_problem(500);
    }
    // Neither the store's turn to write nor anything else was taken along.
    let after = fixture.statuses(&["PUT /tags/a | {\"note\": \"after\"}", "GET /tags/a", "HEAD /exploding/a"]).await;
    assert_eq!(after, [200, 200, 200]);
}

/// A target that is changed between being read and being replaced: nothing said of it would be true.
// Shows: PUT-CREATE-ONCE, ETAG-TRUE
#[tokio::test]
async fn a_target_changed_behind_its_back_is_refused() {
    let fixture = Fixture::new();
    for body in ["{\"note\": \"one\"}", "{\"note\": \"two\"}"] {
        fixture.send(&format!("PUT /behind/a | {body}")).await.expect_problem(500);
        assert_eq!(fixture.note("a").await, None);
    }
    fixture.send("PUT /tags/a | {\"note\": \"there\"}").await;
    fixture.send("PUT /behind/a | {\"note\": \"one\"}").await.expect_problem(500);
    assert_eq!(fixture.note("a").await.as_deref(), Some("there"));
}

/// The tag in the answer is that of what is stored: who stores something else afterwards stores nothing.
// Shows: ETAG-TRUE
#[tokio::test]
async fn what_was_answered_cannot_be_changed_afterwards() {
    let fixture = Fixture::new();
    fixture.send("PUT /otherwise/a | {\"note\": \"one\"}").await.expect_problem(500);
    assert_eq!(fixture.note("a").await, None);
    let put = fixture.send("PUT /tags/a | {\"note\": \"one\"}").await;
    fixture.send("PUT /otherwise/a | {\"note\": \"two\"}").await.expect_problem(500);
    let get = fixture.send("GET /tags/a").await;
    assert_eq!((get.body.as_str(), get.header("etag")), (put.body.as_str(), put.header("etag")));
}

/// The same of a DELETE: what it said was gone cannot be put back before anybody looks.
// Shows: DELETE-EFFECTIVE
#[tokio::test]
async fn what_was_removed_cannot_be_put_back() {
    let fixture = Fixture::new();
    fixture.send("PUT /tags/a | {\"note\": \"there\"}").await;
    fixture.send("DELETE /restoring/a").await.expect_problem(500);
    assert_eq!(fixture.note("a").await.as_deref(), Some("there"), "and so it was not deleted either");
}

// Shows: DELETE-IDEMPOTENT
#[tokio::test]
async fn a_delete_of_nothing_changes_nothing_else_either() {
    let fixture = Fixture::new();
    for (path, absent) in [("counting", 404), ("silently", 204)] {
        fixture.send(&format!("PUT /tags/{path} | {{\"note\": \"there\"}}")).await;
        let delete = format!("DELETE /{path}/{path}");
        assert_eq!(fixture.statuses(&[&delete, &delete, &delete]).await, [204, absent, absent]);
        assert_eq!(fixture.send(&format!("GET /tries/{path}")).await.body, "1", "only what removed something counts");
    }
}

// Shows: POST-FRESH-ID
#[tokio::test]
async fn an_identifier_in_use_is_not_given_again() {
    let fixture = Fixture::new();
    assert_eq!(fixture.send("POST /same-id/a | {\"note\": \"one\"}").await.status, 201);
    fixture.send("POST /same-id/a | {\"note\": \"two\"}").await.expect_problem(409);
    assert_eq!(fixture.note("first").await.as_deref(), Some("one"), "and nothing was overwritten");
}

/// Somebody looks all the while, and sees all three objects or none.
// Shows: POST-MANY-ATOMIC
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_part_of_several_objects_is_left_or_seen() {
    let fixture = Fixture::new();
    let watch = async |text: &str| {
        let mut sent = std::pin::pin!(fixture.send(text));
        loop {
            tokio::select! {
                answer = &mut sent => return answer.status,
                parts = fixture.statuses(&["GET /tags/1", "GET /tags/2"]) => {
                    // Two looks: between them all three may have come.
                    assert!(parts != [200, 404], "a part is seen: {parts:?}");
                }
            }
        }
    };
    assert_eq!(watch("POST /one-by-one/a | {\"note\": \"wrong\"}").await, 422);
    assert_eq!(fixture.statuses(&["GET /tags/1", "GET /tags/2", "GET /tags/3"]).await, [404, 404, 404]);
    assert_eq!(watch("POST /one-by-one/a | {\"note\": \"right\"}").await, 201);
    assert_eq!(fixture.statuses(&["GET /tags/1", "GET /tags/2", "GET /tags/3"]).await, [200, 200, 200]);
}

/// What the store did not keep is not acknowledged, however sure the handler was of its success.
// Shows: READ-AFTER-WRITE
#[tokio::test(start_paused = true)]
async fn nothing_is_acknowledged_before_it_is_kept() {
    let conflicts = Arc::new(AtomicU32::new(u32::MAX));
    let store = Contended { inner: MemoryStore::new(), conflicts: Arc::clone(&conflicts) };
    let fixture = Fixture::on(store, |service| service);
    fixture.send("PUT /tags/a | {\"note\": \"lost\"}").await.expect_problem(503);
    assert_eq!(fixture.note("a").await, None);
    conflicts.store(2, Ordering::SeqCst);
    assert_eq!(fixture.send("PUT /tags/a | {\"note\": \"kept\"}").await.status, 201);
    assert_eq!(fixture.note("a").await.as_deref(), Some("kept"));
}

/// A handler that passes over a failure of the store, with a store that carries out what it is asked to commit.
// Shows: READ-AFTER-WRITE, FAILED-WRITE-NO-EFFECT
#[tokio::test(start_paused = true)]
async fn a_failure_that_is_passed_over_is_still_one() {
    let failing = Arc::new(AtomicU32::new(1));
    let store = Failing { inner: MemoryStore::new(), failing: Arc::clone(&failing), error: || StoreError::Conflict };
    let fixture = Fixture::on(store, |service| service.limits(Limits::default()));
    // After a conflict the work is done again, and nobody needs to know.
    assert_eq!(fixture.send("PUT /careless/a | {\"note\": \"kept\"}").await.status, 204);
    assert_eq!(fixture.ran(), 2);
    assert_eq!(fixture.note("a").await.as_deref(), Some("kept"));

    let error = || StoreError::Other("secret: the disk is full".into());
    let store = Failing { inner: MemoryStore::new(), failing, error };
    store.failing.store(1, Ordering::SeqCst);
    let fixture = Fixture::on(store, |service| service);
    fixture.send("PUT /careless/a | {\"note\": \"lost\"}").await.expect_problem(500);
    assert_eq!(fixture.statuses(&["GET /tags/a", "GET /tags/elsewhere"]).await, [404, 404]);
}

/// Two readers a write apart, and a handler that takes its time: the later one sees it.
// Shows: READ-AFTER-WRITE
#[tokio::test]
async fn a_read_after_a_slow_write_shows_it() {
    let fixture = Fixture::new();
    for round in 0..20 {
        let put = fixture.send(&format!("PUT /slowly/a | {{\"note\": \"{round}\"}}")).await;
        assert!([200, 201].contains(&put.status), "{put:?}");
        assert_eq!(fixture.note("a").await, Some(round.to_string()));
    }
}

/// A store whose first writes fail and which commits all the same.
#[derive(Clone)]
struct Failing {
    inner: MemoryStore,
    failing: Arc<AtomicU32>,
    error: fn() -> StoreError,
}

struct FailingWrite {
    inner: MemoryWrite,
    failing: Arc<AtomicU32>,
    error: fn() -> StoreError,
}

impl Store for Failing {
    type Read = MemoryRead;
    type Write = FailingWrite;

    async fn read(&self) -> Result<MemoryRead, StoreError> {
        self.inner.read().await
    }

    async fn write(&self) -> Result<FailingWrite, StoreError> {
        let inner = self.inner.write().await?;
        Ok(FailingWrite { inner, failing: Arc::clone(&self.failing), error: self.error })
    }
}

impl Reads for FailingWrite {
    async fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.inner.get(table, key).await
    }

    async fn scan(
        &self,
        table: &'static str,
        range: KeyRange,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        self.inner.scan(table, range, skip, limit).await
    }

    async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
        self.inner.count(table, range).await
    }
}

impl Writes for FailingWrite {
    async fn put(&mut self, table: &'static str, key: &[u8], value: Bytes) -> Result<Option<Bytes>, StoreError> {
        if self.failing.swap(0, Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            return Err((self.error)());
        }
        self.inner.put(table, key, value).await
    }

    async fn remove(&mut self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.inner.remove(table, key).await
    }

    async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await
    }
}
