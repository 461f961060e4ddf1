//! `semver`: holds what `review` says of Rust to what others say. First the compiler: the surface of this repository's generated crates is
//! what `rustdoc` sees of them, item by item. Then the public tool `cargo-semver-checks`: versions of a small description
//! (`tests/semver`), whose crates both judge; where they differ, it is said why, and a difference without a reason is a failure.

mod compiler;
mod rustdoc;
mod tool;

use std::path::{Path, PathBuf};

use clap::Args;
use methodical::Exit;
use methodical_diagnostic::Diagnostics;
use methodical_document::{Documents, Inputs, bundle};
use methodical_generate::{Package, RuntimeSource};
use methodical_model::{Api, lower};

/// Which of both.
#[derive(Debug, Args)]
pub(crate) struct Semver {
    /// Only ask the compiler whether surfaces are what they should be.
    #[arg(long)]
    surfaces: bool,
    /// Only versions whose names have this in them.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Where crates are written and compiled.
    #[arg(long, value_name = "FOLDER", default_value = "target/semver")]
    scratch: PathBuf,
}

/// Asks both.
///
/// # Errors
///
/// A file cannot be read or written, or cargo cannot be started.
pub(crate) fn run(arguments: &Semver) -> anyhow::Result<Exit> {
    crate::cargo::fetch()?;
    let scratch = std::path::absolute(&arguments.scratch)?;
    let mut exits = Vec::new();
    if arguments.only.is_none() {
        exits.push(compiler::check(&scratch)?);
    }
    if !arguments.surfaces {
        exits.push(tool::check(&scratch, arguments.only.as_deref())?);
    }
    Ok(if exits.iter().all(|exit| *exit == Exit::Success) { Exit::Success } else { Exit::Failure })
}

/// The model of a description that is known to be sound.
fn read(path: &Path) -> anyhow::Result<Api> {
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read_from(&Inputs::of(path), &mut diagnostics);
    let bundle = bundle(&documents, &mut diagnostics);
    let bundle = bundle.ok_or_else(|| anyhow::anyhow!("{} is no description", path.display()))?;
    Ok(lower(&bundle, &mut diagnostics))
}

fn package(prefix: &str, runtimes: Option<String>) -> Package {
    Package {
        prefix: prefix.to_owned(),
        version: "0.1.0".to_owned(),
        versions: std::collections::BTreeMap::new(),
        registry: None,
        client: true,
        license: "MIT".to_owned(),
        license_files: Vec::new(),
        repository: None,
        authors: Vec::new(),
        rust_version: "1.95".to_owned(),
        keywords: Vec::new(),
        runtime: RuntimeSource { version: "0.1.0".to_owned(), path: runtimes, registry: None },
        source: "openapi.yaml".to_owned(),
        command: "cargo xtask semver".to_owned(),
    }
}

/// Has `rustdoc` write down what it sees of a crate, with all features, and gives the file's path. The format is not stable, so the
/// compiler has to be told that it is wanted all the same.
///
/// # Errors
///
/// The crate does not compile.
fn rustdoc(name: &str, folder: &Path, target: &Path) -> anyhow::Result<PathBuf> {
    let mut command = crate::cargo::command();
    command.current_dir(folder).args(["rustdoc", "--quiet", "--offline", "--lib", "--all-features", "--package", name]);
    command.arg("--target-dir").arg(target);
    command.args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"]);
    let output = command.env("RUSTC_BOOTSTRAP", "1").output()?;
    anyhow::ensure!(
        output.status.success(),
        "rustdoc does not take {name}: {}",
        String::from_utf8_lossy(&output.stderr).lines().take(12).collect::<Vec<_>>().join("\n")
    );
    Ok(target.join("doc").join(format!("{}.json", name.replace('-', "_"))))
}
