//! The command line `stacklets`: reads what it is told, hands it to the library, says what became
//! of it. Exit code 2: it was told something impossible; 1: it could not be done.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use stacklets_service::access::{DEFAULT_ACCOUNT, Grant};
use stacklets_service::admin::{self, AdminError, Outcome, TokenLine};
use stacklets_service::chain::Chain;
use stacklets_service::config::{Config, ConfigError, Settings};
use stacklets_service::logging::{self, LogError};
use stacklets_service::scope::{Scope, Scopes};
use stacklets_service::service::{self, ServiceError};
use stacklets_service::token::TokenId;
use thiserror::Error;

/// The Stacklets service: virtual servers by a REST API over HTTPS
#[derive(Debug, Parser)]
#[command(
    name = "stacklets",
    version,
    max_term_width = 100,
    args_override_self = true,
    after_help = "Without a command it serves. What an option sets can also be set in the \
                  environment (--rate-limit: STACKLETS_RATE_LIMIT) and in the configuration file (rate-limit = 100); \
                  an option goes before the environment, and that before the file."
)]
struct Arguments {
    /// Configuration file, TOML [default: stacklets.toml, where it exists]
    #[arg(long, global = true, value_name = "FILE", env = "STACKLETS_CONFIG", hide_env = true)]
    config: Option<PathBuf>,

    #[command(flatten)]
    settings: Settings,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the API until it is told to stop (SIGINT, SIGTERM)
    Serve,
    /// Makes, lists and revokes tokens, whether or not the service runs
    #[command(subcommand)]
    Token(TokenCommand),
    /// Prints the configuration that is in force, as a file would say it
    Config,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Makes a token and prints it, this once, alone on a line
    Create {
        /// The account it is for; made if it is not there
        #[arg(long, value_name = "NAME", default_value = DEFAULT_ACCOUNT)]
        account: String,
        /// What it may do, `read` or `write`; may be given more than once [default: both]
        #[arg(long = "scope", value_name = "SCOPE", hide_possible_values = true)]
        scopes: Vec<Scope>,
        /// How long it is good, as in `12h` or `30d` [default: until it is revoked]
        #[arg(long, value_name = "DURATION", value_parser = parse_lifetime)]
        expires_in: Option<SignedDuration>,
    },
    /// Lists the tokens: identifier, account, when it was made, what it may do, until when
    List,
    /// Makes a token worthless at once
    Revoke {
        /// The identifier: the first eight digits of the token
        id: String,
    },
}

/// Why the command failed.
#[derive(Debug, Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("the configuration cannot be written as TOML")]
    Print(#[from] toml::ser::Error),
    #[error("the asynchronous runtime cannot be started")]
    Runtime(#[source] std::io::Error),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Admin(#[from] AdminError),
    #[error("nobody reads the output")]
    Output(#[source] std::io::Error),
    #[error("{0}")]
    Refused(String),
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Config(_) | Failure::Log(_) => ExitCode::from(2),
            Failure::Print(_)
            | Failure::Runtime(_)
            | Failure::Service(_)
            | Failure::Admin(_)
            | Failure::Output(_)
            | Failure::Refused(_) => ExitCode::from(1),
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", Chain(&failure));
            failure.exit_code()
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = Config::load(arguments.config.as_deref(), arguments.settings)?;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => {
            logging::start(&config.log, config.log_format)?;
            Ok(runtime()?.block_on(service::serve(&config))?)
        }
        Command::Token(command) => {
            let outcome = runtime()?.block_on(admin::run(&config.data, &config.store, command.into()))?;
            tell(outcome)
        }
        Command::Config => print(&config.to_toml()?),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)
}

/// A time that is too far ahead to have a date is for ever.
impl From<TokenCommand> for admin::Command {
    fn from(command: TokenCommand) -> Self {
        match command {
            TokenCommand::Create { account, scopes, expires_in } => {
                let end = |lifetime| Timestamp::now().checked_add(lifetime).ok().map(Into::into);
                let expires_at = expires_in.and_then(end);
                admin::Command::CreateToken(Grant { account, scopes: Scopes::new(scopes), expires_at })
            }
            TokenCommand::List => admin::Command::ListTokens,
            TokenCommand::Revoke { id } => admin::Command::RevokeToken { id: TokenId::new(id) },
        }
    }
}

/// A day has 24 hours here.
fn parse_lifetime(text: &str) -> Result<SignedDuration, String> {
    let span = text.parse::<Span>().map_err(|error| format!("{error}; write for example `12h` or `30d`"))?;
    let lifetime = span.to_duration(SpanRelativeTo::days_are_24_hours());
    let lifetime = lifetime.map_err(|_| "months and years differ in length; write days".to_owned())?;
    if lifetime.is_positive() { Ok(lifetime) } else { Err("it would never be good".to_owned()) }
}

fn tell(outcome: Outcome) -> Result<(), Failure> {
    match outcome {
        Outcome::Created { token } => print(&format!("{}\n", token.expose())),
        Outcome::Listed { tokens } => print(&tokens.iter().map(line).collect::<String>()),
        Outcome::Revoked => Ok(()),
        Outcome::NoSuchToken => {
            Err(Failure::Refused("there is no token of this identifier; `stacklets token list` shows them".to_owned()))
        }
        Outcome::Failed { reason } => Err(Failure::Refused(reason)),
    }
}

fn line(token: &TokenLine) -> String {
    let until = token.expires_at.map_or_else(|| "for ever".to_owned(), |end| format!("until {end:.0}"));
    let TokenLine { id, account, created_at, scopes, .. } = token;
    format!("{id}  {account:<20}  {created_at:.0}  {scopes:<10}  {until}\n")
}

/// Not by `print!`, which panics when nobody reads.
fn print(text: &str) -> Result<(), Failure> {
    std::io::stdout().write_all(text.as_bytes()).map_err(Failure::Output)
}
