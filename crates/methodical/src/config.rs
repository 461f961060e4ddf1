//! `methodical.toml`: which description becomes which crates.
//!
//! The format is the toolkit's own; this repository's file is written as any user would write theirs. An unknown member
//! is an error with its line and column: a setting that is silently ignored is worse than none.

mod clients;
mod lint;
mod package;
mod release;

pub use clients::{Backend, Clients};
pub use lint::Lint;
pub use package::{Package, Runtime, Versions};
pub use release::{Baseline, Publish, Review};

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context;
use methodical_diagnostic::{Diagnostic, Diagnostics, DocumentId, Place, Sources};
use methodical_document::Inputs;
use methodical_lint::Levels;
use serde::Deserialize;

/// The name that is looked for from the working folder upwards.
pub const FILE_NAME: &str = "methodical.toml";

/// A configuration that was read. That where there is none is the default.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file.
    pub path: PathBuf,
    /// The folder it lies in: paths in it are relative to this one.
    pub folder: PathBuf,
    /// The APIs to generate for.
    pub apis: Vec<Api>,
    /// Where the tests are that show what the APIs guarantee.
    pub guarantees: Guarantees,
    /// How grave the rules of lint are.
    pub lint: Lint,
    /// How new versions are reviewed.
    pub review: Review,
    /// How the crates are published.
    pub publish: Publish,
}

impl Config {
    /// How grave the rules of lint are for one of its APIs.
    pub fn levels(&self, api: &Api) -> Levels {
        self.lint.levels().overlaid_by(&api.lint.levels())
    }
}

/// The file as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    api: Vec<toml::Spanned<Api>>,
    #[serde(default)]
    guarantees: Guarantees,
    #[serde(default)]
    lint: Lint,
    #[serde(default)]
    review: Review,
    #[serde(default)]
    publish: Publish,
}

/// `[guarantees]`: what `promises --guarantees` reads, and what `--check` asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Guarantees {
    /// Folders with tests, or files, in any language.
    #[serde(default)]
    pub tests: Vec<PathBuf>,
    /// Which of the promised rules must have a test.
    #[serde(default)]
    pub require: Require,
}

/// Which of the promised rules must have a test.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Require {
    /// Those of the core.
    #[default]
    Core,
    /// All of them.
    All,
}

/// One `[[api]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Api {
    /// The prefix of the crates: `stacklets` makes `stacklets-types`.
    pub name: String,
    /// The description's entry file.
    pub description: PathBuf,
    /// The folder within which its references may lead; by default that of the entry file.
    pub root: Option<PathBuf>,
    /// Overlays that are applied to it first.
    #[serde(default)]
    pub overlays: Vec<PathBuf>,
    /// Files that stand for documents elsewhere, by URI; for one that ends in `/`, folders.
    #[serde(default)]
    pub references: BTreeMap<String, PathBuf>,
    /// The folder that the crates are written to, one folder each.
    pub output: PathBuf,
    /// The folder of a workspace of the user's, in which the crates are used: what is not there yet of its manifest, of a first
    /// program for the client and of a service to be written is put there, once.
    pub starter: Option<PathBuf>,
    /// Which crates to write.
    #[serde(default = "all_crates")]
    pub crates: Vec<Crate>,
    /// Who writes the client: one, or several side by side.
    #[serde(default)]
    pub client: Clients,
    /// Whether the server crate carries the description, as `openapi.json` and as a constant.
    #[serde(default = "yes")]
    pub embed_description: bool,
    /// Whether all errors that `lint` finds stop generation, and not those alone that leave no meaning.
    #[serde(default)]
    pub strict: bool,
    /// How grave the rules of lint are for this API, over what `[lint]` says for all.
    #[serde(default)]
    pub lint: Lint,
    /// The command that people run to write them again, for the header of each file.
    #[serde(default = "default_command")]
    pub command: String,
    /// The metadata of the crates.
    pub package: Package,
    /// How they depend on the runtimes.
    #[serde(default)]
    pub runtime: Runtime,
}

