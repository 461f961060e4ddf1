//! Measurements, as ratios of two things in turns within one run. `cargo xtask bench` builds this and the service in
//! release, starts a throwaway PostgreSQL where one is installed, and runs it.

mod client;
mod hand_written;
mod load;
mod local;
mod measure;
mod process;
mod server;
mod soak;
mod stores;

use std::time::Duration;

use clap::{Parser, ValueEnum};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", max_term_width = 100)]
struct Arguments {
    /// What to measure; everything but the soak, if nothing is named.
    what: Vec<What>,
    /// How many rounds each comparison has.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many seconds a load lasts.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// Only the comparisons whose name has this text in it.
    #[arg(long, default_value = "")]
    case: String,
    /// How many seconds the soak lasts.
    #[arg(long, default_value_t = 60)]
    soak_seconds: u64,
    /// A PostgreSQL database to work in; what is in it is lost.
    #[arg(long, env = "METHODICAL_POSTGRES", hide_env_values = true)]
    postgres: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The generated server beside hand-written axum.
    Server,
    /// The generated client beside hand-written reqwest.
    Client,
    /// HEAD beside GET of a large collection.
    Head,
    /// The stores, and two instances on one PostgreSQL.
    Stores,
    /// A minute at the highest rate, with one of two instances killed.
    Soak,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let what = match arguments.what.as_slice() {
        [] => &[What::Server, What::Client, What::Head, What::Stores],
        named => named,
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(&arguments, what))
}

async fn run(arguments: &Arguments, what: &[What]) -> anyhow::Result<()> {
    let duration = Duration::from_secs(arguments.seconds);
    let postgres = arguments.postgres.as_deref();
    for what in what {
        match what {
            What::Server => server::run(arguments.rounds, duration, &arguments.case).await?,
            What::Client => client::run(arguments.rounds, duration).await?,
            What::Head => server::head(arguments.rounds, duration).await?,
            What::Stores => stores::run(arguments.rounds, duration, &arguments.case, postgres).await?,
            What::Soak => soak::run(Duration::from_secs(arguments.soak_seconds), postgres).await?,
        }
        println!();
    }
    Ok(())
}
