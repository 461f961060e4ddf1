//! The program: it serves, and calls itself case by case.

use axum::Router;
use methodical_client::{BaseUrl, Basic, Client, ClientBuilder, Token};
use methodical_server::{BoxFuture, Limits, RateLimit};
use methodical_wire::Operation;
use tokio::net::TcpListener;

use crate::case::{Case, Outcome};
use crate::turn::{Stage, Step, TOKEN, Turn};

/// The call of one operation, and its data.
pub type Call<C> = (&'static Operation, for<'a> fn(&'a C, &'a Turn) -> BoxFuture<'a, Step<()>>);

/// What a program has of its own.
pub struct Program<C> {
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
}

/// Tries the cases of the file that the command line names, and writes what came of each, one a line.
///
/// # Panics
/// When there is no such file, or no port.
pub fn run<C: Send + Sync + 'static>(program: Program<C>) {
    let path = std::env::args().nth(1).expect("the file of the cases is named");
    let cases: Vec<Case> = serde_json::from_slice(&std::fs::read(path).expect("it can be read")).expect("it is JSON");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(play(program, cases));
}

async fn play<C: Send + Sync + 'static>(program: Program<C>, cases: Vec<Case>) {
    let stage = Stage::default();
    let limits = Limits { rate: RateLimit { limit: u32::MAX, ..RateLimit::default() }, ..Limits::default() };
    let router = (program.router)(stage.clone(), limits);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let here = |path: &str| BaseUrl::insecure_loopback(&format!("http://{address}{path}")).expect("a loopback URL");
    let mut builder = Client::builder(here(program.base_path));
    // Operations with servers of their own go here too, under the paths of those.
    for server in program.calls.iter().filter_map(|(operation, _)| operation.server) {
        if let Some((_, rest)) = server.split_once("://") {
            builder = builder.server(server, here(rest.find('/').map_or("", |slash| &rest[slash..])));
        }
    }
    let client = std::sync::Arc::new((program.client)(with_credentials(builder, program.credentials)));
    for (number, case) in (1..).zip(cases) {
        let call = program.calls.iter().find(|(operation, _)| operation.id == case.operation);
        let outcome = match call {
            None => Outcome::Unknown,
            Some((_, call)) => {
                let (turn, client, call) = (stage.begin(case, number), client.clone(), *call);
                let played = tokio::spawn(async move { call(&client, &turn).await });
                match played.await {
                    Ok(Ok(())) => Outcome::Same,
                    Ok(Err(outcome)) => outcome,
                    Err(error) => Outcome::Panicked(error.to_string()),
                }
            }
        };
        println!("{}", serde_json::to_string(&outcome).expect("an outcome is JSON"));
    }
}

fn with_credentials(builder: ClientBuilder, schemes: &[(&str, bool)]) -> Client {
    let given = schemes.iter().fold(builder, |builder, (scheme, is_basic)| match is_basic {
        true => builder.credential(*scheme, Basic::new(TOKEN, TOKEN)),
        false => builder.credential(*scheme, Token::new(TOKEN)),
    });
    given.build().expect("a client")
}
