//! The command line's grammar, and the step from an argument to a verb.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::ensure;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use methodical_review::{Limit, Plane};

use crate::{Exit, verbs};

/// Reads an OpenAPI description for its promises, and makes code keep them.
#[derive(Debug, Parser)]
#[command(name = "methodical", version, about, max_term_width = 100)]
pub struct Cli {
    /// What holds for every verb.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What holds for every verb.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The configuration; by default `methodical.toml` here or in the nearest folder above.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How results and diagnostics are written: for people, or for programs on standard output.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Whether diagnostics are coloured.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, alias = "color")]
    pub colour: Colour,
    /// An overlay (Overlay Specification 1.0) that is applied to the description first; may be given several times. Those
    /// that methodical.toml names come before.
    #[arg(long = "overlay", global = true, value_name = "FILE")]
    pub overlays: Vec<PathBuf>,
    /// The folder within which the description's references may lead; by default that of its entry file.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub root: Option<PathBuf>,
    /// For `generate`: write nothing where `methodical lint` finds any error. Without it, slips that leave a plain meaning,
    /// and contradictions (`lint/...`), are warnings there. `strict = true` in methodical.toml does the same.
    #[arg(long, global = true)]
    pub strict: bool,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a page; `promises --guarantees`, `review` and `explain` have it.
    Markdown,
    /// SARIF 2.1.0, for code scanning and editors; `lint` and `review` have it.
    Sarif,
    /// Workflow commands of GitHub Actions, which are shown at the lines concerned; `lint` and `review` have it.
    Github,
}

/// Whether diagnostics are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// If standard error is a terminal and `NO_COLOR` is not set.
    Auto,
    /// Yes.
    Always,
    /// No.
    Never,
}

impl Common {
    /// The style for diagnostics on standard error.
    pub fn style(&self) -> methodical_diagnostic::Style {
        self.style_on(std::io::stderr().is_terminal())
    }

    /// The style for results on standard output.
    pub fn style_of_output(&self) -> methodical_diagnostic::Style {
        self.style_on(std::io::stdout().is_terminal())
    }

    fn style_on(&self, terminal: bool) -> methodical_diagnostic::Style {
        let coloured = match self.colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
        };
        if coloured { methodical_diagnostic::Style::Colour } else { methodical_diagnostic::Style::Plain }
    }
}

/// A verb.
#[derive(Debug, Clone, Subcommand)]
pub enum Verb {
    /// Write a methodical.toml for a description, with every choice explained.
    Init(Init),
    /// Write the crates that methodical.toml names, or check that they are up to date; or, of a DESCRIPTION, make a whole
    /// workspace in a folder.
    Generate(Generation),
    /// Say what a rule of lint, a promise of the catalogue or a diagnostic means, with a bad and a good example; or list all of them.
    Explain(Explain),
    /// Report what is wrong or doubtful in a description. How grave each rule is says `[lint]` in methodical.toml; what is right all
    /// the same at one place says `x-lint-ignore: { RULE: reason }` there.
    Lint(Description),
    /// Say each operation's promises in sentences, with the place that declares each.
    Promises(Promises),
    /// Write a description of many files as one.
    Bundle(Bundle),
    /// Say what a new version of a description changes: on the wire, for Rust code, and to the promises.
    Review(Review),
    /// Publish the crates that methodical.toml names, in the order of their dependence. What speaks against it is told first, all of it
    /// together, each with what mends it.
    Publish(Publish),
}

/// A description, what its crates are called, and what they stand on.
#[derive(Debug, Clone, Default, Args)]
pub struct Source {
    /// What the names of the crates begin with; by default it comes from the description's title.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// A folder with the sources of the runtimes (`crates` of Methodical's repository), instead of the registry's.
    #[arg(long, value_name = "FOLDER")]
    pub runtime: Option<PathBuf>,
}

/// The arguments of `init`.
#[derive(Debug, Clone, Args)]
pub struct Init {
    /// The description's entry file.
    pub description: PathBuf,
    /// How it is to be read and named.
    #[command(flatten)]
    pub source: Source,
    /// Write over a methodical.toml that is there.
    #[arg(long)]
    pub force: bool,
}

