//! What the runtime expects of a store, of each of them: order and ranges, one view, all or nothing,
//! conflicts. What is said here of the store in memory shows that the tests ask for no more than the
//! trait promises.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use methodical_server::{KeyRange, MemoryStore, Reads, Store, StoreError, Writes};

use super::{EmbeddedStore, testing};

const TABLE: &str = "things";

/// Each test on each store.
macro_rules! on_every_store {
    ($($name:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::MemoryStore::new()).await;
            })+
        }

        mod embedded {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let folder = tempfile::tempdir().unwrap();
                super::$name(super::EmbeddedStore::open(folder.path()).unwrap().0).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(store) = super::testing::postgres(stringify!($name)).await {
                    super::$name(store).await;
                }
            })+
        }
    };
}

on_every_store! {
    keys_sort_by_their_bytes,
    ranges_and_pages,
    a_unit_of_work_sees_its_own_changes_in_order,
    a_view_does_not_change,
    what_is_not_committed_never_was,
    a_panic_leaves_nothing,
    a_table_nobody_wrote_to_is_empty,
    large_and_odd_values,
    many_changes_at_once,
    increments_are_not_lost,
    of_those_who_saw_the_same_one_goes_through,
    what_was_not_there_is_a_conflict_too,
    a_caller_who_gives_up_harms_nobody,
    numbers_are_given_once,
}

fn range(from: &[u8], to: &[u8]) -> KeyRange {
    KeyRange { from: from.into(), to: to.into() }
}

async fn put(unit: &mut impl Writes, key: &[u8], value: &'static str) -> Option<Bytes> {
    unit.put(TABLE, key, Bytes::from_static(value.as_bytes())).await.unwrap()
}