/// A crate that can be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Crate {
    /// Types, schema data and operation data.
    Types,
    /// The client.
    Client,
    /// The server's stubs.
    Server,
}

impl Api {
    /// What its description is read from.
    pub fn inputs(&self, folder: &Path) -> Inputs {
        let references = self.references.iter().map(|(uri, path)| (uri.clone(), folder.join(path)));
        Inputs {
            entry: folder.join(&self.description),
            root: self.root.as_ref().map(|root| folder.join(root)),
            references: references.collect(),
            overlays: self.overlays.iter().map(|path| folder.join(path)).collect(),
        }
    }
}

impl Crate {
    /// Its name behind the prefix.
    pub fn suffix(self) -> &'static str {
        match self {
            Crate::Types => "types",
            Crate::Client => "client",
            Crate::Server => "server",
        }
    }
}

fn all_crates() -> Vec<Crate> {
    vec![Crate::Types, Crate::Client, Crate::Server]
}

fn yes() -> bool {
    true
}

fn default_command() -> String {
    "methodical generate".to_owned()
}

/// A text that diagnostics about the configuration point into.
#[derive(Debug)]
pub struct ConfigText {
    name: String,
    text: String,
}

impl ConfigText {
    /// A text that is known by a name.
    pub(crate) const fn new(name: String, text: String) -> Self {
        Self { name, text }
    }
}

impl Sources for ConfigText {
    fn name(&self, _: DocumentId) -> &str {
        &self.name
    }

    fn text(&self, _: DocumentId) -> &str {
        &self.text
    }

    fn range(&self, place: &Place) -> Option<Range<usize>> {
        match place {
            Place::Span { range, .. } => Some(range.clone()),
            Place::Value(_) | Place::Key(_) | Place::Document(_) | Place::Nowhere => None,
        }
    }
}

/// What came of reading a configuration.
#[derive(Debug)]
pub enum Reading {
    /// It is sound.
    Sound(Box<Config>),
    /// It is not, for these reasons.
    Wrong(Diagnostics, ConfigText),
}

/// Finds `methodical.toml` in `start` or the nearest folder above it.
///
/// # Errors
///
/// There is none.
pub fn find(start: &Path) -> anyhow::Result<PathBuf> {
    let found = start.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file());
    found.with_context(|| {
        format!("no {FILE_NAME} here or in any folder above: `methodical init DESCRIPTION` writes one, and `methodical generate \
             DESCRIPTION --out FOLDER` needs none")
    })
}

/// Reads the configuration at `path`.
///
/// # Errors
///
/// The file cannot be read. What is wrong *in* it comes back as [`Reading::Wrong`].
pub fn read(path: &Path) -> anyhow::Result<Reading> {
    let text = fs_err::read_to_string(path)?;
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let mut diagnostics = Diagnostics::new();
    let config = match toml::from_str::<File>(&text) {
        Ok(file) => {
            check(&file, &text, &mut diagnostics);
            let File { api, guarantees, lint, review, publish } = file;
            let apis = api.into_iter().map(toml::Spanned::into_inner).collect();
            Config { path: path.to_owned(), folder, apis, guarantees, lint, review, publish }
        }
        Err(error) => {
            diagnostics.push(syntax(&error));
            Config::default()
        }
    };
    if diagnostics.has_errors() {
        let text = ConfigText { name: path.display().to_string(), text };
        diagnostics.sort(&text);
        return Ok(Reading::Wrong(diagnostics, text));
    }
    Ok(Reading::Sound(Box::new(config)))
}

