//! Units of work that belong to no request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use methodical_server::{Fault, Key, Lookup as _, MemoryStore, StoreError, unit_of_work, view};

use crate::generated::Tag;
use crate::implementor::Contended;

fn contended(conflicts: u32) -> Contended {
    Contended { inner: MemoryStore::new(), conflicts: Arc::new(AtomicU32::new(conflicts)) }
}

/// How a unit of work ends that puts a tag, on a store whose first commits meet conflicts; how often it ran, and whether the tag
/// is there.
async fn check(store_conflicts: u32, allowed: u32, fails: Option<&'static str>) -> (Result<u64, Fault>, u32, bool) {
    let (store, runs) = (contended(store_conflicts), AtomicU32::new(0));
    let done = unit_of_work(&store, allowed, |tx| {
        runs.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            let number = tx.next_number("tags").await?;
            tx.put(&Key::new("a"), Tag { name: "a".to_owned(), note: None }).await?;
            match fails {
                Some(detail) => Err(Fault::Other { detail: detail.to_owned() }),
                None => Ok(number),
            }
        })
    });
    let done = done.await;
    let found = view(&store, |tx| Box::pin(async move { tx.get::<Tag>(&Key::new("a")).await }));
    let there = found.await.expect("a store that can be read").is_some();
    (done, runs.load(Ordering::SeqCst), there)
}

#[tokio::test(start_paused = true)]
async fn a_unit_of_work_is_committed_or_leaves_nothing() {
    assert!(matches!(check(0, 0, None).await, (Ok(1), 1, true)));
    assert!(matches!(check(0, 5, Some("broken")).await, (Err(Fault::Other { .. }), 1, false)));
}

#[tokio::test(start_paused = true)]
async fn a_conflict_is_met_by_another_attempt() {
    assert!(matches!(check(3, 3, None).await, (Ok(1), 4, true)), "no number is lost either");
    assert!(matches!(check(3, 2, None).await, (Err(Fault::Store(StoreError::Conflict)), 3, false)));
    assert!(matches!(check(u32::MAX, 0, None).await, (Err(Fault::Store(StoreError::Conflict)), 1, false)));
}

/// It can be spawned: nothing in it belongs to one thread.
#[tokio::test]
async fn a_unit_of_work_may_run_on_a_task_of_its_own() {
    let store = MemoryStore::new();
    let work = tokio::spawn(async move {
        unit_of_work(&store, 1, |tx| Box::pin(async move { tx.next_number("tags").await })).await
    });
    assert!(matches!(work.await, Ok(Ok(1))));
}
