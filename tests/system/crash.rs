//! `kill -9` in the middle of a stream of writes, again and again on the same data: what was
//! acknowledged is there afterwards, and no half of anything is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::Service;
use crate::races::several;
use crate::raw::{Connection, Request};

const KILLS: usize = 20;
const WRITERS: usize = 4;
const AT_A_TIME: usize = 5;

/// What one writer did until its connection broke: what was acknowledged, and what was on its way
/// when it broke, which may have happened or not.
#[derive(Debug, Default)]
struct Written {
    /// The prefix that the names of each set of stacklets have.
    sets: Vec<String>,
    /// Names and descriptions of tags.
    tags: Vec<(String, String)>,
    /// Stacklets that were deleted.
    deleted: Vec<u64>,
    unanswered: Option<Attempt>,
}

#[derive(Debug)]
enum Attempt {
    Tag(String, String),
    Set(String),
    Delete(u64),
}

/// What has to be in the store, over all the kills so far.
#[derive(Debug, Default)]
struct Expected {
    sets: BTreeSet<String>,
    tags: BTreeMap<String, String>,
    deleted: BTreeSet<u64>,
    /// Attempts without an answer, which a later look has to find whole or not at all.
    doubtful_sets: BTreeSet<String>,
}

// Shows: READ-AFTER-WRITE, POST-MANY-ATOMIC
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_and_nothing_is_halved() {
    let mut service = Service::start();
    let mut expected = Expected::default();
    let mut acknowledged = 0;
    for kill in 0..KILLS {
        let mut writers = JoinSet::new();
        let answers = Arc::new(AtomicUsize::new(0));
        for (writer, connection) in Connection::open_many(&service, WRITERS).await.into_iter().enumerate() {
            writers.spawn(write_until_it_breaks(connection, format!("k{kill}w{writer}"), Arc::clone(&answers)));
        }
        // At a different moment of the stream each time.
        while answers.load(Ordering::Relaxed) < 2 * WRITERS && !writers.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(7 * kill as u64)).await;
        service = tokio::task::block_in_place(|| service.kill_and_restart());
        let mut doubtful_tags = BTreeMap::new();
        while let Some(written) = writers.join_next().await {
            let written = written.expect("a writer that does not panic");
            acknowledged += written.sets.len() + written.tags.len() + written.deleted.len();
            expected.add(written, &mut doubtful_tags);
        }
        expected.check(&service, &doubtful_tags, kill).await;
    }
    assert!(acknowledged > KILLS * WRITERS, "expected a stream of writes and not {acknowledged}");
}

async fn write_until_it_breaks(mut connection: Connection, prefix: String, answers: Arc<AtomicUsize>) -> Written {
    let mut written = Written::default();
    for number in 0.. {
        let attempts = [
            // One tag that every round of a writer replaces, and long enough not to be one page.
            Attempt::Tag(prefix.clone(), format!("{prefix}-{number}-").repeat(9)),
            Attempt::Set(format!("{prefix}-{number}")),
        ];
        for attempt in attempts {
            if let Err(lost) = carry_out(&mut connection, attempt, &mut written).await {
                written.unanswered = Some(lost);
                return written;
            }
            answers.fetch_add(1, Ordering::Relaxed);
        }
    }
    written
}

/// One write, or two where the second needs what the first made. What came without an answer is
/// returned as the error.
async fn carry_out(connection: &mut Connection, attempt: Attempt, written: &mut Written) -> Result<(), Attempt> {
    let request = match &attempt {
        Attempt::Tag(name, description) => {
            Request::new("PUT", &format!("/tags/{name}")).json(&json!({ "description": description }))
        }
        Attempt::Set(prefix) => Request::new("POST", "/stacklets").json(&several(&names(prefix))),
        Attempt::Delete(id) => Request::new("DELETE", &format!("/stacklets/{id}")),
    };
    let Ok(exchange) = connection.try_send(&request).await else {
        return Err(attempt);
    };
    match attempt {
        Attempt::Tag(name, description) => {
            assert!([200, 201].contains(&exchange.status), "expected 200 or 201 in\n{exchange}");
            written.tags.push((name, description));
            Ok(())
        }
        Attempt::Set(prefix) => {
            let exchange = exchange.expect(201);
            written.sets.push(prefix);
            let extra = exchange.number_at(&format!("/stacklets/{AT_A_TIME}/id"));
            Box::pin(carry_out(connection, Attempt::Delete(extra), written)).await
        }
        Attempt::Delete(id) => {
            exchange.expect(204);
            written.deleted.push(id);
            Ok(())
        }
    }
}

/// The names of a set: those that stay, and one that is deleted right away.
fn names(prefix: &str) -> Vec<String> {
    let kept = (0..AT_A_TIME).map(|number| format!("{prefix}-{number}"));
    kept.chain([format!("{prefix}-extra")]).collect()
}

impl Expected {
    fn add(&mut self, written: Written, doubtful_tags: &mut BTreeMap<String, String>) {
        self.sets.extend(written.sets);
        self.tags.extend(written.tags);
        self.deleted.extend(written.deleted);
        match written.unanswered {
            Some(Attempt::Tag(name, description)) => {
                doubtful_tags.insert(name, description);
            }
            Some(Attempt::Set(prefix)) => {
                self.doubtful_sets.insert(prefix);
            }
            Some(Attempt::Delete(_)) | None => {}
        }
    }

    /// Compares all of it with all that the service holds. A value in doubt may be the old one or
    /// the new one, and is what it is from then on.
    async fn check(&mut self, service: &Service, doubtful_tags: &BTreeMap<String, String>, kill: usize) {
        let mut connection = Connection::open(service).await;
        let mut tags = BTreeMap::new();
        for tag in all(&mut connection, "tags").await {
            tags.insert(text(&tag["name"]), text(&tag["description"]));
        }
        for (name, description) in doubtful_tags {
            if tags.get(name) == Some(description) {
                self.tags.insert(name.clone(), description.clone());
            }
        }
        assert_eq!(self.tags, tags, "after kill {kill}: the tags that were acknowledged, and those that are there");
        self.check_stacklets(all(&mut connection, "stacklets").await, kill);
    }

    fn check_stacklets(&mut self, stacklets: Vec<Value>, kill: usize) {
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for stacklet in stacklets {
            let id = stacklet["id"].as_u64().expect("a number");
            assert!(!self.deleted.contains(&id), "after kill {kill}: stacklet {id} was deleted and is there");
            let name = text(&stacklet["name"]);
            let (prefix, last) = name.rsplit_once('-').expect("a name of ours");
            *found.entry(prefix.to_owned()).or_default() += usize::from(last != "extra");
        }
        for (prefix, count) in &found {
            assert_eq!(*count, AT_A_TIME, "after kill {kill}: a part of the set {prefix} is there");
            if self.doubtful_sets.remove(prefix) {
                self.sets.insert(prefix.clone());
            }
        }
        // What was in doubt and is not there now did not happen, and must not happen later.
        self.doubtful_sets.clear();
        let found: BTreeSet<String> = found.into_keys().collect();
        assert_eq!(self.sets, found, "after kill {kill}: the sets that were acknowledged, and those that are there");
    }
}

/// Every item of a list, page by page.
async fn all(connection: &mut Connection, list: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = Some(1);
    while let Some(page) = next {
        let request = Request::new("GET", &format!("/{list}?per_page=200&page={page}"));
        let exchange = connection.send(&request).await.expect(200);
        items.extend(exchange.at(&format!("/{list}")).as_array().expect("a list").iter().cloned());
        next = exchange.at("/meta/pagination/next_page").as_u64();
    }
    items
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