fn syntax(error: &toml::de::Error) -> Diagnostic {
    let place = error.span().map_or(Place::Document(DocumentId::new(0)), span);
    let message = error.message();
    let help = match message {
        "missing field `api`" => "write an `[[api]]` with `name`, `description` and `output`, and its `[api.package]`",
        "missing field `package`" => "write an `[api.package]` with `version` and `license`",
        _ => "the README's chapter on methodical.toml lists every member",
    };
    Diagnostic::error("config/invalid", message.to_owned(), place).help(help)
}

fn span(range: Range<usize>) -> Place {
    Place::Span { document: DocumentId::new(0), range }
}

/// What the types cannot say: names must be usable, distinct, and outputs must not be the folder of the sources.
fn check(file: &File, text: &str, diagnostics: &mut Diagnostics) {
    let apis = file.api.as_slice();
    file.lint.check(diagnostics);
    apis.iter().for_each(|api| api.get_ref().lint.check(diagnostics));
    file.review.check(text, diagnostics);
    file.publish.check(apis.iter().map(toml::Spanned::get_ref), text, diagnostics);
    for (index, spanned) in apis.iter().enumerate() {
        let api = spanned.get_ref();
        let earlier = || apis[..index].iter().map(toml::Spanned::get_ref);
        let mut wrong = |code, value: &str, message: String, help| {
            let place = locate(text, spanned.span().start, value);
            diagnostics.push(Diagnostic::error(code, message, place).help(help));
        };
        if !is_package_prefix(&api.name) {
            let message = format!("`{}` cannot be the first part of a crate's name", api.name);
            let help = "use lower-case letters, digits and single hyphens, and begin with a letter";
            wrong("config/name", &api.name, message, help);
        }
        if earlier().any(|other| other.name == api.name) {
            let message = format!("two APIs are called `{}`", api.name);
            wrong("config/name", &api.name, message, "give each its own name: it is the prefix of its crates");
        }
        if let Some(other) = earlier().find(|other| other.name != api.name && nested(other, api)) {
            let message = format!("the outputs of `{}` and `{}` lie one within the other", other.name, api.name);
            let output = api.output.display().to_string();
            wrong("config/output", &output, message, "give both the same output, or folders side by side");
        }
        if api.crates.is_empty() {
            let message = format!("`{}` generates no crate", api.name);
            wrong("config/crates", &api.name, message, "name at least one of \"types\", \"client\", \"server\"");
        } else if api.needs_types() && !api.crates.contains(&Crate::Types) {
            let message = format!("`{}` has no crate of types, which its client and server are built on", api.name);
            wrong("config/crates", &api.name, message, "add \"types\" to `crates`");
        }
        for version in api.package.all_versions().filter(|version| semver::Version::parse(version).is_err()) {
            let message = format!("`{version}` is no version of a crate");
            wrong("config/version", version, message, "write three numbers, such as \"0.1.0\" or \"2.0.0-rc.1\"");
        }
        if api.client.backends().is_empty() {
            let message = format!("`client` of `{}` names nobody who writes one", api.name);
            wrong("config/client", &api.name, message, "name \"methodical\", \"progenitor\" or both");
        }
        if api.asks_progenitor() && cfg!(not(feature = "progenitor")) {
            let message = "this `methodical` was built without progenitor".to_owned();
            wrong(
                "config/client",
                "progenitor",
                message,
                "build it with its feature `progenitor`, which is on by default",
            );
        }
    }
}

fn nested(one: &Api, other: &Api) -> bool {
    one.output != other.output && (one.output.starts_with(&other.output) || other.output.starts_with(&one.output))
}

pub(crate) fn is_package_prefix(name: &str) -> bool {
    let mut parts = name.split('-');
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

/// Where a value stands, from the table on that it belongs to.
fn locate(text: &str, from: usize, value: &str) -> Place {
    let quoted = format!("\"{value}\"");
    let start = text.get(from..).and_then(|rest| rest.find(&quoted)).map(|start| from + start);
    start.map_or(Place::Document(DocumentId::new(0)), |start| span(start..start + quoted.len()))
}
