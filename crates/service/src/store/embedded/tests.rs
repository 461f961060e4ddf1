//! What is the embedded store's own: a commit nobody waits for, survival, and what is said when the
//! file cannot be opened. What every store promises is in `conformance`.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use methodical_server::{KeyRange, Reads, Store, Writes};
use tempfile::TempDir;

use super::{EmbeddedStore, FileError, UnitOfWork};

const TABLE: &str = "things";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn range(from: &str, to: &str) -> KeyRange {
    KeyRange { from: from.into(), to: to.into() }
}

async fn put(unit: &mut UnitOfWork, key: &str, value: &'static str) -> Option<Bytes> {
    unit.put(TABLE, key.as_bytes(), Bytes::from_static(value.as_bytes())).await.unwrap()
}

async fn commit(store: &EmbeddedStore, entries: &[(&str, &'static str)]) {
    let mut unit = store.write().await.unwrap();
    for (key, value) in entries {
        put(&mut unit, key, value).await;
    }
    unit.commit().await.unwrap();
}

/// Keys and values of a range, as one line.
async fn show(view: &impl Reads, from: &str, to: &str) -> String {
    let rows = view.scan(TABLE, range(from, to), 0, usize::MAX).await.unwrap();
    assert_eq!(view.count(TABLE, range(from, to)).await.unwrap(), rows.len() as u64);
    let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
    rows.iter().map(|(key, value)| format!("{}={} ", text(key), text(value))).collect()
}

#[tokio::test]
async fn a_commit_goes_on_when_nobody_waits_for_it() {
    let folder = folder();
    let store = EmbeddedStore::open(folder.path()).unwrap().0;
    let mut unit = store.write().await.unwrap();
    put(&mut unit, "a", "1").await;
    let impatient = tokio::time::timeout(std::time::Duration::ZERO, unit.commit());
    let _ = impatient.await;
    // The next writer's turn comes after the commit, not after the impatience.
    commit(&store, &[("b", "1")]).await;
    assert_eq!(show(&store.read().await.unwrap(), "", "z").await, "a=1 b=1 ");
}

#[tokio::test]
async fn what_was_committed_is_there_after_reopening() {
    let folder = folder();
    let store = EmbeddedStore::open(folder.path()).unwrap().0;
    commit(&store, &[("a", "1")]).await;
    drop(store);
    let store = EmbeddedStore::open_existing(folder.path()).unwrap().0;
    assert_eq!(show(&store.read().await.unwrap(), "", "z").await, "a=1 ");
}

/// What a person is told, with the folder called `DATA`.
fn refusal(folder: &Path, open: fn(&Path) -> Result<(EmbeddedStore, u32), FileError>) -> String {
    let error = open(folder).unwrap_err();
    crate::chain::Chain(&error).to_string().replace(&folder.display().to_string(), "DATA")
}

#[test]
fn a_store_that_cannot_be_opened_says_why() {
    let folder = folder();
    let data = folder.path();
    insta::assert_snapshot!(refusal(data, EmbeddedStore::open_existing), @"there is no store in DATA: `stacklets serve` makes one; if the service keeps its data elsewhere, say where by --data");
    let store = EmbeddedStore::open(data).unwrap().0;
    insta::assert_snapshot!(refusal(data, EmbeddedStore::open), @"the store DATA/store.redb is in use by another process, probably a running `stacklets serve`: stop that one, or give this one a folder of its own by --data");
    drop(store);
    let file = data.join("store.redb");
    insta::assert_snapshot!(refusal(&file, EmbeddedStore::open), @"the data folder DATA cannot be made (choose another by --data): File exists (os error 17)");
    fs::write(&file, "not a store, but long enough to be taken for one".repeat(1000)).unwrap();
    insta::assert_snapshot!(refusal(data, EmbeddedStore::open), @"the store DATA/store.redb is damaged (Not a redb database: magic number mismatch): restore it from a backup, or move it away to begin with an empty one");
}

/// Damage anywhere in the file is found when it is opened, or does no harm; it never panics.
#[test]
fn a_damaged_store_is_refused_or_whole() {
    let folder = folder();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = EmbeddedStore::open(folder.path()).unwrap().0;
    for number in 0..50 {
        let key = format!("key {number}");
        runtime.block_on(commit(&store, &[(&key, "some value that takes a little room")]));
    }
    let whole = runtime.block_on(async { show(&store.read().await.unwrap(), "", "z").await });
    drop(store);
    let file = folder.path().join("store.redb");
    let good = fs::read(&file).unwrap();
    let mut refused = 0;
    for place in (0..good.len()).step_by(good.len() / 60) {
        let mut bad = good.clone();
        bad[place] ^= 0xff;
        fs::write(&file, &bad).unwrap();
        match EmbeddedStore::open(folder.path()) {
            Ok((store, _)) => runtime.block_on(async {
                assert_eq!(show(&store.read().await.unwrap(), "", "z").await, whole, "at {place}");
            }),
            Err(FileError::Damaged { .. }) => refused += 1,
            Err(other) => panic!("at {place}: {other}"),
        }
    }
    assert!(refused > 0);
    fs::write(&file, &good[..good.len() / 2]).unwrap();
    assert!(matches!(EmbeddedStore::open(folder.path()), Err(FileError::Damaged { .. })));
}
