//! How many operations a second: on the embedded store, on PostgreSQL, and with two instances on one PostgreSQL.

use std::time::Duration;

use crate::load::{self, Request, Target};
use crate::measure::{self, Outcome, Spread};
use crate::process::Instance;
use crate::server;

const CONNECTIONS: usize = 16;
const TAGS: u64 = 500;

struct Case {
    what: &'static str,
    next: fn(usize, u64) -> Request,
}

const CASES: [Case; 4] = [
    Case { what: "list 25", next: |_, count| Request::new("GET", format!("/tags?page={}", count % 20 + 1), 200) },
    Case { what: "read", next: |_, count| Request::new("GET", format!("/tags/t{}", count % TAGS), 200) },
    Case {
        what: "upsert",
        next: |connection, count| {
            let path = format!("/tags/t{}", (connection as u64 * 31 + count) % TAGS);
            Request::new("PUT", path, 200).with_body(format!(r#"{{"description":"{count}"}}"#))
        },
    },
    // A tag of the connection's own is made and deleted in turns.
    Case {
        what: "create and delete",
        next: |connection, count| {
            let path = format!("/tags/own-{connection}");
            match count % 2 {
                0 => Request::new("PUT", path, 201).with_body("{}".to_owned()),
                _ => Request::new("DELETE", path, 204),
            }
        },
    },
];

pub(crate) async fn run(rounds: usize, duration: Duration, chosen: &str, postgres: Option<&str>) -> anyhow::Result<()> {
    let embedded = Instance::start(None, None)?;
    server::fill(&embedded.target, TAGS).await?;
    println!("operations a second, {CONNECTIONS} connections, {rounds} rounds of {duration:?} each");
    let Some(url) = postgres else {
        println!("SKIPPED: PostgreSQL is not there; the embedded store alone");
        for case in CASES.iter().filter(|case| case.what.contains(chosen)) {
            let mut rates = Vec::new();
            for _ in 0..rounds {
                rates.push(load::run(&embedded.target, CONNECTIONS, duration, case.next).await?.throughput());
            }
            println!("{:<34} {:.0}/s", case.what, Spread::of(rates).median);
        }
        return Ok(());
    };
    let first = Instance::start(Some(url), None)?;
    let second = Instance::start(Some(url), Some(&first.target.token))?;
    server::fill(&first.target, TAGS).await?;
    println!("embedded and PostgreSQL, one instance each:");
    for case in CASES.iter().filter(|case| case.what.contains(chosen)) {
        let pairs = measure::in_turns(
            rounds,
            async || load::run(&embedded.target, CONNECTIONS, duration, case.next).await,
            async || load::run(&first.target, CONNECTIONS, duration, case.next).await,
        );
        measure::report(case.what, &pairs.await?);
    }
    println!("two instances on one PostgreSQL and one:");
    for case in CASES.iter().filter(|case| case.what.contains(chosen)) {
        let pairs = measure::in_turns(
            rounds,
            async || both(&first.target, &second.target, duration, case.next).await,
            async || load::run(&first.target, CONNECTIONS, duration, case.next).await,
        );
        measure::report(case.what, &pairs.await?);
    }
    Ok(())
}

/// Half of the load to each.
async fn both(
    first: &Target,
    second: &Target,
    duration: Duration,
    next: fn(usize, u64) -> Request,
) -> anyhow::Result<Outcome> {
    let other = move |connection, count| next(connection + CONNECTIONS / 2, count);
    let (first, second) = tokio::try_join!(
        load::run(first, CONNECTIONS / 2, duration, next),
        load::run(second, CONNECTIONS / 2, duration, other),
    )?;
    let mut outcome = first;
    outcome.add(second);
    Ok(outcome)
}
