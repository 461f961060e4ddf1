//! `init`: a methodical.toml that explains itself, so that what can be chosen is seen where it is chosen.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use methodical_diagnostic::Diagnostics;
use methodical_document::Documents;

use crate::cli::{Common, Init, Source};
use crate::config::{self, FILE_NAME};
use crate::{Exit, report};

/// Writes a methodical.toml into the working folder.
///
/// # Errors
///
/// There is one already, the description is not there, or the file cannot be written.
pub fn init(common: &Common, arguments: &Init) -> anyhow::Result<Exit> {
    let path = Path::new(FILE_NAME);
    ensure!(arguments.force || !path.exists(), "{FILE_NAME} is there already: `--force` writes over it");
    let Some(written) = write(common, &arguments.description, &arguments.source, Path::new("."))? else {
        return Ok(Exit::Failure);
    };
    report::print(&format!(
        "wrote {FILE_NAME} for {name} ({description})\n{runtimes}next: methodical generate",
        name = written.name,
        description = arguments.description.display(),
        runtimes = written.runtimes
    ))?;
    Ok(Exit::Success)
}

/// What was written, for whoever says so.
pub(super) struct Written {
    name: String,
    /// Where the runtimes come from, if that is not what one would expect.
    pub(super) runtimes: String,
}

/// Writes a configuration for a description into `folder`; `None` if the description cannot be read, which has been reported.
///
/// # Errors
///
/// The description is not there, its crates cannot be called so, or the file cannot be written.
pub(super) fn write(
    common: &Common,
    description: &Path,
    source: &Source,
    folder: &Path,
) -> anyhow::Result<Option<Written>> {
    ensure!(description.is_file(), "{} is not there or is no file", description.display());
    let name = match &source.name {
        Some(name) => name.clone(),
        None => match name_of(common, description) {
            Some(name) => name,
            None => return Ok(None),
        },
    };
    ensure!(
        config::is_package_prefix(&name),
        "`{name}` cannot be the first part of a crate's name: use lower-case letters, digits and single hyphens, and begin \
         with a letter"
    );
    let (runtime, runtimes) = runtime(source)?;
    let runtime = runtime.map(|path| from(folder, &path)).transpose()?;
    let root = common.root.as_deref().map(|root| from(folder, root)).transpose()?;
    let overlays = common.overlays.iter().map(|path| from(folder, path)).collect::<anyhow::Result<Vec<_>>>()?;
    let files = Files { description: from(folder, description)?, root, overlays, runtime };
    let text = text(&name, &files, common.strict);
    fs_err::create_dir_all(folder)?;
    fs_err::write(folder.join(FILE_NAME), text)?;
    Ok(Some(Written { name, runtimes }))
}

/// The runtimes that the command line names; else those of the sources that this very program was built from, if they are
/// still there, since no registry has them yet; else the registry's.
fn runtime(source: &Source) -> anyhow::Result<(Option<PathBuf>, String)> {
    let is_there =
        |folder: &Path| ["wire", "client", "server"].iter().all(|name| folder.join(name).join("Cargo.toml").is_file());
    if let Some(folder) = &source.runtime {
        ensure!(is_there(folder), "{} holds no `wire`, `client` and `server`", folder.display());
        return Ok((Some(folder.clone()), String::new()));
    }
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match ours.canonicalize().ok().filter(|folder| is_there(folder)) {
        Some(folder) => {
            let said = format!(
                "the runtimes that the crates need are in no registry yet, so they come from the sources of this program \
                 ({}); `--runtime FOLDER` names others\n",
                folder.display()
            );
            Ok((Some(folder), said))
        }
        None => {
            let said = "the runtimes that the crates need are in no registry yet: name a folder with their sources by \
                        `--runtime FOLDER` (`crates` of Methodical's repository)\n";
            Ok((None, said.to_owned()))
        }
    }
}

/// A path as seen from a folder; an absolute one stays what it is.
fn from(folder: &Path, path: &Path) -> anyhow::Result<PathBuf> {
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    Ok(crate::paths::relative(folder, path)?)
}

/// The name that the description's title gives, or its file.
fn name_of(common: &Common, description: &Path) -> Option<String> {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(description, &mut diagnostics);
    let Some(root) = documents.value(documents.entry()) else {
        report::show_folded(common, &diagnostics, &documents);
        return None;
    };
    let title = root.get("info").and_then(|info| info.get("title")).and_then(|title| title.as_str());
    let stem = description.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Some(title.and_then(slug).or_else(|| slug(&stem?)).unwrap_or_else(|| "api".to_owned()))
}

/// Words that say nothing of which API it is.
const FILLERS: [&str; 13] = [
    "a",
    "api",
    "apis",
    "description",
    "for",
    "of",
    "official",
    "openapi",
    "rest",
    "spec",
    "specification",
    "the",
    "v",
];

