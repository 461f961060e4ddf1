//! What holds when several requests come at once, 100 rounds of each: exactly one DELETE removes,
//! exactly one PUT creates, several stacklets are made all or none, one key makes one set.
//!
//! The requests do overlap: every one is on the wire but for its last byte before the last bytes go
//! out together. A race one task switch wide shows in most rounds then.

use serde_json::{Value, json};

use crate::exchange::Exchange;
use crate::harness::Service;
use crate::raw::{Connection, Request, send_together};

const ROUNDS: usize = 100;
const AT_ONCE: usize = 8;

/// Several stacklets of these names.
pub(crate) fn several<S: AsRef<str>>(names: &[S]) -> Value {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    json!({ "names": names, "size": "b-1vcpu-1gb", "image": "ubuntu-20-04-1-x64", "region": "fra" })
}

/// How many stacklets there are.
pub(crate) async fn total(connection: &mut Connection) -> u64 {
    let exchange = connection.send(&Request::new("GET", "/stacklets?per_page=1")).await.expect(200);
    exchange.number_at("/meta/pagination/total")
}

pub(crate) fn with_status(exchanges: &[Exchange], status: u16) -> Vec<&Exchange> {
    exchanges.iter().filter(|exchange| exchange.status == status).collect()
}

#[track_caller]
pub(crate) fn expect_counts(round: usize, exchanges: &[Exchange], expected: [(u16, usize); 2]) {
    let found = expected.map(|(status, _)| (status, with_status(exchanges, status).len()));
    let all: String = exchanges.iter().map(ToString::to_string).collect();
    assert!(found == expected, "round {round}: expected {expected:?} and not {found:?} in\n{all}");
}

/// DELETE-ONCE, DELETE-ATOMIC-MISSING.
// Shows: DELETE-ONCE, DELETE-ATOMIC-MISSING, DELETE-TARGET-ONLY
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_simultaneous_deletes_one_removes() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    for round in 0..ROUNDS {
        let create = Request::new("POST", "/stacklets").json(&several(&["web", "kept"]));
        let two = connections[0].send(&create).await.expect(201);
        let path = format!("/stacklets/{}", two.number_at("/stacklets/0/id"));
        let requests = vec![Request::new("DELETE", &path); AT_ONCE];
        let exchanges = send_together(&mut connections, &requests).await;
        expect_counts(round, &exchanges, [(204, 1), (404, AT_ONCE - 1)]);
        for exchange in exchanges {
            match exchange.status {
                204 => exchange.expect(204),
                _ => exchange.expect_problem(404),
            };
        }
        connections[0].send(&Request::new("GET", &path)).await.expect_problem(404);
    }
    // DELETE-TARGET-ONLY: of each pair the other stacklet is still there.
    assert_eq!(total(&mut connections[0]).await, ROUNDS as u64);
}

/// PUT-CREATE-ONCE, WRITE-ATOMIC.
// Shows: PUT-CREATE-ONCE, WRITE-ATOMIC
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_simultaneous_puts_on_an_absent_tag_one_creates() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    for round in 0..ROUNDS {
        let path = format!("/tags/round-{round}");
        let put = |number: usize| Request::new("PUT", &path).json(&json!({ "description": format!("{number}") }));
        let requests: Vec<Request> = (0..AT_ONCE).map(put).collect();
        let exchanges = send_together(&mut connections, &requests).await;
        expect_counts(round, &exchanges, [(201, 1), (200, AT_ONCE - 1)]);
        for (number, exchange) in exchanges.iter().enumerate() {
            exchange.clone().expect(exchange.status).expect_at("/tag/description", number.to_string());
        }
        let last = connections[0].send(&Request::new("GET", &path)).await.expect(200);
        let writer = exchanges.iter().find(|exchange| exchange.json() == last.json());
        let writer = writer.unwrap_or_else(|| panic!("round {round}: expected one of the values sent in\n{last}"));
        last.expect_same(writer, |exchange| exchange.field("ETag").to_owned());
    }
}

/// COND-CREATE-ONLY and COND-CAS: of several writers who saw the same, one goes through.
// Shows: COND-CREATE-ONLY, COND-CAS
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_simultaneous_conditional_puts_one_goes_through() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    for round in 0..ROUNDS / 4 {
        let path = format!("/tags/round-{round}");
        let put = |number: usize| Request::new("PUT", &path).json(&json!({ "description": format!("{number}") }));
        let create = (0..AT_ONCE).map(|number| put(number).field("If-None-Match", "*")).collect::<Vec<_>>();
        let created = send_together(&mut connections, &create).await;
        expect_counts(round, &created, [(201, 1), (412, AT_ONCE - 1)]);
        let etag = with_status(&created, 201)[0].field("ETag");
        let replace = (0..AT_ONCE).map(|number| put(number + AT_ONCE).field("If-Match", etag)).collect::<Vec<_>>();
        let replaced = send_together(&mut connections, &replace).await;
        expect_counts(round, &replaced, [(200, 1), (412, AT_ONCE - 1)]);
        let last = connections[0].send(&Request::new("GET", &path)).await.expect(200);
        last.expect_same(with_status(&replaced, 200)[0], Exchange::json);
    }
}

