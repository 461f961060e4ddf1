//! The verbs that run cargo. Each prints the command line first, so that a person can repeat one step by hand.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;
use methodical::Exit;
use methodical::cli::{Description, Format, Generate, Promises};

use crate::postgres::{self, Durability, Postgres};
use crate::{skipped, snapshots};

/// What is published, in the order of dependence: the toolkit's runtimes, then what was generated.
const PUBLISHED: [&str; 7] = [
    "methodical-wire",
    "methodical-client",
    "methodical-server",
    "stacklets-types",
    "stacklets-client",
    "stacklets-server",
    "stacklets-client-progenitor",
];

/// Runs every test. A snapshot that no test reads is a failure too.
pub(crate) fn test() -> anyhow::Result<Exit> {
    let nextest = has_nextest();
    let runner: &[&str] = if nextest {
        println!("running the tests with cargo nextest");
        &["nextest", "run", "--workspace", "--no-fail-fast"]
    } else {
        println!("running the tests with cargo test (cargo nextest is not installed)");
        &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]
    };
    let references = std::env::temp_dir().join(format!("methodical-snapshots-{}", std::process::id()));
    let postgres = Postgres::start(Durability::None)?;
    let tests = cargo_with(runner, |command| {
        command.env(snapshots::REFERENCES, &references);
        match &postgres {
            Some(postgres) => command.env(postgres::URL, &postgres.url),
            None => command,
        }
    })?;
    let on_postgres = postgres.as_ref().map_or(Ok(Exit::Success), |postgres| test_on(postgres, nextest))?;
    drop(postgres);
    let unread = snapshots::unreferenced(&references, &["crates", "tests"])?;
    std::fs::remove_file(&references).context("could not remove the list of snapshots")?;
    for path in &unread {
        println!("no test reads the snapshot {}", path.display());
    }
    let snapshots = if unread.is_empty() { Exit::Success } else { Exit::Failure };
    let docs = cargo(&["test", "--workspace", "--doc"])?;
    println!("checking that generated/ is what the generator writes");
    let generated = crate::run(crate::Task::Generate(Generate { check: true }), Format::Text)?;
    println!("checking that every rule of the contract has a test");
    let guarantees = crate::run(crate::Task::Promises(check_guarantees()), Format::Text)?;
    skipped::tell();
    let all_well =
        [tests, on_postgres, snapshots, docs, generated, guarantees].iter().all(|exit| *exit == Exit::Success);
    Ok(if all_well { Exit::Success } else { Exit::Failure })
}

/// `promises --guarantees --check`.
fn check_guarantees() -> Promises {
    let description = Description { descriptions: Vec::new() };
    Promises { description, operations: Vec::new(), guarantees: true, check: true, tests: Vec::new() }
}

/// Runs those tests of the whole system again that are the same on both stores, on PostgreSQL.
fn test_on(postgres: &Postgres, nextest: bool) -> anyhow::Result<Exit> {
    println!("the same on PostgreSQL");
    // Of the whole workspace: for one package alone, what it depends on would be built anew with fewer features.
    let runner: &[&str] = if nextest {
        let chosen = "binary(system) and test(/^(access|client|crash|every_method|races|races_of_parts|races_of_references|whole_contract)::/)";
        &["nextest", "run", "--workspace", "--no-fail-fast", "-E", chosen]
    } else {
        &[
            "test",
            "--workspace",
            "--test",
            "system",
            "--no-fail-fast",
            "--",
            "access::",
            "client::",
            "crash::",
            "every_method::",
            "races",
            "whole_contract::",
        ]
    };
    cargo_with(runner, |command| command.env(postgres::URL, &postgres.url).env(postgres::STORE, "postgres"))
}

/// Builds the benchmarks and the service in release, and runs them beside a PostgreSQL server that is as durable as one
/// that matters.
pub(crate) fn bench(arguments: &[String]) -> anyhow::Result<Exit> {
    let built = cargo(&["build", "--release", "--package", "methodical-benches", "--package", "stacklets-service"])?;
    if built != Exit::Success {
        return Ok(built);
    }
    let postgres = Postgres::start(Durability::Full)?;
    let mut run = vec!["run", "--quiet", "--release", "--package", "methodical-benches", "--"];
    run.extend(arguments.iter().map(String::as_str));
    cargo_with(&run, |command| match &postgres {
        Some(postgres) => command.env(postgres::URL, &postgres.url),
        None => command,
    })
}

/// Packages what is published, all at once: cargo builds each from its archive against the others' archives.
///
/// Cargo hands those archives on through a registry in the target folder, and remembers what it unpacked by that
/// folder's path and the crate's version. The same version with other content needs a folder that it has never seen. What
/// is built lies in the workspace's own folder, with its settings, so that most of what the archives depend on is there.
pub(crate) fn package() -> anyhow::Result<Exit> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let folder = std::env::temp_dir().join(format!("methodical-package-{}-{}", std::process::id(), since.as_millis()));
    let target = folder.display().to_string();
    let mut arguments = vec!["package", "--allow-dirty", "--target-dir", &target];
    for setting in ["profile.dev.debug=\"line-tables-only\"", "profile.dev.package.\"*\".debug=false"] {
        arguments.extend(["--config", setting]);
    }
    for name in PUBLISHED {
        arguments.extend(["--package", name]);
    }
    let built = target_folder()?;
    let exit = cargo_with(&arguments, |command| command.env("CARGO_BUILD_BUILD_DIR", &built));
    std::fs::remove_dir_all(&folder).with_context(|| format!("could not remove {target}"))?;
    exit
}

/// The folder that this workspace is built in.
pub(crate) fn target_folder() -> std::io::Result<PathBuf> {
    std::path::absolute(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

fn has_nextest() -> bool {
    let version = command().args(["nextest", "--version"]).output();
    version.is_ok_and(|output| output.status.success())
}

fn cargo(arguments: &[&str]) -> anyhow::Result<Exit> {
    cargo_with(arguments, |command| command)
}

fn cargo_with(arguments: &[&str], prepare: impl FnOnce(&mut Command) -> &mut Command) -> anyhow::Result<Exit> {
    println!("$ cargo {}", arguments.join(" "));
    let status = prepare(command().args(arguments)).status().context("could not start cargo")?;
    Ok(if status.success() { Exit::Success } else { Exit::Failure })
}

/// What cargo tells a program of the package that it belongs to. Handed on, it would make build scripts that look at such
/// variables run again, and all that depends on them be built again, after each build that was not a verb's.
fn is_of_this_package(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
}

/// The cargo that runs this verb, so that a toolchain chosen for it holds for its steps.
pub(crate) fn command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_package(name)) {
        command.env_remove(name);
    }
    command
}

/// Has what the lock file names downloaded, for runs of cargo that are offline: building this program needed less of it. Where there
/// is no network cargo says so, and what is here already may do.
///
/// # Errors
///
/// Cargo cannot be started.
pub(crate) fn fetch() -> std::io::Result<()> {
    command().args(["fetch", "--locked", "--quiet"]).stdin(Stdio::null()).status()?;
    Ok(())
}