/// The arguments of `generate`: of what, and how.
#[derive(Debug, Clone, Default, Args)]
pub struct Generation {
    /// Whether to write.
    #[command(flatten)]
    pub generate: Generate,
    /// The description's entry file, where there is no methodical.toml yet.
    #[arg(requires = "out", conflicts_with_all = ["check", "config"])]
    pub description: Option<PathBuf>,
    /// The folder to make a workspace in, of the DESCRIPTION: it gets a methodical.toml, so that later runs need no arguments.
    #[arg(long, value_name = "FOLDER", requires = "description")]
    pub out: Option<PathBuf>,
    /// How it is to be read and named.
    #[command(flatten)]
    pub source: Source,
    /// Show every diagnostic and every file, and not only the first of a kind.
    #[arg(long, short)]
    pub verbose: bool,
}

/// Whether `generate` writes.
#[derive(Debug, Clone, Default, Args)]
pub struct Generate {
    /// Write nothing; fail if a file is stale, missing or orphaned.
    #[arg(long)]
    pub check: bool,
}

/// What `methodical.toml` names, with nothing else chosen.
impl From<Generate> for Generation {
    fn from(generate: Generate) -> Self {
        Self { generate, ..Self::default() }
    }
}

/// Which description a verb reads.
#[derive(Debug, Clone, Args)]
pub struct Description {
    /// The entry files; by default those that methodical.toml names.
    #[arg(value_name = "DESCRIPTION")]
    pub descriptions: Vec<PathBuf>,
}

/// The arguments of `explain`.
#[derive(Debug, Clone, Args)]
pub struct Explain {
    /// A rule or a code: `unsecured-write`, `lint/unsecured-write`, `GET-SAFE`, `model/empty-enum`; without it all are listed, and
    /// with `--format markdown` written as one reference.
    pub name: Option<String>,
}

/// The arguments of `promises`.
#[derive(Debug, Clone, Args)]
pub struct Promises {
    /// Which description.
    #[command(flatten)]
    pub description: Description,
    /// Only these operations, by operationId.
    #[arg(long = "operation", value_name = "ID")]
    pub operations: Vec<String>,
    /// One table by rule instead: the operations that it holds for, how it is held, and the tests that show it.
    #[arg(long, conflicts_with = "operations")]
    pub guarantees: bool,
    /// Write the table's last line alone, and fail if a promised rule has no test: of the core, or of all, as methodical.toml
    /// says.
    #[arg(long, requires = "guarantees")]
    pub check: bool,
    /// Where the tests are, instead of the folders that methodical.toml lists.
    #[arg(long, requires = "guarantees", value_name = "FOLDER")]
    pub tests: Vec<PathBuf>,
}