/// POST-MANY-ATOMIC, FAILED-WRITE-NO-EFFECT: no reader sees a part either, so somebody counts
/// meanwhile.
// Shows: POST-MANY-ATOMIC, FAILED-WRITE-NO-EFFECT
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_five_stacklets_with_a_wrong_one_none_is_made() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, 2).await;
    connections[0].send(&Request::new("POST", "/stacklets").json(&several(&["before"]))).await.expect(201);
    for round in 0..ROUNDS {
        let names = ["web-1", "web-2", "web-3", "not a name", "web-5"];
        let requests =
            [Request::new("POST", "/stacklets").json(&several(&names)), Request::new("GET", "/stacklets?per_page=1")];
        let mut exchanges = send_together(&mut connections, &requests).await;
        let count = exchanges.pop().expect("two answers").expect(200);
        count.expect_at("/meta/pagination/total", 1);
        exchanges.pop().expect("two answers").expect_mistakes(422, &["/names/3"]);
        assert_eq!(total(&mut connections[0]).await, 1, "round {round}");
    }
}

/// The same for several that are right: a reader sees all five or none of them.
// Shows: POST-MANY-ATOMIC
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reader_sees_a_part_of_five_stacklets() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    for round in 0..ROUNDS / 4 {
        let names: Vec<String> = (0..5).map(|number| format!("round-{round}-{number}")).collect();
        let mut requests = vec![Request::new("GET", "/stacklets?per_page=1"); AT_ONCE];
        requests[3] = Request::new("POST", "/stacklets").json(&several(&names));
        for exchange in send_together(&mut connections, &requests).await {
            if exchange.status == 200 {
                let count = exchange.number_at("/meta/pagination/total");
                assert!(count.is_multiple_of(5), "round {round}: expected a multiple of five in\n{exchange}");
            } else {
                exchange.expect(201);
            }
        }
    }
}

/// IDEM-REPLAY: sent twice, made once.
// Shows: IDEM-REPLAY
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_sent_twice_under_one_key_makes_one_set() {
    let service = Service::start();
    let mut connection = Connection::open(&service).await;
    for round in 0..ROUNDS {
        let request = keyed(round);
        let first = connection.send(&request).await.expect(201);
        let second = connection.send(&request).await.expect(201);
        second.expect_same(&first, Exchange::json);
        second.expect_same(&first, |exchange| exchange.field("Location").to_owned());
        assert_eq!(total(&mut connection).await, 2 * (round as u64 + 1), "round {round}");
    }
}

/// IDEM-ONCE: the others are equal replays, or 409 while the first is at work.
// Shows: IDEM-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_simultaneous_posts_under_one_key_one_makes_a_set() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    for round in 0..ROUNDS {
        let requests = vec![keyed(round); AT_ONCE];
        let exchanges = send_together(&mut connections, &requests).await;
        let made = with_status(&exchanges, 201);
        let first = *made.first().unwrap_or_else(|| panic!("round {round}: expected a 201 in\n{}", exchanges[0]));
        for exchange in &exchanges {
            match exchange.status {
                409 => exchange.clone().expect_problem(409),
                _ => exchange.clone().expect(201),
            };
        }
        for exchange in &made {
            exchange.expect_same(first, Exchange::json);
        }
        assert_eq!(total(&mut connections[0]).await, 2 * (round as u64 + 1), "round {round}");
    }
}

pub(crate) fn keyed(round: usize) -> Request {
    let body = several(&[format!("round-{round}-a"), format!("round-{round}-b")]);
    Request::new("POST", "/stacklets").field("Idempotency-Key", &format!("key-{round}")).json(&body)
}

/// POST-FRESH-ID under concurrency: every number is given once.
// Shows: POST-FRESH-ID
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn simultaneous_posts_get_numbers_of_their_own() {
    let service = Service::start();
    let mut connections = Connection::open_many(&service, AT_ONCE).await;
    let mut numbers = std::collections::BTreeSet::new();
    for round in 0..ROUNDS / 4 {
        let requests = vec![Request::new("POST", "/stacklets").json(&several(&["a", "b"])); AT_ONCE];
        for exchange in send_together(&mut connections, &requests).await {
            let exchange = exchange.expect(201);
            for pointer in ["/stacklets/0/id", "/stacklets/1/id"] {
                let number = exchange.number_at(pointer);
                assert!(numbers.insert(number), "round {round}: expected a fresh number in\n{exchange}");
            }
        }
    }
    assert_eq!(total(&mut connections[0]).await, numbers.len() as u64);
}
