//! Two instances over one store: what holds for simultaneous requests to one holds for requests to
//! both, because it is the store that decides.

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use crate::exchange::Exchange;
use crate::harness::{Home, Service};
use crate::races::{expect_counts, keyed, several, total, with_status};
use crate::raw::{Connection, Request, send_together};

const ROUNDS: usize = 50;
const AT_ONCE: usize = 8;

/// Two of them, if there is a server that they can share a store on.
fn start_two(test: &str, arguments: &[&str]) -> Option<(Service, Service)> {
    let one = Home::on_postgres(test)?.start(arguments);
    let other = one.start_beside(arguments);
    Some((one, other))
}

/// Connections to both, one after the other.
async fn open_to_both(one: &Service, other: &Service) -> Vec<Connection> {
    let mut connections = Vec::new();
    for _ in 0..AT_ONCE / 2 {
        connections.push(Connection::open(one).await);
        connections.push(Connection::open(other).await);
    }
    connections
}

// Shows: DELETE-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_simultaneous_deletes_on_two_instances_one_removes() {
    let Some((one, other)) = start_two("of_simultaneous_deletes_on_two_instances_one_removes", &[]) else {
        return;
    };
    let mut connections = open_to_both(&one, &other).await;
    for round in 0..ROUNDS {
        let path = format!("/tags/round-{round}");
        connections[0].send(&Request::new("PUT", &path).json(&json!({}))).await.expect(201);
        let requests = vec![Request::new("DELETE", &path); AT_ONCE];
        let exchanges = send_together(&mut connections, &requests).await;
        expect_counts(round, &exchanges, [(204, 1), (404, AT_ONCE - 1)]);
    }
}

// Shows: PUT-CREATE-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_simultaneous_puts_on_two_instances_one_creates() {
    let Some((one, other)) = start_two("of_simultaneous_puts_on_two_instances_one_creates", &[]) else {
        return;
    };
    let mut connections = open_to_both(&one, &other).await;
    for round in 0..ROUNDS {
        let path = format!("/tags/round-{round}");
        let put = |number: usize| Request::new("PUT", &path).json(&json!({ "description": format!("{number}") }));
        let requests: Vec<Request> = (0..AT_ONCE).map(put).collect();
        let exchanges = send_together(&mut connections, &requests).await;
        expect_counts(round, &exchanges, [(201, 1), (200, AT_ONCE - 1)]);
        // What one instance wrote last, the other shows at once.
        let last = connections[0].send(&Request::new("GET", &path)).await.expect(200);
        let same = connections[1].send(&Request::new("GET", &path)).await.expect(200);
        same.expect_same(&last, Exchange::json).expect_same(&last, |exchange| exchange.field("ETag").to_owned());
        assert!(exchanges.iter().any(|exchange| exchange.json() == last.json()), "round {round}:\n{last}");
    }
}

