//! The public tool, asked about versions of a small description: by how much the version of each crate goes up, and by what.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use methodical::Exit;
use methodical_generate::{Generator, surfaces};
use methodical_model::Api;
use methodical_model::surface::Artefact;
use methodical_review::surface::{RustChange, RustLevel, Step, compare_surfaces};
use serde::Deserialize;

const SHOP: &str = "tests/semver/shop.yaml";
const EDITS: &str = "tests/semver/edits.yaml";
const CRATES: [Artefact; 3] = [Artefact::Types, Artefact::Client, Artefact::Server];

/// A version of the description.
#[derive(Deserialize)]
struct Version {
    name: String,
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
struct Edit {
    from: String,
    to: String,
}

/// Asks about every version, and says where the tool and we differ.
pub(super) fn check(scratch: &Path, only: Option<&str>) -> anyhow::Result<Exit> {
    if !is_installed() {
        println!(
            "=== SKIPPED: cargo-semver-checks is not installed, and nothing was compared with it: cargo install cargo-semver-checks ==="
        );
        return Ok(Exit::Failure);
    }
    let base = fs::read_to_string(SHOP)?;
    let versions: Vec<Version> = serde_yaml::from_str(&fs::read_to_string(EDITS)?)?;
    let bench = Bench::new(scratch)?;
    let old = bench.write("old", &base)?;
    let old_files = bench.documented(&old.folder, "old")?;
    let mut table = Table::default();
    for version in versions.iter().filter(|version| only.is_none_or(|only| version.name.contains(only))) {
        let text = version.edits.iter().fold(base.clone(), |text, edit| text.replace(&edit.from, &edit.to));
        let new = bench.write("new", &text)?;
        let new_files = bench.documented(&new.folder, "new")?;
        let [before, after] = surfaces(&old.api, &new.api, &super::package("shop", None));
        let changes = compare_surfaces(&before, &after);
        for (artefact, (old_file, new_file)) in CRATES.into_iter().zip(old_files.iter().zip(&new_files)) {
            let ours: Vec<&RustChange> = changes.iter().filter(|change| change.artefact == artefact).collect();
            table.add(&version.name, artefact, &ours, &ask(old_file, new_file)?);
        }
    }
    Ok(table.finish())
}

fn is_installed() -> bool {
    Command::new("cargo-semver-checks").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Where crates are written and documented.
struct Bench {
    scratch: PathBuf,
    runtimes: String,
}

/// One version, written.
struct Written {
    folder: PathBuf,
    api: Api,
}

impl Bench {
    fn new(scratch: &Path) -> anyhow::Result<Bench> {
        let runtimes = std::path::absolute("crates")?.display().to_string();
        Ok(Bench { scratch: scratch.to_owned(), runtimes })
    }

    /// Both versions stand in the same place, one after the other, so that dependencies are compiled once.
    fn write(&self, name: &str, text: &str) -> anyhow::Result<Written> {
        let description = self.scratch.join(format!("{name}.yaml"));
        fs::create_dir_all(&self.scratch)?;
        fs::write(&description, text)?;
        let api = super::read(&description)?;
        let folder = self.scratch.join("workspace");
        let package = super::package("shop", Some(self.runtimes.clone()));
        let generator = Generator::new(&api);
        let crates = [generator.types(&package), generator.client(&package), generator.server(&package, None)];
        for (artefact, files) in CRATES.into_iter().zip(crates) {
            let of_crate = folder.join(package.crate_name(artefact.as_str()));
            if of_crate.exists() {
                fs::remove_dir_all(&of_crate)?;
            }
            for (path, text) in files {
                let path = of_crate.join(path);
                fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
                fs::write(path, text)?;
            }
        }
        let members = "[workspace]\nresolver = \"3\"\nmembers = [\"shop-*\"]\n";
        fs::write(folder.join("Cargo.toml"), members)?;
        fs::copy("Cargo.lock", folder.join("Cargo.lock"))?;
        Ok(Written { folder, api })
    }

    /// What `rustdoc` sees of each of its crates.
    fn documented(&self, folder: &Path, name: &str) -> anyhow::Result<Vec<PathBuf>> {
        let target = self.scratch.join("target");
        CRATES
            .into_iter()
            .map(|artefact| {
                let file = super::rustdoc(&format!("shop-{}", artefact.as_str()), folder, &target)?;
                let kept = self.scratch.join(format!("{name}-{}.json", artefact.as_str()));
                fs::copy(&file, &kept)?;
                Ok(kept)
            })
            .collect()
    }
}

/// What the tool says.
struct Answer {
    step: Step,
    lints: Vec<String>,
}

/// A patch is asked for, so that what needs more is said.
fn ask(old: &Path, new: &Path) -> anyhow::Result<Answer> {
    let mut command = Command::new("cargo-semver-checks");
    command.args(["semver-checks", "check-release", "--release-type", "patch", "--color", "never"]);
    command.arg("--baseline-rustdoc").arg(old).arg("--current-rustdoc").arg(new);
    let output = command.output().context("could not start cargo-semver-checks")?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let has = |words: &str| text.contains(words);
    let step = match (output.status.success(), has("requires new major version"), has("requires new minor version")) {
        (true, ..) => Step::Patch,
        (false, true, _) => Step::Major,
        (false, false, true) => Step::Minor,
        (false, false, false) => anyhow::bail!("cargo-semver-checks says nothing that is known: {text}"),
    };
    let lints = text.lines().filter_map(|line| line.strip_prefix("--- failure ")?.split(':').next());
    Ok(Answer { step, lints: lints.map(str::to_owned).collect() })
}

/// The comparison, line by line.
#[derive(Default)]
struct Table {
    agree: usize,
    explained: usize,
    unexplained: usize,
}

impl Table {
    fn add(&mut self, version: &str, artefact: Artefact, ours: &[&RustChange], tool: &Answer) {
        let step = ours.iter().map(|change| Step::from(change.level)).max().unwrap_or(Step::Patch);
        let (said, name) = (step.as_str(), artefact.as_str());
        // What is new needs no lint of theirs: additions are for the author to know.
        if step == tool.step {
            self.agree += 1;
            println!("agree     {version}, {name}: {said}");
            return;
        }
        let gravest: Vec<_> = ours.iter().filter(|change| Step::from(change.level) == step).collect();
        let reasons: Vec<_> = gravest.iter().map(|change| reason(change)).collect();
        let is_explained = step > tool.step && reasons.iter().all(Option::is_some);
        if is_explained {
            self.explained += 1
        } else {
            self.unexplained += 1
        }
        let word = if is_explained { "explained" } else { "DIFFERENT" };
        println!("{word} {version}, {name}: {said}, the tool {} ({})", tool.step.as_str(), tool.lints.join(", "));
        for (change, reason) in gravest.iter().zip(&reasons) {
            println!("          {}: {}", change.path, reason.unwrap_or(change.why));
        }
    }

    fn finish(self) -> Exit {
        let Table { agree, explained, unexplained } = self;
        println!("{agree} agree, {explained} differ for a reason, {unexplained} without one");
        if unexplained == 0 { Exit::Success } else { Exit::Failure }
    }
}

/// Why the tool does not see a change, if that is known of it.
fn reason(change: &RustChange) -> Option<&'static str> {
    let is_signature = change.before.is_some() && change.after.is_some();
    if change.level == RustLevel::Meaning {
        return Some("the signature is the same, and the tool reads signatures only");
    }
    if change.level == RustLevel::Compatible {
        return Some("the tool has no lint for what is new and breaks nothing");
    }
    if [&change.before, &change.after].into_iter().flatten().all(|text| text.starts_with("with ")) {
        return Some("the tool is given all features, and does not see which of them an item needs");
    }
    if is_signature {
        return Some("the tool has no lint for the types of fields, arguments, results and bounds");
    }
    if change.path.contains(": ") {
        return Some("the tool has lints for the traits of the standard library only that are gone");
    }
    None
}
