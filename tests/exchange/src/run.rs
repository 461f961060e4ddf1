//! The program: it serves, and calls itself case by case.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use methodical_client::{BaseUrl, Basic, Client, ClientBuilder, RetryPolicy, Token};
use methodical_server::{BoxFuture, Limits, RateLimit};
use methodical_wire::Operation;
use tokio::net::TcpListener;

use crate::case::{Case, Outcome};
use crate::other;
use crate::turn::{Stage, Step, TOKEN, Turn};

/// The call of one operation: its data, the call, and what says what its handler should be given.
pub type Call<C> = (&'static Operation, for<'a> fn(&'a C, &'a Turn) -> BoxFuture<'a, Step<()>>, fn(&Turn) -> Step<()>);

/// The call of one operation by another client, by the `operationId`.
pub type OtherCall<O> = (&'static str, for<'a> fn(&'a O, &'a Turn) -> BoxFuture<'a, Step<()>>);

/// Another client of the same API.
pub struct Other<O> {
    /// It, of its base URL and what it stands on.
    pub client: fn(&str, reqwest::Client) -> O,
    /// The header fields that are its credentials.
    pub headers: &'static [(&'static str, &'static str)],
    /// What it can call.
    pub calls: Vec<OtherCall<O>>,
}

/// What a program has of its own.
pub struct Program<C, O> {
    /// The path under which the service is.
    pub base_path: &'static str,
    /// The names of the security schemes, each with whether it wants a user and a password.
    pub credentials: &'static [(&'static str, bool)],
    /// The service of all its handlers.
    pub router: fn(Stage, Limits) -> Router,
    /// The client that calls through this one.
    pub client: fn(Client) -> C,
    /// What it can call.
    pub calls: Vec<Call<C>>,
    /// Another client, that is held against this one.
    pub other: Option<Other<O>>,
}

/// Tries the cases of the file that the command line names, and writes what came of each, one a line.
///
/// # Panics
/// When there is no such file, or no port.
pub fn run<C: Send + Sync + 'static, O: Send + Sync + 'static>(program: Program<C, O>) {
    let path = std::env::args().nth(1).expect("the file of the cases is named");
    let cases: Vec<Case> = serde_json::from_slice(&std::fs::read(path).expect("it can be read")).expect("it is JSON");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(play(program, cases));
}

async fn play<C: Send + Sync + 'static, O: Send + Sync + 'static>(program: Program<C, O>, cases: Vec<Case>) {
    let stage = Stage::default();
    let limits = Limits { rate: RateLimit { limit: u32::MAX, ..RateLimit::default() }, ..Limits::default() };
    let mut router = (program.router)(stage.clone(), limits);
    if program.other.is_some() {
        router = router.layer(axum::middleware::from_fn_with_state(stage.clone(), other::record));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let here = |path: &str| BaseUrl::insecure_loopback(&format!("http://{address}{path}")).expect("a loopback URL");
    // An answer that asks to come again later is what is looked at, and not what comes later.
    let once = RetryPolicy { retries: 0, ..RetryPolicy::default() };
    let mut builder = Client::builder(here(program.base_path)).retry_policy(once);
    // Operations with servers of their own go here too, under the paths of those.
    for server in program.calls.iter().filter_map(|(operation, ..)| operation.server) {
        if let Some((_, rest)) = server.split_once("://") {
            builder = builder.server(server, here(rest.find('/').map_or("", |slash| &rest[slash..])));
        }
    }
    let client = Arc::new((program.client)(with_credentials(builder, program.credentials)));
    let other = program.other.map(|other| {
        let url = format!("http://{address}{}", program.base_path);
        (Arc::new((other.client)(&url, other::http(other.headers))), other.calls)
    });
    for (number, case) in (1..).zip(cases) {
        let call = program.calls.iter().find(|(operation, ..)| operation.id == case.operation);
        let mut outcomes = vec![Outcome::Unknown];
        if let Some((operation, call, expect)) = call {
            let (turn, native, call) = (stage.begin(case.clone(), number), client.clone(), *call);
            let asked = turn.clone();
            outcomes = vec![played(async move { call(&native, &asked).await }).await];
            let call = other.as_ref().and_then(|(client, calls)| {
                Some((client.clone(), calls.iter().find(|(name, _)| *name == operation.id)?.1))
            });
            if let (Some((other, call)), Outcome::Same) = (call, &outcomes[0]) {
                let native = turn.recorded().request;
                // A number of its own: what the native client left there is not found again.
                let (turn, expect) = (stage.begin(case, number + (1 << 32)), *expect);
                let outcome = played(async move {
                    expect(&turn)?;
                    call(&other, &turn).await?;
                    turn.looked_alike(&native, &turn.recorded().request)
                });
                outcomes.push(outcome.await);
            }
        }
        println!("{}", serde_json::to_string(&outcomes).expect("outcomes are JSON"));
    }
}

/// How long a call may take.
const LONGEST: Duration = Duration::from_secs(20);

async fn played(call: impl Future<Output = Step<()>> + Send + 'static) -> Outcome {
    match tokio::time::timeout(LONGEST, tokio::spawn(call)).await {
        Ok(Ok(Ok(()))) => Outcome::Same,
        Ok(Ok(Err(outcome))) => outcome,
        Ok(Err(error)) => Outcome::Panicked(error.to_string()),
        Err(_) => Outcome::Panicked(format!("it came to no end within {} s", LONGEST.as_secs())),
    }
}

fn with_credentials(builder: ClientBuilder, schemes: &[(&str, bool)]) -> Client {
    let given = schemes.iter().fold(builder, |builder, (scheme, is_basic)| match is_basic {
        true => builder.credential(*scheme, Basic::new(TOKEN, TOKEN)),
        false => builder.credential(*scheme, Token::new(TOKEN)),
    });
    given.build().expect("a client")
}