/// The arguments of `bundle`.
#[derive(Debug, Clone, Args)]
pub struct Bundle {
    /// The entry file; by default the one that methodical.toml names.
    #[arg(value_name = "DESCRIPTION")]
    pub description: Option<PathBuf>,
    /// Where to write it; by default to standard output. A name that ends in .json is written as JSON.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The arguments of `review`.
#[derive(Debug, Clone, Args)]
pub struct Review {
    /// The version that clients know: a file, a folder, a file or folder at a revision of the git repository
    /// (`main:spec/openapi.yaml`), or a revision, which means what methodical.toml names as it was then. By default the last
    /// release (the latest tag), or else the commit before.
    pub old: Option<String>,
    /// The new version, named likewise; by default the files as they are.
    pub new: Option<String>,
    /// Of the descriptions that methodical.toml names only this one, by its name; may be given several times.
    #[arg(long = "api", value_name = "NAME")]
    pub apis: Vec<String>,
    /// What makes the review fail: for a plane (wire, rust, promises) the least level that does, such as wire=breaking,
    /// wire=risky, rust=major, promises=weakens, or promises=none; may be given several times. Those that methodical.toml
    /// names come before. By default wire=undecided and promises=weakens.
    #[arg(long, value_name = "PLANE=LEVEL")]
    pub fail_on: Vec<Limit>,
    /// Show compatible changes one by one, and every list whole.
    #[arg(long)]
    pub all: bool,
    /// Write a report to a file, in one of these forms: text, json, markdown, html, sarif, junit, github; may be given
    /// several times.
    #[arg(long = "report", value_name = "FORM=FILE")]
    pub reports: Vec<ReportFile>,
    /// The file with the accepted changes; by default the one that methodical.toml names.
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Give each artefact the version that follows, if its own is less: in methodical.toml, in `info.version` and, by generating,
    /// in the manifests; and write what changed into the CHANGELOG.md of each crate. Without OLD the old version is the last
    /// release; if there is none, this is the first.
    #[arg(long, conflicts_with = "accept")]
    pub write: bool,
    /// Accept the change with this fingerprint: write it into the ledger, instead of a report.
    #[arg(long, value_name = "FINGERPRINT", requires = "reason")]
    pub accept: Option<String>,
    /// Why it is accepted.
    #[arg(long, value_name = "TEXT", requires = "accept")]
    pub reason: Option<String>,
    /// Who accepts it; by default git's `user.name`.
    #[arg(long, value_name = "NAME", requires = "accept")]
    pub by: Option<String>,
    /// The last day on which the acceptance holds, such as 2027-01-31; by default it holds for good.
    #[arg(long, value_name = "DATE", requires = "accept")]
    pub until: Option<Date>,
    /// The plane on which it is accepted; by default each on which the review fails.
    #[arg(long, value_name = "PLANE", value_parser = plane, requires = "accept")]
    pub plane: Option<Plane>,
}

/// The arguments of `publish`.
#[derive(Debug, Clone, Default, Args)]
pub struct Publish {
    /// Do everything but publish: check, package, and build from the archives.
    #[arg(long)]
    pub dry_run: bool,
    /// The registry, by its name in cargo's configuration; by default the one that methodical.toml names, or else the public one.
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// Of the crates only this one, by its whole name; may be given several times.
    #[arg(long = "crate", value_name = "NAME")]
    pub crates: Vec<String>,
    /// Tag the release, and write its notes and the description as one file.
    #[arg(long)]
    pub tag: bool,
    /// Do not build the crates from their archives first.
    #[arg(long)]
    pub no_verify: bool,
}

/// A report that is written to a file.
#[derive(Debug, Clone)]
pub struct ReportFile {
    /// In which form.
    pub form: Form,
    /// Where.
    pub path: PathBuf,
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names are the forms'")]
pub enum Form {
    Text,
    Json,
    Markdown,
    Html,
    Sarif,
    Junit,
    Github,
}

impl FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (form, path) = text.split_once('=').ok_or("write FORM=FILE, such as html=review.html")?;
        let form = Form::from_str(form, false).map_err(|_| {
            format!("`{form}` is no form of a report: there are text, json, markdown, html, sarif, junit and github")
        })?;
        if path.is_empty() {
            return Err("the file's name is missing behind `=`".to_owned());
        }
        Ok(Self { form, path: path.into() })
    }
}

fn plane(text: &str) -> Result<Plane, String> {
    let known = Plane::ALL.into_iter().find(|plane| plane.as_str() == text);
    known.ok_or_else(|| "there are the planes wire, rust and promises".to_owned())
}

/// Does what the command line says.
///
/// # Errors
///
/// The machine refuses: a file cannot be read or written, or there is no configuration.
pub fn run(cli: &Cli) -> anyhow::Result<Exit> {
    let has_markdown = match &cli.verb {
        Verb::Promises(arguments) => arguments.guarantees,
        Verb::Review(_) | Verb::Explain(_) => true,
        Verb::Init(_) | Verb::Generate(_) | Verb::Lint(_) | Verb::Bundle(_) | Verb::Publish(_) => false,
    };
    ensure!(
        cli.common.format != Format::Markdown || has_markdown,
        "only `promises --guarantees`, `review` and `explain` are written as Markdown"
    );
    ensure!(
        !matches!(cli.common.format, Format::Sarif | Format::Github)
            || matches!(cli.verb, Verb::Lint(_) | Verb::Review(_)),
        "only `lint` and `review` are written as SARIF or for GitHub"
    );
    match &cli.verb {
        Verb::Init(arguments) => verbs::init(&cli.common, arguments),
        Verb::Generate(arguments) => verbs::generate(&cli.common, arguments),
        Verb::Explain(arguments) => verbs::explain(&cli.common, arguments),
        Verb::Lint(arguments) => verbs::lint(&cli.common, arguments),
        Verb::Promises(arguments) => verbs::promises(&cli.common, arguments),
        Verb::Bundle(arguments) => verbs::bundle(&cli.common, arguments),
        Verb::Review(arguments) => verbs::review(&cli.common, arguments),
        Verb::Publish(arguments) => verbs::publish(&cli.common, arguments),
    }
}