async fn commit(store: &impl Store, entries: &[(&[u8], &'static str)]) {
    let mut unit = store.write().await.unwrap();
    for (key, value) in entries {
        put(&mut unit, key, value).await;
    }
    unit.commit().await.unwrap();
}

/// Keys and values of a range, as one line; the number of keys agrees.
async fn show(view: &impl Reads, from: &[u8], to: &[u8]) -> String {
    let rows = view.scan(TABLE, range(from, to), 0, usize::MAX).await.unwrap();
    assert_eq!(view.count(TABLE, range(from, to)).await.unwrap(), rows.len() as u64);
    let line = |(key, value): &(Bytes, Bytes)| format!("{}={} ", key.escape_ascii(), value.escape_ascii());
    rows.iter().map(line).collect()
}

/// Repeats a unit of work as the runtime does.
async fn repeat<S: Store, T>(store: &S, work: &impl AsyncFn(&mut S::Write) -> Result<T, StoreError>) -> T {
    let mut conflicts = 0;
    loop {
        let attempt = async {
            let mut unit = if conflicts == 0 { store.write().await? } else { store.write_again(conflicts).await? };
            let value = work(&mut unit).await?;
            unit.commit().await?;
            Ok(value)
        };
        match attempt.await {
            Ok(value) => return value,
            Err(StoreError::Conflict) => conflicts += 1,
            Err(error) => panic!("{error}"),
        }
        assert!(conflicts <= 8, "as often as the runtime tries");
    }
}

async fn keys_sort_by_their_bytes(store: impl Store) {
    let keys: [&[u8]; 9] = [b"", b"\0", b"\0\0", b"\0\xff", b"A", b"Z", b"a", b"\x7f", b"\xff\0"];
    let mut shuffled = keys.map(|key| (key, "1"));
    shuffled.reverse();
    commit(&store, &shuffled).await;
    let view = store.read().await.unwrap();
    let found = view.scan(TABLE, range(b"", b"\xff\xff"), 0, usize::MAX).await.unwrap();
    assert_eq!(found.iter().map(|(key, _)| &key[..]).collect::<Vec<_>>(), keys);
    for key in keys {
        assert_eq!(view.get(TABLE, key).await.unwrap().unwrap(), "1");
    }
    assert_eq!(view.get(TABLE, b"\0\0\0").await.unwrap(), None);
}

async fn ranges_and_pages(store: impl Store) {
    commit(&store, &[(b"a", "1"), (b"b", "1"), (b"c", "1"), (b"d", "1")]).await;
    let mut other = store.write().await.unwrap();
    other.put("others", b"bb", Bytes::new()).await.unwrap();
    other.commit().await.unwrap();
    let view = store.read().await.unwrap();
    assert_eq!(show(&view, b"b", b"d").await, "b=1 c=1 ");
    assert_eq!(show(&view, b"b", b"b").await, "");
    assert_eq!(show(&view, b"d", b"b").await, "");
    assert_eq!(show(&view, b"aa", b"cc").await, "b=1 c=1 ");
    for (skip, limit, expected) in [(0, 2, "ab"), (1, 2, "bc"), (3, 9, "d"), (4, 9, ""), (0, 0, ""), (u64::MAX, 1, "")]
    {
        let page = view.scan(TABLE, range(b"", b"z"), skip, limit).await.unwrap();
        let keys: String = page.iter().map(|(key, _)| key.escape_ascii().to_string()).collect();
        assert_eq!(keys, expected, "{skip} {limit}");
    }
}

async fn a_unit_of_work_sees_its_own_changes_in_order(store: impl Store) {
    commit(&store, &[(b"b", "1"), (b"d", "1"), (b"f", "1"), (b"h", "1")]).await;
    let mut unit = store.write().await.unwrap();
    for key in [b"a", b"d", b"e", b"i"] {
        put(&mut unit, key, "2").await;
    }
    assert_eq!(unit.remove(TABLE, b"f").await.unwrap().unwrap(), "1");
    assert_eq!(unit.remove(TABLE, b"f").await.unwrap(), None);
    assert_eq!(unit.remove(TABLE, b"a").await.unwrap().unwrap(), "2");
    put(&mut unit, b"a", "3").await;
    let all = "a=3 b=1 d=2 e=2 h=1 i=2 ";
    assert_eq!(show(&unit, b"", b"z").await, all);
    assert_eq!(show(&unit, b"b", b"e").await, "b=1 d=2 ");
    assert_eq!(show(&unit, b"e", b"b").await, "");
    for (skip, limit, expected) in [(0, 2, "ab"), (2, 2, "de"), (4, 9, "hi"), (3, 1, "e"), (6, 1, "")] {
        let page = unit.scan(TABLE, range(b"", b"z"), skip, limit).await.unwrap();
        let keys: String = page.iter().map(|(key, _)| key.escape_ascii().to_string()).collect();
        assert_eq!(keys, expected, "{skip} {limit}");
    }
    unit.commit().await.unwrap();
    assert_eq!(show(&store.read().await.unwrap(), b"", b"z").await, all);
}

/// From its first read on.
async fn a_view_does_not_change(store: impl Store) {
    commit(&store, &[(b"a", "1"), (b"b", "1")]).await;
    let before = store.read().await.unwrap();
    assert_eq!(show(&before, b"", b"z").await, "a=1 b=1 ");
    let mut unit = store.write().await.unwrap();
    assert_eq!(put(&mut unit, b"a", "2").await.unwrap(), "1");
    put(&mut unit, b"c", "2").await;
    let during = store.read().await.unwrap();
    assert_eq!(show(&during, b"", b"z").await, "a=1 b=1 ");
    unit.commit().await.unwrap();
    assert_eq!(show(&before, b"", b"z").await, "a=1 b=1 ");
    assert_eq!(show(&during, b"", b"z").await, "a=1 b=1 ");
    assert_eq!(show(&store.read().await.unwrap(), b"", b"z").await, "a=2 b=1 c=2 ");
}

async fn what_is_not_committed_never_was(store: impl Store) {
    commit(&store, &[(b"a", "1")]).await;
    for _ in 0..40 {
        let mut unit = store.write().await.unwrap();
        put(&mut unit, b"a", "2").await;
        put(&mut unit, b"b", "2").await;
        drop(unit);
    }
    // Whoever gets what the dropped ones have left finds it as new.
    for _ in 0..40 {
        let view = store.read().await.unwrap();
        assert_eq!(show(&view, b"", b"z").await, "a=1 ");
    }
    commit(&store, &[(b"b", "3")]).await;
    assert_eq!(show(&store.read().await.unwrap(), b"", b"z").await, "a=1 b=3 ");
}

async fn a_panic_leaves_nothing(store: impl Store) {
    commit(&store, &[(b"a", "1")]).await;
    let panicking = tokio::spawn({
        let store = store.clone();
        async move {
            let mut unit = store.write().await.unwrap();
            put(&mut unit, b"a", "3").await;
            panic!("as a handler might");
        }
    });
    assert!(panicking.await.unwrap_err().is_panic());
    commit(&store, &[(b"b", "1")]).await;
    assert_eq!(show(&store.read().await.unwrap(), b"", b"z").await, "a=1 b=1 ");
}

async fn a_table_nobody_wrote_to_is_empty(store: impl Store) {
    let view = store.read().await.unwrap();
    assert_eq!(view.get(TABLE, b"a").await.unwrap(), None);
    assert_eq!(show(&view, b"", b"z").await, "");
}

async fn large_and_odd_values(store: impl Store) {
    let large = Bytes::from((0..3_000_000_u32).map(|number| number as u8).collect::<Vec<u8>>());
    let key = vec![7; 500];
    let mut unit = store.write().await.unwrap();
    unit.put(TABLE, &key, large.clone()).await.unwrap();
    unit.put(TABLE, b"empty", Bytes::new()).await.unwrap();
    unit.put(TABLE, b"zeros", Bytes::from_static(b"\0a\0")).await.unwrap();
    unit.commit().await.unwrap();
    let view = store.read().await.unwrap();
    assert_eq!(view.get(TABLE, &key).await.unwrap().unwrap(), large);
    assert_eq!(view.get(TABLE, b"empty").await.unwrap().unwrap(), "");
    assert_eq!(view.get(TABLE, b"zeros").await.unwrap().unwrap(), "\0a\0");
}

async fn many_changes_at_once(store: impl Store) {
    let key = |number: u32| number.to_be_bytes();
    let mut unit = store.write().await.unwrap();
    for number in 0..2000 {
        put(&mut unit, &key(number), "1").await;
    }
    unit.commit().await.unwrap();
    let mut unit = store.write().await.unwrap();
    for number in (0..2000).step_by(2) {
        unit.remove(TABLE, &key(number)).await.unwrap();
    }
    assert_eq!(unit.count(TABLE, range(b"", b"\xff")).await.unwrap(), 1000);
    unit.commit().await.unwrap();
    assert_eq!(store.read().await.unwrap().count(TABLE, range(b"", b"\xff")).await.unwrap(), 1000);
}

/// Thirty-two who write one key at once: each comes through within the runtime's attempts.
async fn increments_are_not_lost<S: Store>(store: S) {
    let increment = async |unit: &mut S::Write| {
        let number = unit.get(TABLE, b"n").await?.map_or(0, |bytes| bytes[0]);
        tokio::task::yield_now().await;
        unit.put(TABLE, b"n", Bytes::from(vec![number + 1])).await.map(drop)
    };
    join_all((0..32).map(|_| repeat(&store, &increment))).await;
    let view = store.read().await.unwrap();
    assert_eq!(view.get(TABLE, b"n").await.unwrap().unwrap()[0], 32);
}

/// Whether the second waits for the first or is told of a conflict: it does not write what it would
/// not have written after it.
async fn of_those_who_saw_the_same_one_goes_through<S: Store>(store: S) {
    commit(&store, &[(b"a", "1")]).await;
    let attempt = async |unit: &mut S::Write| {
        let seen = unit.get(TABLE, b"a").await?.unwrap();
        if seen == "1" {
            unit.put(TABLE, b"a", Bytes::from_static(b"2")).await?;
        }
        Ok(seen)
    };
    let mut seen = join_all((0..2).map(|_| repeat(&store, &attempt))).await;
    seen.sort();
    assert_eq!(seen, ["1", "2"]);
}

/// Eight that count a range and add to it under different keys: they change nothing that another has
/// read, and still would have counted wrong.
async fn what_was_not_there_is_a_conflict_too<S: Store>(store: S) {
    let adder = async |number: u8| {
        let add = async |unit: &mut S::Write| {
            let count = unit.count(TABLE, range(b"", b"z")).await?;
            let value = Bytes::from(vec![u8::try_from(count).unwrap()]);
            unit.put(TABLE, &[b'a' + number], value).await.map(drop)
        };
        repeat(&store, &add).await;
    };
    join_all((0..8).map(adder)).await;
    let rows = store.read().await.unwrap().scan(TABLE, range(b"", b"z"), 0, 9).await.unwrap();
    let mut counted: Vec<u8> = rows.iter().map(|(_, value)| value[0]).collect();
    counted.sort_unstable();
    assert_eq!(counted, [0, 1, 2, 3, 4, 5, 6, 7]);
}

/// A commit that was begun is carried out; what was not is nowhere.
async fn a_caller_who_gives_up_harms_nobody(store: impl Store) {
    let mut unit = store.write().await.unwrap();
    put(&mut unit, b"a", "1").await;
    let _ = tokio::time::timeout(Duration::ZERO, unit.commit()).await;
    for _ in 0..40 {
        let unit = store.write().await.unwrap();
        let _ = tokio::time::timeout(Duration::ZERO, unit.get(TABLE, b"a")).await;
    }
    commit(&store, &[(b"b", "1")]).await;
    // On a server the commit may take a moment longer than whoever comes next.
    for _ in 0..200 {
        if show(&store.read().await.unwrap(), b"", b"z").await == "a=1 b=1 " {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("expected what was committed");
}

async fn numbers_are_given_once<S: Store>(store: S) {
    let take = async |unit: &mut S::Write| Ok([unit.next_number("first").await?, unit.next_number("first").await?]);
    let mut numbers: Vec<u64> = join_all((0..16).map(|_| repeat(&store, &take))).await.concat();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 32);
    assert!(numbers[0] >= 1);
    assert_eq!(repeat(&store, &async |unit: &mut S::Write| unit.next_number("second").await).await, 1);
}
