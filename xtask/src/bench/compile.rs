//! What it takes to generate, and to compile what was generated: our types and client, progenitor's client of the same
//! description, and what other generators make of it where they are installed. All in one run, since only ratios mean anything on
//! another machine; without incremental compilation, and with all that they depend on built before.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Args;
use methodical::Exit;

use super::generate::LIMITS;
use super::peers::PEERS;
use crate::corpus::child::{self, End};
use crate::corpus::manifest::Entry;

/// The arguments of `bench compile`.
#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// A corpus: a table of descriptions, or a folder of them.
    #[arg(long, value_name = "MANIFEST")]
    manifest: Option<PathBuf>,
    /// The descriptions of the corpus; `stacklets` is our own.
    #[arg(value_name = "NAME", default_values = ["oxide-nexus"])]
    of: Vec<String>,
    /// Only `cargo check`, and neither of the builds.
    #[arg(long)]
    check: bool,
    /// Only ours.
    #[arg(long)]
    alone: bool,
    /// The program to run, instead of the one that is built for it.
    #[arg(long, value_name = "FILE")]
    methodical: Option<PathBuf>,
    /// Where crates are put, and what they depend on is built.
    #[arg(long, value_name = "FOLDER", default_value = "target/bench")]
    out: PathBuf,
}

/// What is compiled.
struct Subject {
    name: String,
    /// The folder of the workspace, or of the crate.
    folder: PathBuf,
    /// What is timed, in the order of dependence. None: there is nothing that could be compiled.
    packages: Vec<String>,
    lines: usize,
    /// Seconds and mebibytes that it took to generate.
    generated: (f64, u64),
    /// The feature of a tag that is neither among the largest nor among the smallest.
    one_tag: Option<String>,
}

pub(super) fn run(arguments: &Compile) -> anyhow::Result<Exit> {
    let program = super::program(arguments.methodical.as_deref())?;
    let out = std::path::absolute(&arguments.out)?;
    let mut entries = super::corpus(arguments.manifest.as_deref())?;
    entries.push(super::flagship()?);
    for name in &arguments.of {
        let entry = entries.iter().find(|entry| entry.name == *name);
        let entry = entry.with_context(|| format!("no description is called `{name}`"))?;
        compare(arguments, &program, entry, &out.join(&entry.slug))?;
    }
    Ok(Exit::Success)
}

fn compare(arguments: &Compile, program: &Path, entry: &Entry, folder: &Path) -> anyhow::Result<()> {
    println!("\n{}: seconds without incremental compilation, dependencies built", entry.name);
    println!(
        "{:<20} {:>9} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9}",
        "", "generate", "peak MiB", "lines", "check", "one tag", "debug", "release"
    );
    let mut subjects = vec![ours(program, entry, &folder.join("methodical"), "methodical")?];
    if !arguments.alone {
        match ours(program, entry, &folder.join("progenitor"), "progenitor") {
            Ok(progenitor) => subjects.push(progenitor),
            Err(error) => println!("=== progenitor IS ABSENT: {error:#} ==="),
        }
        subjects.extend(others(entry, folder)?);
    }
    let mut first: Option<Vec<Option<f64>>> = None;
    for subject in &subjects {
        let mut columns = vec![Some(subject.generated.0), Some(subject.generated.1 as f64), Some(subject.lines as f64)];
        match compiled(arguments, subject) {
            Ok(seconds) => columns.extend(seconds),
            Err(error) => println!("=== {} DOES NOT COMPILE: {error:#} ===", subject.name),
        }
        println!("{}", row(&subject.name, &columns, [2, 0, 0, 1, 1, 1, 1]));
        if let Some(first) = &first {
            let ratios = first.iter().zip(&columns).map(|(ours, it)| Some(ours.as_ref()? / it.as_ref()?));
            println!("{}", row("  ours to it", &ratios.collect::<Vec<_>>(), [2; 7]));
        }
        first.get_or_insert(columns);
    }
    Ok(())
}

/// A line of the table; what was not measured is left out.
fn row(name: &str, columns: &[Option<f64>], digits: [usize; 7]) -> String {
    let widths = [9, 8, 8, 9, 9, 9, 9];
    let cells = columns.iter().zip(digits).zip(widths).map(|((value, digits), width)| match value {
        Some(value) => format!(" {value:>width$.digits$}"),
        None => format!(" {:>width$}", "-"),
    });
    format!("{name:<20}{}", cells.collect::<String>())
}

/// Seconds of `cargo check`, with one tag alone, of a debug and of a release build.
fn compiled(arguments: &Compile, subject: &Subject) -> anyhow::Result<Vec<Option<f64>>> {
    if subject.packages.is_empty() {
        return Ok(Vec::new());
    }
    let mut seconds = vec![Some(time(subject, &["check"], &[])?)];
    seconds.push(match &subject.one_tag {
        Some(tag) => Some(time(subject, &["check"], &["--no-default-features", "--features", tag])?),
        None => None,
    });
    if !arguments.check {
        seconds.push(Some(time(subject, &["build"], &[])?));
        seconds.push(Some(time(subject, &["build", "--release"], &[])?));
    }
    Ok(seconds)
}