/// At most three words of a title, as crates are called.
pub(super) fn slug(title: &str) -> Option<String> {
    let lower = title.to_lowercase().replace("'s ", " ").replace("’s ", " ");
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is_version = |word: &str| word.trim_start_matches('v').chars().all(|c| c.is_ascii_digit());
    let words: Vec<&str> = words.filter(|word| !FILLERS.contains(word) && !is_version(word)).take(3).collect();
    let slug = words.join("-");
    let slug = slug.trim_start_matches(|c: char| !c.is_ascii_lowercase()).to_owned();
    config::is_package_prefix(&slug).then_some(slug)
}

/// The files that a configuration names, as seen from it.
#[derive(Default)]
struct Files {
    description: PathBuf,
    root: Option<PathBuf>,
    overlays: Vec<PathBuf>,
    runtime: Option<PathBuf>,
}

/// The file.
fn text(name: &str, files: &Files, strict: bool) -> String {
    let string = |path: &Path| toml::Value::from(path.to_string_lossy().replace('\\', "/")).to_string();
    let chosen = |member: &str, path: &Option<PathBuf>, example: &str| match path {
        Some(path) => format!("{member} = {}", string(path)),
        None => format!("# {member} = {example:?}"),
    };
    let runtime = chosen("path", &files.runtime, "../methodical/crates");
    let root = chosen("root", &files.root, "..");
    let overlays: Vec<String> = files.overlays.iter().map(|path| string(path)).collect();
    let overlays = match overlays.as_slice() {
        [] => "# overlays = [\"our-overlay.yaml\"]".to_owned(),
        some => format!("overlays = [{}]", some.join(", ")),
    };
    format!(
        r#"# What Methodical generates, and of what. `methodical generate` reads this file; `methodical generate --check` fails if
# anything is out of date. Paths are relative to it.

[[api]]
# The crates are called {name}-types, {name}-client and {name}-server.
name = "{name}"
# The description's entry file: OpenAPI 3.0, 3.1 or 3.2, JSON or YAML, one file or many.
description = {description}
# The folder within which its references may lead, if that is not its own.
{root}
# Overlays (Overlay Specification 1.0): what is changed of a description that is somebody else's.
{overlays}
# Whether every error that `methodical lint` finds stops generation, and not those alone that leave no meaning.
strict = {strict}
# How grave the rules of `methodical lint` are here: "error", "warning", "note" or "off", by rule or by group.
# lint = {{ unsecured-write = "error", examples = "off" }}
# The folder for the crates. All in it is written and removed by the program; leave it to it.
output = "generated"
# Which of them. A client or a server needs the types.
crates = ["types", "client", "server"]
# The folder of a workspace of yours. What it lacks is put there once, and is your own from then on: a manifest, a program
# that makes a first call, and a server whose operations are still to be written. Remove this line if you have a workspace.
starter = "."
# Whether the server's crate carries the description, with what each operation promises.
embed-description = true

[api.package]
version = "0.1.0"
license = "MIT"
# repository = "https://example.com/{name}"
# authors = ["You"]
# keywords = ["{name}"]

# Where the runtimes that the crates need come from: the registry, or a folder with their sources.
[api.runtime]
{runtime}
"#,
        description = string(&files.description),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_gives_a_name() {
        let name = |title| slug(title);
        assert_eq!(name("GitHub v3 REST API").as_deref(), Some("github"));
        assert_eq!(name("GitHub's official OpenAPI spec").as_deref(), Some("github"));
        assert_eq!(name("Stripe API").as_deref(), Some("stripe"));
        assert_eq!(name("Swagger Petstore - OpenAPI 3.0").as_deref(), Some("swagger-petstore"));
        assert_eq!(name("3D Printers").as_deref(), Some("d-printers"));
        assert_eq!(name("API"), None);
        assert_eq!(name("Ünïcødé"), Some("n-c-d".to_owned()));
    }

    #[test]
    fn what_is_written_is_a_configuration() {
        let folder = std::env::temp_dir().join(format!("methodical-init-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        for path in [None, Some(PathBuf::from("a \"b\""))] {
            let description = PathBuf::from("../pet's.yaml");
            let overlays = path.iter().cloned().collect();
            let files = Files { description, root: path.clone(), overlays, runtime: path };
            let path = folder.join(FILE_NAME);
            std::fs::write(&path, text("pets", &files, true)).expect("a file in it");
            let config::Reading::Sound(config) = config::read(&path).expect("it is there") else {
                panic!("the configuration is wrong");
            };
            let api = &config.apis[0];
            assert_eq!((&api.description, &api.root, api.strict), (&files.description, &files.root, true));
            assert_eq!((&api.overlays, &api.runtime.path), (&files.overlays, &files.runtime));
        }
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
    }
}
