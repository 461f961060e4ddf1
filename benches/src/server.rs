//! The generated server beside the same routes in hand-written axum, on the same kind of store; and HEAD beside GET.

use std::time::Duration;

use tempfile::TempDir;

use crate::hand_written;
use crate::load::{self, Connection, Request, Target};
use crate::local::{self, Local, Tls};
use crate::measure;

/// Connections of the load: enough that the server always has work.
const CONNECTIONS: usize = 16;
/// Tags that are there.
const TAGS: u64 = 500;
/// Items of the large collection.
const LARGE: u64 = 5_000;

/// One thing to compare.
struct Case {
    what: &'static str,
    next: fn(usize, u64) -> Request,
}

const CASES: [Case; 5] = [
    Case { what: "read one", next: |_, count| Request::new("GET", format!("/tags/t{}", count % TAGS), 200) },
    Case { what: "read one that is absent", next: |_, count| Request::new("GET", format!("/tags/x{count}"), 404) },
    Case { what: "list 25", next: |_, count| Request::new("GET", format!("/tags?page={}", count % 20 + 1), 200) },
    Case { what: "list 200", next: |_, _| Request::new("GET", "/tags?per_page=200", 200) },
    Case {
        what: "replace one",
        next: |connection, count| {
            let path = format!("/tags/t{}", (connection as u64 * 31 + count) % TAGS);
            Request::new("PUT", path, 200).with_body(format!(r#"{{"description":"{count}"}}"#))
        },
    },
];

pub(crate) async fn run(rounds: usize, duration: Duration, chosen: &str) -> anyhow::Result<()> {
    let tls = Tls::new()?;
    let folders = [TempDir::new()?, TempDir::new()?, TempDir::new()?];
    let (store, token) = local::embedded(folders[0].path()).await?;
    let router = stacklets_service::service::router(store, local::limits());
    let generated = Local::serve("generated", router, &tls, &token).await?;
    let (store, token) = local::embedded(folders[1].path()).await?;
    let layered = Local::serve("layered", hand_written::with_layers(store), &tls, &token).await?;
    let (store, token) = local::embedded(folders[2].path()).await?;
    let bare = Local::serve("bare", hand_written::router(store), &tls, &token).await?;
    for target in [&generated.target, &layered.target, &bare.target] {
        fill(target, TAGS).await?;
    }
    println!("the generated server and axum by hand, {CONNECTIONS} connections, {rounds} rounds of {duration:?} each");
    for (what, by_hand) in [("with the layers of a service:", &layered), ("without:", &bare)] {
        println!("{what}");
        for Case { what, next } in CASES.iter().filter(|case| case.what.contains(chosen)) {
            let pairs = measure::in_turns(
                rounds,
                async || load::run(&generated.target, CONNECTIONS, duration, *next).await,
                async || load::run(&by_hand.target, CONNECTIONS, duration, *next).await,
            );
            measure::report(what, &pairs.await?);
        }
    }
    Ok(())
}

/// HEAD renders no body, so the larger the body, the more it saves.
pub(crate) async fn head(rounds: usize, duration: Duration) -> anyhow::Result<()> {
    let tls = Tls::new()?;
    let folder = TempDir::new()?;
    let (store, token) = local::embedded(folder.path()).await?;
    let server =
        Local::serve("generated", stacklets_service::service::router(store, local::limits()), &tls, &token).await?;
    fill(&server.target, LARGE).await?;
    println!(
        "HEAD and GET of a collection of {LARGE}, {CONNECTIONS} connections, {rounds} rounds of {duration:?} each"
    );
    for per_page in [25, 200] {
        let request = |method| move |_: usize, _: u64| Request::new(method, format!("/tags?per_page={per_page}"), 200);
        let pairs = measure::in_turns(
            rounds,
            async || load::run(&server.target, CONNECTIONS, duration, request("HEAD")).await,
            async || load::run(&server.target, CONNECTIONS, duration, request("GET")).await,
        );
        measure::report(&format!("a page of {per_page}"), &pairs.await?);
    }
    Ok(())
}

/// Puts so many tags.
pub(crate) async fn fill(target: &Target, count: u64) -> anyhow::Result<()> {
    let mut connection = Connection::open(target).await?;
    for number in 0..count {
        let request = Request::new("PUT", format!("/tags/t{number}"), 201).with_body("{}".to_owned());
        let answer = connection.send(&request).await?;
        anyhow::ensure!(matches!(answer.status, 200 | 201), "expected a tag and not {}", answer.status);
    }
    Ok(())
}
