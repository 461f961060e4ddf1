//! The verbs of this repository. `generate`, `lint`, `promises` and `bundle` are the command line that any user has,
//! run on this repository's `methodical.toml`; `test` and `package` run cargo.

mod bench;
mod cargo;
mod corpus;
mod draw;
mod exchange;
mod fidelity;
mod fuzz;
mod postgres;
mod semver;
mod skipped;
mod snapshots;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use methodical::cli::{
    Bundle, Colour, Common, Description, Explain, Format, Generate, Promises, Publish, Review, Verb,
};
use methodical::{Cli, Exit};

/// The verbs of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Xtask {
    /// How results are written.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(subcommand)]
    verb: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write generated/ from spec/, or with --check fail if it is out of date.
    Generate(Generate),
    /// Say what a rule, a promise or a diagnostic means; or list all of them.
    Explain(Explain),
    /// Report what is wrong or doubtful in spec/.
    Lint(Description),
    /// Say each operation's promises in sentences, with the place that declares each.
    Promises(Promises),
    /// Write spec/ as one file.
    Bundle(Bundle),
    /// Compare spec/ with what it was at a revision, or any two versions of a description.
    Review(Review),
    /// Publish the runtimes and generated/, in the order of their dependence; with --dry-run do everything but that.
    Publish(Publish),
    /// Run everything that must pass: all tests (with cargo nextest if it is there), doc tests, and `generate --check`.
    Test,
    /// Measure, in release: `generate` and `compile` what generating costs and compiling what was generated; all else the
    /// generated server and client and the stores, of which `-- --help` lists what.
    Bench {
        /// What the benchmarks are told, such as `generate`, `compile github --check`, `server`, `stores --rounds 9` or `soak`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Generate for every description of a corpus, each in a process of its own, and with --compile check what was written.
    Corpus(corpus::Corpus),
    /// Send values that an independent judge knows through the generated types of a corpus, and say what is lost.
    Fidelity(fidelity::Fidelity),
    /// Have the generated client of each description of a corpus call its generated server, and say what is lost on the way.
    Exchange(exchange::Exchange),
    /// Make descriptions that are a little wrong out of a corpus, and see whether any makes the program fail.
    Fuzz(fuzz::Fuzz),
    /// Write descriptions that are drawn from all that OpenAPI has: a corpus for the verbs above.
    Draw(draw::Draw),
    /// Hold what `review` says of Rust to what the compiler sees, and to what `cargo-semver-checks` says.
    Semver(semver::Semver),
    /// Package every publishable crate and build each from its archive.
    Package,
    /// The command line that users have, in the folder where it is called: what the verbs for a corpus run.
    #[command(name = corpus::toolkit::VERB, hide = true)]
    Methodical(Box<Cli>),
}

fn main() -> ExitCode {
    let Xtask { format, verb } = Xtask::parse();
    let entered = if matches!(verb, Task::Methodical(_)) { Ok(()) } else { enter_repository() };
    let result = entered.and_then(|()| run(verb, format));
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("xtask: {error:#}");
            Exit::Usage.into()
        }
    }
}

fn run(task: Task, format: Format) -> anyhow::Result<Exit> {
    let methodical = |verb| methodical(verb, format);
    match task {
        Task::Generate(arguments) => methodical(Verb::Generate(arguments.into())),
        Task::Explain(arguments) => methodical(Verb::Explain(arguments)),
        Task::Lint(arguments) => methodical(Verb::Lint(arguments)),
        Task::Promises(arguments) => methodical(Verb::Promises(arguments)),
        Task::Bundle(arguments) => methodical(Verb::Bundle(arguments)),
        Task::Review(arguments) => methodical(Verb::Review(arguments)),
        Task::Publish(arguments) => methodical(Verb::Publish(arguments)),
        Task::Test => cargo::test(),
        Task::Bench { arguments } if bench::is_meant(&arguments) => bench::run(&arguments),
        Task::Bench { arguments } => cargo::bench(&arguments),
        Task::Corpus(arguments) => corpus::run(&arguments),
        Task::Fidelity(arguments) => fidelity::run(&arguments),
        Task::Exchange(arguments) => exchange::run(&arguments),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
        Task::Draw(arguments) => draw::run(&arguments),
        Task::Semver(arguments) => semver::run(&arguments),
        Task::Package => cargo::package(),
        Task::Methodical(toolkit) => methodical::run(&toolkit),
    }
}

fn methodical(verb: Verb, format: Format) -> anyhow::Result<Exit> {
    let common = Common { config: None, format, colour: Colour::Auto, overlays: Vec::new(), root: None, strict: false };
    methodical::run(&Cli { common, verb })
}

/// Paths in messages are relative to the repository, from wherever the verb was called.
fn enter_repository() -> anyhow::Result<()> {
    let repository = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    Ok(std::env::set_current_dir(repository)?)
}