// Shows: IDEM-ONCE
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_simultaneous_posts_under_one_key_on_two_instances_one_makes_a_set() {
    let test = "of_simultaneous_posts_under_one_key_on_two_instances_one_makes_a_set";
    let Some((one, other)) = start_two(test, &[]) else {
        return;
    };
    let mut connections = open_to_both(&one, &other).await;
    for round in 0..ROUNDS {
        let exchanges = send_together(&mut connections, &vec![keyed(round); AT_ONCE]).await;
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

/// Numbers come from one sequence.
// Shows: POST-FRESH-ID
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn simultaneous_posts_on_two_instances_get_numbers_of_their_own() {
    let Some((one, other)) = start_two("simultaneous_posts_on_two_instances_get_numbers_of_their_own", &[]) else {
        return;
    };
    let mut connections = open_to_both(&one, &other).await;
    let mut numbers = std::collections::BTreeSet::new();
    for round in 0..ROUNDS / 5 {
        let requests = vec![Request::new("POST", "/stacklets").json(&several(&["a", "b"])); AT_ONCE];
        for exchange in send_together(&mut connections, &requests).await {
            let exchange = exchange.expect(201);
            for pointer in ["/stacklets/0/id", "/stacklets/1/id"] {
                assert!(
                    numbers.insert(exchange.number_at(pointer)),
                    "round {round}: expected fresh numbers in\n{exchange}"
                );
            }
        }
    }
}

/// The limit is one for both, and exact.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rate_limit_is_exact_across_two_instances() {
    const LIMIT: usize = 60;
    let arguments = ["--rate-limit", "60"];
    let Some((one, other)) = start_two("the_rate_limit_is_exact_across_two_instances", &arguments) else {
        return;
    };
    let mut connections = open_to_both(&one, &other).await;
    let mut passed = Vec::new();
    let mut refused = 0;
    for _ in 0..LIMIT / AT_ONCE + 3 {
        for exchange in send_together(&mut connections, &vec![Request::new("GET", "/tags"); AT_ONCE]).await {
            match exchange.status {
                200 => passed.push(exchange.field("RateLimit-Remaining").parse::<usize>().expect("a number")),
                _ => {
                    exchange.expect_problem(429);
                    refused += 1;
                }
            }
        }
    }
    // Each of the requests that passed took one of those that were left, whichever instance it met.
    passed.sort_unstable();
    assert_eq!(passed, (0..LIMIT).collect::<Vec<_>>());
    assert!(refused > 0, "expected requests beyond the limit");
}

/// A token that one instance is told to revoke is worthless at the other at once; commands go to the
/// database, whether or not anybody runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_revoked_is_worthless_everywhere() {
    let Some((one, other)) = start_two("a_token_that_is_revoked_is_worthless_everywhere", &[]) else {
        return;
    };
    let made = one.home().run(&["token", "create", "--account", "ada", "--data", "data"]);
    assert_eq!(made.code, Some(0), "{made:#?}");
    let token = made.stdout.trim();
    let get = Request::new("GET", "/tags");
    let mut connection = Connection::open(&other).await.with_token(token);
    connection.send(&get).await.expect(200);
    let revoked = one.home().run(&["token", "revoke", &token[..8], "--data", "data"]);
    assert_eq!(revoked.code, Some(0), "{revoked:#?}");
    connection.send(&get).await.expect_problem(401);
}

/// One is killed in the middle of writes to both: the other goes on without a failure, and all that
/// was acknowledged by either is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_killed_while_the_other_goes_on() {
    let Some((mut one, other)) = start_two("one_is_killed_while_the_other_goes_on", &[]) else {
        return;
    };
    let mut writers = JoinSet::new();
    for (name, service) in [("killed", &one), ("other", &other)] {
        for writer in 0..3 {
            let connection = Connection::open(service).await;
            writers.spawn(put_tags(connection, format!("{name}-{writer}")));
        }
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    tokio::task::block_in_place(|| one.kill());
    let mut acknowledged = Vec::new();
    let mut by_the_killed = 0;
    while let Some(written) = writers.join_next().await {
        let written = written.expect("a writer that does not panic");
        by_the_killed += written.iter().filter(|name| name.starts_with("killed")).count();
        acknowledged.extend(written);
    }
    assert!(by_the_killed > 0, "expected writes before the kill");
    let mut connection = Connection::open(&other).await;
    for name in &acknowledged {
        connection.send(&Request::new("GET", &format!("/tags/{name}"))).await.expect(200);
    }
    let again = one.restart();
    Connection::open(&again).await.with_token(&other.token).send(&Request::new("GET", "/tags")).await.expect(200);
}

/// The tags that were acknowledged, until the connection breaks or there are enough. The other
/// instance's connections do not break.
async fn put_tags(mut connection: Connection, prefix: String) -> Vec<String> {
    let mut written = Vec::new();
    for number in 0..150 {
        let name = format!("{prefix}-{number}");
        match connection.try_send(&Request::new("PUT", &format!("/tags/{name}")).json(&json!({}))).await {
            Ok(exchange) => {
                exchange.expect(201);
                written.push(name);
            }
            Err(error) => {
                assert!(prefix.starts_with("killed"), "expected an answer from the other instance and not {error}");
                break;
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    written
}