/// Our types and client, or progenitor's client.
fn ours(program: &Path, entry: &Entry, folder: &Path, client: &str) -> anyhow::Result<Subject> {
    let (is_ours, name) = (client == "methodical", format!("{}-measured", entry.slug));
    std::fs::create_dir_all(folder)?;
    let crates = if is_ours { "\"types\", \"client\"" } else { "\"client\"" };
    let root = entry.root.as_ref().map(|root| format!("root = {root:?}\n")).unwrap_or_default();
    let configuration = format!(
        "[[api]]\nname = {name:?}\ndescription = {:?}\n{root}output = \"generated\"\ncrates = [{crates}]\nclient = {client:?}\n\n\
         [api.package]\nversion = \"0.1.0\"\nlicense = \"MIT\"\n\n[api.runtime]\npath = {:?}\n",
        entry.path,
        std::path::absolute("crates")?
    );
    std::fs::write(folder.join("methodical.toml"), configuration)?;
    std::fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"generated/*\"]\n")?;
    let ended = child::run(program, &["generate"], folder, LIMITS)?;
    ensure!(ended.end == End::Exited(0), "{}", ended.stderr.trim());
    let suffixes: &[&str] = if is_ours { &["types", "client"] } else { &["client-progenitor"] };
    let packages: Vec<String> = suffixes.iter().map(|suffix| format!("{name}-{suffix}")).collect();
    let generated = packages.iter().map(|package| count_lines(&folder.join("generated").join(package)));
    let lines = generated.sum::<anyhow::Result<usize>>()?;
    let one_tag = match (is_ours, packages.last()) {
        (true, Some(client)) => middle_tag(&folder.join("generated").join(client))?,
        (_, _) => None,
    };
    let name = if is_ours { "types and client" } else { "progenitor" };
    let generated = (ended.took.as_secs_f64(), ended.peak);
    Ok(Subject { name: name.to_owned(), folder: folder.to_owned(), packages, lines, generated, one_tag })
}

/// Of the features of a client's tags the one in the middle, by the size of its module.
fn middle_tag(client: &Path) -> anyhow::Result<Option<String>> {
    let manifest = std::fs::read_to_string(client.join("Cargo.toml"))?;
    let lines =
        manifest.lines().skip_while(|line| *line != "[features]").take_while(|line| !line.starts_with("[lints"));
    let names = lines.filter_map(|line| line.split_once(" = [").map(|(name, _)| name.to_owned()));
    let size = |name: &str| std::fs::metadata(client.join(format!("src/{}.rs", name.replace('-', "_")))).ok();
    let mut sizes: Vec<(u64, String)> = names.filter_map(|name| Some((size(&name)?.len(), name))).collect();
    sizes.sort();
    let middle = sizes.len() / 2;
    Ok(sizes.into_iter().nth(middle).map(|(_, name)| name))
}

/// What other generators make of it.
fn others(entry: &Entry, folder: &Path) -> anyhow::Result<Vec<Subject>> {
    let mut subjects = Vec::new();
    for peer in PEERS {
        let Some(program) = peer.program() else {
            println!("=== {} IS ABSENT: it is not installed ({}) ===", peer.name, peer.install);
            continue;
        };
        match peer.generate(&program, &entry.path, folder) {
            Ok(made) => {
                let lines = count_lines(&made.folder)?;
                let packages: Vec<String> = package_name(&made.folder).into_iter().collect();
                if packages.is_empty() {
                    println!("{}: modules without a manifest, which are not compiled", peer.name);
                }
                subjects.push(Subject {
                    name: peer.name.to_owned(),
                    folder: made.folder,
                    packages,
                    lines,
                    generated: (made.seconds, made.peak),
                    one_tag: None,
                });
            }
            Err(error) => println!("=== {} IS ABSENT: {error:#} ===", peer.name),
        }
    }
    Ok(subjects)
}

/// The name that the manifest in a folder gives; the crate is made a workspace of its own.
fn package_name(folder: &Path) -> Option<String> {
    let path = folder.join("Cargo.toml");
    let manifest = std::fs::read_to_string(&path).ok()?;
    if !manifest.contains("[workspace]") {
        std::fs::write(&path, format!("{manifest}\n[workspace]\n")).ok()?;
    }
    let line = manifest.lines().find_map(|line| line.strip_prefix("name"))?;
    Some(line.split('"').nth(1)?.to_owned())
}

/// All lines of all Rust files.
fn count_lines(folder: &Path) -> anyhow::Result<usize> {
    let mut lines = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("there is no {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
            lines += count_lines(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            lines += std::fs::read_to_string(&path)?.lines().count();
        }
    }
    Ok(lines)
}

/// Builds all, forgets the packages, and builds these again.
fn time(subject: &Subject, profile: &[&str], features: &[&str]) -> anyhow::Result<f64> {
    let last = subject.packages.last().context("there is nothing to compile")?;
    let build: Vec<&str> = profile.iter().chain(features).copied().chain(["--package", last]).collect();
    cargo(&subject.folder, &build)?;
    let mut clean = vec!["clean"];
    clean.extend(profile.iter().filter(|argument| argument.starts_with("--")));
    clean.extend(subject.packages.iter().flat_map(|package| ["--package", package]));
    cargo(&subject.folder, &clean)?;
    let start = Instant::now();
    cargo(&subject.folder, &build)?;
    Ok(start.elapsed().as_secs_f64())
}

fn cargo(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = crate::cargo::command();
    command.args(arguments).arg("--quiet").current_dir(folder).stdin(Stdio::null());
    command.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", folder.join("target")).env("RUSTFLAGS", "-Awarnings");
    let output = command.output().context("could not start cargo")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().find(|line| line.starts_with("error")).unwrap_or_default();
    ensure!(output.status.success(), "cargo {}: {first}", arguments.join(" "));
    Ok(())
}
