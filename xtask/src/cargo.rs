//! The verbs that run cargo. Each prints the command line first, so that a person can repeat one step by hand.

use std::process::Command;

use anyhow::Context;
use methodical::Exit;

/// What is published, in the order of dependence: the toolkit's runtimes, then what was generated.
const PUBLISHED: [&str; 6] = [
    "methodical-wire",
    "methodical-client",
    "methodical-server",
    "stacklets-types",
    "stacklets-client",
    "stacklets-server",
];

/// Runs every test. Unreferenced snapshots are a failure where the runner can tell.
pub(crate) fn test() -> anyhow::Result<Exit> {
    let runner: &[&str] = if has_nextest() {
        println!("running the tests with cargo nextest");
        &["nextest", "run", "--workspace", "--no-fail-fast"]
    } else {
        println!("running the tests with cargo test (cargo nextest is not installed)");
        &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]
    };
    let steps = [runner, &["test", "--workspace", "--doc"]];
    let mut exit = Exit::Success;
    for step in steps {
        if cargo(step)? == Exit::Failure {
            exit = Exit::Failure;
        }
    }
    println!("checking that generated/ is what the generator writes");
    if super::run(super::Task::Generate(methodical::cli::Generate { check: true }))? != Exit::Success {
        exit = Exit::Failure;
    }
    Ok(exit)
}

/// Packages what is published, all at once: cargo builds each from its archive against the others' archives.
pub(crate) fn package() -> anyhow::Result<Exit> {
    let mut arguments = vec!["package", "--allow-dirty"];
    for name in PUBLISHED {
        arguments.extend(["--package", name]);
    }
    cargo(&arguments)
}

fn has_nextest() -> bool {
    let version = Command::new(cargo_path()).args(["nextest", "--version"]).output();
    version.is_ok_and(|output| output.status.success())
}

fn cargo(arguments: &[&str]) -> anyhow::Result<Exit> {
    println!("$ cargo {}", arguments.join(" "));
    let status = Command::new(cargo_path()).args(arguments).status().context("could not start cargo")?;
    Ok(if status.success() { Exit::Success } else { Exit::Failure })
}

/// The cargo that runs this verb, so that a toolchain chosen for it holds for its steps.
fn cargo_path() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
