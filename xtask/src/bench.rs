//! `bench generate`, `bench compile` and `bench review`: what it costs to generate, to compile what was generated, and to review a
//! new version. The other measurements run against running programs, and lie in `benches`.

mod compile;
mod generate;
mod growth;
mod peers;
mod review;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::{Parser, Subcommand};
use methodical::Exit;

use crate::corpus::DEFAULT;
use crate::corpus::manifest::{self, Entry};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", max_term_width = 100)]
struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Seconds and memory of the program for the flagship, a large and a very large description, and how they grow.
    Generate(generate::Generate),
    /// How long generated types and client take to compile, beside what other generators make of the same description.
    Compile(compile::Compile),
    /// Seconds and memory of a review of a description against an edited copy of it, beside redocly's `diff`.
    Review(review::Review),
}

/// Whether these arguments are for this module.
pub(crate) fn is_meant(arguments: &[String]) -> bool {
    matches!(arguments.first().map(String::as_str), Some("generate" | "compile" | "review"))
}

/// Measures.
///
/// # Errors
///
/// A program cannot be built or started.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<Exit> {
    let bench = std::iter::once("bench").chain(arguments.iter().map(String::as_str));
    match Bench::parse_from(bench).what {
        What::Generate(arguments) => generate::run(&arguments),
        What::Compile(arguments) => compile::run(&arguments),
        What::Review(arguments) => review::run(&arguments),
    }
}

/// The repository's own description, as a manifest would have it.
fn flagship() -> anyhow::Result<Entry> {
    Ok(Entry {
        set: "own".to_owned(),
        name: "stacklets".to_owned(),
        path: std::path::absolute("spec/openapi.yaml")?,
        root: None,
        negative: false,
        slug: "stacklets".to_owned(),
    })
}

/// The real descriptions of the manifest; none, and loudly, where there is no manifest.
fn corpus(path: Option<&Path>) -> anyhow::Result<Vec<Entry>> {
    let path = path.map_or_else(|| PathBuf::from(DEFAULT), Path::to_path_buf);
    if !path.exists() {
        println!("=== ONLY OUR OWN DESCRIPTION IS MEASURED: there is no corpus at {} ===", path.display());
        return Ok(Vec::new());
    }
    let mut entries = manifest::read(&path)?;
    entries.retain(|entry| !entry.negative);
    ensure!(!entries.is_empty(), "{} has no description without faults", path.display());
    Ok(entries)
}

/// The program that is measured: the one that is given, or the one that users have, built in release.
fn program(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(program) = given {
        return Ok(std::path::absolute(program)?);
    }
    let arguments = ["build", "--quiet", "--release", "--package", "methodical", "--bin", "methodical"];
    println!("$ cargo {}", arguments.join(" "));
    if !crate::cargo::command().args(arguments).status().context("could not start cargo")?.success() {
        bail!("methodical does not build");
    }
    let target = crate::cargo::target_folder().context("there is no working folder")?;
    Ok(target.join("release").join("methodical").with_extension(std::env::consts::EXE_EXTENSION))
}
